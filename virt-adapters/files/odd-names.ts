// Names that a host may take for others, where there are rules: it may compose letters in another way, leave out dots at the end,
// or have short names for long ones. What the host has by such a name counts only if it lists that name.

import { mark, reuse } from "../abi/arena";
import { compareBytes } from "../abi/compare";
import { RETURN_AREA } from "../../src/image/layout";
import { dropDescriptor, dropDirectoryEntryStream, readDirectory, readDirectoryEntry } from "../io/host";
import { DOT } from "../io/names";
import { DIRECTORY } from "../io/open-flags";
import { openHosts } from "./lower-file";

const BLANK: u8 = 0x20;
const COLON: u8 = 0x3a;
const BACKSLASH: u8 = 0x5c;
const TILDE: u8 = 0x7e;

export function isOdd(name: usize, length: usize): bool {
  const last = load<u8>(name + length - 1);
  if (last == DOT || last == BLANK) return true;
  for (const end = name + length; name < end; name++) {
    const byte = load<u8>(name);
    if (byte >= 0x80 || byte == COLON || byte == BACKSLASH || byte == TILDE) return true;
  }
  return false;
}

/** What Windows makes of a name: it ends before a colon, and has no dots and blanks at its end. 0 for a name that would be a path there. */
export function plainLength(name: usize, length: usize): usize {
  let end: usize = 0;
  while (end < length && load<u8>(name + end) != COLON) {
    if (load<u8>(name + end) == BACKSLASH) return 0;
    end++;
  }
  while (end && (load<u8>(name + end - 1) == DOT || load<u8>(name + end - 1) == BLANK)) end--;
  return end;
}

/** Whether the host lists exactly this name in a directory. */
export function isListed(directory: usize, name: usize, length: usize): bool {
  if (openHosts(directory, DIRECTORY)) return false;
  const handle: usize = load<u32>(RETURN_AREA, 4);
  readDirectory(handle, RETURN_AREA);
  let isFound = false;
  if (!load<u8>(RETURN_AREA)) {
    const stream: usize = load<u32>(RETURN_AREA, 4);
    const start = mark();
    for (;;) {
      reuse(start);
      readDirectoryEntry(stream, RETURN_AREA);
      if (load<u8>(RETURN_AREA) || !load<u8>(RETURN_AREA, 4)) break;
      isFound = <usize>load<u32>(RETURN_AREA, 16) == length && !compareBytes(load<u32>(RETURN_AREA, 12), name, length);
      if (isFound) break;
    }
    reuse(start);
    dropDirectoryEntryStream(stream);
  }
  dropDescriptor(handle);
  return isFound;
}
