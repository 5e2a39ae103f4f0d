/** wasi:io and the standard streams as the io adapter answers them, its own streams and the host's. */

import { describe, expect, test } from "vitest";
import { ioCore } from "../../src/adapters/prebuilt.ts";
import { IMAGE_BASE, STDIN as STDIN_WORD } from "../../src/image/layout.ts";
import { FakeHost } from "./fake-host.ts";
import { FileSystem, directory, file } from "./file-system.ts";
import { Adapter } from "./harness.ts";

const MAX = 2n ** 64n - 1n;
/** Handles in the host's table. */
const STDIN = 11;
const STDOUT = 12;
const POLLABLE = 13;
const ERROR = 14;

/** The adapter with its streams; functions are called as `input_stream_read`, variant and all. */
class Streams {
  readonly host: FakeHost = new FakeHost();
  readonly fs: FileSystem;

  constructor(stdin?: string) {
    const contents = new TextEncoder().encode(stdin ?? "");
    this.fs = new FileSystem(
      {
        preopens: [{ path: "/", directory: directory({ f: file("hello, world") }) }],
        ...(stdin === undefined ? {} : { stdin: contents }),
      },
      this.host.imports,
    );
    this.host.adapter = this.fs.adapter;
    Object.assign(this.host.answers, {
      "get-stdin": STDIN,
      "get-stdout": STDOUT,
      "get-stderr": STDOUT,
      "[method]input-stream.subscribe": POLLABLE,
      "[method]output-stream.subscribe": POLLABLE,
      "subscribe-duration": POLLABLE,
    });
  }

  file(offset = 0n): number {
    return this.fs.must(this.fs.readViaStream(this.fs.open("f"), offset));
  }

  std(name: "stdin" | "stdout" | "stderr", variant: string): number {
    return this.fs.adapter.call(`cli_${name}__get_${name}__${variant}`, [], (handle) => handle);
  }

  /** Calls a function of wasi:io/streams whose result has its payload at 4 or 8. */
  #call<T>(name: string, self: number, args: readonly (number | bigint)[], payload: number, lift: (at: number) => T) {
    const { adapter } = this.fs;
    return adapter.call(`io_streams__${name}`, [adapter.representation(self), ...args], (at) => {
      if (adapter.view.getUint8(at) === 0) return lift(at + payload);
      if (adapter.view.getUint8(at + payload) === 1) return "closed" as const;
      return { error: adapter.view.getUint32(at + payload + 4, true) };
    });
  }

  read(name: string, self: number, length: bigint) {
    return this.#call(name, self, [length], 4, (at) => Buffer.from(this.fs.adapter.listAt(at)).toString());
  }

  count(name: string, self: number, ...args: readonly (number | bigint)[]) {
    return this.#call(name, self, args, 8, (at) => Number(this.fs.adapter.view.getBigUint64(at, true)));
  }

  unit(name: string, self: number, ...args: readonly (number | bigint)[]) {
    return this.#call(name, self, args, 4, () => "ok" as const);
  }

  splice(name: string, sink: number, source: number, length: bigint) {
    return this.count(name, sink, this.fs.borrow(source), length);
  }

  subscribe(name: string, self: number): number {
    return this.fs.adapter.call(`io_streams__${name}`, [this.fs.borrow(self)], (handle) => handle);
  }

  get lastCall(): readonly unknown[] | undefined {
    return this.host.calls.at(-1);
  }
}

const variants = ["", "__host"];

