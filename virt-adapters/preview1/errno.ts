// Error numbers of preview 1.
// https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#errno

import { RETURN_AREA } from "../../src/image/layout";

export const SUCCESS: u32 = 0;
export const AGAIN: u32 = 6;
export const BADF: u32 = 8;
export const FAULT: u32 = 21;
export const ILSEQ: u32 = 25;
export const INTR: u32 = 27;
export const INVAL: u32 = 28;
export const IO: u32 = 29;
export const NAMETOOLONG: u32 = 37;
export const NOMEM: u32 = 48;
export const NOTDIR: u32 = 54;
export const NOTSOCK: u32 = 57;
export const NOTSUP: u32 = 58;
export const OVERFLOW: u32 = 61;
export const SPIPE: u32 = 70;

/** That of an `error-code` of wasi:filesystem/types: a byte for each of them, in their order. */
export function errnoOf(code: u32): u32 {
  const bytes: u64 =
    code < 8
      ? 0x14_13_10_0a_08_07_06_02
      : code < 16
        ? 0x20_1f_1d_1c_1b_1a_19_16
        : code < 24
          ? 0x33_30_2e_2c_2b_25_23_22
          : code < 32
            ? 0x3f_3d_3c_3b_3a_38_37_36
            : 0x4b_4a_46_45_40;
  return <u32>(bytes >> ((code & 7) << 3)) & 0xff;
}

/** That of a result without payload, in the return area. */
export function resultErrno(): u32 {
  return load<u8>(RETURN_AREA) ? errnoOf(load<u8>(RETURN_AREA, 1)) : SUCCESS;
}
