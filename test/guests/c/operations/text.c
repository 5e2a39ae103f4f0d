// What the interpreter prints.

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "interpreter.h"

char text[1 << 22];
size_t text_length;

void add(const char *format, ...) {
  va_list args;
  va_start(args, format);
  text_length += vsnprintf(text + text_length, sizeof text - text_length, format, args);
  va_end(args);
}

uint32_t digest(const unsigned char *bytes, size_t length) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (; length >= 8; bytes += 8, length -= 8) {
    uint64_t word;
    memcpy(&word, bytes, 8);
    hash = (hash ^ word) * 0x100000001b3u;
    hash ^= hash >> 29;
  }
  for (; length > 0; bytes++, length--) hash = (hash ^ *bytes) * 0x100000001b3u;
  return (uint32_t)(hash ^ hash >> 32);
}

const char *errno_name(int code) {
  switch (code) {
#define NAME(x) case x: return #x;
    NAME(EACCES) NAME(EAGAIN) NAME(EBADF) NAME(EBUSY) NAME(EDQUOT) NAME(EEXIST) NAME(EFBIG) NAME(EILSEQ) NAME(EINVAL)
    NAME(EIO) NAME(EISDIR) NAME(ELOOP) NAME(EMFILE) NAME(EMLINK) NAME(ENAMETOOLONG) NAME(ENODEV) NAME(ENOENT)
    NAME(ENOMEM) NAME(ENOSPC) NAME(ENOSYS) NAME(ENOTDIR) NAME(ENOTEMPTY) NAME(ENOTSUP) NAME(ENOTTY) NAME(ENXIO)
    NAME(EOVERFLOW) NAME(EPERM) NAME(EPIPE) NAME(EROFS) NAME(ESPIPE) NAME(ETXTBSY) NAME(EXDEV)
#ifdef ENOTCAPABLE
    NAME(ENOTCAPABLE)
#endif
#undef NAME
  }
  return strerror(code);
}

void result(long long value) {
  if (value < 0) add("%s", errno_name(errno));
  else add("%lld", value);
}

// Puts a tab before each line of what was added since.
void indent(size_t start) {
  char *copy = strndup(text + start, text_length - start);
  text_length = start;
  for (char *rest = copy, *line; (line = strsep(&rest, "\n")) != NULL; ) if (line[0] != 0) add("\n\t%s", line);
  free(copy);
}
