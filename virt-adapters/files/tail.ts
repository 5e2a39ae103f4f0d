// The last block of a file that nobody has open, as long as its bytes are: in one piece or, where two such pieces
// would not fit into a block of the heap, in several that can stand anywhere, behind a unit of their addresses.

import { UNIT, giveUnits, take } from "./heap";
import { KEPT } from "./space";

/** What is in one piece at most. */
const WHOLE: usize = 31 * UNIT;
/** Four of these fill a block. */
const PIECE: usize = 15 * UNIT;

/** A copy of the bytes, or 0 if there is no memory. */
export function takeTail(from: usize, length: usize, mount: usize): usize {
  const tail = take(length > WHOLE ? UNIT : length, mount, KEPT);
  if (!tail) return 0;
  for (let at: usize = 0; at < length;) {
    const part = tailLeft(length, at);
    if (length > WHOLE) {
      const piece = take(part, mount, KEPT);
      if (!piece) {
        givePieces(tail, length, at);
        return 0;
      }
      store<u32>(tail + (at / PIECE) * 4, piece);
    }
    memory.copy(tailAt(tail, length, at), from + at, part);
    at += part;
  }
  return tail;
}

/** Where the byte at an offset is. */
export function tailAt(tail: usize, length: usize, at: usize): usize {
  return length > WHOLE ? load<u32>(tail + (at / PIECE) * 4) + (at % PIECE) : tail + at;
}

/** How many bytes lie side by side from an offset on. */
export function tailLeft(length: usize, at: usize): usize {
  return length > WHOLE ? min(PIECE - (at % PIECE), length - at) : length - at;
}

export function giveTail(tail: usize, length: usize): void {
  if (length > WHOLE) givePieces(tail, length, length);
  else giveUnits(tail, length);
}

/** The pieces before `end`, and their addresses. */
function givePieces(tail: usize, length: usize, end: usize): void {
  for (let at: usize = 0; at < end; at += PIECE) giveUnits(tailAt(tail, length, at), tailLeft(length, at));
  giveUnits(tail, UNIT);
}
