// Pipes between stages, and inputs without anything: a pipe whose other end has ended.

import { RETURN_AREA } from "../../src/image/layout";
import * as host from "./host";

/** Two registers: what is read from and what is written to, kept. */
export function makePipe(register: usize): void {
  host.makePipe(RETURN_AREA);
  const output = load<u32>(RETURN_AREA, 4);
  store<u32>(register, host.keepInput(load<u32>(RETURN_AREA)));
  store<u32>(register, host.keepOutput(output), 4);
}

/** Ends what a register holds, if it holds anything. */
export function endInput(register: usize): void {
  const kept: usize = load<u32>(register);
  if (kept) host.endInput(kept);
  store<u32>(register, 0);
}

export function endOutput(register: usize): void {
  const kept: usize = load<u32>(register);
  if (kept) host.endOutput(kept);
  store<u32>(register, 0);
}
