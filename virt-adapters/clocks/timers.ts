// Pollables that are timers of a virtual clock, and wasi:io/poll over them. A pollable is READY, of io's streams; even: the address
// of its moment; or odd: the host's handle * 2 + 1, which the exports with `__host` know.
//
// Whoever waits for timers alone waits for the earliest: it has come. Nobody knows how long it takes the host to do something,
// so that takes no time: whoever waits for something of the host's, and for no timer that has come, waits for the host.

import { allocate, empty, keep } from "../abi/arena";
import { dropOwnPollable, newPollable, pollableOf } from "../abi/own-resources";
import { list } from "../abi/result";
import * as host from "../io/host";
import { READY, handleOf, isHost, isTaken, ofHost, setTaken } from "../io/representation";
import { RETURN_AREA } from "../../src/image/layout";
import { after, ask, passed, reach } from "./passing";

/** Moments that are free, linked by their first word. */
let free: usize = 0;

@inline
function momentOf(self: usize): u64 {
  return load<u64>(self);
}

@inline
function isHosts(self: usize): bool {
  return isHost(self) && self != READY;
}

@inline
function isTimer(self: usize): bool {
  return !isHost(self);
}

function isDue(self: usize): bool {
  return self == READY || (isTimer(self) && momentOf(self) <= passed);
}

export function clocks_monotonic_clock__subscribe_instant__timer(when: u64): usize {
  let moment = free;
  if (moment) free = load<u32>(moment);
  else moment = keep(8, 8);
  store<u64>(moment, when);
  return newPollable(moment);
}

export function clocks_monotonic_clock__subscribe_duration__timer(duration: u64): usize {
  return clocks_monotonic_clock__subscribe_instant__timer(after(duration));
}

export function io_poll__pollable_dtor(self: usize): void {
  if (!isTimer(self)) return;
  store<u32>(self, free);
  free = self;
}

export function io_poll__pollable_ready(self: usize): usize {
  ask();
  return usize(isDue(self));
}

export function io_poll__pollable_block(self: usize): void {
  if (isTimer(self)) reach(momentOf(self));
}

/** Answers in place of its argument: an index lies no further than the pollable that it is of. */
export function io_poll__poll(pollables: usize, count: usize): usize {
  wait(pollables, count);
  let found: usize = 0;
  for (let index: usize = 0; index < count; index++)
    if (isDue(load<u32>(pollables + index * 4))) store<u32>(pollables + found++ * 4, index);
  return list(pollables, found);
}

export function io_poll__poll__post(_result: usize): void {
  empty();
}

/** Until something is due that is not the host's. */
function wait(pollables: usize, count: usize): void {
  if (!count) unreachable();
  let earliest = u64.MAX_VALUE;
  ask();
  for (let index: usize = 0; index < count; index++) {
    const self: usize = load<u32>(pollables + index * 4);
    if (isDue(self)) return;
    if (isTimer(self)) earliest = min(earliest, momentOf(self));
  }
  reach(earliest);
}

// Where some pollables are the host's.

export function io_poll__pollable_dtor__host(self: usize): void {
  if (!isHosts(self)) io_poll__pollable_dtor(self);
  else if (!isTaken) host.dropPollable(handleOf(self));
}

export function io_poll__pollable_ready__host(self: usize): usize {
  return isHosts(self) ? host.pollableReady(handleOf(self)) : io_poll__pollable_ready(self);
}

export function io_poll__pollable_block__host(self: usize): void {
  if (isHosts(self)) host.pollableBlock(handleOf(self));
  else io_poll__pollable_block(self);
}

export function io_poll__poll__host(pollables: usize, count: usize): usize {
  const handles = allocate(4, count * 4);
  let hosts: usize = 0;
  let isAnyDue = false;
  for (let index: usize = 0; index < count; index++) {
    const self: usize = load<u32>(pollables + index * 4);
    if (isHosts(self)) store<u32>(handles + hosts++ * 4, handleOf(self));
    else if (isDue(self)) isAnyDue = true;
  }
  if (!hosts) return io_poll__poll(pollables, count);
  ask();
  if (!isAnyDue) return waitForHost(pollables, count, handles, hosts);
  let found: usize = 0;
  for (let index: usize = 0; index < count; index++) {
    const self: usize = load<u32>(pollables + index * 4);
    if (isHosts(self) ? host.pollableReady(handleOf(self)) : isDue(self)) store<u32>(pollables + found++ * 4, index);
  }
  return list(pollables, found);
}

export function io_poll__poll__host__post(_result: usize): void {
  empty();
}

/** Answers with those that the host calls ready, in the order of the pollables. */
function waitForHost(pollables: usize, count: usize, handles: usize, hosts: usize): usize {
  host.poll(handles, hosts, RETURN_AREA);
  const ready: usize = load<u32>(RETURN_AREA);
  for (let i: usize = 0; i < <usize>load<u32>(RETURN_AREA, 4); i++) store<u32>(handles + <usize>load<u32>(ready + i * 4) * 4, 0);
  let found: usize = 0;
  let next = handles;
  for (let index: usize = 0; index < count; index++) {
    if (!isHosts(load<u32>(pollables + index * 4))) continue;
    if (!load<u32>(next)) store<u32>(pollables + found++ * 4, index);
    next += 4;
  }
  return list(pollables, found);
}

export function wrap__io_poll__pollable(handle: usize): usize {
  return newPollable(ofHost(handle));
}

export function unwrap__io_poll__pollable(self: usize): usize {
  return isHosts(self) ? handleOf(self) : 0;
}

export function take__io_poll__pollable(handle: usize): usize {
  const pollable = unwrap__io_poll__pollable(pollableOf(handle));
  setTaken(true);
  dropOwnPollable(handle);
  setTaken(false);
  return pollable;
}
