// Memory that lasts longer than a call, in pieces of powers of two, which are used again. Where arguments of a call lie in the arena
// when a piece is taken from it, their memory becomes pieces as well when the call is over.

import * as arena from "../abi/arena";
import { HTTP_CANNED_FREE } from "../../src/image/rule-layout";

const SMALLEST: usize = 16;

let gapStart: usize = 0;
let gapEnd: usize = 0;

/** n for 2^n bytes: as many as are wanted, or more. */
function orderOf(byteLength: usize): usize {
  return 32 - <usize>clz<u32>(<u32>max(byteLength, SMALLEST) - 1);
}

/** At a multiple of 16, with anything in it. */
export function take(byteLength: usize): usize {
  const order = orderOf(byteLength);
  const list = <usize>HTTP_CANNED_FREE + order * 4;
  const piece: usize = load<u32>(list);
  if (!piece) return fresh((<usize>1) << order);
  store<u32>(list, load<u32>(piece));
  return piece;
}

/** Gives back what `take` gave for that length. */
export function give(piece: usize, byteLength: usize): void {
  const list = <usize>HTTP_CANNED_FREE + orderOf(byteLength) * 4;
  store<u32>(piece, load<u32>(list));
  store<u32>(list, piece);
}

function fresh(byteLength: usize): usize {
  if (gapStart == gapEnd) {
    gapStart = (arena.base() + SMALLEST - 1) & ~(SMALLEST - 1);
    gapEnd = max(arena.mark(), gapStart);
  }
  return arena.keep(SMALLEST, byteLength);
}

/** The call's arguments are not needed any more, nor what was allocated for it. */
export function end(): void {
  for (; gapEnd - gapStart >= SMALLEST;) {
    const piece = (<usize>1) << (31 - <usize>clz<u32>(<u32>(gapEnd - gapStart)));
    give(gapStart, piece);
    gapStart += piece;
  }
  gapStart = gapEnd;
  arena.empty();
}

/** A string that lasts: its length and its bytes. 0 stands for none. */
export function keepText(at: usize, length: usize): usize {
  const kept = take(4 + length);
  store<u32>(kept, length);
  memory.copy(kept + 4, at, length);
  return kept;
}

export function giveText(kept: usize): void {
  if (kept) give(kept, 4 + <usize>load<u32>(kept));
}
