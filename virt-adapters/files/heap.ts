// Memory of any size that lasts longer than a call: blocks (blocks.ts) for contents and large tables, and blocks that
// are divided into units of 64 bytes for everything smaller. Units close up when they are freed, and a divided
// block with nothing in it is a block again: so memory is used again whatever the sizes are. A block belongs to a
// mount, however much of it is free.
//
//   unit 0 of a divided block
//
//     0  free       u64, a bit for each unit that is
//     8  previous   block in the same list
//    12  next
//    16  list       by the length of the longest run of free units: list n for 2^n to 2^(n+1) - 1
//    20  mount

import { BLOCK } from "../abi/block";
import { MOUNT_FREE_LISTS } from "../../src/image/layout";
import { giveBlock, takeBlock } from "./blocks";

export const UNIT: usize = 64;
/** What fits into a divided block. */
export const LARGEST: usize = BLOCK - UNIT;

const UNDIVIDED: u64 = ~(<u64>1);
const LIST_COUNT: usize = 6;
const NO_LIST: usize = 6;
/** How many blocks of a list are looked at, where not all have what is wanted. */
const PROBES: usize = 8;

@unmanaged
class Divided {
  free: u64;
  previous: usize;
  next: usize;
  list: usize;
  mount: usize;
}

/** Memory at a multiple of 64 with anything in it, or 0; see `takeBlock`. */
export function take(byteLength: usize, mount: usize, spare: u32): usize {
  if (byteLength > LARGEST) return takeBlock(mount, spare);
  const count = unitsOf(byteLength);
  for (let list = listOf(runOf(count)); list < LIST_COUNT; list++) {
    let probes = PROBES;
    for (let at = firstOf(mount, list); at && probes; probes--) {
      const block = changetype<Divided>(at);
      const start = find(block.free, count);
      if (start < 64) return carve(block, start, count);
      at = block.next;
    }
  }
  const block = changetype<Divided>(takeBlock(mount, spare));
  if (!changetype<usize>(block)) return 0;
  block.free = UNDIVIDED;
  block.mount = mount;
  block.list = NO_LIST;
  return carve(block, 1, count);
}

/** Gives back what `take` gave for that length and mount. */
export function give(address: usize, byteLength: usize, mount: usize): void {
  if (byteLength > LARGEST) giveBlock(address, mount);
  else giveUnits(address, byteLength);
}

/** The same of what is known to have fitted into a divided block. */
export function giveUnits(address: usize, byteLength: usize): void {
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
    else store<u32>(block.mount + block.list * 4, block.next, MOUNT_FREE_LISTS);
    if (block.next) changetype<Divided>(block.next).previous = block.previous;
  }
  block.list = list;
  if (list > NO_LIST) return giveBlock(address, block.mount);
  if (list == NO_LIST) return;
  const next = firstOf(block.mount, list);
  block.previous = 0;
  block.next = next;
  if (next) changetype<Divided>(next).previous = address;
  store<u32>(block.mount + list * 4, address, MOUNT_FREE_LISTS);
}

@inline
function firstOf(mount: usize, list: usize): usize {
  return load<u32>(mount + list * 4, MOUNT_FREE_LISTS);
}

@inline
function unitsOf(byteLength: usize): usize {
  return (byteLength + UNIT - 1) / UNIT;
}

/** So many set bits, fewer than 64. */
@inline
function runOf(count: usize): u64 {
  return ((<u64>1) << count) - 1;
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
  for (let length: usize = 1; length < count;) {
    const step = min(length, count - length);
    free &= free >> step;
    length += step;
  }
  return <usize>ctz(free);
}
