// Everything as it was composed. First all that was added to directories goes, however deep it lies; then every node
// is what is embedded again, so that what is open of these goes on and sees that. What was made and is open has no
// name any more.

import { OVERLAY } from "../abi/features";
import { IMAGE_BASE, NODE_GONE, NODE_SIZE, TYPE_DIRECTORY, TYPE_FILE } from "../../src/image/layout";
import * as embedded from "../io/node";
import { discard } from "./contents";
import { drop } from "./entries";
import { giveUnits } from "./heap";
import { DirectoryInode, FileInode, INODE_SIZE, current, inodeOf, isNode, parentOf, wordOf } from "./inode";
import { embed, hold, loseName, release } from "./lifetime";
import { isLower, uproot } from "./lower";
import { findAnew, refresh } from "./lower-lookup";
import { Record } from "./record";
import { rewindInput } from "./standard-input";

export function resetFiles(): void {
  // The directories' records follow the nodes, that of the first root first.
  const end = embedded.dataOf(IMAGE_BASE);
  for (let node: usize = IMAGE_BASE; node < end; node += NODE_SIZE) {
    const object = current(node);
    if (!isNode(object) && inodeOf(object).type == TYPE_DIRECTORY) strip(object);
  }
  if (OVERLAY) findAnew();
  for (let node: usize = IMAGE_BASE; node < end; node += NODE_SIZE) restore(node);
  rewindInput();
}

/** Takes away all that was added to a directory, and to what was added. */
function strip(top: usize): void {
  for (let at = top; ;) {
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

/** What a node has become is again what is embedded, open or not; a directory's added entries have been taken away. */
function restore(node: usize): void {
  const address: usize = load<u32>(wordOf(node));
  if (address > <usize>NODE_GONE) {
    const inode = inodeOf(address);
    if (inode.type == TYPE_FILE) discard(changetype<FileInode>(address));
    embed(inode);
    if (OVERLAY && isLower(address)) return refresh(address);
    if (inode.opens) return;
    giveUnits(address, INODE_SIZE);
  }
  store<u32>(wordOf(node), 0);
}
