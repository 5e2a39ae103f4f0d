// What is another value in WASI 0.3. Error codes of files are those of 0.2 without `would-block`, as the cases
// of a variant; types of descriptors are the cases of a variant, without `unknown` and with `other`.

import { RETURN_AREA } from "../../src/image/layout";
import { err, okOf } from "../abi/result";
import { BUSY } from "../io/error-code";
import { isRefused } from "../io/representation";

export const STDIO_IO: u32 = 0;
export const STDIO_PIPE: u32 = 2;

const WOULD_BLOCK: u32 = 1;

/** A code of files, by that of 0.2. */
export function fileError(code: usize): u32 {
  const low = <u32>code & 0xff;
  return low > WOULD_BLOCK ? low - 1 : low ? <u32>BUSY - 1 : 0;
}

/** A result of the host's without other parts than a byte, or of ours: where the host's has that, ours has it too. */
export function byteFace(): usize {
  return faceFrom(1);
}

/** Any result of the host's whose error code lies there. */
export function faceFrom(offset: usize): usize {
  store<u8>(RETURN_AREA, load<u8>(<usize>RETURN_AREA + offset), 4);
  return face(RETURN_AREA);
}

const OTHER: u32 = 7;

/** `descriptor-type`, by that of 0.2. */
export function entryType(at: usize, type: u32): void {
  store<u8>(at, <u8>(type ? type - 1 : OTHER));
  // No name for what is another.
  if (!type) store<u8>(at, 0, 4);
}

/** A file's offset has a sign for hosts. */
@inline
export function isBeyond(offset: u64): bool {
  return <i64>offset < 0;
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

/** Of `get-type`. */
export function typeFace(result: usize): usize {
  face(result);
  if (!load<u8>(result)) entryType(<usize>RETURN_AREA + 4, load<u8>(RETURN_AREA, 4));
  return RETURN_AREA;
}

/** In 0.3 the type is a variant: what is behind it lies eight bytes further. */
const STAT: usize = <usize>RETURN_AREA + 8;
const STAT_REST: usize = 88;

/** Of `stat` and `stat-at`. */
export function statFace(result: usize): usize {
  if (load<u8>(result)) return face(result);
  memory.copy(STAT + 16, STAT + 8, STAT_REST);
  entryType(STAT, load<u8>(STAT));
  return RETURN_AREA;
}

@external("own", "[resource-new]wasi:filesystem/types@0.3#descriptor")
export declare function newDescriptor(representation: usize): usize;

/** Of `open-at`: of a descriptor, or an error code. */
export function openFace(descriptor: usize): usize {
  return isRefused(descriptor) ? face(err(descriptor)) : okOf(newDescriptor(descriptor));
}
