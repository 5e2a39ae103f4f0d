// Inodes: what a file, directory or link is, once it is open or changed. Everything else that is embedded is
// a node of the image (../io/node.ts); the two together are objects, told apart by their addresses. A word
// per node says which inode it has become, so both are one object. An inode lasts while something leads to it
// or has it open; one of a node that is closed as it was goes again.
//
//     0  node       address of the node it was embedded as, or 0
//     4  links      names that lead to it; 1 for a directory
//     8  opens      descriptors and streams
//    12  type       u8, a descriptor-type
//    13  flags      u8: CHANGED, UPROOTED, TRIMMED, PIPE
//    16  size       u64 bytes of a file or of a link's target
//    24  identity   u64 that no other object has or had
//    32  mount      address
//    36  times      three of 12 bytes: access, modification, status change
//    72  what files, directories or links have in particular
//   120  lower      address of what of it is the host's, or 0 (lower.ts)

import {
  IMAGE_BASE,
  INODES,
  NODE_GONE,
  NODE_SIZE,
  TIME_LENGTH,
  TYPE_DIRECTORY,
  TYPE_FILE,
  TYPE_LINK,
} from "../../src/image/layout";
import * as embedded from "../io/node";
import { OVERLAY } from "../abi/features";
import { discard, trim } from "./contents";
import { dropEntries } from "./entries";
import { give, giveUnits, take } from "./heap";
import { closeFile, forget, giveInode, giveLower, isForgettable, isLower, lowerOf, refresh, targetOfLower } from "./lower";
import { PASSING, giveFile, giveName, takeFile } from "./space";

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
  /** What of the embedded contents is still the file's: wherever it has no block. */
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
  /** Entries that were added (entries.ts). */
  buckets: usize;
  bucketCount: u32;
  addedCount: u32;
  first: usize;
  last: usize;
  /** Streams that read it. */
  streams: usize;
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

/** Before the times of access, of modification and of the last change. */
export const ACCESSED: usize = 36;
export const MODIFIED: usize = 48;
export const STATUS_CHANGED: usize = 60;

/** Identities of nodes are their addresses, others lie above all of them. */
let lastIdentity: u64 = 0xffffffff;

@inline
export function inodeOf(object: usize): Inode {
  return changetype<Inode>(object);
}

@inline
export function isNode(object: usize): bool {
  return object < <usize>load<u32>(INODES);
}

/** Where it is written which inode a node has become. */
@inline
function wordOf(node: usize): usize {
  return load<u32>(INODES) + ((node - IMAGE_BASE) >> 2);
}

/** The object that a node is by now; 0 if nothing leads to it where it was. */
export function inPlace(node: usize): usize {
  const inode: usize = load<u32>(wordOf(node));
  if (!inode) return node;
  return inode == NODE_GONE || inodeOf(inode).flags & UPROOTED ? 0 : inode;
}

/** The object, wherever it is by now. */
export function current(object: usize): usize {
  if (!isNode(object)) return object;
  const inode: usize = load<u32>(wordOf(object));
  return inode > <usize>NODE_GONE ? inode : object;
}

export function typeOf(object: usize): u32 {
  return isNode(object) ? embedded.typeOf(object) : inodeOf(object).type;
}

/** Of a directory. */
export function parentOf(object: usize): usize {
  return current(isNode(object) ? embedded.parentOf(object) : changetype<DirectoryInode>(object).parent);
}

/** The target of a link, or the host's error code. Its length is to be asked for afterwards. */
export function targetOf(object: usize): usize {
  if (isNode(object)) return embedded.dataOf(object);
  const target = changetype<LinkInode>(object).target;
  return OVERLAY && !target ? targetOfLower(changetype<LinkInode>(object)) : target;
}

export function targetLengthOf(object: usize): usize {
  return isNode(object) ? embedded.sizeOf(object) : <usize>inodeOf(object).size;
}

/** The object as an inode that stays until it is released, or 0. */
export function hold(object: usize, mount: usize): usize {
  const inode = isNode(object) ? inodeOfNode(object, mount) : object;
  if (inode) inodeOf(inode).opens++;
  return inode;
}

