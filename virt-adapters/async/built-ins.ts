// The built-ins of asynchronous functions: streams, futures, and the set of what a task waits for. A copy answers BLOCKED, or
// how it ended, with the number of elements above.

@external("async", "[stream.new]u8")
export declare function newBytes(): u64;
@external("async", "[stream.write]u8")
export declare function writeBytes(end: usize, address: usize, count: usize): u32;
@external("async", "[stream.read]u8")
export declare function readBytes(end: usize, address: usize, count: usize): u32;
@external("async", "[stream.drop-writable]u8")
export declare function dropBytesWritable(end: usize): void;
@external("async", "[stream.drop-readable]u8")
export declare function dropBytesReadable(end: usize): void;

@external("async", "[stream.new]wasi:filesystem/types#directory-entry")
export declare function newEntries(): u64;
@external("async", "[stream.write]wasi:filesystem/types#directory-entry")
export declare function writeEntries(end: usize, address: usize, count: usize): u32;
@external("async", "[stream.drop-writable]wasi:filesystem/types#directory-entry")
export declare function dropEntriesWritable(end: usize): void;

// Futures of `result<_, error-code>`.
@external("async", "[future.new]wasi:filesystem/types#error-code")
export declare function newFileFuture(): u64;
@external("async", "[future.write]wasi:filesystem/types#error-code")
export declare function writeFileFuture(end: usize, address: usize): u32;
@external("async", "[future.drop-writable]wasi:filesystem/types#error-code")
export declare function dropFileFuture(end: usize): void;
@external("async", "[future.new]wasi:cli/types#error-code")
export declare function newStdioFuture(): u64;
@external("async", "[future.write]wasi:cli/types#error-code")
export declare function writeStdioFuture(end: usize, address: usize): u32;
@external("async", "[future.drop-writable]wasi:cli/types#error-code")
export declare function dropStdioFuture(end: usize): void;
@external("async", "[future.drop-readable]wasi:cli/types#error-code")
export declare function dropStdioFutureReadable(end: usize): void;

@external("async", "[waitable-set.new]")
export declare function newSet(): usize;
/** To no set, if that is 0. */
@external("async", "[waitable.join]")
export declare function join(waitable: usize, set: usize): void;
@external("async", "[task.return]")
export declare function taskReturn(): void;
@external("async", "[task.cancel]")
export declare function taskCancel(): void;
@external("async", "[subtask.drop]")
export declare function dropSubtask(subtask: usize): void;
/** Its state, once it is over. */
@external("async", "[subtask.cancel]")
export declare function cancelSubtask(subtask: usize): u32;

/** A word that a task keeps, 0 at first. */
@external("async", "[context.get]")
export declare function getContext(): usize;
@external("async", "[context.set]")
export declare function setContext(word: usize): void;

export const BLOCKED: u32 = 0xffffffff;
const COUNT_SHIFT: u32 = 4;

/** Whether the other end has been dropped. */
@inline
export function isDropped(result: u32): bool {
  return (result & ((1 << COUNT_SHIFT) - 1)) != 0;
}

@inline
export function countOf(result: u32): usize {
  return result >> COUNT_SHIFT;
}

/** Of the two ends that `new` gives. */
@inline
export function readableOf(ends: u64): usize {
  return <usize>ends;
}

@inline
export function writableOf(ends: u64): usize {
  return <usize>(ends >> 32);
}
