// wasi:filesystem 0.3 where descriptors may be the host's: what changes names, times and sizes. `host` and `fixed` are as in host-filesystem.ts.

import { OVERLAY } from "../abi/features";
import { RETURN_AREA } from "../../src/image/layout";
import { filesystem_types__descriptor_set_size } from "../files/descriptor";
import {
  filesystem_types__descriptor_create_directory_at,
  filesystem_types__descriptor_link_at,
  filesystem_types__descriptor_remove_directory_at,
  filesystem_types__descriptor_rename_at,
  filesystem_types__descriptor_symlink_at,
  filesystem_types__descriptor_unlink_file_at,
} from "../files/mutation";
import { filesystem_types__descriptor_set_times, filesystem_types__descriptor_set_times_at } from "../files/stat";
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
  filesystem_types__descriptor_rename_at__file,
  filesystem_types__descriptor_set_times_at__file,
  filesystem_types__descriptor_set_times_at__fixed,
  filesystem_types__descriptor_unlink_file_at__file,
} from "../host-files/host-file";
import { reset } from "../io/call";
import * as host from "../io/host";
import {
  filesystem_types__descriptor_create_directory_at__ro,
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
import { hostDescriptorOf, isChangeable, isHostDescriptor } from "../io/representation";
import { byteFace } from "./face";

export function p3_filesystem_types__descriptor_set_size__fixed(self: usize, size: u64): usize {
  if (isHostDescriptor(self)) filesystem_types__descriptor_set_size__ro(self, size);
  else filesystem_types__descriptor_set_size(self, size);
  return byteFace();
}

export function p3_filesystem_types__descriptor_set_size__host(self: usize, size: u64): usize {
  if (!isChangeable(self)) return p3_filesystem_types__descriptor_set_size__fixed(self, size);
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
  if (!isChangeable(self))
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
  if (isChangeable(self)) {
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
  } else if (OVERLAY && !isHostDescriptor(self))
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
  if (isChangeable(self)) {
    host.createDirectoryAt(hostDescriptorOf(self), path, length, RETURN_AREA);
    reset();
  } else if (OVERLAY && !isHostDescriptor(self)) filesystem_types__descriptor_create_directory_at__direct(self, path, length);
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
  if (isChangeable(self)) {
    host.symlinkAt(hostDescriptorOf(self), target, targetLength, path, length, RETURN_AREA);
    reset();
  } else if (OVERLAY && !isHostDescriptor(self)) filesystem_types__descriptor_symlink_at__direct(self, target, targetLength, path, length);
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
  if (isChangeable(self)) {
    host.unlinkFileAt(hostDescriptorOf(self), path, length, RETURN_AREA);
    reset();
  } else if (OVERLAY && !isHostDescriptor(self)) filesystem_types__descriptor_unlink_file_at__direct(self, path, length);
  else return p3_filesystem_types__descriptor_unlink_file_at__fixed(self, path, length);
  return byteFace();
}

export function p3_filesystem_types__descriptor_remove_directory_at__fixed(self: usize, path: usize, length: usize): usize {
  if (isHostDescriptor(self)) filesystem_types__descriptor_remove_directory_at__ro(self, path, length);
  else filesystem_types__descriptor_remove_directory_at(self, path, length);
  return byteFace();
}

export function p3_filesystem_types__descriptor_remove_directory_at__host(self: usize, path: usize, length: usize): usize {
  if (isChangeable(self)) {
    host.removeDirectoryAt(hostDescriptorOf(self), path, length, RETURN_AREA);
    reset();
  } else if (OVERLAY && !isHostDescriptor(self)) filesystem_types__descriptor_remove_directory_at__direct(self, path, length);
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
  if (isChangeable(self) && isChangeable(directory)) {
    host.linkAt(hostDescriptorOf(self), follow, oldPath, oldLength, hostDescriptorOf(directory), path, length, RETURN_AREA);
    reset();
  } else if (OVERLAY && isHostDescriptor(self) != isHostDescriptor(directory))
    filesystem_types__descriptor_link_at__mixed__direct(self, follow, oldPath, oldLength, directory, path, length);
  else if (OVERLAY && !isHostDescriptor(self))
    filesystem_types__descriptor_link_at__direct(self, follow, oldPath, oldLength, directory, path, length);
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
  if (isChangeable(self) && isChangeable(directory)) {
    host.renameAt(hostDescriptorOf(self), oldPath, oldLength, hostDescriptorOf(directory), path, length, RETURN_AREA);
    reset();
  } else if (OVERLAY && isHostDescriptor(self) != isHostDescriptor(directory))
    filesystem_types__descriptor_rename_at__mixed__direct(self, oldPath, oldLength, directory, path, length);
  else if (OVERLAY && !isHostDescriptor(self))
    filesystem_types__descriptor_rename_at__direct(self, oldPath, oldLength, directory, path, length);
  else return p3_filesystem_types__descriptor_rename_at__fixed(self, oldPath, oldLength, directory, path, length);
  return byteFace();
}
