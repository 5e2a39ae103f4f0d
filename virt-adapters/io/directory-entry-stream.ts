// wasi:filesystem/types, read-directory and directory-entry-stream, where files cannot be written: a range of nodes, in
// the order of their names' bytes.

import { newDirectoryEntryStream } from "../abi/own-resources";
import { err, ok, okOf } from "../abi/result";
import { NODE_SIZE, RETURN_AREA, TYPE_DIRECTORY } from "../../src/image/layout";
import { NOT_DIRECTORY } from "./error-code";
import { dropDirectoryEntryStream } from "./host";
import { endOf, firstOf, nameLengthOf, nameOf, typeOf } from "./node";
import { newRange, rangeOf, release } from "./range";
import { handleOf, isHost, isTaken, nodeOf } from "./representation";

export function filesystem_types__descriptor_read_directory(self: usize): usize {
  const node = nodeOf(self);
  if (typeOf(node) != TYPE_DIRECTORY) return err(NOT_DIRECTORY);
  return okOf(newDirectoryEntryStream(newRange(firstOf(node), endOf(node))));
}

export function filesystem_types__directory_entry_stream_read_directory_entry(self: usize): usize {
  const range = rangeOf(self);
  const node = range.next;
  const isEntry = node != range.end;
  store<u8>(RETURN_AREA, <u8>isEntry, 4);
  if (isEntry) {
    range.next = node + NODE_SIZE;
    store<u8>(RETURN_AREA, <u8>typeOf(node), 8);
    store<u32>(RETURN_AREA, nameOf(node), 12);
    store<u32>(RETURN_AREA, nameLengthOf(node), 16);
  }
  return ok();
}

export function filesystem_types__directory_entry_stream_dtor(self: usize): void {
  release(self);
}

export function filesystem_types__directory_entry_stream_dtor__host(self: usize): void {
  if (!isHost(self)) release(self);
  else if (!isTaken) dropDirectoryEntryStream(handleOf(self));
}
