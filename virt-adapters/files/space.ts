// How much there may be. Contents count by blocks, as a program is told its space; names and files by number; and all
// that takes memory by the blocks that it lies in, whatever it is: contents, inodes, names, targets, tables, what is
// open. What is full is told by `refusal`, for whoever finds that something could not be had.

import { BLOCK } from "../abi/block";
import { OVERLAY } from "../abi/features";
import {
  FILES,
  MAX_BYTES,
  MAX_FILES,
  MAX_MEMORY,
  MEMORY,
  MOUNT_CHANGES_HOST,
  MOUNT_DIRECT,
  MOUNT_FLAGS,
  MOUNT_MAX_BYTES,
  MOUNT_MAX_MEMORY,
  MOUNT_MEMORY,
  MOUNT_USED,
  MOUNT_WRITABLE,
  USED,
} from "../../src/image/layout";
import { INSUFFICIENT_MEMORY, INSUFFICIENT_SPACE } from "./error-code";
import { give, take, takeBlock, giveBlock } from "./heap";

/*
 * How much more than its limit a mount may take, by what for: what is kept has none. What comes and goes with a call or
 * a handle has some, so that a full mount can be read and emptied. The embedder's own calls have all there is.
 */
export const KEPT: u64 = 0;
export const PASSING: u64 = 1 << 18;
export const EMBEDDERS: u64 = u64.MAX_VALUE;

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

/** Whether a mount, or all of them, cannot have so many bytes more. To what passes, that is a want of memory. */
export function isFull(mount: usize, byteLength: u64, spare: u64): bool {
  const own = load<u64>(mount, MOUNT_MEMORY) + byteLength;
  const all = load<u64>(MEMORY) + byteLength;
  const is = own - min(own, spare) > load<u64>(mount, MOUNT_MAX_MEMORY) || all - min(all, spare) > load<u64>(MAX_MEMORY);
  isLimited = is && spare == KEPT;
  return is;
}

/** Whether all that is written together has a limit. */
@inline
export function isBounded(): bool {
  return load<u64>(MAX_MEMORY) != u64.MAX_VALUE;
}

/** A block more is the mount's. */
export function count(mount: usize): void {
  store<u64>(mount, load<u64>(mount, MOUNT_MEMORY) + BLOCK, MOUNT_MEMORY);
  store<u64>(MEMORY, load<u64>(MEMORY) + BLOCK);
}

export function uncount(mount: usize): void {
  store<u64>(mount, load<u64>(mount, MOUNT_MEMORY) - BLOCK, MOUNT_MEMORY);
  store<u64>(MEMORY, load<u64>(MEMORY) - BLOCK);
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

/** A block for contents, or 0. */
export function takeContents(mount: usize): usize {
  // Less than a block left is a block: limits are rounded up.
  isLimited = load<u64>(mount, MOUNT_USED) >= load<u64>(mount, MOUNT_MAX_BYTES) || load<u64>(USED) >= load<u64>(MAX_BYTES);
  if (isLimited) return 0;
  const block = takeBlock(mount, KEPT);
  if (block) countContents(mount, BLOCK);
  return block;
}

export function giveContents(mount: usize, block: usize): void {
  giveBlock(block, mount);
  uncountContents(mount);
}

export function uncountContents(mount: usize): void {
  countContents(mount, <u64>0 - BLOCK);
}

function countContents(mount: usize, byteLength: u64): void {
  store<u64>(mount, load<u64>(mount, MOUNT_USED) + byteLength, MOUNT_USED);
  store<u64>(USED, load<u64>(USED) + byteLength);
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

export function giveFile(file: usize, byteLength: usize, mount: usize): void {
  give(file, byteLength, mount);
  giveName();
}
