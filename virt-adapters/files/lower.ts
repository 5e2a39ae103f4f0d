// What of an inode is the host's, where a directory of the host's is the lower layer of a mount. What is found there
// becomes an inode when a path comes by (lower-lookup.ts), with a record in its directory: it is in place there, and the
// record covers the host's name from then on, whatever becomes of it. The host is asked by paths below the mount's own
// directory, each of whose names was seen to be a directory and no link.
//
//     0  directory   inode that it is in place in
//     4  record      its entry there; 0: no longer in place
//     8  handle      of the host's file while it is open, or 0
//    12  next        in the list of those that the call has come by
//    16  more links  names of the host's that lead to the same file
//    20  length      of the path
//    24  path        below the mount's directory; empty for that itself

import { OVERLAY } from "../abi/features";
import { MOUNT_HANDLE } from "../../src/image/layout";
import { give } from "./heap";
import { CHANGED, FileInode, Inode, inodeOf } from "./inode";

/** Where an inode of any type has the address of what is here. */
const LOWER: usize = 120;
export const LOWER_PATH: usize = 24;
/** Of a file of the host's, in the place of what says where an embedded one's contents are. */
const LOWER_SIZE: usize = 80;

@unmanaged
export class Lower {
  directory: usize;
  record: usize;
  handle: usize;
  next: usize;
  moreLinks: u32;
  length: usize;
}

/** What of an inode is the host's, or 0. */
@inline
export function lowerOf(inode: usize): Lower {
  return changetype<Lower>(OVERLAY ? <usize>load<u32>(inode, LOWER) : 0);
}

@inline
export function setLower(inode: usize, lower: Lower): void {
  store<u32>(inode, changetype<usize>(lower), LOWER);
}

@inline
export function isLower(inode: usize): bool {
  return OVERLAY && load<u32>(inode, LOWER) != 0;
}

@inline
export function pathOf(lower: Lower): usize {
  return changetype<usize>(lower) + LOWER_PATH;
}

/** The handle of the directory that is the lower layer of its mount. */
@inline
export function handleOf(inode: Inode): usize {
  return load<u32>(inode.mount, MOUNT_HANDLE);
}

/** How much of the host's contents is still the file's: wherever it has no block. */
@inline
export function lowerSizeOf(file: FileInode): u64 {
  return load<u64>(changetype<usize>(file), LOWER_SIZE);
}

@inline
export function setLowerSize(file: FileInode, size: u64): void {
  store<u64>(changetype<usize>(file), size, LOWER_SIZE);
}

/** The entry no longer leads to the inode; if that was in place there, it is no more. */
export function uproot(address: usize, record: usize): void {
  const lower = lowerOf(address);
  if (!changetype<usize>(lower) || lower.record != record) return;
  lower.record = 0;
  inodeOf(address).flags |= CHANGED;
}

@inline
export function giveLower(lower: Lower, mount: usize): void {
  give(changetype<usize>(lower), LOWER_PATH + lower.length, mount);
}
