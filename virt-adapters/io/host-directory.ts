// wasi:filesystem/preopens, where some of them are the host's.

import { newDescriptor } from "../abi/own-resources";
import { PREOPEN_SIZE } from "../../src/image/layout";
import { reset } from "./call";
import { everyPreopen } from "./host-preopens";

export function filesystem_preopens__get_directories__host(): usize {
  const result = everyPreopen();
  const first: usize = load<u32>(result);
  const end = first + <usize>load<u32>(result, 4) * PREOPEN_SIZE;
  for (let each = first; each < end; each += PREOPEN_SIZE) store<u32>(each, newDescriptor(load<u32>(each)));
  return result;
}

export function filesystem_preopens__get_directories__host__post(_result: usize): void {
  reset();
}
