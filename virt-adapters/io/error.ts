// wasi:io/error, and what wasi:filesystem says of it. Our own streams never fail, so every error is one of the host's in our clothes.

import { reset } from "../abi/arena";
import { list } from "../abi/result";
import { RETURN_AREA } from "../../src/image/layout";
import { dropError, errorToDebugString } from "./host";
import { isTaken } from "./representation";

export function io_error__error_to_debug_string(_self: usize): usize {
  return list(0, 0);
}

export function io_error__error_to_debug_string__host(self: usize): usize {
  errorToDebugString(self, RETURN_AREA);
  return RETURN_AREA;
}

export function io_error__error_to_debug_string__host__post(_result: usize): void {
  reset();
}

export function io_error__error_dtor__host(self: usize): void {
  if (!isTaken) dropError(self);
}

/** None: no stream of ours fails, and a host's error says nothing of our files. */
export function filesystem_types__filesystem_error_code(_error: usize): usize {
  store<u8>(RETURN_AREA, 0);
  return RETURN_AREA;
}
