// The time of day: wasi:clocks/wall-clock, and system-clock of WASI 0.3, whose instants lie in memory as datetimes do. What begins
// with `lent__` is for the times of files, and writes its result where it is told.

import { CLOCK_TIME, RETURN_AREA } from "../../src/image/layout";
import { ask, resolution } from "./passing";

const SECOND: u64 = 1000000000;

@external("wasi:clocks/wall-clock", "now")
declare function hostNow(result: usize): void;
@external("wasi:clocks/wall-clock", "resolution")
declare function hostResolution(result: usize): void;
@external("wasi:clocks/system-clock@0.3", "now")
declare function laterHostNow(result: usize): void;
@external("wasi:clocks/system-clock@0.3", "get-resolution")
declare function laterHostResolution(): u64;

/** The time of the image, and so many seconds and nanoseconds, of which there may be as many as a second has. */
function write(at: usize, seconds: u64, nanoseconds: u64): void {
  nanoseconds += load<u32>(CLOCK_TIME, 8);
  const carried = u64(nanoseconds >= SECOND);
  store<u64>(at, load<u64>(CLOCK_TIME) + seconds + carried);
  store<u32>(at, <u32>(nanoseconds - carried * SECOND), 8);
}

export function lent__clocks_wall_clock__now__fixed(at: usize): void {
  write(at, 0, 0);
}

export function lent__clocks_wall_clock__now__virtual(at: usize): void {
  const passed = ask();
  write(at, passed / SECOND, passed % SECOND);
}

export function lent__clocks_wall_clock__now__offset(at: usize): void {
  hostNow(at);
  shift(at);
  // There is no time before.
  if (load<i64>(at) >= 0) return;
  store<u64>(at, 0);
  store<u32>(at, 0, 8);
}

function shift(at: usize): void {
  write(at, load<u64>(at), load<u32>(at, 8));
}

export function clocks_wall_clock__now__fixed(): usize {
  lent__clocks_wall_clock__now__fixed(RETURN_AREA);
  return RETURN_AREA;
}

export function clocks_wall_clock__now__virtual(): usize {
  lent__clocks_wall_clock__now__virtual(RETURN_AREA);
  return RETURN_AREA;
}

export function clocks_wall_clock__now__offset(): usize {
  lent__clocks_wall_clock__now__offset(RETURN_AREA);
  return RETURN_AREA;
}

export function clocks_wall_clock__resolution(): usize {
  store<u64>(RETURN_AREA, resolution() / SECOND);
  store<u32>(RETURN_AREA, <u32>(resolution() % SECOND), 8);
  return RETURN_AREA;
}

export function clocks_wall_clock__resolution__offset(): usize {
  hostResolution(RETURN_AREA);
  return RETURN_AREA;
}

export function p3_clocks_system_clock__now__fixed(): usize {
  return clocks_wall_clock__now__fixed();
}

export function p3_clocks_system_clock__now__virtual(): usize {
  return clocks_wall_clock__now__virtual();
}

export function p3_clocks_system_clock__now__offset(): usize {
  laterHostNow(RETURN_AREA);
  shift(RETURN_AREA);
  return RETURN_AREA;
}

export function p3_clocks_system_clock__get_resolution(): u64 {
  return resolution();
}

export function p3_clocks_system_clock__get_resolution__offset(): u64 {
  return laterHostResolution();
}
