// The nodes of the file tree, read in place (src/image/layout.ts draws them). A node's address is its
// identity.

import { compareBytes } from "../abi/compare";
import {
  DIRECTORY_DIRECTORIES,
  DIRECTORY_END,
  DIRECTORY_FIRST,
  DIRECTORY_PARENT,
  FIXED_TIME,
  NODE_BYTES,
  NODE_DATA,
  NODE_NAME,
  NODE_NAME_LENGTH,
  NODE_SIZE,
  NODE_TYPE,
  TIMES,
} from "../../src/image/layout";

@inline
export function typeOf(node: usize): u32 {
  return load<u8>(node, NODE_TYPE);
}

/** Address of a file's contents, a link's target or a directory's record. */
@inline
export function dataOf(node: usize): usize {
  return load<u32>(node, NODE_DATA);
}

/** Address of when it was changed. */
export function timeOf(node: usize): usize {
  const times: usize = load<u32>(TIMES);
  return times ? times + node : <usize>FIXED_TIME;
}

/** Bytes of a file or a link's target; 0 for directories. */
@inline
export function sizeOf(node: usize): usize {
  return load<u32>(node, NODE_BYTES);
}

@inline
export function nameOf(node: usize): usize {
  return load<u32>(node, NODE_NAME);
}

@inline
export function nameLengthOf(node: usize): usize {
  return load<u16>(node, NODE_NAME_LENGTH);
}

@inline
export function parentOf(directory: usize): usize {
  return load<u32>(dataOf(directory), DIRECTORY_PARENT);
}

@inline
export function firstOf(directory: usize): usize {
  return load<u32>(dataOf(directory), DIRECTORY_FIRST);
}

@inline
export function endOf(directory: usize): usize {
  return load<u32>(dataOf(directory), DIRECTORY_END);
}

/** How many of the entries are directories. */
@inline
export function directoriesOf(directory: usize): u32 {
  return load<u32>(dataOf(directory), DIRECTORY_DIRECTORIES);
}

/** The entry of that name, or 0: a binary search. */
export function lookup(directory: usize, name: usize, length: usize): usize {
  let first = firstOf(directory);
  let end = endOf(directory);
  while (first < end) {
    const middle = first + ((end - first) / (NODE_SIZE * 2)) * NODE_SIZE;
    const order = compare(nameOf(middle), nameLengthOf(middle), name, length);
    if (!order) return middle;
    if (order < 0) first = middle + NODE_SIZE;
    else end = middle;
  }
  return 0;
}

/** Below, at or above 0, as the bytes of `a` are below, equal to or above those of `b`. */
function compare(a: usize, aLength: usize, b: usize, bLength: usize): isize {
  const difference = compareBytes(a, b, min(aLength, bLength));
  return difference ? difference : aLength - bLength;
}
