// Finding what the host has under a name, where a directory of the host's is the lower layer of a mount: it becomes an
// inode when a path comes by. When nobody needs such an inode any more and it is as it was, it goes again (lifetime.ts).

import { RULED } from "../abi/features";
import { FIXED_TIME, MOUNT_HANDLE, NODE_SIZE, RETURN_AREA, TIME_LENGTH, TYPE_DIRECTORY, TYPE_FILE } from "../../src/image/layout";
import { NOT_DIRECTORY, NO_ENTRY } from "../io/error-code";
import * as embedded from "../io/node";
import { insert } from "./entries";
import { giveUnits, take } from "./heap";
import { ACCESSED, DirectoryInode, FileInode, INODE_SIZE, Inode, MODIFIED, STATUS_CHANGED, clear, inodeOf } from "./inode";
import { hold, release } from "./lifetime";
import { Lower, giveLower, isLower, lowerOf, pathOf, setLower, setLowerSize } from "./lower";
import { askHost, hasBuffer, joinNothing, joinOwn, joinPath, newLower } from "./lower-path";
import { forgetWay, noteWay, wayError } from "./lower-way";
import { rootOf } from "./mount";
import { isListed, isOdd } from "./odd-names";
import { Record } from "./record";
import { PASSING, forgetRefusal, refusal } from "./space";

/** What is found after a reset is not what was found before, and may still be open. */
let resets: u64 = 0;

/** The first of what the call has come by: inodes, held. */
let cameBy: usize = 0;

/** Makes the root of a mount show what the host has in a directory; false if that fails. */
export function attachMount(mount: usize, handle: usize): bool {
  const root = hasBuffer() ? hold(rootOf(mount), mount) : 0;
  if (!root) return false;
  store<u32>(mount, handle, MOUNT_HANDLE);
  joinNothing();
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
  setLower(address, lower);
  show(address);
}

/** From now on, everything is found anew. */
export function findAnew(): void {
  resets++;
}

/** Makes an embedded directory again what the host has. */
export function refresh(address: usize): void {
  forgetWay();
  if (wayError(address)) return;
  joinOwn(lowerOf(address));
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
  const isMeant = !RULED || !isOdd(name, length) || isListed(directory, name, length);
  const error = joinPath(parent, name, length) || askHost(inodeOf(directory));
  // Nothing can be made by a name that is another's.
  if (RULED && !error && !isMeant) return NO_ENTRY;
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
  setLower(address, lower);
  lower.directory = directory;
  lower.record = record;
  lower.next = cameBy;
  cameBy = address;
  inode.opens = 1;
  inode.links = 1;
  takeStat(inode, lower);
  if (inode.type == TYPE_DIRECTORY) {
    changetype<DirectoryInode>(inode).parent = directory;
    noteWay(address);
  }
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

/** The path's: it stays what it is if the inode goes and comes again, up to a reset, and names of one file are not one file here. */
function identityOf(lower: Lower, mount: usize): u64 {
  let hash: u64 = 0xcbf29ce484222325 ^ mount ^ (resets << 32);
  for (let i: usize = 0; i < lower.length; i++) hash = (hash ^ load<u8>(pathOf(lower) + i)) * 0x100000001b3;
  // Other identities are small numbers.
  return hash | ((<u64>1) << 63);
}
