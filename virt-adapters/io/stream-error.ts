// The error side of stream results. In a `result`, a stream-error lies at offset 4 or 8, like
// everything (see abi/result.ts): the case, 0 for last-operation-failed and 1 for closed, then the error.

import { newError } from "../abi/own-resources";
import { err } from "../abi/result";
import { RETURN_AREA } from "../../src/image/layout";

const LAST_OPERATION_FAILED: u8 = 0;

@inline
export function closed(): usize {
  return err(1);
}

/** The host's result in the return area, made ours; `offset` is that of its stream-error. */
export function adopt(offset: usize): usize {
  if (load<u8>(RETURN_AREA) && load<u8>(<usize>RETURN_AREA + offset) == LAST_OPERATION_FAILED) {
    store<u32>(<usize>RETURN_AREA + offset, newError(load<u32>(<usize>RETURN_AREA + offset, 4)), 4);
  }
  return RETURN_AREA;
}

/** The same, when the host's stream-error lies at 4 and ours has to be at 8. */
export function adoptShifted(): usize {
  store<u64>(RETURN_AREA, load<u64>(RETURN_AREA, 4), 8);
  return adopt(8);
}
