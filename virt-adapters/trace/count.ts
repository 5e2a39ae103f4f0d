// Calls that are counted: each function has a row of the summary, which it asks for when it is first called.

import {
  TRACED_COUNTED,
  TRACED_ENDS,
  TRACED_FAILS,
  TRACED_FLAGS,
  TRACED_FLAT_PARAMS,
  TRACED_FLAT_RESULT,
  TRACED_NAME,
  TRACED_PARAMS,
  TRACED_RESULT,
  TRACED_ROW,
  TRACED_SUMMARY,
} from "../../src/image/trace-layout";
import { bytesIn } from "./bytes";

@external("wasi-nest:trace/summary", "add")
declare function add(name: usize, length: usize): u32;
@external("wasi-nest:trace/summary", "begin")
declare function begin(row: u32, bytes: u64): void;
@external("wasi-nest:trace/summary", "end")
declare function end(row: u32, bytes: u64, failed: u32): void;
@external("wasi-nest:trace/summary", "print")
declare function print(): void;

export function countBefore(traced: usize, params: usize): void {
  const flags = load<u32>(traced, TRACED_FLAGS);
  if ((flags & TRACED_COUNTED) != 0) {
    if (load<u32>(traced, TRACED_ROW) == 0)
      store<u32>(traced, add(load<u32>(traced, TRACED_NAME), load<u32>(traced, TRACED_NAME + 4)), TRACED_ROW);
    begin(load<u32>(traced, TRACED_ROW), bytesIn(load<u32>(traced, TRACED_PARAMS), params, (flags & TRACED_FLAT_PARAMS) != 0));
  }
  if ((flags & TRACED_SUMMARY) != 0 && (flags & TRACED_ENDS) != 0) print();
}

export function countAfter(traced: usize, result: usize): void {
  const flags = load<u32>(traced, TRACED_FLAGS);
  if ((flags & TRACED_COUNTED) != 0) {
    const type: usize = load<u32>(traced, TRACED_RESULT);
    const bytes = type == 0 ? 0 : bytesIn(type, result, (flags & TRACED_FLAT_RESULT) != 0);
    end(load<u32>(traced, TRACED_ROW), bytes, (flags & TRACED_FAILS) != 0 && load<u8>(result) != 0 ? 1 : 0);
  }
  if ((flags & TRACED_SUMMARY) != 0) print();
}
