// Functions whose lists lie in the program's memory: bytes go straight to and from its buffers. Their results lie there, too, in
// bytes that are borrowed for the call, next to the buffer. The program does not run meanwhile, so nobody sees it.

import { into, load64, load8, size, store64 } from "./app";

@external("app wasi:filesystem/types", "[method]descriptor.read")
declare function readDescriptor(descriptor: usize, length: u64, offset: u64, result: usize): void;
@external("app wasi:filesystem/types", "[method]descriptor.write")
declare function writeDescriptor(descriptor: usize, address: usize, length: usize, offset: u64, result: usize): void;
@external("app wasi:io/streams", "[method]input-stream.read")
declare function readStream(stream: usize, length: u64, result: usize): void;
@external("app wasi:io/streams", "[method]input-stream.blocking-read")
declare function blockingReadStream(stream: usize, length: u64, result: usize): void;
@external("app wasi:io/streams", "[method]output-stream.write")
declare function writeStream(stream: usize, address: usize, length: usize, result: usize): void;
@external("app wasi:io/streams", "[method]output-stream.blocking-write-and-flush")
declare function blockingWriteAndFlush(stream: usize, address: usize, length: usize, result: usize): void;
@external("app wasi:random/random", "get-random-bytes")
declare function getRandomBytes(length: u64, result: usize): void;

/** What is borrowed, and what was in it. */
const BYTES: u64 = 16;
let area: usize = 0;
let first: u64 = 0;
let second: u64 = 0;

/** Borrows bytes beside a buffer that is not empty; answers how much of the buffer they leave. */
function borrow(address: usize, length: usize): usize {
  const end = size();
  let behind = (<u64>address + length + 7) & ~7;
  if (behind + BYTES > end) {
    if (<u64>address >= BYTES) behind = (<u64>address - BYTES) & ~7;
    else {
      // It is most of the memory, which has 64 KB at least.
      length -= 32;
      behind = (<u64>address + length + 7) & ~7;
    }
  }
  area = <usize>behind;
  first = load64(area);
  second = load64(area + 8);
  return length;
}

/** What the words of the result were. */
let words: u64 = 0;

/** Puts back what was there, and answers the case of the result: 0 is `ok`. What follows, at an offset, is kept. */
function giveBack(offset: usize): u32 {
  const failed = load8(area);
  words = load64(area + offset);
  store64(area, first);
  store64(area + 8, second);
  return failed;
}

/** How many bytes went through, of the last call. */
export let moved: usize = 0;
/** After a call of a descriptor, its error code; of a stream, its stream-error: the case, and the handle in the upper half. */
export let failure: u64 = 0;

/** What `giveBack` answers, and the bytes moved: those of a list at offset 4, or as many as were written. */
function finish(failed: u32, count: u64): u32 {
  moved = failed ? 0 : <usize>count;
  failure = words;
  return failed;
}

/** 0, or 1: then `failure` says why. */
export function readFile(handle: usize, address: usize, length: usize, offset: u64): u32 {
  length = borrow(address, length);
  into(address, length);
  readDescriptor(handle, length, offset, area);
  const failed = giveBack(4);
  return finish(failed, words >> 32);
}

export function writeFile(handle: usize, address: usize, length: usize, offset: u64): u32 {
  length = borrow(address, length);
  writeDescriptor(handle, address, length, offset, area);
  const failed = giveBack(8);
  return finish(failed, words);
}

export function readInput(handle: usize, address: usize, length: usize, waits: bool): u32 {
  length = borrow(address, length);
  into(address, length);
  if (waits) blockingReadStream(handle, length, area);
  else readStream(handle, length, area);
  const failed = giveBack(4);
  return finish(failed, words >> 32);
}

/** `length` is what the stream permits, or at most 4096 if it is to wait and flush. */
export function writeOutput(handle: usize, address: usize, length: usize, waits: bool): u32 {
  length = borrow(address, length);
  if (waits) blockingWriteAndFlush(handle, address, length, area);
  else writeStream(handle, address, length, area);
  const failed = giveBack(4);
  return finish(failed, length);
}

/** Answers how many bytes there were. */
export function fillRandom(address: usize, length: usize): usize {
  length = borrow(address, length);
  into(address, length);
  getRandomBytes(length, area);
  giveBack(0);
  return <usize>(words >> 32);
}
