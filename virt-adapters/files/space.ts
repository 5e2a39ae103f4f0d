// How much there may be. Contents count by blocks, as a program is told its space; names and files by number; and all
// that takes memory by the blocks that it lies in, whatever it is: contents, inodes, names, targets, tables, what is
// open. What is full is told by `refusal`, for whoever finds that something could not be had.

import { OVERLAY } from "../abi/features";
import {
  COUNTER_COUNT,
  CONTENTS,
  FILES,
  MAX_FILES,
  MEMORY,
  MOUNT_CHANGES_HOST,
  MOUNT_DIRECT,
  MOUNT_FLAGS,
  MOUNT_OFFERED,
  MOUNT_PRESENT,
  MOUNT_CONTENTS,
  MOUNT_MEMORY,
  MOUNT_WRITABLE,
  NO_LIMIT,
} from "../../src/image/layout";
import { INSUFFICIENT_MEMORY, INSUFFICIENT_SPACE } from "./error-code";
import { giveUnits, take, takeBlock, giveBlock } from "./heap";

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

@inline
export function isWritable(mount: usize): bool {
  return (load<u32>(mount, MOUNT_FLAGS) & MOUNT_WRITABLE) != 0;
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

/** Whether it is a directory of the host's, in or around other mounts: nothing of it is ever written to memory. */
@inline
export function isDirect(mount: usize): bool {
  return OVERLAY && (load<u32>(mount, MOUNT_FLAGS) & MOUNT_DIRECT) != 0;
}

/** And changes go to the host. */
@inline
export function changesHost(mount: usize): bool {
  return OVERLAY && (load<u32>(mount, MOUNT_FLAGS) & MOUNT_CHANGES_HOST) != 0;
}

/** Whether it is a directory that the host does not offer. */
@inline
export function isAbsent(mount: usize): bool {
  return OVERLAY && (load<u32>(mount, MOUNT_FLAGS) & (MOUNT_OFFERED | MOUNT_PRESENT)) == MOUNT_OFFERED;
}

/** A block for contents, or 0. */
export function takeContents(mount: usize): usize {
  isLimited = isOver(mount + MOUNT_CONTENTS, 1, KEPT) || isOver(CONTENTS, 1, KEPT);
  if (isLimited) return 0;
  const block = takeBlock(mount, KEPT);
  if (block) countContents(mount, 1);
  return block;
}

export function giveContents(mount: usize, block: usize): void {
  giveBlock(block, mount);
  countContents(mount, -1);
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

/** Memory for one more file, which is its first name's too; or 0. */
export function takeFile(byteLength: usize, mount: usize): usize {
  if (!takeName()) return 0;
  const file = take(byteLength, mount, KEPT);
  if (!file) giveName();
  return file;
}

export function giveFile(file: usize, byteLength: usize): void {
  giveUnits(file, byteLength);
  giveName();
}
