// How much time has passed: nobody waits for it. It passes when it is asked for, by a step, and when something is waited for.

import { CLOCK_STEP } from "../../src/image/layout";

/** Nanoseconds since the start. */
export let passed: u64 = 0;

/** The moment so long after this one; the last one there is, if it would be later. */
export function after(duration: u64): u64 {
  return passed > u64.MAX_VALUE - duration ? u64.MAX_VALUE : passed + duration;
}

/** It is that moment now, if it was not later. */
export function reach(moment: u64): void {
  passed = max(passed, moment);
}

/** What the clock says to who asks. */
export function ask(): u64 {
  reach(after(load<u64>(CLOCK_STEP)));
  return passed;
}

/** In nanoseconds; 0 is none. */
export function resolution(): u64 {
  return max<u64>(1, load<u64>(CLOCK_STEP));
}