describe.each(variants)("a file's stream%s", (variant) => {
  test.each(["input_stream_read", "input_stream_blocking_read"])("is read to its end by %s", (name) => {
    const io = new Streams();
    const stream = io.file(7n);
    expect(io.read(name + variant, stream, 0n)).toBe("");
    expect(io.read(name + variant, stream, 3n)).toBe("wor");
    expect(io.read(name + variant, stream, MAX)).toBe("ld");
    expect(io.read(name + variant, stream, 1n)).toBe("closed");
    expect(io.read(name + variant, stream, 0n)).toBe("closed");
  });

  test.each(["input_stream_skip", "input_stream_blocking_skip"])("is skipped to its end by %s", (name) => {
    const io = new Streams();
    const stream = io.file();
    expect(io.count(name + variant, stream, 0n)).toBe(0);
    expect(io.count(name + variant, stream, 7n)).toBe(7);
    expect(io.read(`input_stream_read${variant}`, stream, 1n)).toBe("w");
    expect(io.count(name + variant, stream, MAX)).toBe(4);
    expect(io.count(name + variant, stream, 1n)).toBe("closed");
  });

  test.each([12n, 13n, 2n ** 32n, 2n ** 32n + 1n, MAX])("from offset %d is at its end", (offset) => {
    const io = new Streams();
    expect(io.read(`input_stream_read${variant}`, io.file(offset), 1n)).toBe("closed");
  });

  test("subscribes to a pollable of the host that is ready at once", () => {
    const io = new Streams();
    expect(io.subscribe(`input_stream_subscribe${variant}`, io.file())).toBe(POLLABLE);
    // Not every host's timer of zero is ready before it has been asked for once: run/ready.test.ts.
    expect(io.host.calls.slice(-2)).toEqual([
      ["subscribe-duration", 0n],
      ["[method]pollable.block", POLLABLE],
    ]);
  });
});

describe("standard input", () => {
  test.each(["empty", "closed"])("%s is at its end at once", (kind) => {
    const io = new Streams();
    const stdin = io.std("stdin", kind);
    expect(io.read("input_stream_read", stdin, 9n)).toBe("closed");
    expect(io.count("input_stream_blocking_skip", stdin, 9n)).toBe("closed");
    io.fs.adapter.drop(stdin, "io_streams__input_stream_dtor");
  });

  test("embedded gives its bytes once, whoever holds handles, and takes no memory for these", () => {
    const io = new Streams("some input");
    const arenaBase = io.fs.adapter.arenaBase.value;
    const [first, second] = [io.std("stdin", "embedded"), io.std("stdin", "embedded")];
    expect(io.read("input_stream_blocking_read", first, 3n)).toBe("som");
    expect(io.read("input_stream_blocking_read", second, 2n)).toBe("e ");
    for (const handle of [first, second]) io.fs.adapter.drop(handle, "io_streams__input_stream_dtor");
    for (let round = 0; round < 1000; round++) io.std("stdin", "embedded");
    expect(io.read("input_stream_blocking_read", io.std("stdin", "embedded"), 100n)).toBe("input");
    for (let round = 0; round < 2; round++) {
      expect(io.read("input_stream_blocking_read", io.std("stdin", "embedded"), 100n)).toBe("closed");
    }
    expect(io.fs.adapter.arenaBase.value).toBe(arenaBase);
  });

  test("embedded and empty is at its end", () => {
    const io = new Streams("");
    expect(io.read("input_stream_read", io.std("stdin", "embedded"), 1n)).toBe("closed");
  });
});

test("bytes beyond 2 GiB, and more than 2 GiB of them, are read and skipped", () => {
  const end = 0x90000000;
  const header = new Uint8Array(Uint32Array.of(IMAGE_BASE, end).buffer);
  const make = (): Adapter => new Adapter(ioCore, { segments: [{ address: STDIN_WORD, chunks: [header] }], end });
  const call = (adapter: Adapter, name: string, stream: number, length: bigint): bigint =>
    adapter.call(`io_streams__input_stream_${name}`, [adapter.representation(stream), length], (at) => {
      expect(adapter.view.getUint8(at)).toBe(0);
      return name === "skip" ? adapter.view.getBigUint64(at + 8, true) : BigInt(adapter.view.getUint32(at + 8, true));
    });
  const open = (adapter: Adapter): number => adapter.call("cli_stdin__get_stdin__embedded", [], (handle) => handle);
  const once = make();
  expect(call(once, "read", open(once), MAX)).toBe(BigInt(end - IMAGE_BASE));
  const adapter = make();
  const stream = open(adapter);
  expect(call(adapter, "skip", stream, BigInt(end - IMAGE_BASE - 1))).toBe(BigInt(end - IMAGE_BASE - 1));
  expect(call(adapter, "read", stream, 5n)).toBe(1n);
});

