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
import { preopenAt, preopens } from "../files/opening";
import { MUTATE_DIRECTORY, READ } from "./descriptor-flags";
import { dropDescriptor, getDirectories } from "./host";
import { isApart, openPath } from "./host-path";
import { hostDescriptor } from "./representation";

/** A list of all preopens, ours and the host's, with what stands for them in the place of handles. */
export function everyPreopen(): usize {
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
    next = addOwn(next, own);
  }
  for (let mount = wanted; mount < wanted + count * HOST_PREOPEN_SIZE; mount += HOST_PREOPEN_SIZE) {
    const descriptor = open(mount, offered, offeredEnd);
    if (!descriptor) continue;
    store<u32>(next, descriptor);
    store<u32>(next, load<u32>(mount, HOST_PREOPEN_PATH), PREOPEN_PATH);
    store<u32>(next, load<u32>(mount, HOST_PREOPEN_PATH + 4), PREOPEN_LENGTH);
    next += PREOPEN_SIZE;
  }
  for (let each = offered; each < offeredEnd; each += PREOPEN_SIZE) {
    if (OVERLAY && all && isApart(each)) {
      memory.copy(next, each, PREOPEN_SIZE);
      store<u32>(next, hostDescriptor(load<u32>(each), 0));
      next += PREOPEN_SIZE;
    } else dropDescriptor(load<u32>(each));
  }
  return list(result, (next - result) / PREOPEN_SIZE);
}

/** Puts so many preopens of ours into the list, those that there are; answers where it goes on. */
function addOwn(next: usize, count: usize): usize {
  for (let index: usize = 0; index < count; index++) {
    const preopen = preopenAt(index);
    if (!preopen) continue;
    memory.copy(next, preopens() + index * PREOPEN_SIZE, PREOPEN_SIZE);
    store<u32>(next, preopen, PREOPEN_HANDLE);
    next += PREOPEN_SIZE;
  }
  return next;
}

/** What stands for what the host offers under the mount's host path, or 0. */
function open(mount: usize, offered: usize, offeredEnd: usize): usize {
  const isReadOnly = load<u32>(mount, HOST_PREOPEN_FLAGS) & HOST_PREOPEN_READ_ONLY;
  const flags = isReadOnly ? READ : READ | MUTATE_DIRECTORY;
  const handle = openPath(load<u32>(mount, HOST_PREOPEN_HOST), load<u32>(mount, HOST_PREOPEN_HOST + 4), flags, offered, offeredEnd);
  return handle ? hostDescriptor(handle, isReadOnly ? HOST_READ_ONLY : 0) : 0;
}
