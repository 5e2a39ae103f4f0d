// A transfer: a stream that goes from us to the app or from the app to us, and the future that says how it ended. It lasts until
// the future has been read, or nobody can read it any more; it is found by the end that is waited for, of the stream or then of
// the future.

import { keep } from "../abi/arena";
import { newTable, wordAt } from "../abi/table";

/** What is transferred: bytes that never change, of a file, or of standard input, which all who read it share; or entries. */
export const EMBEDDED: u8 = 0;
export const FILE: u8 = 1;
export const INPUT: u8 = 2;
export const ENTRIES: u8 = 4;
/** Of a file or a directory of the host's. */
export const HOST_FILE: u8 = 3;
export const HOST_ENTRIES: u8 = 5;
/** From here on, the app writes. */
export const TO_FILE: u8 = 6;
export const TO_NOTHING: u8 = 7;
/** Into a file of the host's, at a place or at its end. */
export const TO_HOST: u8 = 8;
export const TO_HOST_END: u8 = 9;
/** To an output of the host's that is altered on its way. */
export const TO_ALTERED: u8 = 10;
/** To and from a stream that is kept (kept.ts). */
export const TO_KEPT: u8 = 11;
export const FROM_KEPT: u8 = 12;

@unmanaged
export class Transfer {
  /** The end that is waited for. */
  end: usize;
  future: usize;
  kind: u8;
  /** Whether the copy that has begun has no elements: the other side is waited for. */
  isProbe: bool;
  /** How many bytes the next copy is of, at most, as a power of two. */
  shift: u8;
  /** Whether the future is one of standard streams. */
  isStdio: bool;
  /** What is read or written: a representation, or 0. */
  object: usize;
  /** What is handed over: address of the next element, and how many there are. */
  address: usize;
  count: usize;
  /** Memory of the transfer's own, while something is copied there; 0 if there is none. */
  buffer: usize;
  bufferSize: usize;
  /** In a file of the host's; of a kept stream, the next transfer, and whether this one is parked. */
  position: u64;
  /** Why there is no more behind what is handed over: an error code of WASI 0.2, or 0. */
  error: usize;
  // The value of the future, at FUTURE_VALUE.
  value0: u32;
  value1: u32;
  value2: u32;
  value3: u32;
  value4: u32;
}

/** `result<_, error-code>`, of either error code. */
export const FUTURE_VALUE: usize = 44;
const SIZE: usize = 64;
const AT_ONCE: usize = 64;

@inline
export function isOfEntries(transfer: Transfer): bool {
  return transfer.kind >> 1 == ENTRIES >> 1;
}

/** Whether the end that is waited for is one that we read from. */
@inline
export function isReadByUs(transfer: Transfer): bool {
  return transfer.kind >= TO_FILE && transfer.kind != FROM_KEPT;
}

@inline
export function isOfKept(transfer: Transfer): bool {
  return transfer.kind >= TO_KEPT;
}

@inline
export function isOfHost(transfer: Transfer): bool {
  return transfer.kind == HOST_FILE || transfer.kind == HOST_ENTRIES || transfer.kind >= TO_HOST;
}

/** The first free one; each holds the address of the next, the last 0. */
let free: usize = 0;

export function newTransfer(kind: u8): Transfer {
  if (!free) {
    const first = keep(8, SIZE * AT_ONCE);
    for (let cell = first + SIZE * AT_ONCE; cell > first;) {
      cell -= SIZE;
      store<u32>(cell, free);
      free = cell;
    }
  }
  const transfer = changetype<Transfer>(free);
  free = load<u32>(free);
  memory.fill(changetype<usize>(transfer), 0, SIZE);
  transfer.kind = kind;
  transfer.shift = SMALL_SHIFT;
  return transfer;
}

export function giveTransfer(transfer: Transfer): void {
  store<u32>(changetype<usize>(transfer), free);
  free = changetype<usize>(transfer);
}

// Transfers by the handles of what they wait for.

let transfers: usize = 0;

export function transferAt(handle: usize): Transfer {
  return changetype<Transfer>(load<u32>(wordAt(transfers, handle)));
}

export function setTransfer(handle: usize, transfer: Transfer): void {
  if (!transfers) transfers = newTable();
  store<u32>(wordAt(transfers, handle), changetype<usize>(transfer));
}

// Memory for what is copied, of two sizes: most streams carry little.

const SMALL_SHIFT: u8 = 12;
const LARGE_SHIFT: u8 = 16;
export const SMALL: usize = 1 << SMALL_SHIFT;
export const LARGE: usize = 1 << LARGE_SHIFT;
/** The first free ones. */
let freeSmall: usize = 0;
let freeLarge: usize = 0;

export function takeBuffer(transfer: Transfer): void {
  const isLarge = transfer.shift > SMALL_SHIFT;
  let buffer = isLarge ? freeLarge : freeSmall;
  const size = isLarge ? LARGE : SMALL;
  if (!buffer) buffer = keep(8, size);
  else if (isLarge) freeLarge = load<u32>(buffer);
  else freeSmall = load<u32>(buffer);
  transfer.buffer = buffer;
  transfer.bufferSize = size;
}

/** Of a copy that has ended: the next one is of as many bytes as the other side had room for, or of more if it may have had more. */
export function giveBuffer(transfer: Transfer, copied: usize): void {
  freeBuffer(transfer);
  if (copied >> transfer.shift) transfer.shift = min(transfer.shift + 1, LARGE_SHIFT);
  else transfer.shift = copied > SMALL ? 32 - <u8>clz<u32>(<u32>copied - 1) : SMALL_SHIFT;
}

export function freeBuffer(transfer: Transfer): void {
  const buffer = transfer.buffer;
  if (!buffer) return;
  const isLarge = transfer.bufferSize == LARGE;
  store<u32>(buffer, isLarge ? freeLarge : freeSmall);
  if (isLarge) freeLarge = buffer;
  else freeSmall = buffer;
  transfer.buffer = 0;
}
