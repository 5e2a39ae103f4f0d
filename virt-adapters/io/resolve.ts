// From a path to a node, as POSIX does it, inside a descriptor's own directory: nothing leads out of it,
// neither `..` nor a link. Answers the address of a node or, as no node lies below IMAGE_BASE, an error
// code (or MISSING).

import { IMAGE_BASE, MAX_NAME_LENGTH, MAX_PATH_LENGTH, TYPE_DIRECTORY, TYPE_LINK } from "../../src/image/layout";
import { reset } from "./call";
import { INVALID, LOOP, NAME_TOO_LONG, NOT_DIRECTORY, NOT_PERMITTED, NO_ENTRY } from "./error-code";
import { dataOf, lookup, parentOf, sizeOf, typeOf } from "./node";
import { SYMLINK_FOLLOW } from "./path-flags";

/** `no-entry` to all who look at the low byte; in full, that all but the last name exists. */
export const MISSING: usize = 256 + NO_ENTRY;

const MAX_LINKS: u32 = 40;
const DOT: u8 = 0x2e;
const DOTS: u16 = 0x2e2e;
const SLASH: u8 = 0x2f;

/** Links followed for the current path. */
let links: u32 = 0;

@inline
export function isError(node: usize): bool {
  return node < <usize>IMAGE_BASE;
}

/** What `path` is, from `directory`. The path is the call's last argument to be read: the arena is reset. */
export function resolve(directory: usize, follow: u32, path: usize, length: usize): usize {
  reset();
  links = 0;
  const end = path + length;
  if (length > <usize>MAX_PATH_LENGTH) return NAME_TOO_LONG;
  for (let byte = path; byte < end; byte++) if (!load<u8>(byte)) return INVALID;
  if (!length) return NO_ENTRY;
  if (typeOf(directory) != TYPE_DIRECTORY) return NOT_DIRECTORY;
  return walk(directory, directory, path, end, follow & SYMLINK_FOLLOW);
}

/** Walks from the directory `at`; `follow`: whether a link at the very end is followed. */
function walk(root: usize, at: usize, path: usize, end: usize, follow: u32): usize {
  if (load<u8>(path) == SLASH) return NOT_PERMITTED;
  while (path < end) {
    const name = path;
    while (path < end && load<u8>(path) != SLASH) path++;
    const length = path - name;
    if (length == 2 && load<u16>(name) == DOTS) {
      if (at == root) return NOT_PERMITTED;
      at = parentOf(at);
    } else if (length != 1 || load<u8>(name) != DOT) {
      if (length > <usize>MAX_NAME_LENGTH) return NAME_TOO_LONG;
      let node = lookup(at, name, length);
      const isLast = path == end;
      if (node && typeOf(node) == TYPE_LINK && (follow || !isLast)) {
        if (++links > MAX_LINKS) return LOOP;
        const target = dataOf(node);
        node = walk(root, at, target, target + sizeOf(node), 1);
        if (isError(node)) return isLast ? node : <u8>node;
      }
      while (path < end && load<u8>(path) == SLASH) path++;
      if (!node) return path == end ? MISSING : NO_ENTRY;
      if (!isLast && typeOf(node) != TYPE_DIRECTORY) return NOT_DIRECTORY;
      at = node;
      continue;
    }
    while (path < end && load<u8>(path) == SLASH) path++;
  }
  return at;
}
