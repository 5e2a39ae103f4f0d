// fd_read, fd_write, fd_pread and fd_pwrite: a program's list of buffers, one behind the other. They have variants, by who answers: the
// first letter is for files, the second for streams, `h` for the host and `o` for adapters in this component; `p` is for files of those
// that say where bytes go.

import { RETURN_AREA } from "../../src/image/layout";
import * as app from "./app";
import { APPEND, NONBLOCK, READ, WRITE } from "./flags";
import { Descriptor, FILE, INPUT, inputOf, outputOf, streamOrFile } from "./descriptors";
import { AGAIN, BADF, FAULT, INTR, SPIPE, SUCCESS, errnoOf } from "./errno";
import * as host from "./host";
import { isOpenFor } from "./known";
import { Hosts, Ours, Placed, moved, readFile, readInput, writeFile, writeOutput } from "./transfer";

/** An entry of the list: address and length. */
const BUFFER: usize = 8;

/** The next buffer that is not empty, and where the list goes on behind it. */
let address: usize = 0;
let length: usize = 0;
let next: usize = 0;

/** Whether no buffer was found that is not empty. */
let isEmpty: bool = false;

/** Goes on to the next buffer; whether there is one. One that lies outside is there, and has the length 0. */
function advance(end: usize): bool {
  while (next < end) {
    address = app.load32(next);
    length = app.load32(next + 4);
    next += BUFFER;
    if (!length) continue;
    isEmpty = false;
    if (!app.holds(address, length)) length = 0;
    return true;
  }
  return false;
}

/** Whether the list and the place of the result are in memory. */
function begin(buffers: usize, count: usize, result: usize): bool {
  next = buffers;
  isEmpty = true;
  return app.holds(buffers, (<u64>count) << 3) && app.holds(result, 4);
}

/** The largest sum that the result can be. */
const MAX: usize = usize.MAX_VALUE;

/** What came of it: a file that is not open for this says so even if nothing is asked for. */
function outcome(descriptor: Descriptor, access: u32, errno: u32): u32 {
  return isEmpty && !isOpenFor(descriptor, access) ? BADF : errno;
}

/** Fills the buffers out of a file, from an offset on; an errno. `total` says how much was read. */
function readAll<F>(handle: usize, end: usize, offset: u64): u32 {
  total = 0;
  while (advance(end)) {
    const wanted = min(length, MAX - total);
    const errno = length ? readFile<F>(handle, address, wanted, offset + total) : FAULT;
    if (errno) return total ? SUCCESS : errno;
    total += moved;
    if (moved < length) break;
  }
  return SUCCESS;
}

let total: usize = 0;

function writeAll<F>(handle: usize, end: usize, offset: u64): u32 {
  total = 0;
  while (advance(end)) {
    const wanted = min(length, MAX - total);
    const errno = length ? writeFile<F>(handle, address, wanted, offset + total) : FAULT;
    if (errno) return total ? SUCCESS : errno;
    total += moved;
    if (moved < length) break;
  }
  return SUCCESS;
}

/** To a stream. */
function stream<S>(handle: usize, end: usize): u32 {
  total = 0;
  while (advance(end)) {
    const errno = length ? writeOutput<S>(handle, address, min(length, MAX - total)) : FAULT;
    if (errno) return total ? SUCCESS : errno;
    total += moved;
    if (moved < length) break;
  }
  return SUCCESS;
}

/** To the end of a file, wherever that is. */
function append<S>(handle: usize, end: usize): u32 {
  host.appendViaStream(handle, RETURN_AREA);
  if (load<u8>(RETURN_AREA)) return errnoOf(load<u8>(RETURN_AREA, 4));
  const output: usize = load<u32>(RETURN_AREA, 4);
  const errno = stream<S>(output, end);
  host.dropOutputStream(output);
  return errno;
}

/** One read of standard input: a further one might wait. */
function readStandardInput<S>(descriptor: Descriptor, end: usize): u32 {
  total = 0;
  if (!advance(end)) return SUCCESS;
  if (!length) return FAULT;
  const waits = !(descriptor.flags & NONBLOCK);
  const errno = readInput<S>(inputOf(descriptor), address, length, waits);
  total = moved;
  // A stream that is waited for has something to read, or has ended.
  return errno == AGAIN && waits ? INTR : errno;
}

function read<F, S>(fd: u32, buffers: usize, count: usize, result: usize): u32 {
  const descriptor = streamOrFile(fd);
  if (!descriptor || (descriptor.kind != FILE && descriptor.kind != INPUT)) return BADF;
  if (!begin(buffers, count, result)) return FAULT;
  const end = buffers + count * BUFFER;
  let errno: u32;
  if (descriptor.kind == INPUT) errno = readStandardInput<S>(descriptor, end);
  else {
    errno = outcome(descriptor, READ, readAll<F>(descriptor.handle, end, descriptor.position));
    descriptor.position += total;
  }
  if (!errno) app.store32(result, total);
  return errno;
}

