// Calls of preview 1 in an order by chance, by the seed and the number in its arguments: prints what each answers, but for what
// another file system may say in another way (times, inode numbers, sizes of directories, the order of entries). Its files are in
// the first directory that is open before it.

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "preview1.h"

#define NONE 1000

static uint32_t state;
static uint32_t next(uint32_t below) {
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state % below;
}

static const char *const PATHS[] = {"a", "b", "d", "d/a", "d/b", "d/e", "d/e/a", "l", "d/l", "d/../a", "./b", "a/x", "missing/a", "..", "d/.", ""};
static const char *path(void) { return PATHS[next(sizeof PATHS / sizeof *PATHS)]; }

// What is open, by places: hosts choose numbers as they like. Nothing has the last number.
#define PLACES 8
static int open_at[PLACES];
static int place(void) { return next(PLACES); }

static int is_directory(int fd) {
  unsigned char status[24];
  return fd_fdstat_get(fd, status) == 0 && status[0] == 3;
}

/** The first place is that of the directory to work in. What is no directory is refused by hosts with one code or another. */
static int directory(void) {
  int at = next(4) ? 0 : place();
  return is_directory(open_at[at]) ? at : 0;
}

/** Of two faults of a call, a source that is missing and a destination that cannot be, hosts say one or the other. */
static const char *beside(const char *destination, int fd, const char *source) {
  unsigned char stat[64];
  return path_filestat_get(fd, 1, BYTES(source), stat) ? "b" : destination;
}

static void print_bytes(const char *at, size_t length) {
  putchar('"');
  for (size_t i = 0; i < length; i++) {
    if (at[i] >= ' ' && at[i] <= '~') putchar(at[i]);
    else printf("\\%02x", (unsigned char)at[i]);
  }
  putchar('"');
}

static void print_stat(const unsigned char *stat) {
  uint64_t size;
  memcpy(&size, stat + 32, 8);
  printf(" type %d", stat[16]);
  if (stat[16] == 4) printf(" size %llu", size);
}

static int by_text(const void *left, const void *right) { return strcmp(left, right); }

/** All entries, in pieces of this many bytes. */
static void list(int fd, size_t room) {
  static char names[64][64];
  size_t count = 0;
  uint64_t cookie = 0;
  static unsigned char buffer[512];
  for (;;) {
    size_t used;
    error code = fd_readdir(fd, buffer, room, cookie, &used);
    if (code) {
      printf(" error %d", code);
      return;
    }
    size_t at = 0;
    while (at + 24 <= used) {
      uint32_t length;
      memcpy(&length, buffer + at + 16, 4);
      if (at + 24 + length > used) break;
      memcpy(&cookie, buffer + at, 8);
      snprintf(names[count++ % 64], 64, "%.*s:%d", (int)length, buffer + at + 24, buffer[at + 20]);
      at += 24 + length;
    }
    if (used < room) break;
  }
  qsort(names, count, sizeof *names, by_text);
  for (size_t i = 0; i < count; i++) printf(" %s", names[i]);
}

