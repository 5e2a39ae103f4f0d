// Mounts whose lower layer is a directory of the host's, and single files of the host's: what the host offers is looked through when
// the app asks for its preopens, or when somebody comes before.

import { compareBytes } from "../abi/compare";
import { RULED } from "../abi/features";
import {
  DIRECTORY_PARENT,
  HOST_DIRECTORIES,
  HOST_FILES,
  HOST_FILE_HANDLE,
  HOST_PREOPEN_FLAGS,
  HOST_PREOPEN_HOST,
  HOST_PREOPEN_PATH,
  HOST_PREOPEN_READ_ONLY,
  HOST_PREOPEN_SIZE,
  IMAGE_BASE,
  MOUNTS,
  MOUNTS_END,
  MOUNT_CHANGES_HOST,
  MOUNT_DIRECT,
  MOUNT_FLAGS,
  MOUNT_HANDLE,
  MOUNT_HOST,
  MOUNT_NEEDED,
  MOUNT_OFFERED,
  MOUNT_OUTER,
  MOUNT_PATH,
  MOUNT_PRESENT,
  MOUNT_SIZE,
  NODE_MOUNT,
  NODE_SIZE,
  PREOPEN_LENGTH,
  PREOPEN_PATH,
  PREOPEN_SIZE,
  RETURN_AREA,
  TYPE_DIRECTORY,
  TYPE_FILE,
} from "../../src/image/layout";
import { MUTATE_DIRECTORY, READ } from "../io/descriptor-flags";
import { dropDescriptor, getDirectories, statAt } from "../io/host";
import { SAME, compareNames, openPath } from "../io/host-path";
import { SLASH } from "../io/names";
import * as embedded from "../io/node";
import { FOLLOW } from "../io/path-flags";
import { DirectoryInode, current, inodeOf, isNode } from "./inode";
import { attachMount } from "./lower-lookup";
import { changesHost, mountAt } from "./mount";

let isPrepared: bool = false;

/** Asks the host for what it offers, unless somebody has. */
export function prepareMounts(): void {
  if (isPrepared) return;
  getDirectories(RETURN_AREA);
  const offered: usize = load<u32>(RETURN_AREA);
  const end = offered + <usize>load<u32>(RETURN_AREA, 4) * PREOPEN_SIZE;
  openMounts(offered, end);
  for (let each = offered; each < end; each += PREOPEN_SIZE) dropDescriptor(load<u32>(each));
}

/** Opens the host's directories that are the lower layers of mounts, if that has not been done. */
export function openMounts(offered: usize, offeredEnd: usize): void {
  // What the program puts there later is not what rules are relative to.
  if (RULED && isPrepared) return;
  if (!isPrepared && load<u32>(HOST_DIRECTORIES)) openAround(offered, offeredEnd);
  isPrepared = true;
  const end: usize = load<u32>(MOUNTS_END);
  for (let mount: usize = load<u32>(MOUNTS); mount < end; mount += MOUNT_SIZE) {
    const path: usize = load<u32>(mount, MOUNT_HOST);
    if (!path || load<u32>(mount, MOUNT_HANDLE)) continue;
    const wanted = changesHost(mount) ? READ | MUTATE_DIRECTORY : READ;
    const handle = openPath(path, load<u32>(mount, MOUNT_HOST + 4), wanted, offered, offeredEnd);
    if (handle && !attachMount(mount, handle)) dropDescriptor(handle);
  }
  const files: usize = load<u32>(HOST_FILES);
  const filesEnd = files + <usize>load<u32>(HOST_FILES, 4) * HOST_PREOPEN_SIZE;
  for (let file = files; file < filesEnd; file += HOST_PREOPEN_SIZE) {
    if (handleOf(file)) continue;
    const isReadOnly = load<u32>(file, HOST_PREOPEN_FLAGS) & HOST_PREOPEN_READ_ONLY;
    const flags = isReadOnly ? READ : READ | MUTATE_DIRECTORY;
    const path: usize = load<u32>(file, HOST_PREOPEN_HOST);
    store<u32>(file, openPath(path, load<u32>(file, HOST_PREOPEN_HOST + 4), flags, offered, offeredEnd), HOST_FILE_HANDLE);
  }
}

