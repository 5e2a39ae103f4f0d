// wasi:filesystem/types, functions of two descriptors, one of ours and one of the host's: they are never the
// same, and nothing moves from one side to the other. What is wrong with the paths is said first.

import { WRITABLE } from "../abi/features";
import { err } from "../abi/result";
import { HOST_READ_ONLY } from "../../src/image/layout";
import { inodeOf } from "../files/inode";
import { isWritable } from "../files/mount";
import { inodeAt } from "../files/open-file";
import { reset } from "./call";
import { BUSY, CROSS_DEVICE, READ_ONLY } from "./error-code";
import { isThere, look } from "./look";
import { makingError, removingError, renamingError } from "./read-only";
import { isHostDescriptor } from "./representation";

export function filesystem_types__descriptor_is_same_object__mixed(_self: usize, _other: usize): usize {
  return 0;
}

/** Whether nothing can be made in a directory of either side. */
function isReadOnly(descriptor: usize): bool {
  if (isHostDescriptor(descriptor)) return (descriptor & <usize>HOST_READ_ONLY) != 0;
  return !WRITABLE || !isWritable(inodeOf(inodeAt(descriptor)).mount);
}

export function filesystem_types__descriptor_link_at__mixed(
  self: usize,
  follow: u32,
  oldPath: usize,
  oldLength: usize,
  directory: usize,
  path: usize,
  length: usize,
): usize {
  const found = look(isHostDescriptor(self), self, follow, oldPath, oldLength);
  const error = isThere(found) ? makingError(isHostDescriptor(directory), directory, path, length, false) : found;
  reset();
  return err(error == READ_ONLY && !isReadOnly(directory) ? CROSS_DEVICE : error);
}

function removing(base: usize, path: usize, length: usize): usize {
  return removingError(isHostDescriptor(base), base, path, length, BUSY, BUSY);
}

export function filesystem_types__descriptor_rename_at__mixed(
  self: usize,
  oldPath: usize,
  oldLength: usize,
  directory: usize,
  path: usize,
  length: usize,
): usize {
  const error = renamingError(removing(self, oldPath, oldLength), removing(directory, path, length));
  reset();
  return err(error == READ_ONLY || error == BUSY ? CROSS_DEVICE : error);
}
