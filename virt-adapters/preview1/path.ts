// The program's paths: copied into the arena, where a function of WASI 0.2 finds them. What such a function is called with is gone
// afterwards, and has to be copied again for the next.

import { allocate, room } from "../abi/arena";
import * as app from "./app";
import { FAULT, ILSEQ, INVAL, NAMETOOLONG, NOMEM, SUCCESS } from "./errno";

/** Longer than any path on any system. */
const MAX_LENGTH: usize = 65536;

/** Where the last path lies. */
export let path: usize = 0;

/** Copies a path; an errno. */
export function takePath(address: usize, length: usize): u32 {
  if (!app.holds(address, length)) return FAULT;
  if (length > MAX_LENGTH) return NAMETOOLONG;
  if (room(length) != length) return NOMEM;
  path = allocate(1, length);
  app.copyIn(path, address, length);
  return check(path, path + length);
}

/** The same path again. */
export function retakePath(address: usize, length: usize): void {
  path = allocate(1, length);
  app.copyIn(path, address, length);
}

/** Whether it is UTF-8, as a string has to be, and without zeros, which no system has in names; an errno. */
function check(at: usize, end: usize): u32 {
  while (at < end) {
    if (at + 8 <= end) {
      // ASCII without a zero: taking 1 from a zero sets its highest bit.
      const bytes = load<u64>(at);
      if (!(((bytes - 0x0101010101010101) | bytes) & 0x8080808080808080)) {
        at += 8;
        continue;
      }
    }
    const byte: u32 = load<u8>(at++);
    if (!byte) return INVAL;
    if (byte < 0x80) continue;
    // The first byte says how many follow; of some first bytes, the second has other bounds: no character has two forms, and
    // halves of surrogate pairs are none.
    const more: usize = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
    const least: u32 = byte == 0xe0 ? 0xa0 : byte == 0xf0 ? 0x90 : 0x80;
    const most: u32 = byte == 0xed ? 0x9f : byte == 0xf4 ? 0x8f : 0xbf;
    if (byte < 0xc2 || byte > 0xf4 || at + more > end) return ILSEQ;
    const second: u32 = load<u8>(at);
    if (second < least || second > most) return ILSEQ;
    for (const last = at++ + more; at < last; at++) {
      if ((load<u8>(at) & 0xc0) != 0x80) return ILSEQ;
    }
  }
  return SUCCESS;
}
