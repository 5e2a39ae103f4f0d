// wasi:cli/stdin, stdout and stderr: one export for each thing that a stream can be.

import { WRITABLE } from "../abi/features";
import { newInputStream, newOutputStream } from "../abi/own-resources";
import { bytesInput } from "../files/standard-input";
import { openStderr, openStdout } from "./alter";
import { getStderr, getStdin, getStdout } from "./host";
import { wrap__io_streams__input_stream, wrap__io_streams__output_stream } from "./host-handle";
import { STANDARD_INPUT } from "./range";
import { CLOSED, IGNORED } from "./representation";

export function cli_stdin__get_stdin__host(): usize {
  return wrap__io_streams__input_stream(getStdin());
}

/** Bytes from the image. */
export function cli_stdin__get_stdin__embedded(): usize {
  return newInputStream(WRITABLE ? bytesInput() : STANDARD_INPUT);
}

/** At its end at once: the header has no bytes. */
export function cli_stdin__get_stdin__empty(): usize {
  return cli_stdin__get_stdin__embedded();
}

/** A stream that is denied ends at once as well. */
export function cli_stdin__get_stdin__closed(): usize {
  return cli_stdin__get_stdin__empty();
}

export function cli_stdout__get_stdout__host(): usize {
  return wrap__io_streams__output_stream(getStdout());
}

export function cli_stdout__get_stdout__ignore(): usize {
  return newOutputStream(IGNORED);
}

export function cli_stdout__get_stdout__closed(): usize {
  return newOutputStream(CLOSED);
}

export function cli_stdout__get_stdout__altered(): usize {
  return newOutputStream(openStdout());
}

export function cli_stderr__get_stderr__altered(): usize {
  return newOutputStream(openStderr());
}

export function cli_stderr__get_stderr__altered_stdout(): usize {
  return newOutputStream(openStdout());
}

export function cli_stderr__get_stderr__host(): usize {
  return wrap__io_streams__output_stream(getStderr());
}

/** The host's output as well. */
export function cli_stderr__get_stderr__stdout(): usize {
  return cli_stdout__get_stdout__host();
}

export function cli_stderr__get_stderr__ignore(): usize {
  return newOutputStream(IGNORED);
}

export function cli_stderr__get_stderr__closed(): usize {
  return newOutputStream(CLOSED);
}
