// wasi:filesystem/types, everything that would change a file or directory. The tree is read-only, but
// what Linux finds wrong before it comes to that is said first: a path that leads nowhere, a new name
// that exists.

import { err } from "../abi/result";
import { reset } from "./call";
import { BAD_DESCRIPTOR, BUSY, INVALID, IS_DIRECTORY, NOT_EMPTY, READ_ONLY } from "./error-code";
import { isThere, look } from "./look";
import { makingError, removingError, renamingError } from "./read-only";

function refuse(error: usize): usize {
  reset();
  return err(error);
}

export function filesystem_types__descriptor_create_directory_at(self: usize, path: usize, length: usize): usize {
  return refuse(makingError(false, self, path, length, true));
}

export function filesystem_types__descriptor_symlink_at(
  self: usize,
  _target: usize,
  _targetLength: usize,
  path: usize,
  length: usize,
): usize {
  return refuse(makingError(false, self, path, length, false));
}

export function filesystem_types__descriptor_link_at(
  self: usize,
  follow: u32,
  oldPath: usize,
  oldLength: usize,
  directory: usize,
  path: usize,
  length: usize,
): usize {
  const found = look(false, self, follow, oldPath, oldLength);
  return refuse(isThere(found) ? makingError(false, directory, path, length, false) : found);
}

export function filesystem_types__descriptor_unlink_file_at(self: usize, path: usize, length: usize): usize {
  return refuse(removingError(false, self, path, length, IS_DIRECTORY, IS_DIRECTORY));
}

export function filesystem_types__descriptor_remove_directory_at(self: usize, path: usize, length: usize): usize {
  return refuse(removingError(false, self, path, length, INVALID, NOT_EMPTY));
}

export function filesystem_types__descriptor_rename_at(
  self: usize,
  oldPath: usize,
  oldLength: usize,
  directory: usize,
  path: usize,
  length: usize,
): usize {
  const error = removingError(false, self, oldPath, oldLength, BUSY, BUSY);
  return refuse(renamingError(error, removingError(false, directory, path, length, BUSY, BUSY)));
}

export function filesystem_types__descriptor_set_times_at(
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
  const found = look(false, self, follow, path, length);
  return refuse(isThere(found) ? READ_ONLY : found);
}

export function filesystem_types__descriptor_set_times(
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

// Nothing is ever open for writing.

export function filesystem_types__descriptor_set_size(_self: usize, _size: u64): usize {
  return err(INVALID);
}

export function filesystem_types__descriptor_write(_self: usize, _address: usize, _length: usize, _offset: u64): usize {
  reset();
  return err(BAD_DESCRIPTOR);
}

export function filesystem_types__descriptor_write_via_stream(_self: usize, _offset: u64): usize {
  return err(BAD_DESCRIPTOR);
}

export function filesystem_types__descriptor_append_via_stream(_self: usize): usize {
  return err(BAD_DESCRIPTOR);
}
