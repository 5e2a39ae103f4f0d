// Scripts of which some stages run at once: wasi-nest:script/control has `proceed` for who starts stages, and for each stage what it
// has of its own, whose number comes first. `staged_` stands before the names of functions of WASI.

import * as arena from "../abi/arena";
import { OWN_ERROR, OWN_INPUT, OWN_OUTPUT, RETURN_AREA } from "../../src/image/layout";
import { exited, operationOf, proceed, streamOfStage } from "./code";
import * as host from "./host";
import { ERROR, OUTPUT, openInput, openOutput, terminalInput, terminalOutput } from "./streams";
import { argumentsOf, variablesOf } from "./surroundings";

export function script_control__proceed(stage: u32, ended: u32): u32 {
  return proceed(stage, ended, true, true);
}

export function script_control__proceed__pipes(stage: u32, ended: u32): u32 {
  return proceed(stage, ended, true, false);
}

export function script_control__proceed__plain(stage: u32, ended: u32): u32 {
  return proceed(stage, ended, false, false);
}

export function staged_script_exit__exit_with_code(stage: u32, code: u32): void {
  exited(stage, code);
}

export function staged_cli_environment__get_arguments(stage: u32): usize {
  return argumentsOf(operationOf(stage));
}

export function staged_cli_environment__get_environment(stage: u32): usize {
  return variablesOf(operationOf(stage));
}

export function staged_cli_environment__get_environment__post(_result: usize): void {
  arena.empty();
}

export function staged_cli_stdin__get_stdin(stage: u32): usize {
  return openInput(streamOfStage(stage, 0));
}

export function staged_cli_stdout__get_stdout(stage: u32): usize {
  return openOutput(streamOfStage(stage, OUTPUT));
}

export function staged_cli_stderr__get_stderr(stage: u32): usize {
  return openOutput(streamOfStage(stage, ERROR));
}

export function staged_cli_terminal_stdin__get_terminal_stdin(stage: u32): usize {
  return terminalInput(streamOfStage(stage, 0));
}

export function staged_cli_terminal_stdout__get_terminal_stdout(stage: u32): usize {
  return terminalOutput(streamOfStage(stage, OUTPUT));
}

export function staged_cli_terminal_stderr__get_terminal_stderr(stage: u32): usize {
  return terminalOutput(streamOfStage(stage, ERROR));
}

// Of WASI 0.3.

export function staged_p3_cli_environment__get_arguments(stage: u32): usize {
  return staged_cli_environment__get_arguments(stage);
}

export function staged_p3_cli_environment__get_environment(stage: u32): usize {
  return staged_cli_environment__get_environment(stage);
}

export function staged_p3_cli_environment__get_environment__post(_result: usize): void {
  arena.empty();
}

export function staged_p3_cli_stdin__read_via_stream(stage: u32): usize {
  const stream = streamOfStage(stage, 0);
  if (stream == OWN_INPUT) host.readStdin(RETURN_AREA);
  else host.readKept(stream, RETURN_AREA);
  return RETURN_AREA;
}

function writeTo(stream: usize, data: usize): usize {
  if (stream == OWN_OUTPUT) return host.writeStdout(data);
  return stream == OWN_ERROR ? host.writeStderr(data) : host.writeKept(stream, data);
}

export function staged_p3_cli_stdout__write_via_stream(stage: u32, data: usize): usize {
  return writeTo(streamOfStage(stage, OUTPUT), data);
}

export function staged_p3_cli_stderr__write_via_stream(stage: u32, data: usize): usize {
  return writeTo(streamOfStage(stage, ERROR), data);
}

export function staged_p3_cli_terminal_stdin__get_terminal_stdin(stage: u32): usize {
  if (streamOfStage(stage, 0) == OWN_INPUT) host.getLaterTerminalStdin(RETURN_AREA);
  else store<u8>(RETURN_AREA, 0);
  return RETURN_AREA;
}

function laterTerminal(stream: usize): usize {
  if (stream == OWN_OUTPUT) host.getLaterTerminalStdout(RETURN_AREA);
  else if (stream == OWN_ERROR) host.getLaterTerminalStderr(RETURN_AREA);
  else store<u8>(RETURN_AREA, 0);
  return RETURN_AREA;
}

export function staged_p3_cli_terminal_stdout__get_terminal_stdout(stage: u32): usize {
  return laterTerminal(streamOfStage(stage, OUTPUT));
}

export function staged_p3_cli_terminal_stderr__get_terminal_stderr(stage: u32): usize {
  return laterTerminal(streamOfStage(stage, ERROR));
}
