// Single files of the host's under paths of ours: variants of the functions that take a path, for where there are any.
// A file of the host's is a node of the tree that cannot be removed, as a mount point of Linux; opened, it is the host's.

import { reset } from "../abi/arena";
import { err, okOf } from "../abi/result";
import { HOST_PREOPEN_FLAGS, HOST_PREOPEN_READ_ONLY, NODE_LIMIT, RETURN_AREA } from "../../src/image/layout";
import { handleOf, hostFileOf, nameLengthOf, nameOf } from "../files/host-mounts";
import {
  filesystem_types__descriptor_link_at,
  filesystem_types__descriptor_rename_at,
  filesystem_types__descriptor_unlink_file_at,
} from "../files/mutation";
import { BUSY, CROSS_DEVICE, NO_ENTRY, READ_ONLY } from "../files/error-code";
import { filesystem_types__descriptor_open_at } from "../files/open";
import { inodeAt } from "../files/open-file";
import { FOLLOW, MISSING, NAME_ONLY, isError, lastMount, lastSlash, resolve } from "../files/path";
import {
  filesystem_types__descriptor_metadata_hash_at,
  filesystem_types__descriptor_set_times_at,
  filesystem_types__descriptor_stat_at,
} from "../files/stat";
import { metadataHashAt, openAt, setTimesAt, statAt } from "../io/host";
import { filesystem_types__descriptor_open_at__ro } from "../io/host-read-only";
import { CREATE, DIRECTORY, EXCLUSIVE } from "../io/open-flags";
import { newHostDescriptor } from "../io/representation";

/** The host's file that a path leads to, or 0. */
function fileAt(self: usize, mode: u32, path: usize, length: usize): usize {
  const object = resolve(inodeAt(self), mode, path, length);
  return isError(object) ? 0 : hostFileOf(object);
}

/** What the host has written there. */
function hosts(): usize {
  reset();
  return RETURN_AREA;
}

function refuse(error: usize): usize {
  reset();
  return err(error);
}

@inline
function isReadOnly(file: usize): bool {
  return (load<u32>(file, HOST_PREOPEN_FLAGS) & HOST_PREOPEN_READ_ONLY) != 0;
}

export function filesystem_types__descriptor_open_at__file(
  self: usize,
  follow: u32,
  path: usize,
  length: usize,
  openFlags: u32,
  flags: u32,
): usize {
  const isNew = (openFlags & (CREATE | EXCLUSIVE)) == (CREATE | EXCLUSIVE);
  const file = fileAt(self, isNew ? NAME_ONLY : follow & FOLLOW, path, length);
  if (!file || lastSlash || (openFlags & (CREATE | DIRECTORY)) == (CREATE | DIRECTORY)) {
    return filesystem_types__descriptor_open_at(self, follow, path, length, openFlags, flags);
  }
  const handle = handleOf(file);
  if (!handle) return refuse(NO_ENTRY);
  const hostFollow: u32 = isNew ? 0 : FOLLOW;
  if (isReadOnly(file)) {
    const base = <usize>NODE_LIMIT | handle;
    return filesystem_types__descriptor_open_at__ro(base, hostFollow, nameOf(file), nameLengthOf(file), openFlags, flags);
  }
  openAt(handle, hostFollow, nameOf(file), nameLengthOf(file), openFlags, flags, RETURN_AREA);
  reset();
  if (load<u8>(RETURN_AREA)) return err(load<u8>(RETURN_AREA, 4));
  return okOf(newHostDescriptor(load<u32>(RETURN_AREA, 4), 0));
}

export function filesystem_types__descriptor_stat_at__file(self: usize, follow: u32, path: usize, length: usize): usize {
  const file = fileAt(self, follow & FOLLOW, path, length);
  if (!file) return filesystem_types__descriptor_stat_at(self, follow, path, length);
  if (!handleOf(file)) return refuse(NO_ENTRY);
  statAt(handleOf(file), FOLLOW, nameOf(file), nameLengthOf(file), RETURN_AREA);
  return hosts();
}

