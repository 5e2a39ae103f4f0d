// wasi:io/streams, output-stream, where standard outputs of the host's are altered on their way (alter.ts). `__altered` exports serve
// all other streams as well, as `__host` exports do.

import { ok, okOf } from "../abi/result";
import { RETURN_AREA } from "../../src/image/layout";
import { FAILED, PIECE, handleOf, isAltered, isOver, left, writeAltered } from "./alter";
import { reset } from "./call";
import * as host from "./host";
import { io_streams__input_stream_blocking_read__host, io_streams__input_stream_read__host } from "./input-stream";
import {
  io_streams__output_stream_blocking_flush__host,
  io_streams__output_stream_blocking_write_and_flush__host,
  io_streams__output_stream_blocking_write_zeroes_and_flush__host,
  io_streams__output_stream_check_write__host,
  io_streams__output_stream_dtor__host,
  io_streams__output_stream_flush__host,
  io_streams__output_stream_subscribe__host,
  io_streams__output_stream_write__host,
  io_streams__output_stream_write_zeroes__host,
} from "./output-stream";
import { io_streams__output_stream_blocking_splice__host, io_streams__output_stream_splice__host } from "./splice";
import { adopt, closed } from "./stream-error";

/** What a host would trap at as well. */
const MOST_ZEROES: u64 = 65536;

/** As a result of WASI 0.2 whose error lies at 4. */
function resultOf(written: u32): usize {
  if (written == FAILED) return adopt(4);
  return written ? closed() : ok();
}

function write(self: usize, address: usize, length: usize): usize {
  const result = resultOf(writeAltered(self, address, length));
  reset();
  return result;
}

function writeZeroes(self: usize, length: u64): usize {
  if (length > MOST_ZEROES) unreachable();
  return resultOf(writeAltered(self, 0, <usize>length));
}

/** What was read, as it lies in the return area, or why nothing was. */
function splice(self: usize): usize {
  if (!load<u8>(RETURN_AREA)) {
    const count = load<u32>(RETURN_AREA, 8);
    if (!load<u8>(write(self, load<u32>(RETURN_AREA, 4), count))) return okOf(count);
  }
  // The error lies at 8 there.
  store<u64>(RETURN_AREA, load<u64>(RETURN_AREA, 4), 8);
  return RETURN_AREA;
}

export function io_streams__output_stream_check_write__altered(self: usize): usize {
  if (!isAltered(self)) return io_streams__output_stream_check_write__host(self);
  if (isOver(self)) return closed();
  host.checkWrite(handleOf(self), RETURN_AREA);
  return load<u8>(RETURN_AREA) ? adopt(8) : okOf(min(load<u64>(RETURN_AREA, 8), left(self)));
}

export function io_streams__output_stream_flush__altered(self: usize): usize {
  if (!isAltered(self)) return io_streams__output_stream_flush__host(self);
  return isOver(self) ? closed() : ok();
}

export function io_streams__output_stream_blocking_flush__altered(self: usize): usize {
  if (!isAltered(self)) return io_streams__output_stream_blocking_flush__host(self);
  return isOver(self) ? closed() : ok();
}

export function io_streams__output_stream_write__altered(self: usize, address: usize, length: usize): usize {
  return isAltered(self) ? write(self, address, length) : io_streams__output_stream_write__host(self, address, length);
}

export function io_streams__output_stream_blocking_write_and_flush__altered(self: usize, address: usize, length: usize): usize {
  return isAltered(self) ? write(self, address, length) : io_streams__output_stream_blocking_write_and_flush__host(self, address, length);
}

export function io_streams__output_stream_write_zeroes__altered(self: usize, length: u64): usize {
  return isAltered(self) ? writeZeroes(self, length) : io_streams__output_stream_write_zeroes__host(self, length);
}

export function io_streams__output_stream_blocking_write_zeroes_and_flush__altered(self: usize, length: u64): usize {
  return isAltered(self) ? writeZeroes(self, length) : io_streams__output_stream_blocking_write_zeroes_and_flush__host(self, length);
}

export function io_streams__output_stream_splice__altered(self: usize, source: usize, length: u64): usize {
  if (!isAltered(self)) return io_streams__output_stream_splice__host(self, source, length);
  if (isOver(self)) return closed();
  io_streams__input_stream_read__host(source, min<u64>(length, PIECE));
  return splice(self);
}

export function io_streams__output_stream_blocking_splice__altered(self: usize, source: usize, length: u64): usize {
  if (!isAltered(self)) return io_streams__output_stream_blocking_splice__host(self, source, length);
  if (isOver(self)) return closed();
  io_streams__input_stream_blocking_read__host(source, min<u64>(length, PIECE));
  return splice(self);
}

export function io_streams__output_stream_subscribe__altered(self: usize): usize {
  return isAltered(self) ? host.subscribeOutput(handleOf(self)) : io_streams__output_stream_subscribe__host(self);
}

/** The host's stream stays: whoever asks again gets the same. */
export function io_streams__output_stream_dtor__altered(self: usize): void {
  if (!isAltered(self)) io_streams__output_stream_dtor__host(self);
}
