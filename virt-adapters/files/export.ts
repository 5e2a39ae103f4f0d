// wasi-nest:virtual/files (wit/files.wit): the files for whoever embeds the component. Paths are absolute; they lead
// into the root with the longest path in front of them, and from there on they are the app's.

import { room } from "../abi/arena";
import { compareBytes } from "../abi/compare";
import { OVERLAY } from "../abi/features";
import { inflateFile } from "../abi/compressed";
import { err, ok, okList } from "../abi/result";
import {
  MOUNTS,
  MOUNT_FLAGS,
  MOUNT_HIDDEN,
  MOUNT_OFFERED,
  MOUNT_PATH,
  MOUNT_SIZE,
  ROOTS,
  TYPE_DIRECTORY,
  TYPE_FILE,
} from "../../src/image/layout";
import { reset } from "../io/call";
import {
  BUSY,
  FILE_TOO_LARGE,
  INSUFFICIENT_MEMORY,
  INSUFFICIENT_SPACE,
  INVALID,
  IS_DIRECTORY,
  LOOP,
  NAME_TOO_LONG,
  NOT_DIRECTORY,
  NOT_EMPTY,
  NOT_PERMITTED,
  NO_ENTRY,
  READ_ONLY,
} from "../io/error-code";
import { SLASH, dotPath, skipSlashes } from "../io/names";
import { FOLLOW } from "../io/path-flags";
import * as contents from "./contents";
import { hostFileOf, prepareMounts } from "./host-mounts";
import { FileInode, inodeOf, isNode } from "./inode";
import { hold, release } from "./lifetime";
import { listFiles, listed } from "./list";
import { isLower } from "./lower";
import { closeFile } from "./lower-file";
import { make } from "./make";
import { isAbsent, isDirect, isWritable, rootOf } from "./mount";
import { CREATING, MISSING, isError, lastMount, resolve } from "./path";
import { isProtected } from "./refusing";
import { EITHER, removeAt } from "./remove";
import { resetFiles } from "./reset";
import { refusal } from "./space";
import { replaced } from "./standard-input";

/** Of wasi:filesystem's `io`, for everything that has no word of its own. */
const IO: usize = 13;
/** The error codes that `failure` has a word for, which are in the same order there. */
const FAILURES: u64 =
  (1 << BUSY) |
  (1 << FILE_TOO_LARGE) |
  (1 << INVALID) |
  (1 << IO) |
  (1 << IS_DIRECTORY) |
  (1 << LOOP) |
  (1 << NAME_TOO_LONG) |
  (1 << NO_ENTRY) |
  (1 << INSUFFICIENT_MEMORY) |
  (1 << INSUFFICIENT_SPACE) |
  (1 << NOT_DIRECTORY) |
  (1 << NOT_EMPTY) |
  (1 << NOT_PERMITTED) |
  ((<u64>1) << READ_ONLY);

/** A `failure`, of an error code in the low byte. */
function failure(error: usize): usize {
  const code = error & 0xff;
  const word: u64 = (<u64>1) << (FAILURES & ((<u64>1) << code) ? code : IO);
  return err(<usize>popcnt<u64>(FAILURES & (word - 1)));
}

function result(error: usize): usize {
  reset();
  return error ? failure(error) : ok();
}

/** What of the path lies below the root. */
let rest: usize = 0;
let restLength: usize = 0;

/** The root that a path leads into, held, or an error code. */
function enter(path: usize, length: usize): usize {
  if (!length || load<u8>(path) != SLASH) return INVALID;
  const end = path + length;
  path = skipSlashes(path, end) - 1;
  length = end - path;
  if (OVERLAY) prepareMounts();
  let found: usize = 0;
  let prefixLength: isize = -1;
  let mount: usize = load<u32>(MOUNTS);
  for (const last = mount + <usize>load<u32>(ROOTS) * MOUNT_SIZE; mount < last; mount += MOUNT_SIZE) {
    if (isAbsent(mount)) continue;
    const each: usize = load<u32>(mount, MOUNT_PATH + 4);
    if (each > length || <isize>each <= prefixLength) continue;
    if (compareBytes(path, load<u32>(mount, MOUNT_PATH), each)) continue;
    if (each < length && load<u8>(path + each) != SLASH) continue;
    found = mount;
    // What is the host's comes first, and whatever else holds the path is meant, what no app sees too.
    prefixLength = OVERLAY && load<u32>(mount, MOUNT_FLAGS) & MOUNT_OFFERED ? -1 : each;
  }
  if (!found) return NO_ENTRY;
  rest = skipSlashes(path + <usize>load<u32>(found, MOUNT_PATH + 4), end);
  restLength = end - rest;
  if (!restLength) {
    rest = dotPath();
    restLength = 1;
  }
  return held(rootOf(found), found);
}

