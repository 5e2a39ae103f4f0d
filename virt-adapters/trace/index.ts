// Traces: what layers have to say, on the host's standard error (trace_output__write); and lines of calls, which the layer of traces
// makes of the calls that it hands on, and of the types that its image describes:
//
//   trace_calls__before   (function, parameters)   addresses of its description, and of the parameters: in memory, or in slots
//   trace_calls__after    (function, result)       the same of the result; any number where there is none
//   trace_counts__before, trace_counts__after    the same, but the call is counted
//   trace_both__before, trace_both__after        the same, with a line, and counted
//
// and of what stubs refuse (lent__trace_denied__tell), of outputs that end at a limit (lent__trace_limit__wrote) and of rules
// (trace_refused__tell; lent__trace_refused__tell for guests in the same memory); and the summary of what layers count
// (trace_summary__...), with the time that calls take where there is a clock of the host's (`__timed`).

import { empty } from "../abi/arena";
import { ALTERED_STDERR } from "../io/representation";
import { OUTPUT_RULE_SIZE, OUTPUT_RULES } from "../../src/image/layout";
import { REFUSED_MORE } from "../../src/image/trace-layout";
import { after, before } from "./calls";
import { countAfter, countBefore } from "./count";
import { print } from "./host";
import { tell } from "./refused";
import { addRow, beginCall, endCall, printRows, startClock, stopClock, stopOpenClocks } from "./summary";

export function trace_output__write(address: usize, length: usize): void {
  print(address, length);
  empty();
}

export function trace_calls__before(traced: usize, params: usize): void {
  before(traced, params);
}

export function trace_calls__after(traced: usize, result: usize): void {
  after(traced, result);
}

export function trace_counts__before(traced: usize, params: usize): void {
  countBefore(traced, params);
}

export function trace_counts__after(traced: usize, result: usize): void {
  countAfter(traced, result);
}

/** A line takes time, which is none of the call's. */
export function trace_both__before(traced: usize, params: usize): void {
  before(traced, params);
  countBefore(traced, params);
}

export function trace_both__after(traced: usize, result: usize): void {
  countAfter(traced, result);
  after(traced, result);
}

export function trace_summary__add(name: usize, length: usize): usize {
  return addRow(name, length);
}

export function trace_summary__begin(row: usize, bytes: u64): void {
  beginCall(row, bytes);
}

export function trace_summary__begin__timed(row: usize, bytes: u64): void {
  beginCall(row, bytes);
  startClock(row);
}

export function trace_summary__end(row: usize, bytes: u64, failed: u32): void {
  endCall(row, bytes, failed);
}

export function trace_summary__end__timed(row: usize, bytes: u64, failed: u32): void {
  stopClock(row);
  endCall(row, bytes, failed);
}

export function trace_summary__print(): void {
  printRows(false);
  empty();
}

export function trace_summary__print__timed(): void {
  stopOpenClocks();
  printRows(true);
  empty();
}

export function trace_refused__tell(
  kind: u32,
  number: u32,
  first: usize,
  firstLength: usize,
  second: usize,
  secondLength: usize,
  third: usize,
  thirdLength: usize,
): void {
  tell(kind, number, first, firstLength, second, secondLength, third, thirdLength);
  empty();
}

/** What the arena holds is the caller's. */
export function lent__trace_refused__tell(
  kind: u32,
  number: u32,
  first: usize,
  firstLength: usize,
  second: usize,
  secondLength: usize,
  third: usize,
  thirdLength: usize,
): void {
  tell(kind, number, first, firstLength, second, secondLength, third, thirdLength);
}

/** Standard output, or standard error, that is altered on its way (../io/alter.ts) has been written to: whether it has ended by that. */
export function lent__trace_limit__wrote(stream: usize): usize {
  const isError = <usize>(stream == ALTERED_STDERR);
  if (!load<u64>(isError * OUTPUT_RULE_SIZE + OUTPUT_RULES, 8)) tell(REFUSED_MORE + <u32>isError, 0, 0, 0, 0, 0, 0, 0);
  return stream;
}

/** Prints a text, once: the byte behind it is 0 until then. What the arena holds is the caller's. */
export function lent__trace_denied__tell(address: usize, length: usize): void {
  if (load<u8>(address + length) != 0) return;
  store<u8>(address + length, 1);
  print(address, length);
}
