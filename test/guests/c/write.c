// Writes in the directory that its first argument names, the way programs do that were made for POSIX, and prints
// what each call gives and what is there then, a line each. It wants in there: file ("0123456789\n"), folder with
// a file `inner`, and deep/deeper/deepest with a file `bottom`. A second argument names a directory of another
// mount. No line depends on a clock, an inode number or the order of a directory.

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static const char *base;
static const char *other;

// A path in the directory; good for the next eight calls.
static const char *in(const char *name) {
  static char paths[8][4096];
  static int next = 0;
  char *path = paths[next++ % 8];
  snprintf(path, sizeof paths[0], "%s/%s", base, name);
  return path;
}

static const char *errno_name(int code) {
  switch (code) {
#define NAME(x) case x: return #x;
    NAME(EACCES) NAME(EBADF) NAME(EBUSY) NAME(EEXIST) NAME(EFBIG) NAME(EILSEQ) NAME(EINVAL) NAME(EIO) NAME(EISDIR)
    NAME(ELOOP) NAME(EMLINK) NAME(ENAMETOOLONG) NAME(ENOENT) NAME(ENOMEM) NAME(ENOSPC) NAME(ENOSYS)
    NAME(ENOTCAPABLE) NAME(ENOTDIR) NAME(ENOTEMPTY) NAME(ENOTSUP) NAME(EOVERFLOW) NAME(EPERM) NAME(EROFS)
    NAME(ESPIPE) NAME(EXDEV)
#undef NAME
  }
  return strerror(code);
}

// The call's result or the name of its errno, behind what was called.
static long long show(long long value, const char *format, ...) {
  int code = errno;
  va_list args;
  va_start(args, format);
  vprintf(format, args);
  va_end(args);
  if (value < 0) printf(": %s\n", errno_name(code));
  else printf(": %lld\n", value);
  return value;
}

// Whether it worked, for calls that return a descriptor, whose number says nothing.
static int show_opened(int file, const char *what) {
  show(file < 0 ? -1 : 0, "open %s", what);
  return file;
}

static void show_bytes(const char *bytes, ssize_t length) {
  printf("  \"");
  for (ssize_t i = 0; i < length; i++) {
    if (bytes[i] >= ' ' && bytes[i] <= '~') putchar(bytes[i]);
    else printf("\\%02x", (unsigned char)bytes[i]);
  }
  printf("\"\n");
}

// All of a file, as another descriptor sees it.
static void show_file(const char *name) {
  char buffer[256];
  int file = open(in(name), O_RDONLY);
  if (file < 0) {
    show(-1, "contents of %s", name);
    return;
  }
  ssize_t length = read(file, buffer, sizeof buffer);
  struct stat found;
  fstat(file, &found);
  printf("contents of %s: %lld bytes, %d links\n", name, (long long)found.st_size, (int)found.st_nlink);
  if (length >= 0) show_bytes(buffer, length);
  else show(-1, "  read");
  close(file);
}

static int compare(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static void show_directory(const char *name) {
  char *names[64];
  size_t count = 0;
  DIR *directory = opendir(in(name));
  if (directory == NULL) {
    show(-1, "entries of %s", name);
    return;
  }
  for (struct dirent *entry; (entry = readdir(directory)) != NULL && count < 64;) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    char *text = malloc(300);
    snprintf(text, 300, "%s%s", entry->d_name, entry->d_type == DT_DIR ? "/" : entry->d_type == DT_LNK ? "@" : "");
    names[count++] = text;
  }
  closedir(directory);
  qsort(names, count, sizeof *names, compare);
  printf("entries of %s:", name);
  for (size_t i = 0; i < count; i++) printf(" %s", names[i]);
  printf("\n");
}

static void make(const char *name, const char *contents) {
  int file = open(in(name), O_WRONLY | O_CREAT | O_TRUNC, 0666);
  if (file < 0 || write(file, contents, strlen(contents)) != (ssize_t)strlen(contents)) show(-1, "make %s", name);
  if (file >= 0) close(file);
}

