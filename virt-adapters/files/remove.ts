// Taking a name away. What is wrong is said in Linux's order.

import { OVERLAY, WRITABLE } from "../abi/features";
import { TYPE_DIRECTORY } from "../../src/image/layout";
import { BUSY, INVALID, IS_DIRECTORY, NOT_DIRECTORY, NOT_EMPTY, NO_ENTRY, READ_ONLY } from "../io/error-code";
import { ONE_DOT } from "../io/names";
import { remove } from "./entries";
import { hostFileOf } from "./host-mounts";
import { DirectoryInode, inodeOf, typeOf } from "./inode";
import { hold, loseName, release } from "./lifetime";
import { emptiness } from "./lower-entries";
import { isWritable } from "./mount";
import {
  MISSING,
  MOUNT_POINT,
  NAME_ONLY,
  isError,
  lastDirectory,
  lastKind,
  lastLength,
  lastMount,
  lastName,
  lastSlash,
  resolve,
} from "./path";
import { ruleRefusal } from "./refusing";
import { refusal } from "./space";
import { modify, touch } from "./times";

/** What is to be removed: what is no directory, a directory, or either, by the embedder. */
export const FILE: u32 = 0;
export const DIRECTORY: u32 = 1;
export const EITHER: u32 = 2;

/** Answers why it cannot be done, or 0. */
export function removeAt(base: usize, wanted: u32, path: usize, length: usize): usize {
  const object = resolve(base, NAME_ONLY, path, length);
  const isMissing = object == MISSING;
  if (isError(object) && !isMissing) return object;
  if (OVERLAY && wanted == EITHER && !isMissing && hostFileOf(object)) return BUSY;
  const isDirectory = <u32>(!isMissing && typeOf(object) == TYPE_DIRECTORY);
  if (WRITABLE && wanted == EITHER) wanted = isDirectory;
  const isMount = WRITABLE && lastKind == MOUNT_POINT;
  if (isMount ? isDirectory : lastKind) {
    if (!wanted) return IS_DIRECTORY;
    return isMount ? BUSY : lastKind == ONE_DOT ? INVALID : NOT_EMPTY;
  }
  if (!WRITABLE || !isWritable(lastMount)) return READ_ONLY;
  if (isMissing) return NO_ENTRY;
  if (isDirectory < wanted) return NOT_DIRECTORY;
  if (isDirectory > wanted) return IS_DIRECTORY;
  if (!isDirectory) {
    if (lastSlash) return NOT_DIRECTORY;
    if (isMount) return BUSY;
  }
  const refused = ruleRefusal();
  if (refused) return refused;
  const inode = hold(object, lastMount);
  if (!inode) return refusal();
  const error = unlink(inode);
  release(inode);
  return error;
}

/** Of what is no directory or an empty one. */
function unlink(inode: usize): usize {
  const parent = hold(lastDirectory, lastMount);
  if (!parent) return refusal();
  const error = inodeOf(inode).type == TYPE_DIRECTORY ? emptiness(changetype<DirectoryInode>(inode)) : 0;
  if (!error) {
    remove(changetype<DirectoryInode>(parent), lastName, lastLength, inode);
    loseName(inodeOf(inode));
    modify(inodeOf(parent));
    touch(inodeOf(inode));
  }
  release(parent);
  return error;
}
