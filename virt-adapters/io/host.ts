// What the host offers to the io adapter, in the canonical ABI: borrowed and owned handles are
// numbers, results go to `result`. Only what is called stays imported.

@external("wasi:clocks/monotonic-clock", "subscribe-duration")
export declare function subscribeDuration(nanoseconds: u64): usize;

@external("wasi:io/poll", "poll")
export declare function poll(pollables: usize, count: usize, result: usize): void;
@external("wasi:io/poll", "[method]pollable.ready")
export declare function pollableReady(pollable: usize): usize;
@external("wasi:io/poll", "[method]pollable.block")
export declare function pollableBlock(pollable: usize): void;
@external("wasi:io/poll", "[resource-drop]pollable")
export declare function dropPollable(pollable: usize): void;

/**
 * A pollable of the host's that is ready from the first asking on, by `ready` as by `block` and `poll`. A timer of zero
 * is that on some hosts; Wasmtime's, since 46, is ready only when something has asked before. Nothing is waited for.
 */
export function readyPollable(): usize {
  const pollable = subscribeDuration(0);
  pollableBlock(pollable);
  return pollable;
}

@external("wasi:io/error", "[method]error.to-debug-string")
export declare function errorToDebugString(error: usize, result: usize): void;
@external("wasi:io/error", "[resource-drop]error")
export declare function dropError(error: usize): void;

@external("wasi:io/streams", "[method]input-stream.read")
export declare function read(stream: usize, length: u64, result: usize): void;
@external("wasi:io/streams", "[method]input-stream.blocking-read")
export declare function blockingRead(stream: usize, length: u64, result: usize): void;
@external("wasi:io/streams", "[method]input-stream.skip")
export declare function skip(stream: usize, length: u64, result: usize): void;
@external("wasi:io/streams", "[method]input-stream.blocking-skip")
export declare function blockingSkip(stream: usize, length: u64, result: usize): void;
@external("wasi:io/streams", "[method]input-stream.subscribe")
export declare function subscribeInput(stream: usize): usize;
@external("wasi:io/streams", "[resource-drop]input-stream")
export declare function dropInputStream(stream: usize): void;

@external("wasi:io/streams", "[method]output-stream.check-write")
export declare function checkWrite(stream: usize, result: usize): void;
@external("wasi:io/streams", "[method]output-stream.write")
export declare function write(stream: usize, address: usize, length: usize, result: usize): void;
@external("wasi:io/streams", "[method]output-stream.blocking-write-and-flush")
export declare function blockingWriteAndFlush(stream: usize, address: usize, length: usize, result: usize): void;
@external("wasi:io/streams", "[method]output-stream.flush")
export declare function flush(stream: usize, result: usize): void;
@external("wasi:io/streams", "[method]output-stream.blocking-flush")
export declare function blockingFlush(stream: usize, result: usize): void;
@external("wasi:io/streams", "[method]output-stream.write-zeroes")
export declare function writeZeroes(stream: usize, length: u64, result: usize): void;
@external("wasi:io/streams", "[method]output-stream.blocking-write-zeroes-and-flush")
export declare function blockingWriteZeroesAndFlush(stream: usize, length: u64, result: usize): void;
@external("wasi:io/streams", "[method]output-stream.splice")
export declare function splice(stream: usize, source: usize, length: u64, result: usize): void;
@external("wasi:io/streams", "[method]output-stream.blocking-splice")
export declare function blockingSplice(stream: usize, source: usize, length: u64, result: usize): void;
@external("wasi:io/streams", "[method]output-stream.subscribe")
export declare function subscribeOutput(stream: usize): usize;
@external("wasi:io/streams", "[resource-drop]output-stream")
export declare function dropOutputStream(stream: usize): void;

