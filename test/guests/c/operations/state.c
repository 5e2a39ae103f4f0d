// What can be seen of the files: names, kinds, sizes, times, links, contents, and where open files stand.

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

static struct { uint64_t device, inode; } inodes[4 * NAMES];
static int inode_count;

// Numbers differ from one file system to another; which names mean one file does not.
static int identity(const struct stat *stat) {
  for (int i = 0; i < inode_count; i++) if (inodes[i].inode == stat->st_ino && inodes[i].device == stat->st_dev) return i;
  if (inode_count == 4 * NAMES) return -1;
  inodes[inode_count].device = stat->st_dev;
  inodes[inode_count].inode = stat->st_ino;
  return inode_count++;
}

void forget_identities(void) { inode_count = 0; }

// Tests set times to days long gone, so a recent one is the clock's.
void add_time(const struct timespec *time) {
  if (time->tv_sec < 1600000000) add(" %lld.%09ld", (long long)time->tv_sec, (long)time->tv_nsec);
  else add(" now");
}

void add_stat(const struct stat *stat) {
  if (S_ISDIR(stat->st_mode)) add("directory #%d", identity(stat));
  else
    add("%s %lld bytes, %d links #%d", S_ISREG(stat->st_mode) ? "file" : S_ISLNK(stat->st_mode) ? "link" : "other",
      (long long)stat->st_size, (int)stat->st_nlink, identity(stat));
  add_time(&stat->st_mtim);
}

// All that `fd` still has to read, or, by positions, all that it has.
static void add_contents(int fd, int by_position) {
  size_t length = 0;
  ssize_t n = 1;
  while (length < sizeof data && n > 0) {
    size_t room = sizeof data - length;
    n = by_position ? pread(fd, data + length, room, length) : read(fd, data + length, room);
    if (n > 0) length += n;
  }
  if (n < 0) add(" read: %s", errno_name(errno));
  add(" holds %zu #%08x", length, digest(data, length));
}

static int by_name(const void *a, const void *b) {
  return strcmp((*(struct entry *const *)a)->name, (*(struct entry *const *)b)->name);
}

void free_entries(struct entry **entries, int count) {
  for (int i = 0; i < count; i++) free(entries[i]);
}

// Sorted, and without those that every directory has.
int entries_of(DIR *dir, struct entry **entries) {
  int count = 0;
  disturb_streams();
  errno = 0;
  for (struct dirent *found; count < NAMES && (found = readdir(dir)) != NULL; ) {
    if (strcmp(found->d_name, ".") == 0 || strcmp(found->d_name, "..") == 0) continue;
    struct entry *entry = malloc(sizeof *entry + strlen(found->d_name) + 1);
    entry->inode = found->d_ino;
    entry->type = found->d_type == DT_DIR ? 'd' : found->d_type == DT_REG ? 'f' : found->d_type == DT_LNK ? 'l' : '?';
    strcpy(entry->name, found->d_name);
    entries[count++] = entry;
  }
  if (errno != 0) add(" readdir: %s", errno_name(errno));
  qsort(entries, count, sizeof *entries, by_name);
  return count;
}

static void add_directory(const struct tree *tree, const char *path, int depth) {
  // Not on the stack, which is small in WASI.
  struct entry **entries = malloc(NAMES * sizeof *entries);
  DIR *dir = opendir(path);
  if (dir == NULL) {
    free(entries);
    add("opendir %s%s: %s\n", tree->prefix, path + strlen(tree->root), errno_name(errno));
    return;
  }
  int count = entries_of(dir, entries);
  closedir(dir);
  size_t length = strlen(path);
  char *inner = malloc(length + 300);
  for (int i = 0; i < count; i++) {
    struct stat stat;
    snprintf(inner, length + 300, "%s/%s", path, entries[i]->name);
    add("%c %s%s: ", entries[i]->type, tree->prefix, inner + strlen(tree->root));
    if (lstat(inner, &stat) != 0) {
      add("lstat: %s\n", errno_name(errno));
      continue;
    }
    add_stat(&stat);
    if (entries[i]->inode != stat.st_ino) add(" (another for readdir)");
    if (S_ISLNK(stat.st_mode)) {
      char target[512];
      ssize_t n = readlink(inner, target, sizeof target);
      if (n < 0) add(" readlink: %s", errno_name(errno));
      else add(" to %.*s", (int)n, target);
    }
    if (S_ISREG(stat.st_mode) && level > 1) {
      int fd = open(inner, O_RDONLY);
      if (fd < 0) add(" open: %s", errno_name(errno));
      else {
        add_contents(fd, 0);
        close(fd);
      }
    }
    add("\n");
    if (S_ISDIR(stat.st_mode) && depth < 40) add_directory(tree, inner, depth + 1);
  }
  free(inner);
  free_entries(entries, count);
  free(entries);
}

long long position_of(int fd) {
#ifdef __wasm__
  // lseek would make the adapter of preview 1 forget its stream.
  __wasi_filesize_t offset;
  __wasi_errno_t error = __wasi_fd_tell(fd, &offset);
  errno = error;
  return error == 0 ? (long long)offset : -1;
#else
  return lseek(fd, 0, SEEK_CUR);
#endif
}

static void add_slots(void) {
  for (int i = 0; i < SLOTS; i++) {
    struct stat stat;
    if (slots[i].fd < 0) continue;
    add("@%d: ", i);
    if (fstat(slots[i].fd, &stat) != 0) add("fstat: %s", errno_name(errno));
    else {
      add_stat(&stat);
      // The adapter of preview 1 has an opinion of its own where files stand that are open for appending.
      if (S_ISREG(stat.st_mode) && !slots[i].append) {
        add(" at ");
        result(position_of(slots[i].fd));
      }
      if (S_ISREG(stat.st_mode) && slots[i].readable && level > 1) add_contents(slots[i].fd, 1);
    }
    add("\n");
  }
}

void add_state(void) {
  size_t start = text_length;
  forget_identities();
  for (int i = 0; i < tree_count; i++) add_directory(&trees[i], trees[i].root, 0);
  add_slots();
  if (verbose) {
    indent(start);
    return;
  }
  uint32_t hash = digest((unsigned char *)text + start, text_length - start);
  text_length = start;
  add("\t%08x", hash);
}
