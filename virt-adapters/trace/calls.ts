// A call as a line: its arguments before it is made, so that they are there if it does not return; its result behind.
// Others may be made before an asynchronous call has its result: then that is a line of its own.

import {
  TRACED_ENDS,
  TRACED_GOES_ON,
  TRACED_FLAGS,
  TRACED_FLAT_PARAMS,
  TRACED_FLAT_RESULT,
  TRACED_PARAMS,
  TRACED_RESULT,
} from "../../src/image/trace-layout";
import { flush, put, putText, putWord } from "./line";
import { putFields, putValue } from "./value";

export function before(traced: usize, params: usize): void {
  const flags = load<u32>(traced, TRACED_FLAGS);
  putText(traced);
  put(0x28);
  putFields(load<u32>(traced, TRACED_PARAMS), params, (flags & TRACED_FLAT_PARAMS) != 0);
  put(0x29);
  if ((flags & TRACED_GOES_ON) != 0) putWord(0x2e2e2e20); // ...
  if ((flags & (TRACED_ENDS | TRACED_GOES_ON)) != 0) put(0x0a);
  flush();
}

export function after(traced: usize, result: usize): void {
  const flags = load<u32>(traced, TRACED_FLAGS);
  const type: usize = load<u32>(traced, TRACED_RESULT);
  if ((flags & TRACED_GOES_ON) != 0) {
    putWord(0x202e2e2e); // ...
    putText(traced);
  }
  if (type != 0) {
    putWord(0x203d20); // =
    putValue(type, result, (flags & TRACED_FLAT_RESULT) != 0);
  }
  put(0x0a);
  flush();
}
