// The entries of directories. Those that were embedded stay where they are, sorted, and their words say whether
// they are still there (inode.ts). Those that were added are records in a hash table, and in a list in the
// order in which they came. A stream reads the embedded ones first, then the list up to where it ended when the
// stream began; a record that goes takes the streams that stand there along.
//
//     0  chain        the next record in the bucket
//     4  hash
//     8  previous     in the list
//    12  next
//    16  inode
//    20  name length  u8
//    21  covers       bool
//    22  name
//
// Where a directory of the host's is the lower layer (lower.ts), a record covers the host's entry of that name: it
// leads to that, to something else, or nowhere.

import { compareBytes } from "../abi/compare";
import { TYPE_DIRECTORY } from "../../src/image/layout";
import { BLOCK } from "../abi/block";
import { OVERLAY } from "../abi/features";
import * as embedded from "../io/node";
import { give, giveBlock, giveUnits, take, takeBlock } from "./heap";
import { CHANGED, DirectoryInode, UPROOTED, inPlace, inodeOf, isNode } from "./inode";
import { attachEmbedded, isLower, lookupLower, uproot } from "./lower";
import { PASSING, isFull } from "./space";

const RECORD_NAME: usize = 22;

@unmanaged
export class Record {
  chain: usize;
  hash: u32;
  previous: usize;
  next: usize;
  inode: usize;
  nameLength: u8;
  covers: bool;
}

/** What is left to read of a directory; streams of one directory are a list. */
@unmanaged
export class EntryStream {
  directory: usize;
  node: usize;
  nodeEnd: usize;
  record: usize;
  lastRecord: usize;
  previous: usize;
  next: usize;
  /** Of the host: its entries to read, from what was opened for that; 0 if there are none. */
  hostStream: usize;
  hostDirectory: usize;
}

@inline
export function nameOf(record: Record): usize {
  return changetype<usize>(record) + RECORD_NAME;
}

@inline
function recordSize(nameLength: usize): usize {
  return RECORD_NAME + nameLength;
}

/** The entry of that name, or 0; or an error code of the host's. */
export function lookup(directory: usize, name: usize, length: usize): usize {
  let node = directory;
  if (!isNode(directory)) {
    const record = find(changetype<DirectoryInode>(directory), name, length);
    if (record) return changetype<Record>(record).inode;
    node = inodeOf(directory).node;
    if (!node) return OVERLAY ? lookupLower(directory, name, length) : 0;
  }
  const found = embedded.lookup(node, name, length);
  if (OVERLAY && !isNode(directory) && isLower(directory)) {
    if (!found) return lookupLower(directory, name, length);
    const object = inPlace(found);
    return object == found && embedded.typeOf(found) == TYPE_DIRECTORY ? attachEmbedded(found, directory) : object;
  }
  return found ? inPlace(found) : 0;
}

/** FNV-1a, 32 bits. */
function hashOf(name: usize, length: usize): u32 {
  let hash: u32 = 0x811c9dc5;
  for (const end = name + length; name < end; name++) hash = (hash ^ load<u8>(name)) * 0x01000193;
  return hash;
}

const FIRST_BUCKETS: u32 = 16;
const PIECE_BUCKETS: u32 = 1024;
const MAX_BUCKETS: u32 = 1 << 20;

