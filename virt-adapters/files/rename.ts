// Moving a name. What is wrong is said in Linux's order.

import { RULED, WRITABLE } from "../abi/features";
import { TYPE_DIRECTORY } from "../../src/image/layout";
import { BUSY, CROSS_DEVICE, INVALID, IS_DIRECTORY, NOT_DIRECTORY, NOT_EMPTY, NO_ENTRY, READ_ONLY } from "../io/error-code";
import { add, remove, replace } from "./entries";
import { DirectoryInode, inodeOf, parentOf, typeOf } from "./inode";
import { hold, loseName, release } from "./lifetime";
import { emptiness } from "./lower-entries";
import { isWritable } from "./mount";
import { MISSING, NAME_ONLY, isError, lastDirectory, lastKind, lastLength, lastMount, lastName, lastSlash, resolve } from "./path";
import { movingRefusal } from "./refusing";
import { PASSING, refusal } from "./space";
import { modify, touch } from "./times";

/** Answers why it cannot be done, or 0. */
export function rename(from: usize, oldPath: usize, oldLength: usize, to: usize, path: usize, length: usize): usize {
  const object = resolve(from, NAME_ONLY, oldPath, oldLength);
  if (isError(object) && object != MISSING) return object;
  const oldDirectory = lastDirectory;
  const oldName = lastName;
  const oldNameLength = lastLength;
  const oldKind = lastKind;
  const oldSlash = lastSlash;
  const mount = lastMount;
  const target = resolve(to, NAME_ONLY, path, length);
  if (isError(target) && target != MISSING) return target;
  if (WRITABLE && mount != lastMount) return CROSS_DEVICE;
  if (oldKind | lastKind) return BUSY;
  if (!WRITABLE || !isWritable(mount)) return READ_ONLY;
  if (object == MISSING) return NO_ENTRY;
  const isDirectory = typeOf(object) == TYPE_DIRECTORY;
  const refused = RULED ? movingRefusal(isDirectory, oldDirectory, oldName, oldNameLength) : 0;
  if (refused) return refused;
  if (!isDirectory && <u32>oldSlash | <u32>lastSlash) return NOT_DIRECTORY;
  if (isDirectory && isWithin(lastDirectory, object)) return INVALID;
  if (target != MISSING) {
    if (isWithin(oldDirectory, target)) return NOT_EMPTY;
    if (object == target) return 0;
    const isTargetDirectory = typeOf(target) == TYPE_DIRECTORY;
    if (isDirectory != isTargetDirectory) return isDirectory ? NOT_DIRECTORY : IS_DIRECTORY;
  }
  // All four, or none.
  const inode = hold(object, mount);
  const parent = hold(oldDirectory, mount);
  const newParent = hold(lastDirectory, mount);
  const replaced = target == MISSING ? 0 : hold(target, mount);
  let error: usize = 0;
  if (!inode || !parent || !newParent || (target != MISSING && !replaced)) error = refusal();
  else error = move(inode, changetype<DirectoryInode>(parent), oldName, oldNameLength, changetype<DirectoryInode>(newParent), replaced);
  if (inode) release(inode);
  if (parent) release(parent);
  if (newParent) release(newParent);
  if (replaced) release(replaced);
  return error;
}

function move(inode: usize, parent: DirectoryInode, oldName: usize, oldLength: usize, newParent: DirectoryInode, replaced: usize): usize {
  if (!newParent.links) return NO_ENTRY;
  if (replaced) {
    const error = inodeOf(replaced).type == TYPE_DIRECTORY ? emptiness(changetype<DirectoryInode>(replaced)) : 0;
    if (error) return error;
    if (!replace(newParent, lastName, lastLength, replaced, inode)) return refusal();
    loseName(inodeOf(replaced));
    touch(inodeOf(replaced));
  } else if (!add(newParent, lastName, lastLength, inode, PASSING)) {
    return refusal();
  }
  remove(parent, oldName, oldLength, inode);
  if (inodeOf(inode).type == TYPE_DIRECTORY) changetype<DirectoryInode>(inode).parent = changetype<usize>(newParent);
  touch(inodeOf(inode));
  modify(parent);
  modify(newParent);
  return 0;
}

/** Whether a directory is `other`, or lies in it. */
function isWithin(directory: usize, other: usize): bool {
  while (directory != other) {
    const parent = parentOf(directory);
    if (parent == directory) return false;
    directory = parent;
  }
  return true;
}
