// What changes directories of the host's in or around other mounts: done by the host, at the place that a path leads to
// (./place.ts). What is wrong is said in Linux's order as far as we know; the rest is the host's answer. A directory on
// the way to a mount stays where it is: the mount is found by its path.

import { RULED } from "../abi/features";
import { ok } from "../abi/result";
import { RETURN_AREA, TYPE_DIRECTORY } from "../../src/image/layout";
import { hostFileOf } from "../files/host-mounts";
import { inodeOf, typeOf } from "../files/inode";
import { changesHost } from "../files/mount";
import {
  filesystem_types__descriptor_create_directory_at,
  filesystem_types__descriptor_remove_directory_at,
  filesystem_types__descriptor_symlink_at,
} from "../files/mutation";
import { inodeAt } from "../files/open-file";
import {
  MISSING,
  MOUNT_POINT,
  NAME_ONLY,
  isError,
  lastDirectory,
  lastKind,
  lastLength,
  lastMount,
  lastName,
  lastSlash,
  resolve,
} from "../files/path";
import { isProtected, movingRefusal, ruleRefusal } from "../files/refusing";
import { BUSY, CROSS_DEVICE, IS_DIRECTORY, NOT_DIRECTORY, NOT_EMPTY, NOT_PERMITTED, NO_ENTRY, READ_ONLY } from "../io/error-code";
import { createDirectoryAt, linkAt, removeDirectoryAt, renameAt, symlinkAt, unlinkFileAt } from "../io/host";
import { FOLLOW } from "../io/path-flags";
import {
  filesystem_types__descriptor_link_at__file,
  filesystem_types__descriptor_rename_at__file,
  filesystem_types__descriptor_unlink_file_at__file,
} from "./host-file";
import { hosts, isAtHost, leadsToMounts, madeRefusal, placeHandle, placeLength, placePath, refuse, wouldBeAtHost } from "./place";

/** Whether the host makes what the last name is missing for; whether it may is `changesHost`. */
function isMadeAtHost(object: usize): bool {
  return object == MISSING && changesHost(lastMount) && wouldBeAtHost();
}

export function filesystem_types__descriptor_create_directory_at__direct(self: usize, path: usize, length: usize): usize {
  if (!isMadeAtHost(resolve(inodeAt(self), NAME_ONLY, path, length))) {
    return filesystem_types__descriptor_create_directory_at(self, path, length);
  }
  const refused = madeRefusal();
  if (refused) return refuse(refused);
  createDirectoryAt(placeHandle, placePath, placeLength, RETURN_AREA);
  return hosts();
}

export function filesystem_types__descriptor_symlink_at__direct(
  self: usize,
  target: usize,
  targetLength: usize,
  path: usize,
  length: usize,
): usize {
  if (!isMadeAtHost(resolve(inodeAt(self), NAME_ONLY, path, length)) || lastSlash) {
    return filesystem_types__descriptor_symlink_at(self, target, targetLength, path, length);
  }
  const refused = madeRefusal();
  if (refused) return refuse(refused);
  symlinkAt(placeHandle, target, targetLength, placePath, placeLength, RETURN_AREA);
  return hosts();
}

/** Whether a name that could be taken away lies in such a directory. */
function isNameAtHost(object: usize): bool {
  if (lastKind || !changesHost(lastMount)) return false;
  return object == MISSING || (!isError(object) && !hostFileOf(object));
}

/** Whether it is a file that is a mount of its own. */
function isMountedFile(object: usize): bool {
  return lastKind == MOUNT_POINT && changesHost(lastMount) && typeOf(object) != TYPE_DIRECTORY;
}

export function filesystem_types__descriptor_unlink_file_at__direct(self: usize, path: usize, length: usize): usize {
  const object = resolve(inodeAt(self), NAME_ONLY, path, length);
  if (isMountedFile(object)) return refuse(lastSlash ? NOT_DIRECTORY : BUSY);
  if (!isNameAtHost(object)) return filesystem_types__descriptor_unlink_file_at__file(self, path, length);
  if (object == MISSING) return refuse(NO_ENTRY);
  if (typeOf(object) == TYPE_DIRECTORY) return refuse(IS_DIRECTORY);
  if (lastSlash) return refuse(NOT_DIRECTORY);
  const refused = ruleRefusal();
  if (refused) return refuse(refused);
  if (!isAtHost(object)) return refuse(BUSY);
  unlinkFileAt(placeHandle, placePath, placeLength, RETURN_AREA);
  return hosts();
}

