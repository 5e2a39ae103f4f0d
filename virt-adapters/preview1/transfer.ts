// Bytes between the program's memory and files or streams, of the host (./bulk.ts) or of adapters in this component: those have lists
// in this memory, out of which they are copied, or into which. Type parameters say which: the compiler leaves out the other.

import { allocate, empty, room } from "../abi/arena";
import { PLACES, RETURN_AREA } from "../../src/image/layout";
import * as app from "./app";
import * as bulk from "./bulk";
import { AGAIN, IO, NOMEM, SUCCESS, errnoOf } from "./errno";
import * as host from "./host";

/** Types that say who answers: told apart by their size. */
export type Hosts = u8;
export type Ours = u16;
/** Files of ours that say where bytes go, so that they are copied once. */
export type Placed = u32;
const HOSTS: usize = 1;
const PLACED: usize = 4;

/** What is copied at once. */
const CHUNK: usize = 65536;
/** What a stream takes in one `blocking-write-and-flush`. */
const MAX_WAITING_WRITE: usize = 4096;

/** How many bytes the last transfer has moved. */
export let moved: usize = 0;

/** Reads until the buffer is full, or the file ends; an errno. Hosts may give less at once than there is. */
export function readFile<F>(handle: usize, address: usize, length: usize, offset: u64): u32 {
  moved = 0;
  while (moved < length) {
    const rest = length - moved;
    const errno = readSome<F>(handle, address + moved, rest, offset + moved);
    if (errno) return moved ? SUCCESS : errno;
    moved += some;
    if (some < min(rest, CHUNK)) break;
  }
  return SUCCESS;
}

/** How many bytes one call has moved. */
let some: usize = 0;

function readSome<F>(handle: usize, address: usize, length: usize, offset: u64): u32 {
  some = 0;
  if (sizeof<F>() == HOSTS) {
    if (bulk.readFile(handle, address, length, offset)) return errnoOf(<u32>bulk.failure & 0xff);
    some = bulk.moved;
  } else {
    host.readDescriptor(handle, min(length, CHUNK), offset, RETURN_AREA);
    if (load<u8>(RETURN_AREA)) return errnoOf(load<u8>(RETURN_AREA, 4));
    some = load<u32>(RETURN_AREA, 8);
    app.copyOut(address, load<u32>(RETURN_AREA, 4), some);
    empty();
  }
  return SUCCESS;
}

/** Writes all, or as much as goes; an errno. */
export function writeFile<F>(handle: usize, address: usize, length: usize, offset: u64): u32 {
  moved = 0;
  while (moved < length) {
    const errno = writeSome<F>(handle, address + moved, length - moved, offset + moved);
    if (errno) return moved ? SUCCESS : errno;
    if (!some) break;
    moved += some;
  }
  return SUCCESS;
}

function writeSome<F>(handle: usize, address: usize, length: usize, offset: u64): u32 {
  some = 0;
  if (sizeof<F>() == HOSTS) {
    if (bulk.writeFile(handle, address, length, offset)) return errnoOf(<u32>bulk.failure & 0xff);
    some = bulk.moved;
  } else if (sizeof<F>() == PLACED) {
    host.writeDescriptor(handle, 0, min(length, CHUNK), offset, RETURN_AREA);
    if (load<u8>(RETURN_AREA)) return errnoOf(load<u8>(RETURN_AREA, 8));
    const count = <usize>load<u64>(RETURN_AREA, 8);
    for (let place: usize = PLACES; some < count; place += 8) {
      const part: usize = load<u32>(place, 4);
      app.copyIn(load<u32>(place), address + some, part);
      some += part;
    }
  } else {
    length = min(length, CHUNK);
    const bytes = take(address, length);
    if (!bytes) return NOMEM;
    host.writeDescriptor(handle, bytes, length, offset, RETURN_AREA);
    empty();
    if (load<u8>(RETURN_AREA)) return errnoOf(load<u8>(RETURN_AREA, 8));
    some = <usize>load<u64>(RETURN_AREA, 8);
  }
  return SUCCESS;
}

