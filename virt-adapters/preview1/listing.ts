// The entries of a directory that fd_readdir lists. A cookie is how many entries come before, `.` and `..` among them. The stream of entries stays open from one call to the
// next, and so does an entry that was not given in full: a program that removes what it has listed misses nothing.

import { allocate, empty, keep } from "../abi/arena";
import { RETURN_AREA } from "../../src/image/layout";
import { Descriptor, isRoom } from "./descriptors";
import { NOMEM, OVERFLOW, SUCCESS, errnoOf } from "./errno";
import { DIRECTORY_TYPE, fileType } from "./flags";
import * as host from "./host";

/**
 * Entries, as the program gets them: u64 cookie of the next, u64 inode, u32 length of the name, u8 filetype, and at 24 the name.
 */
const INODE: usize = 8;
const NAME_LENGTH: usize = 16;
const TYPE: usize = 20;
const NAME: usize = 24;
/** Room for an entry: names have at most 255 characters on every system. */
const BYTES: usize = 1024;
const DOT: u32 = 0x2e;

/** Room that is not needed any more: each begins with the address of the next. */
let free: usize = 0;

/** What `entries` is at the end of a listing: no handle. */
const ENDED: usize = 0;

export function endListing(directory: Descriptor): void {
  if (directory.entries) host.dropDirectoryEntryStream(directory.entries);
  directory.entries = ENDED;
  if (!directory.entry) return;
  store<u32>(directory.entry, free);
  free = directory.entry;
  directory.entry = 0;
}

/** The entry is done with. */
@inline
export function pass(directory: Descriptor): void {
  directory.position++;
  directory.entryLength = 0;
}

/** Makes the entry that a cookie stands for the next one; an errno. At 0 it begins anew, to see what has changed. */
export function goTo(directory: Descriptor, cookie: u64): u32 {
  if (cookie && directory.entry && directory.position == cookie) return SUCCESS;
  endListing(directory);
  if (!free && !isRoom()) return NOMEM;
  directory.entry = free;
  if (directory.entry) free = load<u32>(directory.entry);
  else directory.entry = keep(8, BYTES);
  directory.position = 0;
  directory.entryLength = 0;
  host.readDirectory(directory.handle, RETURN_AREA);
  if (load<u8>(RETURN_AREA)) {
    const errno = errnoOf(load<u8>(RETURN_AREA, 4));
    endListing(directory);
    return errno;
  }
  directory.entries = load<u32>(RETURN_AREA, 4);
  while (directory.position < cookie) {
    if (directory.position >= 2) {
      const errno = readEntry(directory);
      if (errno) return errno;
      if (!directory.entryLength) break;
    }
    pass(directory);
  }
  return SUCCESS;
}

/** Makes the next entry whole, if there is one; an errno. */
export function findEntry(directory: Descriptor): u32 {
  const entry = directory.entry;
  if (directory.entryLength) return SUCCESS;
  if (directory.position < 2) {
    // Of what lies above, nobody may know anything: it is given the same number, as on Wasmtime.
    const nameLength = <usize>directory.position + 1;
    store<u16>(entry + NAME, <u16>(DOT | (DOT << 8)));
    setEntry(directory, nameLength, DIRECTORY_TYPE);
    host.metadataHash(directory.handle, RETURN_AREA);
  } else {
    const errno = readEntry(directory);
    if (errno || !directory.entryLength) return errno;
    const nameLength = directory.entryLength - NAME;
    const name = allocate(1, nameLength);
    memory.copy(name, entry + NAME, nameLength);
    host.metadataHashAt(directory.handle, 0, name, nameLength, RETURN_AREA);
    empty();
  }
  // What is gone has no number any more.
  store<u64>(entry, load<u8>(RETURN_AREA) ? 0 : load<u64>(RETURN_AREA, 8), INODE);
  return SUCCESS;
}

@inline
function setEntry(directory: Descriptor, nameLength: usize, type: u32): void {
  const entry = directory.entry;
  store<u64>(entry, directory.position + 1);
  store<u32>(entry, nameLength, NAME_LENGTH);
  store<u32>(entry, type, TYPE);
  directory.entryLength = NAME + nameLength;
}

/** Reads the next entry of the stream, all but its inode; an errno. Its length is 0 at the end. */
function readEntry(directory: Descriptor): u32 {
  if (!directory.entries) return SUCCESS;
  host.readDirectoryEntry(directory.entries, RETURN_AREA);
  if (load<u8>(RETURN_AREA)) {
    empty();
    return errnoOf(load<u8>(RETURN_AREA, 4));
  }
  if (!load<u8>(RETURN_AREA, 4)) {
    host.dropDirectoryEntryStream(directory.entries);
    directory.entries = ENDED;
    return SUCCESS;
  }
  const nameLength: usize = load<u32>(RETURN_AREA, 16);
  if (nameLength <= BYTES - NAME) {
    memory.copy(directory.entry + NAME, load<u32>(RETURN_AREA, 12), nameLength);
    setEntry(directory, nameLength, fileType(load<u8>(RETURN_AREA, 8)));
  }
  empty();
  return nameLength <= BYTES - NAME ? SUCCESS : OVERFLOW;
}
