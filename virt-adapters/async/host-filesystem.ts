// wasi:filesystem 0.3 where descriptors may be the host's. They are asked through the host's functions of 0.2, which never suspend the
// part, and the answers become those of 0.3 (face.ts). `host` is where something may be changed through some of them, `fixed` where
// nothing may be: there, no function of the host's is imported that changes anything.

import { OVERLAY } from "../abi/features";
import { PREOPEN_SIZE, RETURN_AREA } from "../../src/image/layout";
import { filesystem_types__descriptor_set_size } from "../files/descriptor";
import {
  filesystem_types__descriptor_create_directory_at,
  filesystem_types__descriptor_link_at,
  filesystem_types__descriptor_remove_directory_at,
  filesystem_types__descriptor_rename_at,
  filesystem_types__descriptor_symlink_at,
  filesystem_types__descriptor_unlink_file_at,
} from "../files/mutation";
import { closeDescriptor } from "../files/open-file";
import { opened } from "../files/opening";
import {
  filesystem_types__descriptor_metadata_hash_at,
  filesystem_types__descriptor_set_times,
  filesystem_types__descriptor_set_times_at,
  filesystem_types__descriptor_stat_at,
} from "../files/stat";
import {
  filesystem_types__descriptor_create_directory_at__direct,
  filesystem_types__descriptor_link_at__direct,
  filesystem_types__descriptor_remove_directory_at__direct,
  filesystem_types__descriptor_rename_at__direct,
  filesystem_types__descriptor_symlink_at__direct,
  filesystem_types__descriptor_unlink_file_at__direct,
} from "../host-files/direct";
import {
  filesystem_types__descriptor_link_at__mixed__direct,
  filesystem_types__descriptor_rename_at__mixed__direct,
} from "../host-files/direct-mixed";
import {
  filesystem_types__descriptor_link_at__file,
  filesystem_types__descriptor_metadata_hash_at__file,
  filesystem_types__descriptor_rename_at__file,
  filesystem_types__descriptor_set_times_at__file,
  filesystem_types__descriptor_set_times_at__fixed,
  filesystem_types__descriptor_stat_at__file,
  filesystem_types__descriptor_unlink_file_at__file,
} from "../host-files/host-file";
import { openedByPlace } from "../host-files/opened";
import { reset } from "../io/call";
import { BAD_DESCRIPTOR } from "../io/error-code";
import * as host from "../io/host";
import { everyPreopen } from "../io/host-preopens";
import {
  filesystem_types__descriptor_create_directory_at__ro,
  filesystem_types__descriptor_get_flags__ro,
  filesystem_types__descriptor_link_at__ro,
  filesystem_types__descriptor_remove_directory_at__ro,
  filesystem_types__descriptor_rename_at__ro,
  filesystem_types__descriptor_set_size__ro,
  filesystem_types__descriptor_set_times__ro,
  filesystem_types__descriptor_set_times_at__ro,
  filesystem_types__descriptor_symlink_at__ro,
  filesystem_types__descriptor_unlink_file_at__ro,
} from "../io/host-read-only";
import { filesystem_types__descriptor_link_at__mixed, filesystem_types__descriptor_rename_at__mixed } from "../io/mixed";
import { openedAtHost, openedReadOnly } from "../io/opened";
import { hostDescriptorOf, isHostDescriptor, isReadOnly } from "../io/representation";
import { byteFace, face, faceFrom, fileError, newDescriptor, openFace, statFace, typeFace } from "./face";
import {
  p3_filesystem_types__descriptor_advise,
  p3_filesystem_types__descriptor_append_via_stream,
  p3_filesystem_types__descriptor_get_flags,
  p3_filesystem_types__descriptor_get_type,
  p3_filesystem_types__descriptor_is_same_object,
  p3_filesystem_types__descriptor_metadata_hash,
  p3_filesystem_types__descriptor_read_directory,
  p3_filesystem_types__descriptor_read_via_stream,
  p3_filesystem_types__descriptor_readlink_at,
  p3_filesystem_types__descriptor_stat,
  p3_filesystem_types__descriptor_sync,
  p3_filesystem_types__descriptor_sync_data,
  p3_filesystem_types__descriptor_write_via_stream,
} from "./filesystem";
import { appendingToFile, close, readingDirectory, readingFile, writingFile } from "./host-streams";
import { noWriting } from "./start";