export function release(address: usize): void {
  const inode = inodeOf(address);
  if (--inode.opens) return;
  if (OVERLAY) closeFile(address);
  if (!inode.links) {
    destroy(inode);
  } else if (OVERLAY && isForgettable(inode)) {
    forget(inode);
  } else if (inode.flags & CHANGED || !inode.node || (OVERLAY && isLower(address))) {
    if (inode.type == TYPE_FILE) trim(changetype<FileInode>(address));
  } else {
    // A write that found no room may have left a table.
    if (inode.type == TYPE_FILE) discard(changetype<FileInode>(address));
    store<u32>(wordOf(inode.node), 0);
    giveUnits(address, INODE_SIZE);
  }
}

function inodeOfNode(node: usize, mount: usize): usize {
  const known = current(node);
  if (known != node) return known;
  const address = take(INODE_SIZE, mount, PASSING);
  if (!address) return 0;
  const type = embedded.typeOf(node);
  const inode = clear(address, type, mount);
  inode.node = node;
  inode.identity = node;
  embed(inode);
  store<u32>(wordOf(node), address);
  return address;
}

/** Makes the inode of a node what is embedded; a directory has no added entries. */
function embed(inode: Inode): void {
  const node = inode.node;
  inode.links = 1;
  inode.flags = 0;
  inode.size = embedded.sizeOf(node);
  const address = changetype<usize>(inode);
  for (let time = address + ACCESSED; time <= address + STATUS_CHANGED; time += MODIFIED - ACCESSED) {
    memory.copy(time, embedded.timeOf(node), TIME_LENGTH);
  }
  if (inode.type == TYPE_DIRECTORY) {
    const directory = changetype<DirectoryInode>(inode);
    directory.parent = embedded.parentOf(node);
    directory.entryCount = (embedded.endOf(node) - embedded.firstOf(node)) / NODE_SIZE;
    directory.directoryCount = embedded.directoriesOf(node);
  } else if (inode.type == TYPE_LINK) {
    changetype<LinkInode>(inode).target = embedded.dataOf(node);
  } else {
    const file = changetype<FileInode>(inode);
    file.lower = embedded.dataOf(node);
    file.lowerSize = embedded.sizeOf(node);
  }
}

/** What a node has become is again what is embedded, open or not; a directory's added entries have been taken away. */
export function restore(node: usize): void {
  const address: usize = load<u32>(wordOf(node));
  if (address > <usize>NODE_GONE) {
    const inode = inodeOf(address);
    if (inode.type == TYPE_FILE) discard(changetype<FileInode>(address));
    embed(inode);
    if (OVERLAY && isLower(address)) return refresh(address);
    if (inode.opens) return;
    giveUnits(address, INODE_SIZE);
  }
  store<u32>(wordOf(node), 0);
}

/** Whether nothing leads to a node any more, nor has it open. */
export function isGone(node: usize): bool {
  return load<u32>(wordOf(node)) == NODE_GONE;
}

/** A new object that nothing leads to, held; or 0. */
export function newInode(type: u32, mount: usize): usize {
  const address = takeFile(INODE_SIZE, mount);
  if (!address) return 0;
  const inode = clear(address, type, mount);
  inode.opens = 1;
  inode.identity = ++lastIdentity;
  return address;
}

/** A name less leads to it. */
export function loseName(inode: Inode): void {
  // The last name counts as long as the file is there.
  if (--inode.links) giveName();
  // A directory that is removed is in no other any more.
  if (inode.type == TYPE_DIRECTORY) changetype<DirectoryInode>(inode).parent = changetype<usize>(inode);
}

export function clear(address: usize, type: u32, mount: usize): Inode {
  memory.fill(address, 0, INODE_SIZE);
  const inode = inodeOf(address);
  inode.type = <u8>type;
  inode.mount = mount;
  return inode;
}

function destroy(inode: Inode): void {
  const address = changetype<usize>(inode);
  const node = inode.node;
  const mount = inode.mount;
  if (inode.type == TYPE_FILE) discard(changetype<FileInode>(inode));
  else if (inode.type == TYPE_DIRECTORY) dropEntries(changetype<DirectoryInode>(inode));
  else if (!node && inode.size && !(OVERLAY && isLower(address))) give(changetype<LinkInode>(inode).target, <usize>inode.size, mount);
  if (OVERLAY && isLower(address)) {
    if (!node) return giveInode(inode);
    giveLower(lowerOf(address), mount);
  }
  if (inode.flags & PIPE) return giveUnits(address, INODE_SIZE);
  if (!node) return giveFile(address, INODE_SIZE);
  store<u32>(wordOf(node), NODE_GONE);
  giveUnits(address, INODE_SIZE);
}
