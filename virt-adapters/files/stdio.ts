// wasi:cli/stdin, stdout and stderr that are files. Output goes to a file's end, whoever else writes to it; a file
// that the app has removed before is read as an empty one, and what is written to it is dropped.

import { newInputStream, newOutputStream } from "../abi/own-resources";
import { STDERR_FILE, STDOUT_FILE } from "../../src/image/layout";
import { outputOf } from "./standard-file";
import { fileInput } from "./standard-input";

export function cli_stdin__get_stdin__file(): usize {
  return newInputStream(fileInput());
}

export function cli_stdout__get_stdout__file(): usize {
  return newOutputStream(outputOf(STDOUT_FILE));
}

export function cli_stderr__get_stderr__file(): usize {
  return newOutputStream(outputOf(STDERR_FILE));
}
