// wasi:cli/stdin, stdout and stderr 0.3: one export for each thing that a stream can be.

import { WRITABLE } from "../abi/features";
import { STDERR_FILE, STDOUT_FILE } from "../../src/image/layout";
import { outputOf } from "../files/standard-file";
import { bytesInput, fileInput } from "../files/standard-input";
import { STANDARD_INPUT } from "../io/range";
import { openStderr, openStdout } from "../io/alter";
import { IGNORED } from "../io/representation";
import { alter } from "./drain-altered";
import { STDIO_PIPE } from "./face";
import { noWriting, reading, writing } from "./start";
import { INPUT, TO_FILE, TO_NOTHING } from "./transfer";

/** The host's output, where standard error goes to it as it is. */
@external("wasi:cli/stdout@0.3", "write-via-stream")
declare function writeToStdout(data: usize): usize;

export function p3_cli_stdin__read_via_stream__embedded(): usize {
  return reading(INPUT, WRITABLE ? bytesInput() : STANDARD_INPUT, 0, 0, true);
}

/** At its end at once: the header has no bytes. */
export function p3_cli_stdin__read_via_stream__empty(): usize {
  return p3_cli_stdin__read_via_stream__embedded();
}

/** A stream that is denied ends at once as well. */
export function p3_cli_stdin__read_via_stream__closed(): usize {
  return p3_cli_stdin__read_via_stream__embedded();
}

export function p3_cli_stdin__read_via_stream__file(): usize {
  return WRITABLE ? reading(INPUT, fileInput(), 0, 0, true) : p3_cli_stdin__read_via_stream__embedded();
}

function ignore(data: usize): usize {
  return writing(TO_NOTHING, 0, data, true);
}

/** Nobody reads what is denied. */
function refuse(data: usize): usize {
  return noWriting(data, STDIO_PIPE, true);
}

function toFile(data: usize, file: usize): usize {
  const stream = WRITABLE ? outputOf(file) : IGNORED;
  return stream == IGNORED ? ignore(data) : writing(TO_FILE, stream, data, true);
}

export function p3_cli_stdout__write_via_stream__ignore(data: usize): usize {
  return ignore(data);
}

export function p3_cli_stdout__write_via_stream__closed(data: usize): usize {
  return refuse(data);
}

export function p3_cli_stdout__write_via_stream__file(data: usize): usize {
  return toFile(data, STDOUT_FILE);
}

export function p3_cli_stderr__write_via_stream__ignore(data: usize): usize {
  return ignore(data);
}

export function p3_cli_stderr__write_via_stream__closed(data: usize): usize {
  return refuse(data);
}

export function p3_cli_stderr__write_via_stream__file(data: usize): usize {
  return toFile(data, STDERR_FILE);
}

export function p3_cli_stdout__write_via_stream__altered(data: usize): usize {
  return alter(openStdout(), data);
}

export function p3_cli_stderr__write_via_stream__altered(data: usize): usize {
  return alter(openStderr(), data);
}

export function p3_cli_stderr__write_via_stream__altered_stdout(data: usize): usize {
  return alter(openStdout(), data);
}

export function p3_cli_stderr__write_via_stream__stdout(data: usize): usize {
  return writeToStdout(data);
}
