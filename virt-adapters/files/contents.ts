// What is in a file. 4096 bytes of it are a block in the heap, if they were ever written, else they are what is
// embedded at that place (which is never written to) or what the host has there (lower-contents.ts), else zeros. In a block, all after the file's end is
// zero. A file that nobody has open keeps no more of its last block than it needs (tail.ts): that is what TRIMMED
// says.

import * as arena from "../abi/arena";
import { BLOCK } from "../abi/block";
import { OVERLAY } from "../abi/features";
import { PLACES } from "../../src/image/layout";
import { FILE_TOO_LARGE, INVALID } from "../io/error-code";
import { giveBlock, takeBlock } from "./blocks";
import { LARGEST } from "./heap";
import { FileInode, TRIMMED } from "./inode";
import { isLower, lowerSizeOf, setLowerSize } from "./lower";
import { AT_ONCE, HOSTS, MAX_READ, copyLower, lowerLeft, readLower } from "./lower-contents";
import { PASSING, countContents, isBounded, refusal } from "./space";
import { MAX_CONTENTS, dropBlocks, giveContents, makeSlot, slotOf, takeContents } from "./table";
import { giveTail, tailAt, tailLeft, takeTail } from "./tail";
import { modify } from "./times";

/** How many bytes the last `read` or `write` dealt with, or why it could not. */
export let count: usize = 0;

/** What is put together at most where it does not lie side by side. */
const MAX_GATHERED: usize = 1 << 24;
/** The same where memory has a limit, by which this is not counted. */
const MAX_GATHERED_BOUNDED: usize = 1 << 18;

/** The length of a piece. */
let pieceLength: u64 = 0;

/** Where the bytes at an offset within the file lie, and some of what follows them; 0 if all are zero; or HOSTS. */
function pieceAt(file: FileInode, offset: u64): usize {
  const start = <usize>offset & (BLOCK - 1);
  pieceLength = BLOCK - start;
  if (offset < MAX_CONTENTS) {
    const slot = slotOf(file, <usize>(offset / BLOCK));
    const block: usize = slot ? load<u32>(slot) : 0;
    if (block) {
      if (!(file.flags & TRIMMED) || offset / BLOCK != file.size / BLOCK) return block + start;
      pieceLength = tailLeft(tailLength(file), start);
      return tailAt(block, tailLength(file), start);
    }
    if (!(OVERLAY && isLower(changetype<usize>(file))) && offset < file.lowerSize) {
      const left = <u64>file.lowerSize - offset;
      pieceLength = file.capacity ? min(pieceLength, left) : left;
      return file.lower + <usize>offset;
    }
  }
  if (OVERLAY && isLower(changetype<usize>(file)) && offset < lowerSizeOf(file)) {
    pieceLength = lowerLeft(file, offset);
    return HOSTS;
  }
  return 0;
}

/** The address of `length` bytes, which the file has, or of fewer: see `count`. 0 if there is no memory, or the host has none. */
export function read(file: FileInode, offset: u64, length: usize): usize {
  count = 0;
  // At the end there is no piece, and what would be its address may lie outside of memory.
  if (!length) return 0;
  const first = pieceAt(file, offset);
  if (OVERLAY && isLower(changetype<usize>(file))) {
    length = min(length, isBounded() ? MAX_GATHERED_BOUNDED : MAX_READ);
    const mark = arena.mark();
    const address = first == HOSTS && length <= AT_ONCE && pieceLength >= length ? readLower(file, offset, length) : 0;
    count = length;
    if (address) return address;
    arena.reuse(mark);
    if (first == HOSTS) {
      const gathered = gather(file, offset, arena.room(length));
      if (!count) arena.reuse(mark);
      return gathered;
    }
  }
  let end = pieceLength;
  if (first) while (end < length && pieceAt(file, offset + end) == first + <usize>end) end += pieceLength;
  count = <usize>min<u64>(end, length);
  if (first && count == length) return first;
  return gather(file, offset, arena.room(min(length, isBounded() ? MAX_GATHERED_BOUNDED : MAX_GATHERED)));
}

/** Puts bytes together in the arena. */
export function gather(file: FileInode, offset: u64, length: usize): usize {
  count = length;
  if (!length) return 0;
  const address = arena.allocate(1, length);
  for (let done: usize = 0; done < length;) {
    const piece = pieceAt(file, offset + done);
    const part = <usize>min<u64>(pieceLength, length - done);
    if (OVERLAY && piece == HOSTS) {
      if (copyLower(file, offset + done, address + done, part)) {
        done += part;
        continue;
      }
      // The bytes before, or none.
      count = done;
      break;
    }
    if (piece) memory.copy(address + done, piece, part);
    else memory.fill(address + done, 0, part);
    done += part;
  }
  return address;
}

