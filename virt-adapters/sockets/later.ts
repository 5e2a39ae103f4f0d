// The same in WASI 0.3, where one interface has all sockets. What waits there is handed on without waiting: many calls go on at once,
// and each of them can be cancelled.

import { err } from "../abi/result";
import { cancelSubtask, dropSubtask, getContext, join, newSet, setContext, taskCancel } from "../async/built-ins";
import { RETURN_AREA } from "../../src/image/layout";
import { SOCKET_RULE_LISTEN, SOCKET_RULE_TCP, SOCKET_RULE_UDP } from "../../src/image/rule-layout";
import { put, putSocketAddress, storeSocketAddress } from "./address";
import { Call, giveCall, newCall, OTHER, OTHER_OF_NAMES, paramsOf, release, releaseGiven, releaseText, resultOf } from "./call";
import {
  bind,
  bindUdp,
  connect,
  connectUdp,
  dropLaterTcp,
  dropLaterUdp,
  getLocalAddress,
  getLocalAddressUdp,
  listen,
  receiveLater,
  resolveLater,
  returnConnect,
  returnReceive,
  returnResolve,
  returnSend,
  sendLater,
} from "./host";
import { isAllowed, isNameAllowed } from "./rules";
import { tellStranger } from "./strangers";

const ACCESS_DENIED: usize = 0;
/** Bytes of an `ip-address` in a list. */
const IP_ADDRESS: usize = 18;

// Functions that do not wait.

export function p3_sockets_types__tcp_socket_bind(
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
  if (!port || isAllowed(SOCKET_RULE_LISTEN, port)) bind(socket, kind, port, a, b, c, d, e, f, g, h, i, j, RETURN_AREA);
  else err(ACCESS_DENIED);
  dropLaterTcp(socket);
  return RETURN_AREA;
}

/** A socket without an address would get any. */
export function p3_sockets_types__tcp_socket_listen(socket: usize): usize {
  getLocalAddress(socket, RETURN_AREA);
  const isBound = !load<u8>(RETURN_AREA);
  if (!isBound) releaseText(RETURN_AREA, OTHER);
  if (isBound && isAllowed(SOCKET_RULE_LISTEN, putSocketAddress(RETURN_AREA + 4))) listen(socket, RETURN_AREA);
  else err(ACCESS_DENIED);
  dropLaterTcp(socket);
  return RETURN_AREA;
}

export function p3_sockets_types__udp_socket_bind(
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
  if (!port || isAllowed(SOCKET_RULE_LISTEN, port)) bindUdp(socket, kind, port, a, b, c, d, e, f, g, h, i, j, RETURN_AREA);
  else err(ACCESS_DENIED);
  dropLaterUdp(socket);
  return RETURN_AREA;
}

export function p3_sockets_types__udp_socket_connect(
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
  if (isAllowed(SOCKET_RULE_UDP, port)) connectUdp(socket, kind, port, a, b, c, d, e, f, g, h, i, j, RETURN_AREA);
  else err(ACCESS_DENIED);
  dropLaterUdp(socket);
  return RETURN_AREA;
}

export function p3_sockets_types__tcp_socket_bind__post(result: usize): void {
  releaseText(result, OTHER);
}
export function p3_sockets_types__tcp_socket_listen__post(result: usize): void {
  releaseText(result, OTHER);
}
export function p3_sockets_types__udp_socket_bind__post(result: usize): void {
  releaseText(result, OTHER);
}
export function p3_sockets_types__udp_socket_connect__post(result: usize): void {
  releaseText(result, OTHER);
}

// Functions that may wait.

const CONNECT: u32 = 0;
const SEND: u32 = 1;
const RECEIVE: u32 = 2;
const RESOLVE: u32 = 3;

export function p3_sockets_types__tcp_socket_connect(
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
  const isSent = isAllowed(SOCKET_RULE_TCP, port);
  const call = newCall(CONNECT, socket, 0);
  if (!isSent) return refuse(call);
  const params = paramsOf(call);
  store<u32>(params, socket);
  storeSocketAddress(params + 4, kind, port, a, b, c, d, e, f, g, h, i, j);
  return wait(call, connect(params, resultOf(call)));
}

