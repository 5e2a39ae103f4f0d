/*
 * Filters of WASI 0.3 without a libc, whose `run` is lifted with a callback. The first argument says which:
 *
 *   yes         writes lines of `y` as long as somebody reads them
 *   echo ...    writes its arguments
 *   cat         writes what it reads
 *   head N      the same of the first N bytes, and reads no more
 *   count       reads all, and writes how many bytes that were
 *   complain .. writes its arguments to standard error
 *   variables   writes its variables
 *   fail        does nothing, and fails
 *
 * A number before it, such as `4096:cat`, says in what pieces it reads and writes.
 */

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;

#define IMPORT(module, name) __attribute__((import_module(module), import_name(name))) extern
#define STDIN(name) IMPORT("wasi:cli/stdin@0.3.0", name)
#define STDOUT(name) IMPORT("wasi:cli/stdout@0.3.0", name)

IMPORT("$root", "[waitable-set-new]") u32 set_new(void);
IMPORT("$root", "[waitable-join]") void join(u32, u32);
IMPORT("[export]wasi:cli/run@0.3.0", "[task-return]run") void task_return(u32);
IMPORT("wasi:cli/environment@0.3.0", "get-arguments") void get_arguments(u32 *);
IMPORT("wasi:cli/environment@0.3.0", "get-environment") void get_environment(u32 *);
STDIN("read-via-stream") void read_via_stream(u32 *);
STDIN("[async-lower][stream-read-0]read-via-stream") u32 input_read(u32, void *, u32);
STDIN("[stream-drop-readable-0]read-via-stream") void drop_input(u32);
STDIN("[future-drop-readable-1]read-via-stream") void drop_input_future(u32);
STDOUT("write-via-stream") u32 write_to_stdout(u32);
IMPORT("wasi:cli/stderr@0.3.0", "write-via-stream") u32 write_to_stderr(u32);
STDOUT("[stream-new-0]write-via-stream") u64 output_new(void);
STDOUT("[async-lower][stream-write-0]write-via-stream") u32 output_write(u32, const void *, u32);
STDOUT("[stream-drop-writable-0]write-via-stream") void drop_output(u32);
STDOUT("[async-lower][future-read-1]write-via-stream") u32 written_read(u32, void *);
STDOUT("[future-drop-readable-1]write-via-stream") void drop_written(u32);

static u8 arena[1 << 14] __attribute__((aligned(16)));
static u32 arena_end;

__attribute__((export_name("cabi_realloc"))) void *cabi_realloc(void *old, u32 old_size, u32 align, u32 size) {
  u32 start = (arena_end + align - 1) & ~(align - 1);
  if (old_size != 0 || start + size > sizeof arena) __builtin_trap();
  arena_end = start + size;
  return arena + start;
}

enum { EXIT = 0, WAIT = 2 };
enum { BLOCKED = -1, DROPPED = 1 };
enum { NOTHING = 0 };

static struct { const char *text; u32 length; } *arguments;
static u32 argument_count;
static enum { READ, WRITE, CLOSE, WRITTEN } state;
static enum { YES, TEXT, COPY, COUNT } kind;
static u32 set, input, output, written, ended[8];
static u32 piece = 65536, left = -1, length, at, is_input_over;
static u64 count;
static u8 buffer[65536];

static u32 is(const char *text, u32 size, const char *word) {
  u32 i = 0;
  while (i < size && word[i] == text[i]) i++;
  return i == size && word[i] == 0;
}

static u32 number(const char *text, u32 size) {
  u32 value = 0;
  for (u32 i = 0; i < size; i++) value = value * 10 + text[i] - '0';
  return value;
}

static void say(const char *text, u32 size) {
  while (size-- != 0) buffer[length++] = *text++;
}

static void say_number(u64 value) {
  char digits[20];
  u32 first = sizeof digits;
  do digits[--first] = '0' + value % 10; while ((value /= 10) != 0);
  say(digits + first, sizeof digits - first);
  say("\n", 1);
}

