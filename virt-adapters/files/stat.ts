// wasi:filesystem/types, what is known about an object: stat, metadata-hash, its times, and a link's target, of
// a descriptor or of a path from it.

import { OVERLAY } from "../abi/features";
import { err, ok, okList, okOf } from "../abi/result";
import { DIGEST, RETURN_AREA, TIME_LENGTH, TYPE_DIRECTORY, TYPE_LINK } from "../../src/image/layout";
import { reset } from "../io/call";
import { INVALID, READ_ONLY } from "./error-code";
import { ACCESSED, DirectoryInode, Inode, MODIFIED, inodeOf, isNode, typeOf } from "./inode";
import { hold, release } from "./lifetime";
import { targetLengthOf, targetOf } from "./link-target";
import { isLower, lowerOf } from "./lower";
import { refresh } from "./lower-lookup";
import { copyOf } from "./lower-path";
import { isDirect, isWritable } from "./mount";
import { inodeAt } from "./open-file";
import { FOLLOW, isError, lastMount, resolve } from "./path";
import { refusal } from "./space";
import { setTime, touch } from "./times";

/** The inode that a path leads to, held, or an error code. Nothing is read from the arena after that. */
function inodeByPath(self: usize, follow: u32, path: usize, length: usize): usize {
  const object = resolve(inodeAt(self), follow & FOLLOW, path, length);
  const inode = isError(object) ? object : hold(object, lastMount);
  reset();
  return inode ? inode : refusal();
}

/** `ok` of a descriptor-stat. */
function statOf(inode: Inode): usize {
  let links: u64 = inode.links;
  if (inode.type == TYPE_DIRECTORY) {
    if (links) links = <u64>(2 + changetype<DirectoryInode>(inode).directoryCount);
  } else if (OVERLAY && isLower(changetype<usize>(inode))) {
    links += lowerOf(changetype<usize>(inode)).moreLinks;
  }
  store<u8>(RETURN_AREA, inode.type, 8);
  store<u64>(RETURN_AREA, links, 16);
  store<u64>(RETURN_AREA, inode.type == TYPE_DIRECTORY ? 0 : inode.size, 24);
  let from = changetype<usize>(inode) + ACCESSED;
  for (let time: usize = RETURN_AREA + 32; time < <usize>RETURN_AREA + 104; time += 24) {
    store<u8>(time, 1);
    memory.copy(time + 8, from, TIME_LENGTH);
    from += MODIFIED - ACCESSED;
  }
  return ok();
}

export function filesystem_types__descriptor_stat(self: usize): usize {
  // Of a directory of the host's that is open, the host knows more.
  if (OVERLAY && isLower(inodeAt(self)) && isDirect(inodeOf(inodeAt(self)).mount)) refresh(inodeAt(self));
  return statOf(inodeOf(inodeAt(self)));
}

export function filesystem_types__descriptor_stat_at(self: usize, follow: u32, path: usize, length: usize): usize {
  const inode = inodeByPath(self, follow, path, length);
  if (isError(inode)) return err(inode);
  statOf(inodeOf(inode));
  release(inode);
  return RETURN_AREA;
}

/** `ok` of a metadata-hash-value: who the object is, in which image. */
function hashOf(inode: Inode): usize {
  const lower = mix(load<u64>(DIGEST) + inode.identity);
  okOf(lower);
  store<u64>(RETURN_AREA, lower, 8);
  store<u64>(RETURN_AREA, mix(lower), 16);
  return RETURN_AREA;
}

/** Spreads a number over 64 bits, as the generator SplitMix64 does with its state. */
function mix(value: u64): u64 {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

export function filesystem_types__descriptor_metadata_hash(self: usize): usize {
  return hashOf(inodeOf(inodeAt(self)));
}

export function filesystem_types__descriptor_metadata_hash_at(self: usize, follow: u32, path: usize, length: usize): usize {
  const inode = inodeByPath(self, follow, path, length);
  if (isError(inode)) return err(inode);
  hashOf(inodeOf(inode));
  release(inode);
  return RETURN_AREA;
}

export function filesystem_types__descriptor_readlink_at(self: usize, path: usize, length: usize): usize {
  const object = resolve(inodeAt(self), 0, path, length);
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
  inode: Inode,
  accessKind: u32,
  accessSeconds: u64,
  accessNanoseconds: u32,
  modifiedKind: u32,
  modifiedSeconds: u64,
  modifiedNanoseconds: u32,
): usize {
  if (!isWritable(inode.mount)) return err(READ_ONLY);
  if ((accessKind == 2 && accessNanoseconds >= NANOSECONDS) || (modifiedKind == 2 && modifiedNanoseconds >= NANOSECONDS)) {
    return err(INVALID);
  }
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
  const inode = inodeOf(inodeAt(self));
  return setTimes(inode, accessKind, accessSeconds, accessNanoseconds, modifiedKind, modifiedSeconds, modifiedNanoseconds);
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
  const inode = inodeByPath(self, follow, path, length);
  if (isError(inode)) return err(inode);
  setTimes(inodeOf(inode), accessKind, accessSeconds, accessNanoseconds, modifiedKind, modifiedSeconds, modifiedNanoseconds);
  release(inode);
  return RETURN_AREA;
}
