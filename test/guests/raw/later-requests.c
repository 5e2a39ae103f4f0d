/*
 * Sends requests of WASI 0.3, one for each argument: METHOD|SCHEME|AUTHORITY|PATH|BODY, where `-` is what is not set or not there. A
 * body that begins with `<` is written before the request is made, and one of nothing has ended by then. Of each request it prints what
 * came of it: the status and the body, which setter refused, or the number of the error. With a `+` before it, a request gets headers
 * of the program's, and the headers that the program can read are printed first.
 */

#include "later-http.h"

static const char *const METHODS[] = {"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"};
enum { OTHER_METHOD = 9, HTTP = 0, HTTPS = 1, OTHER_SCHEME = 2 };

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

static void set_header(handle fields, const char *name, const char *value) {
  const struct { const char *at; u32 length; } values[] = {{value, length_of(value)}};
  fields_set(fields, name, length_of(name), values, 1, result);
}

static void print_headers(handle request) {
  handle fields = request_headers(request);
  fields_copy_all(fields, result);
  const u32 *entry = (const u32 *)word(0);
  for (u32 i = word(4); i > 0; i--, entry += 4) {
    print_bytes((void *)entry[0], entry[1]);
    print("=");
    print_bytes((void *)entry[2], entry[3]);
    print(" ");
  }
  drop_fields(fields);
}

static handle request, contents, trailers, sent, consumed, body, received;
static text rest, content;
static enum { NONE, ENDED, BEFORE, AFTER } sending;

/* Makes the request; which setter refused, or nothing. */
static const char *make(void) {
  bool has_headers = rest.at[0] == '+';
  if (has_headers) rest.at++, rest.length--;
  text method = next(&rest), scheme = next(&rest), authority = next(&rest), path = next(&rest);
  content = next(&rest);
  sending = is_none(content) ? NONE : content.length == 0 ? ENDED : content.at[0] == '<' ? BEFORE : AFTER;
  u32 number = 0;
  while (number < OTHER_METHOD && !is(method, METHODS[number])) number++;
  handle fields = new_fields();
  if (has_headers) {
    set_header(fields, "x-mine", "1");
    set_header(fields, "Authorization", "mine");
  }
  u64 contents_ends = sending == NONE ? 0 : contents_new(), trailers_ends = trailers_new();
  contents = contents_ends >> 32;
  trailers = trailers_ends >> 32;
  if (sending == ENDED) drop_contents(contents);
  if (sending == BEFORE && contents_write(contents, content.at, content.length) != (u32)BLOCKED) __builtin_trap();
  new_request(fields, sending != NONE, (u32)contents_ends, (u32)trailers_ends, 0, 0, result);
  request = word(0);
  sent = word(4);
  if (has_headers) print_headers(request);
  u32 kind = is(scheme, "HTTP") ? HTTP : is(scheme, "HTTPS") ? HTTPS : OTHER_SCHEME;
  if (set_method(request, number, method.at, method.length)) return "invalid method";
  if (set_scheme(request, !is_none(scheme), kind, scheme.at, scheme.length)) return "invalid scheme";
  if (set_authority(request, !is_none(authority), authority.at, authority.length)) return "invalid authority";
  return set_path(request, !is_none(path), path.at, path.length) ? "invalid path" : 0;
}

static const u32 *list;
static u32 argument, count, start, done, calling;
static u8 answer[64] __attribute__((aligned(16))), value[64] __attribute__((aligned(16))), buffer[1000];

static u32 step(void) {
  BEGIN
  get_arguments(result);
  list = (const u32 *)word(0);
  count = word(4);
  start = arena_end;
  for (argument = 1; argument < count; argument++) {
    arena_end = start;
    rest = (text){(const char *)list[argument * 2], list[argument * 2 + 1]};
    {
      const char *refused = make();
      if (refused) {
        print(refused);
        drop_request(request);
        calling = 0;
        answer[0] = 2;
      } else {
        calling = send(request, answer);
      }
    }
    for (done = 0; sending >= BEFORE && done < content.length; done += outcome >> 4) {
      bool is_writing = sending == BEFORE && done == 0;
      COPY(contents, is_writing ? (u32)BLOCKED : contents_write(contents, content.at + done, content.length - done));
      if ((outcome & 15) == DROPPED) break;
    }
    if (sending >= BEFORE) drop_contents(contents);
    COPY(trailers, trailers_write(trailers, OK));
    drop_trailers(trailers);
    if (answer[0] != 2) CALL(calling);
    if (answer[0] == 1) {
      print("refused ");
      print_number(answer[8]);
    } else if (answer[0] == 0) {
      print_number(response_status(*(u32 *)(answer + 8)));
      print(" ");
      {
        u64 ends = consumed_new();
        consumed = ends >> 32;
        consume_body(*(u32 *)(answer + 8), (u32)ends, result);
        body = word(0);
        received = word(4);
      }
      do {
        COPY(body, body_read(body, buffer, sizeof buffer));
        print_bytes(buffer, outcome >> 4);
      } while ((outcome & 15) != DROPPED);
      drop_body(body);
      COPY(consumed, consumed_write(consumed, OK));
      drop_consumed(consumed);
      COPY(received, received_read(received, value));
      drop_received(received);
      if (value[0]) print(" not received");
      else if (value[8]) print(" with trailers");
    }
    COPY(sent, sent_read(sent, value));
    drop_sent(sent);
    if (value[0]) print(" not sent");
    print("\n");
  }
  END
}
