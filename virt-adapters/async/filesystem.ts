// wasi:filesystem 0.3: the functions of 0.2 with other values, and those whose streams we feed.

import { WRITABLE } from "../abi/features";
import { list } from "../abi/result";
import { PREOPEN_HANDLE, PREOPEN_SIZE } from "../../src/image/layout";
import { unreadable, unwritable } from "../files/access";
import {
  filesystem_types__descriptor_advise,
  filesystem_types__descriptor_get_flags,
  filesystem_types__descriptor_get_type,
  filesystem_types__descriptor_is_same_object,
  filesystem_types__descriptor_set_size,
  filesystem_types__descriptor_sync,
  filesystem_types__descriptor_sync_data,
} from "../files/descriptor";
import {
  filesystem_types__descriptor_create_directory_at,
  filesystem_types__descriptor_link_at,
  filesystem_types__descriptor_remove_directory_at,
  filesystem_types__descriptor_rename_at,
  filesystem_types__descriptor_symlink_at,
  filesystem_types__descriptor_unlink_file_at,
} from "../files/mutation";
import { inodeOf } from "../files/inode";
import { isLower } from "../files/lower";
import { isWritable } from "../files/mount";
import { opened, preopenAt, preopenCount, preopens } from "../files/opening";
import { closeDescriptor, inodeAt, objectAt, openStream } from "../files/open-file";
import { refusal } from "../files/space";
import {
  filesystem_types__descriptor_metadata_hash,
  filesystem_types__descriptor_metadata_hash_at,
  filesystem_types__descriptor_readlink_at,
  filesystem_types__descriptor_set_times,
  filesystem_types__descriptor_set_times_at,
  filesystem_types__descriptor_stat,
  filesystem_types__descriptor_stat_at,
} from "../files/stat";
import { BAD_DESCRIPTOR, INVALID } from "../io/error-code";
import { isRefused } from "../io/representation";
import { directoryEntries } from "./entries";
import * as embedded from "../io/node";
import { face, fileError, isBeyond, newDescriptor, openFace, statFace, typeFace } from "./face";
import { noReading, noWriting, reading, writing } from "./start";
import { EMBEDDED, ENTRIES, FILE, TO_FILE } from "./transfer";

export function p3_filesystem_preopens__get_directories(): usize {
  const count = preopenCount();
  for (let index: usize = 0; index < count; index++) {
    const preopen = preopenAt(index);
    store<u32>(preopens() + index * PREOPEN_SIZE, preopen ? newDescriptor(preopen) : 0, PREOPEN_HANDLE);
  }
  return list(preopens(), count);
}

export function p3_filesystem_types__descriptor_dtor(self: usize): void {
  closeDescriptor(self);
}

export function p3_filesystem_types__descriptor_open_at(
  self: usize,
  follow: u32,
  path: usize,
  length: usize,
  openFlags: u32,
  flags: u32,
): usize {
  return openFace(opened(self, follow, path, length, openFlags, flags));
}

/** The node of an embedded file that nobody can write to: what it has stays where it lies. 0 for every other file. */
function constantNode(inode: usize): usize {
  return isWritable(inodeOf(inode).mount) || isLower(inode) ? 0 : inodeOf(inode).node;
}

export function p3_filesystem_types__descriptor_read_via_stream(self: usize, offset: u64): usize {
  const error = unreadable(self);
  if (error) return noReading(FILE, fileError(error));
  if (isBeyond(offset)) return noReading(FILE, fileError(INVALID));
  const object = objectAt(self);
  const node = WRITABLE ? constantNode(object) : object;
  if (!WRITABLE || node) {
    const size: usize = embedded.sizeOf(node);
    const start = <usize>min<u64>(offset, size);
    return reading(EMBEDDED, 0, embedded.dataOf(node) + start, size - start, false);
  }
  const stream = openStream(object, offset, false);
  return stream ? reading(FILE, stream, 0, 0, false) : noReading(FILE, fileError(refusal()));
}

export function p3_filesystem_types__descriptor_read_directory(self: usize): usize {
  const entries = directoryEntries(self);
  return isRefused(entries) ? noReading(ENTRIES, fileError(entries)) : reading(ENTRIES, entries, 0, 0, false);
}

function writeVia(self: usize, data: usize, offset: u64, isAppending: bool): usize {
  const error = unwritable(self, BAD_DESCRIPTOR);
  if (!WRITABLE || error) return noWriting(data, fileError(error), false);
  const stream = openStream(inodeAt(self), offset, isAppending);
  return stream ? writing(TO_FILE, stream, data, false) : noWriting(data, fileError(refusal()), false);
}

