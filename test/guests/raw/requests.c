/*
 * Sends requests, one for each argument: METHOD|SCHEME|AUTHORITY|PATH, where `-` is what is not set. Of each it prints what came
 * of it: the status and the body, which setter refused, or the number of the error. With a `+` before it, a request gets headers
 * of the program's, and the headers that the program can read are printed first.
 */

#include "wasi.h"

WASI("http/types", "[constructor]fields") handle new_fields(void);
METHOD("http/types", "fields.set") void fields_set(handle, const void *, u32, const void *, u32, void *);
METHOD("http/types", "fields.entries") void fields_entries(handle, void *);
DROP("http/types", "fields") void drop_fields(handle);
METHOD("http/types", "outgoing-request.headers") handle request_headers(handle);
WASI("http/types", "[constructor]outgoing-request") handle new_request(handle);
METHOD("http/types", "outgoing-request.set-method") u32 set_method(handle, u32, const void *, u32);
METHOD("http/types", "outgoing-request.set-scheme") u32 set_scheme(handle, u32, u32, const void *, u32);
METHOD("http/types", "outgoing-request.set-authority") u32 set_authority(handle, u32, const void *, u32);
METHOD("http/types", "outgoing-request.set-path-with-query") u32 set_path(handle, u32, const void *, u32);
METHOD("http/types", "future-incoming-response.subscribe") handle response_subscribe(handle);
METHOD("http/types", "future-incoming-response.get") void response_get(handle, void *);
METHOD("http/types", "incoming-response.status") u32 response_status(handle);
METHOD("http/types", "incoming-response.consume") void response_consume(handle, void *);
METHOD("http/types", "incoming-body.stream") void body_stream(handle, void *);
DROP("http/types", "outgoing-request") void drop_request(handle);
DROP("http/types", "incoming-body") void drop_body(handle);
DROP("http/types", "incoming-response") void drop_response(handle);
DROP("http/types", "future-incoming-response") void drop_future(handle);
WASI("http/outgoing-handler", "handle") void send(handle, u32, handle, void *);

static const char *const METHODS[] = {"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"};
enum { OTHER_METHOD = 9, HTTP = 0, HTTPS = 1, OTHER_SCHEME = 2 };

typedef struct { const char *at; u32 length; } text;

static bool is(text found, const char *wanted) {
  if (found.length != length_of(wanted)) return false;
  for (u32 i = 0; i < found.length; i++) if (found.at[i] != wanted[i]) return false;
  return true;
}

static bool is_none(text found) { return is(found, "-"); }

/* What stands before the next bar. */
static text next(text *rest) {
  text found = {rest->at, 0};
  while (found.length < rest->length && rest->at[found.length] != '|') found.length++;
  u32 taken = found.length < rest->length ? found.length + 1 : found.length;
  rest->at += taken;
  rest->length -= taken;
  return found;
}

static void answer(handle future) {
  handle pollable = response_subscribe(future);
  pollable_block(pollable);
  drop_pollable(pollable);
  response_get(future, result);
  if (result[16]) {
    print("error ");
    print_number(result[24]);
    drop_future(future);
    return;
  }
  handle response = word(24);
  print_number(response_status(response));
  print(" ");
  response_consume(response, result);
  handle body = word(4);
  body_stream(body, result);
  handle stream = word(4);
  for (;;) {
    input_blocking_read(stream, 1000, result);
    if (result[0]) break;
    print_bytes((void *)word(4), word(8));
  }
  drop_input(stream);
  drop_body(body);
  drop_response(response);
  drop_future(future);
}

static void set_header(handle fields, const char *name, const char *value) {
  const struct { const char *at; u32 length; } values[] = {{value, length_of(value)}};
  fields_set(fields, name, length_of(name), values, 1, result);
}

static void print_headers(handle request) {
  handle fields = request_headers(request);
  fields_entries(fields, result);
  const u32 *entry = (const u32 *)word(0);
  for (u32 i = word(4); i > 0; i--, entry += 4) {
    print_bytes((void *)entry[0], entry[1]);
    print("=");
    print_bytes((void *)entry[2], entry[3]);
    print(" ");
  }
  drop_fields(fields);
}

static void try(text rest) {
  bool has_headers = rest.at[0] == '+';
  if (has_headers) rest.at++, rest.length--;
  text method = next(&rest), scheme = next(&rest), authority = next(&rest), path = rest;
  u32 number = 0;
  while (number < OTHER_METHOD && !is(method, METHODS[number])) number++;
  handle fields = new_fields();
  if (has_headers) {
    set_header(fields, "x-mine", "1");
    set_header(fields, "Authorization", "mine");
  }
  handle request = new_request(fields);
  if (has_headers) print_headers(request);
  u32 kind = is(scheme, "HTTP") ? HTTP : is(scheme, "HTTPS") ? HTTPS : OTHER_SCHEME;
  const char *refused = 0;
  if (set_method(request, number, method.at, method.length)) refused = "invalid method";
  else if (set_scheme(request, !is_none(scheme), kind, scheme.at, scheme.length)) refused = "invalid scheme";
  else if (set_authority(request, !is_none(authority), authority.at, authority.length)) refused = "invalid authority";
  else if (set_path(request, !is_none(path), path.at, path.length)) refused = "invalid path";
  if (refused) {
    print(refused);
    drop_request(request);
    return;
  }
  send(request, 0, 0, result);
  if (result[0]) {
    print("refused ");
    print_number(result[8]);
  } else answer(word(8));
}

static void test(void) {
  get_arguments(result);
  const u32 *list = (const u32 *)word(0);
  u32 count = word(4);
  u32 start = arena_end;
  for (u32 i = 1; i < count; i++) {
    try((text){(const char *)list[i * 2], list[i * 2 + 1]});
    print("\n");
    flush();
    arena_end = start;
  }
}