static u32 wait_for(u32 waitable) {
  join(waitable, set);
  return WAIT | set << 4;
}

static void end_input(void) {
  if (!is_input_over) drop_input(input);
  is_input_over = 1;
}

/* What has come of the copy that the state waits for, if there was one. */
static u32 go(u32 event, u32 result) {
  for (;;) {
    switch (state) {
      case READ:
        if (event == NOTHING) result = input_read(input, buffer, left < piece ? left : piece);
        if (result == (u32)BLOCKED) return wait_for(input);
        event = NOTHING;
        length = result >> 4;
        left -= length;
        count += length;
        at = 0;
        if ((result & 15) == DROPPED || left == 0) end_input();
        if (kind == COPY && length != 0) state = WRITE;
        else if (is_input_over) {
          length = 0;
          if (kind == COUNT) say_number(count);
          state = kind == COUNT ? WRITE : CLOSE;
        }
        break;
      case WRITE:
        if (event == NOTHING) result = output_write(output, buffer + at, length - at < piece ? length - at : piece);
        if (result == (u32)BLOCKED) return wait_for(output);
        event = NOTHING;
        at += result >> 4;
        if ((result & 15) == DROPPED) {
          if (kind == COPY) end_input();
          state = CLOSE;
        } else if (at == length) {
          at = 0;
          state = kind == YES ? WRITE : kind == COPY && !is_input_over ? READ : CLOSE;
        }
        break;
      case CLOSE:
        drop_output(output);
        state = WRITTEN;
        break;
      case WRITTEN:
        if (event == NOTHING) result = written_read(written, ended);
        if (result == (u32)BLOCKED) return wait_for(written);
        drop_written(written);
        task_return(0);
        return EXIT;
    }
  }
}

static void say_arguments(void) {
  for (u32 i = 2; i < argument_count; i++) {
    say(arguments[i].text, arguments[i].length);
    say(i + 1 < argument_count ? " " : "\n", 1);
  }
}

__attribute__((export_name("[async-lift]wasi:cli/run@0.3.0#run"))) u32 run(void) {
  u32 list[2];
  set = set_new();
  get_arguments(list);
  arguments = (void *)list[0];
  argument_count = list[1];
  if (argument_count < 2) __builtin_trap();
  const char *word = arguments[1].text;
  u32 size = arguments[1].length;
  for (u32 i = 0; i < size; i++) {
    if (word[i] != ':') continue;
    piece = number(word, i);
    word += i + 1;
    size -= i + 1;
    break;
  }
  if (is(word, size, "fail")) {
    task_return(1);
    return EXIT;
  }
  u64 ends = output_new();
  output = ends >> 32;
  written = is(word, size, "complain") ? write_to_stderr((u32)ends) : write_to_stdout((u32)ends);
  kind = TEXT;
  state = WRITE;
  if (is(word, size, "echo") || is(word, size, "complain")) say_arguments();
  else if (is(word, size, "variables")) {
    get_environment(list);
    struct { const char *name; u32 name_length; const char *value; u32 value_length; } *all = (void *)list[0];
    for (u32 i = 0; i < list[1]; i++) {
      say(all[i].name, all[i].name_length);
      say("=", 1);
      say(all[i].value, all[i].value_length);
      say("\n", 1);
    }
  } else if (is(word, size, "yes")) {
    kind = YES;
    while (length < sizeof buffer) say("y\n", 2);
  } else {
    u32 both[2];
    read_via_stream(both);
    input = both[0];
    drop_input_future(both[1]);
    kind = is(word, size, "count") ? COUNT : COPY;
    state = READ;
    if (is(word, size, "head")) left = number(arguments[2].text, arguments[2].length);
    else if (kind == COPY && !is(word, size, "cat")) __builtin_trap();
  }
  if (state == WRITE && length == 0) state = CLOSE;
  return go(NOTHING, 0);
}

__attribute__((export_name("[callback][async-lift]wasi:cli/run@0.3.0#run"))) u32 callback(u32 event, u32 waitable, u32 result) {
  join(waitable, 0);
  return go(event, result);
}
