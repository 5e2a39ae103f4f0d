// Memory that lasts longer than a call: blocks of 4096 bytes for contents and large tables, and blocks that
// are divided into units of 64 bytes for everything smaller. Units close up when they are freed, and a divided
// block with nothing in it is a block again: so memory is used again whatever the sizes are.
//
//   unit 0 of a divided block
//
//     0  free       u64, a bit for each unit that is
//     8  previous   block in the same list
//    12  next
//    16  list       by the length of the longest run of free units: list n for 2^n to 2^(n+1) - 1

import { keepBlock } from "../abi/arena";
import { BLOCK } from "../abi/block";
import { FREE_LISTS } from "../../src/image/layout";

export const UNIT: usize = 64;
/** What fits into a divided block. */
export const LARGEST: usize = BLOCK - UNIT;

const UNDIVIDED: u64 = ~(<u64>1);
const LIST_COUNT: usize = 6;
const NO_LIST: usize = 6;
/** How many blocks of a list are looked at, where not all have what is wanted. */
const PROBES: usize = 8;

/** The first free block; each holds the address of the next, the last 0. */
let freeBlocks: usize = 0;

/** A block with anything in it, or 0 if there is no memory. */
export function takeBlock(): usize {
  const block = freeBlocks;
  if (!block) return keepBlock();
  freeBlocks = load<u32>(block);
  return block;
}

export function giveBlock(block: usize): void {
  store<u32>(block, freeBlocks);
  freeBlocks = block;
}

/** The blocks from `start` to `end`; they are taken in order of their addresses. */
export function giveBlocks(start: usize, end: usize): void {
  while (end > start) giveBlock((end -= BLOCK));
}

/** A block of zeros, or 0. */
export function takeZeros(): usize {
  const block = takeBlock();
  if (block) memory.fill(block, 0, BLOCK);
  return block;
}

@unmanaged
class Divided {
  free: u64;
  previous: usize;
  next: usize;
  list: usize;
}

/** Memory at a multiple of 64 with anything in it, or 0. */
export function take(byteLength: usize): usize {
  if (byteLength > LARGEST) return takeBlock();
  const count = unitsOf(byteLength);
  for (let list = listOf(runOf(count)); list < LIST_COUNT; list++) {
    let probes = PROBES;
    for (let at = firstOf(list); at && probes; probes--) {
      const block = changetype<Divided>(at);
      const start = find(block.free, count);
      if (start < 64) return carve(block, start, count);
      at = block.next;
    }
  }
  const block = changetype<Divided>(takeBlock());
  if (!changetype<usize>(block)) return 0;
  block.free = UNDIVIDED;
  block.list = NO_LIST;
  return carve(block, 1, count);
}

/** Gives back what `take` gave for that length. */
export function give(address: usize, byteLength: usize): void {
  if (byteLength > LARGEST) return giveBlock(address);
  const block = changetype<Divided>(address & ~(BLOCK - 1));
  block.free |= runOf(unitsOf(byteLength)) << ((address & (BLOCK - 1)) / UNIT);
  file(block);
}

function carve(block: Divided, start: usize, count: usize): usize {
  block.free &= ~(runOf(count) << start);
  file(block);
  return changetype<usize>(block) + start * UNIT;
}

/** Puts a block into the list where it belongs, or among the free ones. */
function file(block: Divided): void {
  const list = block.free == UNDIVIDED ? NO_LIST + 1 : listOf(block.free);
  const address = changetype<usize>(block);
  if (list == block.list) return;
  if (block.list != NO_LIST) {
    if (block.previous) changetype<Divided>(block.previous).next = block.next;
    else store<u32>(<usize>FREE_LISTS + block.list * 4, block.next);
    if (block.next) changetype<Divided>(block.next).previous = block.previous;
  }
  block.list = list;
  if (list > NO_LIST) return giveBlock(address);
  if (list == NO_LIST) return;
  const next = firstOf(list);
  block.previous = 0;
  block.next = next;
  if (next) changetype<Divided>(next).previous = address;
  store<u32>(<usize>FREE_LISTS + list * 4, address);
}

@inline
function firstOf(list: usize): usize {
  return load<u32>(<usize>FREE_LISTS + list * 4);
}

@inline
function unitsOf(byteLength: usize): usize {
  return (byteLength + UNIT - 1) / UNIT;
}

/** So many set bits, fewer than 64. */
@inline
function runOf(count: usize): u64 {
  return (<u64>1 << count) - 1;
}

/** The list of a block with these free units, NO_LIST if there are none. */
function listOf(free: u64): usize {
  let list: usize = 0;
  for (let length: u64 = 1; free; length <<= 1) {
    free &= free >> length;
    list++;
  }
  return list ? list - 1 : NO_LIST;
}

/** Where a run of so many free units starts; 64 if there is none. */
function find(free: u64, count: usize): usize {
  for (let length: usize = 1; length < count; ) {
    const step = min(length, count - length);
    free &= free >> step;
    length += step;
  }
  return <usize>ctz(free);
}
