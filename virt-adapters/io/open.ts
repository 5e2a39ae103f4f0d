// wasi:filesystem/types, open-at; and filesystem/preopens.

import { err, list, okOf } from "../abi/result";
import { IMAGE_BASE, NODE_SIZE, PREOPENS, PREOPEN_HANDLE, PREOPEN_SIZE, TYPE_DIRECTORY, TYPE_LINK } from "../../src/image/layout";
import { reset } from "./call";
import { READ } from "./descriptor-flags";
import { LOOP, NOT_DIRECTORY } from "./error-code";
import { typeOf } from "./node";
import { DIRECTORY } from "./open-flags";
import { isPlain, openingError } from "./read-only";
import { nodeOf, openDescriptor } from "./representation";
import { isError, resolve } from "./resolve";

export function filesystem_types__descriptor_open_at(
  self: usize,
  follow: u32,
  path: usize,
  length: usize,
  openFlags: u32,
  flags: u32,
): usize {
  if (!isPlain(openFlags, flags)) {
    const error = openingError(false, self, follow, path, length, openFlags, flags);
    if (error) {
      reset();
      return err(error);
    }
  }
  const node = resolve(nodeOf(self), follow, path, length);
  if (isError(node)) return err(node);
  const type = typeOf(node);
  if (type == TYPE_LINK) return err(LOOP);
  if (openFlags & DIRECTORY && type != TYPE_DIRECTORY) return err(NOT_DIRECTORY);
  return okOf(openDescriptor(node, flags));
}

/** The list lies ready in the image, but for the handles. */
export function filesystem_preopens__get_directories(): usize {
  const preopens: usize = load<u32>(PREOPENS);
  const count: usize = load<u32>(PREOPENS, 4);
  for (let index: usize = 0; index < count; index++) {
    store<u32>(preopens + index * PREOPEN_SIZE, openDescriptor(<usize>IMAGE_BASE + index * NODE_SIZE, READ), PREOPEN_HANDLE);
  }
  return list(preopens, count);
}
