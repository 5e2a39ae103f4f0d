// Writes lines for ever, as yes(1) does, to standard output or, with the argument `stderr`, to standard error: until a
// write fails, which the other stream is told. After 2^20 lines it gives up, so that no test has to.

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv) {
  int to_stderr = argc > 1 && strcmp(argv[1], "stderr") == 0;
  for (int i = 0; i < 1 << 20; i++) {
    if (write(to_stderr ? 2 : 1, "yes\n", 4) < 0) {
      dprintf(to_stderr ? 1 : 2, "%s\n", strerror(errno));
      return 0;
    }
  }
  dprintf(to_stderr ? 1 : 2, "never told\n");
  return 1;
}
