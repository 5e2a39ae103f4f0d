/*
 * WASI 0.3.0 in the canonical ABI, for commands that make raw calls: no libc, no adapter in between. Only what is called is imported.
 * Such a command is a function `step` that is entered again where it waits (`COPY`, `CALL`), so what it has to remember is static. What it
 * prints is written when it is over.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;
typedef u32 handle;

#define IMPORT(module, name) __attribute__((import_module(module), import_name(name))) extern
#define WASI(interface, name) IMPORT("wasi:" interface "@0.3.0", name)
#define METHOD(interface, name) WASI(interface, "[method]" name)
#define STATIC(interface, name) WASI(interface, "[static]" name)
#define DROP(interface, resource) WASI(interface, "[resource-drop]" resource)

IMPORT("$root", "[waitable-set-new]") u32 set_new(void);
IMPORT("$root", "[waitable-join]") void join(u32, u32);
IMPORT("$root", "[subtask-drop]") void drop_subtask(u32);
IMPORT("[export]wasi:cli/run@0.3.0", "[task-return]run") void task_return(u32);
WASI("cli/environment", "get-arguments") void get_arguments(void *);
WASI("cli/stdout", "write-via-stream") u32 write_via_stream(u32);
WASI("cli/stdout", "[stream-new-0]write-via-stream") u64 output_new(void);
WASI("cli/stdout", "[async-lower][stream-write-0]write-via-stream") u32 output_write(u32, const void *, u32);
WASI("cli/stdout", "[stream-drop-writable-0]write-via-stream") void drop_output(u32);
WASI("cli/stdout", "[async-lower][future-read-1]write-via-stream") u32 written_read(u32, void *);
WASI("cli/stdout", "[future-drop-readable-1]write-via-stream") void drop_written(u32);

enum { EXIT = 0, WAIT = 2 };
enum { RETURNED = 2, BLOCKED = -1, DROPPED = 1 };
enum { SUBTASK = 1 };

static u8 arena[1 << 16] __attribute__((aligned(16)));
static u32 arena_end;
/* Where results go that are more than a word. */
static u8 result[256] __attribute__((aligned(16)));
static u32 word(u32 offset) { return *(u32 *)(result + offset); }

__attribute__((export_name("cabi_realloc"))) void *cabi_realloc(void *old, u32 old_size, u32 align, u32 size) {
  u32 start = (arena_end + align - 1) & ~(align - 1);
  if (old_size != 0 || start + size > sizeof arena) __builtin_trap();
  arena_end = start + size;
  return arena + start;
}

static char printed[1 << 18];
static u32 printed_length, written_length;

static u32 length_of(const char *from) {
  u32 count = 0;
  while (from[count] != 0) count++;
  return count;
}

static void print_bytes(const void *at, u32 length) {
  if (printed_length + length > sizeof printed) __builtin_trap();
  for (u32 i = 0; i < length; i++) printed[printed_length++] = ((const char *)at)[i];
}

static void print(const char *text) { print_bytes(text, length_of(text)); }

static void print_number(u64 number) {
  char digits[21];
  u32 at = 20;
  digits[at] = 0;
  do digits[--at] = '0' + number % 10; while ((number /= 10) != 0);
  print(digits + at);
}

static u32 set, resume_at;
/* How what is waited for has ended. */
static u32 outcome;

static u32 wait_for(u32 waitable) {
  join(waitable, set);
  return WAIT | set << 4;
}

/* A copy of a stream or future: `outcome` is its result. */
#define COPY(waitable, copy) COPY_AT(__COUNTER__ + 1, waitable, copy)
#define COPY_AT(place, waitable, copy)                        \
  do {                                                        \
    outcome = (copy);                                         \
    if (outcome == (u32)BLOCKED) {                            \
      resume_at = place;                                      \
      return wait_for(waitable);                              \
      case place:;                                            \
    }                                                         \
  } while (0)

/* Until a call is over whose status this is. */
#define CALL(status) CALL_AT(__COUNTER__ + 1, status)
#define CALL_AT(place, status)                                \
  do {                                                        \
    outcome = (status);                                       \
    if ((outcome & 15) != RETURNED) {                         \
      resume_at = place;                                      \
      return wait_for(outcome >> 4);                          \
      case place:;                                            \
    }                                                         \
  } while (0)

static u32 output, written;
static u8 ended[16] __attribute__((aligned(16)));

/* Writes what was printed, once all is done. */
#define BEGIN switch (resume_at) { case 0:
#define END                                                   \
    {                                                         \
      u64 ends = output_new();                                \
      output = ends >> 32;                                    \
      written = write_via_stream((u32)ends);                  \
    }                                                         \
    while (written_length < printed_length) {                 \
      COPY(output, output_write(output, printed + written_length, printed_length - written_length)); \
      if ((outcome & 15) == DROPPED) break;                   \
      written_length += outcome >> 4;                         \
    }                                                         \
    drop_output(output);                                      \
    COPY(written, written_read(written, ended));              \
    drop_written(written);                                    \
    task_return(ended[0]);                                    \
  }                                                           \
  return EXIT;

static u32 step(void);

__attribute__((export_name("[async-lift]wasi:cli/run@0.3.0#run"))) u32 run(void) {
  set = set_new();
  return step();
}

__attribute__((export_name("[callback][async-lift]wasi:cli/run@0.3.0#run"))) u32 callback(u32 event, u32 waitable, u32 payload) {
  join(waitable, 0);
  if (event == SUBTASK) {
    if (payload != RETURNED) return wait_for(waitable);
    drop_subtask(waitable);
  }
  outcome = payload;
  return step();
}
