// What stands behind handles where files are writable: cells in the heap.
//
//   descriptor    address of a cell / 8 · from NODE_LIMIT on: the host's handle
//   error         NODE_LIMIT + error code · below: the host's handle
//   streams       address of a cell / 4, even · odd and below 6: as in ../io/representation.ts
//   directory-entry-stream   the same, of an EntryStream

import { RULED, WRITABLE } from "../abi/features";
import { newError } from "../abi/own-resources";
import { err } from "../abi/result";
import { MOUNT_CONTENTS, MOUNT_MEMORY, NODE_LIMIT, NO_LIMIT, PIPES, RETURN_AREA, STDIN_STREAM } from "../../src/image/layout";
import { CLOSED, flagsOf, isHost, nodeDescriptor, nodeOf } from "../io/representation";
import { UNIT, giveUnits, take } from "./heap";
import { inodeOf, isNode } from "./inode";
import { release } from "./lifetime";
import { PASSING } from "./space";

@unmanaged
export class Descriptor {
  inode: usize;
  flags: u32;
}

/** Beside the flags of a descriptor: rules protect what it stands for. */
export const PROTECTED: u32 = 256;

/** Whether they do. */
@inline
export function isProtectedAt(representation: usize): bool {
  return RULED && (descriptorAt(representation).flags & PROTECTED) != 0;
}

/** A range of bytes, if there is no inode, or a place in a file. */
@unmanaged
export class Stream {
  next: usize;
  end: usize;
  inode: usize;
  isAppending: bool;
  isClosed: bool;
  position: u64;
}

@inline
export function descriptorAt(representation: usize): Descriptor {
  return changetype<Descriptor>(representation << 3);
}

@inline
export function inodeAt(representation: usize): usize {
  return descriptorAt(representation).inode;
}

/** The object that a descriptor stands for: where files can be written, an inode that is held. */
@inline
export function objectAt(representation: usize): usize {
  return WRITABLE ? inodeAt(representation) : nodeOf(representation);
}

@inline
export function flagsAt(representation: usize): u32 {
  if (!WRITABLE) return flagsOf(representation);
  const flags = descriptorAt(representation).flags;
  return RULED ? flags & ~PROTECTED : flags;
}

/** A new descriptor of an object that is held for it; 0 if there is no memory, then it is released. */
export function openDescriptor(inode: usize, flags: u32): usize {
  if (!WRITABLE) return nodeDescriptor(inode, flags);
  const descriptor = changetype<Descriptor>(take(UNIT, inodeOf(inode).mount, PASSING));
  if (!changetype<usize>(descriptor)) {
    release(inode);
    return 0;
  }
  descriptor.inode = inode;
  descriptor.flags = flags;
  return changetype<usize>(descriptor) >> 3;
}

export function closeDescriptor(representation: usize): void {
  if (!WRITABLE) return;
  const descriptor = descriptorAt(representation);
  // Those of preopens lie in the image, and stay.
  if (isNode(changetype<usize>(descriptor))) return;
  release(descriptor.inode);
  giveUnits(changetype<usize>(descriptor), UNIT);
}

@inline
export function streamAt(representation: usize): Stream {
  return changetype<Stream>(representation << 2);
}

/** What all handles of standard input stand for: a stream that stays (standard-input.ts). */
export const STANDARD_INPUT: usize = STDIN_STREAM >> 2;

/** A stream's representation, of an inode; 0 if there is no memory. */
export function openStream(inode: usize, position: u64, isAppending: bool): usize {
  const stream = changetype<Stream>(take(UNIT, inodeOf(inode).mount, PASSING));
  if (!changetype<usize>(stream)) return 0;
  inodeOf(inode).opens++;
  stream.inode = inode;
  stream.position = position;
  stream.isAppending = isAppending;
  stream.isClosed = false;
  return changetype<usize>(stream) >> 2;
}

/** The same of bytes in memory, which stay. */
export function openBytes(next: usize, end: usize): usize {
  openPipes();
  const stream = changetype<Stream>(take(UNIT, PIPES, PASSING));
  if (!changetype<usize>(stream)) unreachable();
  stream.next = next;
  stream.end = end;
  stream.inode = 0;
  return changetype<usize>(stream) >> 2;
}

/** What lies in no mount counts among all that is written, and in no mount is there too much of it. */
export function openPipes(): void {
  store<u32>(PIPES, NO_LIMIT, MOUNT_CONTENTS);
  store<u32>(PIPES, NO_LIMIT, MOUNT_MEMORY);
}

export function closeStream(representation: usize): void {
  if (representation == STANDARD_INPUT) return;
  const stream = streamAt(representation);
  if (stream.inode) release(stream.inode);
  giveUnits(changetype<usize>(stream), UNIT);
}

@inline
export function isOwnError(representation: usize): bool {
  return WRITABLE && representation >= <usize>NODE_LIMIT;
}

/** A stream's last operation has failed: its stream-error lies at `offset`. The stream is closed. */
export function failed(stream: Stream, error: usize, offset: usize): usize {
  stream.isClosed = true;
  err(0);
  store<u32>(<usize>RETURN_AREA + offset, newError(<usize>NODE_LIMIT + error), 4);
  return RETURN_AREA;
}

/** Whether an input stream, not one of the host's, is one of a file that can change. */
@inline
export function isFileInput(representation: usize): bool {
  return WRITABLE && streamAt(representation).inode != 0;
}

/** Whether an output stream is one of a file. */
@inline
export function isFileOutput(representation: usize): bool {
  return WRITABLE && !isHost(representation) && representation > CLOSED;
}
