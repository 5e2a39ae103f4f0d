// What stands behind a handle of ours: 32 bits, of which hosts leave us the values 1 to 2^30 - 1.
//
//   error           the host's handle (errors come from nowhere else)
//   input-stream    odd: the host's handle * 2 + 1 · even: a range of bytes
//   output-stream   odd: the host's handle * 2 + 1 · IGNORED · CLOSED · ALTERED_STDOUT · ALTERED_STDERR
//   pollable        READY · of other adapters: odd: the host's handle * 2 + 1 · even: what theirs are
//   descriptor      address of a node, with flags in the low bits · from NODE_LIMIT on: the host's handle,
//                   with HOST_READ_ONLY
//   directory-entry-stream   odd: the host's handle * 2 + 1 · even: a range of nodes
//
// Ranges are in range.ts. Where files are writable, some of it is another thing: ../files/open-file.ts.

import { HOST_READ_ONLY, NODE_LIMIT, NODE_SIZE } from "../../src/image/layout";
import { READ, SYNC_FLAGS } from "./descriptor-flags";

/** Whether what should be the representation of an object is an error code: the largest is 256, for the host's `access`. */
@inline
export function isRefused(representation: usize): bool {
  return representation <= 256;
}

/** An output stream that takes everything and keeps nothing. */
export const IGNORED: usize = 2;
/** What it says that it can take at once. */
export const IGNORED_PERMIT: u64 = 1 << 20;
/** An output stream that has ended. */
export const CLOSED: usize = 4;
/** Output streams of the host's that are altered on their way. No cell of a file's stream lies there. */
export const ALTERED_STDOUT: usize = 6;
export const ALTERED_STDERR: usize = 8;
export const READY: usize = 1;

@inline
export function ofHost(handle: usize): usize {
  return (handle << 1) | 1;
}

@inline
export function isHost(representation: usize): bool {
  return (representation & 1) != 0;
}

/** The host's handle of a representation that is the host's. */
@inline
export function handleOf(representation: usize): usize {
  return representation >> 1;
}

/** While a handle of ours is dropped that has given the host's back: the destructor leaves that alone. */
export let isTaken: bool = false;

@inline
export function setTaken(value: bool): void {
  isTaken = value;
}

/** A descriptor of a node. `write` and `mutate-directory` are never granted: the rest fits in 4 bits. */
export function nodeDescriptor(node: usize, flags: u32): usize {
  return node | (flags & READ) | ((flags & SYNC_FLAGS) >> 1);
}

@inline
export function nodeOf(descriptor: usize): usize {
  return descriptor & ~(<usize>(NODE_SIZE - 1));
}

@inline
export function flagsOf(descriptor: usize): u32 {
  return (descriptor & READ) | ((descriptor << 1) & SYNC_FLAGS);
}

@inline
export function isHostDescriptor(descriptor: usize): bool {
  return descriptor >= <usize>NODE_LIMIT;
}

/** Whether nothing may be changed through one of the host's. */
@inline
export function isReadOnly(descriptor: usize): bool {
  return (descriptor & <usize>HOST_READ_ONLY) != 0;
}

/** Whether it is one of the host's through which something may be changed. */
@inline
export function isChangeable(descriptor: usize): bool {
  return isHostDescriptor(descriptor) && !isReadOnly(descriptor);
}

/** What stands for a handle of the host's; `readOnly` is HOST_READ_ONLY or 0. */
@inline
export function hostDescriptor(handle: usize, readOnly: usize): usize {
  return <usize>NODE_LIMIT | readOnly | handle;
}

@inline
export function hostDescriptorOf(descriptor: usize): usize {
  return descriptor & (<usize>HOST_READ_ONLY - 1);
}
