// Entries of directories, by whichever guest this is built into.

import { WRITABLE } from "../abi/features";
import * as changing from "../files/entry-reader";
import * as embedded from "../io/entry-reader";

export function directoryEntries(self: usize): usize {
  return WRITABLE ? changing.directoryEntries(self) : embedded.directoryEntries(self);
}

/** `ok` of an option of an entry, in the return area. */
export function nextEntry(entries: usize): void {
  if (WRITABLE) changing.nextEntry(entries);
  else embedded.nextEntry(entries);
}

export function closeEntries(entries: usize): void {
  if (WRITABLE) changing.closeEntries(entries);
  else embedded.closeEntries(entries);
}
