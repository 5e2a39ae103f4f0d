/*
 * A command of WASI 0.3 without a libc, whose `run` is lifted with a callback: opens files of /data and reads them by streams, in
 * pieces, and tells how long they are, what a hash of them is, and how their futures end. It waits for one thing at a time.
 */

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;

#define IMPORT(module, name) __attribute__((import_module(module), import_name(name))) extern
#define FILES(name) IMPORT("wasi:filesystem/types@0.3.0", name)
#define STDOUT(name) IMPORT("wasi:cli/stdout@0.3.0", name)

IMPORT("$root", "[waitable-set-new]") u32 set_new(void);
IMPORT("$root", "[waitable-join]") void join(u32, u32);
IMPORT("$root", "[subtask-drop]") void drop_subtask(u32);
IMPORT("[export]wasi:cli/run@0.3.0", "[task-return]run") void task_return(u32);
IMPORT("wasi:filesystem/preopens@0.3.0", "get-directories") void get_directories(void *);
FILES("[async-lower][method]descriptor.open-at") u32 open_at(const void *, void *);
FILES("[method]descriptor.read-via-stream") void read_via_stream(u32, u64, void *);
FILES("[resource-drop]descriptor") void drop_descriptor(u32);
FILES("[async-lower][stream-read-0][method]descriptor.read-via-stream") u32 stream_read(u32, void *, u32);
FILES("[stream-drop-readable-0][method]descriptor.read-via-stream") void drop_stream(u32);
FILES("[async-lower][future-read-1][method]descriptor.read-via-stream") u32 future_read(u32, void *);
FILES("[future-drop-readable-1][method]descriptor.read-via-stream") void drop_future(u32);
STDOUT("write-via-stream") u32 write_via_stream(u32);
STDOUT("[stream-new-0]write-via-stream") u64 output_new(void);
STDOUT("[async-lower][stream-write-0]write-via-stream") u32 output_write(u32, const void *, u32);
STDOUT("[stream-drop-writable-0]write-via-stream") void drop_output(u32);
STDOUT("[async-lower][future-read-1]write-via-stream") u32 written_read(u32, void *);
STDOUT("[future-drop-readable-1]write-via-stream") void drop_written(u32);

static u8 arena[1 << 12] __attribute__((aligned(16)));
static u32 arena_end;

__attribute__((export_name("cabi_realloc"))) void *cabi_realloc(void *old, u32 old_size, u32 align, u32 size) {
  u32 start = (arena_end + align - 1) & ~(align - 1);
  if (old_size != 0 || start + size > sizeof arena) __builtin_trap();
  arena_end = start + size;
  return arena + start;
}

enum { EXIT = 0, WAIT = 2 };
enum { RETURNED = 2, BLOCKED = -1, DROPPED = 1 };
enum { NOTHING = 0, SUBTASK = 1 };

static const struct { const char *path; u32 piece; } FILE_LIST[] = {
  { "hello.txt", 1 }, { "hello.txt", 100 }, { "pattern.bin", 1000 }, { "pattern.bin", 65536 }, { "none.bin", 10 },
  { "to-hello", 7 },  { "missing", 10 },    { "circle", 10 },        { "../out", 10 },     { "folder/deep/leaf", 3 },
};
enum { FILE_COUNT = sizeof FILE_LIST / sizeof FILE_LIST[0] };

static enum { OPEN, OPENED, READ, ENDED, WRITE, WRITTEN } state;
static u32 set, root, current, descriptor, stream, future, output, length, hash;
static u32 opening[5], opened[6], streams[2], ended[8];
static u8 buffer[65536];
static char text[4096];
static u32 text_length;

static u32 length_of(const char *from) {
  u32 count = 0;
  while (from[count] != 0) count++;
  return count;
}

static void say(const char *what) {
  while (*what != 0) text[text_length++] = *what++;
}

static void say_number(u32 number) {
  char digits[11];
  u32 at = 10;
  digits[at] = 0;
  do digits[--at] = '0' + number % 10; while ((number /= 10) != 0);
  say(digits + at);
}

static u32 wait_for(u32 waitable) {
  join(waitable, set);
  return WAIT | set << 4;
}

static void begin(void) {
  const char *path = FILE_LIST[current].path;
  opening[0] = root;
  opening[1] = 1; /* symlink-follow */
  opening[2] = (u32)path;
  opening[3] = length_of(path);
  opening[4] = 1 << 8; /* no open flags, read */
  length = hash = 0;
}

static void next(void) {
  say("\n");
  current++;
  state = OPEN;
}

/* What has come of the copy that the state waits for, if it was asked before. */
static u32 go(u32 event, u32 result) {
  for (;;) {
    switch (state) {
      case OPEN: {
        if (current == FILE_COUNT) {
          u64 ends = output_new();
          output = ends >> 32;
          future = write_via_stream((u32)ends);
          length = 0;
          state = WRITE;
          break;
        }
        begin();
        u32 status = open_at(opening, opened);
        state = OPENED;
        if ((status & 15) != RETURNED) return wait_for(status >> 4);
        break;
      }
      case OPENED:
        say(FILE_LIST[current].path);
        say(" ");
        if ((opened[0] & 255) != 0) {
          say("error ");
          say_number(opened[1] & 255);
          next();
          break;
        }
        descriptor = opened[1];
        read_via_stream(descriptor, 0, streams);
        stream = streams[0];
        future = streams[1];
        state = READ;
        event = NOTHING;
        break;
      case READ: {
        if (event == NOTHING) result = stream_read(stream, buffer, FILE_LIST[current].piece);
        if (result == (u32)BLOCKED) return wait_for(stream);
        event = NOTHING;
        for (u32 i = 0; i < result >> 4; i++) hash = hash * 31 + buffer[i];
        length += result >> 4;
        if ((result & 15) != DROPPED) break;
        drop_stream(stream);
        state = ENDED;
        break;
      }
      case ENDED:
        if (event == NOTHING) result = future_read(future, ended);
        if (result == (u32)BLOCKED) return wait_for(future);
        event = NOTHING;
        drop_future(future);
        drop_descriptor(descriptor);
        say_number(length);
        say(" bytes, ");
        say_number(hash);
        say((ended[0] & 255) == 0 ? ", ok" : ", not ok");
        next();
        break;
      case WRITE:
        if (event == NOTHING) result = output_write(output, text + length, text_length - length);
        if (result == (u32)BLOCKED) return wait_for(output);
        event = NOTHING;
        length += result >> 4;
        if (length < text_length && (result & 15) != DROPPED) break;
        drop_output(output);
        state = WRITTEN;
        break;
      case WRITTEN:
        if (event == NOTHING) result = written_read(future, ended);
        if (result == (u32)BLOCKED) return wait_for(future);
        drop_written(future);
        task_return((ended[0] & 255) != 0);
        return EXIT;
    }
  }
}

__attribute__((export_name("[async-lift]wasi:cli/run@0.3.0#run"))) u32 run(void) {
  u32 list[2];
  set = set_new();
  get_directories(list);
  if (list[1] == 0) __builtin_trap();
  root = *(u32 *)list[0];
  return go(NOTHING, 0);
}

__attribute__((export_name("[callback][async-lift]wasi:cli/run@0.3.0#run"))) u32 callback(u32 event, u32 waitable, u32 result) {
  join(waitable, 0);
  if (event != SUBTASK) return go(event, result);
  if (result != RETURNED) return wait_for(waitable);
  drop_subtask(waitable);
  return go(NOTHING, 0);
}
