// What is read of directories that can change: the embedded entries in the order of their
// names' bytes, then those of the host, then the others in the order in which they came.

import { OVERLAY } from "../abi/features";
import { ok } from "../abi/result";
import { NODE_SIZE, RETURN_AREA, TYPE_DIRECTORY } from "../../src/image/layout";
import { NOT_DIRECTORY } from "../io/error-code";
import * as embedded from "../io/node";
import { UNIT, giveUnits, take } from "./heap";
import { isAbsent } from "./host-mounts";
import { DirectoryInode, inPlace, inodeOf } from "./inode";
import { release } from "./lifetime";
import { isLower } from "./lower";
import * as lower from "./lower-entries";
import { inodeAt } from "./open-file";
import { EntryStream, Record, nameOf } from "./record";
import { PASSING, refusal } from "./space";

@inline
function streamAt(representation: usize): EntryStream {
  return changetype<EntryStream>(representation << 2);
}

/** What is to be read of a directory, or an error code. */
export function directoryEntries(self: usize): usize {
  const address = inodeAt(self);
  if (inodeOf(address).type != TYPE_DIRECTORY) return NOT_DIRECTORY;
  const directory = changetype<DirectoryInode>(address);
  const stream = changetype<EntryStream>(take(UNIT, directory.mount, PASSING));
  if (!changetype<usize>(stream)) return refusal();
  if (OVERLAY) {
    stream.hostStream = 0;
    const error = isLower(address) && directory.links ? lower.openEntries(stream, address) : 0;
    if (error) {
      giveUnits(changetype<usize>(stream), UNIT);
      return error;
    }
  }
  const node = directory.node;
  stream.directory = address;
  stream.node = node ? embedded.firstOf(node) : 0;
  stream.nodeEnd = node ? embedded.endOf(node) : 0;
  stream.record = directory.first;
  stream.lastRecord = directory.last;
  stream.previous = 0;
  stream.next = directory.streams;
  if (stream.next) changetype<EntryStream>(stream.next).previous = changetype<usize>(stream);
  directory.streams = changetype<usize>(stream);
  directory.opens++;
  return changetype<usize>(stream) >> 2;
}

/** `ok` of an option of an entry, or why there is none. */
export function nextEntry(self: usize): usize {
  const stream = streamAt(self);
  while (stream.node != stream.nodeEnd) {
    const node = stream.node;
    stream.node += NODE_SIZE;
    if (inPlace(node) && !(OVERLAY && isAbsent(node)))
      return entry(embedded.typeOf(node), embedded.nameOf(node), embedded.nameLengthOf(node));
  }
  if (OVERLAY && stream.hostStream && lower.nextEntry(stream)) return RETURN_AREA;
  while (stream.record) {
    const record = changetype<Record>(stream.record);
    stream.record = stream.record == stream.lastRecord ? 0 : record.next;
    if (OVERLAY && record.covers) continue;
    return entry(inodeOf(record.inode).type, nameOf(record), record.nameLength);
  }
  store<u8>(RETURN_AREA, 0, 4);
  return ok();
}

function entry(type: u32, name: usize, length: usize): usize {
  store<u8>(RETURN_AREA, 1, 4);
  store<u8>(RETURN_AREA, <u8>type, 8);
  store<u32>(RETURN_AREA, name, 12);
  store<u32>(RETURN_AREA, length, 16);
  return ok();
}

export function closeEntries(self: usize): void {
  const stream = streamAt(self);
  const directory = changetype<DirectoryInode>(stream.directory);
  if (stream.next) changetype<EntryStream>(stream.next).previous = stream.previous;
  if (stream.previous) changetype<EntryStream>(stream.previous).next = stream.next;
  else directory.streams = stream.next;
  if (OVERLAY) lower.closeEntries(stream);
  giveUnits(changetype<usize>(stream), UNIT);
  release(changetype<usize>(directory));
}
