// wasi-nest:virtual/kept-async (../../src/adapters/own-interfaces.ts): what is kept as streams of WASI 0.3, and how that ends.

import {
  virtual_kept__end_input,
  virtual_kept__end_input__host,
  virtual_kept__end_output,
  virtual_kept__end_output__host,
} from "../files/kept";
import { HOLDS_ALL, inodeOf } from "../files/inode";
import { streamAt } from "../files/open-file";
import { Hosts, Ours, abandon, goOnWithout, readingFrom, writingTo } from "./kept";
import { FROM_KEPT, TO_KEPT } from "./transfer";

export function virtual_kept_async__hold_all(kept: usize): void {
  inodeOf(streamAt(kept).inode).flags |= HOLDS_ALL;
}

export function virtual_kept_async__read_via_stream(kept: usize): usize {
  return readingFrom(kept);
}

export function virtual_kept_async__write_via_stream(kept: usize, data: usize): usize {
  return writingTo<Ours>(kept, data);
}

export function virtual_kept_async__write_via_stream__host(kept: usize, data: usize): usize {
  return writingTo<Hosts>(kept, data);
}

export function virtual_kept__end_input__later(kept: usize): void {
  abandon(FROM_KEPT, kept);
  virtual_kept__end_input(kept);
  goOnWithout<Ours>();
}

export function virtual_kept__end_output__later(kept: usize): void {
  abandon(TO_KEPT, kept);
  virtual_kept__end_output(kept);
  goOnWithout<Ours>();
}

export function virtual_kept__end_input__later_host(kept: usize): void {
  abandon(FROM_KEPT, kept);
  virtual_kept__end_input__host(kept);
  goOnWithout<Hosts>();
}

export function virtual_kept__end_output__later_host(kept: usize): void {
  abandon(TO_KEPT, kept);
  virtual_kept__end_output__host(kept);
  goOnWithout<Hosts>();
}
