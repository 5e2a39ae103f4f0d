// How transfers begin: what the app gets of them.

import { RETURN_AREA } from "../../src/image/layout";
import {
  dropBytesReadable,
  dropBytesWritable,
  dropEntriesWritable,
  newBytes,
  newEntries,
  newFileFuture,
  newStdioFuture,
  readableOf,
  writableOf,
} from "./built-ins";
import { drain } from "./drain";
import { feed } from "./feed";
import { resolve, wait } from "./loop";
import { ENTRIES, Transfer, newTransfer } from "./transfer";

/** The readable end of a transfer's future. */
function futureOf(transfer: Transfer, isStdio: bool): usize {
  const ends = isStdio ? newStdioFuture() : newFileFuture();
  transfer.isStdio = isStdio;
  transfer.future = writableOf(ends);
  return readableOf(ends);
}

/** A stream to be read, and its future. */
function handOut(transfer: Transfer, ends: u64, isStdio: bool): usize {
  store<u32>(RETURN_AREA, <u32>readableOf(ends));
  store<u32>(RETURN_AREA, <u32>futureOf(transfer, isStdio), 4);
  return RETURN_AREA;
}

/** Of what is at `object`; or of what lies at an address. */
export function reading(kind: u8, object: usize, address: usize, count: usize, isStdio: bool): usize {
  const transfer = newTransfer(kind);
  const ends = kind == ENTRIES ? newEntries() : newBytes();
  transfer.object = object;
  transfer.address = address;
  transfer.count = count;
  const result = handOut(transfer, ends, isStdio);
  wait(transfer, writableOf(ends));
  feed(transfer, 0);
  // Nothing that is handed over at once lies in the return area.
  store<u32>(RETURN_AREA, <u32>readableOf(ends));
  return result;
}

/** A stream of nothing, and why; `code` is one of WASI 0.3. */
export function noReading(kind: u8, code: u32): usize {
  const transfer = newTransfer(kind);
  const ends = kind == ENTRIES ? newEntries() : newBytes();
  if (kind == ENTRIES) dropEntriesWritable(writableOf(ends));
  else dropBytesWritable(writableOf(ends));
  const result = handOut(transfer, ends, false);
  resolve(transfer, true, code);
  return result;
}

/** The future of what is written. */
export function writing(kind: u8, object: usize, stream: usize, isStdio: bool): usize {
  const transfer = newTransfer(kind);
  transfer.object = object;
  const future = futureOf(transfer, isStdio);
  wait(transfer, stream);
  drain(transfer, 0);
  return future;
}

/** The same of what is not written, and why; `code` is one of WASI 0.3. */
export function noWriting(stream: usize, code: u32, isStdio: bool): usize {
  const transfer = newTransfer(0);
  dropBytesReadable(stream);
  const future = futureOf(transfer, isStdio);
  resolve(transfer, true, code);
  return future;
}
