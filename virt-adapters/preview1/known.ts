// What never changes of a descriptor, asked for once.

import { RETURN_AREA } from "../../src/image/layout";
import { Descriptor } from "./descriptors";
import { SUCCESS, errnoOf } from "./errno";
import * as flags from "./flags";
import * as host from "./host";

/** Of what is known of a descriptor: its filetype in the lowest byte, above it its descriptor-flags, and that it is known. */
export const KNOWN: u32 = 1 << 16;

/** Asks for what never changes; an errno. */
export function learn(descriptor: Descriptor): u32 {
  if (descriptor.known) return SUCCESS;
  host.getFlags(descriptor.handle, RETURN_AREA);
  if (load<u8>(RETURN_AREA)) return errnoOf(load<u8>(RETURN_AREA, 1));
  const known = KNOWN | ((<u32>load<u8>(RETURN_AREA, 1)) << 8);
  host.getType(descriptor.handle, RETURN_AREA);
  if (load<u8>(RETURN_AREA)) return errnoOf(load<u8>(RETURN_AREA, 1));
  descriptor.known = known | flags.fileType(load<u8>(RETURN_AREA, 1));
  return SUCCESS;
}

/** Whether a file was opened for `READ` or `WRITE`. */
export function isOpenFor(descriptor: Descriptor, access: u32): bool {
  return !learn(descriptor) && ((descriptor.known >> 8) & access) != 0;
}