/** What a path has led to, held, or an error code. */
function held(object: usize, mount: usize): usize {
  if (isError(object)) return object;
  const inode = hold(object, mount);
  return inode ? inode : refusal();
}

export function virtual_files__list(): usize {
  if (OVERLAY) prepareMounts();
  const list = listFiles();
  return list ? okList(list, listed()) : failure(INSUFFICIENT_MEMORY);
}

export function virtual_files__list__post(_result: usize): void {
  reset();
}

/** What was read last, held while its bytes are in use. */
let inUse: usize = 0;

export function virtual_files__read_at(path: usize, length: usize, offset: u64, wanted: u64): usize {
  const base = enter(path, length);
  if (isError(base)) return failure(base);
  const object = own(resolve(base, FOLLOW, rest, restLength));
  let inode = held(object, lastMount);
  release(base);
  // The path has been read.
  reset();
  inode = inflateFile(inode);
  if (isError(inode)) return failure(inode);
  inUse = inode;
  if (inodeOf(inode).type == TYPE_DIRECTORY) return failure(IS_DIRECTORY);
  const file = changetype<FileInode>(inode);
  const start = min(offset, file.size);
  wanted = min(wanted, file.size - start);
  if (wanted > <u64>0xffff0000) return failure(INSUFFICIENT_MEMORY);
  const count = <usize>wanted;
  let address = contents.read(file, start, count);
  if (contents.count != count) {
    reset();
    address = contents.gather(file, start, room(count));
  }
  // Nothing can be asked of the host when the bytes have been read.
  if (OVERLAY && file.opens == 1) closeFile(inode);
  return contents.count == count ? okList(address, count) : failure(INSUFFICIENT_MEMORY);
}

export function virtual_files__read_at__post(_result: usize): void {
  if (inUse) release(inUse);
  inUse = 0;
  reset();
}

export function virtual_files__read(path: usize, length: usize): usize {
  return virtual_files__read_at(path, length, 0, u64.MAX_VALUE);
}

export function virtual_files__read__post(result: usize): void {
  virtual_files__read_at__post(result);
}

export function virtual_files__write(path: usize, length: usize, address: usize, count: usize): usize {
  const base = enter(path, length);
  if (isError(base)) return result(base);
  const inode = openFile(base);
  release(base);
  if (isError(inode)) return result(inode);
  let error: usize = 0;
  if (inodeOf(inode).type == TYPE_DIRECTORY) error = IS_DIRECTORY;
  else if (!isWritable(inodeOf(inode).mount) || isProtected(inode)) error = READ_ONLY;
  else error = contents.setSize(changetype<FileInode>(inode), 0);
  if (!error) error = contents.write(changetype<FileInode>(inode), 0, address, count);
  replaced(inode);
  release(inode);
  return result(error);
}

/** What the rest of the path leads to, or a new file there; held, or an error code. */
function openFile(base: usize): usize {
  const isHidden = load<u32>(inodeOf(base).mount, MOUNT_FLAGS) & MOUNT_HIDDEN;
  let object = resolve(base, FOLLOW | CREATING, rest, restLength);
  // Where the app would not find it, nothing is made.
  if (isHidden && isError(object)) return object;
  if (object == NO_ENTRY) {
    const error = makeDirectories(base);
    if (error) return error;
    object = resolve(base, FOLLOW | CREATING, rest, restLength);
  }
  if (object == MISSING) return make(TYPE_FILE);
  return held(own(object), lastMount);
}

/** What a path has led to, or an error code for what is the host's. */
function own(object: usize): usize {
  if (!OVERLAY || isError(object)) return object;
  const isHosts = hostFileOf(object) || (!isNode(object) && isLower(object) && isDirect(inodeOf(object).mount));
  return isHosts ? NOT_PERMITTED : object;
}

/** The directories on the way to the last name. */
function makeDirectories(base: usize): usize {
  for (let length: usize = 1; length < restLength; length++) {
    if (load<u8>(rest + length) != SLASH) continue;
    let object = resolve(base, FOLLOW, rest, length);
    if (object == MISSING) {
      object = make(TYPE_DIRECTORY);
      if (!isError(object)) release(object);
    }
    if (isError(object)) return object;
  }
  return 0;
}

export function virtual_files__remove(path: usize, length: usize): usize {
  const base = enter(path, length);
  if (isError(base)) return result(base);
  const error = removeAt(base, EITHER, rest, restLength);
  release(base);
  return result(error);
}

export function virtual_files__reset(): void {
  resetFiles();
  reset();
}
