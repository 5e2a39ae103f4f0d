// Why nothing is opened, made, removed or renamed where all is read-only, at the host or on one side of two: in Linux's
// order, what is wrong with a path comes first. `isHosts` and `base` are as in ./look.ts.

import { MAX_NAME_LENGTH } from "../../src/image/layout";
import { MISSING } from "../files/path";
import { MUTATE_DIRECTORY, WRITE } from "./descriptor-flags";
import { BUSY, EXIST, INVALID, IS_DIRECTORY, NAME_TOO_LONG, NO_ENTRY, READ_ONLY } from "./error-code";
import { THERE, isThere, look, lookAbove } from "./look";
import { NAME, ONE_DOT, lastKindOf, lastStart, withoutSlash } from "./names";
import { CREATE, TRUNCATE, isNew, makesDirectory, openingError } from "./open-flags";

/** Whether more is wanted than to read what is there. */
@inline
export function isPlain(openFlags: u32, flags: u32): bool {
  return !(openFlags & (CREATE | TRUNCATE) || flags & (WRITE | MUTATE_DIRECTORY));
}

/** Why the host's is not opened, or 0. */
export function openingErrorAtHost(base: usize, follow: u32, path: usize, length: usize, openFlags: u32, flags: u32): usize {
  if (makesDirectory(openFlags)) return INVALID;
  if (openFlags & CREATE && withoutSlash(path, length) < length && lastKindOf(path, length) == NAME) {
    const error = lookAbove(true, base, path, length);
    return error ? error : IS_DIRECTORY;
  }
  const found = look(true, base, isNew(openFlags) ? 0 : follow, path, length);
  if (!isThere(found)) return found == MISSING && openFlags & CREATE ? READ_ONLY : found;
  return isNew(openFlags) ? EXIST : openingError(found - THERE, openFlags, flags, true);
}

/** Why nothing is made at `path`; `isDirectory`: a slash may follow. */
@inline
export function makingError(isHosts: bool, base: usize, path: usize, length: usize, isDirectory: bool): usize {
  const shorter = withoutSlash(path, length);
  const found = look(isHosts, base, 0, path, lastKindOf(path, length) == NAME ? shorter : length);
  if (isThere(found)) return EXIST;
  if (found != MISSING) return found;
  return shorter < length && !isDirectory ? NO_ENTRY : READ_ONLY;
}

/** Why the name at the end of `path` is not taken away; `oneDot` and `twoDots` are the answers if it is one of these. */
@inline
export function removingError(isHosts: bool, base: usize, path: usize, length: usize, oneDot: usize, twoDots: usize): usize {
  const kind = lastKindOf(path, length);
  if (kind == NAME) {
    const error = lookAbove(isHosts, base, path, length);
    if (error) return error;
    return withoutSlash(path, length) - lastStart(path, length) > <usize>MAX_NAME_LENGTH ? NAME_TOO_LONG : READ_ONLY;
  }
  const found = look(isHosts, base, 0, path, length);
  return isThere(found) ? (kind == ONE_DOT ? oneDot : twoDots) : found;
}

/** Why a name is not changed to another, of the answers for each of the two: BUSY and READ_ONLY come after all that is wrong with both. */
export function renamingError(error: usize, newError: usize): usize {
  if (error != READ_ONLY && error != BUSY) return error;
  return error == BUSY && newError == READ_ONLY ? BUSY : newError;
}
