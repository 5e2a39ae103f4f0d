// The one task that goes on when calls are over. It waits for all transfers together, in one set, and is over when there are
// none; whoever is in front of us starts it again (src/compose/facade.ts). It is correct whether or not it has begun to run when
// its caller goes on.

import {
  BLOCKED,
  dropBytesReadable,
  dropBytesWritable,
  dropEntriesWritable,
  dropFileFuture,
  dropStdioFuture,
  join,
  newSet,
  writeFileFuture,
  writeStdioFuture,
} from "./built-ins";
import { FUTURE_VALUE, Transfer, giveTransfer, isOfEntries, isReadByUs, setTransfer } from "./transfer";

let set: usize = 0;
/** How many ends are waited for. */
let waiting: u32 = 0;
let isRunning: bool = false;

const EXIT: u32 = 0;
const WAIT: u32 = 2;

@inline
export function runs(): bool {
  return isRunning;
}

/** Whether it waits for nothing: an event would end it. */
@inline
export function isIdle(): bool {
  return isRunning && !waiting;
}

/** What the task does next, as its start and its callback return it. */
export function next(): u32 {
  isRunning = waiting != 0;
  return isRunning ? WAIT | ((<u32>set) << 4) : EXIT;
}

/** For an end of a transfer, from now on. */
export function wait(transfer: Transfer, end: usize): void {
  if (!set) set = newSet();
  transfer.end = end;
  setTransfer(end, transfer);
  join(end, set);
  waiting++;
}

/** Nothing is copied any more: the stream's end goes, and the future says how it ended, by an error code or 0. */
export function end(transfer: Transfer, failed: bool, code: u32): void {
  join(transfer.end, 0);
  waiting--;
  if (isReadByUs(transfer)) dropBytesReadable(transfer.end);
  else if (isOfEntries(transfer)) dropEntriesWritable(transfer.end);
  else dropBytesWritable(transfer.end);
  resolve(transfer, failed, code);
}

/** Says how it ended. The value stays until somebody has read it. */
export function resolve(transfer: Transfer, failed: bool, code: u32): void {
  const value = changetype<usize>(transfer) + FUTURE_VALUE;
  store<u8>(value, <u8>failed);
  store<u8>(value, <u8>code, 1);
  store<u8>(value, <u8>code, 4);
  const future = transfer.future;
  const result = transfer.isStdio ? writeStdioFuture(future, value) : writeFileFuture(future, value);
  if (result == BLOCKED) wait(transfer, future);
  else close(transfer);
}

/** The future has been read, or nobody can read it any more. */
export function resolved(transfer: Transfer): void {
  join(transfer.end, 0);
  waiting--;
  close(transfer);
}

function close(transfer: Transfer): void {
  if (transfer.isStdio) dropStdioFuture(transfer.future);
  else dropFileFuture(transfer.future);
  giveTransfer(transfer);
}
