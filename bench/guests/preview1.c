// What preview1.mjs measures: calls of preview 1 itself, with no more of libc in between than its input. Each line of that is an
// operation and how many times, such as `read=1024`; it is answered by a line of its name and the nanoseconds that all took.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wasi/api.h>

#define PIECE 65536
#define DIRECTORY 3

static uint8_t piece[PIECE];
static const char *operation;

static void check(__wasi_errno_t error) {
  if (error == 0) return;
  fprintf(stderr, "%s: errno %d\n", operation, error);
  exit(1);
}

static __wasi_timestamp_t now(void) {
  __wasi_timestamp_t time;
  check(__wasi_clock_time_get(__WASI_CLOCKID_MONOTONIC, 1, &time));
  return time;
}

static __wasi_fd_t open_file(const char *path, __wasi_oflags_t flags, __wasi_rights_t rights) {
  __wasi_fd_t file;
  check(__wasi_path_open(DIRECTORY, 0, path, flags, rights, 0, 0, &file));
  return file;
}

/** From the beginning again where the file ends, which is at the end of a piece. */
static void read_pieces(int count) {
  __wasi_fd_t file = open_file("large.bin", 0, __WASI_RIGHTS_FD_READ | __WASI_RIGHTS_FD_SEEK);
  for (int i = 0; i < count; i++) {
    __wasi_iovec_t buffer = {piece, PIECE};
    __wasi_size_t size;
    __wasi_filesize_t position;
    check(__wasi_fd_read(file, &buffer, 1, &size));
    if (size == PIECE) continue;
    check(size == 0 ? 0 : __WASI_ERRNO_IO);
    check(__wasi_fd_seek(file, 0, __WASI_WHENCE_SET, &position));
    i--;
  }
  check(__wasi_fd_close(file));
}

static void write_pieces(int count) {
  __wasi_fd_t file = open_file("written.bin", __WASI_OFLAGS_CREAT | __WASI_OFLAGS_TRUNC, __WASI_RIGHTS_FD_WRITE);
  for (int i = 0; i < count; i++) {
    __wasi_ciovec_t buffer = {piece, PIECE};
    __wasi_size_t size;
    check(__wasi_fd_write(file, &buffer, 1, &size));
    check(size == PIECE ? 0 : __WASI_ERRNO_IO);
  }
  check(__wasi_fd_close(file));
}

static void fdstat(int count) {
  __wasi_fd_t file = open_file("large.bin", 0, __WASI_RIGHTS_FD_READ);
  __wasi_fdstat_t found;
  for (int i = 0; i < count; i++) check(__wasi_fd_fdstat_get(file, &found));
  check(__wasi_fd_close(file));
}

static void filestat(int count) {
  __wasi_filestat_t found;
  for (int i = 0; i < count; i++) check(__wasi_path_filestat_get(DIRECTORY, 0, "large.bin", &found));
}

static void read_clock(int count) {
  for (int i = 0; i < count; i++) now();
}

static const struct {
  const char *name;
  void (*run)(int count);
} operations[] = {{"read", read_pieces}, {"write", write_pieces}, {"fdstat", fdstat}, {"filestat", filestat}, {"clock", read_clock}};

int main(void) {
  char line[64];
  while (fgets(line, sizeof line, stdin)) {
    char *count = strchr(line, '=');
    if (count == NULL) return 1;
    *count = 0;
    operation = line;
    for (size_t each = 0; each < sizeof operations / sizeof *operations; each++) {
      if (strcmp(operations[each].name, operation) != 0) continue;
      __wasi_timestamp_t before = now();
      operations[each].run(atoi(count + 1));
      printf("%s %llu\n", operation, (unsigned long long)(now() - before));
      fflush(stdout);
    }
  }
  return 0;
}
