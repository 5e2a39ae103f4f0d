// wasi:cli/stdin, stdout and stderr that are files. Output goes to a file's end, whoever else writes to it; a file
// that the app has removed before is read as an empty one, and what is written to it is dropped.

import { STDERR_FILE, STDIN_FILE, STDOUT_FILE } from "../../src/image/layout";
import { IGNORED, newInputStream, newOutputStream, newRange } from "../io/representation";
import { current, hold, isGone, release } from "./inode";
import { openStream } from "./open-file";

/** A stream of the file that the header names there, or 0. */
function streamOf(file: usize, isAppending: bool): usize {
  const node: usize = load<u32>(file);
  const inode = isGone(node) ? 0 : hold(current(node), load<u32>(file, 4));
  if (!inode) return 0;
  const stream = openStream(inode, 0, isAppending);
  release(inode);
  return stream;
}

export function cli_stdin__get_stdin__file(): usize {
  const stream = streamOf(STDIN_FILE, false);
  return newInputStream(stream ? stream : newRange(0, 0));
}

function output(file: usize): usize {
  const stream = streamOf(file, true);
  return newOutputStream(stream ? stream : IGNORED);
}

export function cli_stdout__get_stdout__file(): usize {
  return output(STDOUT_FILE);
}

export function cli_stderr__get_stderr__file(): usize {
  return output(STDERR_FILE);
}
