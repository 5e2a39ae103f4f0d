/**
 * Bytes as streams of `wasi:io/streams`, and back. Streams are one type for the whole component, so an adapter cannot
 * have a class of its own for them: it asks for pipes, whose both ends are the real thing.
 */
import { makePipe } from "wasi-nest:virtual/pipes";

/** All of their methods, so that what the adapter hands out fits the declarations of whatever app. */
export interface Pollable {
  ready(): boolean;
  block(): void;
}

export interface InputStream {
  read(length: bigint): Uint8Array;
  blockingRead(length: bigint): Uint8Array;
  skip(length: bigint): bigint;
  blockingSkip(length: bigint): bigint;
  subscribe(): Pollable;
  [Symbol.dispose](): void;
}

export interface OutputStream {
  checkWrite(): bigint;
  write(contents: Uint8Array): void;
  blockingWriteAndFlush(contents: Uint8Array): void;
  flush(): void;
  blockingFlush(): void;
  subscribe(): Pollable;
  writeZeroes(length: bigint): void;
  blockingWriteZeroesAndFlush(length: bigint): void;
  splice(source: InputStream, length: bigint): bigint;
  blockingSplice(source: InputStream, length: bigint): bigint;
  [Symbol.dispose](): void;
}

const READ_LENGTH = 65536n;

/** A stream of these bytes, and no more. */
export function streamOf(bytes: Uint8Array): InputStream {
  const [input, output] = makePipe();
  for (let at = 0; at < bytes.length;) {
    const end = at + Number(output.checkWrite());
    output.write(bytes.subarray(at, end));
    at = end;
  }
  output[Symbol.dispose]();
  return input;
}

/** Everything that was written to a pipe; `undefined` while its other end is there. */
export function contentsOf(input: InputStream): Uint8Array | undefined {
  const chunks: Uint8Array[] = [];
  for (let chunk = readNext(input); chunk !== undefined; chunk = readNext(input)) {
    if (chunk.length === 0) return undefined;
    chunks.push(chunk);
  }
  const contents = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    contents.set(chunk, at);
    at += chunk.length;
  }
  return contents;
}

/** `undefined` at the end. */
function readNext(input: InputStream): Uint8Array | undefined {
  try {
    return input.read(READ_LENGTH);
  } catch (error) {
    if ((error as { readonly payload?: { readonly tag: string } }).payload?.tag === "closed") return undefined;
    throw error;
  }
}

let idle: InputStream | undefined;

/** A pollable that is always ready, as those of all pipes are. The pipe is made late: there is none while the component is built. */
export function readyPollable(): Pollable {
  idle ??= makePipe()[0];
  return idle.subscribe();
}
