// Directories of the host's, by what the host calls them or one above them.

import { allocate } from "../abi/arena";
import { PREOPEN_LENGTH, PREOPEN_PATH, PREOPEN_SIZE, RETURN_AREA } from "../../src/image/layout";
import { openAt } from "./host";
import { DIRECTORY } from "./open-flags";
import { READ } from "./representation";
import { SYMLINK_FOLLOW } from "./resolve";

const DOT: u8 = 0x2e;
const SLASH: u8 = 0x2f;

/** The host's handle of what it offers under a path, or 0. */
export function openPath(path: usize, length: usize, flags: u32, offered: usize, offeredEnd: usize): usize {
  let best: usize = 0;
  let bestStart: usize = 0;
  for (let each = offered; each < offeredEnd; each += PREOPEN_SIZE) {
    const start = restOf(path, length, load<u32>(each, PREOPEN_PATH), load<u32>(each, PREOPEN_LENGTH));
    if (start && (!best || start > bestStart)) {
      best = each;
      bestStart = start;
    }
  }
  if (!best) return 0;
  const from: usize = load<u32>(best);
  const rest = bestStart - 1;
  if (!openDirectory(from, path + rest, length - rest, flags) && !openDirectory(from, path + rest, length - rest, READ)) return 0;
  return load<u32>(RETURN_AREA, 4);
}

/** One more than where the rest of `path` begins below `name`, or 0 if it does not lie there. */
function restOf(path: usize, length: usize, name: usize, nameLength: usize): usize {
  // The host's working directory holds all relative paths.
  if (nameLength == 1 && load<u8>(name) == DOT && load<u8>(path) != SLASH) return 1;
  if (nameLength > length || !isEqual(path, name, nameLength)) return 0;
  if (nameLength == length) return nameLength + 1;
  if (nameLength && load<u8>(name + nameLength - 1) == SLASH) return nameLength + 1;
  return load<u8>(path + nameLength) == SLASH ? nameLength + 2 : 0;
}

function isEqual(left: usize, right: usize, length: usize): bool {
  for (let i: usize = 0; i < length; i++) if (load<u8>(left + i) != load<u8>(right + i)) return false;
  return true;
}

/** Leaves a handle in the return area; not every host grants changes to a directory that is not a preopen. */
function openDirectory(from: usize, path: usize, length: usize, flags: u32): bool {
  // The path is empty where a preopen itself is meant: another handle of it is opened.
  if (!length) {
    path = allocate(1, 1);
    store<u8>(path, DOT);
    length = 1;
  }
  openAt(from, SYMLINK_FOLLOW, path, length, DIRECTORY, flags, RETURN_AREA);
  return !load<u8>(RETURN_AREA);
}
