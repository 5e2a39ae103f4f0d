/** What is in files that are written: through descriptors and streams, over what is embedded and beside it. */

import { describe, expect, test } from "vitest";
import { FIXED_SECONDS } from "../../src/image/fixed-time.ts";
import { Err, FileSystem, type OpenOptions, directory, file, link } from "./file-system.ts";
import { FakeHost } from "./fake-host.ts";
import { CREATE, WRITE, WritableFiles } from "./writing.ts";

const WRITE_ONLY: OpenOptions = { flags: ["write"] };
const bytesOf = (length: number, seed = 1): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8) + seed) & 255);
const FIXED = BigInt(FIXED_SECONDS) * 1_000_000_000n;
const error = (code: string): Err => new Err(code);

/** All of a file, read through a descriptor. */
function all(fs: WritableFiles, descriptor: number): Uint8Array {
  return fs.must(fs.read(descriptor, 2n ** 40n, 0n))[0];
}

describe("a new file", () => {
  test("is there with what was written, and with the time", () => {
    const fs = WritableFiles.over();
    fs.save("f", "hello");
    expect(fs.contents("f")).toBe("hello");
    expect(fs.names()).toEqual(["f"]);
    const time = 1000_000_000_007n;
    expect(fs.statAt(fs.base, "f")).toEqual({ type: "regular-file", links: 1, size: 5, times: [time, time, time] });
  });

  test("is open with the flags that were asked for", () => {
    const fs = WritableFiles.over();
    for (const flags of [["read"], ["write"], ["read", "write", "file-integrity-sync"], []]) {
      const descriptor = fs.must(fs.openAt(fs.base, "f", { open: ["create"], flags }));
      expect(fs.flags(descriptor)).toEqual(flags);
      fs.close(descriptor);
    }
  });

  test("is not made where one cannot be", () => {
    const fs = WritableFiles.over({
      f: file("x"),
      d: directory({}),
      dangling: link("new"),
      deep: link("no/new"),
      "to-slash": link("new/"),
    });
    const create = (at: string, options: OpenOptions = CREATE): unknown => {
      const opened = fs.openAt(fs.base, at, options);
      return opened instanceof Err ? opened.error : "ok";
    };
    expect(create("g/")).toBe("is-directory");
    expect(create("f/")).toBe("is-directory");
    expect(create("f/g")).toBe("not-directory");
    expect(create("no/g")).toBe("no-entry");
    expect(create("d")).toBe("is-directory");
    expect(create("../g")).toBe("not-permitted");
    expect(create("n".repeat(256))).toBe("name-too-long");
    expect(create("deep")).toBe("no-entry");
    expect(create("to-slash")).toBe("is-directory");
    expect(create("f", { open: ["create", "exclusive"] })).toBe("exist");
    expect(create("dangling", { open: ["create", "exclusive"] })).toBe("exist");
    expect(create("dangling", { ...CREATE, follow: false })).toBe("loop");
    expect(fs.names()).toEqual(["d", "dangling", "deep", "f", "to-slash"]);
    expect(create("dangling")).toBe("ok");
    expect(create("n".repeat(255))).toBe("ok");
    expect(fs.names().slice(5)).toEqual(["new", "n".repeat(255)]);
  });
});

