// What HTTP rules ask of the host's environment: the values of headers. No variable passes but those that the image names, and no
// value that is none of a header: what is asked for has no more than its number.

import { empty } from "../abi/arena";
import { list } from "../abi/result";
import { entryOf, PAIR, STRING } from "../abi/strings";
import { HTTP_VARIABLES } from "../../src/image/rule-layout";
import { RETURN_AREA } from "../../src/image/layout";

@external("wasi:cli/environment", "get-environment")
declare function getEnvironment(result: usize): void;

/** The value of a variable; empty if the host has none, or none that a header could have. */
export function http_variables__value(number: u32): usize {
  if (number >= load<u32>(HTTP_VARIABLES, 4)) return list(0, 0);
  const wanted = <usize>load<u32>(HTTP_VARIABLES) + number * STRING;
  getEnvironment(RETURN_AREA);
  const pair = entryOf(RETURN_AREA, PAIR, wanted);
  return pair && isValue(load<u32>(pair, 8), load<u32>(pair, 12)) ? list(load<u32>(pair, 8), load<u32>(pair, 12)) : list(0, 0);
}

export function http_variables__value__post(_result: usize): void {
  empty();
}

/** Visible ASCII, with spaces and tabs in it: as `--http-header` has it. */
function isValue(at: usize, length: usize): bool {
  if (!length || load<u8>(at) < 0x21 || load<u8>(at + length - 1) < 0x21) return false;
  for (const end = at + length; at < end; at++) {
    const byte = load<u8>(at);
    if ((byte < 0x20 && byte != 0x09) || byte > 0x7e) return false;
  }
  return true;
}
