// wasi:sockets behind rules: addresses are checked as numbers, when a socket is to connect, bind or listen, and a datagram is to be sent
// or has come.

import * as arena from "../abi/arena";
import { err, okList } from "../abi/result";
import { RETURN_AREA } from "../../src/image/layout";
import { SOCKET_RULE_LISTEN, SOCKET_RULE_TCP, SOCKET_RULE_UDP } from "../../src/image/rule-layout";
import { DATAGRAM, HAS_REMOTE, put, putSocketAddress, REMOTE } from "./address";
import {
  dropIncoming,
  dropNetwork,
  dropOutgoing,
  dropTcp,
  dropUdp,
  localAddress,
  receive,
  resolveAddresses,
  send,
  startBind,
  startBindUdp,
  startConnect,
  startListen,
  stream,
} from "./host";
import { release } from "./call";
import { isAllowed, isAnyoneLetIn, isNameAllowed } from "./rules";
import { tellStranger } from "./strangers";

const ACCESS_DENIED: usize = 1;

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
  if (isAllowed(SOCKET_RULE_TCP, port)) startConnect(socket, network, kind, port, a, b, c, d, e, f, g, h, i, j, RETURN_AREA);
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
  if (!port || isAllowed(SOCKET_RULE_LISTEN, port)) startBind(socket, network, kind, port, a, b, c, d, e, f, g, h, i, j, RETURN_AREA);
  else err(ACCESS_DENIED);
  dropTcp(socket);
  dropNetwork(network);
  return RETURN_AREA;
}

export function sockets_tcp__tcp_socket_start_listen(socket: usize): usize {
  localAddress(socket, RETURN_AREA);
  if (!load<u8>(RETURN_AREA) && isAllowed(SOCKET_RULE_LISTEN, putSocketAddress(RETURN_AREA + 4))) startListen(socket, RETURN_AREA);
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
  if (!port || isAllowed(SOCKET_RULE_LISTEN, port)) startBindUdp(socket, network, kind, port, a, b, c, d, e, f, g, h, i, j, RETURN_AREA);
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
  if (!hasRemote || isAllowed(SOCKET_RULE_UDP, port)) stream(socket, hasRemote, kind, port, a, b, c, d, e, f, g, h, i, j, RETURN_AREA);
  else err(ACCESS_DENIED);
  dropUdp(socket);
  return RETURN_AREA;
}

/** All of them, or none. A datagram without an address goes where the stream was allowed to lead. */
export function sockets_udp__outgoing_datagram_stream_send(outgoing: usize, datagrams: usize, count: usize): usize {
  let areAllowed = true;
  let each = datagrams;
  for (const end = datagrams + count * DATAGRAM; areAllowed && each < end; each += DATAGRAM) {
    if (load<u8>(each, HAS_REMOTE)) areAllowed = isAllowed(SOCKET_RULE_UDP, putSocketAddress(each + REMOTE));
  }
  if (areAllowed) send(outgoing, datagrams, count, RETURN_AREA);
  else err(ACCESS_DENIED);
  dropOutgoing(outgoing);
  arena.empty();
  return RETURN_AREA;
}

/** One that has come in: its bytes, and the address that it is from. */
const INCOMING: usize = 40;
const FROM: usize = 8;

/**
 * Of those that have come, the ones that a rule for datagrams is about. Nobody tells which socket a stream is of: where anybody may
 * come in, all of them are.
 */
export function sockets_udp__incoming_datagram_stream_receive(incoming: usize, most: u64): usize {
  return received(incoming, most, false);
}

/** The same with those told that are dropped. */
export function sockets_udp__incoming_datagram_stream_receive__told(incoming: usize, most: u64): usize {
  return received(incoming, most, true);
}

@inline
function received(incoming: usize, most: u64, isTold: bool): usize {
  receive(incoming, most, RETURN_AREA);
  dropIncoming(incoming);
  if (load<u8>(RETURN_AREA) || isAnyoneLetIn()) return RETURN_AREA;
  const start: usize = load<u32>(RETURN_AREA, 4);
  let free = start;
  for (let each = start, end = start + <usize>load<u32>(RETURN_AREA, 8) * INCOMING; each < end; each += INCOMING) {
    if (!isAllowed(SOCKET_RULE_UDP, putSocketAddress(each + FROM))) {
      if (isTold) tellStranger(each + FROM);
      continue;
    }
    memory.copy(free, each, INCOMING);
    free += INCOMING;
  }
  return okList(start, (free - start) / INCOMING);
}

export function sockets_udp__incoming_datagram_stream_receive__post(_result: usize): void {
  arena.empty();
}

export function sockets_ip_name_lookup__resolve_addresses(network: usize, name: usize, length: usize): usize {
  if (isNameAllowed(name, length)) resolveAddresses(network, name, length, RETURN_AREA);
  else err(ACCESS_DENIED);
  dropNetwork(network);
  // Those of WASI 0.3 may be going on.
  release(length);
  return RETURN_AREA;
}
