// Makes POSIX calls in the directory that its argument names and prints what each gives, a line each: the
// result, or the name of its errno. It wants in there: file (text), empty (a file), folder with a file `inner`,
// and the links: to-file, to-folder, dangling, loop, outside (to /etc/passwd). With a second argument, `write`,
// it also changes things; it leaves what it has made.

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static char path_buffer[8][4096];
static int path_next = 0;
static const char *base;

// A path in the directory; good for the next eight calls.
static const char *in(const char *name) {
  char *path = path_buffer[path_next++ % 8];
  snprintf(path, sizeof path_buffer[0], "%s/%s", base, name);
  return path;
}

static const char *errno_name(int code) {
  switch (code) {
#define NAME(x) case x: return #x;
    NAME(EACCES) NAME(EAGAIN) NAME(EBADF) NAME(EBUSY) NAME(EEXIST) NAME(EFBIG) NAME(EILSEQ) NAME(EINVAL)
    NAME(EIO) NAME(EISDIR) NAME(ELOOP) NAME(EMFILE) NAME(EMLINK) NAME(ENAMETOOLONG) NAME(ENODEV) NAME(ENOENT)
    NAME(ENOMEM) NAME(ENOSPC) NAME(ENOSYS) NAME(ENOTCAPABLE) NAME(ENOTDIR) NAME(ENOTEMPTY) NAME(ENOTSUP)
    NAME(ENOTTY) NAME(ENXIO) NAME(EOVERFLOW) NAME(EPERM) NAME(EPIPE) NAME(EROFS) NAME(ESPIPE) NAME(EXDEV)
#undef NAME
  }
  return strerror(code);
}

static void result(const char *call, const char *what, long long value) {
  if (value < 0) printf("%s %s: %s\n", call, what, errno_name(errno));
  else printf("%s %s: %lld\n", call, what, value);
}

static void show_stat(const char *call, const char *what, int failed, const struct stat *stat) {
  if (failed) {
    result(call, what, -1);
    return;
  }
  const char *type = S_ISDIR(stat->st_mode) ? "directory" : S_ISLNK(stat->st_mode) ? "link"
    : S_ISREG(stat->st_mode) ? "file" : S_ISCHR(stat->st_mode) ? "device" : "other";
  printf("%s %s: %s", call, what, type);
  if (S_ISREG(stat->st_mode)) printf(" %lld", (long long)stat->st_size);
  printf("\n");
}

static void stats(void) {
  static const char *const names[] = {
    "file", "empty", "folder", "folder/", "folder/inner", "to-file", "to-folder", "to-folder/inner", "dangling",
    "loop", "outside", "none", "none/none", "file/", "file/none", "./file", "folder/../file", "folder//inner",
    "folder/./inner", "folder/..", ".", "",
  };
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    struct stat found;
    show_stat("stat", names[i], stat(in(names[i]), &found), &found);
    show_stat("lstat", names[i], lstat(in(names[i]), &found), &found);
    char target[4096];
    ssize_t length = readlink(in(names[i]), target, sizeof target);
    if (length < 0) result("readlink", names[i], -1);
    else printf("readlink %s: %.*s\n", names[i], (int)length, target);
  }
  result("stat", "/etc/passwd", access("/etc/passwd", F_OK));
  result("access read", "file", access(in("file"), R_OK));
}

static void opens(void) {
  static const struct { const char *name; const char *flags_name; int flags; } cases[] = {
    {"file", "O_RDONLY", O_RDONLY},
    {"file", "O_RDONLY|O_DIRECTORY", O_RDONLY | O_DIRECTORY},
    {"file", "O_RDONLY|O_NOFOLLOW", O_RDONLY | O_NOFOLLOW},
    {"folder", "O_RDONLY", O_RDONLY},
    {"folder", "O_RDONLY|O_DIRECTORY", O_RDONLY | O_DIRECTORY},
    {"folder", "O_WRONLY", O_WRONLY},
    {"to-file", "O_RDONLY", O_RDONLY},
    {"to-file", "O_RDONLY|O_NOFOLLOW", O_RDONLY | O_NOFOLLOW},
    {"to-folder/inner", "O_RDONLY|O_NOFOLLOW", O_RDONLY | O_NOFOLLOW},
    {"dangling", "O_RDONLY", O_RDONLY},
    {"loop", "O_RDONLY", O_RDONLY},
    {"outside", "O_RDONLY", O_RDONLY},
    {"none", "O_RDONLY", O_RDONLY},
    {"file/none", "O_RDONLY", O_RDONLY},
    {"../", "O_RDONLY", O_RDONLY},
    {"file", "O_RDONLY|O_CREAT|O_EXCL", O_RDONLY | O_CREAT | O_EXCL},
    {"file", "O_RDONLY|O_CREAT", O_RDONLY | O_CREAT},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char what[256];
    snprintf(what, sizeof what, "%s %s", cases[i].name, cases[i].flags_name);
    int file = open(in(cases[i].name), cases[i].flags, 0666);
    result("open", what, file < 0 ? -1 : 0);
    if (file >= 0) close(file);
  }
}