export function p3_filesystem_preopens__get_directories__host(): usize {
  const result = everyPreopen();
  const first: usize = load<u32>(result);
  const end = first + <usize>load<u32>(result, 4) * PREOPEN_SIZE;
  for (let each = first; each < end; each += PREOPEN_SIZE) store<u32>(each, newDescriptor(load<u32>(each)));
  reset();
  return result;
}

export function p3_filesystem_types__descriptor_dtor__host(self: usize): void {
  if (isHostDescriptor(self)) close(hostDescriptorOf(self));
  else closeDescriptor(self);
}

// What only asks.

export function p3_filesystem_types__descriptor_get_flags__host(self: usize): usize {
  if (!isHostDescriptor(self)) return p3_filesystem_types__descriptor_get_flags(self);
  if (isReadOnly(self)) filesystem_types__descriptor_get_flags__ro(self);
  else host.getFlags(hostDescriptorOf(self), RETURN_AREA);
  return byteFace();
}

export function p3_filesystem_types__descriptor_get_type__host(self: usize): usize {
  if (!isHostDescriptor(self)) return p3_filesystem_types__descriptor_get_type(self);
  host.getType(hostDescriptorOf(self), RETURN_AREA);
  store<u8>(RETURN_AREA, load<u8>(RETURN_AREA, 1), 4);
  return typeFace(RETURN_AREA);
}

export function p3_filesystem_types__descriptor_stat__host(self: usize): usize {
  if (!isHostDescriptor(self)) return p3_filesystem_types__descriptor_stat(self);
  host.stat(hostDescriptorOf(self), RETURN_AREA);
  return statAnswer();
}

/** Where an error code is that the host has written, ours is, too. */
function statAnswer(): usize {
  return load<u8>(RETURN_AREA) ? faceFrom(8) : statFace(RETURN_AREA);
}

export function p3_filesystem_types__descriptor_stat_at__host(self: usize, follow: u32, path: usize, length: usize): usize {
  if (isHostDescriptor(self)) {
    host.statAt(hostDescriptorOf(self), follow, path, length, RETURN_AREA);
    reset();
  } else if (OVERLAY) filesystem_types__descriptor_stat_at__file(self, follow, path, length);
  else filesystem_types__descriptor_stat_at(self, follow, path, length);
  return statAnswer();
}

export function p3_filesystem_types__descriptor_metadata_hash__host(self: usize): usize {
  if (!isHostDescriptor(self)) return p3_filesystem_types__descriptor_metadata_hash(self);
  host.metadataHash(hostDescriptorOf(self), RETURN_AREA);
  return faceFrom(8);
}

export function p3_filesystem_types__descriptor_metadata_hash_at__host(self: usize, follow: u32, path: usize, length: usize): usize {
  if (isHostDescriptor(self)) {
    host.metadataHashAt(hostDescriptorOf(self), follow, path, length, RETURN_AREA);
    reset();
  } else if (OVERLAY) filesystem_types__descriptor_metadata_hash_at__file(self, follow, path, length);
  else filesystem_types__descriptor_metadata_hash_at(self, follow, path, length);
  return faceFrom(8);
}

export function p3_filesystem_types__descriptor_is_same_object__host(self: usize, other: usize): usize {
  if (isHostDescriptor(self) != isHostDescriptor(other)) return 0;
  if (!isHostDescriptor(self)) return p3_filesystem_types__descriptor_is_same_object(self, other);
  return host.isSameObject(hostDescriptorOf(self), hostDescriptorOf(other));
}

