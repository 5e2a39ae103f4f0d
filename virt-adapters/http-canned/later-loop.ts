// What goes on in WASI 0.3 when a call is over: bodies that are handed out, those that are taken and not kept, and their futures. One
// task waits for all of them, in one set, and is over when there are none; whoever is in front of us starts it again
// (src/compose/facade.ts). It is beside that of files (../async/loop.ts), so that no output has files for the sake of bodies.

import { newTable, wordAt } from "../abi/table";
import { RETURN_AREA } from "../../src/image/layout";
import {
  BLOCKED,
  countOf,
  dropBytesReadable,
  dropBytesWritable,
  isDropped,
  join,
  newBytes,
  newSet,
  readableOf,
  readBytes,
  taskReturn,
  writableOf,
  writeBytes,
} from "../async/built-ins";
import { end, give, take } from "./heap";
import {
  dropFields,
  dropOutcomeReadable,
  dropOutcomeWritable,
  dropTrailersReadable,
  dropTrailersWritable,
  readOutcome,
  readTrailers,
  writeOutcome,
  writeTrailers,
} from "./later-own";

/** What a transfer is about: of a response the body that the app reads, and then its trailers. */
const BODY: u32 = 0;
const TRAILERS: u32 = 1;
/** Of a request the body that the app writes, then its trailers, and whether they were sent. */
const SENT_BODY: u32 = 2;
const SENT_TRAILERS: u32 = 3;
const SENT: u32 = 4;
/** What the app says of a body that it has read. */
const CONSUMED: u32 = 5;
/** Nothing: the task is to go on. */
const AWAKE: u32 = 6;

@unmanaged
class Transfer {
  kind: u32;
  /** The end that is waited for. */
  end: usize;
  /** Futures that follow when a body is over: of trailers, and of how it went. */
  trailers: usize;
  outcome: usize;
  /** What of a body is left. */
  address: usize;
  count: usize;
  // A result<option<trailers>, error-code> or result<_, error-code>, at VALUE.
}

/** Zeros are `ok` without trailers. The value of a future lies there until it has been read. */
const VALUE: usize = 24;
const VALUE_SIZE: usize = 40;
/** In a value: the error code, or whether there are trailers, and their handle. */
const CODE: usize = 8;
const HANDLE: usize = 12;
const PAYLOAD: usize = 16;

/** So much is handed over at once: more traps. */
const MAX_COUNT: usize = (1 << 28) - 1;

/** Where bytes go that nobody wants. */
let nowhere: usize = 0;
const NOWHERE_SIZE: usize = 16384;

let transfers: usize = 0;
let set: usize = 0;
/** How many ends are waited for. */
let waiting: u32 = 0;
let isRunning: bool = false;

const EXIT: u32 = 0;
const WAIT: u32 = 2;

function newTransfer(): Transfer {
  const transfer = take(VALUE + VALUE_SIZE);
  memory.fill(transfer, 0, VALUE + VALUE_SIZE);
  return changetype<Transfer>(transfer);
}

/** Hands out bytes and then no trailers. */
export function sendBody(stream: usize, trailers: usize, address: usize, count: usize): void {
  const transfer = newTransfer();
  transfer.trailers = trailers;
  transfer.address = address;
  transfer.count = count;
  begin(transfer, BODY, stream);
}

/** Takes a body, or none, and trailers, and says that they were sent. */
export function receiveBody(hasContents: bool, contents: usize, trailers: usize, outcome: usize): void {
  const transfer = newTransfer();
  transfer.trailers = trailers;
  transfer.outcome = outcome;
  if (hasContents) begin(transfer, SENT_BODY, contents);
  else awake(transfer);
}

/** Takes what the app says of a body. */
export function receiveOutcome(outcome: usize): void {
  const transfer = newTransfer();
  transfer.outcome = outcome;
  awake(transfer);
}

/** Begins with an end, and goes on until there is something to wait for. The arena is empty. */
function begin(transfer: Transfer, kind: u32, end: usize): void {
  let result = enter(transfer, kind, end);
  while (result != BLOCKED) result = goOn(transfer, result);
}