static void creating(void) {
  static const struct { const char *name, *words; int flags; } cases[] = {
    {"new", "O_WRONLY", O_WRONLY},
    {"new", "O_WRONLY|O_CREAT", O_WRONLY | O_CREAT},
    {"new", "O_WRONLY|O_CREAT|O_EXCL", O_WRONLY | O_CREAT | O_EXCL},
    {"newer", "O_RDWR|O_CREAT|O_EXCL", O_RDWR | O_CREAT | O_EXCL},
    {"newest", "O_RDONLY|O_CREAT", O_RDONLY | O_CREAT},
    {"file", "O_RDONLY|O_CREAT", O_RDONLY | O_CREAT},
    {"folder", "O_RDONLY|O_CREAT", O_RDONLY | O_CREAT},
    {"folder", "O_RDONLY|O_CREAT|O_EXCL", O_RDONLY | O_CREAT | O_EXCL},
    {"folder", "O_WRONLY", O_WRONLY},
    {"folder", "O_RDWR|O_CREAT", O_RDWR | O_CREAT},
    {"folder/", "O_WRONLY|O_CREAT", O_WRONLY | O_CREAT},
    {"none/new", "O_WRONLY|O_CREAT", O_WRONLY | O_CREAT},
    {"file/new", "O_WRONLY|O_CREAT", O_WRONLY | O_CREAT},
    {"slash/", "O_WRONLY|O_CREAT", O_WRONLY | O_CREAT},
    {"file/", "O_WRONLY", O_WRONLY},
    {"folder/../new2", "O_WRONLY|O_CREAT", O_WRONLY | O_CREAT},
    {"folder/./new", "O_WRONLY|O_CREAT", O_WRONLY | O_CREAT},
    {"deep/deeper/deepest/new", "O_WRONLY|O_CREAT", O_WRONLY | O_CREAT},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    int file = open(in(cases[i].name), cases[i].flags, 0666);
    show(file < 0 ? -1 : 0, "open %s %s", cases[i].name, cases[i].words);
    if (file >= 0) close(file);
  }
  char name[300] = "";
  memset(name, 'n', 255);
  int file = show_opened(open(in(name), O_WRONLY | O_CREAT | O_EXCL, 0666), "a name of 255 bytes");
  close(file);
  show(unlink(in(name)), "unlink it");
  name[255] = 'n';
  show_opened(open(in(name), O_WRONLY | O_CREAT, 0666), "a name of 256 bytes");
  show(mkdir(in("sub"), 0777), "mkdir sub");
  show(mkdir(in("sub"), 0777), "mkdir sub again");
  show(mkdir(in("sub/"), 0777), "mkdir sub/");
  show(mkdir(in("sub2/"), 0777), "mkdir sub2/");
  show(mkdir(in("file"), 0777), "mkdir file");
  show(mkdir(in("none/sub"), 0777), "mkdir none/sub");
  show(mkdir(in("file/sub"), 0777), "mkdir file/sub");
  show(mkdir(in("."), 0777), "mkdir .");
  show(mkdir(in("folder/.."), 0777), "mkdir folder/..");
  show_directory(".");
  show_directory("folder");
  show_directory("deep/deeper/deepest");
}

