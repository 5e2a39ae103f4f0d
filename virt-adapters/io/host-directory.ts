// Directories of the host's: found when the app asks for its preopens, under the paths that the image gives
// them. What goes on inside is the host's (generated shims call it); here is only how they are opened. What a
// read-only one answers is in host-read-only.ts.

import { allocate } from "../abi/arena";
import { OVERLAY } from "../abi/features";
import { list } from "../abi/result";
import {
  HOST_DIRECTORIES,
  HOST_PREOPENS,
  HOST_PREOPEN_FLAGS,
  HOST_PREOPEN_HOST,
  HOST_PREOPEN_PATH,
  HOST_PREOPEN_READ_ONLY,
  HOST_PREOPEN_SIZE,
  HOST_READ_ONLY,
  PREOPENS,
  PREOPEN_HANDLE,
  PREOPEN_LENGTH,
  PREOPEN_PATH,
  PREOPEN_SIZE,
  RETURN_AREA,
} from "../../src/image/layout";
import { openMounts } from "../files/host-mounts";
import { filesystem_preopens__get_directories } from "../files/open";
import { reset } from "./call";
import { MUTATE_DIRECTORY, READ } from "./descriptor-flags";
import { dropDescriptor, getDirectories } from "./host";
import { isApart, openPath } from "./host-path";
import { newHostDescriptor } from "./representation";

export function filesystem_preopens__get_directories__host(): usize {
  const wanted: usize = load<u32>(HOST_PREOPENS);
  const count: usize = load<u32>(HOST_PREOPENS, 4);
  getDirectories(RETURN_AREA);
  const offered: usize = load<u32>(RETURN_AREA);
  const offeredEnd = offered + <usize>load<u32>(RETURN_AREA, 4) * PREOPEN_SIZE;
  const own: usize = load<u32>(PREOPENS, 4);
  const all: usize = OVERLAY && load<u32>(HOST_DIRECTORIES) ? (offeredEnd - offered) / PREOPEN_SIZE : 0;
  const result = allocate(4, (own + count + all) * PREOPEN_SIZE);
  let next = result;
  if (own) {
    if (OVERLAY) openMounts(offered, offeredEnd);
    filesystem_preopens__get_directories();
    next = addOwn(next, own);
  }
  for (let mount = wanted; mount < wanted + count * HOST_PREOPEN_SIZE; mount += HOST_PREOPEN_SIZE) {
    const handle = open(mount, offered, offeredEnd);
    if (!handle) continue;
    store<u32>(next, handle);
    store<u32>(next, load<u32>(mount, HOST_PREOPEN_PATH), PREOPEN_PATH);
    store<u32>(next, load<u32>(mount, HOST_PREOPEN_PATH + 4), PREOPEN_LENGTH);
    next += PREOPEN_SIZE;
  }
  for (let each = offered; each < offeredEnd; each += PREOPEN_SIZE) {
    if (OVERLAY && all && isApart(each)) {
      memory.copy(next, each, PREOPEN_SIZE);
      store<u32>(next, newHostDescriptor(load<u32>(each), 0));
      next += PREOPEN_SIZE;
    } else dropDescriptor(load<u32>(each));
  }
  return list(result, (next - result) / PREOPEN_SIZE);
}

/** Puts so many preopens of ours into the list, those that there are; answers where it goes on. */
function addOwn(next: usize, count: usize): usize {
  let each: usize = load<u32>(PREOPENS);
  if (!OVERLAY) {
    memory.copy(next, each, count * PREOPEN_SIZE);
    return next + count * PREOPEN_SIZE;
  }
  for (; count; count--, each += PREOPEN_SIZE) {
    memory.copy(next, each, PREOPEN_SIZE);
    if (load<u32>(each, PREOPEN_HANDLE)) next += PREOPEN_SIZE;
  }
  return next;
}

export function filesystem_preopens__get_directories__host__post(_result: usize): void {
  reset();
}

/** A new descriptor of ours for what the host offers under the mount's host path, or 0. */
function open(mount: usize, offered: usize, offeredEnd: usize): usize {
  const isReadOnly = load<u32>(mount, HOST_PREOPEN_FLAGS) & HOST_PREOPEN_READ_ONLY;
  const flags = isReadOnly ? READ : READ | MUTATE_DIRECTORY;
  const handle = openPath(load<u32>(mount, HOST_PREOPEN_HOST), load<u32>(mount, HOST_PREOPEN_HOST + 4), flags, offered, offeredEnd);
  return handle ? newHostDescriptor(handle, isReadOnly ? HOST_READ_ONLY : 0) : 0;
}
