// A line while it is made: bytes that go to whoever prints it when there is no room for more, or when it is complete.

import { TRACE_BUFFER, TRACE_BUFFER_SIZE } from "../../src/image/trace-layout";

@external("wasi-nest:trace/output", "write")
declare function write(address: usize, length: usize): void;

let used: usize = 0;

export function put(byte: u32): void {
  if (used == TRACE_BUFFER_SIZE) flush();
  store<u8>(<usize>load<u32>(TRACE_BUFFER) + used, byte);
  used++;
}

export function flush(): void {
  if (used > 0) write(load<u32>(TRACE_BUFFER), used);
  used = 0;
}

/** Bytes that lie elsewhere. */
export function putAll(address: usize, length: usize): void {
  for (const end = address + length; address < end; address++) put(load<u8>(address));
}

/** The text whose address and length lie there. */
export function putText(text: usize): void {
  putAll(load<u32>(text), load<u32>(text, 4));
}

/** Characters of ASCII, the first in the lowest byte; no more than 8. */
export function putWord(word: u64): void {
  for (; word != 0; word >>= 8) put(<u32>word & 0xff);
}

export function putNumber(value: u64): void {
  if (value >= 10) putNumber(value / 10);
  put(0x30 + <u32>(value % 10));
}

export function putSigned(value: i64): void {
  if (value < 0) put(0x2d); // -
  putNumber(value < 0 ? 0 - <u64>value : <u64>value);
}
