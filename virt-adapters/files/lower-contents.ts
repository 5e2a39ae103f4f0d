// Reading what a file of the host's holds, where it has no block of its own. What the host's file does not have (any
// more), but had when the app came by, is zeros.

import * as arena from "../abi/arena";
import { BLOCK } from "../abi/block";
import { RETURN_AREA } from "../../src/image/layout";
import { INSUFFICIENT_MEMORY } from "../io/error-code";
import { readDescriptor } from "../io/host";
import { hostError } from "../io/host-error";
import { FileInode } from "./inode";
import { lowerOf, lowerSizeOf } from "./lower";
import { openFile } from "./lower-file";
import { refuse } from "./space";
import { MAX_CONTENTS, slotOf } from "./table";

/** Stands for the address of bytes that the host has. */
export const HOSTS: usize = 1;
/** What is asked of the host at once, and what is put together at most. */
export const AT_ONCE: usize = 65536;
export const MAX_READ: usize = 1 << 20;

/** How many bytes from an offset on are the host's, or more; at least those of a block. */
export function lowerLeft(file: FileInode, offset: u64): u64 {
  const left = lowerSizeOf(file) - offset;
  if (!file.capacity || offset >= MAX_CONTENTS) return left;
  let end = offset - (offset % BLOCK) + BLOCK;
  while (end < offset + AT_ONCE) {
    const slot = slotOf(file, <usize>(end / BLOCK));
    if (slot && load<u32>(slot)) break;
    end += BLOCK;
  }
  return min(left, end - offset);
}

/** How many bytes there are from one read of the host, 0 at its end; `readAddress` is where. -1 if it fails: see `refusal`. */
function ask(file: FileInode, offset: u64, length: usize): isize {
  let error = openFile(changetype<usize>(file));
  if (!error) {
    const room = arena.room(min(length, AT_ONCE));
    if (room) {
      readDescriptor(lowerOf(changetype<usize>(file)).handle, room, offset, RETURN_AREA);
      if (!load<u8>(RETURN_AREA)) return min<usize>(load<u32>(RETURN_AREA, 8), length);
    }
    error = room ? hostError(4) : INSUFFICIENT_MEMORY;
  }
  refuse(error);
  return -1;
}

/** The address of `length` bytes, or 0 if they do not come with one read. */
export function readLower(file: FileInode, offset: u64, length: usize): usize {
  return ask(file, offset, length) == length ? <usize>load<u32>(RETURN_AREA, 4) : 0;
}

/** Puts bytes of the host's somewhere; false if it fails: see `refusal`. */
export function copyLower(file: FileInode, offset: u64, to: usize, length: usize): bool {
  for (let done: usize = 0; done < length;) {
    const mark = arena.mark();
    const part = ask(file, offset + done, length - done);
    if (part < 0) return false;
    if (part) memory.copy(to + done, load<u32>(RETURN_AREA, 4), part);
    else memory.fill(to + done, 0, length - done);
    arena.reuse(mark);
    done = part ? done + part : length;
  }
  return true;
}