static void writing(void) {
  char buffer[256];
  int file = show_opened(open(in("data"), O_RDWR | O_CREAT | O_TRUNC, 0666), "data");
  show(write(file, "0123456789", 10), "write 10");
  show(lseek(file, 0, SEEK_CUR), "tell");
  show(pwrite(file, "abc", 3, 3), "pwrite 3 at 3");
  show(lseek(file, 0, SEEK_CUR), "tell");
  show(pread(file, buffer, 4, 2), "pread 4 at 2");
  show_bytes(buffer, 4);
  show(pwrite(file, "end", 3, 20), "pwrite 3 at 20, past the end");
  show_file("data");
  show(lseek(file, 5, SEEK_END), "seek 5 past the end");
  show(write(file, "!", 1), "write there");
  show_file("data");
  show(write(file, "", 0), "write nothing");
  show(ftruncate(file, 4), "ftruncate 4");
  show(lseek(file, 0, SEEK_CUR), "tell");
  show(write(file, "x", 1), "write behind the new end");
  show_file("data");
  show(ftruncate(file, 2), "ftruncate 2");
  show(ftruncate(file, 6), "ftruncate 6");
  show_file("data");
  show(ftruncate(file, -1), "ftruncate -1");
  show(pwrite(file, "x", 1, -1), "pwrite at -1");
  struct iovec pieces[3] = {{"one ", 4}, {"", 0}, {"two", 3}};
  show(lseek(file, 0, SEEK_SET), "rewind");
  show(writev(file, pieces, 3), "writev of three");
  show(lseek(file, 0, SEEK_SET), "rewind");
  show(read(file, buffer, sizeof buffer), "read");
  show_bytes(buffer, 7);
  show(fsync(file), "fsync");
  show(fdatasync(file), "fdatasync");
  show(posix_fallocate(file, 0, 20), "posix_fallocate 20");
  close(file);
  show_file("data");
  show(truncate(in("data"), 3), "truncate 3");
  show(truncate(in("none"), 3), "truncate none");
  show(truncate(in("folder"), 3), "truncate folder");
  show_file("data");
  file = show_opened(open(in("data"), O_WRONLY), "data O_WRONLY");
  show(read(file, buffer, 1), "read of what is open for writing");
  close(file);
  file = show_opened(open(in("data"), O_RDONLY), "data O_RDONLY");
  show(write(file, "x", 1), "write of what is open for reading");
  show(ftruncate(file, 0), "ftruncate of what is open for reading");
  close(file);
  file = show_opened(open(in("data"), O_WRONLY | O_TRUNC), "data O_TRUNC");
  close(file);
  show_file("data");
  // Files that were there before.
  file = show_opened(open(in("file"), O_RDWR), "file");
  show(pwrite(file, "AB", 2, 4), "pwrite 2 at 4");
  show_file("file");
  show(ftruncate(file, 6), "ftruncate 6");
  show(pwrite(file, "Z", 1, 8), "pwrite at 8");
  close(file);
  show_file("file");
}

static void large(void) {
  // Blocks, their borders and holes.
  enum { LENGTH = 300000 };
  static char bytes[LENGTH], back[LENGTH];
  unsigned random = 1;
  for (int i = 0; i < LENGTH; i++) bytes[i] = (char)((random = random * 1103515245 + 12345) >> 16);
  int file = show_opened(open(in("large"), O_RDWR | O_CREAT | O_TRUNC, 0666), "large");
  long long written = 0;
  while (written < LENGTH) {
    ssize_t count = write(file, bytes + written, LENGTH - written < 7777 ? LENGTH - written : 7777);
    if (count <= 0) break;
    written += count;
  }
  show(written, "write large");
  for (int offset = 4095; offset < LENGTH - 5000; offset += 28671) {
    memset(bytes + offset, offset, 4098);
    if (pwrite(file, bytes + offset, 4098, offset) != 4098) show(-1, "pwrite 4098 at %d", offset);
  }
  show(lseek(file, 0, SEEK_SET), "rewind");
  long long length = 0;
  for (ssize_t count; (count = read(file, back + length, LENGTH - length)) > 0;) length += count;
  show(length, "read back");
  show(memcmp(bytes, back, LENGTH) == 0, "is the same");
  show(ftruncate(file, 100000), "ftruncate 100000");
  show(ftruncate(file, 200000), "ftruncate 200000");
  show(pread(file, back, 8, 99996), "pread across the cut");
  show(memcmp(back, bytes + 99996, 4) == 0 && memcmp(back + 4, "\0\0\0\0", 4) == 0, "zeros from there on");
  show(pwrite(file, "far", 3, 50000000), "pwrite at 50,000,000");
  struct stat found;
  fstat(file, &found);
  show(found.st_size, "size");
  show(pread(file, back, 4096, 30000000), "pread in the hole");
  int zeros = 0;
  for (int i = 0; i < 4096; i++) zeros += back[i] == 0;
  show(zeros, "zeros");
  close(file);
  show(unlink(in("large")), "unlink large");
}

