// What is read of directories that are embedded: a range of nodes, in the order of their names' bytes.

import { ok } from "../abi/result";
import { NODE_SIZE, RETURN_AREA, TYPE_DIRECTORY } from "../../src/image/layout";
import { NOT_DIRECTORY } from "./error-code";
import { endOf, firstOf, nameLengthOf, nameOf, typeOf } from "./node";
import { newRange, rangeOf, release } from "./range";
import { nodeOf } from "./representation";

/** What is to be read of a directory, or an error code. */
export function directoryEntries(self: usize): usize {
  const node = nodeOf(self);
  return typeOf(node) == TYPE_DIRECTORY ? newRange(firstOf(node), endOf(node)) : NOT_DIRECTORY;
}

/** `ok` of an option of an entry. */
export function nextEntry(self: usize): usize {
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

@inline
export function closeEntries(self: usize): void {
  release(self);
}
