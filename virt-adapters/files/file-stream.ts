// What wasi:io/streams does with files: ../io/input-stream.ts, output-stream.ts and splice.ts come here.

import * as arena from "../abi/arena";
import { OVERLAY } from "../abi/features";
import { ok, okList, okOf } from "../abi/result";
import { RETURN_AREA } from "../../src/image/layout";
import { reset } from "../io/call";
import { FILE_TOO_LARGE } from "../io/error-code";
import * as host from "../io/host";
import { handleOf, isHost } from "../io/representation";
import { adopt, closed } from "../io/stream-error";
import * as contents from "./contents";
import { FileInode, PIPE } from "./inode";
import { Stream, failed, streamAt } from "./open-file";
import { refusal } from "./space";
import { BLOCK } from "../abi/block";
import { MAX_CONTENTS, dropBlock } from "./table";

/** What can be written at once. */
const PERMIT: usize = 65536;

@inline
function fileOf(stream: Stream): FileInode {
  return changetype<FileInode>(stream.inode);
}

/** How many of the bytes are there to be read; the file may have become shorter. */
export function available(stream: Stream, length: u64): usize {
  const size = fileOf(stream).size;
  const left = size - stream.position;
  return stream.position >= size ? 0 : <usize>min<u64>(min(left, length), 0x7fffffff);
}

/** Whether the other end of a pipe has been dropped; never of a file. */
@inline
function isAlone(stream: Stream): bool {
  return (fileOf(stream).flags & PIPE) != 0 && fileOf(stream).opens == 1;
}

@inline
export function isPipe(stream: Stream): bool {
  return (fileOf(stream).flags & PIPE) != 0;
}

/** Whether something may still be written to the empty pipe that is read. */
export function isWaiting(stream: Stream): bool {
  return stream.position >= fileOf(stream).size && (fileOf(stream).flags & PIPE) != 0 && !isAlone(stream);
}

function isAtEnd(stream: Stream): bool {
  return stream.isClosed || (stream.position >= fileOf(stream).size && !isWaiting(stream));
}

/** Whether nothing more can be written. */
export function isDone(stream: Stream): bool {
  return stream.isClosed || isAlone(stream);
}

/** Traps where a blocking operation would wait for ever. */
export function awaitPipe(self: usize): void {
  const stream = streamAt(self);
  if (stream.inode && isWaiting(stream)) unreachable();
}

/** Of a pipe, the blocks that were read before this call are free: results lay in them. */
export function dropRead(stream: Stream): void {
  const file = fileOf(stream);
  if (!(file.flags & PIPE)) return;
  while (file.lower < <usize>(stream.position / BLOCK)) dropBlock(file, file.lower++);
}

export function readFile(self: usize, length: u64): usize {
  const stream = streamAt(self);
  dropRead(stream);
  if (isAtEnd(stream)) return closed();
  const wanted = available(stream, length);
  const address = contents.read(fileOf(stream), stream.position, wanted);
  if (!contents.count && wanted) return failed(stream, refusal(), 4);
  stream.position += contents.count;
  return okList(address, contents.count);
}

export function skipFile(self: usize, length: u64): usize {
  const stream = streamAt(self);
  dropRead(stream);
  if (isAtEnd(stream)) return closed();
  const count = available(stream, length);
  stream.position += count;
  return okOf(count);
}

export function checkWriteFile(self: usize): usize {
  return isDone(streamAt(self)) ? closed() : okOf(max(arena.room(PERMIT), 1));
}

export function flushFile(self: usize): usize {
  return isDone(streamAt(self)) ? closed() : ok();
}

/** Zeros if `address` is 0. Why not all of it was written, or 0. */
export function writeAt(self: usize, address: usize, length: usize): usize {
  const stream = streamAt(self);
  const file = fileOf(stream);
  const position = stream.isAppending ? file.size : stream.position;
  const error = contents.write(file, position, address, length);
  stream.position = position + contents.count;
  return error;
}

/** The same as a result; `offset` is that of a stream-error in it. */
function append(self: usize, address: usize, length: usize, offset: usize): usize {
  const stream = streamAt(self);
  if (isDone(stream)) return closed();
  const error = writeAt(self, address, length);
  return error ? failed(stream, error, offset) : ok();
}

export function writeFile(self: usize, address: usize, length: usize): usize {
  const result = append(self, address, length, 4);
  reset();
  return result;
}

export function writeZeroesToFile(self: usize, length: u64): usize {
  const stream = streamAt(self);
  // No file has as many bytes, and a word would not hold the number.
  if (length >= MAX_CONTENTS) return isDone(stream) ? closed() : failed(stream, FILE_TOO_LARGE, 4);
  const result = append(self, 0, <usize>length, 4);
  reset();
  return result;
}

/** From a file, a range, or a stream of the host to a file; what is read lies in the arena at most. */
export function spliceToFile(self: usize, source: usize, length: u64, isBlocking: bool): usize {
  if (isDone(streamAt(self))) return closed();
  const wanted = min<u64>(length, PERMIT);
  if (isHost(source)) {
    if (isBlocking) host.blockingRead(handleOf(source), wanted, RETURN_AREA);
    else host.read(handleOf(source), wanted, RETURN_AREA);
    if (load<u8>(RETURN_AREA)) {
      store<u64>(RETURN_AREA, load<u64>(RETURN_AREA, 4), 8);
      return adopt(8);
    }
    return spliced(self, load<u32>(RETURN_AREA, 4), load<u32>(RETURN_AREA, 8));
  }
  return spliceOwnToFile(self, source, wanted);
}

export function spliceOwnToFile(self: usize, source: usize, length: u64): usize {
  if (isDone(streamAt(self))) return closed();
  const from = streamAt(source);
  if (!from.inode) {
    if (from.next == from.end) return closed();
    const address = from.next;
    const count = <usize>min<u64>(from.end - address, min<u64>(length, PERMIT));
    from.next += count;
    return spliced(self, address, count);
  }
  dropRead(from);
  if (isAtEnd(from)) return closed();
  // A copy, as both may be the same file.
  const count = arena.room(available(from, min<u64>(length, PERMIT)));
  const address = contents.gather(fileOf(from), from.position, count);
  if (OVERLAY && count && !contents.count) return failed(from, refusal(), 8);
  from.position += contents.count;
  return spliced(self, address, contents.count);
}

function spliced(self: usize, address: usize, length: usize): usize {
  append(self, address, length, 8);
  reset();
  return load<u8>(RETURN_AREA) ? RETURN_AREA : okOf(length);
}
