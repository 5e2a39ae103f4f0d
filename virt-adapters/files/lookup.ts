// The entry of a name in a directory: one that was added, one that is embedded, or one of the host's.

import { OVERLAY, WRITABLE } from "../abi/features";
import { TYPE_DIRECTORY } from "../../src/image/layout";
import * as embedded from "../io/node";
import { find } from "./buckets";
import { DirectoryInode, inPlace, inodeOf, isNode } from "./inode";
import { isLower } from "./lower";
import { attachEmbedded, lookupLower } from "./lower-lookup";
import { Record } from "./record";

/** The entry of that name, or 0; or an error code of the host's. */
export function lookup(directory: usize, name: usize, length: usize): usize {
  if (!WRITABLE) return embedded.lookup(directory, name, length);
  let node = directory;
  if (!isNode(directory)) {
    const record = find(changetype<DirectoryInode>(directory), name, length);
    if (record) return changetype<Record>(record).inode;
    node = inodeOf(directory).node;
    if (!node) return OVERLAY ? lookupLower(directory, name, length) : 0;
  }
  const found = embedded.lookup(node, name, length);
  if (OVERLAY && !isNode(directory) && isLower(directory)) {
    if (!found) return lookupLower(directory, name, length);
    const object = inPlace(found);
    return object == found && embedded.typeOf(found) == TYPE_DIRECTORY ? attachEmbedded(found, directory) : object;
  }
  return found ? inPlace(found) : 0;
}
