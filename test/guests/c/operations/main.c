// An interpreter of file operations, for differential tests: it does what the script on its stdin says and prints,
// for each operation, the result or the name of its errno, and a digest of all that can be seen of the files then.
// Compiled for WASI it is run on the file system under test and, natively, by the reference. test/differential
// writes the scripts. Arguments: the directory to work in, another one, in another file system, then words: `populate`
// does the lines that begin with `<` too (what they make is embedded otherwise), `verbose` prints the state itself and
// not its digest. A line `= NAME LEVEL TREES` begins a sequence.

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "interpreter.h"

struct tree trees[2] = { { .prefix = "" }, { .prefix = "~" } };
int tree_count, level, verbose;
static int populate;

static void remove_all(const char *path) {
  struct entry **entries = malloc(NAMES * sizeof *entries);
  DIR *dir = opendir(path);
  if (dir == NULL) {
    free(entries);
    add("opendir: %s ", errno_name(errno));
    return;
  }
  int count = entries_of(dir, entries);
  closedir(dir);
  size_t length = strlen(path);
  char *inner = malloc(length + 300);
  for (int i = 0; i < count; i++) {
    struct stat stat;
    snprintf(inner, length + 300, "%s/%s", path, entries[i]->name);
    if (lstat(inner, &stat) == 0 && S_ISDIR(stat.st_mode)) remove_all(inner);
    else if (unlink(inner) != 0) add("unlink %s: %s ", entries[i]->name, errno_name(errno));
  }
  free(inner);
  free_entries(entries, count);
  free(entries);
  if (rmdir(path) != 0) add("rmdir: %s ", errno_name(errno));
}

// The last look at a sequence's files, once they are closed and once they are removed.
static void end_sequence(void) {
  if (tree_count == 0) return;
  close_streams();
  for (int i = 0; i < SLOTS; i++) {
    if (slots[i].fd >= 0) close(slots[i].fd);
    slots[i].fd = -1;
  }
  level = 2;
  add("end");
  add_state();
  add("\n");
  add("removed ");
  for (int i = 0; i < tree_count; i++) remove_all(trees[i].home);
  add("\n");
}

static void write_all(void) {
  for (size_t at = 0; at < text_length; ) {
    ssize_t n = write(1, text + at, text_length - at);
    if (n <= 0) exit(3);
    at += n;
  }
  text_length = 0;
}

static void begin_sequence(const char *name) {
  for (int i = 0; i < tree_count; i++) {
    struct tree *tree = &trees[i];
    snprintf(tree->home, sizeof tree->home, "%s/%s", tree->base, name);
    snprintf(tree->root, sizeof tree->root, "%s" INSIDE, tree->home);
    char *path = strdup(tree->root);
    for (size_t at = strlen(tree->home); at <= strlen(tree->root); at++) {
      if (path[at] != '/' && path[at] != 0) continue;
      path[at] = 0;
      // An overlay has it already.
      if (mkdir(path, 0777) != 0 && errno != EEXIST) exit(4);
      path[at] = tree->root[at];
    }
    free(path);
  }
}

static void do_line(char *line) {
  const char *arg[5] = { "", "", "", "", "" };
  char *rest = line;
  int count = 0;
  for (char *word; count < 6 && (word = strsep(&rest, " ")) != NULL; count++) if (count > 0) arg[count - 1] = word;
  if (line[0] == '=') {
    end_sequence();
    level = atoi(arg[1]);
    tree_count = atoi(arg[2]);
    begin_sequence(arg[0]);
    add("= %s\n", arg[0]);
  } else if (line[0] == '<') {
    if (!populate) return;
    size_t start = text_length;
    perform(line[1], arg);
    text_length = start;
  } else {
    perform(line[0], arg);
    if (level > 0) add_state();
    add("\n");
  }
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  trees[0].base = argv[1];
  trees[1].base = argv[2];
  for (int i = 3; i < argc; i++) {
    populate |= strcmp(argv[i], "populate") == 0;
    verbose |= strcmp(argv[i], "verbose") == 0;
  }
#ifndef __wasm__
  umask(022);
#endif
  for (int i = 0; i < SLOTS; i++) slots[i].fd = -1;
  size_t length = 0, room = 1 << 16;
  char *script = malloc(room);
  for (ssize_t n; (n = read(0, script + length, room - length - 1)) > 0; ) {
    length += n;
    if (room - length < 2) script = realloc(script, room *= 2);
  }
  script[length] = 0;
  for (char *rest = script, *line; (line = strsep(&rest, "\n")) != NULL; ) {
    if (line[0] != 0) do_line(line);
    if (text_length > sizeof text / 2) write_all();
  }
  end_sequence();
  write_all();
  return 0;
}
