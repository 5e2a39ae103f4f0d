// Memory that lasts longer than a call, in blocks of 4096 bytes, which are used again. A block belongs to a mount, which
// it counts for (space.ts).

import * as arena from "../abi/arena";
import { BLOCK } from "../abi/block";
import { count, isFull } from "./space";

/** The free blocks that are taken next, which lie side by side. */
let start: usize = 0;
let end: usize = 0;

/** Where the other free blocks begin that lie side by side; 0 if there are none. The first block of such a row holds the next row, and where its own ends. */
let rows: usize = 0;

/** A block with anything in it, or 0 if the mount is full or there is no memory; `spare` is how much more it may have. */
export function takeBlock(mount: usize, spare: u32): usize {
  if (isFull(mount, 1, spare)) return 0;
  if (start == end) {
    if (rows) {
      start = rows;
      end = load<u32>(start, 4);
      rows = load<u32>(start);
    } else if (!keepBlocks(min(8 + keptCount / 16, 128)) && !keepBlocks(1)) return 0;
  }
  const block = start;
  start += BLOCK;
  count(mount, 1);
  return block;
}

export function giveBlock(block: usize, mount: usize): void {
  count(mount, -1);
  free(block, block + BLOCK);
}

/** Blocks from one address to another. Where they lie beside those that are taken next, nothing is written, or read when they are taken. */
function free(from: usize, to: usize): void {
  if (to == start) start = from;
  else if (from == end) end = to;
  else {
    if (start != end) {
      store<u32>(start, rows);
      store<u32>(start, end, 4);
      rows = start;
    }
    start = from;
    end = to;
  }
}

/** A block of zeros, or 0. */
export function takeZeros(mount: usize, spare: u32): usize {
  const block = takeBlock(mount, spare);
  if (block) memory.fill(block, 0, BLOCK);
  return block;
}

/** What stays free for arguments of later calls, which cannot be refused. */
const RESERVE: usize = 16384;

/*
 * Blocks that are taken while a call's arguments lie in the arena come after these, and what the host answers then
 * comes after the blocks. When the call is over, the arena starts after all of it, and the gaps are blocks as well.
 * At the end of a gap is where the gap before it ends, and where it itself starts:
 *
 *    arenaBase     gap's end      ...            keptEnd
 *    │ arguments   │ blocks       │ answers      │ blocks       │ arena
 */
/** Where the last gap ends; 0 if there is none. */
let lastGap: usize = 0;
const GAP: usize = 8;
/** Where the blocks that were taken in this call end; 0 if there are none. */
let keptEnd: usize = 0;

@inline
function roundedUp(address: usize): usize {
  return (address + BLOCK - 1) & ~(BLOCK - 1);
}

/** How many blocks there are. */
let keptCount: usize = 0;

/** Blocks for good, where none are free; false if memory cannot grow. Those of one call after the other mostly lie side by side. */
function keepBlocks(count: usize): bool {
  const before = max(arena.base(), keptEnd);
  const from = roundedUp(arena.mark() == before ? arena.mark() : arena.mark() + GAP);
  const to = from + count * BLOCK;
  if (!arena.growTo(to + RESERVE)) return false;
  if (arena.mark() != before) {
    store<u32>(from - GAP, lastGap);
    store<u32>(from - GAP, roundedUp(before), 4);
    lastGap = from;
  }
  if (arena.mark() == arena.base()) arena.setBase(to);
  else keptEnd = to;
  arena.reuse(to);
  start = from;
  end = to;
  keptCount += count;
  return true;
}

/** Empties the arena, but for what was taken in this call. */
export function closeGap(): void {
  if (keptEnd) arena.setBase(keptEnd);
  keptEnd = 0;
  while (lastGap) {
    const gap = lastGap - GAP;
    const to = lastGap;
    const from: usize = load<u32>(gap, 4);
    lastGap = load<u32>(gap);
    if (from != to) free(from, to);
  }
  arena.empty();
}