static void reads(void) {
  char buffer[64];
  struct stat found;
  int file = open(in("file"), O_RDONLY);
  result("read 4", "file", read(file, buffer, 4));
  result("tell", "file", lseek(file, 0, SEEK_CUR));
  result("pread at 2", "file", pread(file, buffer, sizeof buffer, 2));
  printf("  %.*s\n", 3, buffer);
  result("pread past the end", "file", pread(file, buffer, sizeof buffer, 1000000));
  result("seek to the end", "file", lseek(file, 0, SEEK_END));
  result("read at the end", "file", read(file, buffer, sizeof buffer));
  result("seek below 0", "file", lseek(file, -1, SEEK_SET));
  result("seek past the end", "file", lseek(file, 5, SEEK_END));
  result("read past the end", "file", read(file, buffer, sizeof buffer));
  show_stat("fstat", "file", fstat(file, &found), &found);
  result("write to read-only", "file", write(file, "x", 1));
  result("fsync", "file", fsync(file));
  result("fdatasync", "file", fdatasync(file));
  result("posix_fadvise", "file", posix_fadvise(file, 0, 0, POSIX_FADV_SEQUENTIAL));
  result("F_GETFL access mode", "file", fcntl(file, F_GETFL) & (O_RDONLY | O_WRONLY));
  result("isatty", "file", isatty(file) ? 1 : -1);
  struct pollfd ready = {.fd = file, .events = POLLIN};
  result("poll", "file", poll(&ready, 1, 1000));
  close(file);
  result("read closed", "file", read(file, buffer, sizeof buffer));
  int folder = open(in("folder"), O_RDONLY | O_DIRECTORY);
  result("read", "folder", read(folder, buffer, sizeof buffer));
  result("openat inner", "folder", openat(folder, "inner", O_RDONLY) < 0 ? -1 : 0);
  result("openat ../file", "folder", openat(folder, "../file", O_RDONLY) < 0 ? -1 : 0);
  show_stat("fstat", "folder", fstat(folder, &found), &found);
  close(folder);
}

static void directories(void) {
  static const char *const names[] = {"folder", "file", "none", "to-folder", "dangling"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    DIR *directory = opendir(in(names[i]));
    if (directory == NULL) {
      result("opendir", names[i], -1);
      continue;
    }
    int count = 0;
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
      if (entry->d_name[0] != '.') count++;
    }
    result("readdir entries", names[i], count);
    rewinddir(directory);
    result("readdir again", names[i], readdir(directory) == NULL ? -1 : 0);
    closedir(directory);
  }
}

static void stdio_and_clocks(void) {
  for (int file = 0; file < 3; file++) {
    struct stat found;
    char what[2] = {(char)('0' + file), 0};
    result("isatty", what, isatty(file) ? 1 : -1);
    result("seek", what, lseek(file, 0, SEEK_CUR));
    result("fstat", what, fstat(file, &found));
  }
  // On hosts that differ only in the speed of stdin, the timer of a second is enough to hide it.
  struct pollfd ready = {.fd = 0, .events = POLLIN};
  result("poll", "stdin", poll(&ready, 1, 1000));
  char buffer[64];
  result("read", "stdin", read(0, buffer, sizeof buffer));
  struct pollfd out = {.fd = 1, .events = POLLOUT};
  result("poll", "stdout", poll(&out, 1, 1000));
  result("poll", "a timer", poll(NULL, 0, 10));
  struct timespec now;
  result("clock_gettime", "CLOCK_REALTIME", clock_gettime(CLOCK_REALTIME, &now));
  result("clock_gettime", "CLOCK_MONOTONIC", clock_gettime(CLOCK_MONOTONIC, &now));
  result("getentropy", "16", getentropy(buffer, 16));
}

static void writes(void) {
  int file = open(in("made"), O_RDWR | O_CREAT | O_TRUNC, 0666);
  result("create", "made", file < 0 ? -1 : 0);
  result("write", "made", write(file, "0123456789", 10));
  result("pwrite at 20", "made", pwrite(file, "end", 3, 20));
  result("seek to the end", "made", lseek(file, 0, SEEK_END));
  result("ftruncate 5", "made", ftruncate(file, 5));
  char buffer[64];
  result("pread", "made", pread(file, buffer, sizeof buffer, 0));
  close(file);
  file = open(in("made"), O_WRONLY | O_APPEND);
  result("append", "made", write(file, "abc", 3));
  result("read write-only", "made", read(file, buffer, 1));
  const struct timespec times[2] = {{.tv_sec = 1}, {.tv_sec = 2}};
  result("futimens", "made", futimens(file, times));
  close(file);
  struct stat found;
  show_stat("stat", "made", stat(in("made"), &found), &found);
  result("mtime", "made", found.st_mtim.tv_sec);
  result("mkdir", "folder-made", mkdir(in("folder-made"), 0777));
  result("mkdir again", "folder-made", mkdir(in("folder-made"), 0777));
  result("mkdir", "none/none", mkdir(in("none/none"), 0777));
  result("rename", "made", rename(in("made"), in("folder-made/moved")));
  result("rmdir", "folder-made", rmdir(in("folder-made")));
  result("unlink", "folder-made", unlink(in("folder-made")));
  result("rmdir", "file", rmdir(in("file")));
  result("link", "file", link(in("file"), in("linked")));
  result("symlink", "file", symlink("file", in("symlinked")));
  result("unlink", "none", unlink(in("none")));
  result("unlink", "symlinked", unlink(in("symlinked")));
  result("unlink", "folder-made/moved", unlink(in("folder-made/moved")));
  result("rmdir", "folder-made", rmdir(in("folder-made")));
  file = open(in("file"), O_WRONLY | O_TRUNC);
  result("truncating open", "file", file < 0 ? -1 : 0);
  if (file >= 0) close(file);
}

int main(int argc, char **argv) {
  base = argc > 1 ? argv[1] : "";
  stats();
  opens();
  reads();
  directories();
  stdio_and_clocks();
  if (argc > 2 && strcmp(argv[2], "write") == 0) writes();
  return 0;
}
