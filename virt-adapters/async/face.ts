// What is another value in WASI 0.3. Error codes of files are those of 0.2 without `would-block`, which nobody gives, as the cases
// of a variant; types of descriptors are the cases of a variant, without `unknown` and with `other`.

import { RETURN_AREA } from "../../src/image/layout";

export const STDIO_IO: u32 = 0;
export const STDIO_PIPE: u32 = 2;

/** A code of files, by that of 0.2. */
@inline
export function fileError(code: usize): u32 {
  const low = <u32>code & 0xff;
  return low ? low - 1 : 0;
}

const OTHER: u32 = 7;

/** `descriptor-type`, by that of 0.2. */
export function entryType(at: usize, type: u32): void {
  store<u8>(at, <u8>(type ? type - 1 : OTHER));
  // No name for what is another.
  if (!type) store<u8>(at, 0, 4);
}

/** A result of 0.2 without other parts than a number, a handle or a string. */
export function face(result: usize): usize {
  if (load<u8>(result)) {
    const code = <u8>fileError(load<u8>(result, 4));
    store<u8>(result, code, 4);
    store<u8>(result, code, 8);
  }
  return RETURN_AREA;
}
