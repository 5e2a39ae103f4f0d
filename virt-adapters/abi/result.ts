// How results leave: every export that returns more than a word writes into the one return area and
// returns its address (one is enough, a component is not entered again before it has been read).
// In a `result`, the payload lies at offset 1, 4 or 8, whatever its alignment asks for. Writing it to
// all three costs less than three encoders: the rest is padding that nobody reads.

import { RETURN_AREA } from "../../src/image/layout";

/** `ok` without payload. */
export function ok(): usize {
  store<u8>(RETURN_AREA, 0);
  return RETURN_AREA;
}

/** `ok` of a number, enum, flags or handle. */
export function okOf(value: u64): usize {
  store<u8>(RETURN_AREA, 0);
  store<u8>(RETURN_AREA, <u8>value, 1);
  store<u32>(RETURN_AREA, <u32>value, 4);
  store<u64>(RETURN_AREA, value, 8);
  return RETURN_AREA;
}

/** `ok` of a list or string. */
export function okList(address: usize, length: usize): usize {
  store<u32>(RETURN_AREA, address, 4);
  store<u32>(RETURN_AREA, length, 8);
  return ok();
}

/** `err` of an error code; only the low byte counts. */
export function err(code: usize): usize {
  store<u8>(RETURN_AREA, 1);
  store<u8>(RETURN_AREA, <u8>code, 1);
  store<u8>(RETURN_AREA, <u8>code, 4);
  store<u8>(RETURN_AREA, <u8>code, 8);
  return RETURN_AREA;
}

/** A list or string that is no `result`. */
export function list(address: usize, length: usize): usize {
  store<u32>(RETURN_AREA, address);
  store<u32>(RETURN_AREA, length, 4);
  return RETURN_AREA;
}
