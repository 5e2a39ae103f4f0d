// Where a path has led to at the host, if it has: to a single file of the host's, or into a directory of the host's in
// or around other mounts, whose names were followed one by one (../files/lower-lookup.ts). What such a place is asked for, or
// what is done to it, is the host's.

import { RULED } from "../abi/features";
import { err } from "../abi/result";
import { HOST_PREOPEN_FLAGS, HOST_PREOPEN_READ_ONLY, MOUNT_HANDLE, RETURN_AREA } from "../../src/image/layout";
import { handleOf, hostFileOf, nameLengthOf, nameOf } from "../files/host-mounts";
import { inodeOf, isNode } from "../files/inode";
import { isLower, lowerOf, pathOf } from "../files/lower";
import { joinPath, joinedLength, joinedPath } from "../files/lower-path";
import { changesHost, isDirect } from "../files/mount";
import { plainLength } from "../files/odd-names";
import { MOUNT_POINT, lastDirectory, lastKind, lastLength, lastMount, lastName } from "../files/path";
import { ruleRefusal } from "../files/refusing";
import { refusalOf } from "../files/rules";
import { reset } from "../io/call";
import { NOT_PERMITTED } from "../io/error-code";
import { dotPath } from "../io/names";
import { FOLLOW } from "../io/path-flags";

/** The host's handle of a directory, or 0 if the host has none, and the path from there; links at its end: FOLLOW or 0. */
export let placeHandle: usize = 0;
export let placePath: usize = 0;
export let placeLength: usize = 0;
export let placeFollow: u32 = 0;
export let isPlaceReadOnly: bool = false;

/** Whether what a path has just led to is the host's: then it is the place. */
export function isAtHost(object: usize): bool {
  const file = hostFileOf(object);
  if (file) {
    placeHandle = handleOf(file);
    placePath = nameOf(file);
    placeLength = nameLengthOf(file);
    // The program may have put a link there.
    placeFollow = RULED ? 0 : FOLLOW;
    isPlaceReadOnly = (load<u32>(file, HOST_PREOPEN_FLAGS) & HOST_PREOPEN_READ_ONLY) != 0;
    return true;
  }
  // The name of a mount is asked for, not what is mounted.
  if (lastKind == MOUNT_POINT || !isInDirect(object)) return false;
  const lower = lowerOf(object);
  placePath = pathOf(lower);
  placeLength = lower.length;
  if (!placeLength) {
    placePath = dotPath();
    placeLength = 1;
  }
  enter(inodeOf(object).mount);
  return true;
}

/** Whether the last name, which is missing, would be the host's: then it is the place. */
export function wouldBeAtHost(): bool {
  if (!isInDirect(lastDirectory) || joinPath(lowerOf(lastDirectory), lastName, lastLength)) return false;
  placePath = joinedPath();
  placeLength = joinedLength();
  enter(inodeOf(lastDirectory).mount);
  return true;
}

/** What rules say against making the last name at the host, or 0. What Windows would make of it is asked about, too. */
export function madeRefusal(): usize {
  if (!RULED) return 0;
  const error = ruleRefusal();
  if (error) return error;
  const length = plainLength(lastName, lastLength);
  if (length == lastLength) return 0;
  return length ? refusalOf(lastMount, lastDirectory, lastName, length) : NOT_PERMITTED;
}

function enter(mount: usize): void {
  placeHandle = load<u32>(mount, MOUNT_HANDLE);
  placeFollow = 0;
  isPlaceReadOnly = !changesHost(mount);
}

/** Whether the host has it, in a directory of the host's in or around other mounts. */
function isInDirect(object: usize): bool {
  return !isNode(object) && isLower(object) && isDirect(inodeOf(object).mount);
}

/** What the host has written there. */
export function hosts(): usize {
  reset();
  return RETURN_AREA;
}

export function refuse(error: usize): usize {
  reset();
  return err(error);
}

/** Whether it is a directory in which, or in one of which, a mount lies: it stays ours. */
export function leadsToMounts(object: usize): bool {
  return isNode(object) || inodeOf(object).node != 0;
}
