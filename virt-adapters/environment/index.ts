// wasi:cli/environment. Plain exports answer from the image, where every list lies ready; `__host`
// exports ask the host. The host's variables pass if the image names them (or names none), except for
// those that the image fixes itself.

import * as arena from "../abi/arena";
import { list } from "../abi/result";
import { ARGUMENTS, HOST_NAMES, RETURN_AREA, VARIABLES, WORKING_DIRECTORY } from "../../src/image/layout";
import { getArguments, getEnvironment, initialCwd } from "./host";

/** Bytes of a string, and of a variable, in a list. */
const STRING: usize = 8;
const VARIABLE: usize = 16;

export function cli_environment__get_environment(): usize {
  return list(load<u32>(VARIABLES), load<u32>(VARIABLES, 4));
}

export function cli_environment__get_environment__host(): usize {
  getEnvironment(RETURN_AREA);
  let variable: usize = load<u32>(RETURN_AREA);
  const end = variable + <usize>load<u32>(RETURN_AREA, 4) * VARIABLE;
  const fixed: usize = load<u32>(VARIABLES);
  const fixedCount: usize = load<u32>(VARIABLES, 4);
  const names: usize = load<u32>(HOST_NAMES);
  const fixedBytes = fixedCount * VARIABLE;

  const result = arena.allocate(4, end - variable + fixedBytes);
  memory.copy(result, fixed, fixedBytes);
  let last = result + fixedBytes;
  for (; variable < end; variable += VARIABLE) {
    if (contains(fixed, fixedCount, VARIABLE, variable)) continue;
    if (names && !contains(names, load<u32>(HOST_NAMES, 4), STRING, variable)) continue;
    memory.copy(last, variable, VARIABLE);
    last += VARIABLE;
  }
  return list(result, (last - result) / VARIABLE);
}

/** Whether one of `count` entries, `stride` bytes apart, starts with the string at `wanted`. */
function contains(entries: usize, count: usize, stride: usize, wanted: usize): bool {
  const length: usize = load<u32>(wanted, 4);
  const bytes: usize = load<u32>(wanted);
  for (const end = entries + count * stride; entries < end; entries += stride) {
    if (load<u32>(entries, 4) != length) continue;
    const name: usize = load<u32>(entries);
    let same: usize = 0;
    while (same < length && load<u8>(name + same) == load<u8>(bytes + same)) same++;
    if (same == length) return true;
  }
  return false;
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

export function cli_environment__get_arguments__host__post(_result: usize): void {
  arena.empty();
}

export function cli_environment__initial_cwd__host__post(_result: usize): void {
  arena.empty();
}
