// What rules refuse: a line is a text of the image with what the program has given in it. That is shown so that it ends no line, no
// quotes and no word of a shell, and says nothing to a terminal.

import { REFUSED_LAST, REFUSED_LINE, REFUSED_LINE_SIZE, REFUSED_MOST, REFUSED_TEXTS, REFUSED_WORDS } from "../../src/image/trace-layout";
import { STRING } from "../abi/strings";
import { print } from "./host";
import { codeOf, isHidden, lengthOf } from "./text";

let used: usize = 0;

/** What is behind the line: what the last ones come to, and then how many there have been. */
const HASH: usize = 8;
const COUNT: usize = REFUSED_LINE_SIZE + REFUSED_LAST * HASH;

/** Prints the line of a kind, if none of the last ones was the same. A piece that is nothing has no bytes. */
export function tell(
  kind: u32,
  number: u32,
  first: usize,
  firstLength: usize,
  second: usize,
  secondLength: usize,
  third: usize,
  thirdLength: usize,
): void {
  const text = <usize>load<u32>(REFUSED_TEXTS) + kind * STRING;
  used = 0;
  let at: usize = load<u32>(text);
  for (const end = at + <usize>load<u32>(text, 4); at < end; at++) {
    const byte: u32 = load<u8>(at);
    if (byte == 1) putShown(first, firstLength);
    else if (byte == 2) putShown(second, secondLength);
    else if (byte == 3) putShown(third, thirdLength);
    else if (byte == 4) putAddress(first);
    else if (byte == 5) putNumber(number);
    else if (byte == 6) putWord(number);
    else put(byte);
  }
  const line: usize = load<u32>(REFUSED_LINE);
  store<u8>(line + used++, 0x0a);
  if (isNew(line)) print(line, used);
}

/** Whether none of the last lines was the same; it is one of them then. */
function isNew(line: usize): bool {
  // FNV-1a
  let hash: u64 = 0xcbf29ce484222325;
  for (let at: usize = 0; at < used; at++) hash = (hash ^ load<u8>(line + at)) * 0x100000001b3;
  const last = line + REFUSED_LINE_SIZE;
  for (let at = last; at < line + COUNT; at += HASH) if (load<u64>(at) == hash) return false;
  const count: usize = load<u32>(line, COUNT);
  store<u64>(last + (count % REFUSED_LAST) * HASH, hash);
  store<u32>(line, <u32>count + 1, COUNT);
  return true;
}

/** A line that is too long has no end; there is room for the byte that ends it. */
function put(byte: u32): void {
  if (used < <usize>REFUSED_LINE_SIZE - 1) store<u8>(<usize>load<u32>(REFUSED_LINE) + used++, byte);
}

function putAll(at: usize, length: usize): void {
  for (const end = at + length; at < end; at++) put(load<u8>(at));
}

function putShown(at: usize, length: usize): void {
  const end = at + min(length, REFUSED_MOST);
  while (at < end) {
    const count = lengthOf(at, end);
    const code: u32 = count > 1 ? codeOf(at, count) : load<u8>(at);
    if (count > 1 ? isHidden(code) : isSpecial(code)) putEscape(code);
    else putAll(at, count);
    at += max(count, 1);
  }
  if (length > <usize>REFUSED_MOST) for (let i = 0; i < 3; i++) put(0x2e);
}

/** No visible ASCII, and quotes and backslashes, which may end a word. */
@inline
function isSpecial(code: u32): bool {
  return code < 0x20 || code > 0x7e || code == 0x22 || code == 0x27 || code == 0x5c;
}

function putEscape(code: u32): void {
  put(0x5c); // \u{
  put(0x75);
  put(0x7b);
  putHex(code);
  put(0x7d);
}

function putHex(value: u32): void {
  if (value > 15) putHex(value >> 4);
  const digit = value & 15;
  put(digit < 10 ? 0x30 + digit : 0x57 + digit);
}

function putNumber(value: u32): void {
  if (value > 9) putNumber(value / 10);
  put(0x30 + (value % 10));
}

@inline
function putWord(number: u32): void {
  const word = <usize>load<u32>(REFUSED_WORDS) + number * STRING;
  putAll(load<u32>(word), load<u32>(word, 4));
}

/** Of 16 bytes; that of IPv4 is mapped. Of IPv6, the first zeros that are several are left out. */
function putAddress(at: usize): void {
  if (load<u64>(at) == 0 && load<u32>(at, 8) == 0xffff0000) {
    for (let i: usize = 12; i < 16; i++) {
      if (i > 12) put(0x2e);
      putNumber(load<u8>(at + i));
    }
    return;
  }
  put(0x5b);
  let hasShortened = false;
  for (let i: usize = 0; i < 16; i += 2) {
    if (!hasShortened && i < 14 && load<u32>(at + i) == 0) {
      hasShortened = true;
      while (i < 14 && load<u16>(at + i, 2) == 0) i += 2;
      put(0x3a);
      if (i == 14) put(0x3a);
      continue;
    }
    if (i > 0) put(0x3a);
    putHex(((<u32>load<u8>(at + i)) << 8) | load<u8>(at + i, 1));
  }
  put(0x5d);
}
