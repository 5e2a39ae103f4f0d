// wasi:clocks/monotonic-clock, where whatever is waited for has come already: pollables are the host's, or with `__pure` ours.

import { newPollable } from "../abi/own-resources";
import { readyPollable } from "../io/host";
import { READY } from "../io/representation";
import { after, ask, reach, resolution } from "./passing";

export function clocks_monotonic_clock__now(): u64 {
  return ask();
}

export function clocks_monotonic_clock__resolution(): u64 {
  return resolution();
}

export function clocks_monotonic_clock__subscribe_instant(when: u64): usize {
  reach(when);
  return readyPollable();
}

export function clocks_monotonic_clock__subscribe_duration(duration: u64): usize {
  return clocks_monotonic_clock__subscribe_instant(after(duration));
}

export function clocks_monotonic_clock__subscribe_instant__pure(when: u64): usize {
  reach(when);
  return newPollable(READY);
}

export function clocks_monotonic_clock__subscribe_duration__pure(duration: u64): usize {
  return clocks_monotonic_clock__subscribe_instant__pure(after(duration));
}

export function p3_clocks_monotonic_clock__get_resolution(): u64 {
  return resolution();
}

export function p3_clocks_monotonic_clock__wait_until(when: u64): void {
  reach(when);
}

export function p3_clocks_monotonic_clock__wait_for(duration: u64): void {
  reach(after(duration));
}
