// The way to what of the host's an inode is, where there are rules: these were asked about directories and no links. Somebody may have
// put a link into a directory's place since then, through another mount of the same directory, say. It would lead the host elsewhere. So
// before the host is asked for something, each name on the way is a directory still. A call finds that out once.

import { RULED } from "../abi/features";
import { RETURN_AREA, TYPE_DIRECTORY } from "../../src/image/layout";
import { BUSY } from "../io/error-code";
import { statAt } from "../io/host";
import { hostError } from "../io/host-error";
import { endOfName } from "../io/names";
import { inodeOf } from "./inode";
import { handleOf, lowerOf, pathOf } from "./lower";

/** The directory whose way was found to be right last, in this call. */
let known: usize = 0;

@inline
export function forgetWay(): void {
  if (RULED) known = 0;
}

/** The call has just found a directory where it is. */
@inline
export function noteWay(address: usize): void {
  if (RULED) known = address;
}

/** Why the host cannot be asked by the path of an inode, or 0: a name on the way, or that of a directory itself, is missing or is none. */
export function wayError(address: usize): usize {
  if (!RULED || address == known) return 0;
  const lower = lowerOf(address);
  const isDirectory = inodeOf(address).type == TYPE_DIRECTORY;
  const path = pathOf(lower);
  const end = path + lower.length;
  for (let at = path; at < end; at++) {
    at = endOfName(at, end);
    if (at == end && !isDirectory) break;
    statAt(handleOf(inodeOf(address)), 0, path, at - path, RETURN_AREA);
    if (load<u8>(RETURN_AREA)) return hostError(8);
    if (load<u8>(RETURN_AREA, 8) != TYPE_DIRECTORY) return BUSY;
  }
  if (isDirectory) known = address;
  return 0;
}
