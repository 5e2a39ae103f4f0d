// What is known of a descriptor or a path: fd_fdstat_*, fd_filestat_*, path_filestat_*.

import { empty, mark } from "../abi/arena";
import { RETURN_AREA, STAT_HASH } from "../../src/image/layout";
import * as app from "./app";
import {
  DIRECTORY,
  Descriptor,
  FILE,
  INPUT,
  OUTPUT,
  PREOPEN,
  descriptorOf,
  directoryOf,
  fileOf,
  fileOrDirectory,
  problem,
  streamOrFile,
} from "./descriptors";
import { BADF, FAULT, INVAL, NOTSUP, OVERFLOW, SUCCESS, errnoOf, resultErrno } from "./errno";
import * as flags from "./flags";
import * as host from "./host";
import { KNOWN, learn } from "./known";
import { path, retakePath, takePath } from "./path";
import { SECOND } from "./time";

const FDSTAT: u64 = 24;
const FILESTAT: u64 = 64;

/** The filetype of a standard stream: some are terminals. */
function terminalType(descriptor: Descriptor): u32 {
  if (!descriptor.known) descriptor.known = KNOWN | (isTerminal(descriptor.kind) ? flags.CHARACTER_DEVICE : flags.UNKNOWN);
  return descriptor.known & 0xff;
}

function isTerminal(kind: u32): bool {
  if (kind == INPUT) host.getTerminalStdin(RETURN_AREA);
  else if (kind == OUTPUT) host.getTerminalStdout(RETURN_AREA);
  else host.getTerminalStderr(RETURN_AREA);
  if (!load<u8>(RETURN_AREA)) return false;
  const terminal: usize = load<u32>(RETURN_AREA, 4);
  if (kind == INPUT) host.dropTerminalInput(terminal);
  else host.dropTerminalOutput(terminal);
  return true;
}

export function preview1__fd_fdstat_get(fd: u32, result: usize): u32 {
  const descriptor = descriptorOf(fd);
  if (!descriptor) return BADF;
  if (!app.holds(result, FDSTAT)) return FAULT;
  const kind = descriptor.kind;
  if (kind < FILE) {
    const rights = kind == INPUT ? flags.FD_READ : flags.FD_WRITE;
    writeFdstat(result, terminalType(descriptor), descriptor.flags, rights, rights);
    return SUCCESS;
  }
  if (kind == PREOPEN) {
    writeFdstat(result, flags.DIRECTORY_TYPE, 0, flags.PREOPEN_RIGHTS, flags.PREOPEN_FILE_RIGHTS);
    return SUCCESS;
  }
  const errno = learn(descriptor);
  if (errno) return errno;
  const opened = descriptor.known >> 8;
  let rights: u64 = flags.ALL_RIGHTS;
  if (kind == DIRECTORY) rights &= ~(flags.FD_SEEK | flags.FD_FILESTAT_SET_SIZE | flags.PATH_FILESTAT_SET_SIZE);
  if (!(opened & flags.READ)) rights &= ~(flags.FD_READ | flags.FD_READDIR);
  if (!(opened & flags.WRITE)) rights &= ~flags.FD_WRITE;
  // They are about reading and writing, which directories are not for.
  const set = kind == DIRECTORY ? 0 : descriptor.flags | flags.fdFlags(opened);
  // Files below a directory may be opened for what they allow. wasi-libc asks for no more than the rights that are inherited.
  writeFdstat(result, descriptor.known & 0xff, set, rights, kind == DIRECTORY ? flags.ALL_RIGHTS : rights);
  return SUCCESS;
}

function writeFdstat(result: usize, type: u32, fdFlags: u32, rights: u64, inheriting: u64): void {
  app.store64(result, type | (fdFlags << 16));
  app.store64(result + 8, rights);
  app.store64(result + 16, inheriting);
}

/** Whether writes go to the end, which only files can do, and whether reads wait, which is for streams. */
export function preview1__fd_fdstat_set_flags(fd: u32, wanted: u32): u32 {
  const descriptor = streamOrFile(fd);
  if (!descriptor || descriptor.kind > FILE) return BADF;
  if (wanted & ~(flags.APPEND | flags.NONBLOCK)) return INVAL;
  descriptor.flags = wanted;
  return SUCCESS;
}

export function preview1__fd_fdstat_set_rights(fd: u32, _rights: u64, _inheriting: u64): u32 {
  return fileOrDirectory(fd) ? NOTSUP : BADF;
}

export function preview1__fd_filestat_get(fd: u32, result: usize): u32 {
  const descriptor = descriptorOf(fd);
  if (!descriptor) return BADF;
  if (!app.holds(result, FILESTAT)) return FAULT;
  if (descriptor.kind < FILE) {
    for (let at: usize = 0; at < <usize>FILESTAT; at += 8) app.store64(result + at, 0);
    app.store8(result + 16, terminalType(descriptor));
    return SUCCESS;
  }
  store<u64>(STAT_HASH, 0);
  host.stat(descriptor.handle, RETURN_AREA);
  const errno = readStat();
  if (errno) return errno;
  const hash = load<u64>(STAT_HASH);
  if (hash) return writeStat(result, hash);
  host.metadataHash(descriptor.handle, RETURN_AREA);
  return writeStatWithHash(result);
}

