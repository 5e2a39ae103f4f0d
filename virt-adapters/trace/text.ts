// Characters and strings in quotes, as WAVE has them: what is not to be seen is escaped.

import { TRACE_MOST } from "../../src/image/trace-layout";
import { put, putNumber, putWord } from "./line";

const QUOTE: u32 = 0x22;

/** A character of `length` bytes of UTF-8. */
function putCharacter(at: usize, length: usize, quote: u32): void {
  const byte: u32 = load<u8>(at);
  if (length == 1) {
    if (byte == quote || byte == 0x5c) put(0x5c);
    if (byte == 0x0a) putWord(0x6e5c);
    else if (byte == 0x0d) putWord(0x725c);
    else if (byte == 0x09) putWord(0x745c);
    else if (byte < 0x20 || byte == 0x7f) putEscape(byte);
    else put(byte);
    return;
  }
  const code = codeOf(at, length);
  if (isHidden(code)) {
    putEscape(code);
    return;
  }
  for (let i: usize = 0; i < length; i++) put(load<u8>(at + i));
}

/** C1 controls, and those that change the direction or are not to be seen: U+0080 to U+009F, U+200B to U+200F, U+2028 to U+202E, U+2066 to U+2069, U+FEFF. */
@inline
export function isHidden(code: u32): bool {
  return (
    code < 0xa0 || isBetween(code, 0x200b, 0x200f) || isBetween(code, 0x2028, 0x202e) || isBetween(code, 0x2066, 0x2069) || code == 0xfeff
  );
}

@inline
function isBetween(code: u32, first: u32, last: u32): bool {
  return code - first <= last - first;
}

function putEscape(code: u32): void {
  putWord(0x7b755c); // \u{
  let shift = 28;
  while (shift > 0 && code >> shift == 0) shift -= 4;
  for (; shift >= 0; shift -= 4) {
    const digit = (code >> shift) & 15;
    put(digit < 10 ? 0x30 + digit : 0x57 + digit);
  }
  put(0x7d);
}

/** How many bytes the character has that begins here, of valid UTF-8 before `end`; else 0. */
export function lengthOf(at: usize, end: usize): usize {
  const first: u32 = load<u8>(at);
  if (first < 0x80) return 1;
  const length: usize = isBetween(first, 0xc2, 0xdf) ? 2 : isBetween(first, 0xe0, 0xef) ? 3 : isBetween(first, 0xf0, 0xf4) ? 4 : 0;
  if (length == 0 || at + length > end) return 0;
  for (let i: usize = 1; i < length; i++) if ((load<u8>(at + i) & 0xc0) != 0x80) return 0;
  const code = codeOf(at, length);
  if (length == 3 && (code < 0x800 || isBetween(code, 0xd800, 0xdfff))) return 0;
  return length == 4 && (code < 0x10000 || code > 0x10ffff) ? 0 : length;
}

export function codeOf(at: usize, length: usize): u32 {
  let code: u32 = load<u8>(at) & (0xff >> (<u32>length + 1));
  for (let i: usize = 1; i < length; i++) code = (code << 6) | (load<u8>(at + i) & 0x3f);
  return code;
}

/** Where what is shown of a string ends: no character is cut. */
function shownEnd(at: usize, length: usize): usize {
  const most: usize = load<u32>(TRACE_MOST);
  if (length <= most) return at + length;
  let end = at + most;
  while (end > at && (load<u8>(end) & 0xc0) == 0x80) end--;
  return end;
}

/** ` ... (4096 bytes)` behind what was cut. */
export function putCut(shown: usize, length: usize, isBytes: bool): void {
  if (shown == length) return;
  putWord(0x28202e2e2e); // ... (
  putNumber(length);
  if (isBytes) putWord(0x736574796220); // bytes
  else putWord(0x736d65746920); // items
  put(0x29);
}

export function putString(at: usize, length: usize): void {
  const end = shownEnd(at, length);
  put(QUOTE);
  for (let next = at; next < end;) {
    // What a host hands over is valid; if not, the byte is shown.
    const count = lengthOf(next, end);
    if (count == 0) putEscape(load<u8>(next));
    else putCharacter(next, count, QUOTE);
    next += max(count, 1);
  }
  put(QUOTE);
  putCut(end - at, length, true);
}

/** Whether bytes are text, as far as they are shown: UTF-8 without control characters, but for those of terminals. */
export function isText(at: usize, length: usize): bool {
  if (length == 0) return false;
  const end = shownEnd(at, length);
  if (end == at) return false;
  for (let next = at; next < end;) {
    const byte: u32 = load<u8>(next);
    const isControl = byte < 0x20 ? byte != 0x0a && byte != 0x0d && byte != 0x09 && byte != 0x1b : byte == 0x7f;
    const count = lengthOf(next, end);
    if (isControl || count == 0) return false;
    next += count;
  }
  return true;
}

/** A `char`, in single quotes; `scratch` is where its bytes may lie. */
export function putChar(code: u32, scratch: usize): void {
  let length: usize = 1;
  if (code < 0x80) store<u8>(scratch, code);
  else {
    length = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (let i = length - 1; i > 0; i--, code >>= 6) store<u8>(scratch + i, 0x80 | (code & 0x3f));
    store<u8>(scratch, (0xf00 >> <u32>length) | code);
  }
  put(0x27);
  putCharacter(scratch, length, 0x27);
  put(0x27);
}
