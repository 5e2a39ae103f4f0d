// open-flags of wasi:filesystem/types, and what speaks against opening something with them.

import { TYPE_DIRECTORY, TYPE_LINK } from "../../src/image/layout";
import { MUTATE_DIRECTORY, WRITE } from "./descriptor-flags";
import { IS_DIRECTORY, LOOP, NOT_DIRECTORY, READ_ONLY } from "./error-code";

export const CREATE: u32 = 1;
export const DIRECTORY: u32 = 2;
export const EXCLUSIVE: u32 = 4;
export const TRUNCATE: u32 = 8;

/** Whether a new file is wanted, and none that is there. */
@inline
export function isNew(openFlags: u32): bool {
  return (openFlags & (CREATE | EXCLUSIVE)) == (CREATE | EXCLUSIVE);
}

/** Whether a directory is to be made, which opening does not do. */
@inline
export function makesDirectory(openFlags: u32): bool {
  return (openFlags & (CREATE | DIRECTORY)) == (CREATE | DIRECTORY);
}

/** Why what is there, of a type, is not opened, or 0. What `isReadOnly` is opened for reading. */
@inline
export function openingError(type: u32, openFlags: u32, flags: u32, isReadOnly: bool): usize {
  if (type == TYPE_LINK) return LOOP;
  const writes = (flags & WRITE) | (openFlags & TRUNCATE);
  if (type == TYPE_DIRECTORY) {
    if (writes | (openFlags & CREATE)) return IS_DIRECTORY;
  } else if (openFlags & DIRECTORY) {
    return NOT_DIRECTORY;
  }
  return isReadOnly && writes | (flags & MUTATE_DIRECTORY) ? READ_ONLY : 0;
}