static void step(int number) {
  static char data[300];
  static unsigned char stat[64];
  size_t count = 0;
  uint64_t position = 0;
  const char *one = path(), *other = path();
  int here = place(), fd = open_at[here], at = directory(), in = open_at[at];
  uint32_t follow = next(2);
  printf("%d ", number);
  switch (next(28)) {
    case 0: case 1: case 2: case 3: case 4: {
      // CREAT, DIRECTORY, EXCL and TRUNC, in the ways that file systems agree about; APPEND and NONBLOCK.
      static const uint8_t OPEN[] = {0, 1, 1, 1, 2, 5, 8, 9};
      uint32_t flags = OPEN[next(sizeof OPEN)], status = next(4) ? 0 : next(2) ? 1 : 4;
      uint64_t rights = next(4) == 0 ? 2 : next(4) == 0 ? 64 : next(4) == 0 ? 66 | (1 << 14) : ~0ull >> 35;
      // Wasmtime lets what was made or cut off be written to.
      if (flags & 9) rights |= 64;
      int opened = NONE;
      error code = path_open(in, follow, BYTES(one), flags, rights, rights, status, &opened);
      printf("path_open %d %u \"%s\" %u %llx %u = %d", at, follow, one, flags, rights, status, code);
      if (code) break;
      if (here > 0) {
        if (fd != NONE) fd_close(fd);
        open_at[here] = opened;
        printf(" at %d", here);
      } else fd_close(opened);
      break;
    }
    case 5: case 6:
      if (here == 0) break;
      printf("fd_close %d = %d", here, fd_close(fd));
      open_at[here] = NONE;
      break;
    case 7: case 8: {
      size_t half = next(200);
      // Wasmtime reads and writes one piece that is not empty.
      struct piece pieces[] = {{data, 0}, {data, half}};
      error code = fd_read(fd, pieces, next(3), &count);
      printf("fd_read %d = %d ", here, code);
      if (!code) print_bytes(data, count);
      break;
    }
    case 9: case 10: case 11: {
      size_t length = next(100);
      memset(data, 'a' + next(26), sizeof data);
      struct piece pieces[] = {{data, 0}, {data, length}};
      error code = fd_write(fd, pieces, next(3), &count);
      printf("fd_write %d = %d %zu", here, code, code ? 0 : count);
      break;
    }
    case 12: {
      struct piece pieces[] = {{data, next(100)}};
      error code = fd_pread(fd, pieces, 1, next(200), &count);
      printf("fd_pread %d = %d ", here, code);
      if (!code) print_bytes(data, count);
      break;
    }
    case 13: {
      memset(data, 'A' + next(26), sizeof data);
      struct piece pieces[] = {{data, next(100)}};
      error code = fd_pwrite(fd, pieces, 1, next(200), &count);
      printf("fd_pwrite %d = %d %zu", here, code, code ? 0 : count);
      break;
    }
    case 14: {
      int64_t offset = (int64_t)next(300) - 100;
      uint8_t whence = next(3);
      error code = fd_seek(fd, offset, whence, &position);
      printf("fd_seek %d %lld %d = %d %llu", here, offset, whence, code, code ? 0 : position);
      break;
    }
    case 15: {
      error code = fd_tell(fd, &position);
      printf("fd_tell %d = %d %llu", here, code, code ? 0 : position);
      break;
    }
    case 16:
      printf("fd_sync %d = %d %d %d", here, fd_sync(fd), fd_datasync(fd), fd_advise(fd, next(10), next(10), next(6)));
      break;
    case 17: {
      error code = fd_filestat_get(fd, stat);
      printf("fd_filestat_get %d = %d", here, code);
      if (!code) print_stat(stat);
      break;
    }
    case 18: {
      uint64_t size = next(300);
      printf("fd_filestat_set_size %d %llu = %d", here, size, fd_filestat_set_size(fd, size));
      break;
    }
    case 19: {
      error code = fd_fdstat_get(fd, stat);
      printf("fd_fdstat_get %d = %d", here, code);
      if (!code) printf(" type %d flags %d", stat[0], stat[2]);
      break;
    }
    case 20: {
      uint16_t flags = next(3) ? next(2) : 4;
      printf("fd_fdstat_set_flags %d %d = %d", here, flags, fd_fdstat_set_flags(fd, flags));
      break;
    }
    case 21: {
      // Without following, Wasmtime takes `d/.` for `d` where that is a file; with it, and on Linux, that is no directory.
      if (strcmp(one, "d/.") == 0) follow = 1;
      error code = path_filestat_get(in, follow, BYTES(one), stat);
      printf("path_filestat_get %d %u \"%s\" = %d", at, follow, one, code);
      if (!code) print_stat(stat);
      break;
    }
    case 22:
      printf("path_create_directory %d \"%s\" = %d", at, one, path_create_directory(in, BYTES(one)));
      break;
    case 23:
      if (next(2)) printf("path_remove_directory %d \"%s\" = %d", at, one, path_remove_directory(in, BYTES(one)));
      else printf("path_unlink_file %d \"%s\" = %d", at, one, path_unlink_file(in, BYTES(one)));
      break;
    case 24: {
      int there = directory(), to = open_at[there];
      other = beside(other, in, one);
      printf("path_rename %d \"%s\" %d \"%s\" = %d", at, one, there, other, path_rename(in, BYTES(one), to, BYTES(other)));
      break;
    }
    case 25: {
      int there = directory(), to = open_at[there];
      if (next(2)) {
        other = beside(other, in, one);
        printf("path_link %d \"%s\" %d \"%s\" = %d", at, one, there, other, path_link(in, 0, BYTES(one), to, BYTES(other)));
      }
      // What a link is called is not what it leads to.
      else if (*one && strcmp(other, "..") && strcmp(other, "d/.")) printf("path_symlink \"%s\" %d \"%s\" = %d", one, there, other, path_symlink(BYTES(one), to, BYTES(other)));
      break;
    }
    case 26: {
      error code = path_readlink(in, BYTES(one), data, next(10), &count);
      printf("path_readlink %d \"%s\" = %d ", at, one, code);
      if (!code) print_bytes(data, count);
      break;
    }
    case 27:
      printf("fd_readdir %d =", at);
      list(in, 100 + next(400));
      break;
  }
  putchar('\n');
}

int main(int argc, char **argv) {
  state = argc > 1 ? strtoul(argv[1], 0, 10) * 2654435761u + 1 : 1;
  for (int i = 0; i < PLACES; i++) open_at[i] = i == 0 ? 3 : NONE;
  int count = argc > 2 ? atoi(argv[2]) : 100;
  for (int i = 0; i < count; i++) step(i);
  return 0;
}
