/*
 * WASI 0.2.3 in the canonical ABI, for guests that make raw calls: no libc, no adapter in between. Only what is called
 * is imported. Results that are more than a word go to where the last argument points; a list that comes back lies in
 * `arena`, which a guest may empty.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;
typedef u32 handle;

#define WASI(interface, name) __attribute__((import_module("wasi:" interface "@0.2.3"), import_name(name))) extern
#define METHOD(interface, name) WASI(interface, "[method]" name)
#define DROP(interface, resource) WASI(interface, "[resource-drop]" resource)

WASI("cli/environment", "get-arguments") void get_arguments(void *);
WASI("cli/stdin", "get-stdin") handle get_stdin(void);
WASI("cli/stdout", "get-stdout") handle get_stdout(void);
WASI("cli/stderr", "get-stderr") handle get_stderr(void);

WASI("clocks/monotonic-clock", "subscribe-duration") handle subscribe_duration(u64);

WASI("io/poll", "poll") void poll(const handle *, u32, void *);
METHOD("io/poll", "pollable.ready") u32 pollable_ready(handle);
METHOD("io/poll", "pollable.block") void pollable_block(handle);
DROP("io/poll", "pollable") void drop_pollable(handle);
DROP("io/error", "error") void drop_error(handle);

METHOD("io/streams", "input-stream.read") void input_read(handle, u64, void *);
METHOD("io/streams", "input-stream.blocking-read") void input_blocking_read(handle, u64, void *);
METHOD("io/streams", "input-stream.skip") void input_skip(handle, u64, void *);
METHOD("io/streams", "input-stream.blocking-skip") void input_blocking_skip(handle, u64, void *);
METHOD("io/streams", "input-stream.subscribe") handle input_subscribe(handle);
DROP("io/streams", "input-stream") void drop_input(handle);
METHOD("io/streams", "output-stream.check-write") void output_check_write(handle, void *);
METHOD("io/streams", "output-stream.write") void output_write(handle, const void *, u32, void *);
METHOD("io/streams", "output-stream.blocking-write-and-flush") void output_blocking_write_and_flush(handle, const void *, u32, void *);
METHOD("io/streams", "output-stream.flush") void output_flush(handle, void *);
METHOD("io/streams", "output-stream.blocking-flush") void output_blocking_flush(handle, void *);
METHOD("io/streams", "output-stream.write-zeroes") void output_write_zeroes(handle, u64, void *);
METHOD("io/streams", "output-stream.blocking-write-zeroes-and-flush") void output_blocking_write_zeroes_and_flush(handle, u64, void *);
METHOD("io/streams", "output-stream.splice") void output_splice(handle, handle, u64, void *);
METHOD("io/streams", "output-stream.subscribe") handle output_subscribe(handle);
DROP("io/streams", "output-stream") void drop_output(handle);

WASI("filesystem/preopens", "get-directories") void get_directories(void *);
METHOD("filesystem/types", "descriptor.open-at") void open_at(handle, u32, const void *, u32, u32, u32, void *);
METHOD("filesystem/types", "descriptor.read-via-stream") void read_via_stream(handle, u64, void *);
METHOD("filesystem/types", "descriptor.write-via-stream") void write_via_stream(handle, u64, void *);
METHOD("filesystem/types", "descriptor.append-via-stream") void append_via_stream(handle, void *);
METHOD("filesystem/types", "descriptor.read-directory") void read_directory(handle, void *);
METHOD("filesystem/types", "directory-entry-stream.read-directory-entry") void read_directory_entry(handle, void *);
METHOD("filesystem/types", "descriptor.read") void descriptor_read(handle, u64, u64, void *);
METHOD("filesystem/types", "descriptor.write") void descriptor_write(handle, const void *, u32, u64, void *);
METHOD("filesystem/types", "descriptor.set-size") void set_size(handle, u64, void *);
METHOD("filesystem/types", "descriptor.set-times") void set_times(handle, u32, u64, u32, u32, u64, u32, void *);
METHOD("filesystem/types", "descriptor.set-times-at") void set_times_at(handle, u32, const void *, u32, u32, u64, u32, u32, u64, u32, void *);
METHOD("filesystem/types", "descriptor.get-flags") void get_flags(handle, void *);
METHOD("filesystem/types", "descriptor.get-type") void get_type(handle, void *);
METHOD("filesystem/types", "descriptor.stat") void stat_of(handle, void *);
METHOD("filesystem/types", "descriptor.stat-at") void stat_at(handle, u32, const void *, u32, void *);
METHOD("filesystem/types", "descriptor.metadata-hash") void metadata_hash(handle, void *);
METHOD("filesystem/types", "descriptor.metadata-hash-at") void metadata_hash_at(handle, u32, const void *, u32, void *);
METHOD("filesystem/types", "descriptor.is-same-object") u32 is_same_object(handle, handle);
METHOD("filesystem/types", "descriptor.advise") void advise(handle, u64, u64, u32, void *);
METHOD("filesystem/types", "descriptor.sync") void sync_all(handle, void *);
METHOD("filesystem/types", "descriptor.sync-data") void sync_data(handle, void *);
METHOD("filesystem/types", "descriptor.create-directory-at") void create_directory_at(handle, const void *, u32, void *);
METHOD("filesystem/types", "descriptor.remove-directory-at") void remove_directory_at(handle, const void *, u32, void *);
METHOD("filesystem/types", "descriptor.unlink-file-at") void unlink_file_at(handle, const void *, u32, void *);
METHOD("filesystem/types", "descriptor.symlink-at") void symlink_at(handle, const void *, u32, const void *, u32, void *);
METHOD("filesystem/types", "descriptor.readlink-at") void readlink_at(handle, const void *, u32, void *);
METHOD("filesystem/types", "descriptor.rename-at") void rename_at(handle, const void *, u32, handle, const void *, u32, void *);
METHOD("filesystem/types", "descriptor.link-at") void link_at(handle, u32, const void *, u32, handle, const void *, u32, void *);
DROP("filesystem/types", "descriptor") void drop_descriptor(handle);
DROP("filesystem/types", "directory-entry-stream") void drop_directory_entry_stream(handle);

enum { CREATE = 1, DIRECTORY = 2, EXCLUSIVE = 4, TRUNCATE = 8 };
enum { READ = 1, WRITE = 2, MUTATE_DIRECTORY = 32 };
enum { INSUFFICIENT_MEMORY = 22, INSUFFICIENT_SPACE = 23 };

/* Where lists that come back are put. Large enough for what a read answers at most. */
static u8 arena[1 << 17] __attribute__((aligned(16)));
static u32 arena_end;

