// wasi:filesystem/types, read-directory and directory-entry-stream, where files cannot be written.

import { newDirectoryEntryStream } from "../abi/own-resources";
import { err, okOf } from "../abi/result";
import { closeEntries, directoryEntries, nextEntry } from "./entry-reader";
import { dropDirectoryEntryStream } from "./host";
import { handleOf, isHost, isRefused, isTaken } from "./representation";

export function filesystem_types__descriptor_read_directory(self: usize): usize {
  const entries = directoryEntries(self);
  return isRefused(entries) ? err(entries) : okOf(newDirectoryEntryStream(entries));
}

export function filesystem_types__directory_entry_stream_read_directory_entry(self: usize): usize {
  return nextEntry(self);
}

export function filesystem_types__directory_entry_stream_dtor(self: usize): void {
  closeEntries(self);
}

export function filesystem_types__directory_entry_stream_dtor__host(self: usize): void {
  if (!isHost(self)) closeEntries(self);
  else if (!isTaken) dropDirectoryEntryStream(handleOf(self));
}
