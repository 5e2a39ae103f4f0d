// Everything below the writable mounts as list<entry> (wit/files.wit), or what became of the host's directories in overlays
// as list<change> (wit/changes.wit), in two rounds: the first counts, the second fills what the first has found to be needed.
//
//     0  path     address and length
//     8  kind     u8
//    16  size     u64
//    24  changed  u8
//
// or behind the size:
//
//    24  seconds      u64
//    32  nanoseconds  u32
//    36  origin       address and length
//    44  target       address and length
//    56  identity     u64

import { allocate, room } from "../abi/arena";
import { OVERLAY } from "../abi/features";
import {
  IMAGE_BASE,
  MAX_PATH_LENGTH,
  MOUNTS,
  MOUNT_PATH,
  MOUNT_SIZE,
  NODE_SIZE,
  PIPES,
  PREOPENS,
  TIME_LENGTH,
  TYPE_DIRECTORY,
  TYPE_FILE,
  TYPE_LINK,
} from "../../src/image/layout";
import { SLASH } from "../io/names";
import * as embedded from "../io/node";
import { UNIT, giveUnits, take } from "./heap";
import { hostFileOf } from "./host-mounts";
import { CHANGED, DirectoryInode, LinkInode, MODIFIED, current, inPlace, inodeOf, isNode, typeOf } from "./inode";
import { isLower, lowerOf, pathOf } from "./lower";
import { isWritable, mountAt, rootOf } from "./mount";
import { Record, nameOf } from "./record";
import { EMBEDDERS } from "./space";

const ENTRY_SIZE: usize = 32;
const CHANGE_SIZE: usize = 64;
/** The kind of an entry by its descriptor-type, four bits each: 0 for a directory, 1 for a file, 2 for a link, 3 for others. */
const KINDS: u32 = 0x31230333;
/** Of an entry of the host's that there is no more. */
const REMOVED: u8 = 4;

/** Whether changes are listed. */
let ofChanges: bool = false;

/** Whether what is looked at is a name of the host's that the app has removed. */
@inline
function isRemoved(): bool {
  return OVERLAY && !object;
}

@inline
function entrySize(): usize {
  return ofChanges ? CHANGE_SIZE : ENTRY_SIZE;
}

/** The path of what is looked at, and what that is. */
let path: usize = 0;
let object: usize = 0;
let count: usize = 0;
/** Bytes of all paths. */
let textLength: u64 = 0;
/** Where the next entry and the next path go; 0 in the first round. */
let next: usize = 0;
let text: usize = 0;

/** How many entries the list has. */
@inline
export function listed(): usize {
  return count;
}

/** The address of the list, in the arena; 0 if there is no memory. */
export function listFiles(): usize {
  ofChanges = false;
  return list();
}

/** The same of changes. */
export function listChanges(): usize {
  ofChanges = true;
  return list();
}

function list(): usize {
  path = room(MAX_PATH_LENGTH) < <usize>MAX_PATH_LENGTH ? 0 : allocate(1, MAX_PATH_LENGTH);
  if (!path) return 0;
  next = 0;
  if (!visitMounts()) return 0;
  const size = <u64>count * entrySize() + textLength + 8;
  if (size > <u64>0xffff0000 || room(<usize>size) < <usize>size) return 0;
  const address = allocate(8, <usize>size - 8);
  next = address;
  text = address + count * entrySize();
  return visitMounts() ? address : 0;
}

function visitMounts(): bool {
  count = 0;
  textLength = 0;
  // The roots are the first nodes. The preopens follow the mounts.
  const end: usize = load<u32>(PREOPENS);
  for (let root: usize = IMAGE_BASE, mount: usize = load<u32>(MOUNTS); mount < end; root += NODE_SIZE, mount += MOUNT_SIZE) {
    if (!isWritable(mount)) continue;
    const length: usize = load<u32>(mount, MOUNT_PATH + 4);
    if (length > <usize>MAX_PATH_LENGTH) continue;
    memory.copy(path, load<u32>(mount, MOUNT_PATH), length);
    object = current(root);
    if (OVERLAY && ofChanges && (isNode(object) || !isLower(object))) continue;
    if (typeOf(object) != TYPE_DIRECTORY) tell(length);
    else if (!visit(object, length)) return false;
  }
  return true;
}

/** What is left to look at of a directory whose path is that long, and the one around it. */
@unmanaged
class Level {
  node: usize;
  nodeEnd: usize;
  record: usize;
  length: usize;
  outer: usize;
}

