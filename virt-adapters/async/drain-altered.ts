// Standard outputs of the host's that are altered on their way (../io/alter.ts), for WASI 0.3: what the program writes goes to the
// host through its functions of 0.2, which never suspend the part.

import { RETURN_AREA } from "../../src/image/layout";
import { FAILED, WRITTEN, isOver, writeAltered } from "../io/alter";
import { dropError } from "../io/host";
import { drainInto } from "./drain";
import { STDIO_IO, STDIO_PIPE } from "./face";
import { end } from "./loop";
import { noWriting, takeIn } from "./start";
import { TO_ALTERED, Transfer, newTransfer } from "./transfer";

/** The future of what is written to an altered output. */
export function alter(self: usize, data: usize): usize {
  if (isOver(self)) return noWriting(data, STDIO_PIPE, true);
  const transfer = newTransfer(TO_ALTERED);
  transfer.object = self;
  const future = takeIn(transfer, data, true);
  drainAltered(transfer, 0);
  return future;
}

@unmanaged
class AlteredSink extends Transfer {
  take(count: usize): usize {
    return writeAltered(this.object, this.buffer, count);
  }

  finish(written: usize): void {
    end(this, written != WRITTEN, written == FAILED ? failure() : STDIO_PIPE);
  }
}

/** As `drain` does. */
export function drainAltered(transfer: Transfer, result: u32): void {
  drainInto<AlteredSink>(changetype<AlteredSink>(transfer), result);
}

/** Why the host has failed. */
function failure(): u32 {
  if (load<u8>(RETURN_AREA, 4)) return STDIO_PIPE;
  dropError(load<u32>(RETURN_AREA, 8));
  return STDIO_IO;
}
