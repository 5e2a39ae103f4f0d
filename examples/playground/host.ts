/**
 * WASI 0.2 for a program that runs in a worker: what the page can allow and nothing else. Everything is synchronous, as a worker may
 * be: preview2-shim's build for browsers answers `poll` with a promise, which only a program that can be suspended may wait for.
 */

/** Thrown by the program's call of `exit`, to leave its stack. */
export class Exit {
  readonly code: number;
  constructor(code: number) {
    this.code = code;
  }
}

/** Where bytes go; 1 is standard output and 2 standard error. */
export type Write = (stream: 1 | 2, bytes: Uint8Array) => void;

const MILLISECOND = 1_000_000;
/** In nanoseconds. */
const now = (): bigint => BigInt(Math.round(performance.now() * MILLISECOND));

/** Nobody else has this memory: whoever waits for a change of it waits for the time to pass. Not all browsers give it to all pages. */
let nothing: Int32Array | undefined;
try {
  nothing = new Int32Array(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer);
} catch {}

class Pollable {
  /** When it is ready, by the monotonic clock. */
  readonly at: bigint;
  constructor(at: bigint) {
    this.at = at;
  }
  ready(): boolean {
    return now() >= this.at;
  }
  block(): void {
    while (!this.ready()) if (nothing) Atomics.wait(nothing, 0, 0, Number(this.at - now()) / MILLISECOND);
  }
}

/** Nobody has one of these here: the page gives no input and no terminal, and its output does not fail. */
class None extends Object {}

/** What may be written at once. */
const PERMITTED = 1n << 16n;

class OutputStream {
  readonly #write: (bytes: Uint8Array) => void;
  constructor(write: (bytes: Uint8Array) => void) {
    this.#write = write;
  }
  checkWrite(): bigint {
    return PERMITTED;
  }
  write(bytes: Uint8Array): void {
    // The bytes may be a view of the program's memory.
    this.#write(bytes.slice());
  }
  blockingWriteAndFlush(bytes: Uint8Array): void {
    this.write(bytes);
  }
  flush(): void {}
  blockingFlush(): void {}
  writeZeroes(length: bigint): void {
    this.#write(new Uint8Array(Number(length)));
  }
  blockingWriteZeroesAndFlush(length: bigint): void {
    this.writeZeroes(length);
  }
  subscribe(): Pollable {
    return new Pollable(0n);
  }
}

/** By the names of interfaces without versions. */
export function hostImports(write: Write): Readonly<Record<string, object>> {
  const output = (stream: 1 | 2): (() => OutputStream) => {
    const made = new OutputStream((bytes) => write(stream, bytes));
    return () => made;
  };
  const exit = {
    exit(status: { readonly tag: "ok" | "err" }): never {
      throw new Exit(status.tag === "ok" ? 0 : 1);
    },
    exitWithCode(code: number): never {
      throw new Exit(code);
    },
  };
  return {
    "wasi:io/error": { Error: None },
    "wasi:io/poll": {
      Pollable,
      poll(pollables: readonly Pollable[]): Uint32Array {
        const [first] = pollables.toSorted((left, right) => (left.at < right.at ? -1 : 1));
        first?.block();
        return Uint32Array.from(pollables.flatMap((each, i) => (each.ready() ? [i] : [])));
      },
    },
    "wasi:io/streams": { InputStream: None, OutputStream },
    "wasi:cli/exit": exit,
    "wasi:cli/stdout": { getStdout: output(1) },
    "wasi:cli/stderr": { getStderr: output(2) },
    "wasi:cli/terminal-input": { TerminalInput: None },
    "wasi:cli/terminal-output": { TerminalOutput: None },
    "wasi:cli/terminal-stdin": { getTerminalStdin: () => undefined },
    "wasi:cli/terminal-stdout": { getTerminalStdout: () => undefined },
    "wasi:cli/terminal-stderr": { getTerminalStderr: () => undefined },
    "wasi:clocks/monotonic-clock": {
      now,
      resolution: () => BigInt(MILLISECOND),
      subscribeInstant: (at: bigint) => new Pollable(at),
      subscribeDuration: (length: bigint) => new Pollable(now() + length),
    },
    "wasi:clocks/wall-clock": {
      now() {
        const milliseconds = Date.now();
        return { seconds: BigInt(Math.floor(milliseconds / 1000)), nanoseconds: (milliseconds % 1000) * MILLISECOND };
      },
      resolution: () => ({ seconds: 0n, nanoseconds: MILLISECOND }),
    },
    "wasi:random/random": { getRandomBytes: randomBytes, getRandomU64: randomNumber },
    "wasi:random/insecure": { getInsecureRandomBytes: randomBytes, getInsecureRandomU64: randomNumber },
    "wasi:random/insecure-seed": { insecureSeed: () => [randomNumber(), randomNumber()] },
  };
}

/** What `getRandomValues` gives at once. */
const MOST_RANDOM = 65_536;

function randomBytes(length: bigint): Uint8Array {
  const bytes = new Uint8Array(Number(length));
  for (let start = 0; start < bytes.length; start += MOST_RANDOM) crypto.getRandomValues(bytes.subarray(start, start + MOST_RANDOM));
  return bytes;
}

function randomNumber(): bigint {
  const [number = 0n] = crypto.getRandomValues(new BigUint64Array(1));
  return number;
}
