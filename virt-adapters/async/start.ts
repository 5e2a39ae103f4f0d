// How transfers begin: what the app gets of them.

import { RETURN_AREA } from "../../src/image/layout";
import { dropBytesReadable, newBytes, newEntries, newFileFuture, newStdioFuture, readableOf, writableOf } from "./built-ins";
import { drain } from "./drain";
import { feed } from "./feed";
import { end, resolve, wait } from "./loop";
import { Transfer, isOfEntries, newTransfer } from "./transfer";

/** The readable end of a transfer's future. */
function futureOf(transfer: Transfer, isStdio: bool): usize {
  const ends = isStdio ? newStdioFuture() : newFileFuture();
  transfer.isStdio = isStdio;
  transfer.future = writableOf(ends);
  return readableOf(ends);
}

/** A stream to be read, and its future; nothing is fed yet. */
export function handOut(transfer: Transfer, isStdio: bool): usize {
  const ends = isOfEntries(transfer) ? newEntries() : newBytes();
  wait(transfer, writableOf(ends));
  store<u32>(RETURN_AREA, <u32>readableOf(ends));
  store<u32>(RETURN_AREA, <u32>futureOf(transfer, isStdio), 4);
  return RETURN_AREA;
}

/** Of what is at `object`; or of what lies at an address. */
export function reading(kind: u8, object: usize, address: usize, count: usize, isStdio: bool): usize {
  const transfer = newTransfer(kind);
  transfer.object = object;
  transfer.address = address;
  transfer.count = count;
  const result = handOut(transfer, isStdio);
  feed(transfer, 0);
  return result;
}

/** A stream of nothing, and why; `code` is one of WASI 0.3. */
export function noReading(kind: u8, code: u32): usize {
  const transfer = newTransfer(kind);
  const result = handOut(transfer, false);
  end(transfer, true, code);
  return result;
}

/** The future of what is written. */
export function writing(kind: u8, object: usize, stream: usize, isStdio: bool): usize {
  const transfer = newTransfer(kind);
  transfer.object = object;
  const future = takeIn(transfer, stream, isStdio);
  drain(transfer, 0);
  return future;
}

/** The future of a stream that is written; nothing is drained yet. */
export function takeIn(transfer: Transfer, stream: usize, isStdio: bool): usize {
  wait(transfer, stream);
  return futureOf(transfer, isStdio);
}

/** The same of what is not written, and why; `code` is one of WASI 0.3. */
export function noWriting(stream: usize, code: u32, isStdio: bool): usize {
  const transfer = newTransfer(0);
  dropBytesReadable(stream);
  const future = futureOf(transfer, isStdio);
  resolve(transfer, true, code);
  return future;
}
