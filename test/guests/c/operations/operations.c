// The operations: each is a letter and its words, in the order of POSIX's arguments.

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef __wasm__
#include <wasi/api.h>
#endif
#include "interpreter.h"

struct slot slots[SLOTS];
unsigned char data[BUFFER];

struct place { int at; const char *path; };

// `@2/a` is `a` in the directory that slot 2 has open, `''` is no path at all.
static struct place place(const char *word) {
  static char buffers[2][PATH];
  static int next;
  if (strcmp(word, "''") == 0) return (struct place){ AT_FDCWD, "" };
  if (word[0] == '@') {
    const char *slash = strchr(word, '/');
    return (struct place){ slots[atoi(word + 1) % SLOTS].fd, slash == NULL ? "" : slash + 1 };
  }
  char *path = buffers[next++ % 2];
  if (word[0] == '~') snprintf(path, PATH, "%s%s", trees[1].root, word + 1);
  else snprintf(path, PATH, "%s/%s", trees[0].root, word);
  return (struct place){ AT_FDCWD, path };
}

static int is_open(const char *word) { return word[0] != '@' || slots[atoi(word + 1) % SLOTS].fd >= 0; }

static int open_flags(const char *letters, int *append) {
  int flags = 0, read = 0, write = 0;
  *append = 0;
  for (; *letters != 0; letters++) switch (*letters) {
    case 'r': read = 1; break;
    case 'w': write = 1; break;
    case 'c': flags |= O_CREAT; break;
    case 'x': flags |= O_EXCL; break;
    case 't': flags |= O_TRUNC; break;
    case 'a': flags |= O_APPEND; *append = 1; break;
    case 'd': flags |= O_DIRECTORY; break;
    case 'n': flags |= O_NOFOLLOW; break;
  }
  return flags | (read && write ? O_RDWR : write ? O_WRONLY : O_RDONLY);
}

static void add_flags(int flags) {
  if (flags < 0) result(flags);
  else add("%s%s", (flags & O_ACCMODE) == O_RDWR ? "rw" : (flags & O_ACCMODE) == O_WRONLY ? "w" : "r", flags & O_APPEND ? "a" : "");
}

static void fill(size_t length, unsigned seed) {
  for (size_t i = 0; i < length; i++) data[i] = (unsigned char)(seed * 31 + i * 7 + (i >> 8) + 1);
}

static void add_read(ssize_t n) {
  result(n);
  if (n > 0) add(" #%08x", digest(data, n));
}

static struct timespec time_of(const char *word) {
  if (strcmp(word, "now") == 0) return (struct timespec){ 0, UTIME_NOW };
  if (strcmp(word, "omit") == 0) return (struct timespec){ 0, UTIME_OMIT };
  return (struct timespec){ atoll(word), 500 };
}

static void set_times(const char *const *arg, int flags) {
  struct timespec times[2] = { time_of(arg[1]), time_of(arg[2]) };
  struct stat stat;
  struct place at = place(arg[0]);
  int failed = flags < 0 ? futimens(at.at, times) : utimensat(at.at, at.path, times, flags);
  result(failed);
  if (failed || (flags < 0 ? fstat(at.at, &stat) : fstatat(at.at, at.path, &stat, flags)) != 0) return;
  // When reading, and following a link, moves this time is the system's business.
  if (times[0].tv_nsec != UTIME_OMIT && !S_ISLNK(stat.st_mode)) add_time(&stat.st_atim);
  add_time(&stat.st_mtim);
}

static void show_stat(int failed, const struct stat *stat) {
  if (failed) result(-1);
  else {
    forget_identities();
    add_stat(stat);
  }
}

static void list(int fd) {
  DIR *dir = fd < 0 ? NULL : fdopendir(fd);
  if (dir == NULL) {
    result(-1);
    if (fd >= 0) close(fd);
    return;
  }
  struct entry *entries[NAMES];
  int count = entries_of(dir, entries);
  add("%d", count);
  for (int i = 0; i < count; i++) add(" %c%s", entries[i]->type, entries[i]->name);
  free_entries(entries, count);
  closedir(dir);
}

static void open_slot(struct slot *slot, const char *word, const char *letters) {
  struct place at = place(word);
  int append;
  int fd = openat(at.at, at.path, open_flags(letters, &append), 0666);
  result(fd < 0 ? -1 : 0);
  // The slot's old file is closed after that: the path may lie in it.
  if (slot->fd >= 0) close(slot->fd);
  *slot = (struct slot){ fd, append, strchr(letters, 'r') != NULL, 0 };
}

static void move_slot(struct slot *from, struct slot *to) {
  int was = errno = 0;
#ifdef __wasm__
  errno = __wasi_fd_renumber(from->fd, to->fd);
  was = errno == 0 ? 0 : -1;
#else
  was = dup2(from->fd, to->fd) < 0 ? -1 : 0;
  if (was == 0) close(from->fd);
#endif
  result(was);
  if (was != 0) return;
  *to = (struct slot){ to->fd, from->append, from->readable, from->last };
  from->fd = -1;
}

// The adapter of preview 1 has a stream for reading and one for writing, which do not follow each other, until it is to
// move.
static void turn(struct slot *slot, char to) {
  if (slot->last != 0 && slot->last != to) lseek(slot->fd, position_of(slot->fd), SEEK_SET);
  slot->last = to;
}

