// A directory of the host's as the lower layer of a mount. What is found there becomes an inode when a path comes
// by, with a record in its directory: it is in place there, and the record covers the host's name from then on,
// whatever becomes of it. When nobody needs such an inode any more and it is as it was, it goes again. The host is
// asked by paths below the mount's own directory, each of whose names was seen to be a directory and no link.
//
//     0  directory   inode that it is in place in
//     4  record      its entry there; 0: no longer in place
//     8  handle      of the host's file while it is open, or 0
//    12  next        in the list of those that the call has come by
//    16  more links  names of the host's that lead to the same file
//    20  length      of the path
//    24  path        below the mount's directory; empty for that itself

import { BLOCK } from "../abi/block";
import { OVERLAY } from "../abi/features";
import {
  FIXED_TIME,
  TIME_LENGTH,
  MAX_PATH_LENGTH,
  MOUNT_HANDLE,
  NODE_SIZE,
  PIPES,
  RETURN_AREA,
  TYPE_DIRECTORY,
  TYPE_FILE,
  TYPE_LINK,
} from "../../src/image/layout";
import { dropDescriptor, openAt, readlinkAt, statAt } from "../io/host";
import * as embedded from "../io/node";
import { READ } from "../io/representation";
import { discard } from "./contents";
import { Record, drop, insert } from "./entries";
import { NAME_TOO_LONG, NOT_DIRECTORY, NO_ENTRY } from "./error-code";
import { give, giveUnits, take, takeBlock } from "./heap";
import {
  ACCESSED,
  CHANGED,
  DirectoryInode,
  FileInode,
  INODE_SIZE,
  Inode,
  LinkInode,
  MODIFIED,
  STATUS_CHANGED,
  clear,
  hold,
  inodeOf,
  release,
} from "./inode";
import { rootOf } from "./path";
import { EMBEDDERS, PASSING, forgetRefusal, refusal } from "./space";

/** Where an inode of any type has the address of what is here. */
const LOWER: usize = 120;
const LOWER_PATH: usize = 24;
/** What of a path fits into a block (heap.ts) with the rest. */
const LONGEST: usize = BLOCK - LOWER_PATH;
/** Of a file of the host's, in the place of what says where an embedded one's contents are. */
const LOWER_SIZE: usize = 80;

const DOT: u8 = 0x2e;
const SLASH: u8 = 0x2f;

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
export function isLower(inode: usize): bool {
  return OVERLAY && load<u32>(inode, LOWER) != 0;
}

@inline
export function pathOf(lower: Lower): usize {
  return changetype<usize>(lower) + LOWER_PATH;
}

@inline
function handleOf(inode: Inode): usize {
  return load<u32>(inode.mount, MOUNT_HANDLE);
}

/** `access`, whose code is 0, as 0 is no error: only the low byte of one counts. */
const ACCESS: usize = 256;

/** The error code in a result of the host's. */
export function hostError(offset: usize): usize {
  const code: usize = load<u8>(<usize>RETURN_AREA + offset);
  return code ? code : ACCESS;
}

/** Room for a path that the host is asked for. */
let buffer: usize = 0;
let bufferLength: usize = 0;

/** The first of what the call has come by: inodes, held. */
let cameBy: usize = 0;

/** Makes the root of a mount show what the host has in a directory; false if that fails. */
export function attachMount(mount: usize, handle: usize): bool {
  if (!buffer) buffer = takeBlock(PIPES, EMBEDDERS);
  const root = buffer ? hold(rootOf(mount), mount) : 0;
  if (!root) return false;
  store<u32>(mount, handle, MOUNT_HANDLE);
  bufferLength = 0;
  if (!askHost(inodeOf(root))) attach(root);
  if (isLower(root)) return true;
  store<u32>(mount, 0, MOUNT_HANDLE);
  release(root);
  return false;
}

/** Makes a directory that lies embedded show also what the host has under its name. Answers an inode, or an error code. */
export function attachEmbedded(node: usize, parent: usize): usize {
  if (!isDirectoryBelow(parent, node)) return node;
  const inode = hold(node, inodeOf(parent).mount);
  if (!inode) return refusal();
  attach(inode);
  if (isLower(inode)) {
    inodeOf(inode).opens--;
    return inode;
  }
  release(inode);
  return refusal();
}

/** From what the host says in the return area; such a directory stays an inode. */
function attach(address: usize): void {
  const lower = newLower(inodeOf(address).mount);
  if (!changetype<usize>(lower)) return;
  store<u32>(address, changetype<usize>(lower), LOWER);
  show(address);
}

