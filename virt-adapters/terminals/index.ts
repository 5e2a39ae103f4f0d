// wasi:cli/terminal-*: which standard streams are terminals. A terminal has no functions: to have one is all that there is to know.
// The plain functions answer that there is none, and `__some` that there is one.

import { RETURN_AREA } from "../../src/image/layout";

@external("own", "[resource-new]wasi:cli/terminal-input#terminal-input")
declare function newTerminalInput(representation: usize): usize;
@external("own", "[resource-new]wasi:cli/terminal-output#terminal-output")
declare function newTerminalOutput(representation: usize): usize;
@external("own", "[resource-new]wasi:cli/terminal-input@0.3#terminal-input")
declare function newAsyncTerminalInput(representation: usize): usize;
@external("own", "[resource-new]wasi:cli/terminal-output@0.3#terminal-output")
declare function newAsyncTerminalOutput(representation: usize): usize;

/** Hosts in JavaScript take 0 for a handle that is not there. */
const REPRESENTATION: usize = 1;

function none(): usize {
  store<u8>(RETURN_AREA, 0);
  return RETURN_AREA;
}

function some(handle: usize): usize {
  store<u8>(RETURN_AREA, 1);
  store<u32>(RETURN_AREA, handle, 4);
  return RETURN_AREA;
}

export function cli_terminal_stdin__get_terminal_stdin(): usize {
  return none();
}

export function cli_terminal_stdout__get_terminal_stdout(): usize {
  return none();
}

export function cli_terminal_stderr__get_terminal_stderr(): usize {
  return none();
}

export function cli_terminal_stdin__get_terminal_stdin__some(): usize {
  return some(newTerminalInput(REPRESENTATION));
}

export function cli_terminal_stdout__get_terminal_stdout__some(): usize {
  return some(newTerminalOutput(REPRESENTATION));
}

export function cli_terminal_stderr__get_terminal_stderr__some(): usize {
  return some(newTerminalOutput(REPRESENTATION));
}

export function p3_cli_terminal_stdin__get_terminal_stdin__some(): usize {
  return some(newAsyncTerminalInput(REPRESENTATION));
}

export function p3_cli_terminal_stdout__get_terminal_stdout__some(): usize {
  return some(newAsyncTerminalOutput(REPRESENTATION));
}

export function p3_cli_terminal_stderr__get_terminal_stderr__some(): usize {
  return some(newAsyncTerminalOutput(REPRESENTATION));
}
