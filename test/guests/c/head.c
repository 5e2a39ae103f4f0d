// The first lines of standard input: `-n` and how many.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv) {
  if (argc != 3 || strcmp(argv[1], "-n")) return 2;
  int left = atoi(argv[2]), byte;
  while (left > 0 && (byte = getchar()) != EOF) {
    putchar(byte);
    if (byte == '\n') left--;
  }
  return 0;
}
