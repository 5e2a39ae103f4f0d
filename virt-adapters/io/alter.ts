// Standard outputs of the host's that are altered on their way: each line begins with a prefix, and behind a number of bytes the
// stream has ended. Both series of WASI write through here, and both standard outputs where one goes to the other, so that there is
// one place in the line. Whatever a call writes goes to the host in pieces of 4 KB before the call is over: nothing stays here.

import { keep } from "../abi/arena";
import { OUTPUT_RULES, OUTPUTS, RETURN_AREA } from "../../src/image/layout";
import * as host from "./host";
import { ALTERED_STDERR, ALTERED_STDOUT } from "./representation";

// A rule, in the image: the prefix, and how many bytes may still be written. What becomes of a stream: the host's handle, and
// whether the line has begun.

const LEFT: usize = 8;
const HAS_BEGUN: usize = 4;

@inline
function ruleOf(self: usize): usize {
  return <usize>OUTPUT_RULES + (self - ALTERED_STDOUT) * 8;
}

@inline
function stateOf(self: usize): usize {
  return <usize>OUTPUTS + (self - ALTERED_STDOUT) * 4;
}

@inline
export function isAltered(self: usize): bool {
  return self == ALTERED_STDOUT || self == ALTERED_STDERR;
}

/** What `blocking-write-and-flush` takes at once. */
export const PIECE: usize = 4096;
const NEW_LINE: u8 = 0x0a;
/** The piece that is put together, and how long it is. */
let piece: usize = 0;
let filled: usize = 0;

/** How writing has ended. Where the host has failed, its answer is in the return area. */
export const WRITTEN: u32 = 0;
export const IS_OVER: u32 = 1;
export const FAILED: u32 = 2;

@inline
function isOpen(self: usize): bool {
  if (!piece) piece = keep(8, PIECE);
  return load<u32>(stateOf(self)) != 0;
}

// The representations of the streams, which can be written to from now on. An output that is not altered is not asked for.

export function openStdout(): usize {
  if (!isOpen(ALTERED_STDOUT)) store<u32>(stateOf(ALTERED_STDOUT), <u32>host.getStdout());
  return ALTERED_STDOUT;
}

export function openStderr(): usize {
  if (!isOpen(ALTERED_STDERR)) store<u32>(stateOf(ALTERED_STDERR), <u32>host.getStderr());
  return ALTERED_STDERR;
}

@inline
export function left(self: usize): u64 {
  return load<u64>(ruleOf(self), LEFT);
}

@inline
export function isOver(self: usize): bool {
  return !left(self);
}

@inline
export function handleOf(self: usize): usize {
  return load<u32>(stateOf(self));
}

/** Gives back what it is given; whoever prints what is refused hears of it. The composer takes the call away where nobody does. */
@external("wasi-nest:trace/limit", "wrote")
declare function wrote(self: usize): usize;

function send(self: usize): u32 {
  const count = filled;
  filled = 0;
  if (!count) return WRITTEN;
  host.blockingWriteAndFlush(handleOf(self), piece, count, RETURN_AREA);
  return load<u8>(RETURN_AREA) ? FAILED : WRITTEN;
}

/** Zeros if `address` is 0; no more than may be written. */
function put(self: usize, address: usize, length: usize): u32 {
  const rule = ruleOf(self);
  const count = <usize>min<u64>(length, left(self));
  store<u64>(rule, left(self) - count, LEFT);
  for (let done: usize = 0; done < count;) {
    const part = min(count - done, PIECE - filled);
    if (address) memory.copy(piece + filled, address + done, part);
    else memory.fill(piece + filled, 0, part);
    filled += part;
    done += part;
    if (filled == PIECE && send(self)) return FAILED;
  }
  return count == length ? WRITTEN : IS_OVER;
}

function putLines(self: usize, address: usize, length: usize): u32 {
  const rule = ruleOf(self);
  const state = stateOf(self);
  const prefixLength: usize = load<u32>(rule, 4);
  while (length) {
    if (!load<u32>(state, HAS_BEGUN)) {
      const result = put(self, load<u32>(rule), prefixLength);
      if (result) return result;
    }
    let count: usize = 0;
    let isEnd = false;
    while (count < length && !isEnd) {
      if (address) isEnd = load<u8>(address + count) == NEW_LINE;
      count++;
    }
    store<u32>(state, <u32>!isEnd, HAS_BEGUN);
    const result = put(self, address, count);
    if (result) return result;
    if (address) address += count;
    length -= count;
  }
  return WRITTEN;
}

/** Zeros if `address` is 0. */
export function writeAltered(self: usize, address: usize, length: usize): u32 {
  if (isOver(self)) return IS_OVER;
  const result = load<u32>(ruleOf(self), 4) ? putLines(self, address, length) : put(self, address, length);
  if (result == FAILED) return result;
  return send(wrote(self)) ? FAILED : result;
}
