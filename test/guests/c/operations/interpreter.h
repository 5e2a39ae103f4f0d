// What the parts of the interpreter share: what it prints, what operations work on, how their words name it.
#pragma once

#include <dirent.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>

enum { SLOTS = 6, STREAMS = 2, NAMES = 1024, PATH = 16384, BUFFER = 1 << 20 };

// A sequence's directory lies this deep, so that `..` seldom leads out of what is cleaned up after it.
#define INSIDE "/in/in"
// The trees that a sequence works in: most of it in the first, `~/` in front of a path means the second.
struct tree { const char *base, *prefix; char home[PATH / 4], root[PATH / 2]; };
extern struct tree trees[2];
extern int tree_count;

// Open files; `fd` is negative where there is none, `last` is `r` or `w` once one has happened.
struct slot { int fd, append, readable, last; };
extern struct slot slots[SLOTS];

// Where data comes from and goes to.
extern unsigned char data[BUFFER];

// main.c: what is to be seen after every operation, as sequence.ts says; and whether as it is, without a digest.
extern int level, verbose;

// text.c: what is printed is gathered first.
extern char text[1 << 22];
extern size_t text_length;
void add(const char *format, ...) __attribute__((format(printf, 1, 2)));
void indent(size_t start);
void result(long long value);
const char *errno_name(int code);
uint32_t digest(const unsigned char *bytes, size_t length);

// state.c
void add_state(void);
void add_stat(const struct stat *stat);
void add_time(const struct timespec *time);
void forget_identities(void);
long long position_of(int fd);
// A name in a directory, and what readdir says of it.
struct entry { uint64_t inode; char type; char name[]; };
int entries_of(DIR *dir, struct entry **entries);
void free_entries(struct entry **entries, int count);

// streams.c
void touch(const char *word);
void do_on_stream(char op, const char *path, const char *const *arg);
void close_streams(void);
void disturb_streams(void);

// operations.c
void perform(char op, const char *const *arg);
