// wasi:filesystem/types, open-at; and filesystem/preopens.

import { err, okOf, list } from "../abi/result";
import {
  IMAGE_BASE,
  NODE_SIZE,
  PREOPENS,
  PREOPEN_HANDLE,
  PREOPEN_SIZE,
  TYPE_DIRECTORY,
  TYPE_LINK,
} from "../../src/image/layout";
import { EXIST, INVALID, IS_DIRECTORY, LOOP, NOT_DIRECTORY, READ_ONLY } from "./error-code";
import { typeOf } from "./node";
import { CREATE, DIRECTORY, EXCLUSIVE, TRUNCATE } from "./open-flags";
import { MUTATE_DIRECTORY, READ, WRITE, nodeOf, openDescriptor } from "./representation";
import { MISSING, isError, resolve } from "./resolve";

export function filesystem_types__descriptor_open_at(
  self: usize,
  follow: u32,
  path: usize,
  length: usize,
  openFlags: u32,
  flags: u32,
): usize {
  const isNew = (openFlags & (CREATE | EXCLUSIVE)) == (CREATE | EXCLUSIVE);
  const node = resolve(nodeOf(self), isNew ? 0 : follow, path, length);
  const error = refusal(node, isNew, openFlags, flags);
  return error ? err(error) : okOf(openDescriptor(node, flags));
}

/** Why what the path led to is not opened, or 0. */
function refusal(node: usize, isNew: bool, openFlags: u32, flags: u32): usize {
  if ((openFlags & (CREATE | DIRECTORY)) == (CREATE | DIRECTORY)) return INVALID;
  if (isError(node)) return node == MISSING && openFlags & CREATE ? READ_ONLY : node;
  if (isNew) return EXIST;
  const type = typeOf(node);
  if (type == TYPE_LINK) return LOOP;
  const writes = (flags & WRITE) | (openFlags & TRUNCATE);
  if (type == TYPE_DIRECTORY) {
    if (writes | (openFlags & CREATE)) return IS_DIRECTORY;
  } else if (openFlags & DIRECTORY) {
    return NOT_DIRECTORY;
  }
  return writes | (flags & MUTATE_DIRECTORY) ? READ_ONLY : 0;
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
