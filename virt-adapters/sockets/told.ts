// The same with what is refused told (`__told`): an address is looked at once more before it is, and the functions beside these decide.

import { isOfNames } from "../abi/strings";
import { tell } from "../abi/told";
import { RETURN_AREA } from "../../src/image/layout";
import { SOCKET_RULE_LISTEN, SOCKET_RULE_TCP, SOCKET_RULE_UDP } from "../../src/image/rule-layout";
import { REFUSED_LISTEN, REFUSED_NAME, REFUSED_ODD_NAME, REFUSED_TCP, REFUSED_UDP } from "../../src/image/trace-layout";
import { DATAGRAM, HAS_REMOTE, put, putSocketAddress, REMOTE, WANTED } from "./address";
import { OTHER, releaseText } from "./call";
import { getLocalAddress, localAddress } from "./host";
import {
  sockets_ip_name_lookup__resolve_addresses,
  sockets_tcp__tcp_socket_start_bind,
  sockets_tcp__tcp_socket_start_connect,
  sockets_tcp__tcp_socket_start_listen,
  sockets_udp__outgoing_datagram_stream_send,
  sockets_udp__udp_socket_start_bind,
  sockets_udp__udp_socket_stream,
} from "./at-once";
import {
  p3_sockets_ip_name_lookup__resolve_addresses,
  p3_sockets_types__tcp_socket_bind,
  p3_sockets_types__tcp_socket_connect,
  p3_sockets_types__tcp_socket_listen,
  p3_sockets_types__udp_socket_bind,
  p3_sockets_types__udp_socket_connect,
  p3_sockets_types__udp_socket_send,
} from "./later";
import { isAllowed, isNameAllowed } from "./rules";

/** Of the address at `WANTED`. */
function tellAddress(kind: u32, port: u32): void {
  if (isAllowed(kind, port)) return;
  const line = kind == SOCKET_RULE_TCP ? REFUSED_TCP : kind == SOCKET_RULE_UDP ? REFUSED_UDP : REFUSED_LISTEN;
  tell(line, port, WANTED, 16, 0, 0, 0, 0);
}

/** With a rule only for what can be a name: `*` or `10.0.0.0/8` would be more than one in a rule. */
function tellName(name: usize, length: usize): void {
  if (isNameAllowed(name, length)) return;
  tell(isOfNames(name, length, false) ? REFUSED_NAME : REFUSED_ODD_NAME, 0, name, length, 0, 0, 0, 0);
}

// WASI 0.2

export function sockets_tcp__tcp_socket_start_connect__told(
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
  tellAddress(SOCKET_RULE_TCP, port);
  return sockets_tcp__tcp_socket_start_connect(socket, network, kind, port, a, b, c, d, e, f, g, h, i, j);
}

export function sockets_tcp__tcp_socket_start_bind__told(
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
  if (port) {
    put(kind, a, b, c, d, e, f, g, h, i);
    tellAddress(SOCKET_RULE_LISTEN, port);
  }
  return sockets_tcp__tcp_socket_start_bind(socket, network, kind, port, a, b, c, d, e, f, g, h, i, j);
}

export function sockets_tcp__tcp_socket_start_listen__told(socket: usize): usize {
  localAddress(socket, RETURN_AREA);
  if (!load<u8>(RETURN_AREA)) tellAddress(SOCKET_RULE_LISTEN, putSocketAddress(RETURN_AREA + 4));
  return sockets_tcp__tcp_socket_start_listen(socket);
}

export function sockets_udp__udp_socket_start_bind__told(
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
  if (port) {
    put(kind, a, b, c, d, e, f, g, h, i);
    tellAddress(SOCKET_RULE_LISTEN, port);
  }
  return sockets_udp__udp_socket_start_bind(socket, network, kind, port, a, b, c, d, e, f, g, h, i, j);
}

export function sockets_udp__udp_socket_stream__told(
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
  if (hasRemote) {
    put(kind, a, b, c, d, e, f, g, h, i);
    tellAddress(SOCKET_RULE_UDP, port);
  }
  return sockets_udp__udp_socket_stream(socket, hasRemote, kind, port, a, b, c, d, e, f, g, h, i, j);
}

export function sockets_udp__outgoing_datagram_stream_send__told(outgoing: usize, datagrams: usize, count: usize): usize {
  for (let each = datagrams, end = datagrams + count * DATAGRAM; each < end; each += DATAGRAM) {
    if (load<u8>(each, HAS_REMOTE)) tellAddress(SOCKET_RULE_UDP, putSocketAddress(each + REMOTE));
  }
  return sockets_udp__outgoing_datagram_stream_send(outgoing, datagrams, count);
}

export function sockets_ip_name_lookup__resolve_addresses__told(network: usize, name: usize, length: usize): usize {
  tellName(name, length);
  return sockets_ip_name_lookup__resolve_addresses(network, name, length);
}

// WASI 0.3

export function p3_sockets_types__tcp_socket_bind__told(
  socket: usize,
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
  if (port) {
    put(kind, a, b, c, d, e, f, g, h, i);
    tellAddress(SOCKET_RULE_LISTEN, port);
  }
  return p3_sockets_types__tcp_socket_bind(socket, kind, port, a, b, c, d, e, f, g, h, i, j);
}

export function p3_sockets_types__tcp_socket_listen__told(socket: usize): usize {
  getLocalAddress(socket, RETURN_AREA);
  if (load<u8>(RETURN_AREA)) releaseText(RETURN_AREA, OTHER);
  else tellAddress(SOCKET_RULE_LISTEN, putSocketAddress(RETURN_AREA + 4));
  return p3_sockets_types__tcp_socket_listen(socket);
}

export function p3_sockets_types__udp_socket_bind__told(
  socket: usize,
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
  if (port) {
    put(kind, a, b, c, d, e, f, g, h, i);
    tellAddress(SOCKET_RULE_LISTEN, port);
  }
  return p3_sockets_types__udp_socket_bind(socket, kind, port, a, b, c, d, e, f, g, h, i, j);
}

export function p3_sockets_types__udp_socket_connect__told(
  socket: usize,
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
  tellAddress(SOCKET_RULE_UDP, port);
  return p3_sockets_types__udp_socket_connect(socket, kind, port, a, b, c, d, e, f, g, h, i, j);
}

export function p3_sockets_types__tcp_socket_connect__told(
  socket: usize,
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
): u32 {
  put(kind, a, b, c, d, e, f, g, h, i);
  tellAddress(SOCKET_RULE_TCP, port);
  return p3_sockets_types__tcp_socket_connect(socket, kind, port, a, b, c, d, e, f, g, h, i, j);
}

export function p3_sockets_types__udp_socket_send__told(
  socket: usize,
  data: usize,
  length: usize,
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
): u32 {
  if (hasRemote) {
    put(kind, a, b, c, d, e, f, g, h, i);
    tellAddress(SOCKET_RULE_UDP, port);
  }
  return p3_sockets_types__udp_socket_send(socket, data, length, hasRemote, kind, port, a, b, c, d, e, f, g, h, i, j);
}

export function p3_sockets_ip_name_lookup__resolve_addresses__told(name: usize, length: usize): u32 {
  tellName(name, length);
  return p3_sockets_ip_name_lookup__resolve_addresses(name, length);
}
