// wasi:random of a seed: what comes is the same on every host (./chacha.ts).

import * as arena from "../abi/arena";
import { list } from "../abi/result";
import { RETURN_AREA } from "../../src/image/layout";
import { INSECURE, RANDOM, SEED, streamOf, take } from "./chacha";

function bytesOf(number: u32, count: u64): usize {
  // More than there are addresses, and there is no error to answer with.
  if (count > <u64>u32.MAX_VALUE) unreachable();
  const stream = streamOf(number);
  const bytes = arena.allocate(1, <usize>count);
  take(stream, bytes, <usize>count);
  return list(bytes, <usize>count);
}

/** Little-endian. */
function numberOf(number: u32): u64 {
  take(streamOf(number), RETURN_AREA, 8);
  return load<u64>(RETURN_AREA);
}

export function random_random__get_random_bytes__seeded(count: u64): usize {
  return bytesOf(RANDOM, count);
}

export function random_random__get_random_bytes__seeded__post(_result: usize): void {
  arena.empty();
}

export function random_random__get_random_u64__seeded(): u64 {
  return numberOf(RANDOM);
}

export function random_insecure__get_insecure_random_bytes__seeded(count: u64): usize {
  return bytesOf(INSECURE, count);
}

export function random_insecure__get_insecure_random_bytes__seeded__post(_result: usize): void {
  arena.empty();
}

export function random_insecure__get_insecure_random_u64__seeded(): u64 {
  return numberOf(INSECURE);
}

export function random_insecure_seed__insecure_seed__seeded(): usize {
  take(streamOf(SEED), RETURN_AREA, 16);
  return RETURN_AREA;
}

/** What WASI 0.3 calls it. */
export function p3_random_insecure_seed__get_insecure_seed__seeded(): usize {
  return random_insecure_seed__insecure_seed__seeded();
}
