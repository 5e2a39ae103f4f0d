// Standard input, where files can be written: one stream, opened when the app first asks for it, that all handles are
// of. So each goes on where the last one stopped.

import { STDIN, STDIN_END, STDIN_FILE, STDIN_STREAM } from "../../src/image/layout";
import { STANDARD_INPUT, Stream } from "./open-file";
import { holdFile } from "./standard-file";

let isOpen: bool = false;

@inline
function stream(): Stream {
  return changetype<Stream>(STDIN_STREAM);
}

/** The representation of an input of the header's bytes. */
export function bytesInput(): usize {
  if (!isOpen) rewindInput();
  isOpen = true;
  return STANDARD_INPUT;
}

/** The same of the header's file; empty if the app has removed that before. */
export function fileInput(): usize {
  if (!isOpen) stream().inode = holdFile(STDIN_FILE);
  isOpen = stream().inode != 0;
  return STANDARD_INPUT;
}

/** The embedder has replaced a file's contents: if that is the input, it is another one. */
export function replaced(inode: usize): void {
  if (stream().inode == inode) rewindInput();
}

/** Begins anew, whoever holds handles. */
export function rewindInput(): void {
  stream().next = load<u32>(STDIN);
  stream().end = load<u32>(STDIN_END);
  stream().position = 0;
  stream().isClosed = false;
}
