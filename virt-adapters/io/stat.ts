// wasi:filesystem/types, what is known about a node: stat, metadata-hash and a link's target, of a
// descriptor or of a path from it.

import { err, ok, okList, okOf } from "../abi/result";
import { DIGEST, RETURN_AREA, TIME_LENGTH, TYPE_DIRECTORY, TYPE_LINK } from "../../src/image/layout";
import { INVALID } from "./error-code";
import { dataOf, directoriesOf, sizeOf, timeOf, typeOf } from "./node";
import { nodeOf } from "./representation";
import { isError, resolve } from "./resolve";

/** `ok` of a descriptor-stat; all three times are the one that the image knows, or the fixed one. */
function statOf(node: usize): usize {
  const type = typeOf(node);
  let links: u64 = 1;
  if (type == TYPE_DIRECTORY) links = 2 + <u64>directoriesOf(node);
  store<u8>(RETURN_AREA, <u8>type, 8);
  store<u64>(RETURN_AREA, links, 16);
  store<u64>(RETURN_AREA, sizeOf(node), 24);
  for (let time: usize = RETURN_AREA + 32; time < <usize>RETURN_AREA + 104; time += 24) {
    store<u8>(time, 1);
    memory.copy(time + 8, timeOf(node), TIME_LENGTH);
  }
  return ok();
}

export function filesystem_types__descriptor_stat(self: usize): usize {
  return statOf(nodeOf(self));
}

export function filesystem_types__descriptor_stat_at(self: usize, follow: u32, path: usize, length: usize): usize {
  const node = resolve(nodeOf(self), follow, path, length);
  return isError(node) ? err(node) : statOf(node);
}

/** `ok` of a metadata-hash-value: who the node is, in which image. */
function hashOf(node: usize): usize {
  const lower = mix(load<u64>(DIGEST) + node);
  okOf(lower);
  store<u64>(RETURN_AREA, lower, 8);
  store<u64>(RETURN_AREA, mix(lower), 16);
  return RETURN_AREA;
}

/** Spreads a number over 64 bits, as the generator SplitMix64 does with its state. */
function mix(value: u64): u64 {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

export function filesystem_types__descriptor_metadata_hash(self: usize): usize {
  return hashOf(nodeOf(self));
}

export function filesystem_types__descriptor_metadata_hash_at(self: usize, follow: u32, path: usize, length: usize): usize {
  const node = resolve(nodeOf(self), follow, path, length);
  return isError(node) ? err(node) : hashOf(node);
}

export function filesystem_types__descriptor_readlink_at(self: usize, path: usize, length: usize): usize {
  const node = resolve(nodeOf(self), 0, path, length);
  if (isError(node)) return err(node);
  return typeOf(node) == TYPE_LINK ? okList(dataOf(node), sizeOf(node)) : err(INVALID);
}
