/*
 * Uses everything of wasi:http/types by which a request is sent and answered, and prints what came of it: the same with a host as with
 * canned responses. Its argument is the authority that it sends to.
 */

#include "wasi.h"

typedef struct { const char *at; u32 length; } text;
typedef struct { text name, value; } field;

WASI("http/types", "[constructor]fields") handle new_fields(void);
WASI("http/types", "[static]fields.from-list") void fields_from_list(const void *, u32, void *);
METHOD("http/types", "fields.get") void fields_get(handle, const void *, u32, void *);
METHOD("http/types", "fields.has") u32 fields_has(handle, const void *, u32);
METHOD("http/types", "fields.set") void fields_set(handle, const void *, u32, const void *, u32, void *);
METHOD("http/types", "fields.delete") void fields_delete(handle, const void *, u32, void *);
METHOD("http/types", "fields.append") void fields_append(handle, const void *, u32, const void *, u32, void *);
METHOD("http/types", "fields.entries") void fields_entries(handle, void *);
METHOD("http/types", "fields.clone") handle fields_clone(handle);
DROP("http/types", "fields") void drop_fields(handle);
WASI("http/types", "[constructor]outgoing-request") handle new_request(handle);
METHOD("http/types", "outgoing-request.body") void request_body(handle, void *);
METHOD("http/types", "outgoing-request.method") void request_method(handle, void *);
METHOD("http/types", "outgoing-request.set-method") u32 set_method(handle, u32, const void *, u32);
METHOD("http/types", "outgoing-request.scheme") void request_scheme(handle, void *);
METHOD("http/types", "outgoing-request.set-scheme") u32 set_scheme(handle, u32, u32, const void *, u32);
METHOD("http/types", "outgoing-request.authority") void request_authority(handle, void *);
METHOD("http/types", "outgoing-request.set-authority") u32 set_authority(handle, u32, const void *, u32);
METHOD("http/types", "outgoing-request.path-with-query") void request_path(handle, void *);
METHOD("http/types", "outgoing-request.set-path-with-query") u32 set_path(handle, u32, const void *, u32);
METHOD("http/types", "outgoing-request.headers") handle request_headers(handle);
DROP("http/types", "outgoing-request") void drop_request(handle);
WASI("http/types", "[constructor]request-options") handle new_options(void);
METHOD("http/types", "request-options.connect-timeout") void connect_timeout(handle, void *);
METHOD("http/types", "request-options.set-connect-timeout") u32 set_connect_timeout(handle, u32, u64);
METHOD("http/types", "request-options.first-byte-timeout") void first_byte_timeout(handle, void *);
METHOD("http/types", "request-options.set-first-byte-timeout") u32 set_first_byte_timeout(handle, u32, u64);
METHOD("http/types", "request-options.between-bytes-timeout") void between_bytes_timeout(handle, void *);
METHOD("http/types", "request-options.set-between-bytes-timeout") u32 set_between_bytes_timeout(handle, u32, u64);
DROP("http/types", "request-options") void drop_options(handle);
METHOD("http/types", "outgoing-body.write") void body_write(handle, void *);
WASI("http/types", "[static]outgoing-body.finish") void finish_sending(handle, u32, handle, void *);
METHOD("http/types", "future-incoming-response.subscribe") handle response_subscribe(handle);
METHOD("http/types", "future-incoming-response.get") void response_get(handle, void *);
DROP("http/types", "future-incoming-response") void drop_future(handle);
METHOD("http/types", "incoming-response.status") u32 response_status(handle);
METHOD("http/types", "incoming-response.headers") handle response_headers(handle);
METHOD("http/types", "incoming-response.consume") void response_consume(handle, void *);
DROP("http/types", "incoming-response") void drop_response(handle);
METHOD("http/types", "incoming-body.stream") void body_stream(handle, void *);
WASI("http/types", "[static]incoming-body.finish") handle finish_receiving(handle);
METHOD("http/types", "future-trailers.subscribe") handle trailers_subscribe(handle);
METHOD("http/types", "future-trailers.get") void trailers_get(handle, void *);
DROP("http/types", "future-trailers") void drop_trailers(handle);
WASI("http/outgoing-handler", "handle") void send(handle, u32, handle, void *);

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
static void say_outcome(const char *what) { say(what, result[0] ? 10 + result[1] : 0); }

static void append(handle fields, text name, text value) {
  fields_append(fields, name.at, name.length, value.at, value.length, result);
}

