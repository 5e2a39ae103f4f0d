// Calls of preview 1 as lines of stdin say, each a letter, numbers and paths with blanks between them: prints what each came to, an
// errno or what is asked for. What is open is known by its place; the first places are those of the preopens. `''` is an empty path.

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "preview1.h"

static int places[100000];
static char bytes[70000];

static int place(void) { return places[atoi(strtok(NULL, " "))]; }
static uint64_t number(void) { return strtoull(strtok(NULL, " "), NULL, 10); }
static const char *path(void) {
  const char *text = strtok(NULL, " ");
  return strcmp(text, "''") == 0 ? "" : text;
}

static error print_stat(error code, const unsigned char *stat) {
  if (code) return code;
  uint64_t size;
  memcpy(&size, stat + 32, 8);
  printf("%d %llu\n", stat[16], stat[16] == 3 ? 0 : size);
  return 0xffff;
}

static error list(int fd) {
  uint64_t cookie = 0;
  static unsigned char buffer[300];
  for (;;) {
    size_t used, at = 0;
    error code = fd_readdir(fd, buffer, sizeof buffer, cookie, &used);
    if (code) return code;
    while (at + 24 <= used) {
      uint32_t length;
      memcpy(&length, buffer + at + 16, 4);
      if (at + 24 + length > used) break;
      memcpy(&cookie, buffer + at, 8);
      const char *name = (const char *)buffer + at + 24;
      if (!(length == 1 && name[0] == '.') && !(length == 2 && name[0] == '.' && name[1] == '.'))
        printf("%.*s:%d ", (int)length, name, buffer[at + 20]);
      at += 24 + length;
    }
    if (used < sizeof buffer) break;
  }
  putchar('\n');
  return 0xffff;
}

static error perform(char what) {
  unsigned char stat[64];
  size_t count = 0;
  switch (what) {
    case 'o': {
      int at = atoi(strtok(NULL, " ")), base = place();
      uint32_t follow = number(), flags = number();
      uint64_t rights = number();
      const char *name = path();
      error code = path_open(base, follow, BYTES(name), flags, rights, ~0ull >> 35, 0, &places[at]);
      if (code) places[at] = -1;
      return code;
    }
    case 'c': return fd_close(place());
    case 'm': { int base = place(); const char *name = path(); return path_create_directory(base, BYTES(name)); }
    case 'd': { int base = place(); const char *name = path(); return path_remove_directory(base, BYTES(name)); }
    case 'u': { int base = place(); const char *name = path(); return path_unlink_file(base, BYTES(name)); }
    case 'v': {
      int base = place();
      const char *from = path();
      int other = place();
      const char *to = path();
      return path_rename(base, BYTES(from), other, BYTES(to));
    }
    case 'h': {
      int base = place();
      uint32_t follow = number();
      const char *from = path();
      int other = place();
      const char *to = path();
      return path_link(base, follow, BYTES(from), other, BYTES(to));
    }
    case 'y': {
      int base = place();
      const char *target = path();
      const char *name = path();
      return path_symlink(BYTES(target), base, BYTES(name));
    }
    case 'p': {
      int base = place();
      const char *name = path();
      error code = path_readlink(base, BYTES(name), bytes, sizeof bytes, &count);
      if (code) return code;
      printf("%.*s\n", (int)count, bytes);
      return 0xffff;
    }
    case 's': {
      int base = place();
      uint32_t follow = number();
      const char *name = path();
      return print_stat(path_filestat_get(base, follow, BYTES(name), stat), stat);
    }
    case 'S': return print_stat(fd_filestat_get(place(), stat), stat);
    case 'i': {
      int base = place();
      uint32_t follow = number();
      const char *at = path();
      return path_filestat_set_times(base, follow, BYTES(at), 0, number() * 1000000000, 4);
    }
    case 'I': return fd_filestat_set_times(place(), 0, 1000000000, 4);
    case 't': { int fd = place(); return fd_filestat_set_size(fd, number()); }
    case 'l': return list(place());
    case 'a': case 'w': {
      int fd = place();
      error found = what == 'a' ? fd_filestat_get(fd, stat) : 0;
      if (found) return found;
      uint64_t offset;
      memcpy(&offset, stat + 32, 8);
      if (what == 'w') offset = number();
      const char *text = path();
      struct piece pieces[] = {{(void *)text, strlen(text)}};
      error code = fd_pwrite(fd, pieces, 1, offset, &count);
      if (code) return code;
      printf("%zu\n", count);
      return 0xffff;
    }
    case 'r': {
      struct piece pieces[] = {{bytes, sizeof bytes}};
      error code = fd_pread(place(), pieces, 1, 0, &count);
      if (code) return code;
      uint32_t sum = 0;
      for (size_t i = 0; i < count; i++) sum = sum * 31 + (unsigned char)bytes[i];
      printf("%zu %u\n", count, sum);
      return 0xffff;
    }
  }
  return 9999;
}

int main(int argc, char **argv) {
  for (int i = 0; i < 3; i++) places[i] = 3 + i;
  static char line[2000];
  while (fgets(line, sizeof line, stdin) != NULL) {
    line[strcspn(line, "\n")] = 0;
    strtok(line, " ");
    error code = perform(line[0]);
    if (code != 0xffff) printf("! %d\n", code);
  }
  return 0;
}