describe("write", () => {
  test("past the end leaves a hole of zeros", () => {
    const fs = WritableFiles.over();
    const descriptor = fs.must(fs.openAt(fs.base, "f", CREATE));
    expect(fs.write(descriptor, "end", 20_000n)).toBe(3);
    expect(fs.write(descriptor, "start", 0n)).toBe(5);
    const expected = new Uint8Array(20_003);
    expected.set(Buffer.from("start"));
    expected.set(Buffer.from("end"), 20_000);
    expect(all(fs, descriptor)).toEqual(expected);
    expect(fs.usedBytes).toBe(8192n);
  });

  test("of nothing changes nothing, wherever", () => {
    const fs = WritableFiles.over({ f: file("abc") });
    const descriptor = fs.open("f", WRITE);
    expect(fs.write(descriptor, "", 100n)).toBe(0);
    expect(fs.stat(descriptor)).toMatchObject({ size: 3, times: [FIXED, FIXED, FIXED] });
  });

  test.each([
    [2n ** 32n - 2n, 2],
    [2n ** 32n, "file-too-large"],
    [2n ** 63n - 1n, "file-too-large"],
    [2n ** 63n, "invalid"],
    [2n ** 64n - 1n, "invalid"],
  ])("at %d of four bytes: %s", (offset, expected) => {
    const fs = WritableFiles.over();
    const descriptor = fs.must(fs.openAt(fs.base, "f", CREATE));
    const written = fs.write(descriptor, "abcd", offset);
    expect(written instanceof Err ? written.error : written).toBe(expected);
  });

  test("needs a descriptor that was opened for it", () => {
    const fs = WritableFiles.over({ f: file("abc"), d: directory({}) });
    for (const at of ["f", "d"]) {
      const descriptor = fs.open(at);
      expect(fs.write(descriptor, "x", 0n)).toEqual(error("bad-descriptor"));
      expect(fs.writeVia(descriptor, 0n)).toEqual(error("bad-descriptor"));
      expect(fs.writeVia(descriptor)).toEqual(error("bad-descriptor"));
      expect(fs.setSize(descriptor, 0n)).toEqual(error("invalid"));
    }
    expect(fs.read(fs.open("f", WRITE_ONLY), 1n, 0n)).toEqual(error("bad-descriptor"));
  });

  test("over embedded contents copies the blocks that it touches, and no others", () => {
    const lower = bytesOf(100_000);
    const fs = WritableFiles.over({ f: file(lower) });
    const image = fs.imageBytes();
    const descriptor = fs.open("f", WRITE);
    expect(fs.write(descriptor, "xyz", 50_000n)).toBe(3);
    expect(fs.usedBytes).toBe(4096n);
    expect(fs.write(descriptor, "tail", 100_000n)).toBe(4);
    expect(fs.usedBytes).toBe(8192n);
    const expected = new Uint8Array(100_004);
    expected.set(lower);
    expected.set(Buffer.from("xyz"), 50_000);
    expected.set(Buffer.from("tail"), 100_000);
    expect(Buffer.compare(all(fs, descriptor), expected)).toBe(0);
    // The nodes of compressed files are told where these have been inflated.
    if (!FileSystem.isCompressed) expect(Buffer.compare(fs.imageBytes(), image)).toBe(0);
    expect(lower).toEqual(bytesOf(100_000));
  });

  test("does not show in a file with the same contents", () => {
    const fs = WritableFiles.over({ f: file("same contents"), g: file("same contents") });
    fs.must(fs.write(fs.open("f", WRITE), "SAME", 0n));
    expect([fs.contents("f"), fs.contents("g")]).toEqual(["SAME contents", "same contents"]);
  });

  test("goes through tables of every size", () => {
    const fs = WritableFiles.over();
    const descriptor = fs.must(fs.openAt(fs.base, "f", CREATE));
    // Blocks 0, 7, 8, 1023, 1024, 5000 and the last one, in an order that makes the table grow in steps and leaps.
    const offsets = [0n, 7n, 8n, 1023n, 5000n, 1024n, 2n ** 20n - 1n].map((block) => block * 4096n);
    for (const [index, offset] of offsets.entries()) fs.must(fs.write(descriptor, `block ${index}`, offset));
    for (const [index, offset] of offsets.entries()) {
      expect(Buffer.from(fs.must(fs.read(descriptor, 9n, offset))[0]).toString()).toMatch(`block ${index}`);
    }
    expect(fs.usedBytes).toBe(BigInt(offsets.length) * 4096n);
    expect(fs.must(fs.read(descriptor, 4n, 3000n * 4096n))[0]).toEqual(new Uint8Array(4));
    expect(fs.setSize(descriptor, 1023n * 4096n + 3n)).toBe("ok");
    expect(fs.usedBytes).toBe(4n * 4096n);
    expect(fs.setSize(descriptor, 0n)).toBe("ok");
    expect(fs.usedBytes).toBe(0n);
  });
});

