// The functions of WASI that the handler calls, in the canonical ABI: handles are numbers, 0 is none, and results that
// are more than a number lie at `result`.

@external("wasi:filesystem/preopens@0.2.0", "get-directories")
declare function getDirectories(result: usize): void;
@external("wasi:filesystem/types@0.2.0", "[method]descriptor.open-at")
declare function descriptorOpenAt(self: i32, follow: i32, path: usize, length: usize, open: i32, flags: i32, result: usize): void;
@external("wasi:filesystem/types@0.2.0", "[method]descriptor.stat")
declare function descriptorStat(self: i32, result: usize): void;
@external("wasi:filesystem/types@0.2.0", "[method]descriptor.read-via-stream")
declare function descriptorReadViaStream(self: i32, offset: u64, result: usize): void;
@external("wasi:filesystem/types@0.2.0", "[resource-drop]descriptor")
export declare function dropDescriptor(self: i32): void;
@external("wasi:io/streams@0.2.0", "[method]output-stream.blocking-splice")
declare function blockingSplice(self: i32, source: i32, length: u64, result: usize): void;
@external("wasi:io/streams@0.2.0", "[resource-drop]output-stream")
export declare function dropOutput(self: i32): void;
@external("wasi:io/streams@0.2.0", "[resource-drop]input-stream")
export declare function dropInput(self: i32): void;
@external("wasi:io/error@0.2.0", "[resource-drop]error")
declare function dropError(self: i32): void;
@external("wasi:http/types@0.2.0", "[method]incoming-request.method")
declare function requestMethod(self: i32, result: usize): void;
@external("wasi:http/types@0.2.0", "[method]incoming-request.path-with-query")
declare function requestPathWithQuery(self: i32, result: usize): void;
@external("wasi:http/types@0.2.0", "[resource-drop]incoming-request")
export declare function dropRequest(self: i32): void;
@external("wasi:http/types@0.2.0", "[constructor]fields")
export declare function newFields(): i32;
@external("wasi:http/types@0.2.0", "[method]fields.append")
declare function fieldsAppend(self: i32, name: usize, nameLength: usize, value: usize, valueLength: usize, result: usize): void;
@external("wasi:http/types@0.2.0", "[constructor]outgoing-response")
export declare function newResponse(headers: i32): i32;
@external("wasi:http/types@0.2.0", "[method]outgoing-response.set-status-code")
export declare function setStatus(self: i32, status: i32): i32;
@external("wasi:http/types@0.2.0", "[method]outgoing-response.body")
declare function responseBody(self: i32, result: usize): void;
@external("wasi:http/types@0.2.0", "[method]outgoing-body.write")
declare function bodyWrite(self: i32, result: usize): void;
@external("wasi:http/types@0.2.0", "[static]outgoing-body.finish")
declare function bodyFinish(self: i32, hasTrailers: i32, trailers: i32, result: usize): void;
@external("wasi:http/types@0.2.0", "[static]response-outparam.set")
declare function outparamSet(self: i32, isError: i32, response: i32, a: i32, b: u64, c: i32, d: i32, e: i32, f: i32): void;

export const GET = 0;
export const HEAD = 1;

const REGULAR_FILE: u8 = 6;
const SYMLINK_FOLLOW = 1;
const READ = 1;
/** `descriptor-stat` behind the discriminant of its result: its size lies behind the type and the link count. */
const STAT_TYPE = 8;
const STAT_SIZE = 24;

/** The longest result, that of `stat`. */
const result: usize = memory.data(112, 8);

/** What is called for lists and strings that come in. */
export function realloc(_old: usize, _oldSize: usize, _alignment: usize, size: usize): usize {
  return heap.alloc(size);
}

/** An instance may serve many requests: what one has taken is free again. */
export function reset(): void {
  heap.reset();
}

export class Directory {
  constructor(
    public descriptor: i32,
    public path: string,
  ) {}
}

/** What the host, or wasi-nest, gives: a list of a handle and a path. */
export function directories(): Directory[] {
  getDirectories(result);
  const address = load<u32>(result);
  const all: Directory[] = [];
  for (let i: u32 = 0; i < load<u32>(result, 4); i++) {
    const item = address + i * 12;
    all.push(new Directory(load<i32>(item), textAt(load<u32>(item, 4), load<u32>(item, 8))));
  }
  return all;
}

export function openAt(directory: i32, name: string): i32 {
  const path = Uint8Array.wrap(String.UTF8.encode(name));
  descriptorOpenAt(directory, SYMLINK_FOLLOW, path.dataStart, path.length, 0, READ, result);
  return load<u8>(result) == 0 ? load<i32>(result, 4) : 0;
}

export function isFile(file: i32): bool {
  descriptorStat(file, result);
  return load<u8>(result) == 0 && load<u8>(result, STAT_TYPE) == REGULAR_FILE;
}

export function sizeOf(file: i32): u64 {
  descriptorStat(file, result);
  return load<u8>(result) == 0 ? load<u64>(result, STAT_SIZE) : 0;
}

export function readViaStream(file: i32): i32 {
  descriptorReadViaStream(file, 0, result);
  return taken();
}

/** Whether there may be more: both ends of the input and of the client's patience are errors. */
export function splice(output: i32, input: i32, length: u64): bool {
  blockingSplice(output, input, length, result);
  if (load<u8>(result) == 0) return true;
  // `last-operation-failed` brings an error that says why.
  if (load<u8>(result, 8) == 0) dropError(load<i32>(result, 12));
  return false;
}

/** 0 for `get` and 1 for `head`, as the variant has them. */
export function method(request: i32): i32 {
  requestMethod(request, result);
  return load<u8>(result);
}

export function pathWithQuery(request: i32): string {
  requestPathWithQuery(request, result);
  return load<u8>(result) == 0 ? "" : textAt(load<u32>(result, 4), load<u32>(result, 8));
}

export function append(headers: i32, name: string, value: string): void {
  const key = Uint8Array.wrap(String.UTF8.encode(name));
  const bytes = Uint8Array.wrap(String.UTF8.encode(value));
  fieldsAppend(headers, key.dataStart, key.length, bytes.dataStart, bytes.length, result);
}

export function bodyOf(response: i32): i32 {
  responseBody(response, result);
  return taken();
}

export function write(body: i32): i32 {
  bodyWrite(body, result);
  return taken();
}

export function finish(body: i32): void {
  bodyFinish(body, 0, 0, result);
}

export function setResponse(outparam: i32, response: i32): void {
  outparamSet(outparam, 0, response, 0, 0, 0, 0, 0, 0);
}

/** The handle in `result`, of what cannot fail here. */
function taken(): i32 {
  if (load<u8>(result) != 0) unreachable();
  return load<i32>(result, 4);
}

function textAt(address: usize, length: usize): string {
  return String.UTF8.decodeUnsafe(address, length);
}