/** The block to write to, or 0; `isWhole`: nothing of what it held will be left. */
function makeBlock(file: FileInode, index: usize, isWhole: bool): usize {
  const slot = makeSlot(file, index);
  if (!slot) return 0;
  const known: usize = load<u32>(slot);
  if (known) return known;
  const block = takeContents(file.mount);
  if (!block) return 0;
  if (!isWhole) {
    const start = <u64>index * BLOCK;
    const isHosts = OVERLAY && isLower(changetype<usize>(file));
    const size = isHosts ? lowerSizeOf(file) : <u64>file.lowerSize;
    const embedded = start < size ? <usize>min<u64>(size - start, BLOCK) : 0;
    if (isHosts) {
      if (!copyLower(file, start, block, embedded)) {
        giveContents(file.mount, block);
        return 0;
      }
    } else if (embedded) memory.copy(block, file.lower + <usize>start, embedded);
    memory.fill(block + embedded, 0, BLOCK - embedded);
  }
  store<u32>(slot, block);
  return block;
}

/** Writes bytes, or zeros if `address` is 0, as many as there is room for. Answers why it were not all, or 0. */
export function write(file: FileInode, offset: u64, address: usize, length: usize): usize {
  return change<Copied>(file, offset, address, length);
}

/** The same for bytes that the caller puts there: `PLACES` says where to. No more than 64 KB at once. */
export function place(file: FileInode, offset: u64, length: usize): usize {
  return change<Placed>(file, offset, PLACES, length);
}

/** Types that say which: told apart by their size. */
type Copied = u8;
type Placed = u16;

function change<T>(file: FileInode, offset: u64, address: usize, length: usize): usize {
  count = 0;
  if (<i64>offset < 0) return INVALID;
  if (!length) return 0;
  if (offset >= MAX_CONTENTS) return FILE_TOO_LARGE;
  const error = fill<T>(file, offset, address, length);
  if (count) modify(file);
  return error;
}

function fill<T>(file: FileInode, offset: u64, address: usize, length: usize): usize {
  if (!untrim(file)) return refusal();
  while (count < length) {
    if (offset >= MAX_CONTENTS) return FILE_TOO_LARGE;
    const start = <usize>offset & (BLOCK - 1);
    const part = min(BLOCK - start, length - count);
    const block = makeBlock(file, <usize>(offset / BLOCK), part == BLOCK);
    if (!block) return refusal();
    if (sizeof<T>() == sizeof<Placed>()) {
      store<u32>(address, <u32>(block + start));
      store<u32>(address, <u32>part, 4);
      address += 8;
    } else if (address) memory.copy(block + start, address + count, part);
    else memory.fill(block + start, 0, part);
    count += part;
    offset += part;
    if (offset > file.size) file.size = offset;
  }
  return 0;
}

/** Answers why it could not be done, or 0. */
export function setSize(file: FileInode, size: u64): usize {
  if (<i64>size < 0) return INVALID;
  if (size) {
    if (!untrim(file)) return refusal();
  } else if (file.flags & TRIMMED) {
    dropTail(file);
  }
  if (size < file.size) {
    if (size < MAX_CONTENTS) {
      const start = <usize>size & (BLOCK - 1);
      dropBlocks(file, <usize>((size + BLOCK - 1) / BLOCK));
      const slot = start ? slotOf(file, <usize>(size / BLOCK)) : 0;
      const block: usize = slot ? load<u32>(slot) : 0;
      if (block) memory.fill(block + start, 0, BLOCK - start);
    }
    if (OVERLAY && isLower(changetype<usize>(file))) setLowerSize(file, min(lowerSizeOf(file), size));
    else file.lowerSize = <usize>min<u64>(file.lowerSize, size);
  }
  file.size = size;
  modify(file);
  return 0;
}

/** Gives all back. */
export function discard(file: FileInode): void {
  if (file.flags & TRIMMED) dropTail(file);
  dropBlocks(file, 0);
}

@inline
function tailLength(file: FileInode): usize {
  return <usize>file.size & (BLOCK - 1);
}

@inline
function tailSlot(file: FileInode): usize {
  return slotOf(file, <usize>(file.size / BLOCK));
}

function dropTail(file: FileInode): void {
  const slot = tailSlot(file);
  giveTail(load<u32>(slot), tailLength(file));
  store<u32>(slot, 0);
  countContents(file.mount, -1);
  file.flags &= ~TRIMMED;
}

/** When nobody has the file open any more. */
export function trim(file: FileInode): void {
  const length = tailLength(file);
  if (file.flags & TRIMMED || !length || length > LARGEST || file.size >= MAX_CONTENTS) return;
  const slot = tailSlot(file);
  const block: usize = slot ? load<u32>(slot) : 0;
  if (!block) return;
  const tail = takeTail(block, length, file.mount);
  if (!tail) return;
  giveBlock(block, file.mount);
  store<u32>(slot, tail);
  file.flags |= TRIMMED;
}

/** Before the file changes; false if there is no memory. */
function untrim(file: FileInode): bool {
  if (!(file.flags & TRIMMED)) return true;
  const block = takeBlock(file.mount, PASSING);
  if (!block) return false;
  const length = tailLength(file);
  const slot = tailSlot(file);
  const tail: usize = load<u32>(slot);
  for (let at: usize = 0; at < length;) {
    const part = tailLeft(length, at);
    memory.copy(block + at, tailAt(tail, length, at), part);
    at += part;
  }
  memory.fill(block + length, 0, BLOCK - length);
  giveTail(tail, length);
  store<u32>(slot, block);
  file.flags &= ~TRIMMED;
  return true;
}
