// Addresses as numbers of 16 bytes, the first byte first: an address of IPv4 is that of IPv6 which is mapped to it, so both are one.

import { RETURN_AREA } from "../../src/image/layout";

/** The address that is checked, and one that a name has. */
export const WANTED: usize = RETURN_AREA + 256;
export const FOUND: usize = RETURN_AREA + 272;

/** A datagram in a list: its bytes, and whether it has an address, which case, the port, and the rest of the case. */
export const DATAGRAM: usize = 44;
export const HAS_REMOTE: usize = 8;
export const REMOTE: usize = 12;

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

/** Puts an address where it is checked. */
export function put(kind: u32, a: u32, b: u32, c: u32, d: u32, e: u32, f: u32, g: u32, h: u32, i: u32): void {
  if (!kind) {
    putFirst(WANTED, a, b, c, d);
    return;
  }
  // The flow comes before the words.
  putWord(WANTED, 0, b);
  putWord(WANTED, 1, c);
  putWord(WANTED, 2, d);
  putWord(WANTED, 3, e);
  putWord(WANTED, 4, f);
  putWord(WANTED, 5, g);
  putWord(WANTED, 6, h);
  putWord(WANTED, 7, i);
}

/** The same of one in memory; gives its port. */
export function putSocketAddress(at: usize): u32 {
  const kind: u32 = load<u8>(at);
  putStored(WANTED, kind, at + (kind ? 12 : 6));
  return load<u16>(at, 4);
}

/** Stores one where a parameter lies: the case, the port, and the rest of the case. */
export function storeSocketAddress(
  at: usize,
  kind: u32,
  port: u32,
  a: u32,
  b: u32,
  c: u32,
  d: u32,
  e: u32,
  f: u32,
  g: u32,
  h: u32,
  i: u32,
  j: u32,
): void {
  store<u8>(at, <u8>kind);
  store<u16>(at, <u16>port, 4);
  if (!kind) {
    store<u8>(at, <u8>a, 6);
    store<u8>(at, <u8>b, 7);
    store<u8>(at, <u8>c, 8);
    store<u8>(at, <u8>d, 9);
    return;
  }
  store<u32>(at, a, 8);
  store<u16>(at, <u16>b, 12);
  store<u16>(at, <u16>c, 14);
  store<u16>(at, <u16>d, 16);
  store<u16>(at, <u16>e, 18);
  store<u16>(at, <u16>f, 20);
  store<u16>(at, <u16>g, 22);
  store<u16>(at, <u16>h, 24);
  store<u16>(at, <u16>i, 26);
  store<u32>(at, j, 28);
}

/** Whether two begin with the same `length` bits. */
export function isWithin(a: usize, b: usize, length: u32): bool {
  for (; length >= BITS; length -= BITS) if (load<u8>(a++) != load<u8>(b++)) return false;
  return !length || !((load<u8>(a) ^ load<u8>(b)) >> <u8>(BITS - length));
}