describe.each(["stdout", "stderr"] as const)("%s", (name) => {
  const units: readonly (readonly [string, readonly (number | bigint)[]])[] = [
    ["output_stream_flush", []],
    ["output_stream_blocking_flush", []],
    ["output_stream_write_zeroes", [5n]],
    ["output_stream_blocking_write_zeroes_and_flush", [5n]],
  ];

  test.each(variants)("ignored takes everything%s", (variant) => {
    const io = new Streams();
    const out = io.std(name, "ignore");
    expect(io.count(`output_stream_check_write${variant}`, out)).toBe(1 << 20);
    for (const [method, args] of units) expect(io.unit(method + variant, out, ...args)).toBe("ok");
    for (const method of ["output_stream_write", "output_stream_blocking_write_and_flush"]) {
      expect(io.unit(method + variant, out, ...io.fs.adapter.lower("text"))).toBe("ok");
    }
    expect(io.host.calls).toEqual([]);
  });

  test.each(variants)("closed is closed to everything%s", (variant) => {
    const io = new Streams();
    const out = io.std(name, "closed");
    expect(io.count(`output_stream_check_write${variant}`, out)).toBe("closed");
    for (const [method, args] of units) expect(io.unit(method + variant, out, ...args)).toBe("closed");
    for (const method of ["output_stream_write", "output_stream_blocking_write_and_flush"]) {
      expect(io.unit(method + variant, out, ...io.fs.adapter.lower("text"))).toBe("closed");
    }
    for (const method of ["output_stream_splice", "output_stream_blocking_splice"]) {
      expect(io.splice(method + variant, out, io.file(), 5n)).toBe("closed");
    }
    expect(io.host.calls).toEqual([]);
  });

  test("of the host is the host's", () => {
    const io = new Streams();
    const out = io.std(name, "host");
    expect(io.lastCall).toEqual([`get-${name}`]);
    io.fs.adapter.drop(out, "io_streams__output_stream_dtor__host");
    expect(io.lastCall).toEqual(["[resource-drop]output-stream", STDOUT]);
  });

  test.each([1n, 12n, MAX])("ignored swallows a file spliced into it, %d bytes", (length) => {
    for (const variant of variants) {
      const io = new Streams();
      const out = io.std(name, "ignore");
      const source = io.file();
      const expected = Number(length < 12n ? length : 12n);
      expect(io.splice(`output_stream_splice${variant}`, out, source, length)).toBe(expected);
      const rest = 12 - expected || "closed";
      expect(io.splice(`output_stream_blocking_splice${variant}`, out, source, MAX)).toBe(rest);
    }
  });
});

