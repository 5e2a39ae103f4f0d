// wasi:io/error, and what wasi:filesystem says of it. Streams of what is embedded never fail: every error is one
// of the host's in our clothes, unless files are writable.

import { WRITABLE } from "../abi/features";
import { list } from "../abi/result";
import { RETURN_AREA } from "../../src/image/layout";
import { isOwnError } from "../files/open-file";
import { reset } from "./call";
import { dropError, errorToDebugString } from "./host";
import { isTaken } from "./representation";

export function io_error__error_to_debug_string(_self: usize): usize {
  return list(0, 0);
}

export function io_error__error_to_debug_string__host(self: usize): usize {
  if (isOwnError(self)) return io_error__error_to_debug_string(self);
  errorToDebugString(self, RETURN_AREA);
  return RETURN_AREA;
}

export function io_error__error_to_debug_string__host__post(_result: usize): void {
  reset();
}

export function io_error__error_dtor__host(self: usize): void {
  if (!isTaken && !isOwnError(self)) dropError(self);
}

/** None for a host's error, which says nothing of our files. */
export function filesystem_types__filesystem_error_code(error: usize): usize {
  store<u8>(RETURN_AREA, <u8>isOwnError(error));
  if (WRITABLE) store<u8>(RETURN_AREA, <u8>error, 1);
  return RETURN_AREA;
}
