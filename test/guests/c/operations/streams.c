// Directories that change while they are read: whatever the order, each name that was there all the time is seen once.

#include <stdlib.h>
#include <string.h>
#include "interpreter.h"

static struct stream {
  DIR *dir;
  struct entry *entries[NAMES];
  int count, seen[NAMES], touched[NAMES];
  char *late[NAMES];
  int late_count, disturbed;
  const char *problem;
} streams[STREAMS];

// A name that came or went since the reading began may be seen or not, and even twice.
void touch(const char *word) {
  const char *slash = strrchr(word, '/');
  const char *name = slash == NULL ? word : slash + 1;
  for (int s = 0; s < STREAMS; s++) {
    struct stream *stream = &streams[s];
    if (stream->dir == NULL) continue;
    for (int i = 0; i < stream->count; i++) if (strcmp(stream->entries[i]->name, name) == 0) stream->touched[i] = 1;
    if (stream->late_count < NAMES) stream->late[stream->late_count++] = strdup(name);
  }
}

// The adapter of preview 1 remembers where it is in one directory. Back from another one, it counts entries from the
// start, so that a change makes it miss some.
void disturb_streams(void) {
  for (int i = 0; i < STREAMS; i++) streams[i].disturbed = 1;
}

static void close_stream(struct stream *stream) {
  if (stream->dir != NULL) closedir(stream->dir);
  free_entries(stream->entries, stream->count);
  for (int i = 0; i < stream->late_count; i++) free(stream->late[i]);
  memset(stream, 0, sizeof *stream);
}

static void open_stream(struct stream *stream, const char *path) {
  close_stream(stream);
  DIR *dir = opendir(path);
  if (dir != NULL) {
    stream->count = entries_of(dir, stream->entries);
    closedir(dir);
    stream->dir = opendir(path);
    stream->disturbed = 0;
  }
  result(stream->dir == NULL ? -1 : 0);
}

// Every name that was there all the time is seen once.
static void read_stream(struct stream *stream, int most) {
  struct dirent *entry = NULL;
  int disturbed = stream->disturbed;
  disturb_streams();
  stream->disturbed = disturbed;
  for (int n = 0; n < most && (entry = readdir(stream->dir)) != NULL; n++) {
    int found = 0;
    for (int i = 0; i < stream->count; i++) {
      if (strcmp(stream->entries[i]->name, entry->d_name) != 0) continue;
      found = 1;
      if (stream->seen[i]++ > 0 && !stream->touched[i]) stream->problem = "seen twice";
    }
    for (int i = 0; i < stream->late_count; i++) found |= strcmp(stream->late[i], entry->d_name) == 0;
    if (!found && strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) stream->problem = "never was there";
  }
}

static void end_stream(struct stream *stream) {
  read_stream(stream, 1 << 30);
  for (int i = 0; i < stream->count; i++) if (!stream->seen[i] && !stream->touched[i]) stream->problem = "missed";
  add("%s", stream->disturbed ? "-" : stream->problem == NULL ? "each once" : stream->problem);
  close_stream(stream);
}

void close_streams(void) {
  for (int i = 0; i < STREAMS; i++) close_stream(&streams[i]);
}

void do_on_stream(char op, const char *path, const char *const *arg) {
  struct stream *stream = &streams[atoi(arg[0]) % STREAMS];
  if (op != 'b' && stream->dir == NULL) {
    add("-");
    return;
  }
  switch (op) {
    case 'b': open_stream(stream, path); break;
    case 'n': read_stream(stream, atoi(arg[1])); break;
    case 'B':
      rewinddir(stream->dir);
      memset(stream->seen, 0, sizeof stream->seen);
      // What began before is over.
      stream->disturbed = 0;
      break;
    case 'E': end_stream(stream); break;
  }
}
