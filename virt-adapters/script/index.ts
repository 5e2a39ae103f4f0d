// Scripts: which stage runs next, and what each has of its own: arguments, variables and standard streams. Stages run one
// after the other, so that what they ask for is always asked by the one that runs.
//
// wasi-nest:script/control `next` is told how the stage before ended and goes on in the code of the image until a stage is to
// run, or the script has ended. Variants: `__plain` for code without streams, `__pipes` for code without files, `__choice` for
// code that chooses one of several commands.

import * as arena from "../abi/arena";
import { list } from "../abi/result";
import { STRING } from "../abi/strings";
import { RETURN_AREA } from "../../src/image/layout";
import { skipped } from "./choice";
import { next, stage } from "./code";
import { getArguments } from "./host";
import { ERROR, OUTPUT, openInput, openOutput, streamOf, terminalInput, terminalOutput } from "./streams";
import { argumentsOf, variablesOf } from "./surroundings";

export * from "./at-once";

export function script_control__next(ended: u32): u32 {
  return next(ended, true, true, false);
}

export function script_control__next__pipes(ended: u32): u32 {
  return next(ended, true, false, false);
}

export function script_control__next__plain(ended: u32): u32 {
  return next(ended, false, false, false);
}

export function script_control__next__choice(ended: u32): u32 {
  return next(ended, false, false, true);
}

export function cli_environment__get_arguments(): usize {
  return argumentsOf(stage);
}

/** Those of the command that was chosen. */
export function cli_environment__get_arguments__choice(): usize {
  getArguments(RETURN_AREA);
  const count: usize = load<u32>(RETURN_AREA, 4);
  const left = count < skipped ? 0 : count - skipped;
  return list(<usize>load<u32>(RETURN_AREA) + (count - left) * STRING, left);
}

export function cli_environment__get_arguments__choice__post(_result: usize): void {
  arena.empty();
}

export function cli_environment__get_environment(): usize {
  return variablesOf(stage);
}

export function cli_environment__get_environment__post(_result: usize): void {
  arena.empty();
}

export function cli_stdin__get_stdin(): usize {
  return openInput(streamOf(0));
}

export function cli_stdout__get_stdout(): usize {
  return openOutput(streamOf(OUTPUT));
}

export function cli_stderr__get_stderr(): usize {
  return openOutput(streamOf(ERROR));
}

export function cli_terminal_stdin__get_terminal_stdin(): usize {
  return terminalInput(streamOf(0));
}

export function cli_terminal_stdout__get_terminal_stdout(): usize {
  return terminalOutput(streamOf(OUTPUT));
}

export function cli_terminal_stderr__get_terminal_stderr(): usize {
  return terminalOutput(streamOf(ERROR));
}
