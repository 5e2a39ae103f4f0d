// Fills the directory that its argument names until there is no more room, and makes room again; prints how much went
// in, and why no more. With a number as second argument, it makes and deletes so many files instead.

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE = 65536 };
static char piece[PIECE];
static const char *base;

static const char *in(const char *name, int number) {
  static char paths[4][4096];
  static int next = 0;
  char *path = paths[next++ % 4];
  snprintf(path, sizeof paths[0], "%s/%s-%d", base, name, number);
  return path;
}

static const char *reason(void) {
  return errno == ENOSPC ? "ENOSPC" : errno == EDQUOT ? "EDQUOT" : errno == ENOMEM ? "ENOMEM" : strerror(errno);
}

// Appends until it fails: how many bytes the file has then. A stream of WASI is closed once it has failed, so
// that each attempt opens the file anew.
static long long fill(const char *path, const char **why) {
  int file = -1;
  for (size_t size = PIECE; size > 0;) {
    if (file < 0 && (file = open(path, O_WRONLY | O_CREAT | O_APPEND, 0666)) < 0) {
      *why = reason();
      return -1;
    }
    ssize_t count = write(file, piece, size);
    if (count > 0) continue;
    *why = reason();
    size /= 2;
    close(file);
    file = -1;
  }
  file = open(path, O_RDONLY);
  struct stat found;
  fstat(file, &found);
  close(file);
  return found.st_size;
}

static int is_intact(const char *path, long long size) {
  static char back[PIECE];
  int file = open(path, O_RDONLY);
  long long seen = 0;
  for (ssize_t count; (count = read(file, back, PIECE)) > 0; seen += count)
    for (ssize_t i = 0; i < count; i++)
      if (back[i] != piece[0]) return 0;
  close(file);
  return seen == size;
}

static void churn(int count) {
  for (int i = 0; i < count; i++) {
    int size = (i * 7919) % 20000;
    int file = open(in("churn", i % 10), O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (file < 0 || write(file, piece, size) != size || close(file) != 0) {
      printf("%d: %s\n", i, reason());
      return;
    }
    if (i >= 5 && unlink(in("churn", (i - 5) % 10)) != 0) {
      printf("unlink %d: %s\n", i, reason());
      return;
    }
  }
  printf("done\n");
}

int main(int argc, char **argv) {
  base = argv[1];
  memset(piece, 'x', PIECE);
  if (argc > 2) {
    churn(atoi(argv[2]));
    return 0;
  }
  const char *why = "";
  long long size = fill(in("large", 0), &why);
  printf("bytes %lld %s, intact %d\n", size, why, is_intact(in("large", 0), size));
  printf("unlink %d\n", unlink(in("large", 0)));
  for (int round = 0; round < 20; round++) {
    long long again = fill(in("large", round), &why);
    if (again != size) printf("then %lld\n", again);
    if (truncate(in("large", round), size / 2) != 0) printf("truncate %s\n", reason());
    again = fill(in("large", round), &why);
    if (again != size) printf("after truncate %lld\n", again);
    unlink(in("large", round));
  }
  int count = 0;
  for (; count < 100000; count++) {
    int file = open(in("file", count), O_WRONLY | O_CREAT | O_EXCL, 0666);
    if (file < 0) {
      printf("open %s\n", reason());
      break;
    }
    close(file);
  }
  printf("mkdir %s\n", mkdir(in("folder", 0), 0777) == 0 ? "done" : reason());
  printf("symlink %s\n", symlink("x", in("link", 0)) == 0 ? "done" : reason());
  printf("files %d\n", count);
  unlink(in("file", 0));
  printf("mkdir in its place %s\n", mkdir(in("folder", 0), 0777) == 0 ? "done" : reason());
  return 0;
}
