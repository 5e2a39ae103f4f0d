// What a script does, by the code of its image: until a stage is to run, or the script has ended.

import * as arena from "../abi/arena";
import { STRING } from "../abi/strings";
import {
  DO_APPEND,
  DO_CHOOSE,
  DO_DUPLICATE,
  DO_EMPTY,
  DO_END,
  DO_END_INPUT,
  DO_END_OUTPUT,
  DO_FORK,
  DO_HOLD,
  DO_IF_FAILED,
  DO_IF_OK,
  DO_IGNORE,
  DO_JOIN,
  DO_NOTE,
  DO_OPEN,
  DO_PIPE,
  DO_READ,
  DO_RESTORE,
  DO_RUN,
  DO_SAVE,
  DO_TAKE,
  DO_WRITE,
  SCRIPT_BEGIN,
  SCRIPT_CODE,
  SCRIPT_ENDED,
  SCRIPT_MAIN,
  SCRIPT_STAGES,
  SCRIPT_STAGE_SIZE,
  SCRIPT_STREAMS,
  STAGE_VARIABLES,
} from "../../src/image/layout";
import { IGNORED } from "../io/representation";
import { choose, status as chosenStatus } from "./choice";
import { error, openToRead, openToWrite } from "./file";
import { holdAll } from "./host";
import { tellFailure } from "./message";
import { endInput, endOutput, makePipe } from "./pipe";
import { OUTPUT, setStream, streamOf } from "./streams";

/** The three streams in a register. */
const STREAMS_SIZE: usize = 12;
/** A redirection that fails is what the command ends with. */
const REDIRECTION_STATUS: u32 = 2;

/** Where the code goes on. */
let at: usize = 0;
/** What the last command ended with. */
let status: u32 = 0;
/** The stage that runs: its arguments and variables. */
export let stage: usize = 0;

@inline
function word(offset: usize): usize {
  return load<u32>(at + offset);
}

@inline
export function next(ended: u32, hasPipes: bool, hasFiles: bool, hasChoice: bool): u32 {
  if (ended == SCRIPT_BEGIN) at = load<u32>(SCRIPT_CODE);
  else status = ended;
  return goOn(hasPipes, hasFiles, hasChoice, false);
}

/** The stage that is to run, or how the script has ended, or 0 where the thread waits or is over. */
@inline
function goOn(hasPipes: bool, hasFiles: bool, hasChoice: bool, hasThreads: bool): u32 {
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
    } else if (hasThreads && operation == DO_FORK) {
      fork(word(4));
      at = word(8);
    } else if (hasThreads && operation == DO_END) {
      over(word(4));
      return 0;
    } else if (hasThreads && operation == DO_HOLD) {
      holdAll(load<u32>(word(4), 4));
      at += 8;
    } else if (hasThreads && operation == DO_JOIN) {
      if (!join(word(4))) return 0;
      at += 8;
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

// Threads, where stages run at once: each has its own place in the code, status and streams. They take turns where one has to wait.

@unmanaged
class Thread {
  at: usize;
  status: u32;
  input: u32;
  output: u32;
  error: u32;
  /** The one behind it of those that can go on. */
  next: usize;
  /** The one that waits for it. */
  joiner: usize;
  isOver: bool;
}

/** The thread that goes on, the first of those that can, and the last. */
let current: usize = 0;
let first: usize = 0;
let last: usize = 0;

function wake(thread: usize): void {
  changetype<Thread>(thread).next = 0;
  if (first) changetype<Thread>(last).next = thread;
  else first = thread;
  last = thread;
}

function fork(thread: usize): void {
  const forked = changetype<Thread>(thread);
  forked.at = at + 12;
  forked.status = status;
  memory.copy(thread + offsetof<Thread>("input"), SCRIPT_STREAMS, STREAMS_SIZE);
  wake(thread);
}

function over(thread: usize): void {
  const joiner = changetype<Thread>(thread).joiner;
  changetype<Thread>(thread).status = status;
  changetype<Thread>(thread).isOver = true;
  if (joiner) wake(joiner);
}

function join(thread: usize): bool {
  const joined = changetype<Thread>(thread);
  if (joined.isOver) status = joined.status;
  else joined.joiner = current;
  return joined.isOver;
}

// Of a stage by its number.

const STAGE_THREAD: usize = 4;
const STAGE_EXIT: usize = 8;

@inline
function stageAt(number: u32): usize {
  return <usize>load<u32>(SCRIPT_STAGES) + (number - 1) * SCRIPT_STAGE_SIZE;
}

/** Its operation. */
export function operationOf(number: u32): usize {
  return load<u32>(stageAt(number));
}

/** A stream of the stage that runs. */
export function streamOfStage(number: u32, which: usize): usize {
  return load<u32>(<usize>load<u32>(stageAt(number), STAGE_THREAD) + offsetof<Thread>("input") + which * 4);
}

/** It ends so, whatever its `run` returns. */
export function exited(number: u32, code: u32): void {
  store<u32>(stageAt(number), code + 1, STAGE_EXIT);
}

/** After a stage has ended, by its number, or when it has begun, or at the begin: 0. As `next`, or 0 if nothing can go on now. */
@inline
export function proceed(number: u32, ended: u32, hasPipes: bool, hasFiles: bool): u32 {
  if (number) {
    const thread: usize = load<u32>(stageAt(number), STAGE_THREAD);
    const exit: u32 = load<u32>(stageAt(number), STAGE_EXIT);
    changetype<Thread>(thread).status = exit ? exit - 1 : ended;
    wake(thread);
  } else if (!current) {
    const main: usize = load<u32>(SCRIPT_MAIN);
    changetype<Thread>(main).at = load<u32>(SCRIPT_CODE);
    memory.copy(main + offsetof<Thread>("input"), SCRIPT_STREAMS, STREAMS_SIZE);
    wake(main);
  }
  while (first) {
    current = first;
    first = changetype<Thread>(first).next;
    at = changetype<Thread>(current).at;
    status = changetype<Thread>(current).status;
    memory.copy(SCRIPT_STREAMS, current + offsetof<Thread>("input"), STREAMS_SIZE);
    const result = goOn(hasPipes, hasFiles, false, true);
    if (result & SCRIPT_ENDED) return result;
    if (result) store<u32>(stageAt(result), <u32>current, STAGE_THREAD);
    if (!changetype<Thread>(current).isOver) {
      changetype<Thread>(current).at = at;
      changetype<Thread>(current).status = status;
      memory.copy(current + offsetof<Thread>("input"), SCRIPT_STREAMS, STREAMS_SIZE);
    }
    if (result) return result;
  }
  return 0;
}
