// Which block holds which 4096 bytes of a file: words with the addresses of blocks, 0 where there is none. The
// first 8 lie in the inode, up to 1024 in one piece, more in a block of 1024 addresses of such blocks.

import { giveBlock, takeBlock, takeZeros } from "./blocks";
import { give, take } from "./heap";
import { FileInode } from "./inode";
import { KEPT, countContents, isContentsFull } from "./space";

const FIRST_TABLE: usize = 88;
const FIRST_CAPACITY: usize = 8;
const PIECE_CAPACITY: usize = 1024;
/** 2^32 bytes. */
const MAX_CAPACITY: usize = 1 << 20;

export const MAX_CONTENTS: u64 = 1 << 32;

/** Where the address of a block is, or 0 if the table does not go so far. */
export function slotOf(file: FileInode, index: usize): usize {
  if (index >= file.capacity) return 0;
  if (file.capacity <= PIECE_CAPACITY) return file.table + index * 4;
  const piece: usize = load<u32>(file.table + (index / PIECE_CAPACITY) * 4);
  return piece ? piece + (index % PIECE_CAPACITY) * 4 : 0;
}

/** The same, but makes the table go so far; 0 if there is no memory. */
export function makeSlot(file: FileInode, index: usize): usize {
  while (index >= file.capacity) if (!grow(file, index)) return 0;
  const slot = slotOf(file, index);
  if (slot) return slot;
  const piece = takeZeros(file.mount, KEPT);
  if (!piece) return 0;
  store<u32>(file.table + (index / PIECE_CAPACITY) * 4, piece);
  return piece + (index % PIECE_CAPACITY) * 4;
}

/** Towards a table that has a slot for a block. */
function grow(file: FileInode, index: usize): bool {
  const old = file.table;
  const oldCapacity = file.capacity;
  let capacity = oldCapacity ? PIECE_CAPACITY : FIRST_CAPACITY;
  if (index >= PIECE_CAPACITY && (!oldCapacity || oldCapacity == PIECE_CAPACITY)) {
    const table = takeZeros(file.mount, KEPT);
    if (!table) return false;
    store<u32>(table, old);
    file.table = table;
    file.capacity = MAX_CAPACITY;
    return true;
  }
  if (index < PIECE_CAPACITY) for (capacity = FIRST_CAPACITY; capacity <= index;) capacity *= 2;
  const table = capacity == FIRST_CAPACITY ? changetype<usize>(file) + FIRST_TABLE : take(capacity * 4, file.mount, KEPT);
  if (!table) return false;
  memory.fill(table, 0, capacity * 4);
  memory.copy(table, old, oldCapacity * 4);
  giveTable(file);
  file.table = table;
  file.capacity = capacity;
  return true;
}

function giveTable(file: FileInode): void {
  if (file.capacity > FIRST_CAPACITY) give(file.table, file.capacity * 4, file.mount);
}

/** Gives back all blocks from one on, the last first, and what of the table is of no use any more. */
export function dropBlocks(file: FileInode, from: usize): void {
  const capacity = file.capacity;
  if (capacity <= PIECE_CAPACITY) {
    dropPiece(file, file.table, from, capacity);
  } else {
    for (let index = MAX_CAPACITY; index > from;) {
      index -= PIECE_CAPACITY;
      const slot = file.table + (index / PIECE_CAPACITY) * 4;
      const piece: usize = load<u32>(slot);
      if (!piece) continue;
      dropPiece(file, piece, from > index ? from - index : 0, PIECE_CAPACITY);
      if (from > index) continue;
      giveBlock(piece, file.mount);
      store<u32>(slot, 0);
    }
  }
  if (from) return;
  if (capacity > PIECE_CAPACITY) giveBlock(file.table, file.mount);
  else giveTable(file);
  file.capacity = 0;
  file.table = 0;
}

function dropPiece(file: FileInode, piece: usize, from: usize, end: usize): void {
  while (end > from) {
    const slot = piece + --end * 4;
    const block: usize = load<u32>(slot);
    if (!block) continue;
    giveContents(file.mount, block);
    store<u32>(slot, 0);
  }
}

/** Gives back one block, if it is there. */
export function dropBlock(file: FileInode, index: usize): void {
  const slot = slotOf(file, index);
  if (slot) dropPiece(file, slot, 0, 1);
}

/** A block for contents, or 0. */
export function takeContents(mount: usize): usize {
  if (isContentsFull(mount)) return 0;
  const block = takeBlock(mount, KEPT);
  if (block) countContents(mount, 1);
  return block;
}

export function giveContents(mount: usize, block: usize): void {
  giveBlock(block, mount);
  countContents(mount, -1);
}
