// What a mount says of itself, its root, and which mount's root takes the place of an object.

import { OVERLAY, WRITABLE } from "../abi/features";
import {
  HOST_FILES,
  IMAGE_BASE,
  MOUNTS,
  MOUNT_CHANGES_HOST,
  MOUNT_DIRECT,
  MOUNT_FLAGS,
  MOUNT_OFFERED,
  MOUNT_PRESENT,
  MOUNT_SIZE,
  MOUNT_WRITABLE,
  NODE_MOUNT,
  NODE_SIZE,
  NUMBERED,
  TYPE_DIRECTORY,
} from "../../src/image/layout";
import * as embedded from "../io/node";
import { current, inodeOf, isNode } from "./inode";

@inline
export function isWritable(mount: usize): bool {
  return WRITABLE && (load<u32>(mount, MOUNT_FLAGS) & MOUNT_WRITABLE) != 0;
}

/** Whether it is a directory of the host's, in or around other mounts: nothing of it is ever written to memory. */
@inline
export function isDirect(mount: usize): bool {
  return OVERLAY && (load<u32>(mount, MOUNT_FLAGS) & MOUNT_DIRECT) != 0;
}

/** And changes go to the host. */
@inline
export function changesHost(mount: usize): bool {
  return OVERLAY && (load<u32>(mount, MOUNT_FLAGS) & MOUNT_CHANGES_HOST) != 0;
}

/** Whether it is a directory that the host does not offer. */
@inline
export function isAbsent(mount: usize): bool {
  return OVERLAY && (load<u32>(mount, MOUNT_FLAGS) & (MOUNT_OFFERED | MOUNT_PRESENT)) == MOUNT_OFFERED;
}

/** The mount whose root takes the place of an object, or 0. */
export function mountAt(object: usize): usize {
  const node = isNode(object) ? object : inodeOf(object).node;
  let number: usize = node ? load<u8>(node, NODE_MOUNT) : 0;
  if (OVERLAY && number && embedded.typeOf(node) != TYPE_DIRECTORY) {
    // The first numbers of files are the host's.
    const hostFiles: usize = load<u32>(HOST_FILES, 4);
    number = number > hostFiles ? number - hostFiles : 0;
  }
  if (!number) return 0;
  const mount = <usize>load<u32>(MOUNTS) + (<usize>load<u32>(NUMBERED) + number - 1) * MOUNT_SIZE;
  return isAbsent(mount) ? 0 : mount;
}

export function rootOf(mount: usize): usize {
  return current(<usize>IMAGE_BASE + ((mount - load<u32>(MOUNTS)) / MOUNT_SIZE) * NODE_SIZE);
}
