// wasi:filesystem/types, what directories of the host's answer that are read-only. Nothing that could change them
// reaches the host. As on Linux, what is wrong with a path is said first: the host is asked what is there.

import { err, okOf } from "../abi/result";
import { RETURN_AREA } from "../../src/image/layout";
import { reset } from "./call";
import { MUTATE_DIRECTORY, WRITE } from "./descriptor-flags";
import { BAD_DESCRIPTOR, BUSY, CROSS_DEVICE, INVALID, IS_DIRECTORY, NOT_EMPTY, READ_ONLY } from "./error-code";
import { getFlags } from "./host";
import { isThere, look } from "./look";
import { makingError, removingError, renamingError } from "./read-only";
import { openResult, openedReadOnly } from "./opened";
import { hostDescriptorOf, isReadOnly } from "./representation";

function refuse(error: usize): usize {
  reset();
  return err(error);
}

export function filesystem_types__descriptor_open_at__ro(
  self: usize,
  follow: u32,
  path: usize,
  length: usize,
  openFlags: u32,
  flags: u32,
): usize {
  return openResult(openedReadOnly(self, follow, path, length, openFlags, flags));
}

export function filesystem_types__descriptor_get_flags__ro(self: usize): usize {
  getFlags(hostDescriptorOf(self), RETURN_AREA);
  if (load<u8>(RETURN_AREA)) return RETURN_AREA;
  return okOf(load<u8>(RETURN_AREA, 1) & ~(<u8>(WRITE | MUTATE_DIRECTORY)));
}

function refuseToMake(self: usize, path: usize, length: usize, isDirectory: bool): usize {
  return refuse(makingError(true, self, path, length, isDirectory));
}

function refuseToRemove(self: usize, path: usize, length: usize, oneDot: usize, twoDots: usize): usize {
  return refuse(removingError(true, self, path, length, oneDot, twoDots));
}

export function filesystem_types__descriptor_create_directory_at__ro(self: usize, path: usize, length: usize): usize {
  return refuseToMake(self, path, length, true);
}

export function filesystem_types__descriptor_symlink_at__ro(
  self: usize,
  _target: usize,
  _targetLength: usize,
  path: usize,
  length: usize,
): usize {
  return refuseToMake(self, path, length, false);
}

/** Of the two descriptors one is read-only, or both are. */
export function filesystem_types__descriptor_link_at__ro(
  self: usize,
  follow: u32,
  oldPath: usize,
  oldLength: usize,
  directory: usize,
  path: usize,
  length: usize,
): usize {
  const found = look(true, self, follow, oldPath, oldLength);
  if (!isThere(found)) return refuse(found);
  const error = makingError(true, directory, path, length, false);
  return refuse(error == READ_ONLY && !isReadOnly(directory) ? CROSS_DEVICE : error);
}

export function filesystem_types__descriptor_rename_at__ro(
  self: usize,
  oldPath: usize,
  oldLength: usize,
  directory: usize,
  path: usize,
  length: usize,
): usize {
  const error = removingError(true, self, oldPath, oldLength, BUSY, BUSY);
  const both = renamingError(error, removingError(true, directory, path, length, BUSY, BUSY));
  const isAcross = isReadOnly(self) != isReadOnly(directory) && (both == READ_ONLY || both == BUSY);
  return refuse(isAcross ? CROSS_DEVICE : both);
}

export function filesystem_types__descriptor_unlink_file_at__ro(self: usize, path: usize, length: usize): usize {
  return refuseToRemove(self, path, length, IS_DIRECTORY, IS_DIRECTORY);
}

export function filesystem_types__descriptor_remove_directory_at__ro(self: usize, path: usize, length: usize): usize {
  return refuseToRemove(self, path, length, INVALID, NOT_EMPTY);
}

export function filesystem_types__descriptor_set_times_at__ro(
  self: usize,
  follow: u32,
  path: usize,
  length: usize,
  _accessKind: i32,
  _accessSeconds: u64,
  _accessNanoseconds: i32,
  _modifiedKind: i32,
  _modifiedSeconds: u64,
  _modifiedNanoseconds: i32,
): usize {
  const found = look(true, self, follow, path, length);
  return refuse(isThere(found) ? READ_ONLY : found);
}

export function filesystem_types__descriptor_set_times__ro(
  _self: usize,
  _accessKind: i32,
  _accessSeconds: u64,
  _accessNanoseconds: i32,
  _modifiedKind: i32,
  _modifiedSeconds: u64,
  _modifiedNanoseconds: i32,
): usize {
  return err(READ_ONLY);
}

// Nothing read-only is ever open for writing.

export function filesystem_types__descriptor_set_size__ro(_self: usize, _size: u64): usize {
  return err(INVALID);
}

export function filesystem_types__descriptor_write__ro(_self: usize, _address: usize, _length: usize, _offset: u64): usize {
  return refuse(BAD_DESCRIPTOR);
}

export function filesystem_types__descriptor_write_via_stream__ro(_self: usize, _offset: u64): usize {
  return err(BAD_DESCRIPTOR);
}

export function filesystem_types__descriptor_append_via_stream__ro(_self: usize): usize {
  return err(BAD_DESCRIPTOR);
}
