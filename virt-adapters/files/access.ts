// What a descriptor may be used for.

import { WRITABLE } from "../abi/features";
import { TYPE_DIRECTORY } from "../../src/image/layout";
import { READ, WRITE } from "../io/descriptor-flags";
import { BAD_DESCRIPTOR, IS_DIRECTORY } from "../io/error-code";
import { heldType } from "./inode";
import { descriptorAt, flagsAt, objectAt } from "./open-file";

@inline
export function isDirectory(self: usize): bool {
  return heldType(objectAt(self)) == TYPE_DIRECTORY;
}

/** Why the descriptor's bytes cannot be read, or 0. */
export function unreadable(self: usize): usize {
  if (!(flagsAt(self) & READ)) return BAD_DESCRIPTOR;
  return isDirectory(self) ? IS_DIRECTORY : 0;
}

/** `error` if the descriptor was not opened for writing, as nothing is that is read-only; else 0. */
@inline
export function unwritable(self: usize, error: usize): usize {
  return WRITABLE && descriptorAt(self).flags & WRITE ? 0 : error;
}
