// Addresses as numbers of 16 bytes, the first byte first: an address of IPv4 is that of IPv6 which is mapped to it, so both are one.

import { RETURN_AREA } from "../../src/image/layout";

/** The address that is checked, and one that a name has. */
export const WANTED: usize = RETURN_AREA + 256;
export const FOUND: usize = RETURN_AREA + 272;

const BITS: u32 = 8;

/** Of IPv4, four bytes. */
export function putFirst(to: usize, a: u32, b: u32, c: u32, d: u32): void {
  store<u64>(to, 0);
  store<u32>(to, 0xffff0000, 8);
  store<u8>(to, <u8>a, 12);
  store<u8>(to, <u8>b, 13);
  store<u8>(to, <u8>c, 14);
  store<u8>(to, <u8>d, 15);
}

/** Of IPv6, one of eight words. */
@inline
export function putWord(to: usize, i: usize, word: u32): void {
  store<u8>(to + i * 2, <u8>(word >> 8));
  store<u8>(to + i * 2, <u8>word, 1);
}

/** A case of a variant, 0 for IPv4, and what is behind it in memory. */
export function putStored(to: usize, kind: u32, at: usize): void {
  if (!kind) {
    putFirst(to, load<u8>(at), load<u8>(at, 1), load<u8>(at, 2), load<u8>(at, 3));
    return;
  }
  for (let i: usize = 0; i < 8; i++) putWord(to, i, load<u16>(at + i * 2));
}

/** Whether two begin with the same `length` bits. */
export function isWithin(a: usize, b: usize, length: u32): bool {
  for (; length >= BITS; length -= BITS) if (load<u8>(a++) != load<u8>(b++)) return false;
  return !length || !((load<u8>(a) ^ load<u8>(b)) >> <u8>(BITS - length));
}
