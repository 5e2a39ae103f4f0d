// wasi:filesystem/types, a descriptor's flags, type and contents. A link is never open. Opening is in
// open.ts, what would change something in mutation.ts, what works on paths too in stat.ts.

import { newDirectoryEntryStream, newInputStream } from "../abi/own-resources";
import { err, ok, okList, okOf } from "../abi/result";
import { RETURN_AREA, TYPE_DIRECTORY } from "../../src/image/layout";
import { READ } from "./descriptor-flags";
import { BAD_DESCRIPTOR, IS_DIRECTORY, NOT_DIRECTORY } from "./error-code";
import { dropDescriptor } from "./host";
import { dataOf, endOf, firstOf, sizeOf, typeOf } from "./node";
import { newRange } from "./range";
import { flagsOf, hostDescriptorOf, isHostDescriptor, isTaken, nodeOf } from "./representation";

export function filesystem_types__descriptor_get_flags(self: usize): usize {
  return okOf(flagsOf(self));
}

export function filesystem_types__descriptor_get_type(self: usize): usize {
  return okOf(typeOf(nodeOf(self)));
}

export function filesystem_types__descriptor_is_same_object(self: usize, other: usize): usize {
  return usize(nodeOf(self) == nodeOf(other));
}

export function filesystem_types__descriptor_dtor__host(self: usize): void {
  if (isHostDescriptor(self) && !isTaken) dropDescriptor(hostDescriptorOf(self));
}

/** Why the descriptor's bytes cannot be read, or 0. */
function unreadable(self: usize): usize {
  if (!(flagsOf(self) & READ)) return BAD_DESCRIPTOR;
  return typeOf(nodeOf(self)) == TYPE_DIRECTORY ? IS_DIRECTORY : 0;
}

export function filesystem_types__descriptor_read(self: usize, length: u64, offset: u64): usize {
  const error = unreadable(self);
  if (error) return err(error);
  const node = nodeOf(self);
  const size = sizeOf(node);
  const start = <usize>min<u64>(offset, size);
  const count = <usize>min<u64>(length, size - start);
  // Nothing is the end, as it is of hosts: to the adapter of preview 1 it would be an interruption.
  store<u8>(RETURN_AREA, <u8>(!count || start + count == size), 12);
  return okList(dataOf(node) + start, count);
}

export function filesystem_types__descriptor_read_via_stream(self: usize, offset: u64): usize {
  const error = unreadable(self);
  if (error) return err(error);
  const node = nodeOf(self);
  const data = dataOf(node);
  const size = sizeOf(node);
  return okOf(newInputStream(newRange(data + <usize>min<u64>(offset, size), data + size)));
}

export function filesystem_types__descriptor_read_directory(self: usize): usize {
  const node = nodeOf(self);
  if (typeOf(node) != TYPE_DIRECTORY) return err(NOT_DIRECTORY);
  return okOf(newDirectoryEntryStream(newRange(firstOf(node), endOf(node))));
}

export function filesystem_types__descriptor_advise(self: usize, _offset: u64, _length: u64, _advice: i32): usize {
  return typeOf(nodeOf(self)) == TYPE_DIRECTORY ? err(BAD_DESCRIPTOR) : ok();
}

export function filesystem_types__descriptor_sync(_self: usize): usize {
  return ok();
}

export function filesystem_types__descriptor_sync_data(_self: usize): usize {
  return ok();
}