static void appending(void) {
  int one = show_opened(open(in("log"), O_WRONLY | O_CREAT | O_APPEND, 0666), "log O_APPEND");
  int two = show_opened(open(in("log"), O_RDWR | O_APPEND), "log O_APPEND again");
  for (int i = 0; i < 3; i++) {
    char line[32];
    int length = snprintf(line, sizeof line, "one %d\n", i);
    show(write(one, line, length), "write by one");
    length = snprintf(line, sizeof line, "number two %d\n", i);
    show(write(two, line, length), "write by two");
  }
  show_file("log");
  show(lseek(one, 0, SEEK_SET), "rewind one");
  show(write(one, "end\n", 4), "write by one");
  char buffer[256];
  show(lseek(two, 0, SEEK_SET), "rewind two");
  show(read(two, buffer, 5), "read by two");
  show_bytes(buffer, 5);
  show(write(two, "two\n", 4), "write by two");
  int plain = show_opened(open(in("log"), O_WRONLY), "log");
  show(write(plain, "ONE", 3), "write without O_APPEND");
  show(fcntl(plain, F_SETFL, O_APPEND), "set O_APPEND");
  show(write(plain, "set\n", 4), "write with it");
  show_file("log");
  show(ftruncate(plain, 6), "ftruncate 6");
  show(write(one, "after\n", 6), "write by one");
  close(one);
  close(two);
  close(plain);
  show_file("log");
  FILE *stream = fopen(in("log"), "a+");
  fprintf(stream, "by stdio %d\n", 1);
  fflush(stream);
  show(ftell(stream), "ftell");
  rewind(stream);
  show(fgets(buffer, sizeof buffer, stream) != NULL, "fgets");
  printf("  %s", buffer);
  show(fclose(stream), "fclose");
  show_file("log");
}

static void temporary_files(void) {
  // mkstemp and mkdtemp, which wasi-libc leaves out, as everybody writes them.
  int made = 0;
  for (int i = 0; i < 20; i++) {
    char name[32];
    snprintf(name, sizeof name, "tmp-%02d", (i * 7) % 10);
    int file = open(in(name), O_RDWR | O_CREAT | O_EXCL, 0600);
    if (file < 0) {
      if (errno != EEXIST) show(-1, "open %s", name);
      continue;
    }
    made++;
    // Gone from the directory, alive in the program.
    unlink(in(name));
    char buffer[16];
    if (write(file, name, strlen(name)) != 6 || pread(file, buffer, sizeof buffer, 0) != 6 || memcmp(buffer, name, 6) != 0)
      show(-1, "contents of %s", name);
    if (i % 2 == 0) make(name, "again");
    struct stat found;
    fstat(file, &found);
    if (found.st_nlink != 0 || found.st_size != 6) printf("%s has %d links\n", name, (int)found.st_nlink);
    close(file);
  }
  show(made, "made");
  show_directory(".");
  for (int i = 0; i < 10; i++) {
    char name[32];
    snprintf(name, sizeof name, "tmp-%02d", i);
    show(unlink(in(name)), "unlink %s", name);
  }
}

