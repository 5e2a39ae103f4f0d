// wasi:filesystem/types, directory-entry-stream: a range of nodes, in the order of their names' bytes.

import { ok } from "../abi/result";
import { NODE_SIZE, RETURN_AREA } from "../../src/image/layout";
import { dropDirectoryEntryStream } from "./host";
import { nameLengthOf, nameOf, typeOf } from "./node";
import { rangeOf, release } from "./range";
import { handleOf, isHost, isTaken } from "./representation";

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
