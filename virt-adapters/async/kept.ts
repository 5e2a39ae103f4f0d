// Transfers of streams that are kept (../files/kept.ts), for programs of WASI 0.3: pipes between programs that run
// at once, and redirected files. A pipe has room for 64 KB; whoever finds it full or empty is parked, with no copy pending, until
// that changes. When a stream is ended, transfers that are left end at their next copy.
//
// Functions have a parameter type `Where`: Ours, or Hosts where such a stream may be one of the host's.

import { RETURN_AREA } from "../../src/image/layout";
import * as contents from "../files/contents";
import { dropRead, isDone, isPipe, isWaiting, writeAt } from "../files/file-stream";
import { unread } from "../files/kept-list";
import { HOLDS_ALL, inodeOf } from "../files/inode";
import { Stream, isFileInput, streamAt } from "../files/open-file";
import { reset } from "../io/call";
import { blockingRead, blockingWriteAndFlush, dropError } from "../io/host";
import { rangeOf } from "../io/range";
import { IGNORED, handleOf, isHost } from "../io/representation";
import { BLOCKED, countOf, dropBytesReadable, dropStdioFutureReadable, isDropped, readBytes } from "./built-ins";
import { STDIO_IO, STDIO_PIPE } from "./face";
import { fillFromFile, probe, write } from "./feed";
import { end, isIdle } from "./loop";
import { handOut, takeIn, writing } from "./start";
import { FROM_KEPT, LARGE, TO_KEPT, TO_NOTHING, Transfer, giveBuffer, newTransfer, takeBuffer } from "./transfer";

export type Ours = u8;
export type Hosts = u32;

@inline
function isOfHost<Where>(object: usize): bool {
  return sizeof<Where>() == sizeof<Hosts>() && isHost(object);
}

/** What `blocking-write-and-flush` takes at once. */
const MAX_WRITE: usize = 4096;
/** What a pipe has room for. */
const PIPE_ROOM: u64 = 65536;

// All transfers of kept streams: a list, and which of them are parked.

const NEXT: usize = offsetof<Transfer>("position");
const PARKED: usize = NEXT + 4;
let first: usize = 0;
/** What a parked transfer waits for may have come. */
let hasChanged: bool = false;
let isGoingOn: bool = false;

@inline
function nextOf(transfer: usize): usize {
  return load<u32>(transfer, NEXT);
}

@inline
function park(transfer: Transfer): void {
  store<u8>(changetype<usize>(transfer), 1, PARKED);
}

function begin(kind: u8, object: usize): Transfer {
  const transfer = newTransfer(kind);
  transfer.object = object;
  store<u32>(changetype<usize>(transfer), <u32>first, NEXT);
  first = changetype<usize>(transfer);
  return transfer;
}

function finish(transfer: Transfer, failed: bool, code: u32): void {
  giveBuffer(transfer, 0);
  const address = changetype<usize>(transfer);
  if (first == address) first = nextOf(address);
  else {
    let before = first;
    while (nextOf(before) != address) before = nextOf(before);
    store<u32>(before, <u32>nextOf(address), NEXT);
  }
  hasChanged = true;
  end(transfer, failed, code);
}

/** Lets those go on that are parked, as long as that changes anything. */
function goOn<Where>(): void {
  if (isGoingOn) return;
  isGoingOn = true;
  while (hasChanged) {
    hasChanged = false;
    for (let each = first; each;) {
      const next = nextOf(each);
      const transfer = changetype<Transfer>(each);
      if (load<u8>(each, PARKED)) {
        store<u8>(each, 0, PARKED);
        if (transfer.kind == FROM_KEPT) handOver<Where>(transfer);
        else drainOn<Where>(transfer);
      }
      each = next;
    }
  }
  isGoingOn = false;
}

/** After a copy. */
@inline
function goOnWith<Where>(transfer: Transfer, result: u32): void {
  if (transfer.kind == FROM_KEPT) feed<Where>(transfer, result);
  else drain<Where>(transfer, result);
  goOn<Where>();
}

