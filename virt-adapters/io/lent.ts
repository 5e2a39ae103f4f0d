// What other guests hand out of ours: streams of bytes that they have in memory, streams that take what nobody reads, and pollables
// that are ready. No arguments of a call lie in the arena when they ask.

import { WRITABLE } from "../abi/features";
import { newInputStream, newOutputStream, newPollable } from "../abi/own-resources";
import { openBytes } from "../files/open-file";
import { readyPollable } from "./host";
import { newRange } from "./range";
import { IGNORED, READY } from "./representation";

/** The bytes stay where they are. */
export function lent__io_streams__input_of_bytes(start: usize, end: usize): usize {
  return newInputStream(WRITABLE ? openBytes(start, end) : newRange(start, end));
}

export function lent__io_streams__ignoring_output(): usize {
  return newOutputStream(IGNORED);
}

export function lent__io_poll__ready_pollable(): usize {
  return readyPollable();
}

export function lent__io_poll__ready_pollable__pure(): usize {
  return newPollable(READY);
}

export function lent__io_poll__ready_pollable__wrapped(): usize {
  return newPollable(READY);
}
