// Streams that the app reads. Bytes that never change are handed over where they lie, all at once. All else is asked for when a
// reader is there: a write of no elements waits for one. So a slow reader keeps nothing, and sees what a file has then.

import { OVERLAY, WRITABLE } from "../abi/features";
import { RETURN_AREA } from "../../src/image/layout";
import { available } from "../files/file-stream";
import * as contents from "../files/contents";
import { FileInode } from "../files/inode";
import { isLower } from "../files/lower";
import { closeStream, isFileInput, streamAt } from "../files/open-file";
import { refusal } from "../files/space";
import { reset } from "../io/call";
import { NAME_TOO_LONG } from "../io/error-code";
import { hostError } from "../io/host-error";
import { rangeOf } from "../io/range";
import { BLOCKED, countOf, isDropped, writeBytes, writeEntries } from "./built-ins";
import { closeEntries, nextEntry } from "./entries";
import { STDIO_IO, entryType, fileError } from "./face";
import { end } from "./loop";
import { EMBEDDED, ENTRIES, FILE, HOST_FILE, INPUT, SMALL, Transfer, freeBuffer, giveBuffer, isOfEntries, takeBuffer } from "./transfer";

/** So much is handed over at once: more traps. */
const MAX_COUNT: usize = (1 << 28) - 1;
/** `directory-entry`: its type, and its name. */
const ENTRY_SIZE: usize = 24;
const ENTRY_NAME: usize = 16;
/** No name is longer; that of a host's may be 255 units of UTF-16 long. */
const MAX_NAME: usize = 256;
export const MAX_HOST_NAME: usize = 1024;

/** Goes on after a copy, with its result, until the reader is waited for or there is no more. */
export function feed(transfer: Transfer, result: u32): void {
  while (result != BLOCKED) {
    const isReady = settle(transfer, result);
    if (isDropped(result)) return finish(transfer, 0);
    if (!transfer.count && transfer.kind != EMBEDDED) {
      if (!isReady) {
        result = probe(transfer);
        continue;
      }
      const error = fill(transfer);
      if (error) return finish(transfer, error);
    }
    if (!transfer.count) return finish(transfer, transfer.error);
    result = write(transfer);
  }
}

/** Takes note of how a copy has ended; answers whether it was one that waited for a reader, who is there now. */
export function settle(transfer: Transfer, result: u32): bool {
  const isReady = transfer.isProbe;
  transfer.isProbe = false;
  if (!isReady) handedOver(transfer, countOf(result));
  return isReady;
}

/** Waits for a reader. */
export function probe(transfer: Transfer): u32 {
  transfer.isProbe = true;
  return copy(transfer, RETURN_AREA, 0);
}

/** Hands over what there is. */
export function write(transfer: Transfer): u32 {
  return copy(transfer, transfer.address, min(transfer.count, MAX_COUNT));
}

@inline
function copy(transfer: Transfer, address: usize, count: usize): u32 {
  return isOfEntries(transfer) ? writeEntries(transfer.end, address, count) : writeBytes(transfer.end, address, count);
}

function handedOver(transfer: Transfer, count: usize): void {
  const rest = transfer.count - count;
  if (transfer.kind == EMBEDDED || isOfEntries(transfer)) {
    transfer.address += isOfEntries(transfer) ? count * ENTRY_SIZE : count;
    transfer.count = rest;
    if (isOfEntries(transfer) && !rest) giveBuffer(transfer, 0);
    return;
  }
  transfer.count = 0;
  // What was not read is read again.
  if (transfer.kind == HOST_FILE) transfer.position -= rest;
  else if (isOfFile(transfer)) streamAt(transfer.object).position -= rest;
  else {
    rangeOf(transfer.object).next -= rest;
    return;
  }
  giveBuffer(transfer, count);
}

@inline
function isOfFile(transfer: Transfer): bool {
  return WRITABLE && isFileInput(transfer.object);
}

