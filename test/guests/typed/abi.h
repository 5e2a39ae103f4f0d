/* What C programs share that speak the canonical ABI by themselves. */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT(name) __attribute__((export_name(name)))
#define IMPORT(module, name) __attribute__((import_module(module), import_name(name)))

typedef struct {
  char *at;
  uint32_t length;
} text;

typedef struct {
  uint32_t x;
  text label;
} point;

typedef struct {
  point *at;
  uint32_t length;
} points;

EXPORT("cabi_realloc")
void *cabi_realloc(void *before, uint32_t length, uint32_t alignment, uint32_t wanted) {
  if (wanted == 0) return (void *)alignment;
  void *made = realloc(before, wanted);
  if (made == NULL) abort();
  return made;
}
