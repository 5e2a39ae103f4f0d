// Writes numbers of all kinds to a file, those among them that are none and would say so when they are used, at every offset from
// a word, and reads them back: says whether all is the same.

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LENGTH 200000

static uint8_t wanted[LENGTH], found[LENGTH + 16];

int main(void) {
  static const uint64_t words[] = {0x7ff0000000000001, 0xfff0000000000001, 0x7ff7ffffffffffff, 0x7ff8000000000000, 0xffffffffffffffff,
                                   0x8000000000000000, 0x0000000000000001, 0x7ff0000000000000, 0x7fa000017fa00001};
  for (int i = 0; i + 8 <= LENGTH; i += 8) memcpy(wanted + i, &words[i / 8 % (sizeof words / 8)], 8);
  for (int offset = 0; offset < 9; offset++) {
    int length = LENGTH - 8 - offset;
    int file = open("/tmp/numbers", O_RDWR | O_CREAT | O_TRUNC, 0666);
    if (file < 0 || write(file, wanted + offset, length) != length) return 1;
    memset(found, 0xaa, sizeof found);
    if (pread(file, found + 8 - offset, length, 0) != length) return 2;
    if (memcmp(found + 8 - offset, wanted + offset, length) != 0 || found[8 - offset + length] != 0xaa) printf("offset %d differs\n", offset);
    close(file);
  }
  puts("done");
  return 0;
}