export function goOnKept(transfer: Transfer, result: u32): void {
  goOnWith<Ours>(transfer, result);
}

export function goOnKeptOfHost(transfer: Transfer, result: u32): void {
  goOnWith<Hosts>(transfer, result);
}

// What is read.

function feed<Where>(transfer: Transfer, result: u32): void {
  while (result != BLOCKED) {
    const isReady = transfer.isProbe;
    transfer.isProbe = false;
    if (!isReady) handedOver<Where>(transfer, countOf(result));
    if (isDropped(result) || !transfer.object) return finish(transfer, false, 0);
    if (isReady) return handOver<Where>(transfer);
    result = probe(transfer);
  }
}

/** To a reader that is there. */
function handOver<Where>(transfer: Transfer): void {
  if (fill<Where>(transfer)) feed<Where>(transfer, write(transfer));
}

/** Whether there is something to hand over now. */
function fill<Where>(transfer: Transfer): bool {
  if (transfer.count) return true;
  const object = transfer.object;
  let failed = false;
  if (isOfHost<Where>(object)) failed = !fillFromHost(transfer);
  else if (isFileInput(object)) {
    if (isWaiting(streamAt(object)) || isBusy(object)) {
      park(transfer);
      return false;
    }
    failed = fillFromFile(transfer) != 0;
  } else {
    const range = rangeOf(object);
    transfer.address = range.next;
    transfer.count = range.end - range.next;
    range.next = range.end;
  }
  if (transfer.count) return true;
  finish(transfer, failed, STDIO_IO);
  return false;
}

/** Whether another reader of the same stream may give some of it back. */
function isBusy(object: usize): bool {
  for (let each = first; each; each = nextOf(each)) {
    const transfer = changetype<Transfer>(each);
    if (transfer.object == object && transfer.kind == FROM_KEPT && transfer.count) return true;
  }
  return false;
}

/** Whether the host had something, or has ended. */
function fillFromHost(transfer: Transfer): bool {
  takeBuffer(transfer);
  blockingRead(handleOf(transfer.object), transfer.bufferSize, RETURN_AREA);
  if (load<u8>(RETURN_AREA)) return isClosed();
  const count: usize = load<u32>(RETURN_AREA, 8);
  memory.copy(transfer.buffer, load<u32>(RETURN_AREA, 4), count);
  reset();
  transfer.address = transfer.buffer;
  transfer.count = count;
  return true;
}

/** Of a stream-error in the return area. */
function isClosed(): bool {
  if (load<u8>(RETURN_AREA, 4)) return true;
  dropError(load<u32>(RETURN_AREA, 8));
  return false;
}

/** What was not read is read again; but the host takes nothing back. */
function handedOver<Where>(transfer: Transfer, count: usize): void {
  const rest = transfer.count - count;
  const object = transfer.object;
  if (isOfHost<Where>(object) && rest) {
    transfer.address += count;
    transfer.count = rest;
    return;
  }
  if (object && transfer.count) {
    if (isFileInput(object)) {
      streamAt(object).position -= rest;
      dropRead(streamAt(object));
    } else if (!isOfHost<Where>(object)) rangeOf(object).next -= rest;
    hasChanged = true;
  }
  transfer.count = 0;
  giveBuffer(transfer, count);
}

// What is written. A read of no elements has come back when there is something to be written, and the next one copies it at once.

function drain<Where>(transfer: Transfer, result: u32): void {
  while (result != BLOCKED) {
    // Whether the writer has ended.
    transfer.error = usize(isDropped(result));
    if (transfer.buffer) {
      transfer.address = transfer.buffer;
      transfer.count = countOf(result);
    }
    if (!isTaken<Where>(transfer)) return;
    result = read(transfer);
  }
}

/** How much the next copy may be of. */
let room: usize = 0;

/** One that was parked. */
function drainOn<Where>(transfer: Transfer): void {
  if (isTaken<Where>(transfer)) drain<Where>(transfer, read(transfer));
}

