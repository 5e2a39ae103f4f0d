// wasi:filesystem/types, open-at; and filesystem/preopens.

import { newDescriptor } from "../abi/own-resources";
import { err, list, okOf } from "../abi/result";
import { PREOPEN_HANDLE, PREOPEN_SIZE } from "../../src/image/layout";
import { isRefused } from "../io/representation";
import { opened, preopenAt, preopenCount, preopens } from "./opening";

export function filesystem_types__descriptor_open_at(
  self: usize,
  follow: u32,
  path: usize,
  length: usize,
  openFlags: u32,
  flags: u32,
): usize {
  const descriptor = opened(self, follow, path, length, openFlags, flags);
  return isRefused(descriptor) ? err(descriptor) : okOf(newDescriptor(descriptor));
}

export function filesystem_preopens__get_directories(): usize {
  const count = preopenCount();
  for (let index: usize = 0; index < count; index++) {
    const preopen = preopenAt(index);
    store<u32>(preopens() + index * PREOPEN_SIZE, preopen ? newDescriptor(preopen) : 0, PREOPEN_HANDLE);
  }
  return list(preopens(), count);
}
