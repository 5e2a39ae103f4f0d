// wasi:filesystem 0.3 where descriptors may be the host's: what asks, streams and opens. The host is asked through its functions of 0.2,
// which never suspend the part, and its answers become those of 0.3 (face.ts). A variant `host` is for options by which something may be
// changed through some of them. A variant `fixed` is for options by which nothing may be: it imports no function that changes anything.
// What changes names, times and sizes is in host-changes.ts.

import { OVERLAY } from "../abi/features";
import { PREOPEN_SIZE, RETURN_AREA } from "../../src/image/layout";
import { closeDescriptor } from "../files/open-file";
import { opened } from "../files/opening";
import { filesystem_types__descriptor_metadata_hash_at, filesystem_types__descriptor_stat_at } from "../files/stat";
import { filesystem_types__descriptor_metadata_hash_at__file, filesystem_types__descriptor_stat_at__file } from "../host-files/host-file";
import { openedByPlace } from "../host-files/opened";
import { reset } from "../io/call";
import { BAD_DESCRIPTOR } from "../io/error-code";
import * as host from "../io/host";
import { everyPreopen } from "../io/host-preopens";
import { filesystem_types__descriptor_get_flags__ro } from "../io/host-read-only";
import { openedAtHost, openedReadOnly } from "../io/opened";
import { hostDescriptorOf, isChangeable, isHostDescriptor, isReadOnly } from "../io/representation";
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

export function p3_filesystem_types__descriptor_write_via_stream__fixed(self: usize, data: usize, offset: u64): usize {
  return isHostDescriptor(self)
    ? noWriting(data, fileError(BAD_DESCRIPTOR), false)
    : p3_filesystem_types__descriptor_write_via_stream(self, data, offset);
}

export function p3_filesystem_types__descriptor_write_via_stream__host(self: usize, data: usize, offset: u64): usize {
  return isChangeable(self)
    ? writingFile(hostDescriptorOf(self), data, offset)
    : p3_filesystem_types__descriptor_write_via_stream__fixed(self, data, offset);
}

export function p3_filesystem_types__descriptor_append_via_stream__fixed(self: usize, data: usize): usize {
  return isHostDescriptor(self)
    ? noWriting(data, fileError(BAD_DESCRIPTOR), false)
    : p3_filesystem_types__descriptor_append_via_stream(self, data);
}

export function p3_filesystem_types__descriptor_append_via_stream__host(self: usize, data: usize): usize {
  return isChangeable(self)
    ? appendingToFile(hostDescriptorOf(self), data)
    : p3_filesystem_types__descriptor_append_via_stream__fixed(self, data);
}

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
  if (!isChangeable(self)) return p3_filesystem_types__descriptor_open_at__fixed(self, follow, path, length, openFlags, flags);
  host.openAt(hostDescriptorOf(self), follow, path, length, openFlags, flags, RETURN_AREA);
  return openFace(openedAtHost(0));
}