/** Where the address of a bucket's first record is; more than 1024 buckets are a block of addresses of blocks. */
function bucketOf(directory: DirectoryInode, hash: u32): usize {
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

/** Adds an entry of a name that there is not; false if there is no memory: see `takeBlock` for `spare`. */
export function add(directory: DirectoryInode, name: usize, length: usize, inode: usize, spare: u32): bool {
  const covering = OVERLAY ? find(directory, name, length) : 0;
  if (covering) changetype<Record>(covering).inode = inode;
  else if (!insert(directory, name, length, inode, spare)) return false;
  directory.entryCount++;
  directory.flags |= CHANGED;
  if (inodeOf(inode).type == TYPE_DIRECTORY) directory.directoryCount++;
  return true;
}

/** A new record, or 0 if there is no memory. */
export function insert(directory: DirectoryInode, name: usize, length: usize, inode: usize, spare: u32): usize {
  const address = take(recordSize(length), directory.mount, spare);
  if (!address) return 0;
  if (directory.addedCount >= directory.bucketCount && !grow(directory, spare) && !directory.bucketCount) {
    giveUnits(address, recordSize(length));
    return 0;
  }
  const record = changetype<Record>(address);
  record.hash = hashOf(name, length);
  record.nameLength = <u8>length;
  if (OVERLAY) record.covers = false;
  memory.copy(nameOf(record), name, length);
  record.inode = inode;
  const last = directory.last;
  record.previous = last;
  record.next = 0;
  if (last) changetype<Record>(last).next = address;
  else directory.first = address;
  directory.last = address;
  chain(directory, record);
  directory.addedCount++;
  return address;
}

@inline
function chain(directory: DirectoryInode, record: Record): void {
  const bucket = bucketOf(directory, record.hash);
  record.chain = load<u32>(bucket);
  store<u32>(bucket, changetype<usize>(record));
}

/** Takes an entry away; `inode` is what it leads to. */
export function remove(directory: DirectoryInode, name: usize, length: usize, inode: usize): void {
  const record = find(directory, name, length);
  if (OVERLAY && record && changetype<Record>(record).covers) {
    changetype<Record>(record).inode = 0;
    uproot(inode, record);
  } else if (record) drop(directory, changetype<Record>(record));
  else inodeOf(inode).flags |= CHANGED | UPROOTED;
  directory.entryCount--;
  directory.flags |= CHANGED;
  if (inodeOf(inode).type == TYPE_DIRECTORY) directory.directoryCount--;
}

/** Makes the entry of a name that there is lead to another inode; false if there is no memory. */
export function replace(directory: DirectoryInode, name: usize, length: usize, old: usize, inode: usize): bool {
  const record = find(directory, name, length);
  if (!record) {
    if (!add(directory, name, length, inode, PASSING)) return false;
    inodeOf(old).flags |= CHANGED | UPROOTED;
    directory.entryCount--;
    if (inodeOf(old).type == TYPE_DIRECTORY) directory.directoryCount--;
    // The name has never been away: who has not read it yet will find it at the end.
    for (let at = directory.streams; at; at = changetype<EntryStream>(at).next) {
      const stream = changetype<EntryStream>(at);
      if (stream.node > inodeOf(old).node) continue;
      stream.lastRecord = directory.last;
      if (!stream.record) stream.record = directory.last;
    }
  } else {
    changetype<Record>(record).inode = inode;
    if (OVERLAY) uproot(old, record);
  }
  return true;
}

/** Takes a record away, and nothing else. */
export function drop(directory: DirectoryInode, record: Record): void {
  const address = changetype<usize>(record);
  let bucket = bucketOf(directory, record.hash);
  while (load<u32>(bucket) != address) bucket = load<u32>(bucket);
  store<u32>(bucket, record.chain);

  const previous = record.previous;
  const next = record.next;
  if (previous) changetype<Record>(previous).next = next;
  else directory.first = next;
  if (next) changetype<Record>(next).previous = previous;
  else directory.last = previous;

  for (let at = directory.streams; at; at = changetype<EntryStream>(at).next) {
    const stream = changetype<EntryStream>(at);
    const isLast = stream.lastRecord == address;
    if (stream.record == address) stream.record = isLast ? 0 : next;
    if (isLast) stream.lastRecord = previous;
  }
  giveUnits(address, recordSize(record.nameLength));
  if (!--directory.addedCount) forgetEntries(directory);
}

/** Twice as many buckets; false if there is no memory, or if there are too many. */
function grow(directory: DirectoryInode, spare: u32): bool {
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

/** Of a directory that is empty, or looks so. */
export function dropEntries(directory: DirectoryInode): void {
  if (OVERLAY) while (directory.first) drop(directory, changetype<Record>(directory.first));
  forgetEntries(directory);
}

/** Gives back the table of a directory to which nothing was added, or nothing any more. */
function forgetEntries(directory: DirectoryInode): void {
  giveBuckets(directory.buckets, directory.bucketCount, directory.mount);
  directory.bucketCount = 0;
}
