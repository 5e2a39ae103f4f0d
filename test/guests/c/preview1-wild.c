// Calls all functions of preview 1 with arguments that mean nothing, by chance: addresses and lengths that lie outside of memory or
// across its end, numbers of every size. Addresses that are good lie in one buffer, and lengths end with it. Prints how often each
// function answered with each code, and whether what lies around the buffer is as it was.

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define IMPORT(name) __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name)))
typedef uint32_t n;
typedef uint64_t w;

#define FUNCTIONS(F)                                                                                                            \
  F(args_get, (n, n), (p(), p()))                                                                                               \
  F(args_sizes_get, (n, n), (p(), p()))                                                                                         \
  F(environ_get, (n, n), (p(), p()))                                                                                            \
  F(environ_sizes_get, (n, n), (p(), p()))                                                                                      \
  F(clock_res_get, (n, n), (i(), p()))                                                                                          \
  F(clock_time_get, (n, w, n), (i(), v(), p()))                                                                                 \
  F(fd_advise, (n, w, w, n), (f(), v(), v(), i()))                                                                              \
  F(fd_allocate, (n, w, w), (f(), s(), s()))                                                                                    \
  F(fd_close, (n), (g()))                                                                                                       \
  F(fd_datasync, (n), (f()))                                                                                                    \
  F(fd_fdstat_get, (n, n), (f(), p()))                                                                                          \
  F(fd_fdstat_set_flags, (n, n), (g(), i()))                                                                                    \
  F(fd_fdstat_set_rights, (n, w, w), (g(), v(), v()))                                                                           \
  F(fd_filestat_get, (n, n), (f(), p()))                                                                                        \
  F(fd_filestat_set_size, (n, w), (f(), s()))                                                                                   \
  F(fd_filestat_set_times, (n, w, w, n), (f(), v(), v(), i()))                                                                  \
  F(fd_pread, (n, n, n, w, n), (f(), p(), c(), v(), p()))                                                                       \
  F(fd_prestat_get, (n, n), (f(), p()))                                                                                         \
  F(fd_prestat_dir_name, (n, n, n), (f(), p(), l()))                                                                            \
  F(fd_pwrite, (n, n, n, w, n), (g(), p(), c(), s(), p()))                                                                      \
  F(fd_read, (n, n, n, n), (f(), p(), c(), p()))                                                                                \
  F(fd_readdir, (n, n, n, w, n), (f(), p(), l(), v(), p()))                                                                     \
  F(fd_renumber, (n, n), (g(), g()))                                                                                            \
  F(fd_seek, (n, w, n, n), (f(), v(), i(), p()))                                                                                \
  F(fd_sync, (n), (f()))                                                                                                        \
  F(fd_tell, (n, n), (f(), p()))                                                                                                \
  F(fd_write, (n, n, n, n), (g(), p(), c(), p()))                                                                               \
  F(path_create_directory, (n, n, n), (f(), p(), l()))                                                                          \
  F(path_filestat_get, (n, n, n, n, n), (f(), i(), p(), l(), p()))                                                              \
  F(path_filestat_set_times, (n, n, n, n, w, w, n), (f(), i(), p(), l(), v(), v(), i()))                                        \
  F(path_link, (n, n, n, n, n, n, n), (f(), i(), p(), l(), f(), p(), l()))                                                      \
  F(path_open, (n, n, n, n, n, w, w, n, n), (f(), i(), p(), l(), i(), v(), v(), i(), p()))                                      \
  F(path_readlink, (n, n, n, n, n, n), (f(), p(), l(), p(), l(), p()))                                                          \
  F(path_remove_directory, (n, n, n), (f(), p(), l()))                                                                          \
  F(path_rename, (n, n, n, n, n, n), (f(), p(), l(), f(), p(), l()))                                                            \
  F(path_symlink, (n, n, n, n, n), (p(), l(), f(), p(), l()))                                                                   \
  F(path_unlink_file, (n, n, n), (f(), p(), l()))                                                                               \
  F(poll_oneoff, (n, n, n, n), (p(), p(), c(), p()))                                                                              \
  F(random_get, (n, n), (p(), l()))                                                                                             \
  F(sched_yield, (void), ())                                                                                                    \
  F(sock_accept, (n, n, n), (f(), i(), p()))                                                                                    \
  F(sock_recv, (n, n, n, n, n, n), (f(), p(), c(), i(), p(), p()))                                                              \
  F(sock_send, (n, n, n, n, n), (f(), p(), c(), i(), p()))                                                                      \
  F(sock_shutdown, (n, n), (f(), i()))

