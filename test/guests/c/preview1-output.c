// Prints, and imports no function for files: to standard output and, what its descriptors answer, to standard error.

#include <stdio.h>
#include <unistd.h>
#include <wasi/api.h>

static unsigned written;

static void line(const char *text, __wasi_errno_t answer) {
  char buffer[64];
  int length = snprintf(buffer, sizeof buffer, "%s: %d\n", text, answer);
  written += write(STDERR_FILENO, buffer, length);
}

int main(void) {
  __wasi_fdstat_t stat;
  __wasi_filesize_t position;
  puts("hello");
  line("fdstat of 1", __wasi_fd_fdstat_get(1, &stat));
  line("fdstat of 3", __wasi_fd_fdstat_get(3, &stat));
  line("seek in 1", __wasi_fd_seek(1, 0, __WASI_WHENCE_CUR, &position));
  line("seek in 3", __wasi_fd_seek(3, 0, __WASI_WHENCE_CUR, &position));
  line("close of 3", __wasi_fd_close(3));
  line("renumber of 2 to 3", __wasi_fd_renumber(2, 3));
  fflush(stdout);
  __wasi_errno_t closed = __wasi_fd_close(1);
  line("close of 1", closed);
  return written == 0;
}