static void renaming(void) {
  make("a", "contents of a");
  make("b", "contents of b");
  int held = show_opened(open(in("b"), O_RDWR), "b");
  show(rename(in("a"), in("b")), "rename a b, which is open");
  char buffer[64];
  show(read(held, buffer, sizeof buffer), "read the old b");
  show_bytes(buffer, 13);
  show(write(held, "+", 1), "write the old b");
  struct stat found;
  fstat(held, &found);
  show(found.st_nlink, "links of the old b");
  close(held);
  show_file("a");
  show_file("b");
  held = show_opened(open(in("b"), O_RDWR), "b");
  show(rename(in("b"), in("folder/c")), "rename b folder/c");
  show(pwrite(held, "C", 1, 0), "write what was b");
  close(held);
  show_file("folder/c");
  mkdir(in("empty"), 0777);
  mkdir(in("full"), 0777);
  make("full/f", "f");
  static const char *const pairs[][2] = {
    {"none", "a"}, {"folder/c", "none/c"}, {"folder/c", "folder/c"}, {"folder/c", "empty"}, {"empty", "folder/c"},
    {"full", "empty"}, {"empty", "file"}, {"full", "full"}, {"folder", "empty"}, {"empty", "folder"}, {"empty", "full"},
    {"empty", "empty/self"}, {"empty", "empty/../empty/self"}, {"deep", "deep/deeper/deepest/loop"},
    {"deep/deeper/deepest", "deep"}, {"deep/deeper", "moved"}, {"moved/deepest/bottom", "bottom"},
    {"folder/c", "folder/d/"}, {"file/", "x"}, {"moved/", "moved2/"}, {"folder/c", "file/x"}, {"file/x", "folder/c"},
    {".", "x"}, {"folder/.", "x"}, {"file", "."}, {"file", ".."}, {"moved2", "folder/.."},
  };
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
    show(rename(in(pairs[i][0]), in(pairs[i][1])), "rename %s %s", pairs[i][0], pairs[i][1]);
  static const char *const directories[] = {".", "folder", "empty", "full", "deep", "moved", "moved2", "moved2/deepest"};
  for (size_t i = 0; i < sizeof directories / sizeof *directories; i++) show_directory(directories[i]);
}

static void linking(void) {
  make("one", "1");
  show(link(in("one"), in("two")), "link one two");
  show(link(in("one"), in("two")), "link one two again");
  show(link(in("none"), in("three")), "link none three");
  show(link(in("folder"), in("folder2")), "link folder folder2");
  show(link(in("one"), in("none/two")), "link one none/two");
  show_file("one");
  int file = show_opened(open(in("two"), O_WRONLY | O_APPEND), "two");
  show(unlink(in("one")), "unlink one");
  show(write(file, "2", 1), "write two");
  show_file("two");
  show(unlink(in("two")), "unlink two");
  struct stat found;
  show(fstat(file, &found) == 0 ? (long long)found.st_nlink : -1, "links of an open file without a name");
  show(found.st_size, "its size");
  close(file);
  show(rename(in("two"), in("three")), "rename two three");
  make("one", "1");
  link(in("one"), in("two"));
  show(rename(in("one"), in("two")), "rename one two, which are the same");
  show_file("one");
  struct stat a, b;
  stat(in("one"), &a);
  stat(in("two"), &b);
  show(a.st_ino == b.st_ino && a.st_dev == b.st_dev, "one is two");
  stat(in("file"), &b);
  show(a.st_ino == b.st_ino && a.st_dev == b.st_dev, "one is file");
  // Symbolic ones.
  show(symlink("one", in("to-one")), "symlink to-one");
  show(symlink("one", in("to-one")), "symlink to-one again");
  show(symlink("folder", in("to-folder")), "symlink to-folder");
  show(symlink("absent", in("to-absent")), "symlink to-absent");
  show(symlink("to-loop", in("to-loop")), "symlink to-loop");
  show(symlink("", in("to-nothing")), "symlink to nothing");
  show(symlink("x", in("to-slash/")), "symlink to-slash/");
  char target[64];
  ssize_t length = readlink(in("to-one"), target, sizeof target);
  show(length, "readlink to-one");
  show_bytes(target, length);
  show(readlink(in("to-one"), target, 2), "readlink to-one in 2 bytes");
  show(readlink(in("one"), target, sizeof target), "readlink one");
  file = show_opened(open(in("to-one"), O_WRONLY | O_APPEND), "to-one");
  show(write(file, "through the link", 16), "write through it");
  close(file);
  show_file("one");
  file = show_opened(open(in("to-absent"), O_WRONLY | O_CREAT, 0666), "to-absent O_CREAT");
  if (file >= 0) close(file);
  show_opened(open(in("to-absent"), O_WRONLY | O_CREAT | O_EXCL, 0666), "to-absent O_CREAT|O_EXCL");
  show_opened(open(in("to-loop"), O_WRONLY | O_CREAT, 0666), "to-loop O_CREAT");
  show_opened(open(in("to-one"), O_WRONLY | O_NOFOLLOW), "to-one O_NOFOLLOW");
  show(mkdir(in("to-absent"), 0777), "mkdir to-absent");
  show(mkdir(in("to-folder/sub"), 0777), "mkdir to-folder/sub");
  make("to-folder/through", "t");
  show_directory("folder");
  show(rename(in("to-folder/through"), in("to-absent")), "rename over a link");
  show(unlink(in("to-folder")), "unlink to-folder");
  show(rmdir(in("to-one")), "rmdir to-one");
  show(unlink(in("to-one")), "unlink to-one");
  show(link(in("to-loop"), in("to-loop2")), "link to-loop");
  show_directory(".");
}

