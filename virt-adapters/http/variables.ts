// Headers whose values are those of variables of the host's, when the program runs.

import * as arena from "../abi/arena";
import { HTTP_HEADERS } from "../../src/image/rule-layout";
import { RETURN_AREA } from "../../src/image/layout";
import { valueOf } from "./host";

/** Bytes of a header: its name, and its value. */
export const HEADER: usize = 16;

/** Whether the value of a header is that of a variable, whose number lies in the place of its length. */
@inline
export function isVariable(header: usize): bool {
  return !load<u32>(header, 8);
}

/** Whether the host has a value for each of them. Nothing else may lie in the arena. */
export function areThere(): bool {
  let each: usize = load<u32>(HTTP_HEADERS);
  for (const end = each + <usize>load<u32>(HTTP_HEADERS, 4) * HEADER; each < end; each += HEADER) {
    if (!isVariable(each)) continue;
    valueOf(load<u32>(each, 12), RETURN_AREA);
    arena.empty();
    if (!load<u32>(RETURN_AREA, 4)) return false;
  }
  return true;
}
