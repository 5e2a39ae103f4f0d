// How much may be written: blocks of contents count, and whatever has an inode that is not embedded. What is
// full is told by `refusal`, for whoever finds that something could not be had.

import { BLOCK } from "../abi/block";
import { OVERLAY } from "../abi/features";
import { FILES, MAX_BYTES, MAX_FILES, MOUNT_FLAGS, MOUNT_MAX_BYTES, MOUNT_USED, MOUNT_WRITABLE, USED } from "../../src/image/layout";
import { INSUFFICIENT_MEMORY, INSUFFICIENT_SPACE } from "./error-code";
import { give, take, takeBlock, giveBlock } from "./heap";

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

/** A block for contents, or 0. */
export function takeContents(mount: usize): usize {
  // Less than a block left is a block: limits are rounded up.
  isLimited = load<u64>(mount, MOUNT_USED) >= load<u64>(mount, MOUNT_MAX_BYTES) || load<u64>(USED) >= load<u64>(MAX_BYTES);
  if (isLimited) return 0;
  const block = takeBlock();
  if (block) count(mount, BLOCK);
  return block;
}

export function giveContents(mount: usize, block: usize): void {
  giveBlock(block);
  uncount(mount);
}

export function uncount(mount: usize): void {
  count(mount, <u64>0 - BLOCK);
}

function count(mount: usize, byteLength: u64): void {
  store<u64>(mount, load<u64>(mount, MOUNT_USED) + byteLength, MOUNT_USED);
  store<u64>(USED, load<u64>(USED) + byteLength);
}

/** Memory for one more file, or 0. */
export function takeFile(byteLength: usize): usize {
  const files = load<u32>(FILES);
  isLimited = files >= load<u32>(MAX_FILES);
  if (isLimited) return 0;
  const file = take(byteLength);
  if (file) store<u32>(FILES, files + 1);
  return file;
}

export function giveFile(file: usize, byteLength: usize): void {
  give(file, byteLength);
  store<u32>(FILES, load<u32>(FILES) - 1);
}
