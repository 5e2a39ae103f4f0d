// Copies stdin to stdout and ends with 1 if it could not.

#include <unistd.h>

int main(void) {
  static char buffer[65536];
  ssize_t length;
  while ((length = read(0, buffer, sizeof buffer)) > 0) {
    for (ssize_t written = 0; written < length;) {
      ssize_t now = write(1, buffer + written, length - written);
      if (now < 0) return 1;
      written += now;
    }
  }
  return length < 0;
}