describe("a stream of the host", () => {
  test("is read through, at most 64 KiB at once", () => {
    const io = new Streams();
    const stdin = io.std("stdin", "host");
    for (const name of ["read", "blocking-read"]) {
      io.host.answers[`[method]input-stream.${name}`] = { ok: "from the host" };
      const method = `input_stream_${name.replace("-", "_")}__host`;
      expect(io.read(method, stdin, 5n)).toBe("from the host");
      expect(io.lastCall).toEqual([`[method]input-stream.${name}`, STDIN, 5n]);
      io.read(method, stdin, MAX);
      expect(io.lastCall).toEqual([`[method]input-stream.${name}`, STDIN, 65536n]);
      io.host.answers[`[method]input-stream.${name}`] = "closed";
      expect(io.read(method, stdin, 5n)).toBe("closed");
    }
  });

  test("100,000 reads of it grow nothing", () => {
    const io = new Streams();
    const stdin = io.std("stdin", "host");
    io.host.answers["[method]input-stream.read"] = { ok: "x".repeat(1000) };
    io.read("input_stream_read__host", stdin, MAX);
    const before = io.fs.adapter.memory.buffer.byteLength;
    for (let count = 0; count < 100_000; count++) io.read("input_stream_read__host", stdin, MAX);
    expect(io.fs.adapter.memory.buffer.byteLength).toBe(before);
  });

  test.each(["skip", "blocking-skip"])("%s goes through", (name) => {
    const io = new Streams();
    io.host.answers[`[method]input-stream.${name}`] = { ok: 3 };
    const method = `input_stream_${name.replace("-", "_")}__host`;
    expect(io.count(method, io.std("stdin", "host"), MAX)).toBe(3);
    expect(io.lastCall).toEqual([`[method]input-stream.${name}`, STDIN, MAX]);
  });

  test("is written through", () => {
    const io = new Streams();
    const out = io.std("stdout", "host");
    for (const name of ["write", "blocking-write-and-flush"]) {
      io.host.answers[`[method]output-stream.${name}`] = { ok: undefined };
      const method = `output_stream_${name.replaceAll("-", "_")}__host`;
      expect(io.unit(method, out, ...io.fs.adapter.lower(name))).toBe("ok");
      expect(io.host.written.at(-1)).toBe(name);
    }
    for (const name of ["flush", "blocking-flush"]) {
      io.host.answers[`[method]output-stream.${name}`] = { ok: undefined };
      expect(io.unit(`output_stream_${name.replace("-", "_")}__host`, out)).toBe("ok");
      expect(io.lastCall).toEqual([`[method]output-stream.${name}`, STDOUT]);
    }
    for (const name of ["write-zeroes", "blocking-write-zeroes-and-flush"]) {
      io.host.answers[`[method]output-stream.${name}`] = "closed";
      expect(io.unit(`output_stream_${name.replaceAll("-", "_")}__host`, out, 7n)).toBe("closed");
      expect(io.lastCall).toEqual([`[method]output-stream.${name}`, STDOUT, 7n]);
    }
    io.host.answers["[method]output-stream.check-write"] = { ok: 4096 };
    expect(io.count("output_stream_check_write__host", out)).toBe(4096);
  });

  test("subscribes to its own pollable", () => {
    const io = new Streams();
    expect(io.subscribe("input_stream_subscribe__host", io.std("stdin", "host"))).toBe(POLLABLE);
    expect(io.lastCall).toEqual(["[method]input-stream.subscribe", STDIN]);
    expect(io.subscribe("output_stream_subscribe__host", io.std("stdout", "host"))).toBe(POLLABLE);
    expect(io.lastCall).toEqual(["[method]output-stream.subscribe", STDOUT]);
    io.subscribe("output_stream_subscribe__host", io.std("stdout", "ignore"));
    expect(io.host.calls.at(-2)).toEqual(["subscribe-duration", 0n]);
  });

  test("is dropped with ours, and only then", () => {
    const io = new Streams();
    const stdin = io.std("stdin", "host");
    const ours = io.file();
    io.host.calls.length = 0;
    io.fs.adapter.drop(ours, "io_streams__input_stream_dtor__host");
    io.fs.adapter.drop(io.std("stdout", "ignore"), "io_streams__output_stream_dtor__host");
    expect(io.host.calls).toEqual([]);
    io.fs.adapter.drop(stdin, "io_streams__input_stream_dtor__host");
    expect(io.host.calls).toEqual([["[resource-drop]input-stream", STDIN]]);
  });

  test("can be told from ours", () => {
    const { fs } = new Streams();
    const wrap = (name: string): number => fs.adapter.call(`wrap__io_${name}`, [77], (handle) => handle);
    const unwrap = (name: string, handle: number): number => fs.adapter.call(`unwrap__io_${name}`, [fs.borrow(handle)], (found) => found);
    for (const name of ["streams__input_stream", "streams__output_stream", "error__error"]) {
      expect(unwrap(name, wrap(name))).toBe(77);
    }
    const other = new Streams();
    expect(other.fs.adapter.call("unwrap__io_streams__input_stream", [other.fs.borrow(other.file())], (it) => it)).toBe(0);
    expect(other.fs.adapter.call("unwrap__io_streams__output_stream", [other.fs.borrow(other.std("stdout", "ignore"))], (it) => it)).toBe(
      0,
    );
  });
});