export function p3_filesystem_types__descriptor_readlink_at__host(self: usize, path: usize, length: usize): usize {
  if (!isHostDescriptor(self)) return p3_filesystem_types__descriptor_readlink_at(self, path, length);
  host.readlinkAt(hostDescriptorOf(self), path, length, RETURN_AREA);
  reset();
  return face(RETURN_AREA);
}

export function p3_filesystem_types__descriptor_advise__host(self: usize, offset: u64, size: u64, advice: u32): usize {
  if (!isHostDescriptor(self)) return p3_filesystem_types__descriptor_advise(self, offset, size, advice);
  host.advise(hostDescriptorOf(self), offset, size, advice, RETURN_AREA);
  return byteFace();
}

export function p3_filesystem_types__descriptor_sync__host(self: usize): usize {
  if (!isHostDescriptor(self)) return p3_filesystem_types__descriptor_sync(self);
  host.sync(hostDescriptorOf(self), RETURN_AREA);
  return byteFace();
}

export function p3_filesystem_types__descriptor_sync_data__host(self: usize): usize {
  if (!isHostDescriptor(self)) return p3_filesystem_types__descriptor_sync_data(self);
  host.syncData(hostDescriptorOf(self), RETURN_AREA);
  return byteFace();
}

export function p3_filesystem_types__descriptor_read_via_stream__host(self: usize, offset: u64): usize {
  return isHostDescriptor(self)
    ? readingFile(hostDescriptorOf(self), offset)
    : p3_filesystem_types__descriptor_read_via_stream(self, offset);
}

export function p3_filesystem_types__descriptor_read_directory__host(self: usize): usize {
  return isHostDescriptor(self) ? readingDirectory(hostDescriptorOf(self)) : p3_filesystem_types__descriptor_read_directory(self);
}

// What may change something.

function ownOpened(self: usize, follow: u32, path: usize, length: usize, openFlags: u32, flags: u32): usize {
  return OVERLAY ? openedByPlace(self, follow, path, length, openFlags, flags) : opened(self, follow, path, length, openFlags, flags);
}

export function p3_filesystem_types__descriptor_open_at__fixed(
  self: usize,
  follow: u32,
  path: usize,
  length: usize,
  openFlags: u32,
  flags: u32,
): usize {
  return openFace(
    isHostDescriptor(self)
      ? openedReadOnly(self, follow, path, length, openFlags, flags)
      : ownOpened(self, follow, path, length, openFlags, flags),
  );
}

export function p3_filesystem_types__descriptor_open_at__host(
  self: usize,
  follow: u32,
  path: usize,
  length: usize,
  openFlags: u32,
  flags: u32,
): usize {
  if (!isHostDescriptor(self) || isReadOnly(self))
    return p3_filesystem_types__descriptor_open_at__fixed(self, follow, path, length, openFlags, flags);
  host.openAt(hostDescriptorOf(self), follow, path, length, openFlags, flags, RETURN_AREA);
  return openFace(openedAtHost(0));
}

export function p3_filesystem_types__descriptor_set_size__fixed(self: usize, size: u64): usize {
  if (isHostDescriptor(self)) filesystem_types__descriptor_set_size__ro(self, size);
  else filesystem_types__descriptor_set_size(self, size);
  return byteFace();
}

export function p3_filesystem_types__descriptor_set_size__host(self: usize, size: u64): usize {
  if (!isHostDescriptor(self) || isReadOnly(self)) return p3_filesystem_types__descriptor_set_size__fixed(self, size);
  host.setSize(hostDescriptorOf(self), size, RETURN_AREA);
  reset();
  return byteFace();
}

