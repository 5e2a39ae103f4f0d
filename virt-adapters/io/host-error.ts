// The error codes in results of the host's.

import { RETURN_AREA } from "../../src/image/layout";

/** `access`, whose code is 0, as 0 is no error: only the low byte of one counts. */
const ACCESS: usize = 256;

/** The error code of wasi:filesystem that lies at an offset of the return area. */
export function hostError(offset: usize): usize {
  const code: usize = load<u8>(<usize>RETURN_AREA + offset);
  return code ? code : ACCESS;
}
