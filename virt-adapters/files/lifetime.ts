// How long an inode lasts: while something leads to it or has it open. One of a node that is closed as it was goes again,
// and so does one of the host's.

import { OVERLAY, RULED, WRITABLE } from "../abi/features";
import { NODE_GONE, NODE_SIZE, TIME_LENGTH, TYPE_DIRECTORY, TYPE_FILE, TYPE_LINK } from "../../src/image/layout";
import * as embedded from "../io/node";
import { discard, trim } from "./contents";
import { drop, dropEntries } from "./entries";
import { give, giveUnits, take } from "./heap";
import {
  ACCESSED,
  CHANGED,
  DirectoryInode,
  FileInode,
  INODE_SIZE,
  Inode,
  LinkInode,
  MODIFIED,
  PIPE,
  STATUS_CHANGED,
  clear,
  current,
  inodeOf,
  isNode,
  wordOf,
} from "./inode";
import { giveLower, isLower, lowerOf } from "./lower";
import { closeFile } from "./lower-file";
import { Record } from "./record";
import { KEPT, PASSING, giveName, takeName } from "./space";

/** Identities of nodes are their addresses, others lie above all of them. */
let lastIdentity: u64 = 0xffffffff;

/** The object as an inode that stays until it is released, or 0. */
export function hold(object: usize, mount: usize): usize {
  if (!WRITABLE) return object;
  const inode = isNode(object) ? inodeOfNode(object, mount) : object;
  if (inode) inodeOf(inode).opens++;
  return inode;
}

export function release(address: usize): void {
  if (!WRITABLE) return;
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
export function embed(inode: Inode): void {
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
    if (RULED) directory.entry = 0;
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

/** Whether nothing is lost if an inode that nobody holds goes. */
@inline
function isForgettable(inode: Inode): bool {
  const lower = lowerOf(changetype<usize>(inode));
  if (!changetype<usize>(lower) || !lower.record || inode.flags & CHANGED) return false;
  return inode.type != TYPE_DIRECTORY || !changetype<DirectoryInode>(inode).addedCount;
}

/** And with it directories that were there only for it. */
function forget(inode: Inode): void {
  for (;;) {
    const lower = lowerOf(changetype<usize>(inode));
    const directory = inodeOf(lower.directory);
    drop(changetype<DirectoryInode>(directory), changetype<Record>(lower.record));
    if (inode.type == TYPE_FILE) discard(changetype<FileInode>(inode));
    giveInode(inode);
    if (directory.opens || !isForgettable(directory)) return;
    inode = directory;
  }
}

/** Gives back an inode of the host's, with its path and target. */
function giveInode(inode: Inode): void {
  const address = changetype<usize>(inode);
  const target = inode.type == TYPE_LINK ? changetype<LinkInode>(inode).target : 0;
  if (target) give(target, <usize>inode.size, inode.mount);
  giveLower(lowerOf(address), inode.mount);
  giveUnits(address, INODE_SIZE);
}

/** A new object that nothing leads to, held; or 0. */
export function newInode(type: u32, mount: usize): usize {
  const address = takeFile(mount);
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
  if (!node) return giveFile(address);
  store<u32>(wordOf(node), NODE_GONE);
  giveUnits(address, INODE_SIZE);
}

/** Memory for one more file, which is its first name's too; or 0. */
function takeFile(mount: usize): usize {
  if (!takeName()) return 0;
  const file = take(INODE_SIZE, mount, KEPT);
  if (!file) giveName();
  return file;
}

function giveFile(file: usize): void {
  giveUnits(file, INODE_SIZE);
  giveName();
}