export function filesystem_types__descriptor_metadata_hash_at__file(self: usize, follow: u32, path: usize, length: usize): usize {
  const file = fileAt(self, follow & FOLLOW, path, length);
  if (!file) return filesystem_types__descriptor_metadata_hash_at(self, follow, path, length);
  if (!handleOf(file)) return refuse(NO_ENTRY);
  metadataHashAt(handleOf(file), FOLLOW, nameOf(file), nameLengthOf(file), RETURN_AREA);
  return hosts();
}

/** Where all of the host's files are read-only. */
export function filesystem_types__descriptor_set_times_at__fixed(
  self: usize,
  follow: u32,
  path: usize,
  length: usize,
  accessKind: u32,
  accessSeconds: u64,
  accessNanoseconds: u32,
  modifiedKind: u32,
  modifiedSeconds: u64,
  modifiedNanoseconds: u32,
): usize {
  const file = fileAt(self, follow & FOLLOW, path, length);
  if (!file) {
    return filesystem_types__descriptor_set_times_at(
      self,
      follow,
      path,
      length,
      accessKind,
      accessSeconds,
      accessNanoseconds,
      modifiedKind,
      modifiedSeconds,
      modifiedNanoseconds,
    );
  }
  return refuse(handleOf(file) ? READ_ONLY : NO_ENTRY);
}

export function filesystem_types__descriptor_set_times_at__file(
  self: usize,
  follow: u32,
  path: usize,
  length: usize,
  accessKind: u32,
  accessSeconds: u64,
  accessNanoseconds: u32,
  modifiedKind: u32,
  modifiedSeconds: u64,
  modifiedNanoseconds: u32,
): usize {
  const file = fileAt(self, follow & FOLLOW, path, length);
  if (!file || !handleOf(file) || isReadOnly(file)) {
    return filesystem_types__descriptor_set_times_at__fixed(
      self,
      follow,
      path,
      length,
      accessKind,
      accessSeconds,
      accessNanoseconds,
      modifiedKind,
      modifiedSeconds,
      modifiedNanoseconds,
    );
  }
  setTimesAt(
    handleOf(file),
    FOLLOW,
    nameOf(file),
    nameLengthOf(file),
    accessKind,
    accessSeconds,
    accessNanoseconds,
    modifiedKind,
    modifiedSeconds,
    modifiedNanoseconds,
    RETURN_AREA,
  );
  return hosts();
}

export function filesystem_types__descriptor_unlink_file_at__file(self: usize, path: usize, length: usize): usize {
  if (!fileAt(self, NAME_ONLY, path, length) || lastSlash) return filesystem_types__descriptor_unlink_file_at(self, path, length);
  return refuse(BUSY);
}

export function filesystem_types__descriptor_link_at__file(
  self: usize,
  follow: u32,
  oldPath: usize,
  oldLength: usize,
  directory: usize,
  path: usize,
  length: usize,
): usize {
  if (fileAt(self, follow & FOLLOW, oldPath, oldLength)) return refuse(CROSS_DEVICE);
  return filesystem_types__descriptor_link_at(self, follow, oldPath, oldLength, directory, path, length);
}

export function filesystem_types__descriptor_rename_at__file(
  self: usize,
  oldPath: usize,
  oldLength: usize,
  directory: usize,
  path: usize,
  length: usize,
): usize {
  const object = resolve(inodeAt(self), NAME_ONLY, oldPath, oldLength);
  if (!isError(object)) {
    const mount = lastMount;
    const target = resolve(inodeAt(directory), NAME_ONLY, path, length);
    const isThere = !isError(target);
    if (isThere || target == MISSING) {
      const isHosts = hostFileOf(object) || (isThere && hostFileOf(target));
      if (isHosts) return refuse(mount == lastMount ? BUSY : CROSS_DEVICE);
    }
  }
  return filesystem_types__descriptor_rename_at(self, oldPath, oldLength, directory, path, length);
}
