// The last name of a path, as text.

const DOT: u8 = 0x2e;
const DOTS: u16 = 0x2e2e;
const SLASH: u8 = 0x2f;

/** What the last name is. */
export const NAME: u32 = 0;
export const ONE_DOT: u32 = 1;
export const TWO_DOTS: u32 = 2;

export function lastKind(path: usize, length: usize): u32 {
  const start = lastStart(path, length);
  const name = path + start;
  length = withoutSlash(path, length) - start;
  if (length == 1 && load<u8>(name) == DOT) return ONE_DOT;
  return length == 2 && load<u16>(name) == DOTS ? TWO_DOTS : NAME;
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
