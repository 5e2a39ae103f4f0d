// What a path leads to, embedded or at the host: THERE + its type, MISSING if all but the last name exists, or an error
// code. `isHosts` says which `base` is, a directory's descriptor.

import { allocate } from "../abi/arena";
import { MAX_PATH_LENGTH, RETURN_AREA, TYPE_LINK } from "../../src/image/layout";
import { typeOf } from "../files/inode";
import { objectAt } from "../files/open-file";
import { MAX_LINKS, MISSING, isError, resolve } from "../files/path";
import { LOOP, NO_ENTRY } from "./error-code";
import { readlinkAt, statAt } from "./host";
import { hostError } from "./host-error";
import { lastStart, withoutSlash } from "./names";
import { FOLLOW } from "./path-flags";
import { hostDescriptorOf } from "./representation";

/** Added to the type of what is there: no error code is as large. */
export const THERE: usize = 512;

@inline
export function isThere(found: usize): bool {
  return found >= THERE;
}

@inline
export function look(isHosts: bool, base: usize, follow: u32, path: usize, length: usize): usize {
  return isHosts ? lookAtHost(hostDescriptorOf(base), follow, path, length) : lookInside(base, follow, path, length);
}

/** Why what the last name lies in is no directory that is there, or 0. */
@inline
export function lookAbove(isHosts: bool, base: usize, path: usize, length: usize): usize {
  const start = lastStart(path, length);
  if (!length) return NO_ENTRY;
  if (!start) return 0;
  const found = isHosts ? ask(hostDescriptorOf(base), FOLLOW, path, start) : lookInside(base, FOLLOW, path, start);
  return isThere(found) ? 0 : found;
}

function lookInside(base: usize, follow: u32, path: usize, length: usize): usize {
  const object = resolve(objectAt(base), follow & FOLLOW, path, length);
  return isError(object) ? object : THERE + <usize>typeOf(object);
}

function lookAtHost(handle: usize, follow: u32, path: usize, length: usize): usize {
  for (let links: u32 = 0; links < MAX_LINKS; links++) {
    const found = ask(handle, follow, path, length);
    if (found != NO_ENTRY || !length) return found;
    const shorter = withoutSlash(path, length);
    const start = lastStart(path, length);
    if (!(follow & FOLLOW) || ask(handle, 0, path, shorter) != THERE + TYPE_LINK) {
      const above = start ? ask(handle, FOLLOW, path, start) : THERE;
      return isThere(above) ? MISSING : above;
    }
    // A link that leads nowhere: what is missing is what it leads to.
    readlinkAt(handle, path, shorter, RETURN_AREA);
    if (load<u8>(RETURN_AREA)) return hostError(4);
    const target: usize = load<u32>(RETURN_AREA, 4);
    const targetLength: usize = load<u32>(RETURN_AREA, 8);
    if (start + targetLength > <usize>MAX_PATH_LENGTH) return NO_ENTRY;
    const joined = allocate(1, start + targetLength);
    memory.copy(joined, path, start);
    memory.copy(joined + start, target, targetLength);
    path = joined;
    length = start + targetLength;
  }
  return LOOP;
}

function ask(handle: usize, follow: u32, path: usize, length: usize): usize {
  if (!length) return NO_ENTRY;
  statAt(handle, follow, path, length, RETURN_AREA);
  return load<u8>(RETURN_AREA) ? hostError(8) : THERE + <usize>load<u8>(RETURN_AREA, 8);
}