/** Makes an embedded directory again what the host has. */
export function refresh(address: usize): void {
  bufferLength = lowerOf(address).length;
  memory.copy(buffer, pathOf(lowerOf(address)), bufferLength);
  if (!askHost(inodeOf(address))) show(address);
}

function show(address: usize): void {
  const lower = lowerOf(address);
  const inode = inodeOf(address);
  takeStat(inode, lower);
  const end = embedded.endOf(inode.node);
  for (let node = embedded.firstOf(inode.node); node < end; node += NODE_SIZE) {
    if (embedded.typeOf(node) != TYPE_DIRECTORY || isDirectoryBelow(address, node)) continue;
    changetype<DirectoryInode>(inode).directoryCount++;
  }
}

/** Whether the host has a directory under the name of an embedded one. */
function isDirectoryBelow(parent: usize, node: usize): bool {
  if (joinPath(lowerOf(parent), embedded.nameOf(node), embedded.nameLengthOf(node)) || askHost(inodeOf(parent))) return false;
  return load<u8>(RETURN_AREA, 8) == TYPE_DIRECTORY;
}

/** What the host has under a name in a directory: an inode in place there, 0, or an error code. */
export function lookupLower(directory: usize, name: usize, length: usize): usize {
  const parent = lowerOf(directory);
  // In a directory that is gone, a record would not be found again when the inode goes.
  if (!changetype<usize>(parent) || !inodeOf(directory).links) return 0;
  const error = joinPath(parent, name, length) || askHost(inodeOf(directory));
  if (error) return error == NO_ENTRY || error == NOT_DIRECTORY ? 0 : error;
  const mount = inodeOf(directory).mount;
  const address = take(INODE_SIZE, mount, PASSING);
  if (!address) return refusal();
  const inode = clear(address, load<u8>(RETURN_AREA, 8), mount);
  const lower = newLower(mount);
  const record = changetype<usize>(lower) ? insert(changetype<DirectoryInode>(directory), name, length, address, PASSING) : 0;
  if (!record) {
    if (changetype<usize>(lower)) giveLower(lower, mount);
    giveUnits(address, INODE_SIZE);
    return refusal();
  }
  changetype<Record>(record).covers = true;
  store<u32>(address, changetype<usize>(lower), LOWER);
  lower.directory = directory;
  lower.record = record;
  lower.next = cameBy;
  cameBy = address;
  inode.opens = 1;
  inode.links = 1;
  takeStat(inode, lower);
  if (inode.type == TYPE_DIRECTORY) changetype<DirectoryInode>(inode).parent = directory;
  return address;
}

/** Releases what a call has come by. */
export function letGo(): void {
  forgetRefusal();
  while (cameBy) {
    const inode = cameBy;
    cameBy = lowerOf(inode).next;
    release(inode);
  }
}

/** Whether nothing is lost if an inode that nobody holds goes. */
@inline
export function isForgettable(inode: Inode): bool {
  const lower = lowerOf(changetype<usize>(inode));
  if (!changetype<usize>(lower) || !lower.record || inode.flags & CHANGED) return false;
  return inode.type != TYPE_DIRECTORY || !changetype<DirectoryInode>(inode).addedCount;
}

