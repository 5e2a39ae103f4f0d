// wasi:io/streams, input-stream. Ours are ranges of the image: reads give out addresses, nothing is
// copied, and nothing is ever waited for. `__host` exports serve the host's streams as well.

import { WRITABLE } from "../abi/features";
import { newPollable } from "../abi/own-resources";
import { okList, okOf } from "../abi/result";
import { RETURN_AREA } from "../../src/image/layout";
import { awaitPipe, readFile, skipFile } from "../files/file-stream";
import { isFileInput } from "../files/open-file";
import { reset } from "./call";
import * as host from "./host";
import { rangeOf, release } from "./range";
import { READY, handleOf, isHost, isTaken, ofHost } from "./representation";
import { adopt, closed } from "./stream-error";

/** What is asked of the host at once: more would only make the arena grow. */
const MAX_HOST_READ: u64 = 65536;

/** Moves the stream on by at most `length` bytes and says by how many: 0 at its end. */
function advance(self: usize, length: u64): usize {
  const range = rangeOf(self);
  const count = <usize>min<u64>(range.end - range.next, length);
  range.next += count;
  return count;
}

@inline
function isAtEnd(self: usize): bool {
  const range = rangeOf(self);
  return range.next == range.end;
}

export function io_streams__input_stream_read(self: usize, length: u64): usize {
  if (isFileInput(self)) return readFile(self, length);
  const start = rangeOf(self).next;
  return isAtEnd(self) ? closed() : okList(start, advance(self, length));
}

export function io_streams__input_stream_blocking_read(self: usize, length: u64): usize {
  if (WRITABLE) awaitPipe(self);
  return io_streams__input_stream_read(self, length);
}

export function io_streams__input_stream_skip(self: usize, length: u64): usize {
  if (isFileInput(self)) return skipFile(self, length);
  return isAtEnd(self) ? closed() : okOf(advance(self, length));
}

export function io_streams__input_stream_blocking_skip(self: usize, length: u64): usize {
  if (WRITABLE) awaitPipe(self);
  return io_streams__input_stream_skip(self, length);
}

export function io_streams__input_stream_read__host(self: usize, length: u64): usize {
  if (!isHost(self)) return io_streams__input_stream_read(self, length);
  host.read(handleOf(self), min(length, MAX_HOST_READ), RETURN_AREA);
  return adopt(4);
}

export function io_streams__input_stream_blocking_read__host(self: usize, length: u64): usize {
  if (!isHost(self)) return io_streams__input_stream_blocking_read(self, length);
  host.blockingRead(handleOf(self), min(length, MAX_HOST_READ), RETURN_AREA);
  return adopt(4);
}

export function io_streams__input_stream_skip__host(self: usize, length: u64): usize {
  if (!isHost(self)) return io_streams__input_stream_skip(self, length);
  host.skip(handleOf(self), length, RETURN_AREA);
  return adopt(8);
}

export function io_streams__input_stream_blocking_skip__host(self: usize, length: u64): usize {
  if (!isHost(self)) return io_streams__input_stream_blocking_skip(self, length);
  host.blockingSkip(handleOf(self), length, RETURN_AREA);
  return adopt(8);
}

export function io_streams__input_stream_read__host__post(_result: usize): void {
  reset();
}

export function io_streams__input_stream_blocking_read__host__post(_result: usize): void {
  reset();
}

export function io_streams__input_stream_subscribe(_self: usize): usize {
  return host.readyPollable();
}

export function io_streams__input_stream_subscribe__host(self: usize): usize {
  return isHost(self) ? host.subscribeInput(handleOf(self)) : host.readyPollable();
}

/** For an adapter that has pollables of its own, and takes the host's for what they are. */
export function io_streams__input_stream_subscribe__wrapped(self: usize): usize {
  return newPollable(isHost(self) ? ofHost(host.subscribeInput(handleOf(self))) : READY);
}

export function io_streams__input_stream_subscribe__pure(_self: usize): usize {
  return newPollable(READY);
}

export function io_streams__input_stream_dtor(self: usize): void {
  release(self);
}

export function io_streams__input_stream_dtor__host(self: usize): void {
  if (!isHost(self)) release(self);
  else if (!isTaken) host.dropInputStream(handleOf(self));
}