/** Answers the level of a directory, or 0 if there is no memory. */
function enter(directory: usize, length: usize, outer: usize): usize {
  const address = take(UNIT, PIPES, EMBEDDERS);
  if (!address) return 0;
  const level = changetype<Level>(address);
  const node = isNode(directory) ? directory : inodeOf(directory).node;
  level.node = node ? embedded.firstOf(node) : 0;
  level.nodeEnd = node ? embedded.endOf(node) : 0;
  level.record = isNode(directory) ? 0 : changetype<DirectoryInode>(directory).first;
  level.length = length;
  level.outer = outer;
  return address;
}

/** All that is in a directory, however deep; false if there is no memory. */
function visit(root: usize, length: usize): bool {
  let at = enter(root, length, 0);
  let isComplete = at != 0;
  while (at) {
    const level = changetype<Level>(at);
    let end: usize = 0;
    if (isComplete && level.node != level.nodeEnd) {
      const node = level.node;
      level.node += NODE_SIZE;
      object = inPlace(node);
      // There, what is embedded is a mount, or a directory on the way to one.
      if (OVERLAY && ofChanges && object && (isNode(object) || mountAt(object))) object = 0;
      // At 0, where nothing is, there is no type.
      const mount = typeOf(object) == TYPE_FILE ? mountAt(object) : 0;
      if (mount) object = rootOf(mount);
      if (object && !(OVERLAY && hostFileOf(object))) end = add(embedded.nameOf(node), embedded.nameLengthOf(node), level.length);
    } else if (isComplete && level.record) {
      const record = changetype<Record>(level.record);
      level.record = record.next;
      object = record.inode;
      if (!OVERLAY || isListed(object) || (ofChanges && !object)) end = add(nameOf(record), record.nameLength, level.length);
    } else {
      at = level.outer;
      giveUnits(changetype<usize>(level), UNIT);
    }
    if (end && !isRemoved() && typeOf(object) == TYPE_DIRECTORY && !mountAt(object)) {
      const inner = enter(object, end, at);
      if (inner) at = inner;
      else isComplete = false;
    }
  }
  return isComplete;
}

/** Of the host's, what has changed or leads to that is listed; a record may lead nowhere. */
function isListed(inode: usize): bool {
  if (!inode || !isLower(inode)) return inode != 0;
  if (inodeOf(inode).flags & CHANGED) return true;
  return inodeOf(inode).type == TYPE_DIRECTORY && changetype<DirectoryInode>(inode).addedCount != 0;
}

/** Puts `object`, which has that name, into the list. Answers the length of its path, or 0 if that is too long. */
function add(name: usize, nameLength: usize, length: usize): usize {
  const end = length + 1 + nameLength;
  if (end > <usize>MAX_PATH_LENGTH) return 0;
  store<u8>(path + length, SLASH);
  memory.copy(path + length + 1, name, nameLength);
  return tell(end);
}

/** Puts `object`, whose path is that long, into the list; answers the length. */
function tell(end: usize): usize {
  count++;
  textLength += end;
  if (next) {
    if (OVERLAY && ofChanges) memory.fill(next, 0, CHANGE_SIZE);
    store<u32>(next, put(path, end));
    store<u32>(next, end, 4);
    tellWhat();
  }
  if (OVERLAY && ofChanges) tellMore();
  if (next) next += entrySize();
  return end;
}

function tellWhat(): void {
  if (isRemoved()) return store<u8>(next, REMOVED, 8);
  const type = typeOf(object);
  store<u8>(next, <u8>(KINDS >> (type * 4)) & 15, 8);
  store<u64>(next, isNode(object) ? embedded.sizeOf(object) : inodeOf(object).size, 16);
  if (!OVERLAY || !ofChanges) store<u8>(next, isNode(object) ? 0 : inodeOf(object).flags & CHANGED, 24);
}

/** What is said of changes only: all that whoever makes the same changes to the host's directory needs. */
function tellMore(): void {
  if (isRemoved()) return;
  const inode = inodeOf(object);
  const lower = lowerOf(object);
  const isHosts = changetype<usize>(lower) != 0;
  const origin = isHosts ? lower.length : 0;
  // Of the host's links, only those that were read have a target.
  const target = inode.type == TYPE_LINK && !isHosts ? <usize>inode.size : 0;
  textLength += origin + target;
  if (!next) return;
  memory.copy(next + 24, object + MODIFIED, TIME_LENGTH);
  store<u32>(next, isHosts ? put(pathOf(lower), origin) : 0, 36);
  store<u32>(next, origin, 40);
  store<u32>(next, target ? put(changetype<LinkInode>(object).target, target) : 0, 44);
  store<u32>(next, target, 48);
  store<u64>(next, inode.identity, 56);
}

function put(from: usize, length: usize): usize {
  memory.copy(text, from, length);
  text += length;
  return text - length;
}
