// What mounts and rules say of the place where the last path has ended (./path.ts).

import { OVERLAY, RULED } from "../abi/features";
import { HOST_PREOPEN_FLAGS, HOST_PREOPEN_READ_ONLY, MOUNT_HOST, RULE_PROTECTS } from "../../src/image/layout";
import { NOT_PERMITTED, READ_ONLY } from "../io/error-code";
import * as embedded from "../io/node";
import { hostFileOf } from "./host-mounts";
import { inodeOf, isNode } from "./inode";
import { isWritable, rootOf } from "./mount";
import { lastDirectory, lastKind, lastLength, lastMount, lastName } from "./path";
import { isAlikeBelow, refusalOf, saidOf } from "./rules";
import { told } from "./telling";

/** Why nothing can be made under the last name, or 0. */
export function makingRefusal(): usize {
  return isWritable(lastMount) ? ruleRefusal() : READ_ONLY;
}

/** What rules say against making, removing or replacing the last name, or 0. */
@inline
export function ruleRefusal(): usize {
  return RULED ? refusalOf(lastMount, lastDirectory, lastName, lastLength) : 0;
}

/** Whether rules protect what the path has led to: 1 or 0. */
export function isProtected(object: usize): usize {
  if (!RULED) return 0;
  const isNamed = !lastKind && object != rootOf(lastMount);
  const said = isNamed ? saidOf(lastMount, lastDirectory, lastName, lastLength) : saidOf(lastMount, object, 0, 0);
  return told(said & RULE_PROTECTS);
}

/** Why what has this name in this directory cannot be moved to the last name, or 0. Moved, a directory could show what was hidden in it. */
export function movingRefusal(isDirectory: bool, directory: usize, name: usize, length: usize): usize {
  const error = refusalOf(lastMount, directory, name, length);
  if (error) return error;
  const newError = ruleRefusal();
  if (newError) return newError;
  const isAlike = !isDirectory || isAlikeBelow(lastMount, directory, name, length, lastDirectory, lastName, lastLength);
  return told(isAlike ? 0 : NOT_PERMITTED);
}

/** Of a path that has been refused: the mount, or 1 for a single file of the host's that is read-only. It is for who tells that (../telling). */
export function placeOfLast(): usize {
  if (OVERLAY && !load<u32>(lastMount, MOUNT_HOST)) {
    const directory = isNode(lastDirectory) ? lastDirectory : inodeOf(lastDirectory).node;
    const node = directory ? embedded.lookup(directory, lastName, lastLength) : 0;
    const file = node ? hostFileOf(node) : 0;
    if (file) return load<u32>(file, HOST_PREOPEN_FLAGS) & HOST_PREOPEN_READ_ONLY;
  }
  return lastMount;
}