export function preview1__path_filestat_get(fd: u32, lookup: u32, address: usize, length: usize, result: usize): u32 {
  const directory = directoryOf(fd);
  if (!directory) return problem;
  if (lookup > flags.ALL_LOOKUP_FLAGS) return INVAL;
  if (!app.holds(result, FILESTAT)) return FAULT;
  let errno = takePath(address, length);
  if (!errno) {
    const end = mark();
    store<u64>(STAT_HASH, 0);
    host.statAt(directory.handle, lookup, path, length, RETURN_AREA);
    // Files of ours in this part may empty the arena, and the path with it; a host does not.
    const isGone = mark() != end;
    errno = readStat();
    const hash = load<u64>(STAT_HASH);
    if (!errno && hash) errno = writeStat(result, hash);
    else if (!errno) {
      if (isGone) retakePath(address, length);
      host.metadataHashAt(directory.handle, lookup, path, length, RETURN_AREA);
      errno = writeStatWithHash(result);
    }
  }
  empty();
  return errno;
}

/** Of the last descriptor-stat: all that the program gets of it. It may have its path where the result goes, so that comes last. */
let type: u32 = 0;
let links: u64 = 0;
let byteLength: u64 = 0;
let accessed: u64 = 0;
let modified: u64 = 0;
let changed: u64 = 0;

/** Takes what is in the return area; an errno. */
function readStat(): u32 {
  if (load<u8>(RETURN_AREA)) return errnoOf(load<u8>(RETURN_AREA, 8));
  isTooLate = false;
  type = flags.fileType(load<u8>(RETURN_AREA, 8));
  links = load<u64>(RETURN_AREA, 16);
  byteLength = load<u64>(RETURN_AREA, 24);
  accessed = timestamp(RETURN_AREA + 32);
  modified = timestamp(RETURN_AREA + 56);
  changed = timestamp(RETURN_AREA + 80);
  return isTooLate ? OVERFLOW : SUCCESS;
}

/** Whether a time was too late, or too early, for a number of nanoseconds. */
let isTooLate: bool = false;

/** Nanoseconds of an optional datetime. */
function timestamp(at: usize): u64 {
  if (!load<u8>(at)) return 0;
  const seconds = load<u64>(at, 8);
  const nanoseconds: u64 = load<u32>(at, 16);
  if (seconds > (u64.MAX_VALUE - nanoseconds) / SECOND) isTooLate = true;
  return seconds * SECOND + nanoseconds;
}

/** With the metadata-hash in the return area; an errno. */
function writeStatWithHash(result: usize): u32 {
  if (load<u8>(RETURN_AREA)) return errnoOf(load<u8>(RETURN_AREA, 8));
  return writeStat(result, load<u64>(RETURN_AREA, 8));
}

/** With the lower half of a metadata-hash, which tells one file from another. Files of ours in this part leave it behind a stat. */
function writeStat(result: usize, hash: u64): u32 {
  app.storeBlock(
    result,
    reinterpret<f64>(<u64>1),
    reinterpret<f64>(hash),
    reinterpret<f64>(<u64>type),
    reinterpret<f64>(links),
    reinterpret<f64>(byteLength),
    reinterpret<f64>(accessed),
    reinterpret<f64>(modified),
    reinterpret<f64>(changed),
  );
  return SUCCESS;
}

export function preview1__fd_filestat_set_size(fd: u32, size: u64): u32 {
  const descriptor = fileOf(fd);
  if (!descriptor) return BADF;
  host.setSize(descriptor.handle, size, RETURN_AREA);
  return resultErrno();
}

/** Whether times are set in one way each. */
function areTimes(wanted: u32): bool {
  const both = wanted & (wanted >> 1) & (flags.ACCESS_TIME | flags.MODIFIED_TIME);
  return wanted <= flags.ALL_TIME_FLAGS && !both;
}

/** The case of a new-timestamp: unchanged, the present, or a time. */
@inline
function caseOf(wanted: u32): u32 {
  return wanted & flags.ACCESS_TIME ? 2 : wanted & flags.ACCESS_NOW ? 1 : 0;
}

export function preview1__fd_filestat_set_times(fd: u32, accessed: u64, modified: u64, wanted: u32): u32 {
  if (!areTimes(wanted)) return INVAL;
  const descriptor = fileOrDirectory(fd);
  if (!descriptor) return BADF;
  host.setTimes(
    descriptor.handle,
    caseOf(wanted),
    accessed / SECOND,
    <u32>(accessed % SECOND),
    caseOf(wanted >> 2),
    modified / SECOND,
    <u32>(modified % SECOND),
    RETURN_AREA,
  );
  return resultErrno();
}

export function preview1__path_filestat_set_times(
  fd: u32,
  lookup: u32,
  address: usize,
  length: usize,
  accessed: u64,
  modified: u64,
  wanted: u32,
): u32 {
  if (!areTimes(wanted) || lookup > flags.ALL_LOOKUP_FLAGS) return INVAL;
  const directory = directoryOf(fd);
  if (!directory) return problem;
  let errno = takePath(address, length);
  if (!errno) {
    host.setTimesAt(
      directory.handle,
      lookup,
      path,
      length,
      caseOf(wanted),
      accessed / SECOND,
      <u32>(accessed % SECOND),
      caseOf(wanted >> 2),
      modified / SECOND,
      <u32>(modified % SECOND),
      RETURN_AREA,
    );
    errno = resultErrno();
  }
  empty();
  return errno;
}
