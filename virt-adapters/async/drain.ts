// Streams that the app writes. A read of no elements waits for a writer, and the bytes are copied when there are some: so a
// stream that is open keeps nothing. What is dropped goes to one place.

import { keep } from "../abi/arena";
import { WRITABLE } from "../abi/features";
import { RETURN_AREA } from "../../src/image/layout";
import { writeAt } from "../files/file-stream";
import { closeStream } from "../files/open-file";
import { BLOCKED, countOf, isDropped, readBytes } from "./built-ins";
import { STDIO_IO, fileError } from "./face";
import { end } from "./loop";
import { LARGE, TO_FILE, Transfer, giveBuffer, takeBuffer } from "./transfer";

/** Where bytes go that nobody wants. */
let nowhere: usize = 0;

/**
 * Goes on after a copy, with its result, until the writer is waited for or has ended. A `Sink` is a transfer that can `take` the first
 * bytes of its buffer, which answers why not or 0, and `finish` by such an answer.
 */
export function drainInto<Sink extends Transfer>(sink: Sink, result: u32): void {
  while (result != BLOCKED) {
    let error: usize = 0;
    if (sink.buffer) {
      const count = countOf(result);
      error = sink.take(count);
      giveBuffer(sink, count);
    }
    if (error || isDropped(result)) return sink.finish(error);
    result = read(sink);
  }
}

@unmanaged
class FileSink extends Transfer {
  take(count: usize): usize {
    return writeAt(this.object, this.buffer, count);
  }

  /** `error` is a code of WASI 0.2, or 0. */
  finish(error: usize): void {
    closeStream(this.object);
    end(this, error != 0, this.isStdio ? STDIO_IO : fileError(error));
  }
}

export function drain(transfer: Transfer, result: u32): void {
  if (WRITABLE && transfer.kind == TO_FILE) drainInto<FileSink>(changetype<FileSink>(transfer), result);
  else drop(transfer, result);
}

/** Waits for a writer; or takes what the one has who is there. */
export function read(transfer: Transfer): u32 {
  transfer.isProbe = !transfer.isProbe;
  if (transfer.isProbe) return readBytes(transfer.end, RETURN_AREA, 0);
  takeBuffer(transfer);
  return readBytes(transfer.end, transfer.buffer, transfer.bufferSize);
}

function drop(transfer: Transfer, result: u32): void {
  if (!nowhere) nowhere = keep(8, LARGE);
  while (result != BLOCKED) {
    if (isDropped(result)) return end(transfer, false, 0);
    result = readBytes(transfer.end, nowhere, LARGE);
  }
}
