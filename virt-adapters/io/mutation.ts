// wasi:filesystem/types, everything that would change a file or directory. The tree is read-only, but
// what Linux finds wrong before it comes to that is said first: a path that leads nowhere, a new name
// that exists.

import { reset } from "../abi/arena";
import { err } from "../abi/result";
import { EXIST, READ_ONLY } from "./error-code";
import { nodeOf } from "./representation";
import { MISSING, isError, resolve } from "./resolve";

/** Why nothing is made, removed or replaced at `path`; `taken` is the answer if something is there. */
function refusal(self: usize, path: usize, length: usize, taken: usize): usize {
  const node = resolve(nodeOf(self), 0, path, length);
  if (node == MISSING) return READ_ONLY;
  return isError(node) ? node : taken;
}

export function filesystem_types__descriptor_create_directory_at(
  self: usize,
  path: usize,
  length: usize,
): usize {
  return err(refusal(self, path, length, EXIST));
}

export function filesystem_types__descriptor_symlink_at(
  self: usize,
  _target: usize,
  _targetLength: usize,
  path: usize,
  length: usize,
): usize {
  return err(refusal(self, path, length, EXIST));
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
  const node = resolve(nodeOf(self), follow, oldPath, oldLength);
  return err(isError(node) ? node : refusal(directory, path, length, EXIST));
}

export function filesystem_types__descriptor_unlink_file_at(self: usize, path: usize, length: usize): usize {
  return err(refusal(self, path, length, READ_ONLY));
}

export function filesystem_types__descriptor_remove_directory_at(
  self: usize,
  path: usize,
  length: usize,
): usize {
  return err(refusal(self, path, length, READ_ONLY));
}

export function filesystem_types__descriptor_rename_at(
  self: usize,
  oldPath: usize,
  oldLength: usize,
  directory: usize,
  path: usize,
  length: usize,
): usize {
  const error = refusal(self, oldPath, oldLength, READ_ONLY);
  return err(error == READ_ONLY ? refusal(directory, path, length, READ_ONLY) : error);
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
  const node = resolve(nodeOf(self), follow, path, length);
  return err(isError(node) ? node : READ_ONLY);
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

export function filesystem_types__descriptor_set_size(_self: usize, _size: u64): usize {
  return err(READ_ONLY);
}

export function filesystem_types__descriptor_write(
  _self: usize,
  _address: usize,
  _length: usize,
  _offset: u64,
): usize {
  reset();
  return err(READ_ONLY);
}

export function filesystem_types__descriptor_write_via_stream(_self: usize, _offset: u64): usize {
  return err(READ_ONLY);
}

export function filesystem_types__descriptor_append_via_stream(_self: usize): usize {
  return err(READ_ONLY);
}
