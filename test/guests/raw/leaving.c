/*
 * A command of WASI 0.3 that ends by `exit-with-code`, and leaves its streams as they are. It writes `leaving` to standard output and
 * waits until that has been read. The first argument is the code; with a second one it reads all of standard input before.
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
IMPORT("wasi:cli/exit@0.3.0", "exit-with-code") void exit_with_code(u32);
IMPORT("wasi:cli/environment@0.3.0", "get-arguments") void get_arguments(u32 *);
STDIN("read-via-stream") void read_via_stream(u32 *);
STDIN("[async-lower][stream-read-0]read-via-stream") u32 input_read(u32, void *, u32);
STDOUT("write-via-stream") u32 write_to_stdout(u32);
STDOUT("[stream-new-0]write-via-stream") u64 output_new(void);
STDOUT("[async-lower][stream-write-0]write-via-stream") u32 output_write(u32, const void *, u32);

static u8 arena[1 << 12] __attribute__((aligned(16)));
static u32 arena_end;

__attribute__((export_name("cabi_realloc"))) void *cabi_realloc(void *old, u32 old_size, u32 align, u32 size) {
  u32 start = (arena_end + align - 1) & ~(align - 1);
  if (old_size != 0 || start + size > sizeof arena) __builtin_trap();
  arena_end = start + size;
  return arena + start;
}

enum { WAIT = 2 };
enum { BLOCKED = -1, DROPPED = 1 };

static u32 set, input, output, code, is_writing;
static u8 buffer[4096];
static const char TEXT[] = "leaving\n";

static u32 wait_for(u32 waitable) {
  join(waitable, set);
  return WAIT | set << 4;
}

static u32 write(void) {
  is_writing = 1;
  if (output_write(output, TEXT, sizeof TEXT - 1) == (u32)BLOCKED) return wait_for(output);
  exit_with_code(code);
  __builtin_trap();
}

static u32 read(void) {
  for (;;) {
    u32 result = input_read(input, buffer, sizeof buffer);
    if (result == (u32)BLOCKED) return wait_for(input);
    if ((result & 15) == DROPPED) return write();
  }
}

__attribute__((export_name("[async-lift]wasi:cli/run@0.3.0#run"))) u32 run(void) {
  u32 list[2], both[2];
  set = set_new();
  get_arguments(list);
  struct { const char *text; u32 length; } *arguments = (void *)list[0];
  for (u32 i = 0; i < arguments[1].length; i++) code = code * 10 + arguments[1].text[i] - '0';
  u64 ends = output_new();
  output = ends >> 32;
  write_to_stdout((u32)ends);
  if (list[1] == 2) return write();
  read_via_stream(both);
  input = both[0];
  return read();
}

__attribute__((export_name("[callback][async-lift]wasi:cli/run@0.3.0#run"))) u32 callback(u32 event, u32 waitable, u32 result) {
  (void)event;
  join(waitable, 0);
  if (!is_writing) return (result & 15) == DROPPED ? write() : read();
  exit_with_code(code);
  __builtin_trap();
}

void unused(void) { task_return(0); }