static void do_on_slot(char op, struct slot *slot, const char *const *arg) {
  long long first = atoll(arg[1]), second = atoll(arg[2]);
  size_t length = first < 0 ? 0 : first > BUFFER ? BUFFER : (size_t)first;
  struct stat stat;
  // The adapter of preview 1 refuses these for directories, whatever they are.
  if (strchr("QI", op) != NULL && fstat(slot->fd, &stat) == 0 && S_ISDIR(stat.st_mode)) {
    add("-");
    return;
  }
  switch (op) {
    case 'c': result(close(slot->fd)); slot->fd = -1; break;
    case 'r':
      // See add_slots: where such a file stands is not the same everywhere.
      if (slot->append) lseek(slot->fd, 0, SEEK_SET);
      turn(slot, 'r');
      add_read(read(slot->fd, data, length));
      break;
    case 'R': add_read(pread(slot->fd, data, length, second)); break;
    case 'w':
      turn(slot, 'w');
      fill(length, (unsigned)second);
      result(write(slot->fd, data, length));
      break;
    case 'W':
      // The adapter of preview 1 traps when it is to append more than that by pwrite.
      if (slot->append && length > 4096) length = 4096;
      fill(length, (unsigned)atoll(arg[3]));
      result(pwrite(slot->fd, data, length, second));
      break;
    case 'k':
      if (slot->append && *arg[2] == 'c') add("-");
      else result(lseek(slot->fd, first, *arg[2] == 's' ? SEEK_SET : *arg[2] == 'c' ? SEEK_CUR : SEEK_END));
      break;
    case 't': result(ftruncate(slot->fd, first)); break;
    case 'f': show_stat(fstat(slot->fd, &stat), &stat); break;
    case 'z': result(first ? fsync(slot->fd) : fdatasync(slot->fd)); break;
    case 'q': add_flags(fcntl(slot->fd, F_GETFL)); break;
    case 'Q': {
      int flags = fcntl(slot->fd, F_GETFL);
      result(fcntl(slot->fd, F_SETFL, first ? flags | O_APPEND : flags & ~O_APPEND));
      slot->append = first ? 1 : slot->append;
      // The adapter's streams go on as they were until it is to move.
      lseek(slot->fd, 0, SEEK_SET);
      break;
    }
    case 'D': {
      struct slot *to = &slots[first % SLOTS];
      if (to->fd < 0 || to == slot) add("-");
      else move_slot(slot, to);
      break;
    }
    case 'G': list(openat(slot->fd, ".", O_RDONLY | O_DIRECTORY)); break;
    case 'I': {
      char word[8];
      snprintf(word, sizeof word, "@%d", (int)(slot - slots));
      set_times((const char *const[]){ word, arg[1], arg[2] }, -1);
      break;
    }
  }
}

static void do_on_path(char op, const char *const *arg) {
  struct place at = place(arg[0]);
  struct stat stat;
  switch (op) {
    case 's': case 'l': {
      int failed = fstatat(at.at, at.path, &stat, op == 's' ? 0 : AT_SYMLINK_NOFOLLOW);
      show_stat(failed, &stat);
      break;
    }
    case 'T':
      // That wasi-libc opens the file for it is to be seen of its times if the size stays.
      if (fstatat(at.at, at.path, &stat, 0) == 0 && S_ISREG(stat.st_mode) && stat.st_size == atoll(arg[1])) add("-");
      else result(truncate(at.path, atoll(arg[1])));
      break;
    case 'm': touch(arg[0]); result(mkdirat(at.at, at.path, 0777)); break;
    case 'd': touch(arg[0]); result(unlinkat(at.at, at.path, AT_REMOVEDIR)); break;
    case 'u': touch(arg[0]); result(unlinkat(at.at, at.path, 0)); break;
    case 'v': case 'h': {
      touch(arg[0]);
      touch(arg[1]);
      struct place to = place(arg[1]);
      result(op == 'v' ? renameat(at.at, at.path, to.at, to.path) : linkat(at.at, at.path, to.at, to.path, 0));
      break;
    }
    case 'y': touch(arg[0]); result(symlinkat(arg[1], at.at, at.path)); break;
    case 'p': {
      char target[512];
      ssize_t n = readlinkat(at.at, at.path, target, sizeof target);
      if (n < 0) result(n);
      else add("%.*s", (int)n, target);
      break;
    }
    case 'a': result(faccessat(at.at, at.path, F_OK, 0)); break;
    case 'i': case 'j': set_times(arg, op == 'i' ? 0 : AT_SYMLINK_NOFOLLOW); break;
    case 'g': list(openat(at.at, at.path, O_RDONLY | O_DIRECTORY)); break;
  }
}

void perform(char op, const char *const *arg) {
  if (op == 'o') {
    if (strchr(arg[2], 'c') != NULL) touch(arg[1]);
    if (!is_open(arg[1])) add("-");
    else open_slot(&slots[atoi(arg[0]) % SLOTS], arg[1], arg[2]);
  } else if (strchr("bnBE", op) != NULL) {
    do_on_stream(op, place(arg[1]).path, arg);
  } else if (strchr("crRwWktfzqQDGI", op) != NULL) {
    struct slot *slot = &slots[atoi(arg[0]) % SLOTS];
    if (slot->fd < 0) add("-");
    else do_on_slot(op, slot, arg);
  } else if (!is_open(arg[0]) || !is_open(arg[1])) add("-");
  else do_on_path(op, arg);
}
