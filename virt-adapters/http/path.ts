// The path of a request, before its query. Servers decode paths, take away dots and slashes, and do not agree in how: a path that
// one of them may read in another way is plain for no rule that says something of the path.

import { lower } from "./authority";

let length: usize = 0;
let plain: bool = false;

/** Bytes of the path that was read last, without its query. */
@inline
export function lengthOfPath(): usize {
  return length;
}

/**
 * Whether it has no segments `.` and `..`, and no encoded dot, slash, backslash, percent sign or control character, nor bytes by
 * which UTF-8 could have them in another way.
 */
@inline
export function isPlain(): bool {
  return plain;
}

/** Reads `count` bytes; whether they are a path, with a query or without one. */
export function readPath(at: usize, count: usize): bool {
  const start = at;
  const end = at + count;
  if (!count || load<u8>(at) != 0x2f || (count > 1 && load<u8>(at, 1) == 0x2f)) return false;
  plain = true;
  for (; at < end; at++) {
    const byte: u32 = load<u8>(at);
    if (byte == 0x3f) break;
    if (byte == 0x25) {
      const code = end - at < 3 ? NO_DIGIT : (digitOf(load<u8>(at, 1)) << 4) | digitOf(load<u8>(at, 2));
      if (code >= NO_DIGIT) return false;
      if (isTricky(code)) plain = false;
    } else if (byte == 0x2f) {
      if (isDots(at + 1, end)) plain = false;
    } else if (!isAllowed(byte)) return false;
  }
  length = at - start;
  for (; at < end; at++) {
    const byte: u32 = load<u8>(at);
    if (byte < 0x21 || byte > 0x7e || byte == 0x23) return false;
  }
  return true;
}

/** More than two digits can be. */
const NO_DIGIT: u32 = 256;

function digitOf(byte: u32): u32 {
  if (byte - 0x30 < 10) return byte - 0x30;
  const letter = lower(byte) - 0x61;
  return letter < 6 ? letter + 10 : NO_DIGIT;
}

/** Control characters, `%`, `.`, `/`, `\`; 0xc0 and 0xc1, which begin no character but in overlong forms. */
@inline
function isTricky(code: u32): bool {
  if (code < 0x20 || code == 0x7f || code == 0x25) return true;
  return code == 0x2e || code == 0x2f || code == 0x5c || (code | 1) == 0xc1;
}

/** Whether a segment is `.` or `..`, with parameters behind a semicolon or without. */
function isDots(at: usize, end: usize): bool {
  if (at == end || load<u8>(at) != 0x2e) return false;
  if (++at < end && load<u8>(at) == 0x2e) at++;
  if (at == end) return true;
  const byte = load<u8>(at);
  return byte == 0x2f || byte == 0x3f || byte == 0x3b;
}

/** RFC 3986, `pchar`, without `%`. */
function isAllowed(byte: u32): bool {
  if (lower(byte) - 0x61 < 26) return true;
  // From `!` to `;` without `"`, `#`, `%` and `/`; `=`, `@`, `_`, `~`.
  if (byte - 0x21 < 27) return byte != 0x22 && byte != 0x23 && byte != 0x2f;
  return byte == 0x3d || byte == 0x40 || byte == 0x5f || byte == 0x7e;
}
