/** Writes that are over when they return, whatever the descriptor is of. */
import { writeSync } from "node:fs";

/** Milliseconds until a pipe that was full is tried again. */
const PAUSE = 2;

/** @throws what `node:fs` throws, but not that a pipe is full: that is waited for */
export function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let start = 0; start < bytes.length;) {
    try {
      start += writeSync(descriptor, bytes, start);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
    }
  }
}
