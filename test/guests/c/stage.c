// What stages of scripts do, by verbs, one after the other: `stage say hello exit 3`.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char buffer[65536];

static void put(int fd, const char *from, size_t length) {
  while (length > 0) {
    ssize_t count = write(fd, from, length);
    if (count < 0) exit(9);
    from += count;
    length -= count;
  }
}

static void say(int fd, const char *text) {
  put(fd, text, strlen(text));
  put(fd, "\n", 1);
}

// Each byte so many times.
static void copy(int times) {
  ssize_t count;
  while ((count = read(0, buffer, sizeof buffer)) > 0) {
    if (times == 1) put(1, buffer, count);
    else
      for (ssize_t i = 0; i < count; i++)
        for (int j = 0; j < times; j++) put(1, buffer + i, 1);
  }
  if (count < 0) exit(8);
}

static void count_bytes(void) {
  unsigned long long total = 0;
  ssize_t count;
  while ((count = read(0, buffer, sizeof buffer)) > 0) total += count;
  printf("%llu\n", total);
  fflush(stdout);
}

// Reads byte by byte, so that nothing behind them is gone.
static void head(int lines) {
  char byte;
  while (lines > 0 && read(0, &byte, 1) == 1) {
    put(1, &byte, 1);
    if (byte == '\n') lines--;
  }
}

static void make(unsigned long long total) {
  for (size_t i = 0; i < sizeof buffer; i++) buffer[i] = (char)(i * 7 + i / 256);
  while (total > 0) {
    size_t part = total < sizeof buffer ? total : sizeof buffer;
    put(1, buffer, part);
    total -= part;
  }
}

static void to_file(const char *path, const char *text, const char *mode) {
  FILE *file = fopen(path, mode);
  if (!file) exit(7);
  fprintf(file, "%s\n", text);
  fclose(file);
}

static void show(const char *path) {
  FILE *file = fopen(path, "r");
  if (!file) exit(6);
  size_t count;
  while ((count = fread(buffer, 1, sizeof buffer, file)) > 0) put(1, buffer, count);
  fclose(file);
}

int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++) {
    const char *verb = argv[i];
    const char *next = i + 1 < argc ? argv[i + 1] : "";
    if (!strcmp(verb, "copy")) copy(1);
    else if (!strcmp(verb, "double")) copy(2);
    else if (!strcmp(verb, "count")) count_bytes();
    else if (!strcmp(verb, "say")) say(1, next), i++;
    else if (!strcmp(verb, "warn")) say(2, next), i++;
    else if (!strcmp(verb, "exit")) exit(atoi(next));
    else if (!strcmp(verb, "return")) return atoi(next);
    else if (!strcmp(verb, "head")) head(atoi(next)), i++;
    else if (!strcmp(verb, "make")) make(strtoull(next, NULL, 10)), i++;
    else if (!strcmp(verb, "put")) to_file(next, argv[i + 2], "w"), i += 2;
    else if (!strcmp(verb, "add")) to_file(next, argv[i + 2], "a"), i += 2;
    else if (!strcmp(verb, "show")) show(next), i++;
    else if (!strcmp(verb, "var")) say(1, getenv(next) ? getenv(next) : "(none)"), i++;
    else if (!strcmp(verb, "close")) close(atoi(next)), i++;
    else if (!strcmp(verb, "terminals"))
      for (int fd = 0; fd < 3; fd++) say(2, isatty(fd) ? "terminal" : "no terminal");
    else if (!strcmp(verb, "trap")) __builtin_trap();
    else exit(99);
  }
  return 0;
}