static void set_one(handle fields, text name, text value) { fields_set(fields, name.at, name.length, &value, 1, result); }

static void say_values(handle fields, text name) {
  fields_get(fields, name.at, name.length, result);
  const u32 *value = (const u32 *)word(0);
  print_bytes(name.at, name.length);
  for (u32 i = word(4); i > 0; i--, value += 2) {
    print(" ");
    print_bytes((void *)value[0], value[1]);
  }
  print("\n");
}

static handle try_fields(void) {
  const field list[] = {{TEXT("x-a"), TEXT("1")}, {TEXT("x-b"), TEXT("two words")}, {TEXT("x-a"), TEXT("3")}};
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
  const field odd[] = {{TEXT("x\n"), TEXT("1")}};
  fields_from_list(odd, 1, result);
  say("not a list", result[0] ? 10 + result[4] : 0);
  handle copy = fields_clone(fields);
  set_one(fields, TEXT("x-a"), TEXT("5"));
  say_outcome("set");
  say_values(fields, TEXT("x-a"));
  fields_delete(fields, "X-B", 3, result);
  say_outcome("delete");
  say_values(fields, TEXT("x-b"));
  fields_entries(fields, result);
  say("entries", word(4));
  say_values(copy, TEXT("x-a"));
  fields_entries(copy, result);
  say("entries of the copy", word(4));
  drop_fields(copy);
  return fields;
}

static handle try_request(handle fields, text authority) {
  handle request = new_request(fields);
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
  drop_fields(headers);
  return request;
}

static handle try_options(void) {
  handle options = new_options();
  connect_timeout(options, result);
  say("no timeout", result[0]);
  set_connect_timeout(options, 1, 30000000000);
  set_first_byte_timeout(options, 1, 40000000000);
  set_between_bytes_timeout(options, 1, 50000000000);
  connect_timeout(options, result);
  say("connect", *(u64 *)(result + 8));
  first_byte_timeout(options, result);
  say("first byte", *(u64 *)(result + 8));
  between_bytes_timeout(options, result);
  say("between bytes", *(u64 *)(result + 8));
  return options;
}

static void try_response(handle future) {
  handle pollable = response_subscribe(future);
  pollable_block(pollable);
  drop_pollable(pollable);
  response_get(future, result);
  say("there", result[0] * 100 + result[8] * 10 + result[16]);
  handle response = word(24);
  response_get(future, result);
  say("taken", result[0] * 10 + result[8]);
  drop_future(future);
  say("status", response_status(response));
  handle headers = response_headers(response);
  say_values(headers, TEXT("Content-Type"));
  say_values(headers, TEXT("set-cookie"));
  set_one(headers, TEXT("x-a"), TEXT("7"));
  say_outcome("immutable");
  drop_fields(headers);
  response_consume(response, result);
  handle body = word(4);
  response_consume(response, result);
  say("consumed", result[0]);
  body_stream(body, result);
  handle stream = word(4);
  body_stream(body, result);
  say("streamed", result[0]);
  pollable = input_subscribe(stream);
  pollable_block(pollable);
  drop_pollable(pollable);
  for (;;) {
    input_blocking_read(stream, 7, result);
    if (result[0]) break;
    print_bytes((void *)word(4), word(8));
  }
  say(" end", result[4]);
  drop_input(stream);
  handle trailers = finish_receiving(body);
  pollable = trailers_subscribe(trailers);
  pollable_block(pollable);
  drop_pollable(pollable);
  trailers_get(trailers, result);
  say("trailers", result[0] * 1000 + result[8] * 100 + result[16] * 10 + result[24]);
  trailers_get(trailers, result);
  say("taken", result[0] * 10 + result[8]);
  drop_trailers(trailers);
  drop_response(response);
}

static void test(void) {
  handle request = try_request(try_fields(), (text){arguments[0], length_of(arguments[0])});
  handle options = try_options();
  request_body(request, result);
  handle body = word(4);
  request_body(request, result);
  say("second body", result[0]);
  send(request, 1, options, result);
  say("sent", result[0]);
  handle future = word(8);
  body_write(body, result);
  handle stream = word(4);
  body_write(body, result);
  say("second stream", result[0]);
  output_check_write(stream, result);
  say("may write", *(u64 *)(result + 8) > 0);
  output_blocking_write_and_flush(stream, "what is sent", 12, result);
  say("written", result[0]);
  drop_output(stream);
  finish_sending(body, 0, 0, result);
  say("finished", result[0]);
  try_response(future);
}