@external("wasi:filesystem/preopens", "get-directories")
export declare function getDirectories(result: usize): void;
@external("wasi:filesystem/types", "[method]descriptor.open-at")
export declare function openAt(
  descriptor: usize,
  pathFlags: u32,
  path: usize,
  length: usize,
  openFlags: u32,
  flags: u32,
  result: usize,
): void;
@external("wasi:filesystem/types", "[method]descriptor.stat-at")
export declare function statAt(descriptor: usize, pathFlags: u32, path: usize, length: usize, result: usize): void;
@external("wasi:filesystem/types", "[method]descriptor.metadata-hash-at")
export declare function metadataHashAt(descriptor: usize, pathFlags: u32, path: usize, length: usize, result: usize): void;
@external("wasi:filesystem/types", "[method]descriptor.set-times-at")
export declare function setTimesAt(
  descriptor: usize,
  pathFlags: u32,
  path: usize,
  length: usize,
  accessKind: u32,
  accessSeconds: u64,
  accessNanoseconds: u32,
  modifiedKind: u32,
  modifiedSeconds: u64,
  modifiedNanoseconds: u32,
  result: usize,
): void;
@external("wasi:filesystem/types", "[method]descriptor.create-directory-at")
export declare function createDirectoryAt(descriptor: usize, path: usize, length: usize, result: usize): void;
@external("wasi:filesystem/types", "[method]descriptor.symlink-at")
export declare function symlinkAt(descriptor: usize, target: usize, targetLength: usize, path: usize, length: usize, result: usize): void;
@external("wasi:filesystem/types", "[method]descriptor.link-at")
export declare function linkAt(
  descriptor: usize,
  pathFlags: u32,
  oldPath: usize,
  oldLength: usize,
  directory: usize,
  path: usize,
  length: usize,
  result: usize,
): void;
@external("wasi:filesystem/types", "[method]descriptor.unlink-file-at")
export declare function unlinkFileAt(descriptor: usize, path: usize, length: usize, result: usize): void;
@external("wasi:filesystem/types", "[method]descriptor.remove-directory-at")
export declare function removeDirectoryAt(descriptor: usize, path: usize, length: usize, result: usize): void;
@external("wasi:filesystem/types", "[method]descriptor.rename-at")
export declare function renameAt(
  descriptor: usize,
  oldPath: usize,
  oldLength: usize,
  directory: usize,
  path: usize,
  length: usize,
  result: usize,
): void;
@external("wasi:filesystem/types", "[method]descriptor.readlink-at")
export declare function readlinkAt(descriptor: usize, path: usize, length: usize, result: usize): void;
@external("wasi:filesystem/types", "[method]descriptor.stat")
export declare function stat(descriptor: usize, result: usize): void;
@external("wasi:filesystem/types", "[method]descriptor.metadata-hash")
export declare function metadataHash(descriptor: usize, result: usize): void;
@external("wasi:filesystem/types", "[method]descriptor.is-same-object")
export declare function isSameObject(descriptor: usize, other: usize): usize;
@external("wasi:filesystem/types", "[method]descriptor.get-type")
export declare function getType(descriptor: usize, result: usize): void;
@external("wasi:filesystem/types", "[method]descriptor.set-size")
export declare function setSize(descriptor: usize, size: u64, result: usize): void;
@external("wasi:filesystem/types", "[method]descriptor.set-times")
export declare function setTimes(
  descriptor: usize,
  accessKind: u32,
  accessSeconds: u64,
  accessNanoseconds: u32,
  modifiedKind: u32,
  modifiedSeconds: u64,
  modifiedNanoseconds: u32,
  result: usize,
): void;
@external("wasi:filesystem/types", "[method]descriptor.advise")
export declare function advise(descriptor: usize, offset: u64, length: u64, advice: u32, result: usize): void;
@external("wasi:filesystem/types", "[method]descriptor.sync")
export declare function sync(descriptor: usize, result: usize): void;
@external("wasi:filesystem/types", "[method]descriptor.sync-data")
export declare function syncData(descriptor: usize, result: usize): void;
@external("wasi:filesystem/types", "[method]descriptor.write")
export declare function writeDescriptor(descriptor: usize, address: usize, length: usize, offset: u64, result: usize): void;
@external("wasi:filesystem/types", "[method]descriptor.append-via-stream")
export declare function appendViaStream(descriptor: usize, result: usize): void;
/** An option of an error code, for an error of a stream. */
@external("wasi:filesystem/types", "filesystem-error-code")
export declare function filesystemErrorCode(error: usize, result: usize): void;
@external("wasi:filesystem/types", "[method]descriptor.read")
export declare function readDescriptor(descriptor: usize, length: u64, offset: u64, result: usize): void;
@external("wasi:filesystem/types", "[method]descriptor.read-directory")
export declare function readDirectory(descriptor: usize, result: usize): void;
@external("wasi:filesystem/types", "[method]directory-entry-stream.read-directory-entry")
export declare function readDirectoryEntry(stream: usize, result: usize): void;
@external("wasi:filesystem/types", "[method]descriptor.get-flags")
export declare function getFlags(descriptor: usize, result: usize): void;
@external("wasi:filesystem/types", "[resource-drop]descriptor")
export declare function dropDescriptor(descriptor: usize): void;
@external("wasi:filesystem/types", "[resource-drop]directory-entry-stream")
export declare function dropDirectoryEntryStream(stream: usize): void;

@external("wasi:cli/stdin", "get-stdin")
export declare function getStdin(): usize;
@external("wasi:cli/stdout", "get-stdout")
export declare function getStdout(): usize;
@external("wasi:cli/stderr", "get-stderr")
export declare function getStderr(): usize;
