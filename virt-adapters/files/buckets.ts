// The hash table of the records of a directory: words with the address of a bucket's first record.

import { BLOCK } from "../abi/block";
import { compareBytes } from "../abi/compare";
import { giveBlock, takeBlock } from "./blocks";
import { give, take } from "./heap";
import { DirectoryInode } from "./inode";
import { Record, nameOf } from "./record";
import { isFull } from "./space";

/** FNV-1a, 32 bits. */
export function hashOf(name: usize, length: usize): u32 {
  let hash: u32 = 0x811c9dc5;
  for (const end = name + length; name < end; name++) hash = (hash ^ load<u8>(name)) * 0x01000193;
  return hash;
}

const FIRST_BUCKETS: u32 = 16;

const PIECE_BUCKETS: u32 = 1024;

const MAX_BUCKETS: u32 = 1 << 20;

/** Where the address of a bucket's first record is; more than 1024 buckets are a block of addresses of blocks. */
export function bucketOf(directory: DirectoryInode, hash: u32): usize {
  const index = hash & (directory.bucketCount - 1);
  if (directory.bucketCount <= PIECE_BUCKETS) return directory.buckets + index * 4;
  return load<u32>(directory.buckets + (index / PIECE_BUCKETS) * 4) + (index % PIECE_BUCKETS) * 4;
}

export function find(directory: DirectoryInode, name: usize, length: usize): usize {
  if (!directory.addedCount) return 0;
  const hash = hashOf(name, length);
  for (let at: usize = load<u32>(bucketOf(directory, hash)); at; at = changetype<Record>(at).chain) {
    const record = changetype<Record>(at);
    if (record.hash == hash && record.nameLength == length && !compareBytes(nameOf(record), name, length)) return at;
  }
  return 0;
}

@inline
export function chain(directory: DirectoryInode, record: Record): void {
  const bucket = bucketOf(directory, record.hash);
  record.chain = load<u32>(bucket);
  store<u32>(bucket, changetype<usize>(record));
}

/** Twice as many buckets; false if there is no memory, or if there are too many. */
export function grow(directory: DirectoryInode, spare: u32): bool {
  const old = directory.buckets;
  const oldCount = directory.bucketCount;
  const count = oldCount ? oldCount * 2 : FIRST_BUCKETS;
  if (count > MAX_BUCKETS) return false;
  const table = takeBuckets(count, directory.mount, spare);
  if (!table) return false;
  giveBuckets(old, oldCount, directory.mount);
  directory.buckets = table;
  directory.bucketCount = count;
  for (let at = directory.first; at; at = changetype<Record>(at).next) chain(directory, changetype<Record>(at));
  return true;
}

function takeBuckets(count: u32, mount: usize, spare: u32): usize {
  // All of it or nothing, without trying.
  if (count > PIECE_BUCKETS && isFull(mount, count / PIECE_BUCKETS + 1, spare)) return 0;
  const table = take(count <= PIECE_BUCKETS ? count * 4 : BLOCK, mount, spare);
  if (!table) return 0;
  if (count <= PIECE_BUCKETS) {
    memory.fill(table, 0, count * 4);
    return table;
  }
  for (let piece: u32 = 0; piece < count / PIECE_BUCKETS; piece++) {
    const block = takeBlock(mount, spare);
    if (!block) {
      givePieces(table, piece, mount);
      return 0;
    }
    memory.fill(block, 0, BLOCK);
    store<u32>(table + piece * 4, block);
  }
  return table;
}

function giveBuckets(table: usize, count: u32, mount: usize): void {
  if (!count) return;
  if (count <= PIECE_BUCKETS) return give(table, count * 4, mount);
  givePieces(table, count / PIECE_BUCKETS, mount);
}

function givePieces(table: usize, count: u32, mount: usize): void {
  while (count) giveBlock(load<u32>(table + --count * 4), mount);
  giveBlock(table, mount);
}

/** Gives back the table of a directory to which nothing was added, or nothing any more. */
export function dropBuckets(directory: DirectoryInode): void {
  giveBuckets(directory.buckets, directory.bucketCount, directory.mount);
  directory.bucketCount = 0;
}
