/*
 * Uses sockets, a time for each argument, and prints what came of it: ok, or the function and the number of its error.
 *
 *   tcp ADDRESS PORT       connects         listen ADDRESS PORT    binds and listens
 *   udp ADDRESS PORT       sends from an open stream, then from a connected one
 *   look-up NAME           tells whether there is an address
 *
 * An address is that of IPv4, or with `mapped ` before it the one of IPv6 that is mapped to it.
 */

#include "wasi.h"

#define ADDRESS u32 kind, u32 port, u32 a, u32 b, u32 c, u32 d, u32 e, u32 f, u32 g, u32 h, u32 i, u32 j
#define GIVEN(x) x.kind, x.port, x.p[0], x.p[1], x.p[2], x.p[3], x.p[4], x.p[5], x.p[6], x.p[7], x.p[8], x.p[9]

WASI("sockets/instance-network", "instance-network") handle instance_network(void);
WASI("sockets/tcp-create-socket", "create-tcp-socket") void create_tcp(u32, void *);
WASI("sockets/udp-create-socket", "create-udp-socket") void create_udp(u32, void *);
METHOD("sockets/tcp", "tcp-socket.start-connect") void start_connect(handle, handle, ADDRESS, void *);
METHOD("sockets/tcp", "tcp-socket.finish-connect") void finish_connect(handle, void *);
METHOD("sockets/tcp", "tcp-socket.start-bind") void start_bind(handle, handle, ADDRESS, void *);
METHOD("sockets/tcp", "tcp-socket.finish-bind") void finish_bind(handle, void *);
METHOD("sockets/tcp", "tcp-socket.start-listen") void start_listen(handle, void *);
METHOD("sockets/tcp", "tcp-socket.finish-listen") void finish_listen(handle, void *);
METHOD("sockets/tcp", "tcp-socket.subscribe") handle tcp_subscribe(handle);
METHOD("sockets/udp", "udp-socket.start-bind") void start_bind_udp(handle, handle, ADDRESS, void *);
METHOD("sockets/udp", "udp-socket.finish-bind") void finish_bind_udp(handle, void *);
METHOD("sockets/udp", "udp-socket.stream") void udp_stream(handle, u32, ADDRESS, void *);
METHOD("sockets/udp", "udp-socket.subscribe") handle udp_subscribe(handle);
METHOD("sockets/udp", "outgoing-datagram-stream.check-send") void check_send(handle, void *);
METHOD("sockets/udp", "outgoing-datagram-stream.send") void send(handle, const void *, u32, void *);
METHOD("sockets/udp", "outgoing-datagram-stream.subscribe") handle outgoing_subscribe(handle);
DROP("sockets/udp", "outgoing-datagram-stream") void drop_outgoing(handle);
DROP("sockets/udp", "incoming-datagram-stream") void drop_incoming(handle);
WASI("sockets/ip-name-lookup", "resolve-addresses") void resolve(handle, const void *, u32, void *);
METHOD("sockets/ip-name-lookup", "resolve-address-stream.resolve-next-address") void next_address(handle, void *);
METHOD("sockets/ip-name-lookup", "resolve-address-stream.subscribe") handle found_subscribe(handle);

typedef struct { u32 kind, port, p[10]; } address;
enum { WOULD_BLOCK = 8 };

static bool begins(const char **at, const char *with) {
  u32 length = length_of(with);
  for (u32 i = 0; i < length; i++) if ((*at)[i] != with[i]) return false;
  *at += length;
  return true;
}

static u32 number(const char **at) {
  u32 found = 0;
  while (**at >= '0' && **at <= '9') found = found * 10 + (u32)(*(*at)++ - '0');
  if (**at) (*at)++;
  return found;
}

static address parsed(const char *at) {
  bool is_mapped = begins(&at, "mapped ");
  u32 bytes[4];
  for (u32 i = 0; i < 4; i++) bytes[i] = number(&at);
  u32 port = number(&at);
  if (!is_mapped) return (address){0, port, {bytes[0], bytes[1], bytes[2], bytes[3]}};
  return (address){1, port, {0, 0, 0, 0, 0, 0, 0xffff, bytes[0] << 8 | bytes[1], bytes[2] << 8 | bytes[3]}};
}

