/**
 * Standard output and standard error for a program that runs here: an `output-stream` of wasi:io whose writes are over
 * when they return. preview2-shim hands them to Node's streams, which write later and report a failure by an event that
 * the program, which leaves no time for events, never hears of: its reader may be long gone.
 */
import { writeAll } from "./write-all.ts";

/** The methods that the shim's class has. */
interface OutputStream {
  checkWrite(): bigint;
  write(contents: Uint8Array): void;
  blockingWriteAndFlush(contents: Uint8Array): void;
  flush(): void;
  blockingFlush(): void;
  subscribe(): unknown;
  writeZeroes(length: bigint): void;
  blockingWriteZeroesAndFlush(length: bigint): void;
  splice(source: InputStream, length: bigint): bigint;
  blockingSplice(source: InputStream, length: bigint): bigint;
}

interface InputStream {
  read(length: bigint): Uint8Array;
  blockingRead(length: bigint): Uint8Array;
}

/** What may be written at once. */
const PERMITTED = 1 << 16;
/** What a write says when nobody reads any more. */
const CLOSED = ["EPIPE", "ECONNRESET"];

/**
 * `stream` is the shim's own one, for its class and for its pollables, which are always ready. `toError` makes an error
 * of wasi:io of one of Node's.
 */
export function hostOutput<Stream extends OutputStream>(descriptor: number, stream: Stream, toError: (cause: Error) => unknown): Stream {
  let isClosed = false;

  function write(contents: Uint8Array): void {
    refuseClosed();
    try {
      writeAll(descriptor, contents);
    } catch (error) {
      fail(error as NodeJS.ErrnoException); // node:fs throws no others
    }
  }

  // jco takes a thrown object for the error that the function's signature has.
  function fail(failure: NodeJS.ErrnoException): never {
    isClosed = true;
    if (CLOSED.includes(failure.code ?? "")) refuseClosed();
    throw { tag: "last-operation-failed", val: toError(failure) };
  }

  function refuseClosed(): void {
    if (isClosed) throw { tag: "closed" };
  }

  function splice(contents: Uint8Array): bigint {
    write(contents);
    return BigInt(contents.length);
  }

  const methods: OutputStream & Disposable = {
    checkWrite() {
      refuseClosed();
      return BigInt(PERMITTED);
    },
    write,
    blockingWriteAndFlush: write,
    flush: refuseClosed,
    blockingFlush: refuseClosed,
    subscribe: () => stream.subscribe(),
    writeZeroes: (length) => write(new Uint8Array(Number(length))),
    blockingWriteZeroesAndFlush: (length) => write(new Uint8Array(Number(length))),
    splice(source, length) {
      refuseClosed();
      return splice(source.read(atMost(length)));
    },
    blockingSplice(source, length) {
      refuseClosed();
      return splice(source.blockingRead(atMost(length)));
    },
    // The process keeps its streams.
    [Symbol.dispose]() {},
  };
  // Still of the shim's class, which jco looks at.
  return Object.assign(Object.create(stream) as Stream, methods);
}

const atMost = (length: bigint): bigint => (length < PERMITTED ? length : BigInt(PERMITTED));
