// What stands behind a handle of ours: 32 bits, of which hosts leave us the values 1 to 2^30 - 1.
//
//   error           the host's handle (errors come from nowhere else)
//   input-stream    odd: the host's handle * 2 + 1 · even: a range of bytes
//   output-stream   odd: the host's handle * 2 + 1 · IGNORED · CLOSED
//   pollable        READY
//   descriptor      address of a node, with flags in the low bits · from NODE_LIMIT on: the host's handle,
//                   with HOST_READ_ONLY
//   directory-entry-stream   odd: the host's handle * 2 + 1 · even: a range of nodes
//
// A range, {next, end}, is a cell of 8 bytes and its representation the address / 4, an even number.
// Dropped cells are used again before new ones are made; that of standard input lies in the header. Where files are writable, some of it is another
// thing: ../files/open-file.ts.

import { keep } from "../abi/arena";
import { WRITABLE } from "../abi/features";
import { closeStream, streamAt } from "../files/open-file";
import { HOST_READ_ONLY, NODE_LIMIT, NODE_SIZE, STDIN } from "../../src/image/layout";

@external("own", "[resource-new]wasi:io/error#error")
export declare function newError(representation: usize): usize;
@external("own", "[resource-new]wasi:io/poll#pollable")
export declare function newPollable(representation: usize): usize;
@external("own", "[resource-new]wasi:io/streams#input-stream")
export declare function newInputStream(representation: usize): usize;
@external("own", "[resource-new]wasi:io/streams#output-stream")
export declare function newOutputStream(representation: usize): usize;
@external("own", "[resource-new]wasi:filesystem/types#descriptor")
export declare function newDescriptor(representation: usize): usize;
@external("own", "[resource-new]wasi:filesystem/types#directory-entry-stream")
export declare function newDirectoryEntryStream(representation: usize): usize;

/** The representation behind an own handle of ours. */
@external("own", "[resource-rep]wasi:io/error#error")
export declare function errorOf(handle: usize): usize;
@external("own", "[resource-rep]wasi:io/streams#input-stream")
export declare function inputStreamOf(handle: usize): usize;
@external("own", "[resource-rep]wasi:io/streams#output-stream")
export declare function outputStreamOf(handle: usize): usize;
@external("own", "[resource-rep]wasi:filesystem/types#descriptor")
export declare function descriptorOf(handle: usize): usize;
@external("own", "[resource-rep]wasi:filesystem/types#directory-entry-stream")
export declare function directoryEntryStreamOf(handle: usize): usize;

@external("own", "[resource-drop]wasi:io/error#error")
export declare function dropOwnError(handle: usize): void;
@external("own", "[resource-drop]wasi:io/streams#input-stream")
export declare function dropOwnInputStream(handle: usize): void;
@external("own", "[resource-drop]wasi:io/streams#output-stream")
export declare function dropOwnOutputStream(handle: usize): void;
@external("own", "[resource-drop]wasi:filesystem/types#descriptor")
export declare function dropOwnDescriptor(handle: usize): void;
@external("own", "[resource-drop]wasi:filesystem/types#directory-entry-stream")
export declare function dropOwnDirectoryEntryStream(handle: usize): void;

/** An output stream that takes everything and keeps nothing. */
export const IGNORED: usize = 2;
/** What it says that it can take at once. */
export const IGNORED_PERMIT: u64 = 1 << 20;
/** An output stream that has ended. */
export const CLOSED: usize = 4;
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

/** Whether an input stream, not one of the host's, is one of a file that can change. */
@inline
export function isFileInput(representation: usize): bool {
  return WRITABLE && streamAt(representation).inode != 0;
}

/** Whether an output stream is one of a file. */
@inline
export function isFileOutput(representation: usize): bool {
  return WRITABLE && !isHost(representation) && representation > CLOSED;
}

/** descriptor-flags. */
export const READ: u32 = 1;
export const WRITE: u32 = 2;
export const MUTATE_DIRECTORY: u32 = 32;
const SYNC_FLAGS: u32 = 4 | 8 | 16;

/** A new descriptor's handle. `write` and `mutate-directory` are never granted: the rest fits in 4 bits. */
export function openDescriptor(node: usize, flags: u32): usize {
  return newDescriptor(node | (flags & READ) | ((flags & SYNC_FLAGS) >> 1));
}

@inline
export function nodeOf(descriptor: usize): usize {
  return descriptor & ~<usize>(NODE_SIZE - 1);
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

/** A descriptor of ours for a handle of the host's; `readOnly` is HOST_READ_ONLY or 0. */
export function newHostDescriptor(handle: usize, readOnly: usize): usize {
  return newDescriptor(<usize>NODE_LIMIT | readOnly | handle);
}

@inline
export function hostDescriptorOf(descriptor: usize): usize {
  return descriptor & (<usize>HOST_READ_ONLY - 1);
}

/** What is left of a list of bytes or nodes. */
@unmanaged
export class Range {
  next: usize;
  end: usize;
}

@inline
export function rangeOf(representation: usize): Range {
  return changetype<Range>(representation << 2);
}

/** What all handles of standard input stand for, so that each goes on where the last one stopped. */
export const STANDARD_INPUT: usize = STDIN >> 2;

const CELL: usize = 8;
const CELLS_AT_ONCE: usize = 128;

/** The first free cell; each holds the address of the next, the last 0. */
let free: usize = 0;

export function newRange(next: usize, end: usize): usize {
  if (!free) {
    const first = keep(CELL, CELL * CELLS_AT_ONCE);
    for (let cell = first; cell < first + CELL * CELLS_AT_ONCE; cell += CELL) release(cell >> 2);
  }
  const range = changetype<Range>(free);
  free = range.next;
  range.next = next;
  range.end = end;
  return changetype<usize>(range) >> 2;
}

export function release(representation: usize): void {
  if (WRITABLE) return closeStream(representation);
  if (representation == STANDARD_INPUT) return;
  const range = rangeOf(representation);
  range.next = free;
  free = changetype<usize>(range);
}
