// Scripts: which stage runs next, and what each has of its own: arguments, variables and standard streams. Stages run one
// after the other, so that what they ask for is always asked by the one that runs.
//
// wasi-nest:script/control `next` is told how the stage before ended and goes on in the code of the image until a stage is to
// run, or the script has ended. Variants: `__plain` for code without streams, `__pipes` for code without files, `__choice` for
// code that chooses one of several commands.

import * as arena from "../abi/arena";
import { list } from "../abi/result";
import { PAIR, STRING, entryOf } from "../abi/strings";
import {
  DO_APPEND,
  DO_CHOOSE,
  DO_DUPLICATE,
  DO_EMPTY,
  DO_END_INPUT,
  DO_END_OUTPUT,
  DO_IF_FAILED,
  DO_IF_OK,
  DO_IGNORE,
  DO_NOTE,
  DO_OPEN,
  DO_PIPE,
  DO_READ,
  DO_RESTORE,
  DO_RUN,
  DO_SAVE,
  DO_TAKE,
  DO_WRITE,
  RETURN_AREA,
  SCRIPT_BEGIN,
  SCRIPT_CODE,
  SCRIPT_ENDED,
  SCRIPT_STREAMS,
  STAGE_ARGUMENTS,
  STAGE_VARIABLES,
} from "../../src/image/layout";
import { IGNORED } from "../io/representation";
import { choose, skipped, status as chosenStatus } from "./choice";
import { error, openToRead, openToWrite } from "./file";
import { getArguments, getEnvironment } from "./host";
import { tellFailure } from "./message";
import { endInput, endOutput, makePipe } from "./pipe";
import { ERROR, OUTPUT, openInput, openOutput, setStream, streamOf, terminalInput, terminalOutput } from "./streams";

/** The three streams in a register. */
const STREAMS_SIZE: usize = 12;
/** A redirection that fails is what the command ends with. */
const REDIRECTION_STATUS: u32 = 2;

/** Where the code goes on. */
let at: usize = 0;
/** What the last command ended with. */
let status: u32 = 0;
/** The stage that runs: its arguments and variables. */
let stage: usize = 0;

@inline
function word(offset: usize): usize {
  return load<u32>(at + offset);
}

@inline
function next(ended: u32, hasPipes: bool, hasFiles: bool, hasChoice: bool): u32 {
  if (ended == SCRIPT_BEGIN) at = load<u32>(SCRIPT_CODE);
  else status = ended;
  for (let operation = word(0); operation; operation = word(0)) {
    if (operation == DO_RUN) {
      stage = at;
      at += STAGE_VARIABLES + STRING;
      arena.empty();
      return load<u32>(stage, 4);
    }
    if (operation == DO_IF_OK) {
      at = status ? at + 8 : word(4);
    } else if (operation == DO_IF_FAILED) {
      at = status ? word(4) : at + 8;
    } else if (operation == DO_NOTE) {
      if (status) store<u32>(word(4), status);
      at += 8;
    } else if (operation == DO_TAKE) {
      if (!status) status = load<u32>(word(4));
      at += 8;
    } else if (hasPipes && operation == DO_SAVE) {
      memory.copy(word(4), SCRIPT_STREAMS, STREAMS_SIZE);
      at += 8;
    } else if (hasPipes && operation == DO_RESTORE) {
      memory.copy(SCRIPT_STREAMS, word(4), STREAMS_SIZE);
      at += 8;
    } else if (hasPipes && operation == DO_PIPE) {
      makePipe(word(4));
      setStream(OUTPUT, load<u32>(word(4), 4));
      at += 8;
    } else if (hasPipes && operation == DO_READ) {
      setStream(0, load<u32>(word(4)));
      at += 8;
    } else if (hasPipes && operation == DO_EMPTY) {
      makePipe(word(4));
      endOutput(word(4) + 4);
      setStream(0, load<u32>(word(4)));
      at += 8;
    } else if (hasPipes && operation == DO_IGNORE) {
      setStream(word(4), IGNORED);
      at += 8;
    } else if (hasPipes && operation == DO_DUPLICATE) {
      setStream(word(4), streamOf(word(8)));
      at += 12;
    } else if (hasPipes && operation == DO_END_INPUT) {
      endInput(word(4));
      at += 8;
    } else if (hasPipes && operation == DO_END_OUTPUT) {
      endOutput(word(4));
      at += 8;
    } else if (hasFiles && (operation == DO_OPEN || operation == DO_WRITE || operation == DO_APPEND)) {
      openFile(operation);
    } else if (hasChoice && operation == DO_CHOOSE) {
      const code = choose(word(4), word(8), at + 12);
      if (code) at = code;
      else {
        status = chosenStatus;
        at += 12 + STRING;
      }
    } else unreachable();
  }
  arena.empty();
  return SCRIPT_ENDED | status;
}

/** Of a redirection: which stream, a register for the file, the path, and where to go on if it fails. */
function openFile(operation: usize): void {
  const which = word(4);
  const path = word(12);
  const length = word(16);
  const kept = operation == DO_OPEN ? openToRead(path, length) : openToWrite(path, length, operation == DO_APPEND);
  if (kept) {
    store<u32>(word(8), kept);
    setStream(which, kept);
    at += 24;
    return;
  }
  tellFailure(operation == DO_OPEN, path, length, error);
  status = REDIRECTION_STATUS;
  at = word(20);
}

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
  return list(load<u32>(stage, STAGE_ARGUMENTS), load<u32>(stage, STAGE_ARGUMENTS + 4));
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

/** The stage's own, then those of what lies below that are not of the same names. */
export function cli_environment__get_environment(): usize {
  getEnvironment(RETURN_AREA);
  const own = stage + STAGE_VARIABLES;
  const ownBytes = <usize>load<u32>(own, 4) * PAIR;
  let variable: usize = load<u32>(RETURN_AREA);
  const end = variable + <usize>load<u32>(RETURN_AREA, 4) * PAIR;
  const result = arena.allocate(4, end - variable + ownBytes);
  memory.copy(result, load<u32>(own), ownBytes);
  let last = result + ownBytes;
  for (; variable < end; variable += PAIR) {
    if (entryOf(own, PAIR, variable)) continue;
    memory.copy(last, variable, PAIR);
    last += PAIR;
  }
  return list(result, (last - result) / PAIR);
}

export function cli_environment__get_environment__post(_result: usize): void {
  arena.empty();
}

export function cli_stdin__get_stdin(): usize {
  return openInput();
}

export function cli_stdout__get_stdout(): usize {
  return openOutput(OUTPUT);
}

export function cli_stderr__get_stderr(): usize {
  return openOutput(ERROR);
}

export function cli_terminal_stdin__get_terminal_stdin(): usize {
  return terminalInput();
}

export function cli_terminal_stdout__get_terminal_stdout(): usize {
  return terminalOutput(OUTPUT);
}

export function cli_terminal_stderr__get_terminal_stderr(): usize {
  return terminalOutput(ERROR);
}