export function p3_filesystem_types__descriptor_set_times__fixed(
  self: usize,
  accessKind: u32,
  accessSeconds: u64,
  accessNanoseconds: u32,
  modifiedKind: u32,
  modifiedSeconds: u64,
  modifiedNanoseconds: u32,
): usize {
  if (isHostDescriptor(self))
    filesystem_types__descriptor_set_times__ro(
      self,
      accessKind,
      accessSeconds,
      accessNanoseconds,
      modifiedKind,
      modifiedSeconds,
      modifiedNanoseconds,
    );
  else
    filesystem_types__descriptor_set_times(
      self,
      accessKind,
      accessSeconds,
      accessNanoseconds,
      modifiedKind,
      modifiedSeconds,
      modifiedNanoseconds,
    );
  return byteFace();
}

export function p3_filesystem_types__descriptor_set_times__host(
  self: usize,
  accessKind: u32,
  accessSeconds: u64,
  accessNanoseconds: u32,
  modifiedKind: u32,
  modifiedSeconds: u64,
  modifiedNanoseconds: u32,
): usize {
  if (!isHostDescriptor(self) || isReadOnly(self))
    return p3_filesystem_types__descriptor_set_times__fixed(
      self,
      accessKind,
      accessSeconds,
      accessNanoseconds,
      modifiedKind,
      modifiedSeconds,
      modifiedNanoseconds,
    );
  host.setTimes(
    hostDescriptorOf(self),
    accessKind,
    accessSeconds,
    accessNanoseconds,
    modifiedKind,
    modifiedSeconds,
    modifiedNanoseconds,
    RETURN_AREA,
  );
  reset();
  return byteFace();
}

export function p3_filesystem_types__descriptor_set_times_at__fixed(
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
  if (isHostDescriptor(self))
    filesystem_types__descriptor_set_times_at__ro(
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
    );
  else if (OVERLAY)
    filesystem_types__descriptor_set_times_at__fixed(
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
    );
  else
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
    );
  return byteFace();
}

export function p3_filesystem_types__descriptor_set_times_at__host(
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
  if (isHostDescriptor(self)) {
    if (isReadOnly(self))
      return p3_filesystem_types__descriptor_set_times_at__fixed(
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
      );
    host.setTimesAt(
      hostDescriptorOf(self),
      follow,
      path,
      length,
      accessKind,
      accessSeconds,
      accessNanoseconds,
      modifiedKind,
      modifiedSeconds,
      modifiedNanoseconds,
      RETURN_AREA,
    );
    reset();
  } else if (OVERLAY)
    filesystem_types__descriptor_set_times_at__file(
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
    );
  else
    return p3_filesystem_types__descriptor_set_times_at__fixed(
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
    );
  return byteFace();
}

export function p3_filesystem_types__descriptor_create_directory_at__fixed(self: usize, path: usize, length: usize): usize {
  if (isHostDescriptor(self)) filesystem_types__descriptor_create_directory_at__ro(self, path, length);
  else filesystem_types__descriptor_create_directory_at(self, path, length);
  return byteFace();
}

export function p3_filesystem_types__descriptor_create_directory_at__host(self: usize, path: usize, length: usize): usize {
  if (isHostDescriptor(self)) {
    if (isReadOnly(self)) return p3_filesystem_types__descriptor_create_directory_at__fixed(self, path, length);
    host.createDirectoryAt(hostDescriptorOf(self), path, length, RETURN_AREA);
    reset();
  } else if (OVERLAY) filesystem_types__descriptor_create_directory_at__direct(self, path, length);
  else return p3_filesystem_types__descriptor_create_directory_at__fixed(self, path, length);
  return byteFace();
}

export function p3_filesystem_types__descriptor_symlink_at__fixed(
  self: usize,
  target: usize,
  targetLength: usize,
  path: usize,
  length: usize,
): usize {
  if (isHostDescriptor(self)) filesystem_types__descriptor_symlink_at__ro(self, target, targetLength, path, length);
  else filesystem_types__descriptor_symlink_at(self, target, targetLength, path, length);
  return byteFace();
}

