// Everything as it was composed. First all that was added to directories goes, however deep it lies; then every node
// is what is embedded again, so that what is open of these goes on and sees that. What was made and is open has no
// name any more.

import { IMAGE_BASE, INODES, NODE_SIZE, TYPE_DIRECTORY } from "../../src/image/layout";
import { OVERLAY } from "../abi/features";
import * as embedded from "../io/node";
import { Record, drop } from "./entries";
import { DirectoryInode, current, hold, inodeOf, isNode, loseName, parentOf, release, restore } from "./inode";
import { uproot } from "./lower";
import { rewindInput } from "./standard-input";

export function resetFiles(): void {
  // The directories' records follow the nodes, that of the first root first.
  const end = embedded.dataOf(IMAGE_BASE);
  for (let node: usize = IMAGE_BASE; node < end; node += NODE_SIZE) {
    const object = current(node);
    if (!isNode(object) && inodeOf(object).type == TYPE_DIRECTORY) strip(object);
  }
  for (let node: usize = IMAGE_BASE; node < end; node += NODE_SIZE) restore(node);
  rewindInput();
}

/** Takes away all that was added to a directory, and to what was added. */
function strip(top: usize): void {
  for (let at = top; ; ) {
    const directory = changetype<DirectoryInode>(at);
    const first = directory.first;
    if (!first) {
      if (at == top) return;
      // There, the first entry leads here.
      at = parentOf(at);
      continue;
    }
    const record = changetype<Record>(first);
    const inode = record.inode;
    if (OVERLAY) {
      if (!inode) {
        drop(directory, record);
        continue;
      }
      uproot(inode, first);
    }
    if (inodeOf(inode).type == TYPE_DIRECTORY && changetype<DirectoryInode>(inode).first) {
      at = inode;
      continue;
    }
    drop(directory, record);
    hold(inode, 0);
    loseName(inodeOf(inode));
    release(inode);
  }
}