describe("an error of the host", () => {
  /** Each function that can fail, and a call of it. */
  const failing: Readonly<Record<string, (io: Streams) => unknown>> = {
    "input-stream.read": (io) => io.read("input_stream_read__host", io.std("stdin", "host"), 1n),
    "input-stream.blocking-skip": (io) => io.count("input_stream_blocking_skip__host", io.std("stdin", "host"), 1n),
    "output-stream.check-write": (io) => io.count("output_stream_check_write__host", io.std("stdout", "host")),
    "output-stream.write": (io) => io.unit("output_stream_write__host", io.std("stdout", "host"), ...io.fs.adapter.lower("x")),
    "output-stream.flush": (io) => io.unit("output_stream_flush__host", io.std("stdout", "host")),
  };

  test.each(Object.entries(failing))("of %s comes as an error of ours", (name, call) => {
    const io = new Streams();
    io.host.answers[`[method]${name}`] = { failed: ERROR };
    const result = call(io);
    expect(result).toMatchObject({ error: expect.any(Number) });
    const { error } = result as { error: number };
    const { adapter } = io.fs;
    expect(adapter.handles.get(error)?.resource).toBe("wasi:io/error#error");
    const debug = "io_error__error_to_debug_string__host";
    expect(adapter.call(debug, [io.fs.borrow(error)], (at) => adapter.textAt(at))).toBe(`error ${ERROR}`);
    const code = "filesystem_types__filesystem_error_code";
    expect(adapter.call(code, [io.fs.borrow(error)], (at) => adapter.view.getUint8(at))).toBe(0);
    adapter.drop(error, "io_error__error_dtor__host");
    expect(io.lastCall).toEqual(["[resource-drop]error", ERROR]);
  });
});

