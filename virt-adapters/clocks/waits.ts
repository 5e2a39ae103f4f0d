// wasi:clocks/monotonic-clock of WASI 0.3 with a virtual clock. A task waits by letting others run: whoever waits for the earliest
// moment lets it come when nobody else has had anything to do, so waits end in the order of their moments, and what the
// program does in between takes no time. Tasks cannot tell who called them: each keeps the address of its wait in its context.

import { keep } from "../abi/arena";
import { getContext, setContext, taskReturn } from "../async/built-ins";
import { after, passed, reach } from "./passing";

// A wait: its moment, and the next wait.
const NEXT: usize = 8;
const SIZE: usize = 16;

/** The waits, the earliest first; of one moment, in the order in which they began. */
let first: usize = 0;
let free: usize = 0;
/** How often the first has been called with nothing else going on. */
let quiet: u32 = 0;
/** How often that has to be: hosts may run us before the program that has something to do, jco some ten times. */
const QUIET: u32 = 16;

const EXIT: u32 = 0;
const YIELD: u32 = 1;
const CANCELLED: u32 = 6;

/** It ends at once where its moment has come. */
export function p3_clocks_monotonic_clock__wait_until__virtual(when: u64): u32 {
  if (when <= passed) {
    taskReturn();
    return EXIT;
  }
  let wait = free;
  if (wait) free = load<u32>(wait, NEXT);
  else wait = keep(8, SIZE);
  store<u64>(wait, when);
  let before: usize = 0;
  let behind = first;
  while (behind && load<u64>(behind) <= when) {
    before = behind;
    behind = load<u32>(behind, NEXT);
  }
  store<u32>(wait, behind, NEXT);
  link(before, wait);
  setContext(wait);
  quiet = 0;
  return YIELD;
}

/** Puts one behind another, or first. */
function link(before: usize, wait: usize): void {
  if (before) store<u32>(before, wait, NEXT);
  else first = wait;
}

export function p3_clocks_monotonic_clock__wait_until__virtual__callback(event: u32, _handle: usize, _result: u32): u32 {
  const wait = getContext();
  if (event != CANCELLED) {
    const isFirst = wait == first;
    if (!isFirst || (load<u64>(wait) > passed && ++quiet < QUIET)) return YIELD;
    reach(load<u64>(wait));
  }
  end(wait);
  quiet = 0;
  // Also of one that is cancelled: it may as well have come.
  taskReturn();
  return EXIT;
}

function end(wait: usize): void {
  let before: usize = 0;
  for (let each = first; each != wait; each = load<u32>(each, NEXT)) before = each;
  link(before, load<u32>(wait, NEXT));
  store<u32>(wait, free, NEXT);
  free = wait;
}

export function p3_clocks_monotonic_clock__wait_for__virtual(duration: u64): u32 {
  return p3_clocks_monotonic_clock__wait_until__virtual(after(duration));
}

export function p3_clocks_monotonic_clock__wait_for__virtual__callback(event: u32, handle: usize, result: u32): u32 {
  return p3_clocks_monotonic_clock__wait_until__virtual__callback(event, handle, result);
}
