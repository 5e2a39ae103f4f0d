/** Standard outputs that are altered on their way to the host: prefixes and limits, however a program writes. */
import { beforeEach, describe, expect, test } from "vitest";
import { filesCore, ioCore } from "../../src/adapters/prebuilt.ts";
import { type FilesOptions, filesImage } from "../../src/image/files-image.ts";
import { Adapter } from "./harness.ts";

const STREAMS = "io_streams__output_stream";
const STDOUT = 11;
const STDERR = 12;

type Answer = "ok" | "closed" | "failed" | { readonly count: bigint };

/** A guest, and what the host got: every piece, from which stream. */
class Outputs {
  readonly pieces: { readonly handle: number; readonly bytes: Buffer }[] = [];
  /** How the host answers from now on. */
  host: "ok" | "closed" | "failed" = "ok";
  readonly #guest: Adapter;

  constructor(outputs: NonNullable<FilesOptions["outputs"]>, core = ioCore) {
    const image = filesImage({ preopens: [], stdin: Buffer.from("one\ntwo"), outputs });
    this.#guest = new Adapter(core, image, {
      "wasi:cli/stdout#get-stdout": () => STDOUT,
      "wasi:cli/stderr#get-stderr": () => STDERR,
      "wasi:io/streams#[method]output-stream.check-write": (_handle: number, result: number) => {
        this.#guest.view.setUint8(result, 0);
        this.#guest.view.setBigUint64(result + 8, 1_000_000n, true);
      },
      "wasi:io/streams#[method]output-stream.subscribe": (handle: number) => handle + 100,
      "wasi:io/streams#[method]output-stream.blocking-write-and-flush": (handle: number, at: number, length: number, result: number) => {
        expect(length).toBeGreaterThan(0);
        expect(length).toBeLessThanOrEqual(4096);
        this.#guest.view.setUint8(result, Number(this.host !== "ok"));
        this.#guest.view.setUint8(result + 4, Number(this.host === "closed"));
        this.#guest.view.setUint32(result + 8, 99, true);
        if (this.host === "ok") this.pieces.push({ handle, bytes: Buffer.from(this.#guest.bytesAt(at, length)) });
      },
    });
  }

  /** What one of the streams is for the guest. */
  open(stream: "stdout" | "stderr", variant = "altered"): number {
    const handle = this.#guest.call(`cli_${stream}__get_${stream}__${variant}`, [], (each) => each);
    return this.#guest.handles.get(handle)?.representation ?? 0;
  }

  #result(at: number, offset: number): Answer {
    if (this.#guest.view.getUint8(at) !== 0) return this.#guest.view.getUint8(at + offset) === 1 ? "closed" : "failed";
    return offset === 8 ? { count: this.#guest.view.getBigUint64(at + 8, true) } : "ok";
  }

  write(self: number, text: string | Uint8Array, name = "write"): Answer {
    return this.#guest.call(`${STREAMS}_${name}__altered`, [self, ...this.#guest.lower(text)], (at) => this.#result(at, 4));
  }

  call(name: string, self: number, ...args: readonly (number | bigint)[]): Answer {
    const offset = /splice|check/.test(name) ? 8 : 4;
    return this.#guest.call(`${STREAMS}_${name}__altered`, [self, ...args], (at) => this.#result(at, offset));
  }

  subscribe(self: number): number {
    return this.#guest.call(`${STREAMS}_subscribe__altered`, [self], (each) => each);
  }

  /** Bytes of the image. */
  input(): number {
    const handle = this.#guest.call("cli_stdin__get_stdin__embedded", [], (each) => each);
    return this.#guest.handles.get(handle)?.representation ?? 0;
  }

  text(handle: number = STDOUT): string {
    return Buffer.concat(this.pieces.filter((each) => each.handle === handle).map(({ bytes }) => bytes)).toString();
  }
}

describe.each([
  ["read-only files", ioCore],
  ["writable files", filesCore],
])("in the guest for %s", (_name, core) => {
  let outputs: Outputs;
  let out: number;
  beforeEach(() => {
    outputs = new Outputs({ stdout: { prefix: "> " }, stderr: { prefix: "! " } }, core);
    out = outputs.open("stdout");
  });

  test("each line has the prefix once, also in pieces, and the last one ends where it ended", () => {
    for (const piece of ["on", "e\n", "\n", "two\nth", "ree", "\nfour"]) expect(outputs.write(out, piece)).toBe("ok");
    expect(outputs.text()).toBe("> one\n> \n> two\n> three\n> four");
  });

  test("in any two pieces it is the same", () => {
    const text = "a\n\nbc\r\nd";
    for (let at = 0; at <= text.length; at++) {
      const each = new Outputs({ stdout: { prefix: "ü " } }, core);
      const stream = each.open("stdout");
      for (const piece of [text.slice(0, at), text.slice(at)]) expect(each.write(stream, piece, "blocking_write_and_flush")).toBe("ok");
      expect(each.text()).toBe("ü a\nü \nü bc\r\nü d");
    }
  });

  test("a write of lines comes to the host in one piece, and large ones whole", () => {
    outputs.write(out, "a\nb\nc\n");
    expect(outputs.pieces.length).toBe(1);
    const line = `${"x".repeat(5000)}\n`;
    outputs.write(out, line.repeat(3));
    expect(outputs.text()).toBe(`> a\n> b\n> c\n${`> ${line}`.repeat(3)}`);
  });

  test("two streams have their own prefixes and lines; asked for twice, a stream is one", () => {
    const error = outputs.open("stderr");
    outputs.write(out, "a");
    outputs.write(error, "x");
    outputs.write(outputs.open("stdout"), "b\n");
    outputs.write(error, "y\nz");
    expect([outputs.text(), outputs.text(STDERR)]).toEqual(["> ab\n", "! xy\n! z"]);
  });

  test("where standard error goes to standard output, both are in one line", () => {
    const error = outputs.open("stderr", "altered_stdout");
    outputs.write(out, "a");
    outputs.write(error, "b\n");
    outputs.write(error, "c");
    outputs.write(out, "d\n");
    expect(outputs.text()).toBe("> ab\n> cd\n");
  });

  test("zeros are bytes of a line", () => {
    expect(outputs.call("write_zeroes", out, 3n)).toBe("ok");
    expect(outputs.call("blocking_write_zeroes_and_flush", out, 1n)).toBe("ok");
    expect(outputs.text()).toBe("> \0\0\0\0");
  });

  test("what is spliced has prefixes, and the number of bytes is that of what was read", () => {
    const input = outputs.input();
    expect(outputs.call("splice", out, input, 2n)).toEqual({ count: 2n });
    expect(outputs.call("blocking_splice", out, input, 100n)).toEqual({ count: 5n });
    expect(outputs.text()).toBe("> one\n> two");
    expect(outputs.call("splice", out, input, 1n)).toBe("closed");
  });

  test("it is ready when the host's stream is", () => {
    expect(outputs.subscribe(out)).toBe(STDOUT + 100);
    expect(outputs.call("check_write", out)).toEqual({ count: 1_000_000n });
    expect([outputs.call("flush", out), outputs.call("blocking_flush", out)]).toEqual(["ok", "ok"]);
  });

  test("the host's errors are the program's", () => {
    outputs.host = "closed";
    expect(outputs.write(out, "a")).toBe("closed");
    outputs.host = "failed";
    expect(outputs.write(out, "a")).toBe("failed");
    expect(outputs.call("splice", out, outputs.input(), 2n)).toBe("failed");
    outputs.host = "ok";
    expect(outputs.write(out, "b")).toBe("ok");
  });
});

describe("behind a limit", () => {
  const limited = (limit: number, prefix?: string): { readonly outputs: Outputs; readonly out: number } => {
    const outputs = new Outputs({ stdout: { limit, ...(prefix !== undefined && { prefix }) } });
    return { outputs, out: outputs.open("stdout") };
  };

  test("the stream is closed, and exactly so many bytes have come out", () => {
    const { outputs, out } = limited(5);
    expect([outputs.write(out, "abc"), outputs.call("check_write", out)]).toEqual(["ok", { count: 2n }]);
    expect(outputs.write(out, "defg")).toBe("closed");
    expect(outputs.text()).toBe("abcde");
    expect([outputs.write(out, "h"), outputs.call("check_write", out), outputs.call("flush", out)]).toEqual(["closed", "closed", "closed"]);
    expect(outputs.call("write_zeroes", out, 1n)).toBe("closed");
    expect(outputs.call("splice", out, outputs.input(), 1n)).toBe("closed");
    expect(outputs.text()).toBe("abcde");
  });

  test("what fits exactly is written whole", () => {
    const { outputs, out } = limited(3);
    expect(outputs.write(out, "abc")).toBe("ok");
    expect(outputs.call("check_write", out)).toBe("closed");
  });

  test("prefixes count, wherever it is reached", () => {
    for (let limit = 1; limit < 14; limit++) {
      const { outputs, out } = limited(limit, "> ");
      const whole = "> a\n> bc\n> de";
      expect(outputs.write(out, "a\nbc\nde")).toBe(limit < whole.length ? "closed" : "ok");
      expect(outputs.text()).toBe(whole.slice(0, limit));
    }
  });

  test("a limit may be larger than a word", () => {
    const { outputs, out } = limited(2 ** 40 + 3);
    expect(outputs.write(out, "abc")).toBe("ok");
    expect(outputs.call("check_write", out)).toEqual({ count: 1_000_000n });
  });

  test("many more bytes than it are not kept anywhere", () => {
    const { outputs, out } = limited(10_000, "| ");
    for (let i = 0; i < 100; i++) outputs.write(out, "0123456789\n".repeat(100));
    expect(outputs.text()).toBe("| 0123456789\n".repeat(1000).slice(0, 10_000));
  });
});
