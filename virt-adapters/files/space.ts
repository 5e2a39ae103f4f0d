// How much there may be. Contents count by blocks, as a program is told its space; names and files by number; and all
// that takes memory by the blocks that it lies in, whatever it is: contents, inodes, names, targets, tables, what is
// open. What is full is told by `refusal`, for whoever finds that something could not be had.

import { OVERLAY } from "../abi/features";
import { CONTENTS, COUNTER_COUNT, FILES, MAX_FILES, MEMORY, MOUNT_CONTENTS, MOUNT_MEMORY, NO_LIMIT } from "../../src/image/layout";
import { INSUFFICIENT_MEMORY, INSUFFICIENT_SPACE } from "../io/error-code";

/*
 * How many blocks more than its limit a mount may take, by what for: what is kept has none. What comes and goes with a call or
 * a handle has some, so that a full mount can be read and emptied. The embedder's own calls have all there is.
 */
export const KEPT: u32 = 0;
export const PASSING: u32 = 64;
export const EMBEDDERS: u32 = u32.MAX_VALUE;

/** Why the last thing could not be had: memory, unless a limit was reached. */
let isLimited: bool = false;
/** Or the host's reason. */
let hostError: usize = 0;

/** The host said no. */
export function refuse(error: usize): void {
  hostError = error;
}

/** Nobody has asked. */
export function forgetRefusal(): void {
  hostError = 0;
}

export function refusal(): usize {
  if (OVERLAY && hostError) {
    const error = hostError;
    hostError = 0;
    return error;
  }
  const error = isLimited ? INSUFFICIENT_SPACE : INSUFFICIENT_MEMORY;
  isLimited = false;
  return error;
}

/** Whether a mount, or all of them, cannot have so many blocks more. To what passes, that is a want of memory. */
export function isFull(mount: usize, blocks: u32, spare: u32): bool {
  const is = isOver(mount + MOUNT_MEMORY, blocks, spare) || isOver(MEMORY, blocks, spare);
  isLimited = is && spare == KEPT;
  return is;
}

function isOver(counter: usize, blocks: u32, spare: u32): bool {
  const count = load<u32>(counter, COUNTER_COUNT) + blocks;
  return count - min(count, spare) > load<u32>(counter);
}

/** Whether all that is written together has a limit. */
@inline
export function isBounded(): bool {
  return load<u32>(MEMORY) != <u32>NO_LIMIT;
}

/** So many blocks more are the mount's. */
export function count(mount: usize, blocks: u32): void {
  add(mount + MOUNT_MEMORY, blocks);
  add(MEMORY, blocks);
}

function add(counter: usize, blocks: u32): void {
  store<u32>(counter, load<u32>(counter, COUNTER_COUNT) + blocks, COUNTER_COUNT);
}

/** Whether contents cannot have a block more in a mount, or in all of them. */
export function isContentsFull(mount: usize): bool {
  isLimited = isOver(mount + MOUNT_CONTENTS, 1, KEPT) || isOver(CONTENTS, 1, KEPT);
  return isLimited;
}

export function countContents(mount: usize, blocks: u32): void {
  add(mount + MOUNT_CONTENTS, blocks);
  add(CONTENTS, blocks);
}

/** Counts one more name of a file, if there may be. */
export function takeName(): bool {
  const files = load<u32>(FILES);
  isLimited = files >= load<u32>(MAX_FILES);
  if (isLimited) return false;
  store<u32>(FILES, files + 1);
  return true;
}

export function giveName(): void {
  store<u32>(FILES, load<u32>(FILES) - 1);
}
