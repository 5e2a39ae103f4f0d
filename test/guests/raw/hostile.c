/*
 * Makes raw calls by chance: any function of the file system and of streams, with any handle that it has, paths that
 * lead everywhere and numbers of any size. The arguments are a seed and how many calls. It ends by itself; what it reads
 * must never hold the word that only files outside of what it was given hold. So that this says something, more than
 * half of what it asks for can be had, and it tells how many calls of each function have succeeded.
 */

#include "wasi.h"

static u64 state;

static u32 chance(u32 below) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (u32)(state >> 16) % below;
}

/* Handles that are open; the first of the descriptors are preopens, which stay. */
#define MOST 48
typedef struct {
  handle handles[MOST];
  u32 count;
} set;
static set descriptors, inputs, outputs, entries;
static u32 preopen_count;

static u64 any_number(void) {
  switch (chance(6)) {
    case 0: return chance(8);
    case 1: return chance(70000);
    case 2: return (u64)chance(64) << 12;
    case 3: return 1ull << chance(64);
    case 4: return ~0ull - chance(3);
    default: return ((u64)chance(1u << 31) << 32) | chance(1u << 31);
  }
}

/* Mostly one that lies within a file. */
static u64 any_offset(void) { return chance(3) ? chance(chance(2) ? 100 : 30000) : any_number(); }

/* What is there at first somewhere, and what would be beside it. */
static const char *PATHS[] = {
  "a", "a", "a", "d/e", "d/e", "dir/deep/b", "dir/deep/b", "b", "c", "d", "f", "dir", "dir/deep", "e", "file", "out", "one", ".", "dir/../a",
  "..", "../a", "../outside/a", "../outside", "c/a", "outside/a", "tree/a", "../tree/a", "../../a", "d/../../a", "dir/../../outside/a",
};
static const char *NAMES[] = {"a", "b", "c", "d", "e", "f", "in", "out", "file", "one", "dir", ".", "..", "", "t", "over", "ro", "lower", "deep", "x\xc3\xa9"};
static char path[5000];
static u32 path_length;

static void add(char byte) {
  if (path_length < sizeof path) path[path_length++] = byte;
}

static void any_path(void) {
  path_length = 0;
  if (chance(3)) {
    for (const char *name = PATHS[chance(sizeof PATHS / sizeof *PATHS)]; *name; name++) add(*name);
    return;
  }
  if (chance(40) == 0) add('/');
  u32 parts = chance(20) ? 1 + chance(2) * chance(3) : chance(40);
  for (u32 i = 0; i < parts; i++) {
    if (i) add('/');
    if (chance(12) == 0) {
      for (u32 length = 1 + chance(chance(8) ? 40 : 300); length; length--) add((char)('k' + chance(6)));
    } else {
      for (const char *name = NAMES[chance(sizeof NAMES / sizeof *NAMES)]; *name; name++) add(*name);
    }
  }
  if (chance(30) == 0) add('/');
  if (chance(200) == 0) add(0);
  if (chance(300) == 0) while (path_length < 4500) add('y');
}

/* Half of the time one that hardly is there yet. */
static void any_new(void) {
  any_path();
  if (chance(2)) return;
  path_length = 0;
  for (u32 length = 3; length; length--) add((char)('k' + chance(6)));
}

/* A path that stays while `path` becomes another one. */
static char other[5000];
static u32 other_length;

static void any_other(void) {
  any_path();
  other_length = path_length;
  for (u32 i = 0; i < path_length; i++) other[i] = path[i];
}

static u8 bytes[65536];

static bool has_escaped;
/* How often reading has given bytes. */
static u32 read_count;

/* Looks for the word in what was read. */
static void look(void) {
  if (result[0]) return;
  const u8 *read = (const u8 *)word(4);
  u32 length = word(8);
  if (length) read_count++;
  for (u32 i = 0; i + 6 <= length; i++) {
    if (read[i] == 'S' && read[i + 1] == 'E' && read[i + 2] == 'C' && read[i + 3] == 'R' && read[i + 4] == 'E' && read[i + 5] == 'T') {
      has_escaped = true;
    }
  }
}

static void drop_of(set *from, u32 index) {
  handle dropped = from->handles[index];
  from->handles[index] = from->handles[--from->count];
  if (from == &descriptors) drop_descriptor(dropped);
  else if (from == &inputs) drop_input(dropped);
  else if (from == &outputs) drop_output(dropped);
  else drop_directory_entry_stream(dropped);
}

static void drop_any(set *from) {
  u32 kept = from == &descriptors ? preopen_count : 0;
  if (from->count > kept) drop_of(from, kept + chance(from->count - kept));
}

/* Takes the handle of a result that has it at 4. */
static void take(set *into) {
  if (result[0]) return;
  handle made = word(4);
  if (into->count == MOST) drop_any(into);
  into->handles[into->count++] = made;
}

static handle any_of(const set *from) { return from->handles[chance(from->count)]; }

/* Mostly preopens, below which there is most. */
static handle any_descriptor(void) { return chance(4) ? descriptors.handles[chance(preopen_count)] : any_of(&descriptors); }

/* Mostly what was opened, and may be a file. */
static handle any_opened(void) {
  if (descriptors.count == preopen_count || chance(8) == 0) return any_of(&descriptors);
  return descriptors.handles[preopen_count + chance(descriptors.count - preopen_count)];
}

/* Forgets the error of a stream whose result is at `at`, and mostly the stream, which has come to its end. */
static void forget(u32 at, set *from, u32 index) {
  if (!result[0]) return;
  if (result[at] == 0) drop_error(word(at + 4));
  if (chance(4)) drop_of(from, index);
}

/* Reads what was just opened. */
static void peek(void) {
  if (result[0] || !chance(4)) return;
  descriptor_read(word(4), sizeof bytes, 0, result);
  look();
  result[0] = 0;
}