/** And with it directories that were there only for it. */
export function forget(inode: Inode): void {
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
export function giveInode(inode: Inode): void {
  const address = changetype<usize>(inode);
  const target = inode.type == TYPE_LINK ? changetype<LinkInode>(inode).target : 0;
  if (target) give(target, <usize>inode.size, inode.mount);
  giveLower(lowerOf(address), inode.mount);
  giveUnits(address, INODE_SIZE);
}

function newLower(mount: usize): Lower {
  const address = take(LOWER_PATH + bufferLength, mount, PASSING);
  const lower = changetype<Lower>(address);
  if (!address) return lower;
  memory.fill(address, 0, LOWER_PATH);
  memory.copy(address + LOWER_PATH, buffer, bufferLength);
  lower.length = bufferLength;
  return lower;
}

@inline
export function giveLower(lower: Lower, mount: usize): void {
  give(changetype<usize>(lower), LOWER_PATH + lower.length, mount);
}

/** Puts the path of a name in a directory into the buffer; answers why there is none, or 0. */
export function joinPath(parent: Lower, name: usize, length: usize): usize {
  let end = parent.length;
  if (end + 1 + length > LONGEST) return NAME_TOO_LONG;
  memory.copy(buffer, pathOf(parent), end);
  if (end) store<u8>(buffer + end++, SLASH);
  memory.copy(buffer + end, name, length);
  bufferLength = end + length;
  return 0;
}

/** The path that was put together last. */
@inline
export function joinedPath(): usize {
  return buffer;
}

@inline
export function joinedLength(): usize {
  return bufferLength;
}

/** Leaves the stat of the buffer's path in the return area; answers why there is none, or 0. */
function askHost(inode: Inode): usize {
  if (!bufferLength) store<u8>(buffer, DOT);
  statAt(handleOf(inode), 0, buffer, max(bufferLength, 1), RETURN_AREA);
  return load<u8>(RETURN_AREA) ? hostError(8) : 0;
}

/** From the return area. */
function takeStat(inode: Inode, lower: Lower): void {
  const address = changetype<usize>(inode);
  const links = load<u64>(RETURN_AREA, 16);
  inode.size = inode.type == TYPE_DIRECTORY ? 0 : load<u64>(RETURN_AREA, 24);
  inode.identity = identityOf(lower, inode.mount);
  let from: usize = RETURN_AREA + 32;
  for (let time = address + ACCESSED; time <= address + STATUS_CHANGED; time += MODIFIED - ACCESSED) {
    memory.copy(time, load<u8>(from) ? from + 8 : <usize>FIXED_TIME, TIME_LENGTH);
    from += 24;
  }
  if (inode.type == TYPE_DIRECTORY) changetype<DirectoryInode>(inode).directoryCount = <u32>links - 2;
  else lower.moreLinks = <u32>links - 1;
  if (inode.type == TYPE_FILE) setLowerSize(changetype<FileInode>(inode), inode.size);
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

/** The path's: it stays what it is if the inode goes and comes again, and names of one file are not one file here. */
function identityOf(lower: Lower, mount: usize): u64 {
  let hash: u64 = 0xcbf29ce484222325 ^ mount;
  for (let i: usize = 0; i < lower.length; i++) hash = (hash ^ load<u8>(pathOf(lower) + i)) * 0x100000001b3;
  // Other identities are small numbers.
  return hash | (<u64>1 << 63);
}

/** Opens what the host has, for reading: the handle is in the return area then. Answers why that cannot be done, or 0. */
export function openHosts(address: usize, flags: u32): usize {
  const lower = lowerOf(address);
  const handle = handleOf(inodeOf(address));
  store<u8>(buffer, DOT);
  if (lower.length) openAt(handle, 0, pathOf(lower), lower.length, flags, READ, RETURN_AREA);
  else openAt(handle, 0, buffer, 1, flags, READ, RETURN_AREA);
  return load<u8>(RETURN_AREA) ? hostError(4) : 0;
}

/** Opens a file of the host's unless it is open, or nothing of its contents is left; answers why that cannot be done, or 0. */
export function openFile(address: usize): usize {
  const lower = lowerOf(address);
  if (lower.handle || !lowerSizeOf(changetype<FileInode>(address))) return 0;
  const error = openHosts(address, 0);
  if (!error) lower.handle = load<u32>(RETURN_AREA, 4);
  return error;
}

/** When nobody has it open any more. */
export function closeFile(address: usize): void {
  const lower = lowerOf(address);
  if (!changetype<usize>(lower) || !lower.handle) return;
  dropDescriptor(lower.handle);
  lower.handle = 0;
}

/** The target of a link of the host's, or an error code; the length becomes the inode's size. */
export function targetOfLower(link: LinkInode): usize {
  const lower = lowerOf(changetype<usize>(link));
  readlinkAt(handleOf(link), pathOf(lower), lower.length, RETURN_AREA);
  if (load<u8>(RETURN_AREA)) return hostError(4);
  const length: usize = load<u32>(RETURN_AREA, 8);
  if (!length) return NO_ENTRY;
  if (length > <usize>MAX_PATH_LENGTH) return NAME_TOO_LONG;
  const target = take(length, link.mount, PASSING);
  if (!target) return refusal();
  memory.copy(target, load<u32>(RETURN_AREA, 4), length);
  link.target = target;
  link.size = length;
  return target;
}

/** A copy that stays for the call, and needs nothing done after it; at most as long as a path. */
export function copyOf(text: usize, length: usize): usize {
  memory.copy(buffer, text, length);
  return buffer;
}

/** The entry no longer leads to the inode; if that was in place there, it is no more. */
export function uproot(address: usize, record: usize): void {
  const lower = lowerOf(address);
  if (!changetype<usize>(lower) || lower.record != record) return;
  lower.record = 0;
  inodeOf(address).flags |= CHANGED;
}
