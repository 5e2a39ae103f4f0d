/* A command of the world `driver`: calls all of the library's interfaces and prints what comes back. */
#include "abi.h"

#define API "acme:lib/api@1.0.0"
#define COUNTERS "acme:lib/counters@1.0.0"

IMPORT(API, "greet") void greet(const char *name, uint32_t length, text *result);
IMPORT(API, "sum") uint64_t sum(const uint32_t *numbers, uint32_t count);
IMPORT(API, "turn") void turn(const point *points, uint32_t count, void *result);
IMPORT(API, "mirror") void mirror(uint32_t which, uint64_t first, uint32_t second, uint32_t third, void *result);
IMPORT(API, "wide") void wide(const void *arguments, text *result);
IMPORT(API, "read") void read_file(const char *path, uint32_t length, void *result);
IMPORT(API, "begun") void begun(text *result);
IMPORT(API, "freed") uint32_t freed(void);
IMPORT(COUNTERS, "[constructor]counter") uint32_t counter(uint32_t start);
IMPORT(COUNTERS, "[method]counter.next") uint32_t next(uint32_t it);
IMPORT(COUNTERS, "[static]counter.at") uint32_t counter_at(uint32_t x, const char *label, uint32_t length);
IMPORT(COUNTERS, "[resource-drop]counter") void drop(uint32_t it);
IMPORT(COUNTERS, "both") uint32_t both(uint32_t one, uint32_t other);
IMPORT(COUNTERS, "alive") uint32_t alive(void);

static void print(const char *what, text it) { printf("%s: %.*s\n", what, (int)it.length, it.at); }

static text of(char *it) { return (text){it, strlen(it)}; }

static void print_mirrored(uint32_t which, uint64_t first, uint32_t second, uint32_t third) {
  struct {
    uint8_t which;
    union {
      point dot;
      text text;
      double number;
    };
  } back;
  mirror(which, first, second, third, &back);
  switch (back.which) {
    case 0: printf("mirror: none\n"); break;
    case 1: printf("mirror: %u %.*s\n", back.dot.x, (int)back.dot.label.length, back.dot.label.at); break;
    case 2: print("mirror", back.text); break;
    case 3: printf("mirror: %.3f\n", back.number); break;
  }
}

static void print_turned(const point *given, uint32_t count) {
  struct {
    uint8_t is_error;
    union {
      points ok;
      text error;
    };
  } back;
  turn(given, count, &back);
  if (back.is_error) return print("turn fails", back.error);
  for (uint32_t i = 0; i < back.ok.length; i++)
    printf("turn: %u %.*s\n", back.ok.at[i].x, (int)back.ok.at[i].label.length, back.ok.at[i].label.at);
}

static void print_read(char *path) {
  struct {
    uint8_t is_error;
    union {
      text ok;
      uint32_t error;
    };
  } back;
  read_file(path, strlen(path), &back);
  if (back.is_error) printf("read %s fails: %u\n", path, back.error);
  else print("read", back.ok);
}

int main(int argc, char **argv) {
  text it;
  begun(&it);
  print("begun", it);
  greet("W\xc3\xb6rld", 6, &it);
  print("greet", it);
  uint32_t numbers[] = {1, 2, 4000000000u, 500000000u};
  printf("sum: %llu\n", sum(numbers, 4));
  point given[] = {{1, of("one")}, {2, of("two")}, {3, of("\xe2\x82\xac")}};
  print_turned(given, 3);
  print_turned(given, 0);
  print_mirrored(0, 0, 0, 0);
  print_mirrored(1, 7, (uint32_t)"seven", 5);
  print_mirrored(2, (uint32_t)"a text", 6, 0);
  double number = -2.125;
  uint64_t bits;
  memcpy(&bits, &number, 8);
  print_mirrored(3, bits, 0, 0);
  text list[] = {of("x"), of(""), of("yz")};
  struct {
    uint64_t a;
    float b;
    int8_t c;
    uint32_t d;
    uint8_t e, f, g;
    struct {
      uint8_t is_some;
      text some;
    } h;
    uint8_t i1;
    uint16_t i2;
    text *j;
    uint32_t count;
    text k, l;
  } arguments = {1ull << 63, 1.5f, -3, 0x1f600, 1, 2, 5, {1, of("some")}, 9, 1000, list, 3, of("k"), of("l")};
  wide(&arguments, &it);
  print("wide", it);
  for (int i = 1; i < argc; i++) print_read(argv[i]);
  uint32_t one = counter(10), other = counter_at(100, "abc", 3);
  printf("next: %u", next(one));
  printf(" %u", next(one));
  printf(" %u\n", next(other));
  printf("both: %u, alive: %u", both(one, other), alive());
  drop(one);
  printf(" %u\n", alive());
  printf("freed: %u\n", freed());
  return 0;
}