/** Opens the directories around mounts that the host offers, and puts the mounts into them. They are the first mounts, the outer before the inner. */
function openAround(offered: usize, offeredEnd: usize): void {
  const start: usize = load<u32>(MOUNTS);
  let mount = start;
  let root: usize = IMAGE_BASE;
  for (const last: usize = load<u32>(MOUNTS_END); mount < last; mount += MOUNT_SIZE) {
    const flags = load<u32>(mount, MOUNT_FLAGS);
    if (!(flags & MOUNT_OFFERED)) break;
    const handle = openOffer(mount, offered, offeredEnd);
    if (handle && attachMount(mount, handle)) {
      store<u32>(mount, flags | MOUNT_PRESENT | MOUNT_DIRECT | MOUNT_CHANGES_HOST, MOUNT_FLAGS);
      continue;
    }
    if (handle) dropDescriptor(handle);
    if (flags & MOUNT_NEEDED && !isInPresent(mount)) store<u32>(mount, flags | MOUNT_PRESENT, MOUNT_FLAGS);
  }
  const end = mount;
  for (mount = start; mount < end; mount += MOUNT_SIZE, root += NODE_SIZE) {
    if (load<u32>(mount, MOUNT_FLAGS) & MOUNT_PRESENT) join(mount, root);
  }
}

/** Whether a mount lies in one before it that is there. */
function isInPresent(mount: usize): bool {
  const path: usize = load<u32>(mount, MOUNT_PATH);
  for (let outer: usize = load<u32>(MOUNTS); outer < mount; outer += MOUNT_SIZE) {
    const length: usize = load<u32>(outer, MOUNT_PATH + 4);
    if (!(load<u32>(outer, MOUNT_FLAGS) & MOUNT_PRESENT) || length >= <usize>load<u32>(mount, MOUNT_PATH + 4)) continue;
    if (load<u8>(path + length) == SLASH && !compareBytes(path, load<u32>(outer, MOUNT_PATH), length)) return true;
  }
  return false;
}

/** The host's handle of what it offers under a mount's path, or 0. Of two, programs take the last. */
function openOffer(mount: usize, offered: usize, offeredEnd: usize): usize {
  let each = offeredEnd;
  while (each > offered) {
    each -= PREOPEN_SIZE;
    if (compareNames(each, mount) != SAME) continue;
    const flags = READ | MUTATE_DIRECTORY;
    return openPath(load<u32>(each, PREOPEN_PATH), load<u32>(each, PREOPEN_LENGTH), flags, each, each + PREOPEN_SIZE);
  }
  return 0;
}

/** Says of the mounts in a directory of the tree around them, however deep, where they lie. */
function join(outer: usize, directory: usize): void {
  const end = embedded.endOf(directory);
  for (let node = embedded.firstOf(directory); node < end; node += NODE_SIZE) {
    const mount = mountAt(node);
    if (mount) {
      store<u32>(mount, outer, MOUNT_OUTER);
      const root: usize = <usize>IMAGE_BASE + ((mount - load<u32>(MOUNTS)) / MOUNT_SIZE) * NODE_SIZE;
      if (embedded.typeOf(root) != TYPE_DIRECTORY) continue;
      store<u32>(embedded.dataOf(root), directory, DIRECTORY_PARENT);
      const inode = current(root);
      if (!isNode(inode)) changetype<DirectoryInode>(inode).parent = directory;
    } else if (embedded.typeOf(node) == TYPE_DIRECTORY) {
      join(outer, node);
    }
  }
}

/** The record of the host's file that an object stands for, or 0. */
export function hostFileOf(object: usize): usize {
  const node = isNode(object) ? object : inodeOf(object).node;
  if (!node || embedded.typeOf(node) != TYPE_FILE) return 0;
  const number: usize = load<u8>(node, NODE_MOUNT);
  if (!number || number > <usize>load<u32>(HOST_FILES, 4)) return 0;
  return <usize>load<u32>(HOST_FILES) + (number - 1) * HOST_PREOPEN_SIZE;
}

/** The host's handle of the directory that a file lies in, or 0. */
@inline
export function handleOf(file: usize): usize {
  return load<u32>(file, HOST_FILE_HANDLE);
}

/** A file's name there. */
@inline
export function nameOf(file: usize): usize {
  return load<u32>(file, HOST_PREOPEN_PATH);
}

@inline
export function nameLengthOf(file: usize): usize {
  return load<u32>(file, HOST_PREOPEN_PATH + 4);
}

/** Whether a node stands for a file that the host does not have. */
export function isAbsent(node: usize): bool {
  const file = hostFileOf(node);
  if (!file) return false;
  if (!handleOf(file)) return true;
  statAt(handleOf(file), RULED ? 0 : FOLLOW, nameOf(file), nameLengthOf(file), RETURN_AREA);
  return load<u8>(RETURN_AREA) != 0;
}
