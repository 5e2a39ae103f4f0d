// wasi:filesystem/types, functions of two descriptors, one of ours and one of the host's: they are never the
// same, and nothing moves from one side to the other.

import { reset } from "../abi/arena";
import { err } from "../abi/result";
import { CROSS_DEVICE } from "./error-code";

export function filesystem_types__descriptor_is_same_object__mixed(_self: usize, _other: usize): usize {
  return 0;
}

export function filesystem_types__descriptor_link_at__mixed(
  _self: usize,
  _follow: u32,
  _oldPath: usize,
  _oldLength: usize,
  _directory: usize,
  _path: usize,
  _length: usize,
): usize {
  reset();
  return err(CROSS_DEVICE);
}

export function filesystem_types__descriptor_rename_at__mixed(
  _self: usize,
  _oldPath: usize,
  _oldLength: usize,
  _directory: usize,
  _path: usize,
  _length: usize,
): usize {
  reset();
  return err(CROSS_DEVICE);
}
