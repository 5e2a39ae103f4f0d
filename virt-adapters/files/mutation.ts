// wasi:filesystem/types, what makes, removes and moves names. What is wrong is said in Linux's order.

import { WRITABLE } from "../abi/features";
import { err, ok } from "../abi/result";
import { TYPE_DIRECTORY, TYPE_LINK } from "../../src/image/layout";
import { reset } from "../io/call";
import { CROSS_DEVICE, EXIST, NOT_PERMITTED, NO_ENTRY, READ_ONLY } from "../io/error-code";
import { SLASH } from "../io/names";
import { FOLLOW } from "../io/path-flags";
import { add } from "./entries";
import { give, take } from "./heap";
import { DirectoryInode, Inode, LinkInode, inodeOf } from "./inode";
import { hold, release } from "./lifetime";
import { make } from "./make";
import { objectAt } from "./open-file";
import { MISSING, NAME_ONLY, isError, lastDirectory, lastLength, lastMount, lastName, lastSlash, pathError, resolve } from "./path";
import { isProtected, makingRefusal } from "./refusing";
import { DIRECTORY, FILE, removeAt } from "./remove";
import { rename } from "./rename";
import { KEPT, giveName, refusal, takeName } from "./space";
import { modify, touch } from "./times";

/** The result of an error code, or 0 if there is none; the call's arguments have been read. */
function result(error: usize): usize {
  reset();
  return error ? err(error) : ok();
}

/** Why nothing can be made at `path`, or 0; `isDirectory`: a slash may follow. */
function taken(self: usize, path: usize, length: usize, isDirectory: bool): usize {
  const object = resolve(objectAt(self), NAME_ONLY, path, length);
  if (object != MISSING) return isError(object) ? object : EXIST;
  if (lastSlash && !isDirectory) return NO_ENTRY;
  return WRITABLE ? makingRefusal() : READ_ONLY;
}

function made(inode: usize): usize {
  if (isError(inode)) return inode;
  release(inode);
  return 0;
}

export function filesystem_types__descriptor_create_directory_at(self: usize, path: usize, length: usize): usize {
  const error = taken(self, path, length, true);
  return result(!WRITABLE || error ? error : made(make(TYPE_DIRECTORY)));
}

export function filesystem_types__descriptor_symlink_at(
  self: usize,
  target: usize,
  targetLength: usize,
  path: usize,
  length: usize,
): usize {
  return result(WRITABLE ? symlink(self, target, targetLength, path, length) : taken(self, path, length, false));
}

function symlink(self: usize, target: usize, targetLength: usize, path: usize, length: usize): usize {
  const error = pathError(target, targetLength);
  if (error) return error;
  if (!targetLength) return NO_ENTRY;
  if (load<u8>(target) == SLASH) return NOT_PERMITTED;
  const isTaken = taken(self, path, length, false);
  if (isTaken) return isTaken;
  const mount = lastMount;
  const copy = take(targetLength, lastMount, KEPT);
  if (!copy) return refusal();
  const inode = make(TYPE_LINK);
  if (isError(inode)) {
    give(copy, targetLength, mount);
    return inode;
  }
  memory.copy(copy, target, targetLength);
  changetype<LinkInode>(inode).target = copy;
  inodeOf(inode).size = targetLength;
  release(inode);
  return 0;
}

export function filesystem_types__descriptor_link_at(
  self: usize,
  follow: u32,
  oldPath: usize,
  oldLength: usize,
  directory: usize,
  path: usize,
  length: usize,
): usize {
  const object = resolve(objectAt(self), follow & FOLLOW, oldPath, oldLength);
  if (isError(object)) return result(object);
  if (!WRITABLE) return result(taken(directory, path, length, false));
  // Another name would not be protected.
  if (isProtected(object)) return result(READ_ONLY);
  const inode = hold(object, lastMount);
  if (!inode) return result(refusal());
  let error = taken(directory, path, length, false);
  if (!error) error = link(inodeOf(inode));
  release(inode);
  return result(error);
}

/** Gives an inode the name where the path ended. */
function link(inode: Inode): usize {
  const parent = hold(lastDirectory, lastMount);
  if (!parent) return refusal();
  let error: usize = 0;
  if (!inodeOf(parent).links) {
    error = NO_ENTRY;
  } else if (inode.mount != lastMount) {
    error = CROSS_DEVICE;
  } else if (inode.type == TYPE_DIRECTORY) {
    error = NOT_PERMITTED;
  } else if (!takeName()) {
    error = refusal();
  } else if (!add(changetype<DirectoryInode>(parent), lastName, lastLength, changetype<usize>(inode), KEPT)) {
    error = refusal();
    giveName();
  } else {
    inode.links++;
    touch(inode);
    modify(inodeOf(parent));
  }
  release(parent);
  return error;
}

export function filesystem_types__descriptor_unlink_file_at(self: usize, path: usize, length: usize): usize {
  return result(removeAt(objectAt(self), FILE, path, length));
}

export function filesystem_types__descriptor_remove_directory_at(self: usize, path: usize, length: usize): usize {
  return result(removeAt(objectAt(self), DIRECTORY, path, length));
}

export function filesystem_types__descriptor_rename_at(
  self: usize,
  oldPath: usize,
  oldLength: usize,
  directory: usize,
  path: usize,
  length: usize,
): usize {
  return result(rename(objectAt(self), oldPath, oldLength, objectAt(directory), path, length));
}
