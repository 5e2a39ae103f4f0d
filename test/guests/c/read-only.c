// Calls everything that could change a directory which is read-only, its first argument, and prints what each call
// answers, a line each. The directory has the file `f`, directories `d`, `d/e` and a file `d/x`, and links: `l` to
// `f`, `ld` to `d`, `dangling` to `n`, `lost` to `n/x`, and `loop` to itself. `n` and `g` are not there.

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static const char *name_of(int code) {
  switch (code) {
#define NAME(x) case x: return #x;
    NAME(EACCES) NAME(EBADF) NAME(EBUSY) NAME(EEXIST) NAME(EINVAL) NAME(EISDIR) NAME(ELOOP) NAME(ENAMETOOLONG)
    NAME(ENOENT) NAME(ENOTDIR) NAME(ENOTEMPTY) NAME(EPERM) NAME(EROFS) NAME(EXDEV)
#undef NAME
  }
  return strerror(code);
}

#define R(call)                                                                                                        \
  do {                                                                                                                 \
    errno = 0;                                                                                                         \
    int result = (int)(call);                                                                                          \
    printf("%s: %s\n", #call, result >= 0 ? "ok" : name_of(errno));                                                    \
    if (result > highest) close(result);                                                                               \
  } while (0)

int main(int argc, char **argv) {
  if (argc < 2 || chdir(argv[1]) != 0) {
    printf("chdir: %s\n", name_of(errno));
    return 1;
  }
  int fd = open("f", O_RDONLY);
  int d = open("d", O_RDONLY | O_DIRECTORY);
  int highest = fd > d ? fd : d;

  R(open(".", O_RDONLY));
  R(open(".", O_RDWR | O_DIRECTORY));
  R(open("d", O_RDONLY));
  R(open("d", O_RDWR));
  R(open("d", O_WRONLY));
  R(open("d", O_RDONLY | O_CREAT, 0666));
  R(open("d", O_WRONLY | O_CREAT, 0666));
  R(open("d", O_WRONLY | O_TRUNC));
  R(open("d", O_WRONLY | O_CREAT | O_EXCL, 0666));
  R(open("f", O_RDONLY));
  R(open("f", O_RDWR));
  R(open("f", O_WRONLY));
  R(open("f", O_WRONLY | O_APPEND));
  R(open("f", O_RDONLY | O_CREAT, 0666));
  R(open("f", O_WRONLY | O_CREAT, 0666));
  R(open("f", O_RDONLY | O_CREAT | O_EXCL, 0666));
  R(open("f", O_WRONLY | O_CREAT | O_EXCL, 0666));
  R(open("f", O_WRONLY | O_TRUNC));
  R(open("f", O_WRONLY | O_CREAT | O_TRUNC, 0666));
  R(open("f", O_RDWR | O_DIRECTORY));
  R(open("f", O_RDWR | O_NOFOLLOW));
  R(open("f/", O_RDONLY));
  R(open("f/", O_WRONLY));
  R(open("f/x", O_RDONLY));
  R(open("f/x", O_WRONLY | O_CREAT, 0666));
  R(open("l", O_RDWR));
  R(open("l", O_RDONLY | O_NOFOLLOW));
  R(open("l", O_RDWR | O_NOFOLLOW));
  R(open("l", O_WRONLY | O_CREAT | O_EXCL, 0666));
  R(open("ld", O_RDONLY));
  R(open("ld", O_RDWR));
  R(open("ld/x", O_RDWR));
  R(open("ld/n", O_WRONLY | O_CREAT, 0666));
  R(open("n", O_RDONLY));
  R(open("n", O_RDWR));
  R(open("n", O_WRONLY | O_TRUNC));
  R(open("n", O_RDONLY | O_CREAT, 0666));
  R(open("n", O_WRONLY | O_CREAT, 0666));
  R(open("n", O_WRONLY | O_CREAT | O_EXCL, 0666));
  R(open("n/x", O_RDONLY));
  R(open("n/x", O_WRONLY | O_CREAT, 0666));
  R(open("dangling", O_RDONLY));
  R(open("dangling", O_WRONLY | O_CREAT, 0666));
  R(open("dangling", O_WRONLY | O_CREAT | O_EXCL, 0666));
  R(open("lost", O_WRONLY | O_CREAT, 0666));
  R(open("loop", O_WRONLY | O_CREAT, 0666));
  R(open("loop/x", O_WRONLY | O_CREAT, 0666));
  R(open("f/", O_WRONLY | O_CREAT, 0666));
  R(open("n/", O_WRONLY | O_CREAT, 0666));
  R(open("d/", O_WRONLY | O_CREAT, 0666));
  R(open("d/n/", O_RDWR | O_CREAT, 0666));
  R(openat(d, "x", O_RDWR));
  R(openat(d, "n", O_WRONLY | O_CREAT, 0666));
  R(openat(d, "e", O_RDWR));

  R(mkdir(".", 0777));
  R(mkdir("d", 0777));
  R(mkdir("d/", 0777));
  R(mkdir("d/.", 0777));
  R(mkdir("d/..", 0777));
  R(mkdir("f", 0777));
  R(mkdir("f/", 0777));
  R(mkdir("f/x", 0777));
  R(mkdir("l", 0777));
  R(mkdir("l/x", 0777));
  R(mkdir("ld", 0777));
  R(mkdir("ld/n", 0777));
  R(mkdir("n", 0777));
  R(mkdir("n/", 0777));
  R(mkdir("n/x", 0777));
  R(mkdir("dangling", 0777));
  R(mkdir("dangling/x", 0777));
  R(mkdir("loop", 0777));
  R(mkdir("loop/x", 0777));
  R(mkdirat(d, "e", 0777));
  R(mkdirat(d, "n", 0777));

  R(rmdir("."));
  R(rmdir("d"));
  R(rmdir("d/"));
  R(rmdir("d/."));
  R(rmdir("d/e"));
  R(rmdir("d/e/.."));
  R(rmdir("f"));
  R(rmdir("f/x"));
  R(rmdir("l"));
  R(rmdir("n"));
  R(rmdir("n/x"));
  R(unlinkat(d, "e", AT_REMOVEDIR));
  R(unlink("."));
  R(unlink("d"));
  R(unlink("d/."));
  R(unlink("f"));
  R(unlink("f/"));
  R(unlink("f/x"));
  R(unlink("l"));
  R(unlink("n"));
  R(unlink("n/x"));
  R(unlink("dangling"));
  R(unlinkat(d, "x", 0));
  R(unlinkat(d, "n", 0));

  R(rename("f", "f"));
  R(rename("f", "g"));
  R(rename("f", "d"));
  R(rename("f", "d/x"));
  R(rename("f", "n/x"));
  R(rename("f", "f/x"));
  R(rename("f", "."));
  R(rename("d", "f"));
  R(rename("d", "g"));
  R(rename("d", "d/e"));
  R(rename("d/.", "g"));
  R(rename("f", "g/"));
  R(rename("f/", "g"));
  R(rename("n", "g"));
  R(rename("n/x", "g"));
  R(rename("f/x", "g"));
  R(renameat(d, "x", d, "n"));

  R(link("f", "f"));
  R(link("f", "g"));
  R(link("f", "d"));
  R(link("f", "d/x"));
  R(link("f", "n/x"));
  R(link("f", "f/x"));
  R(link("d", "g"));
  R(link("l", "g"));
  R(link("dangling", "g"));
  R(link("f", "dangling"));
  R(link("f", "n/"));
  R(link("n", "g"));
  R(link("n", "d"));
  R(link("n/x", "g"));
  R(linkat(d, "x", d, "n", 0));

  R(symlink("f", "g"));
  R(symlink("f", "f"));
  R(symlink("f", "d"));
  R(symlink("f", "dangling"));
  R(symlink("f", "n/"));
  R(symlink("f", "n/x"));
  R(symlink("f", "f/x"));
  R(symlinkat("f", d, "n"));

  struct timespec times[2] = {{1, 0}, {1, 0}};
  R(utimensat(AT_FDCWD, "f", times, 0));
  R(utimensat(AT_FDCWD, "d", times, 0));
  R(utimensat(AT_FDCWD, "l", times, AT_SYMLINK_NOFOLLOW));
  R(utimensat(AT_FDCWD, "dangling", times, AT_SYMLINK_NOFOLLOW));
  R(utimensat(AT_FDCWD, "dangling", times, 0));
  R(utimensat(AT_FDCWD, "n", times, 0));
  R(utimensat(AT_FDCWD, "f/x", times, 0));
  R(futimens(fd, times));
  R(futimens(d, times));

  char byte = 'x';
  struct iovec piece = {&byte, 1};
  R(write(fd, "x", 1));
  R(pwrite(fd, "x", 1, 0));
  R(writev(fd, &piece, 1));
  R(ftruncate(fd, 0));
  R(ftruncate(fd, 100));
  R(write(d, "x", 1));
  R(fsync(fd));
  R(fdatasync(fd));
  R(read(fd, &byte, 1));

  R(access("f", R_OK));
  R(access("f", W_OK));
  R(access("d", W_OK));
  R(access("n", W_OK));
  R(access("f/x", W_OK));
  return 0;
}
