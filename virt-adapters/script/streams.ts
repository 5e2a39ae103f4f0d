// The three streams of the stage that runs: each the script's own, or one that is kept.

import { OWN_ERROR, OWN_INPUT, OWN_OUTPUT, RETURN_AREA, SCRIPT_STREAMS } from "../../src/image/layout";
import { writeAll } from "../abi/write";
import * as host from "./host";

/** Which of the streams is which. */
export const OUTPUT: usize = 1;
export const ERROR: usize = 2;

/** What a stream is: the number of a kept one, or one of the script's own. */
@inline
export function streamOf(which: usize): usize {
  return load<u32>(SCRIPT_STREAMS + which * 4);
}

@inline
export function setStream(which: usize, stream: usize): void {
  store<u32>(SCRIPT_STREAMS + which * 4, stream);
}

/** A new handle of a stream that is read. */
export function openInput(stream: usize): usize {
  return stream == OWN_INPUT ? host.getStdin() : host.keptInput(stream);
}

/** The same of an output. */
export function openOutput(stream: usize): usize {
  if (stream == OWN_OUTPUT) return host.getStdout();
  return stream == OWN_ERROR ? host.getStderr() : host.keptOutput(stream);
}

/** The terminal that a stream is which is read, if it is one: no pipe or file is. An option of a handle. */
export function terminalInput(stream: usize): usize {
  if (stream == OWN_INPUT) host.getTerminalStdin(RETURN_AREA);
  else store<u8>(RETURN_AREA, 0);
  return RETURN_AREA;
}

/** The same of an output. */
export function terminalOutput(stream: usize): usize {
  if (stream == OWN_OUTPUT) host.getTerminalStdout(RETURN_AREA);
  else if (stream == OWN_ERROR) host.getTerminalStderr(RETURN_AREA);
  else store<u8>(RETURN_AREA, 0);
  return RETURN_AREA;
}

/** Writes to an output, as far as it takes anything. */
export function print(stream: usize, address: usize, length: usize): void {
  writeAll(stream, address, length);
  host.dropOutputStream(stream);
}
