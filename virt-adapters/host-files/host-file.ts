// Single files of the host's under paths of ours, and directories of the host's in or around other mounts: variants of
// the functions that take a path, for where there are any. A file of the host's is a node of the tree that cannot be
// removed, as a mount point of Linux; opened, it is the host's. What changes directories of the host's is in ./direct.ts.

import { RULED } from "../abi/features";
import { RETURN_AREA, TYPE_DIRECTORY } from "../../src/image/layout";
import { hostFileOf } from "../files/host-mounts";
import { typeOf } from "../files/inode";
import {
  filesystem_types__descriptor_link_at,
  filesystem_types__descriptor_rename_at,
  filesystem_types__descriptor_unlink_file_at,
} from "../files/mutation";
import { inodeAt } from "../files/open-file";
import { MISSING, NAME_ONLY, isError, lastMount, lastSlash, resolve } from "../files/path";
import { isProtected } from "../files/refusing";
import { told } from "../files/telling";
import {
  filesystem_types__descriptor_metadata_hash_at,
  filesystem_types__descriptor_set_times_at,
  filesystem_types__descriptor_stat_at,
} from "../files/stat";
import { BUSY, CROSS_DEVICE, NO_ENTRY, READ_ONLY } from "../io/error-code";
import { metadataHashAt, setTimesAt, statAt } from "../io/host";
import { openResult } from "../io/opened";
import { FOLLOW } from "../io/path-flags";
import { openedByPlace } from "./opened";
import { hosts, isAtHost, isPlaceReadOnly, leadsToMounts, placeFollow, placeHandle, placeLength, placePath, refuse } from "./place";

/** The host's file that a path leads to, or 0. */
function fileAt(self: usize, mode: u32, path: usize, length: usize): usize {
  const object = resolve(inodeAt(self), mode, path, length);
  return isError(object) ? 0 : hostFileOf(object);
}

export function filesystem_types__descriptor_open_at__file(
  self: usize,
  follow: u32,
  path: usize,
  length: usize,
  openFlags: u32,
  flags: u32,
): usize {
  return openResult(openedByPlace(self, follow, path, length, openFlags, flags));
}

export function filesystem_types__descriptor_stat_at__file(self: usize, follow: u32, path: usize, length: usize): usize {
  const object = resolve(inodeAt(self), follow & FOLLOW, path, length);
  if (isError(object) || !isAtHost(object)) return filesystem_types__descriptor_stat_at(self, follow, path, length);
  if (!placeHandle) return refuse(NO_ENTRY);
  statAt(placeHandle, placeFollow, placePath, placeLength, RETURN_AREA);
  return hosts();
}

export function filesystem_types__descriptor_metadata_hash_at__file(self: usize, follow: u32, path: usize, length: usize): usize {
  const object = resolve(inodeAt(self), follow & FOLLOW, path, length);
  // A directory that stays ours is as its descriptor says.
  const isOurs = isError(object) || (typeOf(object) == TYPE_DIRECTORY && (RULED || leadsToMounts(object))) || !isAtHost(object);
  if (isOurs) return filesystem_types__descriptor_metadata_hash_at(self, follow, path, length);
  if (!placeHandle) return refuse(NO_ENTRY);
  metadataHashAt(placeHandle, placeFollow, placePath, placeLength, RETURN_AREA);
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
  const object = resolve(inodeAt(self), follow & FOLLOW, path, length);
  if (isError(object) || !isAtHost(object)) {
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
  const error = placeHandle ? READ_ONLY : NO_ENTRY;
  return refuse(told(error));
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
  const object = resolve(inodeAt(self), follow & FOLLOW, path, length);
  if (isError(object) || !isAtHost(object) || !placeHandle || isPlaceReadOnly || isProtected(object)) {
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
    placeHandle,
    placeFollow,
    placePath,
    placeLength,
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
