// The loop as a task: what the component model calls.

import { drainAltered } from "./drain-altered";
import { taskReturn } from "./built-ins";
import { drain } from "./drain";
import { feed } from "./feed";
import { drainToHost, feedFromHost } from "./host-streams";
import { goOnKept, goOnKeptOfHost } from "./kept";
import { next, resolved, runs } from "./loop";
import { TO_ALTERED, isOfHost, isOfKept, transferAt } from "./transfer";

/** Events that are copies of streams; what is left is one of a future. */
const STREAM_READ: u32 = 2;
const STREAM_WRITE: u32 = 3;
const FUTURE_WRITE: u32 = 5;

/** Over at once for its caller. */
export function p3_loop__start(): u32 {
  taskReturn();
  return runs() ? 0 : next();
}

export function p3_loop__callback(event: u32, handle: usize, result: u32): u32 {
  if (event == STREAM_READ) drain(transferAt(handle), result);
  else if (event == STREAM_WRITE) feed(transferAt(handle), result);
  else if (event == FUTURE_WRITE) resolved(transferAt(handle));
  return next();
}

export function p3_loop__is_running(): usize {
  return usize(runs());
}

// Where some streams are those of the host's files.

export function p3_loop__callback__fixed(event: u32, handle: usize, result: u32): u32 {
  if (event != STREAM_WRITE || !isOfHost(transferAt(handle))) return p3_loop__callback(event, handle, result);
  feedFromHost(transferAt(handle), result);
  return next();
}

export function p3_loop__callback__host(event: u32, handle: usize, result: u32): u32 {
  if (event != STREAM_READ || !isOfHost(transferAt(handle))) return p3_loop__callback__fixed(event, handle, result);
  drainToHost(transferAt(handle), result);
  return next();
}

// Where some go to outputs of the host's that are altered on their way.

@inline
function isAltered(event: u32, handle: usize): bool {
  return event == STREAM_READ && transferAt(handle).kind == TO_ALTERED;
}

function afterAltered(handle: usize, result: u32): u32 {
  drainAltered(transferAt(handle), result);
  return next();
}

export function p3_loop__callback__altered(event: u32, handle: usize, result: u32): u32 {
  return isAltered(event, handle) ? afterAltered(handle, result) : p3_loop__callback(event, handle, result);
}

export function p3_loop__callback__altered_fixed(event: u32, handle: usize, result: u32): u32 {
  return isAltered(event, handle) ? afterAltered(handle, result) : p3_loop__callback__fixed(event, handle, result);
}

export function p3_loop__callback__altered_host(event: u32, handle: usize, result: u32): u32 {
  return isAltered(event, handle) ? afterAltered(handle, result) : p3_loop__callback__host(event, handle, result);
}

// Where some go to and from streams that are kept.

@inline
function isKept(event: u32, handle: usize): bool {
  return event != FUTURE_WRITE && isOfKept(transferAt(handle));
}

function afterKept(handle: usize, result: u32): u32 {
  goOnKept(transferAt(handle), result);
  return next();
}

function afterKeptOfHost(handle: usize, result: u32): u32 {
  goOnKeptOfHost(transferAt(handle), result);
  return next();
}

export function p3_loop__callback__kept(event: u32, handle: usize, result: u32): u32 {
  return isKept(event, handle) ? afterKept(handle, result) : p3_loop__callback(event, handle, result);
}

export function p3_loop__callback__kept_fixed(event: u32, handle: usize, result: u32): u32 {
  return isKept(event, handle) ? afterKeptOfHost(handle, result) : p3_loop__callback__fixed(event, handle, result);
}

export function p3_loop__callback__kept_host(event: u32, handle: usize, result: u32): u32 {
  return isKept(event, handle) ? afterKeptOfHost(handle, result) : p3_loop__callback__host(event, handle, result);
}

export function p3_loop__callback__kept_altered(event: u32, handle: usize, result: u32): u32 {
  return isKept(event, handle) ? afterKept(handle, result) : p3_loop__callback__altered(event, handle, result);
}

export function p3_loop__callback__kept_altered_fixed(event: u32, handle: usize, result: u32): u32 {
  return isKept(event, handle) ? afterKeptOfHost(handle, result) : p3_loop__callback__altered_fixed(event, handle, result);
}

export function p3_loop__callback__kept_altered_host(event: u32, handle: usize, result: u32): u32 {
  return isKept(event, handle) ? afterKeptOfHost(handle, result) : p3_loop__callback__altered_host(event, handle, result);
}