/** A datagram without an address goes where the socket was allowed to connect. */
export function p3_sockets_types__udp_socket_send(
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
  if (hasRemote) put(kind, a, b, c, d, e, f, g, h, i);
  const isSent = !hasRemote || isAllowed(SOCKET_RULE_UDP, port);
  const call = newCall(SEND, socket, length);
  if (!isSent) return refuse(call);
  const params = paramsOf(call);
  store<u32>(params, socket);
  store<u32>(params, data, 4);
  store<u32>(params, length, 8);
  store<u8>(params, <u8>hasRemote, 12);
  storeSocketAddress(params + 16, kind, port, a, b, c, d, e, f, g, h, i, j);
  return wait(call, sendLater(params, resultOf(call)));
}

export function p3_sockets_types__udp_socket_receive(socket: usize): u32 {
  return receive(newCall(RECEIVE, socket, 0));
}

/** The same with those told that are refused. */
export function p3_sockets_types__udp_socket_receive__told(socket: usize): u32 {
  return receiveTold(newCall(RECEIVE, socket, 0));
}

/** So many datagrams are refused before others have their turn. */
const AT_ONCE: u32 = 64;

function receive(call: Call): u32 {
  return received(call, false);
}

function receiveTold(call: Call): u32 {
  return received(call, true);
}

/** A datagram that is refused is as if it had not come: the next one is waited for. */
@inline
function received(call: Call, isTold: bool): u32 {
  for (let i: u32 = 0; i < AT_ONCE; i++) {
    const status = receiveLater(call.socket, resultOf(call));
    if ((status & STATES) != RETURNED || !(isTold ? isRefusedTold(call) : isRefused(call))) return wait(call, status);
  }
  setContext(changetype<usize>(call));
  return YIELD;
}

export function p3_sockets_ip_name_lookup__resolve_addresses(name: usize, length: usize): u32 {
  const call = newCall(RESOLVE, 0, length);
  return isNameAllowed(name, length) ? wait(call, resolveLater(name, length, resultOf(call))) : refuse(call);
}

export function p3_sockets_types__tcp_socket_connect__callback(event: u32, _handle: usize, state: u32): u32 {
  return goOn(event, state);
}
export function p3_sockets_types__udp_socket_send__callback(event: u32, _handle: usize, state: u32): u32 {
  return goOn(event, state);
}
export function p3_sockets_types__udp_socket_receive__callback(event: u32, _handle: usize, state: u32): u32 {
  return goOn(event, state);
}
export function p3_sockets_types__udp_socket_receive__told__callback(event: u32, _handle: usize, state: u32): u32 {
  return wentOn(event, state, true);
}
export function p3_sockets_ip_name_lookup__resolve_addresses__callback(event: u32, _handle: usize, state: u32): u32 {
  return goOn(event, state);
}

/** What a task does next. */
const EXIT: u32 = 0;
const YIELD: u32 = 1;
const WAIT: u32 = 2;
/** Its events: it has yielded, the host's part has come further, it is cancelled. */
const NONE: u32 = 0;
const SUBTASK: u32 = 1;
/** The state of the host's part when it has read what it was given, and when there is a result; behind that, it was cancelled. */
const STARTED: u32 = 1;
const RETURNED: u32 = 2;
const CANCELLED: u32 = 3;
const STATE_BITS: u32 = 4;
const STATES: u32 = (1 << STATE_BITS) - 1;

/** Of a call to the host, its state and, if it is not over, its handle. */
function wait(call: Call, status: u32): u32 {
  const state = status & STATES;
  if (state == RETURNED) return finish(call);
  if (state == STARTED) releaseGiven(call);
  call.subtask = status >> STATE_BITS;
  if (!call.set) call.set = newSet();
  join(call.subtask, call.set);
  setContext(changetype<usize>(call));
  return WAIT | ((<u32>call.set) << STATE_BITS);
}

function goOn(event: u32, state: u32): u32 {
  return wentOn(event, state, false);
}

