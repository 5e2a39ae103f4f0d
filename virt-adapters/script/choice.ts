// Which of several commands runs: the one of the program's name, or of the first argument.

import { DOT, SLASH } from "../io/names";
import { PAIR, STRING } from "../abi/strings";
import { compareBytes } from "../abi/compare";
import { RETURN_AREA } from "../../src/image/layout";
import { getArguments, getStderr, getStdout } from "./host";
import { print } from "./streams";

/** How many of the host's arguments come before those of the command. */
export let skipped: usize = 0;

/** `.wasm` behind a program's name. */
const SUFFIX: u32 = 0x6d736177; // "wasm"
const SUFFIX_LENGTH: usize = 5;
const USAGE_STATUS: u32 = 2;

/** Where the code of the command is, or 0 with what was printed instead: then `status` is the script's. */
export let status: u32 = 0;

/** The choices: names and addresses of code; and the text that lists them. */
export function choose(choices: usize, count: usize, help: usize): usize {
  getArguments(RETURN_AREA);
  const list: usize = load<u32>(RETURN_AREA);
  const given: usize = load<u32>(RETURN_AREA, 4);
  skipped = 0;
  if (given) {
    let name: usize = load<u32>(list);
    let length: usize = load<u32>(list, 4);
    for (let i = length; i > 0; i--) {
      if (load<u8>(name + i - 1) != SLASH) continue;
      name += i;
      length -= i;
      break;
    }
    const stem = length - SUFFIX_LENGTH;
    if (length > SUFFIX_LENGTH && load<u8>(name + stem) == DOT && load<u32>(name + stem + 1) == SUFFIX) length = stem;
    const found = codeOf(choices, count, name, length);
    if (found) return found;
  }
  skipped = 1;
  if (given > 1) {
    const found = codeOf(choices, count, load<u32>(list, STRING), load<u32>(list, STRING + 4));
    if (found) return found;
  }
  const isHelp = given > 1 && isHelpful(load<u32>(list, STRING), load<u32>(list, STRING + 4));
  status = isHelp ? 0 : USAGE_STATUS;
  print(isHelp ? getStdout() : getStderr(), load<u32>(help), load<u32>(help, 4));
  return 0;
}

function codeOf(choices: usize, count: usize, name: usize, length: usize): usize {
  for (let each = choices; count; count--, each += PAIR) {
    if (load<u32>(each, 4) == length && !compareBytes(load<u32>(each), name, length)) return load<u32>(each, STRING);
  }
  return 0;
}

/** `help`, or `--help`. */
function isHelpful(text: usize, length: usize): bool {
  if (length == 6) return load<u16>(text) == 0x2d2d && load<u32>(text + 2) == 0x706c6568;
  return length == 4 && load<u32>(text) == 0x706c6568;
}