/** From now on, this end is waited for; answers how its first copy has ended. */
function enter(transfer: Transfer, kind: u32, end: usize): u32 {
  if (!set) {
    set = newSet();
    transfers = newTable();
  }
  store<u32>(wordAt(transfers, end), changetype<usize>(transfer));
  transfer.kind = kind;
  transfer.end = end;
  join(end, set);
  waiting++;
  const value = changetype<usize>(transfer) + VALUE;
  if (kind == BODY) return 0;
  if (kind == TRAILERS) return writeTrailers(end, value);
  if (kind == AWAKE) return readBytes(end, RETURN_AREA, 0);
  if (kind == SENT_BODY) return drain(end);
  if (kind == SENT_TRAILERS) return readTrailers(end, value);
  return kind == SENT ? writeOutcome(end, value) : readOutcome(end, value);
}

/** What follows the end of a copy: how the next one has ended, or BLOCKED. */
function goOn(transfer: Transfer, result: u32): u32 {
  const kind = transfer.kind;
  const end = transfer.end;
  if (kind == BODY) {
    transfer.address += countOf(result);
    transfer.count -= countOf(result);
    if (transfer.count && !isDropped(result)) return writeBytes(end, transfer.address, min(transfer.count, MAX_COUNT));
  } else if (kind == SENT_BODY && !isDropped(result)) return drain(end);
  join(end, 0);
  waiting--;
  if (kind == BODY) {
    dropBytesWritable(end);
    return enter(transfer, TRAILERS, transfer.trailers);
  }
  if (kind == SENT_BODY) {
    dropBytesReadable(end);
    return awake(transfer);
  }
  if (kind == AWAKE) {
    dropBytesReadable(end);
    return transfer.trailers ? enter(transfer, SENT_TRAILERS, transfer.trailers) : enter(transfer, CONSUMED, transfer.outcome);
  }
  if (kind == SENT_TRAILERS) {
    dropTrailersReadable(end);
    forgetTrailers(changetype<usize>(transfer) + VALUE);
    return enter(transfer, SENT, transfer.outcome);
  }
  if (kind == TRAILERS) dropTrailersWritable(end);
  else if (kind == SENT) dropOutcomeWritable(end);
  else dropOutcomeReadable(end);
  give(changetype<usize>(transfer), VALUE + VALUE_SIZE);
  return BLOCKED;
}

/**
 * Goes on in the task, by the end of a stream that nobody writes. A future is read there and not in the app's call:
 * Wasmtime (49, at least) copies a value on behalf of the task that has read it, and traps where that is over.
 */
function awake(transfer: Transfer): u32 {
  const ends = newBytes();
  const result = enter(transfer, AWAKE, readableOf(ends));
  dropBytesWritable(writableOf(ends));
  return result;
}

function drain(end: usize): u32 {
  if (!nowhere) nowhere = take(NOWHERE_SIZE);
  return readBytes(end, nowhere, NOWHERE_SIZE);
}

/** Leaves of the value whether the app has ended its request, or with which error. Texts of it would not last. */
function forgetTrailers(value: usize): void {
  if (!load<u8>(value)) {
    if (load<u8>(value, CODE)) dropFields(load<u32>(value, HANDLE));
    store<u8>(value, 0, CODE);
  }
  memory.fill(value + PAYLOAD, 0, VALUE_SIZE - PAYLOAD);
}

/** What the task does next, as its start and its callback return it. */
function next(): u32 {
  isRunning = waiting != 0;
  return isRunning ? WAIT | ((<u32>set) << 4) : EXIT;
}

/** Over at once for its caller. */
export function p3_loop__start(): u32 {
  taskReturn();
  return isRunning ? EXIT : next();
}

export function p3_loop__callback(_event: u32, handle: usize, result: u32): u32 {
  const transfer = changetype<Transfer>(load<u32>(wordAt(transfers, handle)));
  while (result != BLOCKED) result = goOn(transfer, result);
  // Texts of an error that was read.
  end();
  return next();
}

export function p3_loop__is_running(): usize {
  return usize(isRunning);
}
