// What is done with an open descriptor, but for reading, writing and listing it.

import { RETURN_AREA } from "../../src/image/layout";
import * as app from "./app";
import {
  DIRECTORY,
  Descriptor,
  FILE,
  INPUT,
  PREOPEN,
  descriptorOf,
  fileOf,
  freeDescriptor,
  setDescriptor,
  streamOrFile,
} from "./descriptors";
import { BADF, FAULT, INVAL, NAMETOOLONG, NOTDIR, NOTSUP, SPIPE, SUCCESS, errnoOf, resultErrno } from "./errno";
import * as host from "./host";
import { endListing } from "./listing";

const PRESTAT: u64 = 8;

export function preview1__fd_prestat_get(fd: u32, result: usize): u32 {
  const descriptor = descriptorOf(fd);
  if (!descriptor || descriptor.kind != PREOPEN) return BADF;
  if (!app.holds(result, PRESTAT)) return FAULT;
  app.store64(result, (<u64>descriptor.nameLength) << 32);
  return SUCCESS;
}

export function preview1__fd_prestat_dir_name(fd: u32, address: usize, length: usize): u32 {
  const descriptor = descriptorOf(fd);
  if (!descriptor) return BADF;
  if (descriptor.kind != PREOPEN) return NOTDIR;
  if (!app.holds(address, length)) return FAULT;
  if (descriptor.nameLength > length) return NAMETOOLONG;
  app.copyOut(address, descriptor.name, descriptor.nameLength);
  return SUCCESS;
}

export function preview1__fd_close(fd: u32): u32 {
  const descriptor = descriptorOf(fd);
  if (!descriptor) return BADF;
  close(descriptor);
  setDescriptor(fd, null);
  return SUCCESS;
}

function close(descriptor: Descriptor): void {
  if (descriptor.kind >= FILE) {
    if (descriptor.kind >= DIRECTORY) endListing(descriptor);
    host.dropDescriptor(descriptor.handle);
  } else if (descriptor.handle) {
    if (descriptor.kind == INPUT) host.dropInputStream(descriptor.handle);
    else host.dropOutputStream(descriptor.handle);
  }
  freeDescriptor(descriptor);
}

export function preview1__fd_renumber(from: u32, to: u32): u32 {
  const descriptor = descriptorOf(from);
  const replaced = descriptorOf(to);
  if (!descriptor || !replaced) return BADF;
  if (from == to) return SUCCESS;
  close(replaced);
  setDescriptor(to, descriptor);
  setDescriptor(from, null);
  return SUCCESS;
}

/** Where offsets count from. */
const SET: u32 = 0;
const CURRENT: u32 = 1;
const END: u32 = 2;

export function preview1__fd_seek(fd: u32, offset: i64, whence: u32, result: usize): u32 {
  const descriptor = streamOrFile(fd);
  if (!descriptor || descriptor.kind > FILE) return BADF;
  if (descriptor.kind != FILE) return SPIPE;
  if (whence > END) return INVAL;
  if (!app.holds(result, 8)) return FAULT;
  let from: u64 = 0;
  if (whence == CURRENT) from = descriptor.position;
  else if (whence != SET) {
    host.stat(descriptor.handle, RETURN_AREA);
    if (load<u8>(RETURN_AREA)) return errnoOf(load<u8>(RETURN_AREA, 8));
    from = load<u64>(RETURN_AREA, 24);
  }
  const position = <i64>from + offset;
  if (position < 0) return INVAL;
  descriptor.position = position;
  app.store64(result, position);
  return SUCCESS;
}

export function preview1__fd_tell(fd: u32, result: usize): u32 {
  return preview1__fd_seek(fd, 0, CURRENT, result);
}

export function preview1__fd_advise(fd: u32, offset: u64, length: u64, advice: u32): u32 {
  const descriptor = fileOf(fd);
  if (!descriptor) return BADF;
  if (advice > 5) return INVAL;
  host.advise(descriptor.handle, offset, length, advice, RETURN_AREA);
  return resultErrno();
}

/** Nothing in WASI 0.2 allocates. */
export function preview1__fd_allocate(fd: u32, _offset: u64, _length: u64): u32 {
  return fileOf(fd) ? NOTSUP : BADF;
}

export function preview1__fd_sync(fd: u32): u32 {
  const descriptor = fileOf(fd);
  if (!descriptor) return BADF;
  host.sync(descriptor.handle, RETURN_AREA);
  return resultErrno();
}

export function preview1__fd_datasync(fd: u32): u32 {
  const descriptor = fileOf(fd);
  if (!descriptor) return BADF;
  host.syncData(descriptor.handle, RETURN_AREA);
  return resultErrno();
}