/** Waits for a writer; or takes what the one has who is there, as far as a pipe has room. */
function read(transfer: Transfer): u32 {
  transfer.isProbe = !transfer.isProbe;
  if (transfer.isProbe) return readBytes(transfer.end, RETURN_AREA, 0);
  takeBuffer(transfer);
  return readBytes(transfer.end, transfer.buffer, min(transfer.bufferSize, room));
}

/** Puts what was read where it belongs; whether there may be more. */
function isTaken<Where>(transfer: Transfer): bool {
  const object = transfer.object;
  if (!object) return isOver(transfer, true, STDIO_PIPE);
  if (isOfHost<Where>(object)) {
    if (!takeToHost(transfer)) return isOver(transfer, true, STDIO_IO);
  } else if (transfer.count) {
    const stream = streamAt(object);
    const error = writeAt(object, transfer.address, transfer.count);
    if (contents.count) hasChanged = true;
    transfer.address += contents.count;
    transfer.count -= contents.count;
    if (error) {
      // What is read of a pipe makes space, if it is read now.
      if (!isPipe(stream) || holdsAll(stream) || !unread(stream.inode)) return isOver(transfer, true, STDIO_IO);
      park(transfer);
      return false;
    }
  }
  if (transfer.buffer) giveBuffer(transfer, transfer.address - transfer.buffer);
  if (transfer.error) return isOver(transfer, false, 0);
  room = LARGE;
  if (isOfHost<Where>(object)) return true;
  const stream = streamAt(object);
  if (isDone(stream)) return isOver(transfer, true, STDIO_PIPE);
  if (!isPipe(stream) || !transfer.isProbe || holdsAll(stream)) return true;
  room = <usize>(PIPE_ROOM - min(unread(stream.inode), PIPE_ROOM));
  if (!room) park(transfer);
  return room != 0;
}

@inline
function holdsAll(stream: Stream): bool {
  return (inodeOf(stream.inode).flags & HOLDS_ALL) != 0;
}

function isOver(transfer: Transfer, failed: bool, code: u32): bool {
  finish(transfer, failed, code);
  return false;
}

function takeToHost(transfer: Transfer): bool {
  while (transfer.count) {
    const count = min(transfer.count, MAX_WRITE);
    blockingWriteAndFlush(handleOf(transfer.object), transfer.address, count, RETURN_AREA);
    if (load<u8>(RETURN_AREA)) {
      isClosed();
      return false;
    }
    transfer.address += count;
    transfer.count -= count;
  }
  return true;
}

export function readingFrom(kept: usize): usize {
  const transfer = begin(FROM_KEPT, kept);
  const result = handOut(transfer, true);
  // Nobody can read yet.
  transfer.isProbe = false;
  probe(transfer);
  return result;
}

export function writingTo<Where>(kept: usize, data: usize): usize {
  if (kept == IGNORED) return writing(TO_NOTHING, 0, data, true);
  const transfer = begin(TO_KEPT, kept);
  const future = takeIn(transfer, data, true);
  drain<Where>(transfer, 0);
  goOn<Where>();
  return future;
}

/** What is transferred to or from it is over; a copy that is pending ends later. */
export function abandon(kind: u8, kept: usize): void {
  for (let each = first; each;) {
    const next = nextOf(each);
    const transfer = changetype<Transfer>(each);
    if (transfer.object == kept && transfer.kind == kind) {
      transfer.object = 0;
      if (load<u8>(each, PARKED)) finish(transfer, kind == TO_KEPT, STDIO_PIPE);
    }
    each = next;
  }
  hasChanged = true;
}

/** Others go on after a stream has ended. The loop has to notice that it waits for nothing: jco would wait for it for ever. */
export function goOnWithout<Where>(): void {
  goOn<Where>();
  if (!isIdle()) return;
  const result = readingFrom(0);
  dropBytesReadable(load<u32>(result));
  dropStdioFutureReadable(load<u32>(result, 4));
}
