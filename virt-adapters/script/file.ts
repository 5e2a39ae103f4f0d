// Redirections to files, by paths as programs take them: below the directory with the longest name in front, and relative
// ones from the working directory on.

import * as arena from "../abi/arena";
import { compareBytes } from "../abi/compare";
import { PREOPEN_LENGTH, PREOPEN_PATH, PREOPEN_SIZE, RETURN_AREA } from "../../src/image/layout";
import { READ, WRITE } from "../io/descriptor-flags";
import { NO_ENTRY } from "../io/error-code";
import { CREATE, TRUNCATE } from "../io/open-flags";
import { FOLLOW } from "../io/path-flags";
import { DOT, SLASH } from "../io/names";
import * as host from "./host";

/** Why the last file could not be opened: an error code. */
export let error: usize = 0;

/** The path and the name of the directory that were compared last, without what stands in front of them. */
let start: usize = 0;
let length: usize = 0;

/** The kept stream of a file that is read from its start; 0 if there is none. */
export function openToRead(path: usize, pathLength: usize): usize {
  const descriptor = open(path, pathLength, 0, READ);
  if (!descriptor) return 0;
  host.readViaStream(descriptor, 0, RETURN_AREA);
  return kept(descriptor) ? host.keepInput(load<u32>(RETURN_AREA, 4)) : 0;
}

/** The same of one that is written: from its start on, when it is empty, or always at its end. */
export function openToWrite(path: usize, pathLength: usize, isAppending: bool): usize {
  const descriptor = open(path, pathLength, isAppending ? CREATE : CREATE | TRUNCATE, WRITE);
  if (!descriptor) return 0;
  if (isAppending) host.appendViaStream(descriptor, RETURN_AREA);
  else host.writeViaStream(descriptor, 0, RETURN_AREA);
  return kept(descriptor) ? host.keepOutput(load<u32>(RETURN_AREA, 4)) : 0;
}

/** Drops a descriptor; whether its stream is in the return area. */
function kept(descriptor: usize): bool {
  host.dropDescriptor(descriptor);
  error = load<u8>(RETURN_AREA, 4);
  return !load<u8>(RETURN_AREA);
}

function open(path: usize, pathLength: usize, openFlags: u32, flags: u32): usize {
  if (load<u8>(path) != SLASH) {
    host.initialCwd(RETURN_AREA);
    if (load<u8>(RETURN_AREA)) {
      const cwd: usize = load<u32>(RETURN_AREA, 4);
      const cwdLength: usize = load<u32>(RETURN_AREA, 8);
      const whole = arena.allocate(1, cwdLength + 1 + pathLength);
      memory.copy(whole, cwd, cwdLength);
      store<u8>(whole + cwdLength, SLASH);
      memory.copy(whole + cwdLength + 1, path, pathLength);
      path = whole;
      pathLength += cwdLength + 1;
    }
  }
  strip(path, pathLength);
  path = start;
  pathLength = length;
  host.getDirectories(RETURN_AREA);
  const first: usize = load<u32>(RETURN_AREA);
  const end = first + <usize>load<u32>(RETURN_AREA, 4) * PREOPEN_SIZE;
  let best: usize = 0;
  let bestLength: usize = 0;
  for (let each = first; each < end; each += PREOPEN_SIZE) {
    strip(load<u32>(each, PREOPEN_PATH), load<u32>(each, PREOPEN_LENGTH));
    while (length && load<u8>(start + length - 1) == SLASH) length--;
    if (length > pathLength || compareBytes(path, start, length)) continue;
    if (length && length < pathLength && load<u8>(path + length) != SLASH) continue;
    // Of two with one name, programs take the last.
    if (best && length < bestLength) continue;
    best = each;
    bestLength = length;
  }
  let descriptor: usize = 0;
  error = NO_ENTRY;
  if (best) {
    strip(path + bestLength, pathLength - bestLength);
    if (!length) {
      start = arena.allocate(1, 1);
      store<u8>(start, DOT);
      length = 1;
    }
    host.openAt(load<u32>(best), FOLLOW, start, length, openFlags, flags, RETURN_AREA);
    if (load<u8>(RETURN_AREA)) error = load<u8>(RETURN_AREA, 4);
    else descriptor = load<u32>(RETURN_AREA, 4);
  }
  for (let each = first; each < end; each += PREOPEN_SIZE) host.dropDescriptor(load<u32>(each));
  return descriptor;
}

/** Leaves slashes out at the start, and dots that are names. */
function strip(path: usize, pathLength: usize): void {
  while (pathLength) {
    const byte = load<u8>(path);
    if (byte != SLASH && !(byte == DOT && (pathLength == 1 || load<u8>(path + 1) == SLASH))) break;
    path++;
    pathLength--;
  }
  start = path;
  length = pathLength;
}
