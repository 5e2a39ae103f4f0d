// What is done with paths from a directory, but for asking about them (./attributes.ts).

import { empty } from "../abi/arena";
import { RETURN_AREA } from "../../src/image/layout";
import * as app from "./app";
import { DIRECTORY, FILE, directoryOf, freeDescriptor, freeNumber, isRoom, newDescriptor, problem, setDescriptor } from "./descriptors";
import { FAULT, INVAL, NOMEM, SUCCESS, errnoOf, resultErrno } from "./errno";
import * as flags from "./flags";
import * as host from "./host";
import { path, takePath } from "./path";

export function preview1__path_open(
  fd: u32,
  lookup: u32,
  address: usize,
  length: usize,
  openFlags: u32,
  rights: u64,
  _inheriting: u64,
  fdFlags: u32,
  result: usize,
): u32 {
  const directory = directoryOf(fd);
  if (!directory) return problem;
  if (lookup > flags.ALL_LOOKUP_FLAGS || openFlags > flags.ALL_OPEN_FLAGS || fdFlags > flags.ALL_FD_FLAGS) return INVAL;
  if (!app.holds(result, 4)) return FAULT;
  if (!isRoom()) return NOMEM;
  const number = freeNumber();
  const descriptor = newDescriptor(FILE, 0);
  let errno = takePath(address, length);
  if (!errno) {
    const wanted = flags.descriptorFlags(rights, fdFlags);
    host.openAt(directory.handle, lookup, path, length, openFlags, wanted, RETURN_AREA);
    empty();
    errno = load<u8>(RETURN_AREA) ? errnoOf(load<u8>(RETURN_AREA, 4)) : SUCCESS;
  }
  if (errno) {
    empty();
    freeDescriptor(descriptor);
    return errno;
  }
  descriptor.handle = load<u32>(RETURN_AREA, 4);
  descriptor.flags = fdFlags & (flags.APPEND | flags.NONBLOCK);
  if (isDirectory(descriptor.handle, openFlags)) descriptor.kind = DIRECTORY;
  setDescriptor(number, descriptor);
  app.store32(result, number);
  return SUCCESS;
}

/** Whether what was opened is a directory. No directory is opened to be truncated. */
function isDirectory(handle: usize, openFlags: u32): bool {
  if (openFlags & flags.OPEN_DIRECTORY) return true;
  if (openFlags & flags.OPEN_TRUNCATE) return false;
  host.getType(handle, RETURN_AREA);
  return !load<u8>(RETURN_AREA) && flags.fileType(load<u8>(RETURN_AREA, 1)) == flags.DIRECTORY_TYPE;
}

export function preview1__path_create_directory(fd: u32, address: usize, length: usize): u32 {
  const directory = directoryOf(fd);
  if (!directory) return problem;
  let errno = takePath(address, length);
  if (!errno) {
    host.createDirectoryAt(directory.handle, path, length, RETURN_AREA);
    errno = resultErrno();
  }
  empty();
  return errno;
}

export function preview1__path_remove_directory(fd: u32, address: usize, length: usize): u32 {
  const directory = directoryOf(fd);
  if (!directory) return problem;
  let errno = takePath(address, length);
  if (!errno) {
    host.removeDirectoryAt(directory.handle, path, length, RETURN_AREA);
    errno = resultErrno();
  }
  empty();
  return errno;
}

export function preview1__path_unlink_file(fd: u32, address: usize, length: usize): u32 {
  const directory = directoryOf(fd);
  if (!directory) return problem;
  let errno = takePath(address, length);
  if (!errno) {
    host.unlinkFileAt(directory.handle, path, length, RETURN_AREA);
    errno = resultErrno();
  }
  empty();
  return errno;
}

export function preview1__path_link(fromFd: u32, lookup: u32, from: usize, fromLength: usize, fd: u32, address: usize, length: usize): u32 {
  const source = directoryOf(fromFd);
  if (!source) return problem;
  const directory = directoryOf(fd);
  if (!directory) return problem;
  if (lookup > flags.ALL_LOOKUP_FLAGS) return INVAL;
  let errno = takePath(from, fromLength);
  const fromPath = path;
  if (!errno) errno = takePath(address, length);
  if (!errno) {
    host.linkAt(source.handle, lookup, fromPath, fromLength, directory.handle, path, length, RETURN_AREA);
    errno = resultErrno();
  }
  empty();
  return errno;
}

export function preview1__path_rename(fromFd: u32, from: usize, fromLength: usize, fd: u32, address: usize, length: usize): u32 {
  const source = directoryOf(fromFd);
  if (!source) return problem;
  const directory = directoryOf(fd);
  if (!directory) return problem;
  let errno = takePath(from, fromLength);
  const fromPath = path;
  if (!errno) errno = takePath(address, length);
  if (!errno) {
    host.renameAt(source.handle, fromPath, fromLength, directory.handle, path, length, RETURN_AREA);
    errno = resultErrno();
  }
  empty();
  return errno;
}

export function preview1__path_symlink(target: usize, targetLength: usize, fd: u32, address: usize, length: usize): u32 {
  const directory = directoryOf(fd);
  if (!directory) return problem;
  let errno = takePath(target, targetLength);
  const targetPath = path;
  if (!errno) errno = takePath(address, length);
  if (!errno) {
    host.symlinkAt(directory.handle, targetPath, targetLength, path, length, RETURN_AREA);
    errno = resultErrno();
  }
  empty();
  return errno;
}

export function preview1__path_readlink(fd: u32, address: usize, length: usize, buffer: usize, bufferLength: usize, result: usize): u32 {
  const directory = directoryOf(fd);
  if (!directory) return problem;
  if (!app.holds(buffer, bufferLength) || !app.holds(result, 4)) return FAULT;
  let errno = takePath(address, length);
  if (!errno) {
    host.readlinkAt(directory.handle, path, length, RETURN_AREA);
    if (load<u8>(RETURN_AREA)) errno = errnoOf(load<u8>(RETURN_AREA, 4));
    else {
      const count = min(<usize>load<u32>(RETURN_AREA, 8), bufferLength);
      app.copyOut(buffer, load<u32>(RETURN_AREA, 4), count);
      app.store32(result, count);
    }
  }
  empty();
  return errno;
}
