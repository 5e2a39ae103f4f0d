// Prints everything that a program is given, and the files that its arguments name. The argument `exit=N`
// makes it end with N.

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

static void print_file(const char *path) {
  FILE *file = fopen(path, "r");
  if (file == NULL) {
    printf("file %s: %s\n", path, strerror(errno));
    return;
  }
  char buffer[4096];
  size_t length;
  printf("file %s:\n", path);
  while ((length = fread(buffer, 1, sizeof buffer, file)) > 0) fwrite(buffer, 1, length, stdout);
  if (ferror(file)) printf("(%s)\n", strerror(errno));
  fclose(file);
}

int main(int argc, char **argv) {
  char directory[4096];
  int code = 0;
  for (int i = 0; i < argc; i++) printf("arg %d: %s\n", i, argv[i]);
  for (char **variable = environ; *variable != NULL; variable++) printf("env %s\n", *variable);
  printf("cwd %s\n", getcwd(directory, sizeof directory) == NULL ? strerror(errno) : directory);
  for (int i = 1; i < argc; i++) {
    if (strncmp(argv[i], "exit=", 5) == 0) code = atoi(argv[i] + 5);
    else print_file(argv[i]);
  }
  fprintf(stderr, "hello ends with %d\n", code);
  return code;
}
