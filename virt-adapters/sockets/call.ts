// A call of WASI 0.3 that the host has not answered yet. What the app gave and what the host answers lies in the arena until it has
// been handed on. Calls end in any order, so the arena is empty when all of them are over, or when all that lies there has been handed
// on. Each block there takes an even number of bytes (memory-module.ts), so nothing lies between them.

import * as arena from "../abi/arena";

@unmanaged
export class Call {
  /** What it waits in, for good; 0 at first. */
  set: usize;
  /** The host's part of it; 0 while there is none. */
  subtask: usize;
  kind: u32;
  /** The handle that was lent, or 0. */
  socket: usize;
  /** How many bytes the app gave. */
  given: usize;
}

/** The largest parameters and result: those of a datagram. */
const PARAMS: usize = 24;
const RESULT: usize = 72;
const SIZE: usize = 120;
const AT_ONCE: usize = 16;

@inline
export function paramsOf(call: Call): usize {
  return changetype<usize>(call) + PARAMS;
}

@inline
export function resultOf(call: Call): usize {
  return changetype<usize>(call) + RESULT;
}

/** The first free one; each holds the address of the next in the place of its socket, the last 0. */
let free: usize = 0;
/** How many are not free. */
let count: u32 = 0;
/** Where the arena began when it was empty; 0: it has not been yet. And how many bytes from there on are not needed any more. */
let start: usize = 0;
let unneeded: usize = 0;

export function newCall(kind: u32, socket: usize, given: usize): Call {
  if (!free) makeCalls();
  const call = changetype<Call>(free);
  free = call.socket;
  call.kind = kind;
  call.socket = socket;
  call.given = given;
  count++;
  return call;
}

function makeCalls(): void {
  if (!start) start = arena.base();
  const before = arena.mark();
  const made = arena.keep(4, SIZE * AT_ONCE);
  unneeded += arena.mark() - before;
  memory.fill(made, 0, SIZE * AT_ONCE);
  for (let cell = made + SIZE * AT_ONCE; cell > made;) {
    cell -= SIZE;
    changetype<Call>(cell).socket = free;
    free = cell;
  }
}

export function giveCall(call: Call): void {
  call.socket = free;
  free = changetype<usize>(call);
  count--;
  releaseGiven(call);
}

/** The host has read what the app gave. */
export function releaseGiven(call: Call): void {
  const given = call.given;
  call.given = 0;
  release(given);
}

/** A block of so many bytes has been handed on. */
export function release(byteLength: usize): void {
  if (!start) start = arena.base();
  unneeded += (byteLength + 1) & ~1;
  if (count && unneeded != arena.mark() - start) return;
  arena.empty();
  start = arena.base();
  unneeded = 0;
}

/** The error codes that may have a text with them. */
export const OTHER: u32 = 14;
export const OTHER_OF_NAMES: u32 = 5;

/** What comes with the error of a result, if anything does. */
export function releaseText(result: usize, other: u32): void {
  if (load<u8>(result) && load<u8>(result, 4) == other && load<u8>(result, 8)) release(load<u32>(result, 16));
}
