// Making what a path has led to that is not there yet.

import { WRITABLE } from "../abi/features";
import { TYPE_DIRECTORY } from "../../src/image/layout";
import { NO_ENTRY, READ_ONLY } from "../io/error-code";
import { add } from "./entries";
import { ACCESSED, CHANGED, DirectoryInode, MODIFIED, STATUS_CHANGED, inodeOf } from "./inode";
import { hold, newInode, release } from "./lifetime";
import { lastDirectory, lastLength, lastMount, lastName } from "./path";
import { makingRefusal } from "./refusing";
import { KEPT, refusal } from "./space";
import { modify, stamp } from "./times";

/** A new inode, held, or an error code. */
export function make(type: u32): usize {
  const refused = WRITABLE ? makingRefusal() : READ_ONLY;
  if (refused) return refused;
  const mount = lastMount;
  const parent = hold(lastDirectory, mount);
  if (!parent) return refusal();
  const result = makeIn(changetype<DirectoryInode>(parent), type, mount);
  release(parent);
  return result;
}

function makeIn(parent: DirectoryInode, type: u32, mount: usize): usize {
  // A directory that was removed while it is open.
  if (!parent.links) return NO_ENTRY;
  const address = newInode(type, mount);
  if (!address) return refusal();
  if (!add(parent, lastName, lastLength, address, KEPT)) {
    release(address);
    return refusal();
  }
  const inode = inodeOf(address);
  inode.links = 1;
  inode.flags |= CHANGED;
  modify(parent);
  stamp(inode, ACCESSED);
  stamp(inode, MODIFIED);
  stamp(inode, STATUS_CHANGED);
  if (type == TYPE_DIRECTORY) changetype<DirectoryInode>(inode).parent = changetype<usize>(parent);
  return address;
}
