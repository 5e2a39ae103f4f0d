// wasi:filesystem/types, a descriptor's flags, type, contents and size. A link is never open. Opening is in
// open.ts, what works on names in mutation.ts, what is known of a file in stat.ts.

import { WRITABLE } from "../abi/features";
import { newInputStream, newOutputStream } from "../abi/own-resources";
import { err, ok, okList, okOf } from "../abi/result";
import { RETURN_AREA } from "../../src/image/layout";
import { reset } from "../io/call";
import { BAD_DESCRIPTOR, INVALID } from "../io/error-code";
import { dropDescriptor } from "../io/host";
import * as embedded from "../io/node";
import { newRange } from "../io/range";
import { hostDescriptorOf, isHostDescriptor, isTaken } from "../io/representation";
import { isDirectory, unreadable, unwritable } from "./access";
import * as contents from "./contents";
import { FileInode, heldType } from "./inode";
import { closeDescriptor, flagsAt, inodeAt, objectAt, openStream } from "./open-file";
import { refusal } from "./space";

export function filesystem_types__descriptor_get_flags(self: usize): usize {
  return okOf(flagsAt(self));
}

export function filesystem_types__descriptor_get_type(self: usize): usize {
  return okOf(heldType(objectAt(self)));
}

export function filesystem_types__descriptor_is_same_object(self: usize, other: usize): usize {
  return usize(objectAt(self) == objectAt(other));
}

export function filesystem_types__descriptor_dtor__host(self: usize): void {
  if (!isHostDescriptor(self)) closeDescriptor(self);
  else if (!isTaken) dropDescriptor(hostDescriptorOf(self));
}

@inline
function fileAt(self: usize): FileInode {
  return changetype<FileInode>(inodeAt(self));
}

export function filesystem_types__descriptor_read(self: usize, length: u64, offset: u64): usize {
  const error = unreadable(self);
  if (error) return err(error);
  const size: u64 = WRITABLE ? fileAt(self).size : embedded.sizeOf(objectAt(self));
  const start = min(offset, size);
  const wanted = <usize>min<u64>(min(length, size - start), 0x7fffffff);
  const address = WRITABLE ? contents.read(fileAt(self), start, wanted) : embedded.dataOf(objectAt(self)) + <usize>start;
  const count = WRITABLE ? contents.count : wanted;
  if (WRITABLE && wanted && !count) return err(refusal());
  // Nothing is the end, as it is of hosts: to the adapter of preview 1 it would be an interruption.
  store<u8>(RETURN_AREA, <u8>(!count || start + count == size), 12);
  return okList(address, count);
}

export function filesystem_types__descriptor_read_via_stream(self: usize, offset: u64): usize {
  const error = unreadable(self);
  if (error) return err(error);
  if (!WRITABLE) return okOf(newInputStream(rangeFrom(objectAt(self), offset)));
  const stream = openStream(inodeAt(self), offset, false);
  return stream ? okOf(newInputStream(stream)) : err(refusal());
}

/** What is left of an embedded file. */
function rangeFrom(node: usize, offset: u64): usize {
  const data = embedded.dataOf(node);
  const size = embedded.sizeOf(node);
  return newRange(data + <usize>min<u64>(offset, size), data + size);
}

export function filesystem_types__descriptor_write(self: usize, address: usize, length: usize, offset: u64): usize {
  let error = unwritable(self, BAD_DESCRIPTOR);
  if (!error) {
    error = contents.write(fileAt(self), offset, address, length);
    // What fits is written.
    if (contents.count) error = 0;
  }
  reset();
  return error ? err(error) : okOf(contents.count);
}

/** For an adapter in this part: it gives no address, and is told where to put the bytes (`PLACES`). */
export function filesystem_types__descriptor_write__placed(self: usize, _address: usize, length: usize, offset: u64): usize {
  let error = unwritable(self, BAD_DESCRIPTOR);
  if (!error) {
    error = contents.place(fileAt(self), offset, length);
    if (contents.count) error = 0;
  }
  reset();
  return error ? err(error) : okOf(contents.count);
}

function writeVia(self: usize, offset: u64, isAppending: bool): usize {
  const error = unwritable(self, BAD_DESCRIPTOR);
  if (error) return err(error);
  const stream = openStream(inodeAt(self), offset, isAppending);
  return stream ? okOf(newOutputStream(stream)) : err(refusal());
}

export function filesystem_types__descriptor_write_via_stream(self: usize, offset: u64): usize {
  return writeVia(self, offset, false);
}

export function filesystem_types__descriptor_append_via_stream(self: usize): usize {
  return writeVia(self, 0, true);
}

export function filesystem_types__descriptor_set_size(self: usize, size: u64): usize {
  let error = unwritable(self, INVALID);
  if (!error) error = contents.setSize(fileAt(self), size);
  return error ? err(error) : ok();
}

export function filesystem_types__descriptor_advise(self: usize, _offset: u64, _length: u64, _advice: i32): usize {
  return isDirectory(self) ? err(BAD_DESCRIPTOR) : ok();
}

export function filesystem_types__descriptor_sync(_self: usize): usize {
  return ok();
}

export function filesystem_types__descriptor_sync_data(_self: usize): usize {
  return ok();
}
