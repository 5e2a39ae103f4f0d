/* A library of the world `library`: each of its functions tells what it was given. */
#include "abi.h"

#define API "acme:lib/api@1.0.0#"
#define COUNTERS "acme:lib/counters@1.0.0#"
#define OWN "[export]acme:lib/counters@1.0.0"

IMPORT("acme:lib/log@1.0.0", "say") void say(const char *line, uint32_t length);
IMPORT("acme:lib/log@1.0.0", "name") void logger_name(text *name);
IMPORT(OWN, "[resource-new]counter") uint32_t counter_new(uint32_t *it);
IMPORT(OWN, "[resource-rep]counter") uint32_t *counter_rep(uint32_t handle);
IMPORT(OWN, "[resource-drop]counter") void counter_drop(uint32_t handle);

static char at_begin[100];
static uint32_t freed, alive;
static text result;

/* Runs before any function is called; with QUIET, it asks nothing of WASI. */
#ifndef QUIET
__attribute__((constructor)) static void begin(void) {
  const char *mode = getenv("MODE");
  snprintf(at_begin, sizeof at_begin, "MODE is %s", mode == NULL ? "not there" : mode);
}
#endif

static text *answer(const char *format, ...) {
  va_list values;
  va_start(values, format);
  result.at = malloc(1000);
  result.length = vsnprintf(result.at, 1000, format, values);
  va_end(values);
  return &result;
}

static void release(text *it) {
  free(it->at);
  freed++;
}

EXPORT(API "greet") text *greet(char *name, uint32_t length) {
  text from;
  logger_name(&from);
  say(name, length);
  answer("%.*s greets %.*s", (int)from.length, from.at, (int)length, name);
  free(name);
  free(from.at);
  return &result;
}
EXPORT("cabi_post_" API "greet") void post_greet(text *it) { release(it); }

EXPORT(API "sum") uint64_t sum(uint32_t *numbers, uint32_t count) {
  uint64_t total = 0;
  for (uint32_t i = 0; i < count; i++) total += numbers[i];
  free(numbers);
  return total;
}

typedef struct {
  uint8_t is_error;
  union {
    points ok;
    text error;
  };
} turned;

EXPORT(API "turn") turned *turn(point *given, uint32_t count) {
  static turned back;
  if (count == 0) {
    back.is_error = 1;
    back.error = *answer("nothing to turn");
    return &back;
  }
  back.is_error = 0;
  back.ok = (points){malloc(count * sizeof(point)), count};
  for (uint32_t i = 0; i < count; i++) back.ok.at[i] = given[count - 1 - i];
  free(given);
  return &back;
}
EXPORT("cabi_post_" API "turn") void post_turn(turned *it) {
  if (it->is_error) return release(&it->error);
  for (uint32_t i = 0; i < it->ok.length; i++) release(&it->ok.at[i].label);
  free(it->ok.at);
}

typedef struct {
  uint8_t which;
  union {
    point dot;
    text text;
    double number;
  };
} shape;

/* none | dot(x, label) | text(string) | number(f64), joined: i32, i64, i32, i32 */
EXPORT(API "mirror") shape *mirror(uint32_t which, uint64_t first, uint32_t second, uint32_t third) {
  static shape back;
  back.which = which;
  if (which == 1) back.dot = (point){(uint32_t)first, {(char *)second, third}};
  if (which == 2) back.text = (text){(char *)(uint32_t)first, second};
  if (which == 3) memcpy(&back.number, &first, 8);
  return &back;
}

typedef struct {
  uint64_t a;
  float b;
  int8_t c;
  uint32_t d;
  uint8_t e, f, g;
  struct {
    uint8_t is_some;
    text some;
  } h;
  struct {
    uint8_t first;
    uint16_t second;
  } i;
  struct {
    text *at;
    uint32_t length;
  } j;
  text k, l;
} wide_arguments;

/* More than 16 values: they lie in memory. */
EXPORT(API "wide") text *wide(wide_arguments *it) {
  char list[200] = "";
  for (uint32_t i = 0; i < it->j.length; i++) {
    strncat(list, it->j.at[i].at, it->j.at[i].length);
    strcat(list, ";");
  }
  return answer("%llu %.2f %d U+%X %d %d %d %d/%.*s %d-%d [%s] %.*s %.*s", it->a, it->b, it->c, it->d, it->e, it->f, it->g, it->h.is_some,
                it->h.is_some ? (int)it->h.some.length : 0, it->h.is_some ? it->h.some.at : "", it->i.first, it->i.second, list, (int)it->k.length, it->k.at,
                (int)it->l.length, it->l.at);
}

typedef struct {
  uint8_t is_error;
  union {
    text ok;
    uint32_t error;
  };
} contents;

EXPORT(API "read") contents *read_file(char *path, uint32_t length) {
  static contents back;
  char name[100];
  snprintf(name, sizeof name, "%.*s", (int)length, path);
  FILE *file = fopen(name, "r");
  back.is_error = file == NULL;
  if (file == NULL) {
    back.error = 44;
    return &back;
  }
  back.ok.at = malloc(1000);
  back.ok.length = fread(back.ok.at, 1, 1000, file);
  fclose(file);
  return &back;
}

EXPORT(API "begun") text *begun(void) { return answer("%s", at_begin); }
EXPORT(API "freed") uint32_t how_many_freed(void) { return freed; }

static uint32_t made(uint32_t start) {
  uint32_t *it = malloc(sizeof *it);
  *it = start;
  alive++;
  return counter_new(it);
}

EXPORT(COUNTERS "[constructor]counter") uint32_t construct(uint32_t start) { return made(start); }
EXPORT(COUNTERS "[method]counter.next") uint32_t next(uint32_t *it) { return ++*it; }
EXPORT(COUNTERS "[static]counter.at") uint32_t counter_at(uint32_t x, char *label, uint32_t length) {
  free(label);
  return made(x + length);
}
EXPORT(COUNTERS "both") uint32_t both(uint32_t *one, uint32_t other) {
  uint32_t sum = *one + *counter_rep(other);
  counter_drop(other);
  return sum;
}
EXPORT(COUNTERS "alive") uint32_t how_many_alive(void) { return alive; }
EXPORT(COUNTERS "[dtor]counter") void destroy(uint32_t *it) {
  free(it);
  alive--;
}

EXPORT("add") uint32_t add(uint32_t a, uint32_t b) { return a + b; }

EXPORT("shout") text *shout(char *it, uint32_t length) {
  for (uint32_t i = 0; i < length; i++)
    if (it[i] >= 'a' && it[i] <= 'z') it[i] -= 'a' - 'A';
  printf("shouted %u\n", length);
  fflush(stdout);
  result = (text){it, length};
  return &result;
}
EXPORT("cabi_post_shout") void post_shout(text *it) { release(it); }

EXPORT("far") point *far(uint32_t x, char *label, uint32_t length) {
  static point back;
  back = (point){x + 100, {label, length}};
  return &back;
}
