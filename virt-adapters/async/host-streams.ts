// Streams of the host's files, for WASI 0.3, through the host's functions of 0.2, which never suspend the part: each piece is read or
// written at its place when the app asks for it. A descriptor that the app has dropped stays as long as it has streams.

import { newTable, wordAt } from "../abi/table";
import { RETURN_AREA, TYPE_DIRECTORY } from "../../src/image/layout";
import { reset } from "../io/call";
import { WRITE } from "../io/descriptor-flags";
import { BAD_DESCRIPTOR, INVALID, IO, IS_DIRECTORY } from "../io/error-code";
import {
  appendViaStream,
  blockingWriteAndFlush,
  dropDescriptor,
  dropDirectoryEntryStream,
  dropError,
  dropOutputStream,
  filesystemErrorCode,
  getFlags,
  getType,
  readDescriptor,
  readDirectory,
  readDirectoryEntry,
  writeDescriptor,
} from "../io/host";
import { hostError } from "../io/host-error";
import { BLOCKED, isDropped } from "./built-ins";
import { drainInto } from "./drain";
import { fileError, isBeyond } from "./face";
import { MAX_HOST_NAME, addEntry, beginEntries, checkName, endEntries, hasRoom, probe, settle, write } from "./feed";
import { end } from "./loop";
import { handOut, noReading, noWriting, takeIn } from "./start";
import { ENTRIES, FILE, HOST_ENTRIES, HOST_FILE, TO_HOST, TO_HOST_END, Transfer, giveBuffer, newTransfer, takeBuffer } from "./transfer";

/** What `blocking-write-and-flush` takes at once. */
const MAX_WRITE: usize = 4096;

// How many streams a descriptor has, of each handle; and whether it has been dropped.

const IS_GONE: u32 = 1;
const ONE: u32 = 2;
let users: usize = 0;

function hold(descriptor: usize): void {
  if (!users) users = newTable();
  const word = wordAt(users, descriptor);
  store<u32>(word, load<u32>(word) + ONE);
}

function letGo(descriptor: usize): void {
  const word = wordAt(users, descriptor);
  const left = load<u32>(word) - ONE;
  store<u32>(word, left == IS_GONE ? 0 : left);
  if (left == IS_GONE) dropDescriptor(descriptor);
}

/** The app's descriptor is dropped. */
export function close(descriptor: usize): void {
  const word = users ? wordAt(users, descriptor) : 0;
  if (word && load<u32>(word)) store<u32>(word, load<u32>(word) | IS_GONE);
  else dropDescriptor(descriptor);
}

/** Why a descriptor was not opened for writing, or 0. */
function unwritable(descriptor: usize, offset: u64): usize {
  if (isBeyond(offset)) return INVALID;
  getFlags(descriptor, RETURN_AREA);
  if (load<u8>(RETURN_AREA)) return hostError(1);
  return load<u8>(RETURN_AREA, 1) & WRITE ? 0 : BAD_DESCRIPTOR;
}

/** Why there are no bytes to be read, or 0; whatever else is wrong, the host says when it is read. */
function unreadable(descriptor: usize, offset: u64): usize {
  if (isBeyond(offset)) return INVALID;
  getType(descriptor, RETURN_AREA);
  if (load<u8>(RETURN_AREA)) return hostError(1);
  return load<u8>(RETURN_AREA, 1) == TYPE_DIRECTORY ? IS_DIRECTORY : 0;
}

export function readingFile(descriptor: usize, offset: u64): usize {
  const error = unreadable(descriptor, offset);
  if (error) return noReading(FILE, fileError(error));
  const transfer = newTransfer(HOST_FILE);
  transfer.object = descriptor;
  transfer.position = offset;
  hold(descriptor);
  return begin(transfer);
}

export function readingDirectory(descriptor: usize): usize {
  readDirectory(descriptor, RETURN_AREA);
  if (load<u8>(RETURN_AREA)) return noReading(ENTRIES, fileError(hostError(4)));
  const transfer = newTransfer(HOST_ENTRIES);
  transfer.object = load<u32>(RETURN_AREA, 4);
  return begin(transfer);
}

function begin(transfer: Transfer): usize {
  const result = handOut(transfer, false);
  feedFromHost(transfer, 0);
  return result;
}

export function writingFile(descriptor: usize, data: usize, offset: u64): usize {
  const error = unwritable(descriptor, offset);
  if (error) return noWriting(data, fileError(error), false);
  const transfer = newTransfer(TO_HOST);
  transfer.position = offset;
  return beginToWrite(transfer, descriptor, data);
}

