// The host's standard error, where traces go: whatever the app's own is.

import { writeAll } from "../abi/write";

@external("wasi:cli/stderr", "get-stderr")
declare function getStderr(): usize;

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
  if (state == OPEN && !writeAll(stream, address, length)) state = CLOSED;
}