static void removing(void) {
  static const char *const names[] = {"none", "folder", "folder/", "folder/c", "folder/c/", "file/x", ".", "folder/..", "file/", "file"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) show(unlink(in(names[i])), "unlink %s", names[i]);
  static const char *const directories[] = {"none", "two", "folder", "folder/sub", "folder/sub", "folder/.", "folder/..", "full", "two/x"};
  for (size_t i = 0; i < sizeof directories / sizeof *directories; i++)
    show(rmdir(in(directories[i])), "rmdir %s", directories[i]);
  // What is gone while it is open.
  mkdir(in("gone"), 0777);
  int directory = open(in("gone"), O_RDONLY | O_DIRECTORY);
  show(rmdir(in("gone")), "rmdir gone, which is open");
  show(openat(directory, "x", O_WRONLY | O_CREAT, 0666), "create in it");
  show(mkdirat(directory, "x", 0777), "mkdir in it");
  struct stat found;
  show(fstat(directory, &found), "fstat it");
  close(directory);
  show(remove(in("two")), "remove two");
  show(remove(in("empty")), "remove empty");
  show_directory(".");
}

static void reading_directories(void) {
  mkdir(in("many"), 0777);
  for (int i = 0; i < 50; i++) {
    char name[32];
    snprintf(name, sizeof name, "many/entry-%d", i);
    make(name, "");
  }
  DIR *directory = opendir(in("many"));
  char seen[60] = {0};
  int count = 0, twice = 0;
  long position = 0;
  for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
    int number;
    if (sscanf(entry->d_name, "entry-%d", &number) != 1) continue;
    twice += seen[number]++ > 0;
    if (++count == 20) position = telldir(directory);
  }
  show(count, "entries");
  show(twice, "seen twice");
  rewinddir(directory);
  count = 0;
  while (readdir(directory) != NULL) count++;
  show(count == 50 || count == 52, "all again after rewinddir");
  seekdir(directory, position);
  count = 0;
  while (readdir(directory) != NULL) count++;
  show(count >= 30 && count <= 32, "the rest after seekdir");
  // Everything is deleted while it is being read, as `rm -r` does.
  rewinddir(directory);
  count = 0;
  for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
    if (entry->d_name[0] == '.') continue;
    char name[300];
    snprintf(name, sizeof name, "many/%s", entry->d_name);
    if (unlink(in(name)) == 0) count++;
    else show(-1, "unlink %s", name);
  }
  show(count, "deleted while reading");
  closedir(directory);
  show(rmdir(in("many")), "rmdir many");
  int fd = open(in("folder"), O_RDONLY | O_DIRECTORY);
  int file = openat(fd, "by-descriptor", O_WRONLY | O_CREAT, 0666);
  show(write(file, "x", 1), "write what openat made");
  close(file);
  show(renameat(fd, "by-descriptor", fd, "renamed"), "renameat");
  directory = fdopendir(fd);
  count = 0;
  for (struct dirent *entry; (entry = readdir(directory)) != NULL;) count += entry->d_name[0] != '.';
  show(count, "entries of folder");
  closedir(directory);
}