describe("set-size", () => {
  test("cuts and extends, with zeros where something was", () => {
    const lower = bytesOf(10_000);
    const fs = WritableFiles.over({ f: file(lower) });
    const descriptor = fs.open("f", WRITE);
    expect(fs.setSize(descriptor, 5000n)).toBe("ok");
    expect(all(fs, descriptor)).toEqual(lower.subarray(0, 5000));
    expect(fs.setSize(descriptor, 12_000n)).toBe("ok");
    const expected = new Uint8Array(12_000);
    expected.set(lower.subarray(0, 5000));
    expect(Buffer.compare(all(fs, descriptor), expected)).toBe(0);
    expect(fs.usedBytes).toBe(0n);
  });

  test("of what was written leaves nothing behind the end", () => {
    const fs = WritableFiles.over();
    const descriptor = fs.must(fs.openAt(fs.base, "f", CREATE));
    fs.must(fs.write(descriptor, bytesOf(9000), 0n));
    fs.must(fs.setSize(descriptor, 4100n));
    fs.must(fs.setSize(descriptor, 9000n));
    const expected = new Uint8Array(9000);
    expected.set(bytesOf(4100));
    expect(Buffer.compare(all(fs, descriptor), expected)).toBe(0);
  });

  test("may go beyond what can be written", () => {
    const fs = WritableFiles.over();
    const descriptor = fs.must(fs.openAt(fs.base, "f", CREATE));
    expect(fs.setSize(descriptor, 2n ** 63n)).toEqual(error("invalid"));
    expect(fs.setSize(descriptor, 2n ** 63n - 1n)).toBe("ok");
    expect(fs.must(fs.read(descriptor, 10n, 2n ** 62n))).toEqual([new Uint8Array(10), false]);
    expect(fs.must(fs.read(descriptor, 10n, 2n ** 63n - 3n))).toEqual([new Uint8Array(2), true]);
    expect(fs.setSize(descriptor, 2n)).toBe("ok");
    expect(fs.contents("f")).toBe("\0\0");
  });

  test("by opening cuts to nothing, where that is allowed", () => {
    const fs = WritableFiles.over({ f: file("contents"), d: directory({}) });
    fs.close(fs.open("f", { flags: ["write"], open: ["truncate"] }));
    expect(fs.contents("f")).toBe("");
    expect(fs.openAt(fs.base, "d", { open: ["truncate"] })).toEqual(error("is-directory"));
  });
});

describe("reading what was written", () => {
  test.each([4096, 65_536, 1_000_000])("in order, %d bytes at a time, mostly hands out where it lies", (length) => {
    const fs = WritableFiles.over();
    const descriptor = fs.must(fs.openAt(fs.base, "f", CREATE));
    const written = bytesOf(16_000_000);
    for (let at = 0; at < written.length; at += length) fs.must(fs.write(descriptor, written.subarray(at, at + length), BigInt(at)));
    const arena = fs.adapter.arena.value;
    let copied = 0;
    for (let at = 0; at < written.length; at += 65_536) {
      fs.adapter.call("filesystem_types__descriptor_read", [fs.borrow(descriptor), 65_536n, BigInt(at)], () => {
        // What is put together lies in the arena.
        if (fs.adapter.arena.value !== arena) copied++;
      });
    }
    expect(copied).toBeLessThan(written.length / 65_536 / 2);
    expect(Buffer.compare(all(fs, descriptor), written)).toBe(0);
  });

  test("out of order puts it together, whole", () => {
    const fs = WritableFiles.over();
    const descriptor = fs.must(fs.openAt(fs.base, "f", CREATE));
    const written = bytesOf(4096 * 20);
    for (let block = 19; block >= 0; block--) {
      fs.must(fs.write(descriptor, written.subarray(block * 4096, block * 4096 + 4096), BigInt(block * 4096)));
    }
    expect(Buffer.compare(all(fs, descriptor), written)).toBe(0);
    const stream = fs.must(fs.readViaStream(descriptor, 1000n));
    expect(fs.take(stream, 50_000n)).toEqual(written.subarray(1000, 51_000));
    expect(fs.take(stream, 2n ** 64n - 1n)).toEqual(written.subarray(51_000));
    expect(fs.take(stream, 1n)).toBe("closed");
  });

  test("at the end of a file that was closed gives nothing, and at an address in memory", () => {
    const fs = WritableFiles.over();
    // What memory that is taken again has in it.
    fs.save("before", new Uint8Array(20 * 4096).fill(0xee));
    fs.must(fs.unlink("before"));
    for (let length = 0; length < 2 * 4096; length += 64) {
      fs.save("f", bytesOf(length));
      const descriptor = fs.must(fs.openAt(fs.base, "f"));
      for (const wanted of [0n, 10n]) expect(fs.read(descriptor, wanted, BigInt(length))).toEqual([new Uint8Array(), true]);
      fs.close(descriptor);
    }
  });
});