/** Something to hand over, or nothing at the end; an error code, or 0. */
function fill(transfer: Transfer): usize {
  if (transfer.kind == ENTRIES) {
    fillEntries(transfer);
    return 0;
  }
  if (isOfFile(transfer)) return fillFromFile(transfer);
  const range = rangeOf(transfer.object);
  transfer.address = range.next;
  transfer.count = range.end - range.next;
  range.next = range.end;
  return 0;
}

export function fillFromFile(transfer: Transfer): usize {
  const stream = streamAt(transfer.object);
  const file = changetype<FileInode>(stream.inode);
  takeBuffer(transfer);
  const wanted = available(stream, (<u64>1) << transfer.shift);
  let address = contents.read(file, stream.position, wanted);
  const count = contents.count;
  if (wanted && !count) return refusal();
  // What is embedded stays where it lies, whatever is written to the file.
  if (!isLower(stream.inode) && address - file.lower < file.lowerSize) freeBuffer(transfer);
  else {
    memory.copy(transfer.buffer, address, count);
    address = transfer.buffer;
  }
  reset();
  stream.position += count;
  transfer.address = address;
  transfer.count = count;
  return 0;
}

/** As many entries as fit. What is wrong is said behind them. */
function fillEntries(transfer: Transfer): void {
  if (transfer.error) return;
  beginEntries(transfer);
  while (hasRoom(OVERLAY ? MAX_HOST_NAME : WRITABLE ? MAX_NAME : 0)) {
    nextEntry(transfer.object);
    if (OVERLAY) checkName(transfer);
    if (!addEntry(transfer, WRITABLE)) break;
  }
  if (WRITABLE) reset();
  endEntries(transfer);
}

// Entries in a buffer, from its start, and their names, from its end.

let entryAt: usize = 0;
let namesAt: usize = 0;

export function beginEntries(transfer: Transfer): void {
  takeBuffer(transfer);
  entryAt = transfer.buffer;
  namesAt = transfer.buffer + SMALL;
}

/** For an entry more, with a name of so many bytes. */
@inline
export function hasRoom(nameLength: usize): bool {
  return entryAt + ENTRY_SIZE + nameLength <= namesAt;
}

/** Of an entry that is the host's: there is an error in its place if its name has no room. */
export function checkName(transfer: Transfer): void {
  const isEntry = !load<u8>(RETURN_AREA) && load<u8>(RETURN_AREA, 4) != 0;
  if (isEntry && <usize>load<u32>(RETURN_AREA, 16) > MAX_HOST_NAME) transfer.error = NAME_TOO_LONG;
}

/** Of 0.2's `read-directory-entry`, in the return area; whether it was one. */
export function addEntry(transfer: Transfer, copiesName: bool): bool {
  if (load<u8>(RETURN_AREA)) transfer.error = hostError(4);
  if (transfer.error | <usize>!load<u8>(RETURN_AREA, 4)) return false;
  let name: usize = load<u32>(RETURN_AREA, 12);
  const length: usize = load<u32>(RETURN_AREA, 16);
  if (copiesName) {
    namesAt -= length;
    memory.copy(namesAt, name, length);
    name = namesAt;
  }
  entryType(entryAt, load<u8>(RETURN_AREA, 8));
  store<u32>(entryAt + ENTRY_NAME, name);
  store<u32>(entryAt + ENTRY_NAME, length, 4);
  entryAt += ENTRY_SIZE;
  return true;
}

export function endEntries(transfer: Transfer): void {
  transfer.address = transfer.buffer;
  transfer.count = (entryAt - transfer.buffer) / ENTRY_SIZE;
}

/** `error` is a code of WASI 0.2, or 0. */
function finish(transfer: Transfer, error: usize): void {
  giveBuffer(transfer, 0);
  if (transfer.kind == ENTRIES) closeEntries(transfer.object);
  else if (WRITABLE && transfer.kind == FILE) closeStream(transfer.object);
  end(transfer, error != 0, transfer.kind == INPUT ? STDIO_IO : fileError(error));
}
