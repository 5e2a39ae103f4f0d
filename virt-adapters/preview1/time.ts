// Clocks and times of preview 1, which are numbers of nanoseconds.

import { RETURN_AREA } from "../../src/image/layout";

/** `clockid`s. Between them are those of how long a process and a thread have run: WASI 0.2 has no such clocks. */
export const REALTIME: u32 = 0;
export const MONOTONIC: u32 = 1;
export const THREAD: u32 = 3;

export const SECOND: u64 = 1_000_000_000;

/** Nanoseconds since the epoch, of the datetime in the return area. */
export function datetime(): u64 {
  return load<u64>(RETURN_AREA) * SECOND + load<u32>(RETURN_AREA, 8);
}
