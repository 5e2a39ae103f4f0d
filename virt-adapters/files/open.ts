// wasi:filesystem/types, open-at; and filesystem/preopens.

import { newDescriptor } from "../abi/own-resources";
import { list } from "../abi/result";
import { PREOPEN_HANDLE, PREOPEN_SIZE } from "../../src/image/layout";
import { openResult } from "../io/opened";
import { opened, preopenAt, preopenCount, preopens } from "./opening";

export function filesystem_types__descriptor_open_at(
  self: usize,
  follow: u32,
  path: usize,
  length: usize,
  openFlags: u32,
  flags: u32,
): usize {
  return openResult(opened(self, follow, path, length, openFlags, flags));
}

export function filesystem_preopens__get_directories(): usize {
  const count = preopenCount();
  for (let index: usize = 0; index < count; index++) {
    const preopen = preopenAt(index);
    store<u32>(preopens() + index * PREOPEN_SIZE, preopen ? newDescriptor(preopen) : 0, PREOPEN_HANDLE);
  }
  return list(preopens(), count);
}
