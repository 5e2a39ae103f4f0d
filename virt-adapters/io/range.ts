// A range of bytes or nodes, {next, end}: a cell of 8 bytes whose representation is the address / 4, an even number.
// Dropped cells are used again before new ones are made; that of standard input lies in the header.

import { keep } from "../abi/arena";
import { WRITABLE } from "../abi/features";
import { STDIN } from "../../src/image/layout";
import { closeStream } from "../files/open-file";

/** What is left of a list of bytes or nodes. */
@unmanaged
export class Range {
  next: usize;
  end: usize;
}

@inline
export function rangeOf(representation: usize): Range {
  return changetype<Range>(representation << 2);
}

/** What all handles of standard input stand for, so that each goes on where the last one stopped. */
export const STANDARD_INPUT: usize = STDIN >> 2;

const CELL: usize = 8;
const CELLS_AT_ONCE: usize = 128;

/** The first free cell; each holds the address of the next, the last 0. */
let free: usize = 0;

export function newRange(next: usize, end: usize): usize {
  if (!free) {
    const first = keep(CELL, CELL * CELLS_AT_ONCE);
    for (let cell = first; cell < first + CELL * CELLS_AT_ONCE; cell += CELL) release(cell >> 2);
  }
  const range = changetype<Range>(free);
  free = range.next;
  range.next = next;
  range.end = end;
  return changetype<usize>(range) >> 2;
}

export function release(representation: usize): void {
  if (WRITABLE) return closeStream(representation);
  if (representation == STANDARD_INPUT) return;
  const range = rangeOf(representation);
  range.next = free;
  free = changetype<usize>(range);
}
