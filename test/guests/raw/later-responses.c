/*
 * Uses everything of wasi:http/types 0.3 by which a request is sent and answered, and prints what came of it: the same with a host as
 * with canned responses. Its argument is the authority that it sends to.
 */

#include "later-http.h"

STATIC("http/types", "fields.from-list") void fields_from_list(const void *, u32, void *);
METHOD("http/types", "fields.get") void fields_get(handle, const void *, u32, void *);
METHOD("http/types", "fields.has") u32 fields_has(handle, const void *, u32);
METHOD("http/types", "fields.delete") void fields_delete(handle, const void *, u32, void *);
METHOD("http/types", "fields.get-and-delete") void fields_get_and_delete(handle, const void *, u32, void *);
METHOD("http/types", "fields.append") void fields_append(handle, const void *, u32, const void *, u32, void *);
METHOD("http/types", "fields.clone") handle fields_clone(handle);
METHOD("http/types", "request.get-method") void request_method(handle, void *);
METHOD("http/types", "request.get-scheme") void request_scheme(handle, void *);
METHOD("http/types", "request.get-authority") void request_authority(handle, void *);
METHOD("http/types", "request.get-path-with-query") void request_path(handle, void *);
METHOD("http/types", "request.get-options") void request_options(handle, void *);
WASI("http/types", "[constructor]request-options") handle new_options(void);
METHOD("http/types", "request-options.get-connect-timeout") void connect_timeout(handle, void *);
METHOD("http/types", "request-options.set-connect-timeout") void set_connect_timeout(handle, u32, u64, void *);
METHOD("http/types", "request-options.get-first-byte-timeout") void first_byte_timeout(handle, void *);
METHOD("http/types", "request-options.set-first-byte-timeout") void set_first_byte_timeout(handle, u32, u64, void *);
METHOD("http/types", "request-options.get-between-bytes-timeout") void between_bytes_timeout(handle, void *);
METHOD("http/types", "request-options.set-between-bytes-timeout") void set_between_bytes_timeout(handle, u32, u64, void *);
METHOD("http/types", "request-options.clone") handle options_clone(handle);
DROP("http/types", "request-options") void drop_options(handle);
METHOD("http/types", "response.get-headers") handle response_headers(handle);

#define TEXT(literal) ((text){literal, sizeof literal - 1})

static void say(const char *what, u64 number) {
  print(what);
  print(" ");
  print_number(number);
  print("\n");
}

static void say_text(const char *what, u32 offset) {
  print(what);
  print(" ");
  print_bytes((void *)word(offset), word(offset + 4));
  print("\n");
}

/* 0, or 1 and the number of the error. */
static void say_outcome(const char *what) { say(what, result[0] ? 10 + result[4] : 0); }

static void append(handle fields, text name, text value) {
  fields_append(fields, name.at, name.length, value.at, value.length, result);
}

static void set_one(handle fields, text name, text value) { fields_set(fields, name.at, name.length, &value, 1, result); }

static void say_list(text name, u32 offset) {
  const u32 *value = (const u32 *)word(offset);
  print_bytes(name.at, name.length);
  for (u32 i = word(offset + 4); i > 0; i--, value += 2) {
    print(" ");
    print_bytes((void *)value[0], value[1]);
  }
  print("\n");
}

static void say_values(handle fields, text name) {
  fields_get(fields, name.at, name.length, result);
  say_list(name, 0);
}

static handle try_fields(void) {
  const text list[] = {TEXT("x-a"), TEXT("1"), TEXT("x-b"), TEXT("two words"), TEXT("x-a"), TEXT("3")};
  fields_from_list(list, 3, result);
  handle fields = word(4);
  say_values(fields, TEXT("X-A"));
  say_values(fields, TEXT("x-none"));
  say("has", fields_has(fields, "X-B", 3) * 10 + fields_has(fields, "x-c", 3));
  append(fields, TEXT("x-c"), TEXT(""));
  say_outcome("append");
  append(fields, TEXT("X-A"), TEXT("4"));
  say_values(fields, TEXT("x-a"));
  append(fields, TEXT("a name"), TEXT("1"));
  say_outcome("not a name");
  append(fields, TEXT("x-d"), TEXT("1\n2"));
  say_outcome("not a value");
  append(fields, TEXT("Host"), TEXT("a"));
  say_outcome("forbidden");
  const text odd[] = {TEXT("x\n"), TEXT("1")};
  fields_from_list(odd, 1, result);
  say_outcome("not a list");
  handle copy = fields_clone(fields);
  set_one(fields, TEXT("x-a"), TEXT("5"));
  say_outcome("set");
  say_values(fields, TEXT("x-a"));
  fields_delete(fields, "X-B", 3, result);
  say_outcome("delete");
  say_values(fields, TEXT("x-b"));
  fields_copy_all(fields, result);
  say("entries", word(4));
  fields_get_and_delete(copy, "X-a", 3, result);
  say("taken", result[0]);
  say_list(TEXT("x-a"), 4);
  fields_get_and_delete(copy, "x-a", 3, result);
  say_list(TEXT("x-a"), 4);
  fields_get_and_delete(copy, "a name", 6, result);
  say_outcome("not a name");
  fields_copy_all(copy, result);
  say("entries of the copy", word(4));
  drop_fields(copy);
  return fields;
}