export function p3_filesystem_types__descriptor_symlink_at__host(
  self: usize,
  target: usize,
  targetLength: usize,
  path: usize,
  length: usize,
): usize {
  if (isHostDescriptor(self)) {
    if (isReadOnly(self)) return p3_filesystem_types__descriptor_symlink_at__fixed(self, target, targetLength, path, length);
    host.symlinkAt(hostDescriptorOf(self), target, targetLength, path, length, RETURN_AREA);
    reset();
  } else if (OVERLAY) filesystem_types__descriptor_symlink_at__direct(self, target, targetLength, path, length);
  else return p3_filesystem_types__descriptor_symlink_at__fixed(self, target, targetLength, path, length);
  return byteFace();
}

export function p3_filesystem_types__descriptor_unlink_file_at__fixed(self: usize, path: usize, length: usize): usize {
  if (isHostDescriptor(self)) filesystem_types__descriptor_unlink_file_at__ro(self, path, length);
  else if (OVERLAY) filesystem_types__descriptor_unlink_file_at__file(self, path, length);
  else filesystem_types__descriptor_unlink_file_at(self, path, length);
  return byteFace();
}

export function p3_filesystem_types__descriptor_unlink_file_at__host(self: usize, path: usize, length: usize): usize {
  if (isHostDescriptor(self)) {
    if (isReadOnly(self)) return p3_filesystem_types__descriptor_unlink_file_at__fixed(self, path, length);
    host.unlinkFileAt(hostDescriptorOf(self), path, length, RETURN_AREA);
    reset();
  } else if (OVERLAY) filesystem_types__descriptor_unlink_file_at__direct(self, path, length);
  else return p3_filesystem_types__descriptor_unlink_file_at__fixed(self, path, length);
  return byteFace();
}

export function p3_filesystem_types__descriptor_remove_directory_at__fixed(self: usize, path: usize, length: usize): usize {
  if (isHostDescriptor(self)) filesystem_types__descriptor_remove_directory_at__ro(self, path, length);
  else filesystem_types__descriptor_remove_directory_at(self, path, length);
  return byteFace();
}

export function p3_filesystem_types__descriptor_remove_directory_at__host(self: usize, path: usize, length: usize): usize {
  if (isHostDescriptor(self)) {
    if (isReadOnly(self)) return p3_filesystem_types__descriptor_remove_directory_at__fixed(self, path, length);
    host.removeDirectoryAt(hostDescriptorOf(self), path, length, RETURN_AREA);
    reset();
  } else if (OVERLAY) filesystem_types__descriptor_remove_directory_at__direct(self, path, length);
  else return p3_filesystem_types__descriptor_remove_directory_at__fixed(self, path, length);
  return byteFace();
}

export function p3_filesystem_types__descriptor_link_at__fixed(
  self: usize,
  follow: u32,
  oldPath: usize,
  oldLength: usize,
  directory: usize,
  path: usize,
  length: usize,
): usize {
  if (isHostDescriptor(self) != isHostDescriptor(directory))
    filesystem_types__descriptor_link_at__mixed(self, follow, oldPath, oldLength, directory, path, length);
  else if (isHostDescriptor(self)) filesystem_types__descriptor_link_at__ro(self, follow, oldPath, oldLength, directory, path, length);
  else if (OVERLAY) filesystem_types__descriptor_link_at__file(self, follow, oldPath, oldLength, directory, path, length);
  else filesystem_types__descriptor_link_at(self, follow, oldPath, oldLength, directory, path, length);
  return byteFace();
}

