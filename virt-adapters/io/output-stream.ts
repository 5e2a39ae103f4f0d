// wasi:io/streams, output-stream. Ours keep nothing: they take everything (IGNORED) or have ended
// (CLOSED); or they write to a file. `__host` exports serve the host's streams as well. Splicing is in splice.ts.

import { newPollable } from "../abi/own-resources";
import { ok, okOf } from "../abi/result";
import { RETURN_AREA } from "../../src/image/layout";
import { checkWriteFile, flushFile, writeFile, writeZeroesToFile } from "../files/file-stream";
import { isFileOutput } from "../files/open-file";
import { reset } from "./call";
import * as host from "./host";
import { release } from "./range";
import { CLOSED, IGNORED_PERMIT, READY, handleOf, isHost, isTaken, ofHost } from "./representation";
import { adopt, closed } from "./stream-error";

export function io_streams__output_stream_check_write(self: usize): usize {
  if (isFileOutput(self)) return checkWriteFile(self);
  return self == CLOSED ? closed() : okOf(IGNORED_PERMIT);
}

export function io_streams__output_stream_flush(self: usize): usize {
  if (isFileOutput(self)) return flushFile(self);
  return self == CLOSED ? closed() : ok();
}

export function io_streams__output_stream_blocking_flush(self: usize): usize {
  return io_streams__output_stream_flush(self);
}

export function io_streams__output_stream_write(self: usize, address: usize, length: usize): usize {
  if (isFileOutput(self)) return writeFile(self, address, length);
  reset();
  return io_streams__output_stream_flush(self);
}

export function io_streams__output_stream_blocking_write_and_flush(self: usize, address: usize, length: usize): usize {
  return io_streams__output_stream_write(self, address, length);
}

export function io_streams__output_stream_write_zeroes(self: usize, length: u64): usize {
  if (isFileOutput(self)) return writeZeroesToFile(self, length);
  return io_streams__output_stream_flush(self);
}

export function io_streams__output_stream_blocking_write_zeroes_and_flush(self: usize, length: u64): usize {
  return io_streams__output_stream_write_zeroes(self, length);
}

export function io_streams__output_stream_check_write__host(self: usize): usize {
  if (!isHost(self)) return io_streams__output_stream_check_write(self);
  host.checkWrite(handleOf(self), RETURN_AREA);
  return adopt(8);
}

export function io_streams__output_stream_flush__host(self: usize): usize {
  if (!isHost(self)) return io_streams__output_stream_flush(self);
  host.flush(handleOf(self), RETURN_AREA);
  return adopt(4);
}

export function io_streams__output_stream_blocking_flush__host(self: usize): usize {
  if (!isHost(self)) return io_streams__output_stream_flush(self);
  host.blockingFlush(handleOf(self), RETURN_AREA);
  return adopt(4);
}

export function io_streams__output_stream_write__host(self: usize, address: usize, length: usize): usize {
  if (!isHost(self)) return io_streams__output_stream_write(self, address, length);
  host.write(handleOf(self), address, length, RETURN_AREA);
  reset();
  return adopt(4);
}

export function io_streams__output_stream_blocking_write_and_flush__host(self: usize, address: usize, length: usize): usize {
  if (!isHost(self)) return io_streams__output_stream_write(self, address, length);
  host.blockingWriteAndFlush(handleOf(self), address, length, RETURN_AREA);
  reset();
  return adopt(4);
}

export function io_streams__output_stream_write_zeroes__host(self: usize, length: u64): usize {
  if (!isHost(self)) return io_streams__output_stream_write_zeroes(self, length);
  host.writeZeroes(handleOf(self), length, RETURN_AREA);
  return adopt(4);
}

export function io_streams__output_stream_blocking_write_zeroes_and_flush__host(self: usize, length: u64): usize {
  if (!isHost(self)) return io_streams__output_stream_write_zeroes(self, length);
  host.blockingWriteZeroesAndFlush(handleOf(self), length, RETURN_AREA);
  return adopt(4);
}

export function io_streams__output_stream_subscribe(_self: usize): usize {
  return host.readyPollable();
}

export function io_streams__output_stream_subscribe__host(self: usize): usize {
  return isHost(self) ? host.subscribeOutput(handleOf(self)) : host.readyPollable();
}

/** For an adapter that has pollables of its own, and takes the host's for what they are. */
export function io_streams__output_stream_subscribe__wrapped(self: usize): usize {
  return newPollable(isHost(self) ? ofHost(host.subscribeOutput(handleOf(self))) : READY);
}

export function io_streams__output_stream_subscribe__pure(_self: usize): usize {
  return newPollable(READY);
}

export function io_streams__output_stream_dtor__host(self: usize): void {
  if (isFileOutput(self)) return release(self);
  if (isHost(self) && !isTaken) host.dropOutputStream(handleOf(self));
}
