// The bytes of a seed: the key stream of ChaCha20 (RFC 8439) with the seed as the key. The counter has 64 bits, as Bernstein's has, so
// that a stream does not come to its end; the two words behind it are the stream's number. While a counter is below 2^32 this is the
// RFC's key stream for a nonce of zeros with the stream's number in its second word.

import { keep } from "../abi/arena";
import { RANDOM_SEED } from "../../src/image/layout";

/** Each interface has a stream of its own: what is asked of one moves no other. */
export const RANDOM: u32 = 0;
export const INSECURE: u32 = 1;
export const SEED: u32 = 2;
const STREAMS: usize = 3;

const WORDS: usize = 16;
const BLOCK: usize = WORDS * 4;
const DOUBLE_ROUNDS: u32 = 10;

// A stream: a block, the counter of the next one, and how many bytes of the block are left.
const COUNTER: usize = BLOCK;
const LEFT: usize = BLOCK + 8;
const SIZE: usize = BLOCK + 16;

let streams: usize = 0;

/** Where a stream is, from its first use on. Nothing may be in the arena then. */
export function streamOf(number: u32): usize {
  if (!streams) {
    streams = keep(8, STREAMS * SIZE);
    memory.fill(streams, 0, STREAMS * SIZE);
  }
  return streams + number * SIZE;
}

/** The next bytes of a stream. */
export function take(stream: usize, to: usize, count: usize): void {
  while (count) {
    let left: usize = load<u32>(stream + LEFT);
    if (!left) {
      nextBlock(stream);
      left = BLOCK;
    }
    const copied = min(left, count);
    memory.copy(to, stream + BLOCK - left, copied);
    store<u32>(stream + LEFT, left - copied);
    to += copied;
    count -= copied;
  }
}

function nextBlock(stream: usize): void {
  for (let i: usize = 0; i < WORDS; i++) store<u32>(stream + i * 4, input(stream, i));
  for (let round: u32 = 0; round < DOUBLE_ROUNDS; round++) {
    for (let turn: usize = 0; turn < 2; turn++) {
      // First the columns, then the diagonals.
      for (let i: usize = 0; i < 4; i++) quarter(stream, i, 4 + ((i + turn) & 3), 8 + ((i + turn * 2) & 3), 12 + ((i + turn * 3) & 3));
    }
  }
  for (let i: usize = 0; i < WORDS; i++) store<u32>(stream + i * 4, load<u32>(stream + i * 4) + input(stream, i));
  store<u64>(stream + COUNTER, load<u64>(stream + COUNTER) + 1);
}

/** A word of the state at the start: "expand 32-byte k", the key, the counter, the stream's number. */
function input(stream: usize, i: usize): u32 {
  if (i >= 14) return i == 14 ? <u32>((stream - streams) / SIZE) : 0;
  if (i >= 12) return load<u32>(stream + COUNTER + (i - 12) * 4);
  if (i >= 4) return load<u32>(<usize>RANDOM_SEED + (i - 4) * 4);
  return i < 2 ? (i ? 0x3320646e : 0x61707865) : i == 2 ? 0x79622d32 : 0x6b206574;
}

function quarter(block: usize, i: usize, j: usize, k: usize, l: usize): void {
  mix(block + i * 4, block + j * 4, block + l * 4, 16);
  mix(block + k * 4, block + l * 4, block + j * 4, 12);
  mix(block + i * 4, block + j * 4, block + l * 4, 8);
  mix(block + k * 4, block + l * 4, block + j * 4, 7);
}

/** `a += b; d = (d ^ a) <<< by` */
function mix(a: usize, b: usize, d: usize, by: u32): void {
  const sum = load<u32>(a) + load<u32>(b);
  store<u32>(a, sum);
  store<u32>(d, rotl<u32>(load<u32>(d) ^ sum, by));
}
