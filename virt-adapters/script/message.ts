// What a redirection that fails says, in the words of shells: the image has them.

import * as arena from "../abi/arena";
import { STRING } from "../abi/strings";
import {
  CANNOT_CREATE,
  CANNOT_OPEN,
  MESSAGE_DENIED,
  MESSAGE_DIRECTORY,
  MESSAGE_FAILED,
  MESSAGE_NO_DIRECTORY,
  MESSAGE_NO_FILE,
  SCRIPT_MESSAGES,
} from "../../src/image/layout";
import { IS_DIRECTORY, NO_ENTRY, NOT_DIRECTORY, NOT_PERMITTED, READ_ONLY } from "../io/error-code";
import { ERROR, openOutput, print, streamOf } from "./streams";

/** The first of the error codes. */
const ACCESS: usize = 0;

let end: usize = 0;

/** To standard error, as it is at this place of the script. */
export function tellFailure(isInput: bool, path: usize, length: usize, error: usize): void {
  const text = arena.allocate(1, length + 64);
  end = text;
  addMessage(isInput ? CANNOT_OPEN : CANNOT_CREATE);
  add(path, length);
  if (error == NO_ENTRY || error == NOT_DIRECTORY) addMessage(isInput ? MESSAGE_NO_FILE : MESSAGE_NO_DIRECTORY);
  else if (error == IS_DIRECTORY) addMessage(MESSAGE_DIRECTORY);
  else addMessage(error == ACCESS || error == NOT_PERMITTED || error == READ_ONLY ? MESSAGE_DENIED : MESSAGE_FAILED);
  print(openOutput(streamOf(ERROR)), text, end - text);
}

function addMessage(index: usize): void {
  const message = <usize>load<u32>(SCRIPT_MESSAGES) + index * STRING;
  add(load<u32>(message), load<u32>(message, 4));
}

function add(address: usize, length: usize): void {
  memory.copy(end, address, length);
  end += length;
}
