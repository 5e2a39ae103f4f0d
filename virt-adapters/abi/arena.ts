// The memory that the adapter does not own: a generated module gives it out by bumping `arena`, and
// grows it. Arguments and results that are lists live there for one call. Whoever ends a call's use
// of it calls `reset`: the export itself if nothing it returns points there, else its post-return.

import { giveBlocks } from "../files/heap";
import { BLOCK } from "./block";
import { letGo } from "../files/lower";
import { OVERLAY, WRITABLE } from "./features";

/** The next free byte. */
@external("memory", "arena")
declare let arena: usize;

/** Where the arena is empty; what lies below stays. */
@external("memory", "arena-base")
declare let arenaBase: usize;

@external("memory", "realloc")
declare function realloc(old: usize, oldSize: usize, align: usize, newSize: usize): usize;

/** Memory for this call. */
@inline
export function allocate(align: usize, byteLength: usize): usize {
  return realloc(0, 0, align, byteLength);
}

/** Memory for good: the arena starts after it from now on. */
export function keep(align: usize, byteLength: usize): usize {
  const address = realloc(0, 0, align, byteLength);
  arenaBase = arena;
  return address;
}

@inline
export function reset(): void {
  if (OVERLAY) letGo();
  if (WRITABLE) closeGap();
  else arena = arenaBase;
}

/** What is allocated after `mark` is free again, if no blocks were kept since then. */
export function reuse(mark: usize): void {
  arena = mark;
}

@inline
export function mark(): usize {
  return arena;
}

/** What stays free for arguments of later calls, which cannot be refused. */
const RESERVE: usize = 16384;

const MEMORY_END: usize = 0xffff0000;

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
export function keepBlock(): usize {
  if (unused == unusedEnd && !keepBlocks(min(8 + keptCount / 16, 128)) && !keepBlocks(1)) return 0;
  const block = unused;
  unused += BLOCK;
  return block;
}

function keepBlocks(count: usize): bool {
  const before = max(arenaBase, keptEnd);
  const start = roundedUp(arena == before ? arena : arena + GAP);
  const end = start + count * BLOCK;
  if (!growTo(end + RESERVE)) return false;
  if (arena != before) {
    store<u32>(start - GAP, lastGap);
    store<u32>(start - GAP, roundedUp(before), 4);
    lastGap = start;
  }
  if (arena == arenaBase) arenaBase = end;
  else keptEnd = end;
  arena = end;
  unused = start;
  unusedEnd = end;
  keptCount += count;
  return true;
}

function closeGap(): void {
  if (keptEnd) arenaBase = keptEnd;
  keptEnd = 0;
  while (lastGap) {
    const gap = lastGap - GAP;
    const end = lastGap;
    lastGap = load<u32>(gap);
    giveBlocks(load<u32>(gap, 4), end);
  }
  arena = arenaBase;
}

/** How many bytes can be allocated for a call, of `wanted` ones. */
export function room(wanted: usize): usize {
  if (growTo(arena + wanted)) return wanted;
  return (<usize>memory.size() << 16) - arena;
}

function growTo(end: usize): bool {
  if (end < arena || end > MEMORY_END) return false;
  const pages = <i32>((end + 0xffff) >> 16) - memory.size();
  return pages <= 0 || memory.grow(pages) >= 0;
}
