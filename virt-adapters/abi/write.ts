// Bytes to a stream of the host's.

import { RETURN_AREA } from "../../src/image/layout";

@external("wasi:io/streams", "[method]output-stream.blocking-write-and-flush")
declare function blockingWriteAndFlush(stream: usize, address: usize, length: usize, result: usize): void;
@external("wasi:io/error", "[resource-drop]error")
declare function dropError(error: usize): void;

/** What `blocking-write-and-flush` takes at once. */
const MOST: usize = 4096;

/** Whether the stream has taken all. */
export function writeAll(stream: usize, address: usize, length: usize): bool {
  while (length > 0) {
    const count = min(length, MOST);
    blockingWriteAndFlush(stream, address, count, RETURN_AREA);
    if (load<u8>(RETURN_AREA)) {
      if (!load<u8>(RETURN_AREA, 4)) dropError(load<u32>(RETURN_AREA, 8));
      return false;
    }
    address += count;
    length -= count;
  }
  return true;
}
