// The files that are standard streams.

import { current, isGone } from "./inode";
import { hold } from "./lifetime";

/** The inode, held, of the file that the header names there; 0 if the app has removed it, or if there is no memory. */
export function holdFile(file: usize): usize {
  const node: usize = load<u32>(file);
  return isGone(node) ? 0 : hold(current(node), load<u32>(file, 4));
}
