// Functions of two descriptors, one of which is ours and leads into a directory of the host's in or around other mounts
// while the other is the host's: the host does it, if nothing that one of them says is in the way (../io/mixed.ts).

import { RULED } from "../abi/features";
import { RETURN_AREA, TYPE_DIRECTORY } from "../../src/image/layout";
import { typeOf } from "../files/inode";
import { changesHost } from "../files/mount";
import { inodeAt } from "../files/open-file";
import { MISSING, NAME_ONLY, isError, lastKind, lastMount, lastSlash, resolve } from "../files/path";
import { BUSY, NOT_DIRECTORY, NOT_PERMITTED } from "../io/error-code";
import { linkAt, renameAt } from "../io/host";
import { filesystem_types__descriptor_link_at__mixed, filesystem_types__descriptor_rename_at__mixed } from "../io/mixed";
import { FOLLOW } from "../io/path-flags";
import { hostDescriptorOf, isHostDescriptor, isReadOnly } from "../io/representation";
import { hosts, isAtHost, leadsToMounts, placeHandle, placeLength, placePath, refuse, wouldBeAtHost } from "./place";

export function filesystem_types__descriptor_link_at__mixed__direct(
  self: usize,
  follow: u32,
  oldPath: usize,
  oldLength: usize,
  directory: usize,
  path: usize,
  length: usize,
): usize {
  // No rule holds in a directory of the host's that somebody else has given.
  if (RULED) return filesystem_types__descriptor_link_at__mixed(self, follow, oldPath, oldLength, directory, path, length);
  if (isHostDescriptor(self)) {
    const target = resolve(inodeAt(directory), NAME_ONLY, path, length);
    if (target == MISSING && !lastSlash && changesHost(lastMount) && !isReadOnly(self) && wouldBeAtHost()) {
      linkAt(hostDescriptorOf(self), follow, oldPath, oldLength, placeHandle, placePath, placeLength, RETURN_AREA);
      return hosts();
    }
  } else {
    const object = resolve(inodeAt(self), follow & FOLLOW, oldPath, oldLength);
    if (!isError(object) && changesHost(lastMount) && !isReadOnly(directory) && isAtHost(object)) {
      if (typeOf(object) == TYPE_DIRECTORY) return refuse(NOT_PERMITTED);
      linkAt(placeHandle, 0, placePath, placeLength, hostDescriptorOf(directory), path, length, RETURN_AREA);
      return hosts();
    }
  }
  return filesystem_types__descriptor_link_at__mixed(self, follow, oldPath, oldLength, directory, path, length);
}

export function filesystem_types__descriptor_rename_at__mixed__direct(
  self: usize,
  oldPath: usize,
  oldLength: usize,
  directory: usize,
  path: usize,
  length: usize,
): usize {
  if (RULED) return filesystem_types__descriptor_rename_at__mixed(self, oldPath, oldLength, directory, path, length);
  const isOld = !isHostDescriptor(self);
  const object = isOld ? resolve(inodeAt(self), NAME_ONLY, oldPath, oldLength) : resolve(inodeAt(directory), NAME_ONLY, path, length);
  const isAway = isReadOnly(isOld ? directory : self) || lastKind || !changesHost(lastMount);
  // A slash after a name that is missing says that it is to be a directory, which only the other side knows.
  if (isAway || (object == MISSING ? lastSlash || !wouldBeAtHost() : isError(object))) {
    return filesystem_types__descriptor_rename_at__mixed(self, oldPath, oldLength, directory, path, length);
  }
  if (object != MISSING) {
    const isDirectory = typeOf(object) == TYPE_DIRECTORY;
    if (!isDirectory && lastSlash) return refuse(NOT_DIRECTORY);
    if ((isDirectory && leadsToMounts(object)) || !isAtHost(object)) return refuse(BUSY);
  }
  if (isOld) renameAt(placeHandle, placePath, placeLength, hostDescriptorOf(directory), path, length, RETURN_AREA);
  else renameAt(hostDescriptorOf(self), oldPath, oldLength, placeHandle, placePath, placeLength, RETURN_AREA);
  return hosts();
}
