// Traces: what layers have to say, on the host's standard error (trace_output__write); and lines of calls, which the layer of traces
// makes of the calls that it hands on, and of the types that its image describes:
//
//   trace_calls__before   (function, parameters)   addresses of its description, and of the parameters: in memory, or in slots
//   trace_calls__after    (function, result)       the same of the result; any number where there is none
//
// and of what stubs refuse (lent__trace_denied__tell).

import { empty } from "../abi/arena";
import { after, before } from "./calls";
import { print } from "./host";

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

/** Prints a text, once: the byte behind it is 0 until then. What the arena holds is the caller's. */
export function lent__trace_denied__tell(address: usize, length: usize): void {
  if (load<u8>(address + length) != 0) return;
  store<u8>(address + length, 1);
  print(address, length);
}
