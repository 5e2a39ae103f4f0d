// The path that the host is asked for: put together in one place, where it stays until the next.

import { BLOCK } from "../abi/block";
import { PIPES, RETURN_AREA } from "../../src/image/layout";
import { NAME_TOO_LONG } from "../io/error-code";
import { statAt } from "../io/host";
import { hostError } from "../io/host-error";
import { SLASH, dotPath } from "../io/names";
import { takeBlock } from "./blocks";
import { take } from "./heap";
import { Inode } from "./inode";
import { LOWER_PATH, Lower, handleOf, pathOf } from "./lower";
import { EMBEDDERS, PASSING } from "./space";

/** What of a path fits into a block with the rest of what lower.ts draws. */
const LONGEST: usize = BLOCK - LOWER_PATH;

/** Room for it; it is taken once. */
let buffer: usize = 0;
let bufferLength: usize = 0;

/** Makes room for paths, if there is none; false if there is no memory. */
export function hasBuffer(): bool {
  if (!buffer) buffer = takeBlock(PIPES, EMBEDDERS);
  return buffer != 0;
}

/** The path of a mount's directory itself. */
@inline
export function joinNothing(): void {
  bufferLength = 0;
}

/** The path of what of the host's an inode is. */
export function joinOwn(lower: Lower): void {
  bufferLength = lower.length;
  memory.copy(buffer, pathOf(lower), bufferLength);
}

/** Puts the path of a name in a directory into the buffer; answers why there is none, or 0. */
export function joinPath(parent: Lower, name: usize, length: usize): usize {
  let end = parent.length;
  if (end + 1 + length > LONGEST) return NAME_TOO_LONG;
  memory.copy(buffer, pathOf(parent), end);
  if (end) store<u8>(buffer + end++, SLASH);
  memory.copy(buffer + end, name, length);
  bufferLength = end + length;
  return 0;
}

/** The path that was put together last. */
@inline
export function joinedPath(): usize {
  return buffer;
}

@inline
export function joinedLength(): usize {
  return bufferLength;
}

/** A copy that stays for the call, and needs nothing done after it; at most as long as a path. */
export function copyOf(text: usize, length: usize): usize {
  memory.copy(buffer, text, length);
  return buffer;
}

/** Leaves the stat of the path in the return area; answers why there is none, or 0. */
export function askHost(inode: Inode): usize {
  statAt(handleOf(inode), 0, bufferLength ? buffer : dotPath(), max(bufferLength, 1), RETURN_AREA);
  return load<u8>(RETURN_AREA) ? hostError(8) : 0;
}

/** What an inode has of the host's, with that path; 0 if there is no memory. */
export function newLower(mount: usize): Lower {
  const address = take(LOWER_PATH + bufferLength, mount, PASSING);
  const lower = changetype<Lower>(address);
  if (!address) return lower;
  memory.fill(address, 0, LOWER_PATH);
  memory.copy(address + LOWER_PATH, buffer, bufferLength);
  lower.length = bufferLength;
  return lower;
}
