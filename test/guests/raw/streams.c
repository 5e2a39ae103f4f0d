/* What polling and several handles of a standard stream answer. The first argument says what is tried. */

#include "wasi.h"

/* A stream of the first directory's file `f`. */
static handle file_input(void) {
  get_directories(result);
  handle directory = *(handle *)word(0);
  open_at(directory, 0, "f", 1, 0, READ, result);
  read_via_stream(word(4), 0, result);
  return word(4);
}

typedef handle (*maker)(void);

static handle of_file(void) { return input_subscribe(file_input()); }
static handle of_stdin(void) { return input_subscribe(get_stdin()); }
static handle of_stdout(void) { return output_subscribe(get_stdout()); }
static handle of_stderr(void) { return output_subscribe(get_stderr()); }

/* Each method is the first that a fresh pollable is asked by, and then `ready` again. */
static void ready(const char *name, maker subscribe) {
  print(name);
  handle pollable = subscribe();
  print(pollable_ready(pollable) ? ": ready" : ": NOT READY");
  print(pollable_ready(pollable) ? " twice" : " ONCE");
  pollable = subscribe();
  pollable_block(pollable);
  print(pollable_ready(pollable) ? ", after block" : ", NOT AFTER BLOCK");
  handle both[2] = {subscribe_duration(60000000000), subscribe()};
  arena_end = 0;
  poll(both, 2, result);
  print(word(4) == 1 && *(u32 *)word(0) == 1 ? ", in poll" : ", NOT IN POLL");
  print(pollable_ready(both[1]) ? ", after poll" : ", NOT AFTER POLL");
  print(pollable_ready(both[0]) ? ", TIMER READY\n" : "\n");
}

/* Reads a stream as those do who ask before every read, and hold no pollable. */
static void spin(handle input) {
  u32 asked = 0;
  for (;;) {
    handle pollable = input_subscribe(input);
    bool is_ready = pollable_ready(pollable);
    drop_pollable(pollable);
    if (!is_ready) {
      if (++asked < 100000) continue;
      print("never ready\n");
      return;
    }
    input_read(input, 2, result);
    if (result[0]) break;
    print_bytes((void *)word(4), word(8));
    arena_end = 0;
  }
  print("<end>\n");
}

static void say(void) {
  if (result[0]) {
    print("<closed>");
  } else {
    print("<");
    print_bytes((void *)word(4), word(8));
    print(">");
  }
  arena_end = 0;
}

static void test(void) {
  if (is_equal(arguments[0], "ready")) {
    ready("file", of_file);
    ready("stdin", of_stdin);
    ready("stdout", of_stdout);
    ready("stderr", of_stderr);
    spin(file_input());
  } else if (is_equal(arguments[0], "asks each time")) {
    for (int i = 0; i < 6; i++) {
      handle input = get_stdin();
      input_blocking_read(input, 3, result);
      say();
      drop_input(input);
    }
  } else if (is_equal(arguments[0], "has two")) {
    handle inputs[2] = {get_stdin(), get_stdin()};
    for (int i = 0; i < 4; i++) {
      input_read(inputs[i & 1], 2, result);
      say();
    }
    input_skip(inputs[0], 1, result);
    drop_input(inputs[0]);
    drop_input(inputs[1]);
    input_read(get_stdin(), 10, result);
    say();
    input_read(get_stdin(), 10, result);
    say();
  }
}
