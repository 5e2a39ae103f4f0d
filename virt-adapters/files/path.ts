// From a path to an object, as Linux does it, inside a descriptor's own directory: nothing leads out of it,
// neither `..` nor a link. Answers an object or, as none lies below IMAGE_BASE, an error code or MISSING. Where
// the way ends is told as well, for whoever makes, removes or renames what is there.

import { OVERLAY, RULED, WRITABLE } from "../abi/features";
import { IMAGE_BASE, MAX_NAME_LENGTH, MAX_PATH_LENGTH, MOUNT_OUTER, RULE_HIDES, TYPE_DIRECTORY, TYPE_LINK } from "../../src/image/layout";
import { INVALID, IS_DIRECTORY, LOOP, NAME_TOO_LONG, NOT_DIRECTORY, NOT_PERMITTED, NO_ENTRY } from "../io/error-code";
import { SLASH, TWO_DOTS, endOfName, kindOf, skipSlashes } from "../io/names";
import { FOLLOW } from "../io/path-flags";
import { heldType, inodeOf, parentOf, typeOf } from "./inode";
import { targetLengthOf, targetOf } from "./link-target";
import { lookup } from "./lookup";
import { isLower } from "./lower";
import { forgetWay, wayError } from "./lower-way";
import { mountAt, rootOf } from "./mount";
import { saidOf } from "./rules";
import { told } from "./telling";

/** `no-entry` to all who look at the low byte; in full, that all but the last name exists. */
export const MISSING: usize = 256 + NO_ENTRY;

/** Beside FOLLOW of path-flags: the last name is looked up and left at that, even if a slash follows. */
export const NAME_ONLY: u32 = 2;
/** A file may be made: there is none whose name a slash follows. */
export const CREATING: u32 = 4;

/** What the last name is, beside those of ../io/names.ts: the root of another mount, where the name itself was asked for; `lastMount` is that of the directory then. */
export const MOUNT_POINT: u32 = 3;

/** Where the last path ended: the directory, and its last name in there. */
export let lastDirectory: usize = 0;
export let lastName: usize = 0;
export let lastLength: usize = 0;
export let lastKind: u32 = 0; // NAME, which would be put in by a start function
/** Whether slashes follow. */
export let lastSlash: bool = false;
/** The mount that it was in. */
export let lastMount: usize = 0;

export const MAX_LINKS: u32 = 40;

/** Links followed for the current path. */
let links: u32 = 0;

@inline
export function isError(object: usize): bool {
  return object < <usize>IMAGE_BASE;
}

/** What `path` is, from the directory `base`. */
export function resolve(base: usize, mode: u32, path: usize, length: usize): usize {
  links = 0;
  if (WRITABLE) lastMount = inodeOf(base).mount;
  const error = pathError(path, length);
  if (error) return error;
  if (!length) return NO_ENTRY;
  if (RULED && OVERLAY) {
    forgetWay();
    const wayErrorOfBase = isLower(base) ? wayError(base) : 0;
    if (wayErrorOfBase) return wayErrorOfBase;
  }
  if (heldType(base) != TYPE_DIRECTORY) return NOT_DIRECTORY;
  return walk(base, base, path, path + length, mode);
}

/** Why a text cannot be a path, or 0. */
export function pathError(path: usize, length: usize): usize {
  if (length > <usize>MAX_PATH_LENGTH) return NAME_TOO_LONG;
  for (const end = path + length; path < end; path++) if (!load<u8>(path)) return INVALID;
  return 0;
}

/** Walks from the directory `at`. */
function walk(root: usize, at: usize, path: usize, end: usize, mode: u32): usize {
  if (load<u8>(path) == SLASH) return NOT_PERMITTED;
  while (path < end) {
    const name = path;
    path = endOfName(path, end);
    const length = path - name;
    const hasSlash = path < end;
    path = skipSlashes(path, end);
    const isLast = path == end;
    const kind = kindOf(name, length);
    if (isLast) {
      lastDirectory = at;
      lastName = name;
      lastLength = length;
      lastKind = kind;
      lastSlash = hasSlash;
    }
    if (kind) {
      if (kind == TWO_DOTS) {
        if (at == root) return NOT_PERMITTED;
        if (WRITABLE && at == rootOf(lastMount)) lastMount = load<u32>(lastMount, MOUNT_OUTER);
        at = parentOf(at);
      }
      continue;
    }
    if (length > <usize>MAX_NAME_LENGTH) return NAME_TOO_LONG;
    if (isLast && hasSlash && mode & CREATING) return IS_DIRECTORY;
    let object = RULED && told(saidOf(lastMount, at, name, length) & RULE_HIDES) ? 0 : lookup(at, name, length);
    if (OVERLAY && object && isError(object)) return object;
    const mount = WRITABLE && object ? mountAt(object) : 0;
    if (mount) {
      object = rootOf(mount);
      if (isLast && mode & NAME_ONLY) lastKind = MOUNT_POINT;
      else lastMount = mount;
    }
    if (object && !(isLast && mode & NAME_ONLY)) {
      if (typeOf(object) == TYPE_LINK && (hasSlash || mode & FOLLOW)) {
        if (++links > MAX_LINKS) return LOOP;
        const target = targetOf(object);
        if (OVERLAY && isError(target)) return target;
        object = walk(root, at, target, target + targetLengthOf(object), FOLLOW | (isLast ? mode & CREATING : 0));
        if (isError(object)) return object == MISSING && (!isLast || hasSlash) ? NO_ENTRY : object;
      }
      if (hasSlash && typeOf(object) != TYPE_DIRECTORY) return NOT_DIRECTORY;
    }
    if (!object) return isLast ? MISSING : NO_ENTRY;
    at = object;
  }
  return at;
}
