// wasi:sockets behind rules: addresses are checked as numbers, when a socket is to connect, bind or listen, or a datagram to be sent.

import * as arena from "../abi/arena";
import { err } from "../abi/result";
import { RETURN_AREA, SOCKET_RULE_LISTEN, SOCKET_RULE_TCP, SOCKET_RULE_UDP } from "../../src/image/layout";
import { putFirst, putStored, putWord, WANTED } from "./address";
import {
  dropNetwork,
  dropOutgoing,
  dropTcp,
  dropUdp,
  localAddress,
  resolveAddresses,
  send,
  startBind,
  startBindUdp,
  startConnect,
  startListen,
  stream,
} from "./host";
import { isAllowed, isNameAllowed } from "./rules";

const ACCESS_DENIED: usize = 1;
/** A datagram in a list: its bytes, and whether it has an address, which case, the port, and the rest of the case. */
const DATAGRAM: usize = 44;
const HAS_REMOTE: usize = 8;
const REMOTE: usize = 12;

/** Puts an address where it is checked. */
@inline
function put(kind: u32, a: u32, b: u32, c: u32, d: u32, e: u32, f: u32, g: u32, h: u32, i: u32): void {
  if (!kind) {
    putFirst(WANTED, a, b, c, d);
    return;
  }
  // The flow comes before the words.
  putWord(WANTED, 0, b);
  putWord(WANTED, 1, c);
  putWord(WANTED, 2, d);
  putWord(WANTED, 3, e);
  putWord(WANTED, 4, f);
  putWord(WANTED, 5, g);
  putWord(WANTED, 6, h);
  putWord(WANTED, 7, i);
}

/** The same of one in memory; gives its port. */
function putSocketAddress(at: usize): u32 {
  const kind: u32 = load<u8>(at);
  putStored(WANTED, kind, at + (kind ? 12 : 6));
  return load<u16>(at, 4);
}

export function sockets_tcp__tcp_socket_start_connect(
  socket: usize,
  network: usize,
  kind: u32,
  port: u32,
  a: u32,
  b: u32,
  c: u32,
  d: u32,
  e: u32,
  f: u32,
  g: u32,
  h: u32,
  i: u32,
  j: u32,
): usize {
  put(kind, a, b, c, d, e, f, g, h, i);
  if (isAllowed(SOCKET_RULE_TCP, port, network)) startConnect(socket, network, kind, port, a, b, c, d, e, f, g, h, i, j, RETURN_AREA);
  else err(ACCESS_DENIED);
  dropTcp(socket);
  dropNetwork(network);
  return RETURN_AREA;
}

/** A port that the host chooses is for connections to others; whether anybody may come in is asked when the socket is to listen. */
export function sockets_tcp__tcp_socket_start_bind(
  socket: usize,
  network: usize,
  kind: u32,
  port: u32,
  a: u32,
  b: u32,
  c: u32,
  d: u32,
  e: u32,
  f: u32,
  g: u32,
  h: u32,
  i: u32,
  j: u32,
): usize {
  put(kind, a, b, c, d, e, f, g, h, i);
  if (!port || isAllowed(SOCKET_RULE_LISTEN, port, 0)) startBind(socket, network, kind, port, a, b, c, d, e, f, g, h, i, j, RETURN_AREA);
  else err(ACCESS_DENIED);
  dropTcp(socket);
  dropNetwork(network);
  return RETURN_AREA;
}

export function sockets_tcp__tcp_socket_start_listen(socket: usize): usize {
  localAddress(socket, RETURN_AREA);
  if (!load<u8>(RETURN_AREA) && isAllowed(SOCKET_RULE_LISTEN, putSocketAddress(RETURN_AREA + 4), 0)) startListen(socket, RETURN_AREA);
  else err(ACCESS_DENIED);
  dropTcp(socket);
  return RETURN_AREA;
}

export function sockets_udp__udp_socket_start_bind(
  socket: usize,
  network: usize,
  kind: u32,
  port: u32,
  a: u32,
  b: u32,
  c: u32,
  d: u32,
  e: u32,
  f: u32,
  g: u32,
  h: u32,
  i: u32,
  j: u32,
): usize {
  put(kind, a, b, c, d, e, f, g, h, i);
  if (!port || isAllowed(SOCKET_RULE_LISTEN, port, 0)) startBindUdp(socket, network, kind, port, a, b, c, d, e, f, g, h, i, j, RETURN_AREA);
  else err(ACCESS_DENIED);
  dropUdp(socket);
  dropNetwork(network);
  return RETURN_AREA;
}

export function sockets_udp__udp_socket_stream(
  socket: usize,
  hasRemote: u32,
  kind: u32,
  port: u32,
  a: u32,
  b: u32,
  c: u32,
  d: u32,
  e: u32,
  f: u32,
  g: u32,
  h: u32,
  i: u32,
  j: u32,
): usize {
  if (hasRemote) put(kind, a, b, c, d, e, f, g, h, i);
  if (!hasRemote || isAllowed(SOCKET_RULE_UDP, port, 0)) stream(socket, hasRemote, kind, port, a, b, c, d, e, f, g, h, i, j, RETURN_AREA);
  else err(ACCESS_DENIED);
  dropUdp(socket);
  return RETURN_AREA;
}

/** All of them, or none. A datagram without an address goes where the stream was allowed to lead. */
export function sockets_udp__outgoing_datagram_stream_send(outgoing: usize, datagrams: usize, count: usize): usize {
  let areAllowed = true;
  let each = datagrams;
  for (const end = datagrams + count * DATAGRAM; areAllowed && each < end; each += DATAGRAM) {
    if (load<u8>(each, HAS_REMOTE)) areAllowed = isAllowed(SOCKET_RULE_UDP, putSocketAddress(each + REMOTE), 0);
  }
  if (areAllowed) send(outgoing, datagrams, count, RETURN_AREA);
  else err(ACCESS_DENIED);
  dropOutgoing(outgoing);
  arena.empty();
  return RETURN_AREA;
}

export function sockets_ip_name_lookup__resolve_addresses(network: usize, name: usize, length: usize): usize {
  if (isNameAllowed(name, length)) resolveAddresses(network, name, length, RETURN_AREA);
  else err(ACCESS_DENIED);
  dropNetwork(network);
  arena.empty();
  return RETURN_AREA;
}