/* Whether a function has failed, which is printed then. */
static bool failed(const char *name, u32 code) {
  if (!result[0]) return false;
  print(name);
  print(" ");
  print_number(result[code]);
  return true;
}

static void wait_for(handle pollable) {
  pollable_block(pollable);
  drop_pollable(pollable);
}

static void tcp(address to) {
  create_tcp(to.kind, result);
  if (failed("create", 4)) return;
  handle socket = word(4);
  start_connect(socket, instance_network(), GIVEN(to), result);
  if (failed("connect", 1)) return;
  for (;;) {
    finish_connect(socket, result);
    if (!result[0] || result[4] != WOULD_BLOCK) break;
    wait_for(tcp_subscribe(socket));
  }
  if (!failed("finish", 4)) print("ok");
}

static void listen(address at) {
  create_tcp(at.kind, result);
  if (failed("create", 4)) return;
  handle socket = word(4);
  start_bind(socket, instance_network(), GIVEN(at), result);
  if (failed("bind", 1)) return;
  for (;;) {
    finish_bind(socket, result);
    if (!result[0] || result[1] != WOULD_BLOCK) break;
    wait_for(tcp_subscribe(socket));
  }
  if (failed("finish bind", 1)) return;
  start_listen(socket, result);
  if (!failed("listen", 1)) print("ok");
}

static void send_to(handle outgoing, bool has_remote, address to) {
  check_send(outgoing, result);
  if (failed("check", 8)) return;
  struct { const char *data; u32 length; u32 has_remote, kind; u8 at[28]; } datagram = {"hello", 5, has_remote, to.kind, {0}};
  *(uint16_t *)datagram.at = (uint16_t)to.port;
  for (u32 i = 0; i < 4; i++) datagram.at[2 + i] = (u8)to.p[i];
  send(outgoing, &datagram, 1, result);
  if (!failed("send", 8)) print("ok");
}

static void udp(address to) {
  create_udp(to.kind, result);
  if (failed("create", 4)) return;
  handle socket = word(4);
  address any = {to.kind, 0, {127, 0, 0, 1}};
  start_bind_udp(socket, instance_network(), GIVEN(any), result);
  if (failed("bind", 1)) return;
  finish_bind_udp(socket, result);
  if (failed("finish bind", 1)) return;
  udp_stream(socket, 0, GIVEN(any), result);
  if (failed("stream", 4)) return;
  handle incoming = word(4), outgoing = word(8);
  send_to(outgoing, true, to);
  drop_incoming(incoming);
  drop_outgoing(outgoing);
  print(", ");
  udp_stream(socket, 1, GIVEN(to), result);
  if (failed("stream", 4)) return;
  send_to(word(8), false, to);
}

static void look_up(const char *name) {
  resolve(instance_network(), name, length_of(name), result);
  if (failed("look-up", 4)) return;
  handle found = word(4);
  for (;;) {
    next_address(found, result);
    if (!result[0] || result[2] != WOULD_BLOCK) break;
    wait_for(found_subscribe(found));
  }
  if (!failed("next", 2)) print(result[2] ? "ok" : "nothing");
}

static void test(void) {
  get_arguments(result);
  const u32 *list = (const u32 *)word(0);
  u32 count = word(4), start = arena_end;
  for (u32 i = 1; i < count; i++) {
    static char line[100];
    u32 length = list[i * 2 + 1];
    for (u32 at = 0; at < length; at++) line[at] = ((const char *)list[i * 2])[at];
    line[length] = 0;
    const char *at = line;
    if (begins(&at, "tcp ")) tcp(parsed(at));
    else if (begins(&at, "listen ")) listen(parsed(at));
    else if (begins(&at, "udp ")) udp(parsed(at));
    else if (begins(&at, "look-up ")) look_up(at);
    print("\n");
    flush();
    arena_end = start;
  }
}