/** The program's bytes in the arena, or 0 if there is no room. */
function take(address: usize, length: usize): usize {
  if (room(length) != length) return 0;
  const bytes = allocate(1, length);
  app.copyIn(bytes, address, length);
  return bytes;
}

const CLOSED: u32 = 1;

/** The errno of a stream-error, whose case is given, and perhaps a handle. Standard streams may be files, too. */
function streamErrno(kind: u32, error: usize): u32 {
  if (kind == CLOSED) return IO;
  host.filesystemErrorCode(error, RETURN_AREA);
  const errno = load<u8>(RETURN_AREA) ? errnoOf(load<u8>(RETURN_AREA, 1)) : IO;
  host.dropError(error);
  return errno;
}

/** Reads what there is, of a stream that has ended nothing; an errno: `again` if there may be something later. */
export function readInput<S>(handle: usize, address: usize, length: usize, waits: bool): u32 {
  moved = 0;
  if (sizeof<S>() == HOSTS) {
    if (bulk.readInput(handle, address, length, waits)) return inputErrno(<u32>bulk.failure & 0xff, <usize>(bulk.failure >> 32));
    moved = bulk.moved;
  } else {
    if (waits) host.blockingRead(handle, min(length, CHUNK), RETURN_AREA);
    else host.read(handle, min(length, CHUNK), RETURN_AREA);
    if (load<u8>(RETURN_AREA)) return inputErrno(load<u8>(RETURN_AREA, 4), load<u32>(RETURN_AREA, 8));
    moved = load<u32>(RETURN_AREA, 8);
    app.copyOut(address, load<u32>(RETURN_AREA, 4), moved);
    empty();
  }
  return moved ? SUCCESS : AGAIN;
}

/** Its end is no error. */
@inline
function inputErrno(kind: u32, error: usize): u32 {
  return kind == CLOSED ? SUCCESS : streamErrno(kind, error);
}

/** Writes all, or as much as goes, and flushes it; an errno. */
export function writeOutput<S>(handle: usize, address: usize, length: usize): u32 {
  moved = 0;
  if (length <= MAX_WAITING_WRITE) {
    const errno = writeStream<S>(handle, address, length, true);
    moved = some;
    return errno;
  }
  let errno: u32 = SUCCESS;
  while (moved < length && !errno) {
    errno = writePermitted<S>(handle, address + moved, length - moved);
    moved += some;
  }
  if (!moved) return errno;
  host.blockingFlush(handle, RETURN_AREA);
  if (!load<u8>(RETURN_AREA)) return SUCCESS;
  // A stream that could not write something says only then that it is closed.
  const later = resultErrno(4);
  return errno ? errno : later;
}

/** As much as the stream permits: it is waited for. */
function writePermitted<S>(handle: usize, address: usize, length: usize): u32 {
  some = 0;
  host.checkWrite(handle, RETURN_AREA);
  if (load<u8>(RETURN_AREA)) return resultErrno(8);
  const permit = load<u64>(RETURN_AREA, 8);
  if (permit) return writeStream<S>(handle, address, <usize>min<u64>(length, permit), false);
  const pollable = host.subscribeOutput(handle);
  host.pollableBlock(pollable);
  host.dropPollable(pollable);
  return SUCCESS;
}

function writeStream<S>(handle: usize, address: usize, length: usize, waits: bool): u32 {
  some = 0;
  if (sizeof<S>() == HOSTS) {
    if (bulk.writeOutput(handle, address, length, waits)) {
      return streamErrno(<u32>bulk.failure & 0xff, <usize>(bulk.failure >> 32));
    }
    some = bulk.moved;
  } else {
    length = min(length, CHUNK);
    const bytes = take(address, length);
    if (!bytes) return NOMEM;
    if (waits) host.blockingWriteAndFlush(handle, bytes, length, RETURN_AREA);
    else host.write(handle, bytes, length, RETURN_AREA);
    empty();
    if (load<u8>(RETURN_AREA)) return resultErrno(4);
    some = length;
  }
  return SUCCESS;
}

/** The errno of the result in the return area, whose stream-error lies at an offset. */
function resultErrno(offset: usize): u32 {
  return streamErrno(load<u8>(<usize>RETURN_AREA + offset), load<u32>(<usize>RETURN_AREA + offset, 4));
}
