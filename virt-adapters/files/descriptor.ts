// wasi:filesystem/types, a descriptor's flags, type, contents and size. A link is never open. Opening is in
// open.ts, what works on names in mutation.ts, what is known of a file in stat.ts.

import { newInputStream, newOutputStream } from "../abi/own-resources";
import { err, ok, okList, okOf } from "../abi/result";
import { RETURN_AREA, TYPE_DIRECTORY } from "../../src/image/layout";
import { reset } from "../io/call";
import { READ, WRITE } from "../io/descriptor-flags";
import { dropDescriptor } from "../io/host";
import { hostDescriptorOf, isHostDescriptor, isTaken } from "../io/representation";
import * as contents from "./contents";
import { BAD_DESCRIPTOR, INVALID, IS_DIRECTORY } from "./error-code";
import { FileInode, inodeOf } from "./inode";
import { closeDescriptor, descriptorAt, inodeAt, openStream } from "./open-file";
import { refusal } from "./space";

export function filesystem_types__descriptor_get_flags(self: usize): usize {
  return okOf(descriptorAt(self).flags);
}

export function filesystem_types__descriptor_get_type(self: usize): usize {
  return okOf(inodeOf(inodeAt(self)).type);
}

export function filesystem_types__descriptor_is_same_object(self: usize, other: usize): usize {
  return usize(inodeAt(self) == inodeAt(other));
}

export function filesystem_types__descriptor_dtor(self: usize): void {
  closeDescriptor(self);
}

export function filesystem_types__descriptor_dtor__host(self: usize): void {
  if (!isHostDescriptor(self)) closeDescriptor(self);
  else if (!isTaken) dropDescriptor(hostDescriptorOf(self));
}

@inline
function fileAt(self: usize): FileInode {
  return changetype<FileInode>(inodeAt(self));
}

@inline
function isDirectory(self: usize): bool {
  return inodeOf(inodeAt(self)).type == TYPE_DIRECTORY;
}

/** Why the descriptor's bytes cannot be read, or 0. */
function unreadable(self: usize): usize {
  if (!(descriptorAt(self).flags & READ)) return BAD_DESCRIPTOR;
  return isDirectory(self) ? IS_DIRECTORY : 0;
}

/** `error` if the descriptor was not opened for writing, as nothing is that is read-only; else 0. */
function unwritable(self: usize, error: usize): usize {
  return descriptorAt(self).flags & WRITE ? 0 : error;
}

export function filesystem_types__descriptor_read(self: usize, length: u64, offset: u64): usize {
  const error = unreadable(self);
  if (error) return err(error);
  const file = fileAt(self);
  const size = file.size;
  const start = min(offset, size);
  const wanted = <usize>min<u64>(min(length, size - start), 0x7fffffff);
  const address = contents.read(file, start, wanted);
  if (wanted && !contents.count) return err(refusal());
  // As in ../io/descriptor.ts.
  store<u8>(RETURN_AREA, <u8>(!contents.count || start + contents.count == size), 12);
  return okList(address, contents.count);
}

export function filesystem_types__descriptor_read__post(_result: usize): void {
  reset();
}

export function filesystem_types__descriptor_read_via_stream(self: usize, offset: u64): usize {
  const error = unreadable(self);
  if (error) return err(error);
  const stream = openStream(inodeAt(self), offset, false);
  return stream ? okOf(newInputStream(stream)) : err(refusal());
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
