// fd_readdir, as much of the entries (./listing.ts) as has room: the last one may be cut off.

import { empty } from "../abi/arena";
import * as app from "./app";
import { directoryOf, problem } from "./descriptors";
import { FAULT, SUCCESS } from "./errno";
import { findEntry, goTo, pass } from "./listing";

export function preview1__fd_readdir(fd: u32, buffer: usize, length: usize, cookie: u64, result: usize): u32 {
  const directory = directoryOf(fd);
  if (!directory) return problem;
  if (!app.holds(buffer, length) || !app.holds(result, 4)) return FAULT;
  let errno = goTo(directory, cookie);
  let used: usize = 0;
  while (!errno && used < length) {
    errno = findEntry(directory);
    if (errno || !directory.entryLength) break;
    const count = min(directory.entryLength, length - used);
    app.copyOut(buffer + used, directory.entry, count);
    used += count;
    if (count < directory.entryLength) break;
    pass(directory);
  }
  empty();
  // The error comes again with the next call.
  if (errno && !used) return errno;
  app.store32(result, used);
  return SUCCESS;
}
