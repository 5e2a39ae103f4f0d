// wasi:filesystem/types, what is known about an object: stat, metadata-hash, its times, and a link's target, of
// a descriptor or of a path from it.

import { OVERLAY, RULED, WRITABLE } from "../abi/features";
import { err, ok, okList } from "../abi/result";
import { RETURN_AREA, STAT_HASH, TIME_LENGTH, TYPE_DIRECTORY, TYPE_LINK } from "../../src/image/layout";
import { reset } from "../io/call";
import { INVALID, READ_ONLY } from "../io/error-code";
import { hashOf, lowerHashOf } from "../io/metadata-hash";
import * as embedded from "../io/node";
import { FOLLOW } from "../io/path-flags";
import { ACCESSED, DirectoryInode, MODIFIED, heldType, inodeOf, isNode, typeOf } from "./inode";
import { hold, release } from "./lifetime";
import { targetLengthOf, targetOf } from "./link-target";
import { isLower, lowerOf } from "./lower";
import { refresh } from "./lower-lookup";
import { copyOf } from "./lower-path";
import { isDirect, isWritable } from "./mount";
import { inodeAt, isProtectedAt, objectAt } from "./open-file";
import { isError, lastMount, resolve } from "./path";
import { isProtected } from "./refusing";
import { refusal } from "./space";
import { setTime, touch } from "./times";

/** Whether rules protect what a path has led to. */
let isFixed: usize = 0;

/** The object that a path leads to, held, or an error code. Nothing is read from the arena after that. */
function objectByPath(self: usize, follow: u32, path: usize, length: usize): usize {
  const object = resolve(objectAt(self), follow & FOLLOW, path, length);
  isFixed = isError(object) ? 0 : isProtected(object);
  const held = isError(object) ? object : hold(object, lastMount);
  reset();
  return !WRITABLE || held ? held : refusal();
}

/**
 * `ok` of a descriptor-stat. What is embedded has one time, that which the image knows, or the fixed one. A program of preview 1 in the
 * same part gets the hash along with it, without a second look-up.
 */
function statOf(object: usize): usize {
  store<u8>(RETURN_AREA, <u8>heldType(object), 8);
  store<u64>(RETURN_AREA, linksOf(object), 16);
  store<u64>(RETURN_AREA, WRITABLE ? inodeOf(object).size : embedded.sizeOf(object), 24);
  let from = WRITABLE ? object + ACCESSED : embedded.timeOf(object);
  for (let time: usize = RETURN_AREA + 32; time < <usize>RETURN_AREA + 104; time += 24) {
    store<u8>(time, 1);
    memory.copy(time + 8, from, TIME_LENGTH);
    if (WRITABLE) from += MODIFIED - ACCESSED;
  }
  store<u64>(STAT_HASH, lowerHashOf(identityOf(object)));
  return ok();
}

function linksOf(object: usize): u64 {
  const isDirectory = heldType(object) == TYPE_DIRECTORY;
  if (!WRITABLE) return isDirectory ? 2 + <u64>embedded.directoriesOf(object) : 1;
  const links: u64 = inodeOf(object).links;
  if (isDirectory) return links ? <u64>(2 + changetype<DirectoryInode>(object).directoryCount) : 0;
  return OVERLAY && isLower(object) ? links + lowerOf(object).moreLinks : links;
}

@inline
function identityOf(object: usize): u64 {
  return WRITABLE ? inodeOf(object).identity : <u64>object;
}

export function filesystem_types__descriptor_stat(self: usize): usize {
  // Of a directory of the host's that is open, the host knows more.
  if (OVERLAY && isLower(inodeAt(self)) && isDirect(inodeOf(inodeAt(self)).mount)) refresh(inodeAt(self));
  return statOf(objectAt(self));
}

export function filesystem_types__descriptor_stat_at(self: usize, follow: u32, path: usize, length: usize): usize {
  const object = objectByPath(self, follow, path, length);
  if (isError(object)) return err(object);
  statOf(object);
  release(object);
  return RETURN_AREA;
}

export function filesystem_types__descriptor_metadata_hash(self: usize): usize {
  return hashOf(identityOf(objectAt(self)));
}

export function filesystem_types__descriptor_metadata_hash_at(self: usize, follow: u32, path: usize, length: usize): usize {
  const object = objectByPath(self, follow, path, length);
  if (isError(object)) return err(object);
  hashOf(identityOf(object));
  release(object);
  return RETURN_AREA;
}

export function filesystem_types__descriptor_readlink_at(self: usize, path: usize, length: usize): usize {
  const object = resolve(objectAt(self), 0, path, length);
  if (!OVERLAY) reset();
  const result = isError(object) ? err(object) : typeOf(object) == TYPE_LINK ? linkTarget(object) : err(INVALID);
  if (OVERLAY) reset();
  return result;
}

function linkTarget(link: usize): usize {
  const target = targetOf(link);
  if (OVERLAY && isError(target)) return err(target);
  // A link of the host's may be forgotten when the call is over. No other is copied: there is room only beside the host's.
  const isHosts = OVERLAY && !isNode(link) && isLower(link);
  return okList(isHosts ? copyOf(target, targetLengthOf(link)) : target, targetLengthOf(link));
}

/** Of a new-timestamp. */
const NANOSECONDS: u32 = 1000000000;

function setTimes(
  object: usize,
  accessKind: u32,
  accessSeconds: u64,
  accessNanoseconds: u32,
  modifiedKind: u32,
  modifiedSeconds: u64,
  modifiedNanoseconds: u32,
): usize {
  if (!WRITABLE || !isWritable(inodeOf(object).mount)) return err(READ_ONLY);
  if ((accessKind == 2 && accessNanoseconds >= NANOSECONDS) || (modifiedKind == 2 && modifiedNanoseconds >= NANOSECONDS)) {
    return err(INVALID);
  }
  const inode = inodeOf(object);
  if (accessKind | modifiedKind) touch(inode);
  if (accessKind) setTime(inode, ACCESSED, accessKind, accessSeconds, accessNanoseconds);
  if (modifiedKind) setTime(inode, MODIFIED, modifiedKind, modifiedSeconds, modifiedNanoseconds);
  return ok();
}

export function filesystem_types__descriptor_set_times(
  self: usize,
  accessKind: u32,
  accessSeconds: u64,
  accessNanoseconds: u32,
  modifiedKind: u32,
  modifiedSeconds: u64,
  modifiedNanoseconds: u32,
): usize {
  if (isProtectedAt(self)) return err(READ_ONLY);
  return setTimes(objectAt(self), accessKind, accessSeconds, accessNanoseconds, modifiedKind, modifiedSeconds, modifiedNanoseconds);
}

export function filesystem_types__descriptor_set_times_at(
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
  const object = objectByPath(self, follow, path, length);
  if (isError(object)) return err(object);
  if (RULED && isFixed) err(READ_ONLY);
  else setTimes(object, accessKind, accessSeconds, accessNanoseconds, modifiedKind, modifiedSeconds, modifiedNanoseconds);
  release(object);
  return RETURN_AREA;
}