static void of_streams(u32 what) {
  if (inputs.count) {
    u32 index = chance(inputs.count);
    handle input = inputs.handles[index];
    switch (what) {
      case 0: input_read(input, any_number() % 65537, result); look(); return forget(4, &inputs, index);
      case 1: input_blocking_read(input, any_number() % 65537, result); look(); return forget(4, &inputs, index);
      case 2: input_skip(input, any_number(), result); return forget(8, &inputs, index);
      case 3: {
        handle pollable = input_subscribe(input);
        pollable_ready(pollable);
        drop_pollable(pollable);
        return;
      }
      case 4:
        if (outputs.count) {
          u32 to = chance(outputs.count);
          output_splice(outputs.handles[to], input, chance(4096), result);
          forget(8, &outputs, to);
        }
        return;
    }
  }
  if (!outputs.count) return;
  u32 index = chance(outputs.count);
  handle to = outputs.handles[index];
  switch (what) {
    case 5: output_blocking_write_and_flush(to, bytes, chance(4097), result); break;
    case 6: output_blocking_write_zeroes_and_flush(to, chance(4097), result); break;
    case 7: output_blocking_flush(to, result); break;
    default:
      output_check_write(to, result);
      if (result[0]) return forget(8, &outputs, index);
      /* Wasmtime ends who writes nothing where nothing may be written. */
      if (!*(u64 *)(result + 8)) return;
      output_write(to, bytes, chance((u32)(*(u64 *)(result + 8) < sizeof bytes ? *(u64 *)(result + 8) + 1 : sizeof bytes)), result);
  }
  forget(4, &outputs, index);
}

static void of_descriptors(u32 what) {
  handle self = any_descriptor();
  handle another = chance(4) ? self : any_descriptor();
  any_path();
  switch (what) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 4:
      open_at(self, chance(4) > 0, path, path_length, chance(4) ? chance(2) : chance(16), chance(3) ? READ : chance(3) ? READ | WRITE : chance(64), result);
      take(&descriptors);
      return peek();
    case 5: create_directory_at(self, path, path_length, result); return;
    case 6: remove_directory_at(self, path, path_length, result); return;
    case 7: unlink_file_at(self, path, path_length, result); return;
    case 8: any_other(); any_new(); symlink_at(self, other, other_length, path, path_length, result); return;
    case 9: any_other(); any_new(); rename_at(self, other, other_length, another, path, path_length, result); return;
    case 10: any_other(); any_new(); link_at(self, chance(2), other, other_length, another, path, path_length, result); return;
    case 11: readlink_at(self, path, path_length, result); return;
    case 12: stat_at(self, chance(2), path, path_length, result); return;
    case 13: stat_of(self, result); return;
    case 14: metadata_hash_at(self, chance(2), path, path_length, result); return;
    case 15: metadata_hash(self, result); return;
    case 16: is_same_object(self, any_of(&descriptors)); return;
    case 17: set_times_at(self, chance(2), path, path_length, chance(3), chance(99), chance(1 << 30), chance(3), any_number(), chance(1 << 30), result); return;
    case 18: set_times(any_opened(), chance(3), chance(99), chance(1 << 30), chance(3), any_number(), chance(1 << 30), result); return;
    case 19: set_size(any_opened(), chance(2) ? 0 : any_offset(), result); return;
    case 20:
    case 21: descriptor_read(any_opened(), any_number() % 65537, any_offset(), result); look(); return;
    case 22:
    case 23: descriptor_write(any_opened(), bytes, chance(chance(3) ? 5000 : 65536), any_offset(), result); return;
    case 24: read_via_stream(any_opened(), any_offset(), result); return take(&inputs);
    case 25: write_via_stream(any_opened(), any_offset(), result); return take(&outputs);
    case 26: append_via_stream(any_opened(), result); return take(&outputs);
    case 27: read_directory(self, result); return take(&entries);
    case 28: get_flags(self, result); return;
    case 29: get_type(self, result); return;
    case 30: advise(self, any_number(), any_number(), chance(6), result); return;
    case 31: sync_data(self, result); return;
    default:
      if (entries.count) read_directory_entry(any_of(&entries), result);
  }
}

/* How often each function has answered `ok`; of streams from 34 on. */
static u32 successes[43];

/* Says of each how often it has, but for those that answer nothing else, and how often reading has given bytes. */
static void tell(void) {
  for (u32 what = 4; what < 43; what++) {
    if (what == 16 || what == 34 + 3) continue;
    print_number(what);
    print(":");
    print_number(successes[what]);
    print(" ");
  }
  print("read:");
  print_number(read_count);
  print("\n");
}

static void test(void) {
  state = number_of(arguments[0]) * 0x9e3779b97f4a7c15ull + 1;
  get_directories(result);
  preopen_count = word(4);
  for (u32 i = 0; i < preopen_count; i++) descriptors.handles[descriptors.count++] = ((handle *)word(0))[i * 3];
  for (u32 i = 0; i < sizeof bytes; i++) bytes[i] = (u8)chance(256);
  for (u64 left = number_of(arguments[1]); left; left--) {
    arena_end = 0;
    u32 what = chance(60);
    result[0] = 1;
    if (what < 34) of_descriptors(what);
    else if (what < 50) of_streams(what % 9);
    if (!result[0] && what < 50) successes[what < 34 ? what : 34 + what % 9]++;
    if (what < 50) continue;
    if (what < 53) drop_any(&descriptors);
    else if (what < 55) drop_any(&inputs);
    else if (what < 57) drop_any(&outputs);
    else if (what < 59) drop_any(&entries);
  }
  tell();
  print(has_escaped ? "has read what it was not given\n" : "done\n");
}
