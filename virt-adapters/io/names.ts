// The names in a path, as text.

import { DOT_PATH } from "../../src/image/layout";

export const DOT: u8 = 0x2e;
const DOTS: u16 = 0x2e2e;
export const SLASH: u8 = 0x2f;

/** What a name is. */
export const NAME: u32 = 0;
export const ONE_DOT: u32 = 1;
export const TWO_DOTS: u32 = 2;

@inline
export function kindOf(name: usize, length: usize): u32 {
  if (length == 1) return load<u8>(name) == DOT ? ONE_DOT : NAME;
  return length == 2 && load<u16>(name) == DOTS ? TWO_DOTS : NAME;
}

export function endOfName(path: usize, end: usize): usize {
  while (path < end && load<u8>(path) != SLASH) path++;
  return path;
}

export function skipSlashes(path: usize, end: usize): usize {
  while (path < end && load<u8>(path) == SLASH) path++;
  return path;
}

/** What the last name is. */
export function lastKindOf(path: usize, length: usize): u32 {
  const start = lastStart(path, length);
  return kindOf(path + start, withoutSlash(path, length) - start);
}

/** The length of a path without the slashes that follow its last name. */
export function withoutSlash(path: usize, length: usize): usize {
  while (length > 1 && load<u8>(path + length - 1) == SLASH) length--;
  return length;
}

/** Where the last name starts. */
export function lastStart(path: usize, length: usize): usize {
  length = withoutSlash(path, length);
  while (length && load<u8>(path + length - 1) != SLASH) length--;
  return length;
}

/** The path, one byte long, of a directory itself. */
export function dotPath(): usize {
  store<u8>(DOT_PATH, DOT);
  return DOT_PATH;
}
