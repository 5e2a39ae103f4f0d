// Does to files what its arguments say, one attempt an argument, and prints what came of each: `ok`, what was read or
// listed, or the name of an errno. An attempt is a word and paths, with blanks between them: `rename a b`. `cd PATH` opens a
// directory, in which the attempts behind it are, and `cd` goes back.

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *errno_name(int number) {
  switch (number) {
    case EACCES: return "EACCES";
    case EBADF: return "EBADF";
    case EBUSY: return "EBUSY";
    case EEXIST: return "EEXIST";
    case EINVAL: return "EINVAL";
    case EISDIR: return "EISDIR";
    case ELOOP: return "ELOOP";
    case ENOENT: return "ENOENT";
    case ENOSPC: return "ENOSPC";
    case ENOTCAPABLE: return "EPERM";
    case ENOTDIR: return "ENOTDIR";
    case ENOTEMPTY: return "ENOTEMPTY";
    case EPERM: return "EPERM";
    case EROFS: return "EROFS";
    case EXDEV: return "EXDEV";
  }
  static char text[20];
  snprintf(text, sizeof text, "errno %d", number);
  return text;
}

static int by_name(const void *left, const void *right) {
  return strcmp(*(char *const *)left, *(char *const *)right);
}

static void list(int directory, const char *path) {
  int fd = openat(directory, path, O_RDONLY | O_DIRECTORY);
  DIR *dir = fd < 0 ? NULL : fdopendir(fd);
  if (dir == NULL) {
    puts(errno_name(errno));
    return;
  }
  char *names[1000];
  int count = 0;
  for (struct dirent *entry; count < 1000 && (entry = readdir(dir)) != NULL;)
    if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) names[count++] = strdup(entry->d_name);
  closedir(dir);
  qsort(names, count, sizeof *names, by_name);
  for (int i = 0; i < count; i++) printf("%s%s", i == 0 ? "" : " ", names[i]);
  puts("");
}

static void read_file(int fd) {
  char bytes[1000];
  ssize_t length = read(fd, bytes, sizeof bytes);
  if (length < 0) puts(errno_name(errno));
  else printf("%.*s\n", (int)length, bytes);
  close(fd);
}

int main(int argc, char **argv) {
  int directory = -1;
  for (int i = 1; i < argc; i++) {
    char *words[4] = { NULL };
    printf("%s: ", argv[i]);
    int count = 0;
    for (char *word = strtok(argv[i], " "); word != NULL && count < 4; word = strtok(NULL, " ")) words[count++] = word;
    const char *what = words[0], *path = words[1], *other = words[2];
    int result = 0;
    if (strcmp(what, "cd") == 0) {
      if (directory >= 0 && path == NULL) close(directory);
      int from = directory < 0 ? AT_FDCWD : directory;
      directory = path == NULL ? -1 : openat(from, path, O_RDONLY | O_DIRECTORY);
      result = path == NULL ? 0 : directory;
    } else {
      int at = directory < 0 ? AT_FDCWD : directory;
      struct stat stat;
      struct timespec times[2] = { { .tv_sec = 1 }, { .tv_sec = 1 } };
      if (strcmp(what, "list") == 0) {
        list(at, path);
        continue;
      } else if (strcmp(what, "read") == 0) {
        result = openat(at, path, O_RDONLY);
        if (result >= 0) {
          read_file(result);
          continue;
        }
      } else if (strcmp(what, "write") == 0) {
        result = openat(at, path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
        if (result >= 0 && write(result, "written", 7) != 7) result = -1;
        if (result >= 0) close(result);
      } else if (strcmp(what, "append") == 0) {
        result = openat(at, path, O_WRONLY | O_APPEND);
        if (result >= 0 && write(result, "+", 1) != 1) result = -1;
      } else if (strcmp(what, "make") == 0) {
        result = openat(at, path, O_WRONLY | O_CREAT | O_EXCL, 0666);
        if (result >= 0) close(result);
      } else if (strcmp(what, "truncate") == 0) {
        result = openat(at, path, O_RDONLY | O_TRUNC);
      } else if (strcmp(what, "through") == 0) {
        // A descriptor for reading must not change what it is of.
        int fd = openat(at, path, O_RDONLY);
        if (fd < 0 || ftruncate(fd, 0) == 0 || write(fd, "x", 1) == 1 || futimens(fd, times) == 0) result = fd < 0 ? -1 : 0;
        else result = -1;
        close(fd);
      } else if (strcmp(what, "stat") == 0) {
        result = fstatat(at, path, &stat, 0);
      } else if (strcmp(what, "lstat") == 0) {
        result = fstatat(at, path, &stat, AT_SYMLINK_NOFOLLOW);
      } else if (strcmp(what, "times") == 0) {
        result = utimensat(at, path, times, 0);
      } else if (strcmp(what, "mkdir") == 0) {
        result = mkdirat(at, path, 0777);
      } else if (strcmp(what, "rmdir") == 0) {
        result = unlinkat(at, path, AT_REMOVEDIR);
      } else if (strcmp(what, "unlink") == 0) {
        result = unlinkat(at, path, 0);
      } else if (strcmp(what, "rename") == 0) {
        result = renameat(at, path, other[0] == '/' ? AT_FDCWD : at, other);
      } else if (strcmp(what, "link") == 0) {
        result = linkat(at, path, other[0] == '/' ? AT_FDCWD : at, other, 0);
      } else if (strcmp(what, "symlink") == 0) {
        result = symlinkat(path, at, other);
      } else {
        puts("no such attempt");
        return 1;
      }
    }
    puts(result < 0 ? errno_name(errno) : "ok");
  }
  return 0;
}