export function p3_filesystem_types__descriptor_write_via_stream(self: usize, data: usize, offset: u64): usize {
  return writeVia(self, data, offset, false);
}

export function p3_filesystem_types__descriptor_append_via_stream(self: usize, data: usize): usize {
  return writeVia(self, data, 0, true);
}

export function p3_filesystem_types__descriptor_advise(self: usize, offset: u64, length: u64, advice: i32): usize {
  return face(filesystem_types__descriptor_advise(self, offset, length, advice));
}

export function p3_filesystem_types__descriptor_sync_data(self: usize): usize {
  return face(filesystem_types__descriptor_sync_data(self));
}

export function p3_filesystem_types__descriptor_get_flags(self: usize): usize {
  return face(filesystem_types__descriptor_get_flags(self));
}

export function p3_filesystem_types__descriptor_get_type(self: usize): usize {
  return typeFace(filesystem_types__descriptor_get_type(self));
}

export function p3_filesystem_types__descriptor_set_size(self: usize, size: u64): usize {
  return face(filesystem_types__descriptor_set_size(self, size));
}

export function p3_filesystem_types__descriptor_set_times(
  self: usize,
  accessKind: u32,
  accessSeconds: u64,
  accessNanoseconds: u32,
  modifiedKind: u32,
  modifiedSeconds: u64,
  modifiedNanoseconds: u32,
): usize {
  return face(
    filesystem_types__descriptor_set_times(
      self,
      accessKind,
      accessSeconds,
      accessNanoseconds,
      modifiedKind,
      modifiedSeconds,
      modifiedNanoseconds,
    ),
  );
}

export function p3_filesystem_types__descriptor_set_times_at(
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
  return face(
    filesystem_types__descriptor_set_times_at(
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
    ),
  );
}

export function p3_filesystem_types__descriptor_sync(self: usize): usize {
  return face(filesystem_types__descriptor_sync(self));
}

export function p3_filesystem_types__descriptor_create_directory_at(self: usize, path: usize, length: usize): usize {
  return face(filesystem_types__descriptor_create_directory_at(self, path, length));
}

export function p3_filesystem_types__descriptor_stat(self: usize): usize {
  return statFace(filesystem_types__descriptor_stat(self));
}

export function p3_filesystem_types__descriptor_stat_at(self: usize, follow: u32, path: usize, length: usize): usize {
  return statFace(filesystem_types__descriptor_stat_at(self, follow, path, length));
}

export function p3_filesystem_types__descriptor_link_at(
  self: usize,
  follow: u32,
  oldPath: usize,
  oldLength: usize,
  directory: usize,
  path: usize,
  length: usize,
): usize {
  return face(filesystem_types__descriptor_link_at(self, follow, oldPath, oldLength, directory, path, length));
}

export function p3_filesystem_types__descriptor_readlink_at(self: usize, path: usize, length: usize): usize {
  return face(filesystem_types__descriptor_readlink_at(self, path, length));
}

export function p3_filesystem_types__descriptor_remove_directory_at(self: usize, path: usize, length: usize): usize {
  return face(filesystem_types__descriptor_remove_directory_at(self, path, length));
}

export function p3_filesystem_types__descriptor_rename_at(
  self: usize,
  oldPath: usize,
  oldLength: usize,
  directory: usize,
  path: usize,
  length: usize,
): usize {
  return face(filesystem_types__descriptor_rename_at(self, oldPath, oldLength, directory, path, length));
}

export function p3_filesystem_types__descriptor_symlink_at(
  self: usize,
  target: usize,
  targetLength: usize,
  path: usize,
  length: usize,
): usize {
  return face(filesystem_types__descriptor_symlink_at(self, target, targetLength, path, length));
}

export function p3_filesystem_types__descriptor_unlink_file_at(self: usize, path: usize, length: usize): usize {
  return face(filesystem_types__descriptor_unlink_file_at(self, path, length));
}

export function p3_filesystem_types__descriptor_is_same_object(self: usize, other: usize): usize {
  return filesystem_types__descriptor_is_same_object(self, other);
}

export function p3_filesystem_types__descriptor_metadata_hash(self: usize): usize {
  return face(filesystem_types__descriptor_metadata_hash(self));
}

export function p3_filesystem_types__descriptor_metadata_hash_at(self: usize, follow: u32, path: usize, length: usize): usize {
  return face(filesystem_types__descriptor_metadata_hash_at(self, follow, path, length));
}
