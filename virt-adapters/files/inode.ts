// Inodes: what a file, directory or link is, once it is open or changed. Everything else that is embedded is
// a node of the image (../io/node.ts); the two together are objects, told apart by their addresses. A word
// per node says which inode it has become, so both are one object. An inode lasts while something leads to it
// or has it open; one of a node that is closed as it was goes again. Where files cannot be written, there are nodes only:
// the compiler folds what asks which of them an object is, and leaves out what an inode would want.
//
//     0  node       address of the node it was embedded as, or 0
//     4  links      names that lead to it; 1 for a directory
//     8  opens      descriptors and streams
//    12  type       u8, a descriptor-type
//    13  flags      u8: CHANGED, UPROOTED, TRIMMED, PIPE, HOLDS_ALL
//    16  size       u64 bytes of a file or of a link's target
//    24  identity   u64 that no other object has or had
//    32  mount      address
//    36  times      three of 12 bytes: access, modification, status change
//    72  what files, directories or links have in particular
//   120  lower      address of what of it is the host's, or 0 (lower.ts)

import { WRITABLE } from "../abi/features";
import { IMAGE_BASE, INODES, NODE_GONE } from "../../src/image/layout";
import * as embedded from "../io/node";

export const INODE_SIZE: usize = 128;

@unmanaged
export class Inode {
  node: usize;
  links: u32;
  opens: u32;
  type: u8;
  flags: u8;
  size: u64;
  identity: u64;
  mount: usize;
  times0: u32;
  times1: u32;
  times2: u32;
  times3: u32;
  times4: u32;
  times5: u32;
  times6: u32;
  times7: u32;
  times8: u32;
}

@unmanaged
export class FileInode extends Inode {
  /** Addresses of blocks (table.ts), and how many fit. */
  table: usize;
  capacity: usize;
  /** What of the embedded contents is still the file's: wherever it has no block. Of a pipe, how many blocks were read and are gone. */
  lower: usize;
  lowerSize: usize;
  /** 88 to 120: the first table. */
}

@unmanaged
export class DirectoryInode extends Inode {
  /** The object that it is in; a root is its own parent. */
  parent: usize;
  /** Of all entries, those that are embedded and where they were too. */
  entryCount: u32;
  directoryCount: u32;
  /** Entries that were added (buckets.ts). */
  buckets: usize;
  bucketCount: u32;
  addedCount: u32;
  first: usize;
  last: usize;
  /** Streams that read it. */
  streams: usize;
  /** Where there are rules: the record that leads to it; 0 if it is where it was embedded. */
  entry: usize;
}

@unmanaged
export class LinkInode extends Inode {
  target: usize;
}

/** Not as it was embedded. */
export const CHANGED: u8 = 1;
/** No longer where it was embedded. */
export const UPROOTED: u8 = 2;
/** The last block is no longer than it has to be. */
export const TRIMMED: u8 = 4;
/** It never has a name, and two streams. */
export const PIPE: u8 = 8;
/** A pipe that has room for all that is written. */
export const HOLDS_ALL: u8 = 16;

/** Before the times of access, of modification and of the last change. */
export const ACCESSED: usize = 36;
export const MODIFIED: usize = 48;
export const STATUS_CHANGED: usize = 60;

@inline
export function inodeOf(object: usize): Inode {
  return changetype<Inode>(object);
}

/** Where files cannot be written, nothing is anything else. */
@inline
export function isNode(object: usize): bool {
  return !WRITABLE || object < <usize>load<u32>(INODES);
}

/** Where it is written which inode a node has become. */
@inline
export function wordOf(node: usize): usize {
  return load<u32>(INODES) + ((node - IMAGE_BASE) >> 2);
}

/** The object that a node is by now; 0 if nothing leads to it where it was. */
export function inPlace(node: usize): usize {
  if (!WRITABLE) return node;
  const inode: usize = load<u32>(wordOf(node));
  if (!inode) return node;
  return inode == NODE_GONE || inodeOf(inode).flags & UPROOTED ? 0 : inode;
}

/** The object, wherever it is by now. */
export function current(object: usize): usize {
  if (!WRITABLE || !isNode(object)) return object;
  const inode: usize = load<u32>(wordOf(object));
  return inode > <usize>NODE_GONE ? inode : object;
}

export function typeOf(object: usize): u32 {
  return isNode(object) ? embedded.typeOf(object) : inodeOf(object).type;
}

/** Of what is held: an inode, where there are any. */
@inline
export function heldType(object: usize): u32 {
  return WRITABLE ? inodeOf(object).type : embedded.typeOf(object);
}

/** Of a directory. */
export function parentOf(object: usize): usize {
  return current(isNode(object) ? embedded.parentOf(object) : changetype<DirectoryInode>(object).parent);
}

/** Whether nothing leads to a node any more, nor has it open. */
export function isGone(node: usize): bool {
  return load<u32>(wordOf(node)) == NODE_GONE;
}

export function clear(address: usize, type: u32, mount: usize): Inode {
  memory.fill(address, 0, INODE_SIZE);
  const inode = inodeOf(address);
  inode.type = <u8>type;
  inode.mount = mount;
  return inode;
}
