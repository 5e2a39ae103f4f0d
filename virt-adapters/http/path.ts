// The path of a request, before its query. Servers decode paths, take away dots and slashes, and do not agree in how: a path that
// one of them may read in another way is plain for no rule that says something of the path.

import { isHexadecimal, lower } from "./authority";

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
      if (end - at < 3 || !isHexadecimal(load<u8>(at, 1)) || !isHexadecimal(load<u8>(at, 2))) return false;
      if (isTricky(lower(load<u8>(at, 1)), lower(load<u8>(at, 2)))) plain = false;
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

/** `%2e`, `%2f`, `%25`, `%5c`, `%00` to `%1f`, `%7f`; `%c0` and `%c1`, which begin no character but in overlong forms. */
@inline
function isTricky(first: u32, second: u32): bool {
  if (first == 0x32) return second == 0x65 || second == 0x66 || second == 0x35;
  if (first == 0x63) return second < 0x32;
  return first < 0x32 || (first == 0x35 && second == 0x63) || (first == 0x37 && second == 0x66);
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
