// metadata-hash-value of wasi:filesystem/types.

import { okOf } from "../abi/result";
import { DIGEST, RETURN_AREA } from "../../src/image/layout";

/** `ok` of who an object is, in which image. */
export function hashOf(identity: u64): usize {
  const lower = lowerHashOf(identity);
  okOf(lower);
  store<u64>(RETURN_AREA, lower, 8);
  store<u64>(RETURN_AREA, mix(lower), 16);
  return RETURN_AREA;
}

/** Its lower half. */
@inline
export function lowerHashOf(identity: u64): u64 {
  return mix(load<u64>(DIGEST) + identity);
}

/** Spreads a number over 64 bits, as the generator SplitMix64 does with its state. */
function mix(value: u64): u64 {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}
