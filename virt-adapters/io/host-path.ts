// Directories of the host's, by what the host calls them or one above them.

import { compareBytes } from "../abi/compare";
import { RULED } from "../abi/features";
import {
  MOUNTS,
  MOUNTS_END,
  MOUNT_FLAGS,
  MOUNT_HIDDEN,
  MOUNT_OFFERED,
  MOUNT_PATH,
  MOUNT_SIZE,
  PREOPEN_LENGTH,
  PREOPEN_PATH,
  PREOPEN_SIZE,
  RETURN_AREA,
  TYPE_DIRECTORY,
} from "../../src/image/layout";
import { READ } from "./descriptor-flags";
import { openAt, statAt } from "./host";
import { DOT, SLASH, TWO_DOTS, dotPath, endOfName, kindOf, withoutSlash } from "./names";
import { DIRECTORY } from "./open-flags";
import { FOLLOW } from "./path-flags";

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
  if (RULED && !isDirect(from, path + rest, length - rest)) return 0;
  if (!openDirectory(from, path + rest, length - rest, flags) && !openDirectory(from, path + rest, length - rest, READ)) return 0;
  return load<u32>(RETURN_AREA, 4);
}

/** Whether all names of a path are directories. Under rules, none may be a link, which the program may have made when it last ran. */
function isDirect(from: usize, path: usize, length: usize): bool {
  for (let end: usize = 0; end < length; end++) {
    end = endOfName(path + end, path + length) - path;
    statAt(from, 0, path, end, RETURN_AREA);
    if (load<u8>(RETURN_AREA) || load<u8>(RETURN_AREA, 8) != TYPE_DIRECTORY) return false;
  }
  return true;
}

/** One more than where the rest of `path` begins below `name`, or 0 if it does not lie there. */
function restOf(path: usize, length: usize, name: usize, nameLength: usize): usize {
  // The host may write `/data/`.
  nameLength = withoutSlash(name, nameLength);
  // The host's working directory holds all relative paths.
  if (nameLength == 1 && load<u8>(name) == DOT && load<u8>(path) != SLASH) return 1;
  if (nameLength > length || compareBytes(path, name, nameLength)) return 0;
  if (nameLength == length) return nameLength + 1;
  if (nameLength == 1 && load<u8>(name) == SLASH) return nameLength + 1;
  return load<u8>(path + nameLength) == SLASH ? nameLength + 2 : 0;
}

/** Leaves a handle in the return area; not every host grants changes to a directory that is not a preopen. */
function openDirectory(from: usize, path: usize, length: usize, flags: u32): bool {
  // The path is empty where a preopen itself is meant: another handle of it is opened.
  if (!length) {
    path = dotPath();
    length = 1;
  }
  openAt(from, FOLLOW, path, length, DIRECTORY, flags, RETURN_AREA);
  return !load<u8>(RETURN_AREA);
}

/**
 * Whether what the host offers neither holds a mount of ours nor lies in one: otherwise the mount could be got around.
 * Programs take `data`, `./data` and `/data` for one, and `.` for `/`; what climbs may be anywhere.
 */
export function isApart(offer: usize): bool {
  const path: usize = load<u32>(offer, PREOPEN_PATH);
  if (climbs(path, path + <usize>load<u32>(offer, PREOPEN_LENGTH))) return false;
  const end: usize = load<u32>(MOUNTS_END);
  for (let mount: usize = load<u32>(MOUNTS); mount < end; mount += MOUNT_SIZE) {
    // Where it lies in another directory of the host's, it is the host's own matter.
    if (load<u32>(mount, MOUNT_FLAGS) & (MOUNT_OFFERED | MOUNT_HIDDEN)) continue;
    if (compareNames(offer, mount) != APART) return false;
  }
  return true;
}

/** What the names of two paths have to do with each other: one holds the other, or they differ before one of them ends. */
export const SAME: u32 = 0;
export const HOLDS: u32 = 1;
export const APART: u32 = 2;

/** The path of what the host offers, and that of a mount. */
export function compareNames(offer: usize, mount: usize): u32 {
  const offerStart: usize = load<u32>(offer, PREOPEN_PATH);
  const mountStart: usize = load<u32>(mount, MOUNT_PATH);
  const leftEnd = offerStart + <usize>load<u32>(offer, PREOPEN_LENGTH);
  const rightEnd = mountStart + <usize>load<u32>(mount, MOUNT_PATH + 4);
  let left = nextName(offerStart, leftEnd);
  let right = nextName(mountStart, rightEnd);
  while (left < leftEnd && right < rightEnd) {
    const length = endOfName(left, leftEnd) - left;
    if (endOfName(right, rightEnd) - right != length || compareBytes(left, right, length)) return APART;
    left = nextName(left + length, leftEnd);
    right = nextName(right + length, rightEnd);
  }
  return left < leftEnd || right < rightEnd ? HOLDS : SAME;
}

function climbs(path: usize, end: usize): bool {
  for (path = nextName(path, end); path < end; path = nextName(path, end)) {
    const name = path;
    path = endOfName(path, end);
    if (kindOf(name, path - name) == TWO_DOTS) return true;
  }
  return false;
}

/** Behind slashes, and dots that are names. */
function nextName(path: usize, end: usize): usize {
  while (path < end) {
    if (load<u8>(path) != SLASH && !(load<u8>(path) == DOT && endOfName(path, end) == path + 1)) break;
    path++;
  }
  return path;
}