__attribute__((export_name("cabi_realloc"))) void *cabi_realloc(void *old, u32 old_size, u32 align, u32 size) {
  u32 start = (arena_end + align - 1) & ~(align - 1);
  if (start + size > sizeof arena) __builtin_trap();
  arena_end = start + size;
  for (u32 i = 0; i < old_size && i < size; i++) arena[start + i] = ((u8 *)old)[i];
  return arena + start;
}

static u8 result[128] __attribute__((aligned(8)));
static inline u32 word(u32 offset) { return *(u32 *)(result + offset); }

static u32 length_of(const char *text) {
  u32 length = 0;
  while (text[length]) length++;
  return length;
}

static handle output;
static u8 printed[1024];
static u32 printed_length;

static void flush(void) {
  u8 answer[12];
  if (printed_length) output_blocking_write_and_flush(output, printed, printed_length, answer);
  printed_length = 0;
}

static void print_bytes(const void *bytes, u32 length) {
  for (u32 i = 0; i < length; i++) {
    if (printed_length == sizeof printed) flush();
    printed[printed_length++] = ((const u8 *)bytes)[i];
  }
}

static void print(const char *text) { print_bytes(text, length_of(text)); }

static void print_number(u64 number) {
  char digits[20];
  u32 at = sizeof digits;
  do digits[--at] = (char)('0' + number % 10);
  while (number /= 10);
  print_bytes(digits + at, sizeof digits - at);
}

static bool is_equal(const char *left, const char *right) {
  while (*left && *left == *right) left++, right++;
  return *left == *right;
}

/* The arguments after the program's name, as words and as numbers. */
static char arguments[4][64];
static u32 argument_count;

static u64 number_of(const char *digits) {
  u64 number = 0;
  while (*digits) number = number * 10 + (u64)(*digits++ - '0');
  return number;
}

static void begin(void) {
  output = get_stdout();
  get_arguments(result);
  const u32 *list = (const u32 *)word(0);
  for (u32 i = 1; i < word(4) && argument_count < 4; i++) {
    u32 length = list[i * 2 + 1];
    for (u32 at = 0; at < length && at < 63; at++) arguments[argument_count][at] = ((const char *)list[i * 2])[at];
    argument_count++;
  }
  arena_end = 0;
}

static void test(void);

__attribute__((export_name("wasi:cli/run@0.2.3#run"))) u32 run(void) {
  begin();
  test();
  flush();
  return 0;
}