describe.each(["splice", "blocking-splice"])("%s", (name) => {
  const method = `output_stream_${name.replace("-", "_")}__host`;

  test("from the host to the host is the host's own", () => {
    const io = new Streams();
    io.host.answers[`[method]output-stream.${name}`] = { ok: 9 };
    expect(io.splice(method, io.std("stdout", "host"), io.std("stdin", "host"), MAX)).toBe(9);
    expect(io.lastCall).toEqual([`[method]output-stream.${name}`, STDOUT, STDIN, MAX]);
  });

  test("from the host to an ignored stream skips", () => {
    const io = new Streams();
    const skip = `[method]input-stream.${name.replace("splice", "skip")}`;
    io.host.answers[skip] = { ok: 5 };
    expect(io.splice(method, io.std("stdout", "ignore"), io.std("stdin", "host"), MAX)).toBe(5);
    expect(io.lastCall).toEqual([skip, STDIN, 1n << 20n]);
  });

  test("from a file to the host writes what the sink permits, straight from the image", () => {
    const io = new Streams();
    const [source, sink] = [io.file(), io.std("stdout", "host")];
    io.host.answers["[method]output-stream.check-write"] = { ok: 7 };
    io.host.answers["[method]output-stream.write"] = { ok: undefined };
    expect(io.splice(method, sink, source, MAX)).toBe(7);
    expect(io.splice(method, sink, source, 3n)).toBe(3);
    expect(io.splice(method, sink, source, MAX)).toBe(2);
    expect(io.splice(method, sink, source, MAX)).toBe("closed");
    expect(io.host.written).toEqual(["hello, ", "wor", "ld"]);
    const address = Number(io.host.calls.find(([call]) => call === "[method]output-stream.write")?.[2]);
    expect(address).toBeLessThan(io.fs.adapter.arenaBase.value);
  });

  test("from a file to the host writes nothing where the sink permits nothing", () => {
    const io = new Streams();
    const [source, sink] = [io.file(), io.std("stdout", "host")];
    io.host.answers["[method]output-stream.check-write"] = { ok: 0 };
    expect(io.splice(method, sink, source, MAX)).toBe(0);
    expect(io.host.calls.map(([call]) => call)).not.toContain("[method]output-stream.write");
  });

  test("waits for the sink if it blocks, and not else", () => {
    const io = new Streams();
    io.host.answers["[method]output-stream.check-write"] = { ok: 1 };
    io.host.answers["[method]output-stream.write"] = { ok: undefined };
    const [source, sink] = [io.file(), io.std("stdout", "host")];
    io.host.calls.length = 0;
    io.splice(method, sink, source, 1n);
    const waiting = [
      ["[method]output-stream.subscribe", STDOUT],
      ["[method]pollable.block", POLLABLE],
      ["[resource-drop]pollable", POLLABLE],
    ];
    expect(io.host.calls.slice(0, -2)).toEqual(name === "splice" ? [] : waiting);
  });

  test("to a host's stream that fails or has ended says so, and takes nothing", () => {
    const io = new Streams();
    const [source, sink] = [io.file(), io.std("stdout", "host")];
    io.host.answers["[method]output-stream.check-write"] = "closed";
    expect(io.splice(method, sink, source, 5n)).toBe("closed");
    io.host.answers["[method]output-stream.check-write"] = { failed: ERROR };
    expect(io.splice(method, sink, source, 5n)).toMatchObject({ error: expect.any(Number) });
    expect(io.read("input_stream_read__host", source, 1n)).toBe("h");
    io.host.answers["[method]output-stream.check-write"] = { ok: 5 };
    io.host.answers["[method]output-stream.write"] = "closed";
    expect(io.splice(method, sink, source, 5n)).toBe("closed");
    io.host.answers["[method]output-stream.write"] = { failed: ERROR };
    const failed = io.splice(method, sink, source, 5n);
    expect(failed).toMatchObject({ error: expect.any(Number) });
    expect(io.fs.borrow((failed as { error: number }).error)).toBe(ERROR);
  });
});

describe("poll without a host", () => {
  test("finds every pollable ready", () => {
    const io = new Streams();
    const { adapter } = io.fs;
    const pollables = [
      io.subscribe("input_stream_subscribe__pure", io.file()),
      io.subscribe("output_stream_subscribe__pure", io.std("stdout", "ignore")),
      io.subscribe("output_stream_subscribe__pure", io.std("stdout", "closed")),
    ];
    for (const pollable of pollables) {
      expect(adapter.handles.get(pollable)).toEqual({ resource: "wasi:io/poll#pollable", representation: 1 });
      expect(adapter.call("io_poll__pollable_ready", [1], (ready) => ready)).toBe(1);
      adapter.call("io_poll__pollable_block", [1], () => undefined);
    }
    const list = adapter.allocate(4, 12);
    new Uint32Array(adapter.memory.buffer, list, 3).fill(1);
    const ready = adapter.call("io_poll__poll", [list, 3], (at) => {
      const found = adapter.view.getUint32(at, true);
      return [...new Uint32Array(adapter.memory.buffer, found, adapter.view.getUint32(at + 4, true))];
    });
    expect(ready).toEqual([0, 1, 2]);
    expect(io.host.calls).toEqual([]);
  });

  test("traps on an empty list", () => {
    const { adapter } = new Streams().fs;
    expect(() => adapter.call("io_poll__poll", [0, 0], () => undefined)).toThrow(WebAssembly.RuntimeError);
  });
});