// In whole seconds and only in comparison, because a host's files have another precision.
static void times(void) {
  struct stat before, after;
  make("timed", "x");
  const struct timespec given[2] = {{.tv_sec = 1000000000, .tv_nsec = 5}, {.tv_sec = 1234567890, .tv_nsec = 987654321}};
  show(utimensat(AT_FDCWD, in("timed"), given, 0), "utimensat");
  stat(in("timed"), &before);
  show(before.st_atim.tv_sec, "atime");
  show(before.st_mtim.tv_sec, "mtime");
  show(before.st_mtim.tv_nsec, "its nanoseconds");
  const struct timespec omitted[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = 5}};
  show(utimensat(AT_FDCWD, in("timed"), omitted, 0), "utimensat, one omitted");
  stat(in("timed"), &after);
  show(after.st_atim.tv_sec, "atime");
  show(after.st_mtim.tv_sec, "mtime");
  int file = open(in("timed"), O_WRONLY | O_APPEND);
  write(file, "y", 1);
  fstat(file, &after);
  show(after.st_mtim.tv_sec > 1500000000, "mtime moves by a write");
  futimens(file, given);
  ftruncate(file, 0);
  fstat(file, &after);
  show(after.st_mtim.tv_sec > 1500000000, "mtime moves by ftruncate");
  const struct timespec now[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_nsec = UTIME_NOW}};
  futimens(file, given);
  show(futimens(file, now), "futimens now");
  fstat(file, &after);
  show(after.st_atim.tv_sec, "atime");
  show(after.st_mtim.tv_sec > 1500000000, "mtime is now");
  futimens(file, given);
  close(file);
  stat(in("timed"), &after);
  show(after.st_mtim.tv_sec, "mtime stays when closed");
  utimensat(AT_FDCWD, in("folder"), given, 0);
  make("folder/timed", "");
  stat(in("folder"), &after);
  show(after.st_mtim.tv_sec > 1500000000, "a directory's mtime moves by a new entry");
  utimensat(AT_FDCWD, in("folder"), given, 0);
  make("folder/timed", "more");
  stat(in("folder"), &after);
  show(after.st_mtim.tv_sec, "and stays when an entry is written");
  rename(in("folder/timed"), in("folder/timed2"));
  stat(in("folder"), &after);
  show(after.st_mtim.tv_sec > 1500000000, "moves by rename");
  utimensat(AT_FDCWD, in("folder"), given, 0);
  unlink(in("folder/timed2"));
  stat(in("folder"), &after);
  show(after.st_mtim.tv_sec > 1500000000, "moves by unlink");
  symlink("timed", in("to-timed"));
  show(utimensat(AT_FDCWD, in("to-timed"), given, AT_SYMLINK_NOFOLLOW), "utimensat of a link");
  lstat(in("to-timed"), &after);
  show(after.st_mtim.tv_sec, "its mtime");
  show(utimensat(AT_FDCWD, in("none"), given, 0), "utimensat none");
}

static void other_mount(void) {
  char there[4096];
  snprintf(there, sizeof there, "%s/moved", other);
  make("here", "here");
  show(rename(in("here"), there), "rename into the other mount");
  show(link(in("here"), there), "link into the other mount");
  int file = show_opened(open(there, O_WRONLY | O_CREAT | O_EXCL, 0666), "a file there");
  show(write(file, "there", 5), "write it");
  close(file);
  show(rename(there, in("from-there")), "rename back");
  show_file("here");
  show(unlink(there), "unlink there");
}

int main(int argc, char **argv) {
  base = argc > 1 ? argv[1] : ".";
  other = argc > 2 ? argv[2] : NULL;
  creating();
  writing();
  large();
  appending();
  temporary_files();
  renaming();
  linking();
  removing();
  reading_directories();
  times();
  if (other != NULL) other_mount();
  return 0;
}
