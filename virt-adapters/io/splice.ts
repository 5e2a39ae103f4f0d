// wasi:io/streams, splice and blocking-splice, for every pair of streams:
//
//   source   sink      what happens
//   host     host      the host's own splice
//   ours     host      one write of at most what the sink permits, straight out of the image
//   any      ignored   the source skips
//   any      closed    closed
//   any      file      a read and a write

import { WRITABLE } from "../abi/features";
import { okOf } from "../abi/result";
import { RETURN_AREA } from "../../src/image/layout";
import { awaitPipe, spliceOwnToFile, spliceToFile } from "../files/file-stream";
import { isFileOutput } from "../files/open-file";
import { reset } from "./call";
import * as host from "./host";
import {
  io_streams__input_stream_blocking_skip__host,
  io_streams__input_stream_read,
  io_streams__input_stream_skip,
  io_streams__input_stream_skip__host,
} from "./input-stream";
import { CLOSED, IGNORED_PERMIT, handleOf, isHost } from "./representation";
import { adopt, adoptShifted, closed } from "./stream-error";

export function io_streams__output_stream_splice(self: usize, source: usize, length: u64): usize {
  if (isFileOutput(self)) return spliceOwnToFile(self, source, length);
  return self == CLOSED ? closed() : io_streams__input_stream_skip(source, min(length, IGNORED_PERMIT));
}

export function io_streams__output_stream_blocking_splice(self: usize, source: usize, length: u64): usize {
  if (WRITABLE) awaitPipe(source);
  return io_streams__output_stream_splice(self, source, length);
}

export function io_streams__output_stream_splice__host(self: usize, source: usize, length: u64): usize {
  if (isFileOutput(self)) return spliceToFile(self, source, length, false);
  if (self == CLOSED) return closed();
  if (!isHost(self)) return io_streams__input_stream_skip__host(source, min(length, IGNORED_PERMIT));
  if (!isHost(source)) return writeFrom(source, handleOf(self), length);
  host.splice(handleOf(self), handleOf(source), length, RETURN_AREA);
  return adopt(8);
}

export function io_streams__output_stream_blocking_splice__host(self: usize, source: usize, length: u64): usize {
  if (WRITABLE && !isHost(source)) awaitPipe(source);
  if (isFileOutput(self)) return spliceToFile(self, source, length, true);
  if (self == CLOSED) return closed();
  if (!isHost(self)) return io_streams__input_stream_blocking_skip__host(source, min(length, IGNORED_PERMIT));
  const sink = handleOf(self);
  if (!isHost(source)) {
    const pollable = host.subscribeOutput(sink);
    host.pollableBlock(pollable);
    host.dropPollable(pollable);
    return writeFrom(source, sink, length);
  }
  host.blockingSplice(sink, handleOf(source), length, RETURN_AREA);
  return adopt(8);
}

/** From a range to a host's stream. */
function writeFrom(source: usize, sink: usize, length: u64): usize {
  host.checkWrite(sink, RETURN_AREA);
  if (load<u8>(RETURN_AREA)) return adopt(8);
  io_streams__input_stream_read(source, min(length, load<u64>(RETURN_AREA, 8)));
  if (load<u8>(RETURN_AREA)) return RETURN_AREA;
  const count = load<u32>(RETURN_AREA, 8);
  // Wasmtime traps where nothing is written while nothing may be.
  if (count) host.write(sink, load<u32>(RETURN_AREA, 4), count, RETURN_AREA);
  if (WRITABLE) reset();
  return load<u8>(RETURN_AREA) ? adoptShifted() : okOf(count);
}