#define DECLARE(name, types, values) n name types IMPORT(name);
FUNCTIONS(DECLARE)

#define AROUND 4096
#define ROOM 8192
static struct {
  uint8_t before[AROUND], buffer[ROOM], after[AROUND];
} area;

static uint32_t state;
static uint32_t next(uint32_t below) {
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state % below;
}

static uint32_t end(void) { return __builtin_wasm_memory_size(0) << 16; }
/** Where the last good address leaves room. */
static uint32_t left;

/** An address. Results are at most 64 bytes. */
static n p(void) {
  if (next(2)) {
    uint32_t at = next(ROOM - 64);
    left = ROOM - at;
    return (n)(uintptr_t)area.buffer + at;
  }
  left = 0xffffffff;
  // The end of memory is nobody's: what is written there harms nothing.
  const uint32_t wild[] = {end(), end() + next(1000), 0xffffffff - next(100), 0x80000000 + next(1000), end() - 1, end() - 3, end() - 7};
  return wild[next(sizeof wild / sizeof *wild)];
}

/** A length that belongs to the address before. */
static n l(void) {
  if (left == 0xffffffff) return next(2) ? 8 + next(100) : 0xffffffff - next(100);
  return next(3) ? next(left < 100 ? left : 100) : 0xffffffff - next(1000);
}

/** How many buffers: those are read out of the good ones' bytes, so none is big. */
static n c(void) { return next(3) ? next(4) : next(2) ? 0x10000000 + next(4) : 0xffffffff - next(10); }
static n i(void) { return next(2) ? next(6) : next(2) ? next(256) : 0xffffffff - next(100); }
static n f(void) { return next(3) ? 3 + next(6) : next(2) ? next(3) : 0xffffffff - next(100); }
/** One that is not needed to print. */
static n g(void) { return next(2) ? 4 + next(6) : 0x7fffffff - next(100); }
static w v(void) { return next(2) ? next(1000) : next(2) ? (w)next(0xffffffff) << 32 : ~(w)0 - next(100); }
/** A place in a file of the host's: small, or none. */
static w s(void) { return next(2) ? next(1000) : ~(w)0 - next(100); }

#define COUNT(name, types, values) +1
enum { COUNTED = 0 FUNCTIONS(COUNT) };
static uint32_t answers[COUNTED][80];
static const char *const NAMES[] = {
#define NAME(name, types, values) #name,
    FUNCTIONS(NAME)};

static n call(int which) {
  int at = 0;
#define CALL(name, types, values) \
  if (which == at++) return name values;
  FUNCTIONS(CALL)
  return 0;
}

int main(int argc, char **argv) {
  state = argc > 1 ? strtoul(argv[1], 0, 10) * 2654435761u + 1 : 1;
  int count = argc > 2 ? atoi(argv[2]) : 1000;
  path_create_directory(3, (n)(uintptr_t) "d", 1);
  path_open(3, 0, (n)(uintptr_t) "d", 1, 2, ~(w)0 >> 35, ~(w)0 >> 35, 0, (n)(uintptr_t)area.buffer);
  for (int file = 0; file < 3; file++)
    path_open(3, 0, (n)(uintptr_t) "abc" + file, 1, 1, ~(w)0 >> 35, ~(w)0 >> 35, file == 2, (n)(uintptr_t)area.buffer);
  memset(area.before, 0xa5, AROUND);
  memset(area.after, 0xa5, AROUND);
  for (int step = 0; step < count; step++) {
    // Lists of buffers, paths and subscriptions are made of small numbers, so that what they say lies in the buffer or nowhere.
    for (int at = 0; at < ROOM; at += 8) {
      uint32_t where = next(3) ? (n)(uintptr_t)area.buffer + next(ROOM - 512) : 0xffffffff - next(1000), length = next(3) ? next(512) : 0xf0000000;
      memcpy(area.buffer + at, &where, 4);
      memcpy(area.buffer + at + 4, &length, 4);
    }
    if (next(2)) memcpy(area.buffer, "a/b/../c", 8);
    int which = next(COUNTED);
    n code = call(which);
    if (code >= 80) printf("%s answers %u\n", NAMES[which], code);
    else answers[which][code]++;
    for (int at = 0; at < AROUND; at++) {
      if (area.before[at] == 0xa5 && area.after[at] == 0xa5) continue;
      printf("%s wrote beside the buffer\n", NAMES[which]);
      return 1;
    }
  }
  for (int which = 0; which < COUNTED; which++) {
    printf("%s:", NAMES[which]);
    for (int code = 0; code < 80; code++) if (answers[which][code]) printf(" %d", code);
    putchar('\n');
  }
  return 0;
}