describe("streams", () => {
  test("each have a place of their own, and append at the end as it then is", () => {
    const fs = WritableFiles.over({ f: file("0123456789") });
    const descriptor = fs.open("f", WRITE);
    const [append, other] = [fs.must(fs.writeVia(descriptor)), fs.must(fs.writeVia(descriptor))];
    const [at, input] = [fs.must(fs.writeVia(descriptor, 2n)), fs.must(fs.readViaStream(descriptor, 0n))];
    expect(fs.put(append, "abc")).toBe("ok");
    expect(fs.put(at, "XY")).toBe("ok");
    expect(fs.put(other, "def")).toBe("ok");
    expect(fs.put(at, "Z")).toBe("ok");
    expect(fs.put(append, "g")).toBe("ok");
    expect(fs.contents("f")).toBe("01XYZ56789abcdefg");
    expect(Buffer.from(fs.take(input, 5n) as Uint8Array).toString()).toBe("01XYZ");
    fs.must(fs.setSize(descriptor, 3n));
    expect(fs.take(input, 5n)).toBe("closed");
    expect(fs.put(append, "!")).toBe("ok");
    expect(fs.contents("f")).toBe("01X!");
  });

  test("outlive the descriptor and the name", () => {
    const fs = WritableFiles.over({ f: file("abc") });
    const descriptor = fs.open("f", WRITE);
    const [input, output] = [fs.must(fs.readViaStream(descriptor, 1n)), fs.must(fs.writeVia(descriptor))];
    fs.close(descriptor);
    expect(fs.unlink("f")).toBe("ok");
    expect(fs.put(output, "def")).toBe("ok");
    expect(Buffer.from(fs.take(input, 9n) as Uint8Array).toString()).toBe("bcdef");
    fs.closeOutput(output);
    expect(fs.usedBytes).toBe(4096n);
    fs.closeInput(input);
    expect(fs.usedBytes).toBe(0n);
  });

  test("take at least a block at once, flush, and are ready", () => {
    const fs = new WritableFiles(
      { preopens: [{ path: "/", directory: directory({}), writable: {} }] },
      { "wasi:clocks/monotonic-clock#subscribe-duration": () => 77, "wasi:io/poll#[method]pollable.block": () => undefined },
    );
    const output = fs.must(fs.writeVia(fs.must(fs.openAt(fs.base, "f", CREATE))));
    expect(fs.permit(output)).toBe(65_536);
    for (const name of ["flush", "blocking_flush"]) expect(fs.stream(`output_stream_${name}`, output, [], 4, () => "ok")).toBe("ok");
    expect(fs.adapter.call("io_streams__output_stream_subscribe", [fs.borrow(output)], (handle) => handle)).toBe(77);
  });

  test.each(["output_stream_write_zeroes", "output_stream_blocking_write_zeroes_and_flush"])("%s writes zeros", (name) => {
    const fs = WritableFiles.over({ f: file("0123456789") });
    const output = fs.must(fs.writeVia(fs.open("f", WRITE), 2n));
    expect(fs.stream(name, output, [3n], 4, () => "ok")).toBe("ok");
    expect(fs.put(output, "x")).toBe("ok");
    expect(fs.contents("f")).toBe("01\0\0\0x6789");
  });

  test.each(["output_stream_write_zeroes", "output_stream_blocking_write_zeroes_and_flush"])(
    "%s writes all of them, or says that it does not",
    (name) => {
      const fs = WritableFiles.over({}, { maxBytes: 200_000 });
      const zeroes = (at: string, count: bigint): unknown =>
        fs.stream(name, fs.must(fs.writeVia(fs.must(fs.openAt(fs.base, at, CREATE)), 0n)), [count], 4, () => "ok");
      const sizeOf = (at: string): number => fs.must(fs.statAt(fs.base, at)).size;
      expect([zeroes("some", 100_000n), sizeOf("some")]).toEqual(["ok", 100_000]);
      for (const count of [2n ** 32n, 2n ** 32n + 5n, 2n ** 64n - 1n])
        expect([zeroes("none", count), sizeOf("none")]).toEqual([error("file-too-large"), 0]);
      expect(zeroes("more", 2n ** 32n - 1n)).toEqual(error("insufficient-space"));
      expect(sizeOf("more")).toBeLessThan(200_000);
    },
  );

  test("at the end of what a file can be fail, say why, and are closed", () => {
    const fs = WritableFiles.over();
    const output = fs.must(fs.writeVia(fs.must(fs.openAt(fs.base, "f", CREATE)), 2n ** 32n - 2n));
    expect(fs.put(output, "abcd")).toEqual(error("file-too-large"));
    expect(fs.put(output, "abcd")).toBe("closed");
    expect(fs.permit(output)).toBe("closed");
    expect(fs.must(fs.statAt(fs.base, "f")).size).toBe(2 ** 32);
  });
});

