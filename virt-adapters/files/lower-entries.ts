// The entries of a directory of the host's: those that no record covers, and of those that one covers what it leads
// to. So a name that has never been away comes once, whatever becomes of it while the directory is read.

import { mark, reuse } from "../abi/arena";
import { OVERLAY, RULED } from "../abi/features";
import { MAX_PATH_LENGTH, NODE_SIZE, RETURN_AREA } from "../../src/image/layout";
import { reset } from "../io/call";
import { NOT_EMPTY } from "../io/error-code";
import { dropDescriptor, dropDirectoryEntryStream, readDirectory, readDirectoryEntry } from "../io/host";
import { hostError } from "../io/host-error";
import * as embedded from "../io/node";
import { DIRECTORY } from "../io/open-flags";
import { find } from "./buckets";
import { UNIT, giveUnits, take } from "./heap";
import { DirectoryInode, inPlace, inodeOf } from "./inode";
import { isLower } from "./lower";
import { openHosts } from "./lower-file";
import { copyOf } from "./lower-path";
import { EntryStream, Record } from "./record";
import { isHidden } from "./rules";
import { PASSING, refusal } from "./space";

/** Begins to read; answers why that cannot be done, or 0. */
export function openEntries(stream: EntryStream, directory: usize): usize {
  const error = openHosts(directory, DIRECTORY);
  if (error) return error;
  stream.hostDirectory = load<u32>(RETURN_AREA, 4);
  readDirectory(stream.hostDirectory, RETURN_AREA);
  if (load<u8>(RETURN_AREA)) {
    dropDescriptor(stream.hostDirectory);
    return hostError(4);
  }
  stream.hostStream = load<u32>(RETURN_AREA, 4);
  return 0;
}

export function closeEntries(stream: EntryStream): void {
  if (!stream.hostStream) return;
  dropDirectoryEntryStream(stream.hostStream);
  dropDescriptor(stream.hostDirectory);
  stream.hostStream = 0;
}

/** Leaves the next of the host's entries, or its error, as the result; false if there is none. */
export function nextEntry(stream: EntryStream): bool {
  // In a directory that is gone there is nothing any more.
  const isNext = stream.hostStream != 0 && inodeOf(stream.directory).links != 0 && readVisible(stream);
  if (!isNext) closeEntries(stream);
  else if (!load<u8>(RETURN_AREA)) {
    // So that nothing has to be done when the name was read.
    store<u32>(RETURN_AREA, copyOf(load<u32>(RETURN_AREA, 12), load<u32>(RETURN_AREA, 16)), 12);
  }
  reset();
  return isNext;
}

function readVisible(stream: EntryStream): bool {
  const start = mark();
  do {
    reuse(start);
    readDirectoryEntry(stream.hostStream, RETURN_AREA);
    if (load<u8>(RETURN_AREA)) return true;
    if (!load<u8>(RETURN_AREA, 4)) return false;
  } while (!isVisible(stream.directory));
  return true;
}

/** Whether the entry in the return area is the app's too; its type becomes that of what is there now. */
function isVisible(address: usize): bool {
  const directory = changetype<DirectoryInode>(address);
  const name: usize = load<u32>(RETURN_AREA, 12);
  const length: usize = load<u32>(RETURN_AREA, 16);
  // No path leads to it, and the buffer of names has no room for it.
  if (length > <usize>MAX_PATH_LENGTH) return false;
  if (RULED && isHidden(directory.mount, address, name, length)) return false;
  const record = find(directory, name, length);
  if (!record) return !directory.node || !embedded.lookup(directory.node, name, length);
  const inode = changetype<Record>(record).inode;
  if (inode) store<u8>(RETURN_AREA, inodeOf(inode).type, 8);
  return inode != 0;
}

/** NOT_EMPTY, another error of the host's, or 0 for a directory in which the app sees nothing. */
export function emptiness(directory: DirectoryInode): usize {
  const address = changetype<usize>(directory);
  if (!OVERLAY || !isLower(address)) return directory.entryCount ? NOT_EMPTY : 0;
  for (let at = directory.first; at; at = changetype<Record>(at).next) if (changetype<Record>(at).inode) return NOT_EMPTY;
  const node = directory.node;
  if (node) for (let at = embedded.firstOf(node); at < embedded.endOf(node); at += NODE_SIZE) if (inPlace(at)) return NOT_EMPTY;
  const stream = changetype<EntryStream>(take(UNIT, directory.mount, PASSING));
  if (!changetype<usize>(stream)) return refusal();
  stream.directory = address;
  let error = openEntries(stream, address);
  if (!error) {
    if (readVisible(stream)) error = load<u8>(RETURN_AREA) ? hostError(4) : NOT_EMPTY;
    closeEntries(stream);
  }
  giveUnits(changetype<usize>(stream), UNIT);
  return error;
}
