// The entries of directories. Those that were embedded stay where they are, sorted, and their words say whether
// they are still there (inode.ts). Those that were added are records (record.ts). A stream reads the embedded ones first, then the
// list of records up to where it ended when the stream began; a record that goes takes the streams that stand there along.

import { OVERLAY, RULED } from "../abi/features";
import { TYPE_DIRECTORY } from "../../src/image/layout";
import { bucketOf, chain, dropBuckets, find, grow, hashOf } from "./buckets";
import { giveUnits, take } from "./heap";
import { CHANGED, DirectoryInode, UPROOTED, inodeOf } from "./inode";
import { uproot } from "./lower";
import { EntryStream, Record, nameOf, recordSize } from "./record";
import { PASSING } from "./space";

/** Adds an entry of a name that there is not; false if there is no memory: see `takeBlock` for `spare`. */
export function add(directory: DirectoryInode, name: usize, length: usize, inode: usize, spare: u32): bool {
  const covering = OVERLAY ? find(directory, name, length) : 0;
  if (covering) lead(changetype<Record>(covering), inode);
  else if (!insert(directory, name, length, inode, spare)) return false;
  directory.entryCount++;
  directory.flags |= CHANGED;
  if (inodeOf(inode).type == TYPE_DIRECTORY) directory.directoryCount++;
  return true;
}

function lead(record: Record, inode: usize): void {
  record.inode = inode;
  if (RULED && inodeOf(inode).type == TYPE_DIRECTORY) changetype<DirectoryInode>(inode).entry = changetype<usize>(record);
}

/** A new record, or 0 if there is no memory. */
export function insert(directory: DirectoryInode, name: usize, length: usize, inode: usize, spare: u32): usize {
  const address = take(recordSize(length), directory.mount, spare);
  if (!address) return 0;
  if (directory.addedCount >= directory.bucketCount && !grow(directory, spare) && !directory.bucketCount) {
    giveUnits(address, recordSize(length));
    return 0;
  }
  const record = changetype<Record>(address);
  record.hash = hashOf(name, length);
  record.nameLength = <u8>length;
  if (OVERLAY) record.covers = false;
  memory.copy(nameOf(record), name, length);
  lead(record, inode);
  const last = directory.last;
  record.previous = last;
  record.next = 0;
  if (last) changetype<Record>(last).next = address;
  else directory.first = address;
  directory.last = address;
  chain(directory, record);
  directory.addedCount++;
  return address;
}

/** Takes an entry away; `inode` is what it leads to. */
export function remove(directory: DirectoryInode, name: usize, length: usize, inode: usize): void {
  const record = find(directory, name, length);
  if (OVERLAY && record && changetype<Record>(record).covers) {
    changetype<Record>(record).inode = 0;
    uproot(inode, record);
  } else if (record) drop(directory, changetype<Record>(record));
  else inodeOf(inode).flags |= CHANGED | UPROOTED;
  directory.entryCount--;
  directory.flags |= CHANGED;
  if (inodeOf(inode).type == TYPE_DIRECTORY) directory.directoryCount--;
}

/** Makes the entry of a name that there is lead to another inode; false if there is no memory. */
export function replace(directory: DirectoryInode, name: usize, length: usize, old: usize, inode: usize): bool {
  const record = find(directory, name, length);
  if (!record) {
    if (!add(directory, name, length, inode, PASSING)) return false;
    inodeOf(old).flags |= CHANGED | UPROOTED;
    directory.entryCount--;
    if (inodeOf(old).type == TYPE_DIRECTORY) directory.directoryCount--;
    // The name has never been away: who has not read it yet will find it at the end.
    for (let at = directory.streams; at; at = changetype<EntryStream>(at).next) {
      const stream = changetype<EntryStream>(at);
      if (stream.node > inodeOf(old).node) continue;
      stream.lastRecord = directory.last;
      if (!stream.record) stream.record = directory.last;
    }
  } else {
    lead(changetype<Record>(record), inode);
    if (OVERLAY) uproot(old, record);
  }
  return true;
}

/** Takes a record away, and nothing else. */
export function drop(directory: DirectoryInode, record: Record): void {
  const address = changetype<usize>(record);
  let bucket = bucketOf(directory, record.hash);
  while (load<u32>(bucket) != address) bucket = load<u32>(bucket);
  store<u32>(bucket, record.chain);

  const previous = record.previous;
  const next = record.next;
  if (previous) changetype<Record>(previous).next = next;
  else directory.first = next;
  if (next) changetype<Record>(next).previous = previous;
  else directory.last = previous;

  for (let at = directory.streams; at; at = changetype<EntryStream>(at).next) {
    const stream = changetype<EntryStream>(at);
    const isLast = stream.lastRecord == address;
    if (stream.record == address) stream.record = isLast ? 0 : next;
    if (isLast) stream.lastRecord = previous;
  }
  giveUnits(address, recordSize(record.nameLength));
  if (!--directory.addedCount) dropBuckets(directory);
}

/** Of a directory that is empty, or looks so. */
export function dropEntries(directory: DirectoryInode): void {
  if (OVERLAY) while (directory.first) drop(directory, changetype<Record>(directory.first));
  dropBuckets(directory);
}
