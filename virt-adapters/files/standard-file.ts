// The files that are standard streams.

import { IGNORED } from "../io/representation";
import { current, isGone } from "./inode";
import { hold, release } from "./lifetime";
import { openStream } from "./open-file";

/** The inode, held, of the file that the header names there; 0 if the app has removed it, or if there is no memory. */
export function holdFile(file: usize): usize {
  const node: usize = load<u32>(file);
  return isGone(node) ? 0 : hold(current(node), load<u32>(file, 4));
}

/** The representation of an output to the end of a file, or to nowhere. */
export function outputOf(file: usize): usize {
  const inode = holdFile(file);
  const stream = inode ? openStream(inode, 0, true) : 0;
  if (inode) release(inode);
  return stream ? stream : IGNORED;
}
