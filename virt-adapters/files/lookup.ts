// The entry of a name in a directory: one that was added, one that is embedded, or one of the host's.

import { OVERLAY, RULED, WRITABLE } from "../abi/features";
import { TYPE_DIRECTORY } from "../../src/image/layout";
import { NO_ENTRY } from "../io/error-code";
import * as embedded from "../io/node";
import { find } from "./buckets";
import { DirectoryInode, inPlace, inodeOf, isNode } from "./inode";
import { isLower } from "./lower";
import { attachEmbedded, lookupLower } from "./lower-lookup";
import { wayError } from "./lower-way";
import { isDirect } from "./mount";
import { Record } from "./record";

/** The entry of that name, or 0; or an error code of the host's. */
export function lookup(directory: usize, name: usize, length: usize): usize {
  if (!WRITABLE) return embedded.lookup(directory, name, length);
  let node = directory;
  if (!isNode(directory)) {
    const error = RULED && isLower(directory) ? wayError(directory) : 0;
    if (error) return error;
    const record = find(changetype<DirectoryInode>(directory), name, length);
    if (record) return RULED && OVERLAY ? stillThere(changetype<Record>(record).inode) : changetype<Record>(record).inode;
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

/** What an entry leads to, 0 or an error code. A directory of the host's that is open in a mount may have been moved. */
function stillThere(inode: usize): usize {
  if (!inode || !isLower(inode) || inodeOf(inode).type != TYPE_DIRECTORY) return inode;
  const error = wayError(inode);
  return !error ? inode : error == NO_ENTRY && isDirect(inodeOf(inode).mount) ? 0 : error;
}