export function p3_filesystem_types__descriptor_link_at__host(
  self: usize,
  follow: u32,
  oldPath: usize,
  oldLength: usize,
  directory: usize,
  path: usize,
  length: usize,
): usize {
  const isHosts = isHostDescriptor(self);
  if (isHosts != isHostDescriptor(directory)) {
    if (!OVERLAY) return p3_filesystem_types__descriptor_link_at__fixed(self, follow, oldPath, oldLength, directory, path, length);
    filesystem_types__descriptor_link_at__mixed__direct(self, follow, oldPath, oldLength, directory, path, length);
  } else if (isHosts) {
    if (isReadOnly(self) || isReadOnly(directory))
      return p3_filesystem_types__descriptor_link_at__fixed(self, follow, oldPath, oldLength, directory, path, length);
    host.linkAt(hostDescriptorOf(self), follow, oldPath, oldLength, hostDescriptorOf(directory), path, length, RETURN_AREA);
    reset();
  } else if (OVERLAY) filesystem_types__descriptor_link_at__direct(self, follow, oldPath, oldLength, directory, path, length);
  else return p3_filesystem_types__descriptor_link_at__fixed(self, follow, oldPath, oldLength, directory, path, length);
  return byteFace();
}

export function p3_filesystem_types__descriptor_rename_at__fixed(
  self: usize,
  oldPath: usize,
  oldLength: usize,
  directory: usize,
  path: usize,
  length: usize,
): usize {
  if (isHostDescriptor(self) != isHostDescriptor(directory))
    filesystem_types__descriptor_rename_at__mixed(self, oldPath, oldLength, directory, path, length);
  else if (isHostDescriptor(self)) filesystem_types__descriptor_rename_at__ro(self, oldPath, oldLength, directory, path, length);
  else if (OVERLAY) filesystem_types__descriptor_rename_at__file(self, oldPath, oldLength, directory, path, length);
  else filesystem_types__descriptor_rename_at(self, oldPath, oldLength, directory, path, length);
  return byteFace();
}

export function p3_filesystem_types__descriptor_rename_at__host(
  self: usize,
  oldPath: usize,
  oldLength: usize,
  directory: usize,
  path: usize,
  length: usize,
): usize {
  const isHosts = isHostDescriptor(self);
  if (isHosts != isHostDescriptor(directory)) {
    if (!OVERLAY) return p3_filesystem_types__descriptor_rename_at__fixed(self, oldPath, oldLength, directory, path, length);
    filesystem_types__descriptor_rename_at__mixed__direct(self, oldPath, oldLength, directory, path, length);
  } else if (isHosts) {
    if (isReadOnly(self) || isReadOnly(directory))
      return p3_filesystem_types__descriptor_rename_at__fixed(self, oldPath, oldLength, directory, path, length);
    host.renameAt(hostDescriptorOf(self), oldPath, oldLength, hostDescriptorOf(directory), path, length, RETURN_AREA);
    reset();
  } else if (OVERLAY) filesystem_types__descriptor_rename_at__direct(self, oldPath, oldLength, directory, path, length);
  else return p3_filesystem_types__descriptor_rename_at__fixed(self, oldPath, oldLength, directory, path, length);
  return byteFace();
}

export function p3_filesystem_types__descriptor_write_via_stream__fixed(self: usize, data: usize, offset: u64): usize {
  return isHostDescriptor(self)
    ? noWriting(data, fileError(BAD_DESCRIPTOR), false)
    : p3_filesystem_types__descriptor_write_via_stream(self, data, offset);
}

export function p3_filesystem_types__descriptor_write_via_stream__host(self: usize, data: usize, offset: u64): usize {
  return isHostDescriptor(self) && !isReadOnly(self)
    ? writingFile(hostDescriptorOf(self), data, offset)
    : p3_filesystem_types__descriptor_write_via_stream__fixed(self, data, offset);
}

export function p3_filesystem_types__descriptor_append_via_stream__fixed(self: usize, data: usize): usize {
  return isHostDescriptor(self)
    ? noWriting(data, fileError(BAD_DESCRIPTOR), false)
    : p3_filesystem_types__descriptor_append_via_stream(self, data);
}

export function p3_filesystem_types__descriptor_append_via_stream__host(self: usize, data: usize): usize {
  return isHostDescriptor(self) && !isReadOnly(self)
    ? appendingToFile(hostDescriptorOf(self), data)
    : p3_filesystem_types__descriptor_append_via_stream__fixed(self, data);
}