@inline
function wentOn(event: u32, state: u32, isTold: bool): u32 {
  const call = changetype<Call>(getContext());
  if (event == NONE) return isTold ? receiveTold(call) : receive(call);
  const isCancelled = event != SUBTASK;
  if (isCancelled) {
    // While it yields, nothing of the host is to be cancelled.
    if (!call.subtask) return cancel(call);
    join(call.subtask, 0);
    state = cancelSubtask(call.subtask);
  }
  if (state < RETURNED) {
    releaseGiven(call);
    return WAIT | ((<u32>call.set) << STATE_BITS);
  }
  dropSubtask(call.subtask);
  call.subtask = 0;
  if (state >= CANCELLED) return cancel(call);
  if (!(isTold ? isRefusedTold(call) : isRefused(call))) return finish(call);
  return isCancelled ? cancel(call) : isTold ? receiveTold(call) : receive(call);
}

function cancel(call: Call): u32 {
  dropSocket(call);
  giveCall(call);
  taskCancel();
  return EXIT;
}

function dropSocket(call: Call): void {
  if (call.kind == CONNECT) dropLaterTcp(call.socket);
  else if (call.kind != RESOLVE) dropLaterUdp(call.socket);
}

function refuse(call: Call): u32 {
  const result = resultOf(call);
  store<u8>(result, 1);
  store<u8>(result, <u8>ACCESS_DENIED, 4);
  return finish(call);
}

/** Hands the result on. */
function finish(call: Call): u32 {
  const result = resultOf(call);
  const kind = call.kind;
  const isError: u32 = load<u8>(result);
  const isData = !isError && kind == RECEIVE;
  dropSocket(call);
  const code: u32 = load<u8>(result, 4);
  const hasText: u32 = load<u8>(result, 8);
  const text: usize = load<u32>(result, 12);
  const length: usize = load<u32>(result, 16);
  if (isData) handOver(result);
  else if (kind == RECEIVE) returnReceive(1, code, hasText, text, length, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  else if (kind == CONNECT) returnConnect(isError, code, hasText, text, length);
  else if (kind == SEND) returnSend(isError, code, hasText, text, length);
  else if (isError) returnResolve(1, code, hasText, text, length);
  else returnResolve(0, load<u32>(result, 4), load<u32>(result, 8), 0, 0);
  if (isError) releaseText(result, kind == RESOLVE ? OTHER_OF_NAMES : OTHER);
  else if (isData) release(load<u32>(result, 8));
  else if (kind == RESOLVE) release(load<u32>(result, 8) * IP_ADDRESS);
  giveCall(call);
  return EXIT;
}

const FROM: usize = 12;

/** Whether a datagram has come from somebody who may not send it: it is forgotten. */
function isRefused(call: Call): bool {
  return wasRefused(call, false);
}

function isRefusedTold(call: Call): bool {
  return wasRefused(call, true);
}

@inline
function wasRefused(call: Call, isTold: bool): bool {
  const result = resultOf(call);
  if (call.kind != RECEIVE || load<u8>(result) || isWelcome(call)) return false;
  if (isTold) tellStranger(result + FROM);
  release(load<u32>(result, 8));
  return true;
}

/** Whether a datagram that has come is from whom a rule is about, or anybody may send to that socket. */
function isWelcome(call: Call): bool {
  if (isAllowed(SOCKET_RULE_UDP, putSocketAddress(resultOf(call) + FROM))) return true;
  getLocalAddressUdp(call.socket, RETURN_AREA);
  if (!load<u8>(RETURN_AREA)) return isAllowed(SOCKET_RULE_LISTEN, putSocketAddress(RETURN_AREA + 4));
  releaseText(RETURN_AREA, OTHER);
  return false;
}

/** A datagram with the address that it is from. */
function handOver(result: usize): void {
  const data: u32 = load<u32>(result, 4);
  const length: u32 = load<u32>(result, 8);
  const port: u32 = load<u16>(result, 16);
  if (!load<u8>(result, FROM)) {
    const at = result + 18;
    returnReceive(0, data, length, 0, port, load<u8>(at), load<u8>(at, 1), load<u8>(at, 2), load<u8>(at, 3), 0, 0, 0, 0, 0, 0);
    return;
  }
  const at = result + 24;
  returnReceive(
    0,
    data,
    length,
    1,
    port,
    load<u32>(result, 20),
    load<u16>(at),
    load<u16>(at, 2),
    load<u16>(at, 4),
    load<u16>(at, 6),
    load<u16>(at, 8),
    load<u16>(at, 10),
    load<u16>(at, 12),
    load<u16>(at, 14),
    load<u32>(result, 40),
  );
}
