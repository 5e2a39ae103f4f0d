// Does what the lines of its input say in its working directory: `mkdir PATH`, `rmdir PATH`, `rm PATH`, `mv FROM TO`, `ln FROM TO`,
// `symlink TARGET PATH`, `write PATH TEXT`, `append PATH TEXT`, `truncate PATH SIZE`, `trap`. What cannot be done is told on its
// output, and ends nothing.

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int put(const char *path, const char *text, int flags) {
  int file = open(path, O_WRONLY | O_CREAT | flags, 0666);
  if (file < 0) return -1;
  int failed = write(file, text, strlen(text)) < 0;
  close(file);
  return failed ? -1 : 0;
}

static int resize(const char *path, const char *size) {
  int file = open(path, O_WRONLY);
  if (file < 0) return -1;
  int failed = ftruncate(file, atoi(size));
  close(file);
  return failed;
}

int main(void) {
  static char line[65536];
  while (fgets(line, sizeof line, stdin)) {
    line[strcspn(line, "\n")] = 0;
    char *rest = line;
    char *word = strsep(&rest, " ");
    char *first = rest ? strsep(&rest, " ") : "";
    char *second = rest ? rest : "";
    int failed = !strcmp(word, "mkdir")      ? mkdir(first, 0777)
                 : !strcmp(word, "rmdir")    ? rmdir(first)
                 : !strcmp(word, "rm")       ? unlink(first)
                 : !strcmp(word, "mv")       ? rename(first, second)
                 : !strcmp(word, "ln")       ? link(first, second)
                 : !strcmp(word, "symlink")  ? symlink(first, second)
                 : !strcmp(word, "write")    ? put(first, second, O_TRUNC)
                 : !strcmp(word, "append")   ? put(first, second, O_APPEND)
                 : !strcmp(word, "truncate") ? resize(first, second)
                                             : -1;
    if (!strcmp(word, "trap")) __builtin_trap();
    if (failed) printf("%s %s %s: failed\n", word, first, second);
  }
  return 0;
}
