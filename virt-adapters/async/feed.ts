// Streams that the app reads. Bytes that never change are handed over where they lie, all at once. All else is asked for when a
// reader is there: a write of no elements waits for one. So a slow reader keeps nothing, and sees what a file has then.

import { WRITABLE } from "../abi/features";
import { RETURN_AREA } from "../../src/image/layout";
import { available } from "../files/file-stream";
import * as contents from "../files/contents";
import { FileInode } from "../files/inode";
import { closeStream, isFileInput, streamAt } from "../files/open-file";
import { refusal } from "../files/space";
import { reset } from "../io/call";
import { rangeOf } from "../io/range";
import { BLOCKED, countOf, isDropped, writeBytes, writeEntries } from "./built-ins";
import { closeEntries, nextEntry } from "./entries";
import { STDIO_IO, entryType, fileError } from "./face";
import { end } from "./loop";
import { EMBEDDED, ENTRIES, FILE, INPUT, SMALL, Transfer, giveBuffer, takeBuffer } from "./transfer";

/** So much is handed over at once: more traps. */
const MAX_COUNT: usize = (1 << 28) - 1;
/** `directory-entry`: its type, and its name. */
const ENTRY_SIZE: usize = 24;
const ENTRY_NAME: usize = 16;
const MAX_NAME: usize = 256;

/** Goes on after a copy, with its result, until the reader is waited for or there is no more. */
export function feed(transfer: Transfer, result: u32): void {
  while (result != BLOCKED) {
    const isReady = transfer.isProbe;
    transfer.isProbe = false;
    if (!isReady) handedOver(transfer, countOf(result));
    if (isDropped(result)) return finish(transfer, 0);
    if (!transfer.count && transfer.kind != EMBEDDED) {
      if (!isReady) {
        transfer.isProbe = true;
        result = write(transfer, RETURN_AREA, 0);
        continue;
      }
      const error = fill(transfer);
      if (error) return finish(transfer, error);
    }
    if (!transfer.count) return finish(transfer, 0);
    result = write(transfer, transfer.address, min(transfer.count, MAX_COUNT));
  }
}

@inline
function write(transfer: Transfer, address: usize, count: usize): u32 {
  return transfer.kind == ENTRIES ? writeEntries(transfer.end, address, count) : writeBytes(transfer.end, address, count);
}

function handedOver(transfer: Transfer, count: usize): void {
  const rest = transfer.count - count;
  if (transfer.kind == EMBEDDED || transfer.kind == ENTRIES) {
    transfer.address += transfer.kind == ENTRIES ? count * ENTRY_SIZE : count;
    transfer.count = rest;
    if (transfer.kind == ENTRIES && !rest) giveBuffer(transfer, 0);
    return;
  }
  transfer.count = 0;
  if (isOfFile(transfer)) {
    // What was not read is read again.
    streamAt(transfer.object).position -= rest;
    return giveBuffer(transfer, count);
  }
  rangeOf(transfer.object).next -= rest;
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

function fillFromFile(transfer: Transfer): usize {
  const stream = streamAt(transfer.object);
  takeBuffer(transfer);
  const wanted = available(stream, (<u64>1) << transfer.shift);
  const address = contents.read(changetype<FileInode>(stream.inode), stream.position, wanted);
  const count = contents.count;
  if (wanted && !count) return refusal();
  memory.copy(transfer.buffer, address, count);
  reset();
  stream.position += count;
  transfer.address = transfer.buffer;
  transfer.count = count;
  return 0;
}

/** As many entries as fit; where files can be written, with their names behind them. */
function fillEntries(transfer: Transfer): void {
  takeBuffer(transfer);
  let entry = transfer.buffer;
  let names = transfer.buffer + SMALL;
  while (entry + ENTRY_SIZE + (WRITABLE ? MAX_NAME : 0) <= names) {
    nextEntry(transfer.object);
    if (!load<u8>(RETURN_AREA, 4)) break;
    let name: usize = load<u32>(RETURN_AREA, 12);
    const length: usize = load<u32>(RETURN_AREA, 16);
    if (WRITABLE) {
      names -= length;
      memory.copy(names, name, length);
      name = names;
    }
    entryType(entry, load<u8>(RETURN_AREA, 8));
    store<u32>(entry + ENTRY_NAME, name);
    store<u32>(entry + ENTRY_NAME, length, 4);
    entry += ENTRY_SIZE;
  }
  if (WRITABLE) reset();
  transfer.address = transfer.buffer;
  transfer.count = (entry - transfer.buffer) / ENTRY_SIZE;
}

/** `error` is a code of WASI 0.2, or 0. */
function finish(transfer: Transfer, error: usize): void {
  giveBuffer(transfer, 0);
  if (transfer.kind == ENTRIES) closeEntries(transfer.object);
  else if (WRITABLE && transfer.kind == FILE) closeStream(transfer.object);
  end(transfer, error != 0, transfer.kind == INPUT ? STDIO_IO : fileError(error));
}
