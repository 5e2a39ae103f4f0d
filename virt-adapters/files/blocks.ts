// Memory that lasts longer than a call, in blocks of 4096 bytes, which are used again. A block belongs to a mount, which
// it counts for (space.ts).

import * as arena from "../abi/arena";
import { BLOCK } from "../abi/block";
import { count, isFull } from "./space";

/** The first free block; each holds the address of the next, the last 0. */
let freeBlocks: usize = 0;

/** A block with anything in it, or 0 if the mount is full or there is no memory; `spare` is how much more it may have. */
export function takeBlock(mount: usize, spare: u32): usize {
  if (isFull(mount, 1, spare)) return 0;
  let block = freeBlocks;
  if (block) freeBlocks = load<u32>(block);
  else block = keepBlock();
  if (block) count(mount, 1);
  return block;
}

export function giveBlock(block: usize, mount: usize): void {
  count(mount, -1);
  free(block);
}

function free(block: usize): void {
  store<u32>(block, freeBlocks);
  freeBlocks = block;
}

/** The blocks from `start` to `end`, which no mount has had; they are taken in order of their addresses. */
function giveBlocks(start: usize, end: usize): void {
  while (end > start) free((end -= BLOCK));
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

/** Blocks that were kept and never used. */
let unused: usize = 0;
let unusedEnd: usize = 0;
let keptCount: usize = 0;

/** A block for good, or 0 if memory cannot grow. Those of one call after the other mostly lie side by side. */
function keepBlock(): usize {
  if (unused == unusedEnd && !keepBlocks(min(8 + keptCount / 16, 128)) && !keepBlocks(1)) return 0;
  const block = unused;
  unused += BLOCK;
  return block;
}

function keepBlocks(count: usize): bool {
  const before = max(arena.base(), keptEnd);
  const start = roundedUp(arena.mark() == before ? arena.mark() : arena.mark() + GAP);
  const end = start + count * BLOCK;
  if (!arena.growTo(end + RESERVE)) return false;
  if (arena.mark() != before) {
    store<u32>(start - GAP, lastGap);
    store<u32>(start - GAP, roundedUp(before), 4);
    lastGap = start;
  }
  if (arena.mark() == arena.base()) arena.setBase(end);
  else keptEnd = end;
  arena.reuse(end);
  unused = start;
  unusedEnd = end;
  keptCount += count;
  return true;
}

/** Empties the arena, but for what was taken in this call. */
export function closeGap(): void {
  if (keptEnd) arena.setBase(keptEnd);
  keptEnd = 0;
  while (lastGap) {
    const gap = lastGap - GAP;
    const end = lastGap;
    lastGap = load<u32>(gap);
    giveBlocks(load<u32>(gap, 4), end);
  }
  arena.empty();
}
