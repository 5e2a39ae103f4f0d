// What is opened: what paths lead to, and preopens.

import { OVERLAY, RULED, WRITABLE } from "../abi/features";
import { inflateFile } from "../abi/compressed";
import {
  IMAGE_BASE,
  MOUNTS,
  MOUNT_DESCRIPTOR,
  MOUNT_HANDLE,
  MOUNT_HOST,
  MOUNT_OUTER,
  MOUNT_SIZE,
  NODE_SIZE,
  PREOPENS,
  RULE_PROTECTS,
  TYPE_DIRECTORY,
  TYPE_FILE,
} from "../../src/image/layout";
import { reset } from "../io/call";
import { MUTATE_DIRECTORY, READ, WRITE } from "../io/descriptor-flags";
import { EXIST, INVALID, NOT_PERMITTED } from "../io/error-code";
import { CREATE, TRUNCATE, isNew, makesDirectory, openingError } from "../io/open-flags";
import { FOLLOW } from "../io/path-flags";
import { setSize } from "./contents";
import { FileInode, current, inodeOf, typeOf } from "./inode";
import { hold, release } from "./lifetime";
import { isLower } from "./lower";
import { openFile } from "./lower-file";
import { make } from "./make";
import { changesHost, isAbsent, isWritable } from "./mount";
import { Descriptor, PROTECTED, objectAt, openDescriptor } from "./open-file";
import { CREATING, MISSING, NAME_ONLY, isError, lastMount, resolve } from "./path";
import { isProtected } from "./refusing";
import { saidOf } from "./rules";
import { refusal } from "./space";
import { told } from "./telling";

/** Whether rules protect what was opened last. */
let isFixed: usize = 0;

/** A descriptor of what a path leads to, or an error code. */
export function opened(self: usize, follow: u32, path: usize, length: usize, openFlags: u32, flags: u32): usize {
  let inode = open(objectAt(self), follow, path, length, openFlags, flags);
  reset();
  inode = inflateFile(inode);
  if (isError(inode)) return inode & 0xff;
  if (!WRITABLE) return openDescriptor(inode, flags);
  // What is below a directory is as writable as the directory: that is said whether or not it was asked for.
  flags &= ~MUTATE_DIRECTORY;
  if (RULED && isFixed) flags |= PROTECTED;
  else if (inodeOf(inode).type == TYPE_DIRECTORY && isChangeable(inodeOf(inode).mount)) flags |= MUTATE_DIRECTORY;
  const descriptor = openDescriptor(inode, flags);
  return descriptor ? descriptor : refusal();
}

/** Whether directories of a mount can be changed, here or at the host. */
function isChangeable(mount: usize): bool {
  return isWritable(mount) || changesHost(mount);
}

/** The object, held, or an error code. */
function open(base: usize, follow: u32, path: usize, length: usize, openFlags: u32, flags: u32): usize {
  if (makesDirectory(openFlags)) return INVALID;
  const mode = isNew(openFlags) ? NAME_ONLY : follow & FOLLOW;
  const object = resolve(base, openFlags & CREATE ? mode | CREATING : mode, path, length);
  isFixed = 0;
  if (object == MISSING && openFlags & CREATE) return make(TYPE_FILE);
  if (isError(object)) return object;
  if (isNew(openFlags)) return EXIST;
  const type = typeOf(object);
  isFixed = isProtected(object);
  const isAllowed = !isFixed && (isWritable(lastMount) || (type == TYPE_DIRECTORY && changesHost(lastMount)));
  const refused = openingError(type, openFlags, flags, !isAllowed);
  if (refused) return WRITABLE ? told(refused) : refused;
  if (OVERLAY && type != TYPE_DIRECTORY && type != TYPE_FILE) return NOT_PERMITTED;
  if (!WRITABLE) return object;
  const inode = hold(object, lastMount);
  if (!inode) return refusal();
  let error: usize = 0;
  if (openFlags & TRUNCATE) error = setSize(changetype<FileInode>(inode), 0);
  if (OVERLAY && !error && type == TYPE_FILE && flags & (READ | WRITE) && isLower(inode)) error = openFile(inode);
  if (error) {
    release(inode);
    return error;
  }
  return inode;
}

/** Whether the app finds a mount as a preopen. What the host does not have, the app does not; what lies in another is found there. */
function isFound(mount: usize): bool {
  if (load<u32>(mount, MOUNT_HOST) && !load<u32>(mount, MOUNT_HANDLE)) return false;
  return !load<u32>(mount, MOUNT_OUTER) && !isAbsent(mount);
}

/** The list lies ready in the image, but for the handles. */
@inline
export function preopens(): usize {
  return load<u32>(PREOPENS);
}

@inline
export function preopenCount(): usize {
  return load<u32>(PREOPENS, 4);
}

/** A descriptor of a preopen, or 0 if the app does not find it. */
export function preopenAt(index: usize): usize {
  if (!WRITABLE) return openDescriptor(<usize>IMAGE_BASE + index * NODE_SIZE, READ);
  const mount: usize = load<u32>(MOUNTS) + index * MOUNT_SIZE;
  if (OVERLAY && !isFound(mount)) return 0;
  const descriptor = changetype<Descriptor>(mount + MOUNT_DESCRIPTOR);
  if (!descriptor.inode) descriptor.inode = hold(current(<usize>IMAGE_BASE + index * NODE_SIZE), mount);
  if (!descriptor.inode) unreachable();
  const isProtectedRoot = RULED && (saidOf(mount, descriptor.inode, 0, 0) & RULE_PROTECTS) != 0;
  descriptor.flags = isProtectedRoot ? READ | PROTECTED : isChangeable(mount) ? READ | MUTATE_DIRECTORY : READ;
  return changetype<usize>(descriptor) >> 3;
}
