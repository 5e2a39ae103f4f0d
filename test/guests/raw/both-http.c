/*
 * Sends GET to http://api.test and the path that is its argument, by WASI 0.2 and by 0.3, while each has an answer that is not read to
 * its end. It prints the two bodies.
 */

#include "later-http.h"

#define FIRST(interface, name) IMPORT("wasi:" interface "@0.2.3", name)

FIRST("http/types", "[constructor]fields") handle first_new_fields(void);
FIRST("http/types", "[constructor]outgoing-request") handle first_new_request(handle);
FIRST("http/types", "[method]outgoing-request.set-scheme") u32 first_set_scheme(handle, u32, u32, const void *, u32);
FIRST("http/types", "[method]outgoing-request.set-authority") u32 first_set_authority(handle, u32, const void *, u32);
FIRST("http/types", "[method]outgoing-request.set-path-with-query") u32 first_set_path(handle, u32, const void *, u32);
FIRST("http/types", "[method]future-incoming-response.subscribe") handle first_subscribe(handle);
FIRST("http/types", "[method]future-incoming-response.get") void first_get(handle, void *);
FIRST("http/types", "[method]incoming-response.consume") void first_consume(handle, void *);
FIRST("http/types", "[method]incoming-body.stream") void first_stream(handle, void *);
FIRST("http/outgoing-handler", "handle") void first_send(handle, u32, handle, void *);
FIRST("io/poll", "[method]pollable.block") void first_block(handle);
FIRST("io/streams", "[method]input-stream.blocking-read") void first_read(handle, u64, void *);

static text path;
static handle first, trailers, sent, consumed, body, received;
static u8 answer[64] __attribute__((aligned(16))), value[64] __attribute__((aligned(16))), buffer[3];

static void begin_first(void) {
  handle request = first_new_request(first_new_fields());
  first_set_scheme(request, 1, 0, "", 0);
  first_set_authority(request, 1, "api.test", 8);
  first_set_path(request, 1, path.at, path.length);
  first_send(request, 0, 0, result);
  if (result[0]) __builtin_trap();
  handle future = word(8);
  first_block(first_subscribe(future));
  first_get(future, result);
  if (result[16]) __builtin_trap();
  first_consume(word(24), result);
  first_stream(word(4), result);
  first = word(4);
}

/* Whether there was anything. */
static bool read_first(void) {
  first_read(first, sizeof buffer, result);
  if (result[0]) return false;
  print_bytes((void *)word(4), word(8));
  return true;
}

static handle begin_second(void) {
  u64 ends = trailers_new();
  trailers = ends >> 32;
  new_request(new_fields(), 0, 0, (u32)ends, 0, 0, result);
  handle request = word(0);
  sent = word(4);
  set_scheme(request, 1, 0, "", 0);
  set_authority(request, 1, "api.test", 8);
  set_path(request, 1, path.at, path.length);
  return request;
}

static u32 step(void) {
  BEGIN
  get_arguments(result);
  {
    const u32 *list = (const u32 *)word(0);
    path = (text){(const char *)list[2], list[3]};
  }
  begin_first();
  read_first();
  CALL(send(begin_second(), answer));
  if (answer[0]) __builtin_trap();
  {
    u64 ends = consumed_new();
    consumed = ends >> 32;
    consume_body(*(handle *)(answer + 8), (u32)ends, result);
    body = word(0);
    received = word(4);
  }
  do {
    COPY(body, body_read(body, buffer, sizeof buffer));
    print_bytes(buffer, outcome >> 4);
    read_first();
  } while ((outcome & 15) != DROPPED);
  while (read_first()) {}
  drop_body(body);
  COPY(consumed, consumed_write(consumed, OK));
  drop_consumed(consumed);
  COPY(trailers, trailers_write(trailers, OK));
  drop_trailers(trailers);
  COPY(received, received_read(received, value));
  drop_received(received);
  COPY(sent, sent_read(sent, value));
  drop_sent(sent);
  END
}
