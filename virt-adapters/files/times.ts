// When things were changed: from the clock, or as the app says. The composer may put a clock that stands still
// in the place of the host's.

import { CLOCK, TIME_LENGTH } from "../../src/image/layout";
import { CHANGED, Inode, MODIFIED, STATUS_CHANGED } from "./inode";

/** Writes a datetime: u64 seconds, u32 nanoseconds. */
@external("wasi:clocks/wall-clock", "now")
declare function now(result: usize): void;

/** A new-timestamp. */
const TIMESTAMP_NOW: u32 = 1;

export function readClock(): void {
  now(CLOCK);
}

/** Sets one of the times to what the clock was read as. */
export function stamp(inode: Inode, time: usize): void {
  memory.copy(changetype<usize>(inode) + time, CLOCK, TIME_LENGTH);
}

/** What the inode says of itself has changed. */
export function touch(inode: Inode): void {
  readClock();
  inode.flags |= CHANGED;
  stamp(inode, STATUS_CHANGED);
}

/** Its contents or entries have changed. */
export function modify(inode: Inode): void {
  touch(inode);
  stamp(inode, MODIFIED);
}

/** As a new-timestamp says, of which the clock has been read; `kind` is not 0, no change. */
export function setTime(inode: Inode, time: usize, kind: u32, seconds: u64, nanoseconds: u32): void {
  if (kind == TIMESTAMP_NOW) return stamp(inode, time);
  const at = changetype<usize>(inode) + time;
  store<u64>(at, seconds);
  store<u32>(at, nanoseconds, 8);
}
