// wasi:random. The plain functions answer with zeros, and `__seeded` with what comes of a seed (./seeded.ts).

import * as arena from "../abi/arena";
import { list } from "../abi/result";
import { RETURN_AREA } from "../../src/image/layout";

export * from "./seeded";

export function random_random__get_random_bytes(count: u64): usize {
  // More than there are addresses, and there is no error to answer with.
  if (count > <u64>u32.MAX_VALUE) unreachable();
  const bytes = arena.allocate(1, <usize>count);
  memory.fill(bytes, 0, <usize>count);
  return list(bytes, <usize>count);
}

export function random_random__get_random_bytes__post(_result: usize): void {
  arena.empty();
}

export function random_random__get_random_u64(): u64 {
  return 0;
}

export function random_insecure__get_insecure_random_bytes(count: u64): usize {
  return random_random__get_random_bytes(count);
}

export function random_insecure__get_insecure_random_bytes__post(_result: usize): void {
  arena.empty();
}

export function random_insecure__get_insecure_random_u64(): u64 {
  return 0;
}

export function random_insecure_seed__insecure_seed(): usize {
  store<u64>(RETURN_AREA, 0);
  store<u64>(RETURN_AREA, 0, 8);
  return RETURN_AREA;
}

/** What WASI 0.3 calls it. */
export function p3_random_insecure_seed__get_insecure_seed(): usize {
  return random_insecure_seed__insecure_seed();
}