static handle try_options(void) {
  handle options = new_options();
  connect_timeout(options, result);
  say("no timeout", result[0]);
  set_connect_timeout(options, 1, 30000000000, result);
  say_outcome("set");
  set_first_byte_timeout(options, 1, 40000000000, result);
  set_between_bytes_timeout(options, 1, 50000000000, result);
  handle copy = options_clone(options);
  set_connect_timeout(options, 0, 0, result);
  connect_timeout(options, result);
  say("no timeout", result[0]);
  drop_options(options);
  connect_timeout(copy, result);
  say("connect", *(u64 *)(result + 8));
  first_byte_timeout(copy, result);
  say("first byte", *(u64 *)(result + 8));
  between_bytes_timeout(copy, result);
  say("between bytes", *(u64 *)(result + 8));
  return copy;
}

static handle request, contents, trailers, sent, consumed, body, received;

static void try_request(text authority) {
  handle fields = try_fields(), options = try_options();
  u64 contents_ends = contents_new(), trailers_ends = trailers_new();
  contents = contents_ends >> 32;
  trailers = trailers_ends >> 32;
  new_request(fields, 1, (u32)contents_ends, (u32)trailers_ends, 1, options, result);
  request = word(0);
  sent = word(4);
  request_method(request, result);
  say("method", result[0]);
  request_scheme(request, result);
  say("scheme", result[0]);
  request_authority(request, result);
  say("authority", result[0]);
  request_path(request, result);
  say("path", result[0]);
  set_method(request, 9, "PURGE", 5);
  request_method(request, result);
  say_text("method", 4);
  set_method(request, 2, "", 0);
  request_method(request, result);
  say("method", result[0]);
  set_scheme(request, 1, 0, "", 0);
  request_scheme(request, result);
  say("scheme", result[0] * 10 + result[4]);
  set_authority(request, 1, "example.com:80", 14);
  request_authority(request, result);
  say_text("authority", 4);
  set_path(request, 1, "/v1/x?y", 7);
  request_path(request, result);
  say_text("path", 4);
  set_authority(request, 1, authority.at, authority.length);
  handle headers = request_headers(request);
  say_values(headers, TEXT("x-a"));
  set_one(headers, TEXT("x-a"), TEXT("6"));
  say_outcome("immutable");
  fields_get_and_delete(headers, "x-a", 3, result);
  say_outcome("immutable");
  drop_fields(headers);
  request_options(request, result);
  say("options", result[0]);
  options = word(4);
  connect_timeout(options, result);
  say("connect", *(u64 *)(result + 8));
  set_connect_timeout(options, 0, 0, result);
  say_outcome("immutable");
  drop_options(options);
}

static void begin_response(handle response) {
  say("status", response_status(response));
  handle headers = response_headers(response);
  say_values(headers, TEXT("Content-Type"));
  say_values(headers, TEXT("set-cookie"));
  set_one(headers, TEXT("x-a"), TEXT("7"));
  say_outcome("immutable");
  drop_fields(headers);
  u64 ends = consumed_new();
  consumed = ends >> 32;
  consume_body(response, (u32)ends, result);
  body = word(0);
  received = word(4);
}

static u8 answer[64] __attribute__((aligned(16))), value[64] __attribute__((aligned(16))), buffer[7];
static u32 calling;

static u32 step(void) {
  BEGIN
  get_arguments(result);
  {
    const u32 *list = (const u32 *)word(0);
    try_request((text){(const char *)list[2], list[3]});
  }
  calling = send(request, answer);
  COPY(contents, contents_write(contents, "what is sent", 12));
  say("written", outcome);
  drop_contents(contents);
  COPY(trailers, trailers_write(trailers, OK));
  say("trailers written", outcome);
  drop_trailers(trailers);
  CALL(calling);
  say("answered", answer[0]);
  begin_response(*(handle *)(answer + 8));
  do {
    COPY(body, body_read(body, buffer, sizeof buffer));
    print_bytes(buffer, outcome >> 4);
  } while ((outcome & 15) != DROPPED);
  drop_body(body);
  COPY(consumed, consumed_write(consumed, OK));
  say(" consumed", outcome);
  drop_consumed(consumed);
  COPY(received, received_read(received, value));
  say("received", outcome * 100 + value[0] * 10 + value[8]);
  drop_received(received);
  COPY(sent, sent_read(sent, value));
  say("sent", outcome * 10 + value[0]);
  drop_sent(sent);
  END
}
