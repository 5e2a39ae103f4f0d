// The end of the program, what it does to others, and sockets. WASI 0.2 gives no program sockets that are open already, and preview 1
// opens none: so no descriptor is one.

import { descriptorOf } from "./descriptors";
import { BADF, NOTSOCK, NOTSUP, SUCCESS } from "./errno";
import { exit, exitWithCode } from "./host";

export function preview1__proc_exit(code: u32): void {
  exit(u32(code != 0));
  unreachable();
}

/** The code has one byte; what is not 0 does not become it. */
export function preview1__proc_exit__code(code: u32): void {
  const byte = code & 0xff;
  exitWithCode(code && !byte ? 1 : byte);
  unreachable();
}

export function preview1__proc_raise(_signal: u32): u32 {
  return NOTSUP;
}

export function preview1__sched_yield(): u32 {
  return SUCCESS;
}

@inline
function noSocket(fd: u32): u32 {
  return descriptorOf(fd) ? NOTSOCK : BADF;
}

export function preview1__sock_accept(fd: u32, _flags: u32, _result: usize): u32 {
  return noSocket(fd);
}

export function preview1__sock_recv(fd: u32, _buffers: usize, _count: usize, _flags: u32, _length: usize, _resultFlags: usize): u32 {
  return noSocket(fd);
}

export function preview1__sock_send(fd: u32, _buffers: usize, _count: usize, _flags: u32, _length: usize): u32 {
  return noSocket(fd);
}

export function preview1__sock_shutdown(fd: u32, _how: u32): u32 {
  return noSocket(fd);
}
