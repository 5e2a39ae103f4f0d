// Everything below the writable mounts as list<entry> (wit/files.wit), in two rounds: the first counts, the second
// fills what the first has found to be needed.
//
//     0  path     address and length
//     8  kind     u8
//    16  size     u64
//    24  changed  u8

import { allocate, room } from "../abi/arena";
import {
  IMAGE_BASE,
  MAX_PATH_LENGTH,
  MOUNTS,
  MOUNT_PATH,
  MOUNT_SIZE,
  NODE_SIZE,
  TYPE_DIRECTORY,
  TYPE_FILE,
  TYPE_LINK,
} from "../../src/image/layout";
import { OVERLAY } from "../abi/features";
import * as embedded from "../io/node";
import { Record, nameOf } from "./entries";
import { CHANGED, DirectoryInode, current, inPlace, inodeOf, isNode, typeOf } from "./inode";
import { hostFileOf } from "./host-mounts";
import { isLower } from "./lower";
import { mountAt } from "./path";
import { isWritable } from "./space";

const ENTRY_SIZE: usize = 32;
const SLASH: u8 = 0x2f;

/** The path of what is looked at. */
let path: usize = 0;
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
  path = room(MAX_PATH_LENGTH) < <usize>MAX_PATH_LENGTH ? 0 : allocate(1, MAX_PATH_LENGTH);
  if (!path) return 0;
  next = 0;
  visitMounts();
  const needed = <u64>count * ENTRY_SIZE + textLength + 8;
  if (needed > <u64>0xffff0000 || room(<usize>needed) < <usize>needed) return 0;
  const list = allocate(8, <usize>needed - 8);
  next = list;
  text = list + count * ENTRY_SIZE;
  visitMounts();
  return list;
}

function visitMounts(): void {
  count = 0;
  textLength = 0;
  // The roots are the first nodes, and what is in the first root follows them.
  const end = embedded.firstOf(IMAGE_BASE);
  for (let root: usize = IMAGE_BASE, mount: usize = load<u32>(MOUNTS); root < end; root += NODE_SIZE, mount += MOUNT_SIZE) {
    if (!isWritable(mount)) continue;
    const length: usize = load<u32>(mount, MOUNT_PATH + 4);
    if (length > <usize>MAX_PATH_LENGTH) continue;
    memory.copy(path, load<u32>(mount, MOUNT_PATH), length);
    visit(current(root), length);
  }
}

/** What is in a directory whose path is that long. */
function visit(directory: usize, length: usize): void {
  const node = isNode(directory) ? directory : inodeOf(directory).node;
  if (node) {
    const end = embedded.endOf(node);
    for (let each = embedded.firstOf(node); each != end; each += NODE_SIZE) {
      const object = inPlace(each);
      if (object && !(OVERLAY && hostFileOf(object))) add(object, embedded.nameOf(each), embedded.nameLengthOf(each), length);
    }
  }
  if (isNode(directory)) return;
  for (let at = changetype<DirectoryInode>(directory).first; at; at = changetype<Record>(at).next) {
    const record = changetype<Record>(at);
    if (OVERLAY && !isListed(record.inode)) continue;
    add(record.inode, nameOf(record), record.nameLength, length);
  }
}

/** Of the host's, what has changed or leads to that is listed; a record may lead nowhere. */
function isListed(inode: usize): bool {
  if (!inode || !isLower(inode)) return inode != 0;
  if (inodeOf(inode).flags & CHANGED) return true;
  return inodeOf(inode).type == TYPE_DIRECTORY && changetype<DirectoryInode>(inode).addedCount != 0;
}

function add(object: usize, name: usize, nameLength: usize, length: usize): void {
  const end = length + 1 + nameLength;
  if (end > <usize>MAX_PATH_LENGTH) return;
  store<u8>(path + length, SLASH);
  memory.copy(path + length + 1, name, nameLength);
  count++;
  textLength += end;
  const type = typeOf(object);
  if (next) {
    memory.copy(text, path, end);
    store<u32>(next, text);
    store<u32>(next, end, 4);
    store<u8>(next, type == TYPE_DIRECTORY ? 0 : type == TYPE_FILE ? 1 : type == TYPE_LINK ? 2 : 3, 8);
    store<u64>(next, isNode(object) ? embedded.sizeOf(object) : inodeOf(object).size, 16);
    store<u8>(next, isNode(object) ? 0 : inodeOf(object).flags & CHANGED, 24);
    text += end;
    next += ENTRY_SIZE;
  }
  if (type == TYPE_DIRECTORY && !mountAt(object)) visit(object, end);
}
