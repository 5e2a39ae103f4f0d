// Lists of strings and of pairs of strings, as the canonical ABI has them. A list is the address of two words: where its entries
// are, and how many. A string is the address of two words, too: where its bytes are, and how many.

/** Bytes of a string, and of a pair, in a list. */
export const STRING: usize = 8;
export const PAIR: usize = 16;

/** The entry of a list, `stride` bytes apart from the next, that begins with this string; 0 if there is none. */
export function entryOf(list: usize, stride: usize, wanted: usize): usize {
  const length: usize = load<u32>(wanted, 4);
  const bytes: usize = load<u32>(wanted);
  let entry: usize = load<u32>(list);
  for (const end = entry + <usize>load<u32>(list, 4) * stride; entry < end; entry += stride) {
    if (load<u32>(entry, 4) != length) continue;
    const name: usize = load<u32>(entry);
    let same: usize = 0;
    while (same < length && load<u8>(name + same) == load<u8>(bytes + same)) same++;
    if (same == length) return entry;
  }
  return 0;
}

const STAR: u8 = 0x2a;

/** Whether a string is like any of a list of patterns, in which `*` stands for any bytes, or none, and all else for itself. */
export function isLikeAny(patterns: usize, wanted: usize): bool {
  let pattern: usize = load<u32>(patterns);
  for (const end = pattern + <usize>load<u32>(patterns, 4) * STRING; pattern < end; pattern += STRING) {
    if (isLike(pattern, wanted)) return true;
  }
  return false;
}

export function isLike(pattern: usize, wanted: usize): bool {
  let at: usize = load<u32>(pattern);
  const end = at + <usize>load<u32>(pattern, 4);
  let byte: usize = load<u32>(wanted);
  const last = byte + <usize>load<u32>(wanted, 4);
  // Behind the last star, and the first byte that it does not stand for: only this star has to be tried again.
  let afterStar: usize = 0;
  let retry: usize = 0;
  while (byte < last) {
    // A star of the pattern is one also where the string has a star.
    if (at < end && load<u8>(at) == STAR) {
      afterStar = ++at;
      retry = byte;
    } else if (at < end && load<u8>(at) == load<u8>(byte)) {
      at++;
      byte++;
    } else if (afterStar) {
      at = afterStar;
      byte = ++retry;
    } else {
      return false;
    }
  }
  while (at < end && load<u8>(at) == STAR) at++;
  return at == end;
}

/** Whether all are letters, digits, `-`, `.`, `:` and `_`, with `slashes` also `/`; false for nothing. */
export function isOfNames(at: usize, length: usize, slashes: bool): bool {
  for (const end = at + length; at < end; at++) {
    const byte: u32 = load<u8>(at);
    const isOne = byte - 0x30 < 11 || (byte | 0x20) - 0x61 < 26 || byte - 0x2d < 2 || byte == 0x5f || (slashes && byte == 0x2f);
    if (!isOne) return false;
  }
  return length != 0;
}