function readAt<F>(fd: u32, buffers: usize, count: usize, offset: u64, result: usize): u32 {
  const descriptor = streamOrFile(fd);
  if (!descriptor) return BADF;
  if (descriptor.kind != FILE) return descriptor.kind == INPUT ? SPIPE : BADF;
  if (!begin(buffers, count, result)) return FAULT;
  const errno = outcome(descriptor, READ, readAll<F>(descriptor.handle, buffers + count * BUFFER, offset));
  if (!errno) app.store32(result, total);
  return errno;
}

function write<F, S>(fd: u32, buffers: usize, count: usize, result: usize): u32 {
  const descriptor = streamOrFile(fd);
  if (!descriptor || descriptor.kind > FILE || descriptor.kind == INPUT) return BADF;
  if (!begin(buffers, count, result)) return FAULT;
  const end = buffers + count * BUFFER;
  let errno: u32;
  if (descriptor.kind != FILE) errno = stream<S>(outputOf(descriptor), end);
  else if (descriptor.flags & APPEND) {
    errno = outcome(descriptor, WRITE, append<S>(descriptor.handle, end));
    if (!errno) toEnd(descriptor);
  } else {
    errno = outcome(descriptor, WRITE, writeAll<F>(descriptor.handle, end, descriptor.position));
    descriptor.position += total;
  }
  if (!errno) app.store32(result, total);
  return errno;
}

function toEnd(descriptor: Descriptor): void {
  host.stat(descriptor.handle, RETURN_AREA);
  if (!load<u8>(RETURN_AREA)) descriptor.position = load<u64>(RETURN_AREA, 24);
}

/** Where files are appended to, the offset says nothing. */
function writeAt<F, S>(fd: u32, buffers: usize, count: usize, offset: u64, result: usize): u32 {
  const descriptor = streamOrFile(fd);
  if (!descriptor) return BADF;
  if (descriptor.kind != FILE) return descriptor.kind > FILE || descriptor.kind == INPUT ? BADF : SPIPE;
  if (!begin(buffers, count, result)) return FAULT;
  const end = buffers + count * BUFFER;
  const written = descriptor.flags & APPEND ? append<S>(descriptor.handle, end) : writeAll<F>(descriptor.handle, end, offset);
  const errno = outcome(descriptor, WRITE, written);
  if (!errno) app.store32(result, total);
  return errno;
}

export function preview1__fd_read__hh(fd: u32, buffers: usize, count: usize, result: usize): u32 {
  return read<Hosts, Hosts>(fd, buffers, count, result);
}

export function preview1__fd_read__ho(fd: u32, buffers: usize, count: usize, result: usize): u32 {
  return read<Hosts, Ours>(fd, buffers, count, result);
}

export function preview1__fd_read__oh(fd: u32, buffers: usize, count: usize, result: usize): u32 {
  return read<Ours, Hosts>(fd, buffers, count, result);
}

export function preview1__fd_read__oo(fd: u32, buffers: usize, count: usize, result: usize): u32 {
  return read<Ours, Ours>(fd, buffers, count, result);
}

export function preview1__fd_write__hh(fd: u32, buffers: usize, count: usize, result: usize): u32 {
  return write<Hosts, Hosts>(fd, buffers, count, result);
}

export function preview1__fd_write__ho(fd: u32, buffers: usize, count: usize, result: usize): u32 {
  return write<Hosts, Ours>(fd, buffers, count, result);
}

export function preview1__fd_write__oh(fd: u32, buffers: usize, count: usize, result: usize): u32 {
  return write<Ours, Hosts>(fd, buffers, count, result);
}

export function preview1__fd_write__oo(fd: u32, buffers: usize, count: usize, result: usize): u32 {
  return write<Ours, Ours>(fd, buffers, count, result);
}

export function preview1__fd_write__ph(fd: u32, buffers: usize, count: usize, result: usize): u32 {
  return write<Placed, Hosts>(fd, buffers, count, result);
}

export function preview1__fd_write__po(fd: u32, buffers: usize, count: usize, result: usize): u32 {
  return write<Placed, Ours>(fd, buffers, count, result);
}

export function preview1__fd_pread__h(fd: u32, buffers: usize, count: usize, offset: u64, result: usize): u32 {
  return readAt<Hosts>(fd, buffers, count, offset, result);
}

export function preview1__fd_pread__o(fd: u32, buffers: usize, count: usize, offset: u64, result: usize): u32 {
  return readAt<Ours>(fd, buffers, count, offset, result);
}

export function preview1__fd_pwrite__h(fd: u32, buffers: usize, count: usize, offset: u64, result: usize): u32 {
  return writeAt<Hosts, Hosts>(fd, buffers, count, offset, result);
}

export function preview1__fd_pwrite__o(fd: u32, buffers: usize, count: usize, offset: u64, result: usize): u32 {
  return writeAt<Ours, Ours>(fd, buffers, count, offset, result);
}

export function preview1__fd_pwrite__p(fd: u32, buffers: usize, count: usize, offset: u64, result: usize): u32 {
  return writeAt<Placed, Ours>(fd, buffers, count, offset, result);
}