describe("splice", () => {
  const splice = (fs: WritableFiles, sink: number, source: number, length: bigint): unknown =>
    fs.stream("output_stream_splice", sink, [fs.borrow(source), length], 8, (at) => Number(fs.adapter.view.getBigUint64(at, true)));

  test("copies from file to file, and within one", () => {
    const fs = WritableFiles.over({ f: file("0123456789") });
    const [from, to] = [fs.open("f", WRITE), fs.must(fs.openAt(fs.base, "g", CREATE))];
    const [source, sink] = [fs.must(fs.readViaStream(from, 3n)), fs.must(fs.writeVia(to))];
    expect(splice(fs, sink, source, 4n)).toBe(4);
    expect(splice(fs, sink, source, 100n)).toBe(3);
    expect(splice(fs, sink, source, 100n)).toBe("closed");
    expect(fs.contents("g")).toBe("3456789");
    expect(splice(fs, fs.must(fs.writeVia(from, 1n)), fs.must(fs.readViaStream(from, 0n)), 5n)).toBe(5);
    expect(fs.contents("f")).toBe("0012346789");
  });

  test("copies embedded input", () => {
    const fs = new WritableFiles({
      preopens: [{ path: "/", directory: directory({}), writable: {} }],
      stdin: new TextEncoder().encode("some input"),
    });
    const stdin = fs.adapter.call("cli_stdin__get_stdin__embedded", [], (handle) => handle);
    const sink = fs.must(fs.writeVia(fs.must(fs.openAt(fs.base, "f", CREATE))));
    expect(splice(fs, sink, stdin, 4n)).toBe(4);
    expect(splice(fs, sink, stdin, 100n)).toBe(6);
    expect(splice(fs, sink, stdin, 1n)).toBe("closed");
    expect(fs.contents("f")).toBe("some input");
    fs.closeInput(stdin);
  });
});