export function filesystem_types__descriptor_remove_directory_at__direct(self: usize, path: usize, length: usize): usize {
  const object = resolve(inodeAt(self), NAME_ONLY, path, length);
  if (isMountedFile(object)) return refuse(NOT_DIRECTORY);
  if (!isNameAtHost(object)) return filesystem_types__descriptor_remove_directory_at(self, path, length);
  if (object == MISSING) return refuse(NO_ENTRY);
  if (typeOf(object) != TYPE_DIRECTORY) return refuse(NOT_DIRECTORY);
  const refused = ruleRefusal();
  if (refused) return refuse(refused);
  if (leadsToMounts(object) || !isAtHost(object)) return refuse(NOT_EMPTY);
  removeDirectoryAt(placeHandle, placePath, placeLength, RETURN_AREA);
  return hosts();
}

export function filesystem_types__descriptor_link_at__direct(
  self: usize,
  follow: u32,
  oldPath: usize,
  oldLength: usize,
  directory: usize,
  path: usize,
  length: usize,
): usize {
  const object = resolve(inodeAt(self), follow & FOLLOW, oldPath, oldLength);
  if (!isError(object)) {
    const isOldAtHost = !hostFileOf(object) && isAtHost(object);
    const isFixed = isProtected(object);
    const mount = isOldAtHost ? inodeOf(object).mount : 0;
    const old = placePath;
    const oldPlaceLength = placeLength;
    const target = resolve(inodeAt(directory), NAME_ONLY, path, length);
    if (target == MISSING && changesHost(lastMount) && !lastSlash) {
      if (mount != lastMount) return refuse(CROSS_DEVICE);
      if (typeOf(object) == TYPE_DIRECTORY) return refuse(NOT_PERMITTED);
      const refused = isFixed ? READ_ONLY : madeRefusal();
      if (refused) return refuse(refused);
      if (!wouldBeAtHost()) return refuse(READ_ONLY);
      linkAt(placeHandle, 0, old, oldPlaceLength, placeHandle, placePath, placeLength, RETURN_AREA);
      return hosts();
    }
  }
  return filesystem_types__descriptor_link_at__file(self, follow, oldPath, oldLength, directory, path, length);
}

export function filesystem_types__descriptor_rename_at__direct(
  self: usize,
  oldPath: usize,
  oldLength: usize,
  directory: usize,
  path: usize,
  length: usize,
): usize {
  const object = resolve(inodeAt(self), NAME_ONLY, oldPath, oldLength);
  const kind = lastKind;
  const mount = lastMount;
  const slash = lastSlash;
  const oldDirectory = lastDirectory;
  const oldName = lastName;
  const oldNameLength = lastLength;
  // What is there has a path of its own, which lasts.
  const isOldAtHost = !isError(object) && !hostFileOf(object) && isAtHost(object);
  const old = placePath;
  const oldPlaceLength = placeLength;
  const target = resolve(inodeAt(directory), NAME_ONLY, path, length);
  const isFound = (!isError(object) || object == MISSING) && (!isError(target) || target == MISSING);
  if (!isFound || mount != lastMount || kind | lastKind || !changesHost(mount)) {
    return filesystem_types__descriptor_rename_at__file(self, oldPath, oldLength, directory, path, length);
  }
  if (object == MISSING) return refuse(NO_ENTRY);
  const isDirectory = typeOf(object) == TYPE_DIRECTORY;
  if (!isDirectory && <u32>slash | <u32>lastSlash) return refuse(NOT_DIRECTORY);
  const refused = RULED ? movingRefusal(isDirectory, oldDirectory, oldName, oldNameLength) || madeRefusal() : 0;
  if (refused) return refuse(refused);
  if (!isOldAtHost || (isDirectory && leadsToMounts(object))) return refuse(BUSY);
  if (target == MISSING) {
    if (!wouldBeAtHost()) return refuse(READ_ONLY);
  } else {
    if (hostFileOf(target) || (typeOf(target) == TYPE_DIRECTORY && leadsToMounts(target)) || !isAtHost(target)) return refuse(BUSY);
    if (object == target) {
      refuse(0);
      return ok();
    }
  }
  renameAt(placeHandle, old, oldPlaceLength, placeHandle, placePath, placeLength, RETURN_AREA);
  return hosts();
}
