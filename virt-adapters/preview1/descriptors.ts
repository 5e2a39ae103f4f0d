// The program's file descriptors: numbers from 0 on, each a word in a table, the address of what is open there or 0. The standard
// streams are asked for when they are used, and directories when a function has to know about one.

import { keep, mark, room } from "../abi/arena";
import { newTable, wordAt } from "../abi/table";
import { PREOPEN_HANDLE, PREOPEN_LENGTH, PREOPEN_PATH, PREOPEN_SIZE, RETURN_AREA } from "../../src/image/layout";
import { BADF, NOTDIR } from "./errno";
import * as host from "./host";

/** Kinds of what is open. */
export const INPUT: u32 = 0;
export const OUTPUT: u32 = 1;
export const ERROR_OUTPUT: u32 = 2;
export const FILE: u32 = 3;
export const DIRECTORY: u32 = 4;
/** A directory that the program begins with. */
export const PREOPEN: u32 = 5;

@unmanaged
export class Descriptor {
  /** Of a file, where it is read and written next; of a directory that is listed, what comes next. */
  position: u64;
  kind: u32;
  /** 0: it is not asked for yet. Of one that is closed, the next closed one. */
  handle: usize;
  /** `fdflags` that can be set. */
  flags: u32;
  /** What never changes and was asked for once (./attributes.ts); 0: it was not. */
  known: u32;
  /** Of a preopen. */
  name: usize;
  nameLength: usize;
  /** Of a directory that is listed: the stream of entries, 0 at their end, and the entry that comes next (./readdir.ts). */
  entries: usize;
  entry: usize;
  entryLength: usize;
}

const BYTES: usize = offsetof<Descriptor>();
/** What a page of the table takes, the list of pages, and a descriptor, and then some. */
const ROOM: usize = 65536;

let table: usize = 0;
/** How many numbers the table has. */
let count: u32 = 0;
/** No number below is free. */
let lowest: u32 = 0;
/** Closed descriptors, to be used again. */
let closed: usize = 0;
let hasPreopens: bool = false;

function start(): void {
  table = newTable();
  for (let kind = INPUT; kind <= ERROR_OUTPUT; kind++) setDescriptor(kind, newDescriptor(kind, 0));
}

/** Whether there is memory for one more. */
@inline
export function isRoom(): bool {
  return room(ROOM) == ROOM;
}

/** The arena has to be empty. */
export function newDescriptor(kind: u32, handle: usize): Descriptor {
  let address = closed;
  if (address) closed = changetype<Descriptor>(address).handle;
  else address = keep(8, BYTES);
  memory.fill(address, 0, BYTES);
  const descriptor = changetype<Descriptor>(address);
  descriptor.kind = kind;
  descriptor.handle = handle;
  return descriptor;
}

export function freeDescriptor(descriptor: Descriptor): void {
  descriptor.handle = closed;
  closed = changetype<usize>(descriptor);
}

/** The lowest number that is free, with a word in the table. */
export function freeNumber(): u32 {
  while (lowest < count && load<u32>(wordAt(table, lowest))) lowest++;
  wordAt(table, lowest);
  return lowest;
}

export function setDescriptor(number: u32, descriptor: Descriptor | null): void {
  store<u32>(wordAt(table, number), changetype<usize>(descriptor));
  if (number >= count) count = number + 1;
  if (!descriptor) lowest = min(lowest, number);
}

/** What is open under a number, or null; of directories only those that were opened, or are known already. */
export function streamOrFile(number: u32): Descriptor | null {
  if (!table) start();
  return number < count ? changetype<Descriptor | null>(<usize>load<u32>(wordAt(table, number))) : null;
}

/** What is open under a number, or null. */
export function descriptorOf(number: u32): Descriptor | null {
  if (!table) start();
  if (number > ERROR_OUTPUT) findPreopens();
  return streamOrFile(number);
}

/** Why there is no directory under a number. */
export let problem: u32 = 0;

/** The directory under a number, or null. */
export function directoryOf(number: u32): Descriptor | null {
  const found = descriptorOf(number);
  problem = BADF;
  if (!found || found.kind < FILE) return null;
  problem = NOTDIR;
  return found.kind == FILE ? null : found;
}

/** The file or directory under a number, or null. */
export function fileOrDirectory(number: u32): Descriptor | null {
  const found = descriptorOf(number);
  return found && found.kind >= FILE ? found : null;
}

/** The file under a number, or null. */
export function fileOf(number: u32): Descriptor | null {
  const found = streamOrFile(number);
  return found && found.kind == FILE ? found : null;
}

/** The handle of standard input. */
export function inputOf(descriptor: Descriptor): usize {
  if (!descriptor.handle) descriptor.handle = host.getStdin();
  return descriptor.handle;
}

/** The handle of a standard output. */
export function outputOf(descriptor: Descriptor): usize {
  if (!descriptor.handle) descriptor.handle = descriptor.kind == OUTPUT ? host.getStdout() : host.getStderr();
  return descriptor.handle;
}

function findPreopens(): void {
  if (hasPreopens) return;
  hasPreopens = true;
  host.getDirectories(RETURN_AREA);
  const first: usize = load<u32>(RETURN_AREA);
  const last = first + <usize>load<u32>(RETURN_AREA, 4) * PREOPEN_SIZE;
  // The list and the names in it stay where they are. They may lie in memory that is free for the next call already.
  let end = last;
  for (let each = first; each < last; each += PREOPEN_SIZE) {
    end = max(end, <usize>load<u32>(each, PREOPEN_PATH) + <usize>load<u32>(each, PREOPEN_LENGTH));
  }
  keep(1, end > mark() ? end - mark() : 0);
  for (let each = first; each < last; each += PREOPEN_SIZE) {
    const descriptor = newDescriptor(PREOPEN, load<u32>(each, PREOPEN_HANDLE));
    descriptor.name = load<u32>(each, PREOPEN_PATH);
    descriptor.nameLength = load<u32>(each, PREOPEN_LENGTH);
    setDescriptor(count, descriptor);
  }
}
