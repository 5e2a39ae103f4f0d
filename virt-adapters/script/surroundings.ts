// Arguments and variables of a stage, by its operation.

import * as arena from "../abi/arena";
import { list } from "../abi/result";
import { PAIR, entryOf } from "../abi/strings";
import { RETURN_AREA, STAGE_ARGUMENTS, STAGE_VARIABLES } from "../../src/image/layout";
import { getEnvironment } from "./host";

export function argumentsOf(stage: usize): usize {
  return list(load<u32>(stage, STAGE_ARGUMENTS), load<u32>(stage, STAGE_ARGUMENTS + 4));
}

/** The stage's own, then those of what lies below that are not of the same names. */
export function variablesOf(stage: usize): usize {
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
