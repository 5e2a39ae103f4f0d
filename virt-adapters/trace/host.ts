// The host's standard error, where traces go: whatever the app's own is.

import { RETURN_AREA } from "../../src/image/layout";

@external("wasi:cli/stderr", "get-stderr")
declare function getStderr(): usize;
@external("wasi:io/streams", "[method]output-stream.blocking-write-and-flush")
declare function blockingWriteAndFlush(stream: usize, address: usize, length: usize, result: usize): void;
@external("wasi:io/error", "[resource-drop]error")
declare function dropError(error: usize): void;

/** What `blocking-write-and-flush` takes at once. */
const MOST: usize = 4096;

const UNKNOWN: i32 = 0;
const OPEN: i32 = 1;
const CLOSED: i32 = 2;

let state: i32 = 0; // unknown
let stream: usize = 0;

/** Where nobody reads it any more, nothing is written: the app does not learn of it. */
export function print(address: usize, length: usize): void {
  if (state == UNKNOWN) {
    stream = getStderr();
    state = OPEN;
  }
  while (state == OPEN && length > 0) {
    const count = min(length, MOST);
    blockingWriteAndFlush(stream, address, count, RETURN_AREA);
    if (load<u8>(RETURN_AREA) != 0) {
      state = CLOSED;
      if (load<u8>(RETURN_AREA, 4) == 0) dropError(load<usize>(RETURN_AREA, 8));
    }
    address += count;
    length -= count;
  }
}
