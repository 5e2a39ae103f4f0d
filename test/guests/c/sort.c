// Sorts the lines of standard input; `-r`: the last one first.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST 10000

static char *lines[MOST];
static int direction = 1;

static int compare(const void *left, const void *right) { return direction * strcmp(*(char **)left, *(char **)right); }

int main(int argc, char **argv) {
  if (argc == 2 && !strcmp(argv[1], "-r")) direction = -1;
  else if (argc != 1) return 2;
  size_t count = 0, room = 0;
  while (count < MOST && getline(&lines[count], &room, stdin) > 0) {
    count++;
    room = 0;
  }
  qsort(lines, count, sizeof *lines, compare);
  for (size_t i = 0; i < count; i++) fputs(lines[i], stdout);
  return 0;
}
