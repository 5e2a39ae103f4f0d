// What has been opened, before there is a handle of it: that of 0.2 and that of 0.3 are of other types.

import { newDescriptor } from "../abi/own-resources";
import { err, okOf } from "../abi/result";
import { WRITABLE } from "../abi/features";
import { HOST_READ_ONLY, RETURN_AREA } from "../../src/image/layout";
import { told } from "../files/telling";
import { reset } from "./call";
import { openAt } from "./host";
import { hostError } from "./host-error";
import { DIRECTORY } from "./open-flags";
import { isPlain, openingErrorAtHost } from "./read-only";
import { hostDescriptor, hostDescriptorOf, isRefused } from "./representation";

/** The descriptor that the host's `open-at` has just answered, or why there is none; `readOnly` is HOST_READ_ONLY or 0. */
export function openedAtHost(readOnly: usize): usize {
  reset();
  return load<u8>(RETURN_AREA) ? hostError(4) : hostDescriptor(load<u32>(RETURN_AREA, 4), readOnly);
}

/** The result of 0.2's `open-at`, of a descriptor or an error code. */
export function openResult(descriptor: usize): usize {
  return isRefused(descriptor) ? err(descriptor) : okOf(newDescriptor(descriptor));
}

/** The same for reading only: a directory of the host's opens nothing else. */
export function openedReadOnly(self: usize, follow: u32, path: usize, length: usize, openFlags: u32, flags: u32): usize {
  if (!isPlain(openFlags, flags)) {
    const found = openingErrorAtHost(self, follow, path, length, openFlags, flags);
    const error = WRITABLE ? told(found) : found;
    if (error) {
      reset();
      // What is missing is more than an error code.
      return error & 0xff;
    }
  }
  openAt(hostDescriptorOf(self), follow, path, length, openFlags & DIRECTORY, flags, RETURN_AREA);
  return openedAtHost(HOST_READ_ONLY);
}
