// The summary of all layers of traces: a row for each function, which stays where it is, and at the end a table of them.

import { allocate, mark, setBase } from "../abi/arena";
import { print } from "./host";

@external("wasi:clocks/monotonic-clock", "now")
declare function now(): u64;

/** Of a row. What of `time` calls are not over have added is when they began, so that when they end is all that is missing. */
const CALLS = 0; // u64
const FAILED = 8; // u64
const BYTES = 16; // u64
const TIME = 24; // s64, nanoseconds
const COUNTS = 32; // their bytes
const OPEN = 32; // u32, calls that are not over
const NAME = 36; // address and length
const NEXT = 44;
const SIZE = 48;

/** Bytes of a column, and of what stands before a name. */
const WIDTH: usize = 12;
const MARGIN: usize = 2;
let first: usize = 0;

function newRow(): usize {
  const row = allocate(8, SIZE);
  memory.fill(row, 0, SIZE);
  return row;
}

/** What lies in the arena, the name, stays there. */
export function addRow(name: usize, length: usize): usize {
  const row = newRow();
  setBase(mark());
  store<u32>(row, <u32>name, NAME);
  store<u32>(row, <u32>length, NAME + 4);
  store<u32>(row, <u32>first, NEXT);
  first = row;
  return row;
}

export function beginCall(row: usize, bytes: u64): void {
  add(row + CALLS, 1);
  add(row + BYTES, bytes);
  store<u32>(row, load<u32>(row, OPEN) + 1, OPEN);
}

export function endCall(row: usize, bytes: u64, failed: u32): void {
  add(row + FAILED, failed);
  add(row + BYTES, bytes);
  store<u32>(row, load<u32>(row, OPEN) - 1, OPEN);
}

export function startClock(row: usize): void {
  add(row + TIME, 0 - now());
}

export function stopClock(row: usize): void {
  add(row + TIME, now());
}

/** Behind calls that are not over, a clock goes on. */
export function stopOpenClocks(): void {
  const at = now();
  for (let row = first; row != 0; row = load<u32>(row, NEXT)) add(row + TIME, at * load<u32>(row, OPEN));
}

@inline
function add(at: usize, amount: u64): void {
  store<u64>(at, load<u64>(at) + amount);
}

/** The largest first; another table begins with nothing. */
export function printRows(isTimed: bool): void {
  const columns: usize = isTimed ? 4 : 3;
  const total = newRow();
  const line = allocate(1, WIDTH * 4 + MARGIN);
  const length = columns * WIDTH + MARGIN;
  clear(line);
  putWord(line, 1, 0x736c6c6163); // calls
  putWord(line, 2, 0x64656c696166); // failed
  putWord(line, 3, 0x7365747962); // bytes
  if (isTimed) putWord(line, 4, 0x73646e6f636573); // seconds
  print(line, length);
  printWord(line, 0x6e6f6974636e7566); // function
  for (;;) {
    const row = largest(isTimed ? TIME : CALLS);
    if (row == 0) break;
    for (let field = CALLS; field <= TIME; field += 8) add(total + field, load<u64>(row + field));
    putNumbers(line, row, isTimed);
    print(line, length);
    print(load<u32>(row, NAME), load<u32>(row, NAME + 4));
    printWord(line, 0);
    memory.fill(row, 0, COUNTS);
  }
  putNumbers(line, total, isTimed);
  print(line, length);
  printWord(line, 0x6c61746f74); // total
}

/** Of the rows with calls, the first that has most there; 0: none has calls. */
function largest(field: usize): usize {
  let found: usize = 0;
  for (let row = first; row != 0; row = load<u32>(row, NEXT))
    // Rows lie there with the last one first.
    if (load<u64>(row, CALLS) != 0 && (found == 0 || load<i64>(row + field) >= load<i64>(found + field))) found = row;
  return found;
}

function clear(line: usize): void {
  memory.fill(line, 0x20, WIDTH * 4 + MARGIN);
}

/** A word of ASCII, the first character in the lowest byte, at the end of a column. */
function putWord(line: usize, column: usize, word: u64): void {
  let at = line + column * WIDTH - ((64 - <usize>clz(word) + 7) >> 3);
  for (; word != 0; word >>= 8) store<u8>(at++, word);
}

/** A word in a line of its own, or what is left of one. */
function printWord(line: usize, word: u64): void {
  let at = line;
  for (; word != 0; word >>= 8) store<u8>(at++, word);
  store<u8>(at++, 0x0a);
  print(line, at - line);
}

function putNumbers(line: usize, row: usize, isTimed: bool): void {
  clear(line);
  putNumber(line, 1, load<u64>(row, CALLS), 0);
  putNumber(line, 2, load<u64>(row, FAILED), 0);
  putNumber(line, 3, load<u64>(row, BYTES), 0);
  if (isTimed) putNumber(line, 4, load<u64>(row, TIME) / 1000, 6);
}

/** In decimal, at the end of a column, with so many digits behind a point. */
function putNumber(line: usize, column: usize, value: u64, digits: u32): void {
  let at = line + column * WIDTH;
  for (let i: u32 = 0; value != 0 || i <= digits; i++) {
    if (i == digits && i > 0) store<u8>(--at, 0x2e);
    store<u8>(--at, 0x30 + (value % 10));
    value /= 10;
  }
}