describe("files beside the host's streams", () => {
  function withHost(): { readonly fs: WritableFiles; readonly host: FakeHost; readonly source: number; readonly sink: number } {
    const host = new FakeHost();
    const preopens = [{ path: "/", directory: directory({ f: file("0123456789") }), writable: { maxBytes: 4096 } }];
    const fs = new WritableFiles({ preopens }, host.imports);
    host.adapter = fs.adapter;
    const wrap = (name: string, handle: number): number => fs.adapter.call(`wrap__io_streams__${name}`, [handle], (own) => own);
    return { fs, host, source: wrap("input_stream", 31), sink: wrap("output_stream", 32) };
  }

  const splice = (fs: WritableFiles, name: string, sink: number, source: number, length: bigint): unknown =>
    fs.stream(name, sink, [fs.borrow(source), length], 8, (at) => Number(fs.adapter.view.getBigUint64(at, true)));

  test.each([
    ["output_stream_splice__host", "[method]input-stream.read"],
    ["output_stream_blocking_splice__host", "[method]input-stream.blocking-read"],
  ])("%s reads from the host's and writes to a file", (name, read) => {
    const { fs, host, source } = withHost();
    const output = fs.must(fs.writeVia(fs.open("f", WRITE), 8n));
    host.answers[read] = { ok: "from the host" };
    expect(splice(fs, name, output, source, 2n ** 40n)).toBe(13);
    expect(host.calls.at(-1)).toEqual([read, 31, 65_536n]);
    expect(fs.contents("f")).toBe("01234567from the host");
    host.answers[read] = "closed";
    expect(splice(fs, name, output, source, 5n)).toBe("closed");
    host.answers[read] = { ok: "x".repeat(5000) };
    expect(splice(fs, name, output, source, 5000n)).toEqual(error("insufficient-space"));
    expect(splice(fs, name, output, source, 5000n)).toBe("closed");
    expect(fs.must(fs.statAt(fs.base, "f")).size).toBe(4096);
  });

  test("a file is spliced to the host's, put together where it has to be", () => {
    const { fs, host, sink } = withHost();
    const descriptor = fs.open("f", WRITE);
    fs.must(fs.setSize(descriptor, 12n));
    const input = fs.must(fs.readViaStream(descriptor, 8n));
    host.answers["[method]output-stream.check-write"] = { ok: 3 };
    host.answers["[method]output-stream.write"] = { ok: undefined };
    expect(splice(fs, "output_stream_splice__host", sink, input, 99n)).toBe(3);
    expect(splice(fs, "output_stream_splice__host", sink, input, 99n)).toBe(1);
    expect(host.written).toEqual(["89\0", "\0"]);
    expect(splice(fs, "output_stream_splice__host", sink, input, 99n)).toBe("closed");
  });

  test.each(["", "__host"])("streams of files are written and dropped as such (%s)", (variant) => {
    const { fs, host } = withHost();
    const output = fs.must(fs.writeVia(fs.open("f", WRITE), 0n));
    expect(fs.stream(`output_stream_write${variant}`, output, fs.adapter.lower("abc"), 4, () => "ok")).toBe("ok");
    expect(fs.stream(`output_stream_write_zeroes${variant}`, output, [1n], 4, () => "ok")).toBe("ok");
    expect(fs.stream(`output_stream_blocking_write_and_flush${variant}`, output, fs.adapter.lower("d"), 4, () => "ok")).toBe("ok");
    expect(fs.stream(`output_stream_flush${variant}`, output, [], 4, () => "ok")).toBe("ok");
    expect(fs.contents("f")).toBe("abc\0d56789");
    expect(fs.unlink("f")).toBe("ok");
    fs.adapter.drop(output, `io_streams__output_stream_dtor${variant}`);
    expect(host.calls).toEqual([]);
  });

  test("an error of ours is nothing to the host", () => {
    const { fs, host } = withHost();
    const output = fs.must(fs.writeVia(fs.open("f", WRITE), 0n));
    const failure = fs.adapter.call("io_streams__output_stream_write", [fs.borrow(output), ...fs.adapter.lower("x".repeat(5000))], (at) =>
      fs.adapter.view.getUint32(at + 8, true),
    );
    const own = fs.borrow(failure);
    expect(fs.adapter.call("unwrap__io_error__error", [own], (handle) => handle)).toBe(0);
    expect(fs.adapter.call("io_error__error_to_debug_string__host", [own], (at) => fs.adapter.textAt(at))).toBe("");
    expect(fs.adapter.call("filesystem_types__filesystem_error_code", [7], (at) => fs.adapter.view.getUint8(at))).toBe(0);
    fs.adapter.drop(failure, "io_error__error_dtor__host");
    expect(host.calls).toEqual([]);
  });
});

test("what is closed keeps no more of its last block than it needs, and is written to again", () => {
  const fs = WritableFiles.over();
  const contents = bytesOf(4200);
  for (let index = 0; index < 1000; index++) fs.save(`f${index}`, contents);
  // 1000 files of a block and 104 bytes, with their names and inodes.
  expect(fs.pages * 65_536).toBeLessThan(1000 * 4200 * 1.15 + 65_536);
  for (let index = 0; index < 1000; index += 7) {
    const descriptor = fs.open(`f${index}`, WRITE);
    expect(fs.write(descriptor, "more", 4200n)).toBe(4);
    fs.must(fs.setSize(descriptor, 4300n));
    fs.close(descriptor);
    const [bytes] = fs.must(fs.read(fs.open(`f${index}`), 9999n, 0n));
    expect(Buffer.compare(bytes.subarray(0, 4200), contents)).toBe(0);
    expect(Buffer.from(bytes.subarray(4200)).toString()).toBe(`more${"\0".repeat(96)}`);
  }
});
