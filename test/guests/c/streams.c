// Copies its input to its output line by line, tells its errors how many there were, and does what its arguments say:
// `write PATH`, `remove PATH`, `rename FROM TO`, `link FROM TO`, `symlink TARGET PATH`, and `read PATH`, which prints what is
// there, each before it reads its input.

#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int count, char **args) {
  for (int i = 1; i < count; i++) {
    int failed = 0;
    if (!strcmp(args[i], "write")) {
      FILE *file = fopen(args[++i], "w");
      failed = !file;
      if (file) {
        fprintf(file, "written to %s\n", args[i]);
        fclose(file);
      }
    } else if (!strcmp(args[i], "read")) {
      FILE *file = fopen(args[++i], "r");
      failed = !file;
      for (int byte; file && (byte = fgetc(file)) != EOF;) putchar(byte);
      if (file) fclose(file);
    } else if (!strcmp(args[i], "remove")) {
      failed = unlink(args[++i]);
    } else if (!strcmp(args[i], "rename")) {
      failed = rename(args[i + 1], args[i + 2]);
      i += 2;
    } else if (!strcmp(args[i], "link")) {
      failed = link(args[i + 1], args[i + 2]);
      i += 2;
    } else if (!strcmp(args[i], "symlink")) {
      failed = symlink(args[i + 1], args[i + 2]);
      i += 2;
    }
    if (failed) perror(args[i]);
  }
  char line[4096];
  int lines = 0;
  while (fgets(line, sizeof line, stdin)) {
    printf("%d: %s", ++lines, line);
    fflush(stdout);
    fprintf(stderr, "line %d\n", lines);
  }
  printf("end\n");
  return 0;
}
