// wasi:clocks/timezone: UTC, of which nobody learns where the host is.

import { RETURN_AREA } from "../../src/image/layout";

const UTC: u32 = 0x435455;
const UTC_LENGTH: u32 = 3;
/** Where the name lies, behind all results. */
const NAME: usize = <usize>RETURN_AREA + 32;

function writeName(at: usize): void {
  store<u32>(NAME, UTC);
  store<u32>(at, NAME);
  store<u32>(at, UTC_LENGTH, 4);
}

export function clocks_timezone__display(_seconds: u64, _nanoseconds: u32): usize {
  store<u32>(RETURN_AREA, 0);
  writeName(<usize>RETURN_AREA + 4);
  store<u8>(RETURN_AREA, 0, 12);
  return RETURN_AREA;
}

export function clocks_timezone__utc_offset(_seconds: u64, _nanoseconds: u32): u32 {
  return 0;
}

export function p3_clocks_timezone__iana_id(): usize {
  store<u8>(RETURN_AREA, 1);
  writeName(<usize>RETURN_AREA + 4);
  return RETURN_AREA;
}

export function p3_clocks_timezone__utc_offset(_seconds: u64, _nanoseconds: u32): usize {
  store<u8>(RETURN_AREA, 1);
  store<u64>(RETURN_AREA, 0, 8);
  return RETURN_AREA;
}

export function p3_clocks_timezone__to_debug_string(): usize {
  writeName(RETURN_AREA);
  return RETURN_AREA;
}
