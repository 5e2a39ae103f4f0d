// wasi:cli/environment. Plain exports answer from the image, where every list lies ready; `__host`
// exports ask the host. The host's variables pass if the image names them (or names none), except for
// those that the image fixes itself. `__rules` besides keeps back what the image denies, and gives names that the image has for it;
// `__told` tells what it keeps back (told.ts).

import * as arena from "../abi/arena";
import { list } from "../abi/result";
import { entryOf, isLikeAny, PAIR, STRING } from "../abi/strings";
import { ARGUMENTS, DENIED_NAMES, HOST_NAMES, NEW_NAMES, RENAMES, RETURN_AREA, VARIABLES, WORKING_DIRECTORY } from "../../src/image/layout";
import { getArguments, getEnvironment, initialCwd } from "./host";
import { tellVariables } from "./told";

export function cli_environment__get_environment(): usize {
  return list(load<u32>(VARIABLES), load<u32>(VARIABLES, 4));
}

export function cli_environment__get_environment__host(): usize {
  return variables(false);
}

export function cli_environment__get_environment__rules(): usize {
  return variables(true);
}

export function cli_environment__get_environment__rules__told(): usize {
  tellVariables();
  return cli_environment__get_environment__rules();
}

/** The fixed ones, then those of the host's that may pass: see docs/environment.md for the order of the rules. */
@inline
function variables(isRuled: bool): usize {
  getEnvironment(RETURN_AREA);
  let variable: usize = load<u32>(RETURN_AREA);
  const end = variable + <usize>load<u32>(RETURN_AREA, 4) * PAIR;
  const fixed: usize = load<u32>(VARIABLES);
  const fixedBytes = <usize>load<u32>(VARIABLES, 4) * PAIR;

  const result = arena.allocate(4, end - variable + fixedBytes);
  memory.copy(result, fixed, fixedBytes);
  let last = result + fixedBytes;
  for (; variable < end; variable += PAIR) {
    if (load<u32>(HOST_NAMES) && !isLikeAny(HOST_NAMES, variable)) continue;
    let name = variable;
    if (isRuled) {
      if (isLikeAny(DENIED_NAMES, variable)) continue;
      const renamed = entryOf(RENAMES, PAIR, variable);
      if (renamed) name = renamed + STRING;
      else if (entryOf(NEW_NAMES, STRING, variable)) continue;
    }
    if (entryOf(VARIABLES, PAIR, name)) continue;
    memory.copy(last, variable, PAIR);
    if (isRuled) memory.copy(last, name, STRING);
    last += PAIR;
  }
  return list(result, (last - result) / PAIR);
}

export function cli_environment__get_arguments(): usize {
  return list(load<u32>(ARGUMENTS), load<u32>(ARGUMENTS, 4));
}

export function cli_environment__get_arguments__host(): usize {
  getArguments(RETURN_AREA);
  return RETURN_AREA;
}

export function cli_environment__initial_cwd(): usize {
  const address = load<u32>(WORKING_DIRECTORY);
  store<u8>(RETURN_AREA, <u8>(address != 0));
  store<u32>(RETURN_AREA, address, 4);
  store<u32>(RETURN_AREA, load<u32>(WORKING_DIRECTORY, 4), 8);
  return RETURN_AREA;
}

export function cli_environment__initial_cwd__host(): usize {
  initialCwd(RETURN_AREA);
  return RETURN_AREA;
}

// In WASI 0.3 it has another name.

export function p3_cli_environment__get_initial_cwd(): usize {
  return cli_environment__initial_cwd();
}

export function p3_cli_environment__get_initial_cwd__host(): usize {
  return cli_environment__initial_cwd__host();
}

export function p3_cli_environment__get_initial_cwd__host__post(_result: usize): void {
  arena.empty();
}

export function cli_environment__get_environment__host__post(_result: usize): void {
  arena.empty();
}

export function cli_environment__get_environment__rules__post(_result: usize): void {
  arena.empty();
}

export function cli_environment__get_arguments__host__post(_result: usize): void {
  arena.empty();
}

export function cli_environment__initial_cwd__host__post(_result: usize): void {
  arena.empty();
}
