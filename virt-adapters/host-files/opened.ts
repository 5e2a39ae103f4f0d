// What a path leads to is opened: ours, or at the host if it is a place there.

import { RULED } from "../abi/features";
import { NODE_LIMIT, RETURN_AREA, TYPE_DIRECTORY } from "../../src/image/layout";
import { typeOf } from "../files/inode";
import { inodeAt } from "../files/open-file";
import { opened } from "../files/opening";
import { changesHost } from "../files/mount";
import { CREATING, MISSING, NAME_ONLY, isError, lastMount, lastSlash, resolve } from "../files/path";
import { isProtected } from "../files/refusing";
import { reset } from "../io/call";
import { NO_ENTRY } from "../io/error-code";
import { openAt } from "../io/host";
import { CREATE, isNew, makesDirectory } from "../io/open-flags";
import { openedAtHost, openedReadOnly } from "../io/opened";
import { FOLLOW } from "../io/path-flags";
import {
  isAtHost,
  isPlaceReadOnly,
  leadsToMounts,
  placeFollow,
  placeHandle,
  placeLength,
  placePath,
  madeRefusal,
  wouldBeAtHost,
} from "./place";

/** A descriptor, ours or the host's, or an error code. */
export function openedByPlace(self: usize, follow: u32, path: usize, length: usize, openFlags: u32, flags: u32): usize {
  const mode = isNew(openFlags) ? NAME_ONLY : follow & FOLLOW;
  const object = resolve(inodeAt(self), openFlags & CREATE ? mode | CREATING : mode, path, length);
  if (RULED && object == MISSING && openFlags & CREATE && changesHost(lastMount)) {
    const refused = madeRefusal();
    if (refused) {
      reset();
      return refused;
    }
  }
  if (makesDirectory(openFlags) || !isOpenedAtHost(object, openFlags)) {
    return opened(self, follow, path, length, openFlags, flags);
  }
  if (!placeHandle) {
    reset();
    return NO_ENTRY;
  }
  const hostFollow: u32 = isNew(openFlags) ? 0 : placeFollow;
  if (isPlaceReadOnly || (object != MISSING && isProtected(object))) {
    const base = <usize>NODE_LIMIT | placeHandle;
    return openedReadOnly(base, hostFollow, placePath, placeLength, openFlags, flags);
  }
  openAt(placeHandle, hostFollow, placePath, placeLength, openFlags, flags, RETURN_AREA);
  return openedAtHost(0);
}

/** Whether it is the host who opens, or makes, what a path has led to: then that is the place. Under rules, no directory is the host's: what is in it could be opened from there. */
function isOpenedAtHost(object: usize, openFlags: u32): bool {
  if (isError(object)) return object == MISSING && (openFlags & CREATE) != 0 && wouldBeAtHost() && !isPlaceReadOnly;
  if (typeOf(object) == TYPE_DIRECTORY) return !RULED && !leadsToMounts(object) && isAtHost(object);
  return !lastSlash && isAtHost(object);
}
