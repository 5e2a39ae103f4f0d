// wasi:cli/stdin, stdout and stderr that are files. Output goes to a file's end, whoever else writes to it; a file
// that the app has removed before is read as an empty one, and what is written to it is dropped.

import { newInputStream, newOutputStream } from "../abi/own-resources";
import { STDERR_FILE, STDOUT_FILE } from "../../src/image/layout";
import { IGNORED } from "../io/representation";
import { release } from "./lifetime";
import { openStream } from "./open-file";
import { holdFile } from "./standard-file";
import { fileInput } from "./standard-input";

export function cli_stdin__get_stdin__file(): usize {
  return newInputStream(fileInput());
}

function output(file: usize): usize {
  const inode = holdFile(file);
  const stream = inode ? openStream(inode, 0, true) : 0;
  if (inode) release(inode);
  return newOutputStream(stream ? stream : IGNORED);
}

export function cli_stdout__get_stdout__file(): usize {
  return output(STDOUT_FILE);
}

export function cli_stderr__get_stderr__file(): usize {
  return output(STDERR_FILE);
}