export function appendingToFile(descriptor: usize, data: usize): usize {
  const error = unwritable(descriptor, 0);
  if (error) return noWriting(data, fileError(error), false);
  appendViaStream(descriptor, RETURN_AREA);
  if (load<u8>(RETURN_AREA)) return noWriting(data, fileError(hostError(4)), false);
  const transfer = newTransfer(TO_HOST_END);
  transfer.address = load<u32>(RETURN_AREA, 4);
  return beginToWrite(transfer, descriptor, data);
}

function beginToWrite(transfer: Transfer, descriptor: usize, data: usize): usize {
  transfer.object = descriptor;
  hold(descriptor);
  const future = takeIn(transfer, data, false);
  drainToHost(transfer, 0);
  return future;
}

/** As `feed` does. */
export function feedFromHost(transfer: Transfer, result: u32): void {
  while (result != BLOCKED) {
    const isReady = settle(transfer, result);
    if (isDropped(result)) return finishReading(transfer, 0);
    if (!transfer.count) {
      if (!isReady) {
        result = probe(transfer);
        continue;
      }
      if (!transfer.error) fill(transfer);
      if (!transfer.count) return finishReading(transfer, transfer.error);
    }
    result = write(transfer);
  }
}

function fill(transfer: Transfer): void {
  if (transfer.kind == HOST_ENTRIES) fillEntries(transfer);
  else fillBytes(transfer);
  reset();
}

function fillBytes(transfer: Transfer): void {
  takeBuffer(transfer);
  const wanted: usize = 1 << transfer.shift;
  readDescriptor(transfer.object, wanted, transfer.position, RETURN_AREA);
  if (load<u8>(RETURN_AREA)) {
    transfer.error = hostError(4);
    return;
  }
  const count = min<usize>(load<u32>(RETURN_AREA, 8), wanted);
  memory.copy(transfer.buffer, load<u32>(RETURN_AREA, 4), count);
  transfer.position += count;
  transfer.address = transfer.buffer;
  transfer.count = count;
}

function fillEntries(transfer: Transfer): void {
  beginEntries(transfer);
  while (hasRoom(MAX_HOST_NAME)) {
    readDirectoryEntry(transfer.object, RETURN_AREA);
    checkName(transfer);
    if (!addEntry(transfer, true)) break;
  }
  endEntries(transfer);
}

/** `error` is a code of WASI 0.2, or 0. */
function finishReading(transfer: Transfer, error: usize): void {
  giveBuffer(transfer, 0);
  if (transfer.kind == HOST_ENTRIES) dropDirectoryEntryStream(transfer.object);
  else letGo(transfer.object);
  end(transfer, error != 0, fileError(error));
}

@unmanaged
class HostSink extends Transfer {
  take(count: usize): usize {
    return this.kind == TO_HOST_END ? append(this, count) : put(this, count);
  }

  /** `error` is a code of WASI 0.2, or 0. */
  finish(error: usize): void {
    if (this.kind == TO_HOST_END) dropOutputStream(this.address);
    letGo(this.object);
    end(this, error != 0, fileError(error));
  }
}

/** As `drain` does. */
export function drainToHost(transfer: Transfer, result: u32): void {
  drainInto<HostSink>(changetype<HostSink>(transfer), result);
}

function put(transfer: Transfer, count: usize): usize {
  let from = transfer.buffer;
  for (const last = from + count; from < last;) {
    writeDescriptor(transfer.object, from, last - from, transfer.position, RETURN_AREA);
    if (load<u8>(RETURN_AREA)) return hostError(8);
    const written = load<u64>(RETURN_AREA, 8);
    if (!written || written > <u64>(last - from)) return IO;
    from += <usize>written;
    transfer.position += written;
  }
  return 0;
}

/** At the end, wherever it is by then. */
function append(transfer: Transfer, count: usize): usize {
  let from = transfer.buffer;
  for (const last = from + count; from < last; from += MAX_WRITE) {
    blockingWriteAndFlush(transfer.address, from, min(last - from, MAX_WRITE), RETURN_AREA);
    if (load<u8>(RETURN_AREA)) return streamError();
  }
  return 0;
}

/** Why writing to a stream has failed. */
function streamError(): usize {
  if (load<u8>(RETURN_AREA, 4)) return IO;
  const error: usize = load<u32>(RETURN_AREA, 8);
  filesystemErrorCode(error, RETURN_AREA);
  dropError(error);
  return load<u8>(RETURN_AREA) ? hostError(1) : IO;
}
