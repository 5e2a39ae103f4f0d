/** How much room files that are written have and take: limits, memory that is used again, memory that is full. */

import { describe, expect, test } from "vitest";
import { Err, directory, file } from "./file-system.ts";
import { makeAndDelete } from "./making.ts";
import { CREATE, WRITE, WritableFiles } from "./writing.ts";

const error = (code: string): Err => new Err(code);
const BLOCK = 4096;
const block: Uint8Array = new Uint8Array(BLOCK).fill(1);

describe("a limit of bytes", () => {
  test("is in blocks, and what is freed counts no more", () => {
    const fs = WritableFiles.over({ f: file(new Uint8Array(50_000)) }, { limits: { maxBytes: BLOCK * 3 } });
    const [a, f] = [fs.must(fs.openAt(fs.base, "a", CREATE)), fs.open("f", WRITE)];
    expect(fs.write(a, new Uint8Array(BLOCK * 2), 0n)).toBe(BLOCK * 2);
    expect(fs.write(f, "x", 20_000n)).toBe(1);
    expect(fs.write(a, "x", 10_000n)).toEqual(error("insufficient-space"));
    expect(fs.write(f, "x", 30_000n)).toEqual(error("insufficient-space"));
    expect(fs.write(a, "more", 100n)).toBe(4);
    expect(fs.must(fs.stat(a)).size).toBe(BLOCK * 2);
    fs.must(fs.setSize(a, BigInt(BLOCK)));
    expect(fs.write(f, "x", 30_000n)).toBe(1);
    expect(fs.unlink("f")).toBe("ok");
    expect(fs.write(a, "x", BigInt(BLOCK))).toEqual(error("insufficient-space"));
    fs.close(f);
    expect(fs.write(a, new Uint8Array(BLOCK * 2), BigInt(BLOCK))).toBe(BLOCK * 2);
  });

  test("lets in what fits of a write", () => {
    const fs = WritableFiles.over({}, { limits: { maxBytes: BLOCK * 2 } });
    const a = fs.must(fs.openAt(fs.base, "a", CREATE));
    expect(fs.write(a, new Uint8Array(BLOCK * 3), 10n)).toBe(BLOCK * 2 - 10);
    expect(fs.write(a, "x", BigInt(BLOCK * 2))).toEqual(error("insufficient-space"));
    expect(fs.must(fs.stat(a)).size).toBe(BLOCK * 2);
  });

  test("fails a stream, which says so", () => {
    const fs = WritableFiles.over({}, { maxBytes: BLOCK });
    const stream = fs.must(fs.writeVia(fs.must(fs.openAt(fs.base, "a", CREATE))));
    expect(fs.put(stream, block)).toBe("ok");
    expect(fs.put(stream, "x")).toEqual(error("insufficient-space"));
    expect(fs.put(stream, "x")).toBe("closed");
  });

  test("is rounded up, and none is none", () => {
    const fs = WritableFiles.over({}, { maxBytes: 1 });
    expect(fs.write(fs.must(fs.openAt(fs.base, "a", CREATE)), block, 0n)).toBe(BLOCK);
    const none = WritableFiles.over({}, { maxBytes: 0 });
    expect(none.write(none.must(none.openAt(none.base, "a", CREATE)), "x", 0n)).toEqual(error("insufficient-space"));
    expect(none.mkdir("d")).toBe("ok");
  });

  test("of one mount is not that of another; that of all is", () => {
    const writable = { maxBytes: BLOCK * 2 };
    const fs = new WritableFiles({
      preopens: ["/a", "/b"].map((path) => ({ path, directory: directory({}), writable })),
      limits: { maxBytes: BLOCK * 3 },
    });
    const [a = -1, b = -1] = fs.preopens().map(([handle]) => fs.must(fs.openAt(handle, "f", CREATE)));
    expect(fs.write(a, new Uint8Array(BLOCK * 3), 0n)).toBe(BLOCK * 2);
    expect(fs.write(b, new Uint8Array(BLOCK * 3), 0n)).toBe(BLOCK);
  });
});

test("a limit of files counts what is made, not what is embedded", () => {
  const fs = WritableFiles.over({ f: file(""), d: directory({}) }, { limits: { maxFiles: 3 } });
  fs.save("a", "");
  expect([fs.mkdir("b"), fs.symlink("t", "c")]).toEqual(["ok", "ok"]);
  expect(fs.openAt(fs.base, "e", CREATE)).toEqual(error("insufficient-space"));
  expect(fs.mkdir("e")).toEqual(error("insufficient-space"));
  expect(fs.symlink("t", "e")).toEqual(error("insufficient-space"));
  expect(fs.link("a", "e")).toEqual(error("insufficient-space"));
  expect(fs.must(fs.write(fs.open("f", WRITE), "x", 0n))).toBe(1);
  const a = fs.open("a");
  fs.unlink("a");
  expect(fs.mkdir("e")).toEqual(error("insufficient-space"));
  fs.close(a);
  expect(fs.mkdir("e")).toBe("ok");
});

test("a limit of files counts each name of a file, also of one that is embedded", () => {
  const fs = WritableFiles.over({ f: file("") }, { limits: { maxFiles: 3 } });
  fs.save("a", "");
  expect([fs.link("a", "b"), fs.link("f", "g"), fs.usedFiles]).toEqual(["ok", "ok", 3]);
  expect(fs.link("f", "h")).toEqual(error("insufficient-space"));
  expect([fs.unlink("a"), fs.unlink("f"), fs.usedFiles]).toEqual(["ok", "ok", 1]);
  expect([fs.link("g", "f"), fs.link("b", "a")]).toEqual(["ok", "ok"]);
  for (const name of ["a", "b", "f", "g"]) expect(fs.unlink(name)).toBe("ok");
  expect([fs.usedFiles, fs.link("f", "g")]).toEqual([0, error("no-entry")]);
});

describe("memory", () => {
  test("is used again: 100,000 files are made, written and deleted, and nothing grows", () => {
    expect(makeAndDelete(100_000)).toEqual({ pagesGrown: 0, usedBytes: 0n, usedFiles: 0 });
  });

  test("goes from small files to large ones and back", () => {
    const fs = WritableFiles.over();
    const pages: number[] = [];
    for (let round = 0; round < 6; round++) {
      const size = round % 2 === 0 ? 300 : 40_000;
      const count = 4_000_000 / (size + 200);
      for (let index = 0; index < count; index++) fs.save(`f${index}`, new Uint8Array(size));
      for (let index = 0; index < count; index++) fs.unlink(`f${index}`);
      if (round > 0) pages.push(fs.pages);
    }
    expect(new Set(pages).size).toBe(1);
  });

  test.each([4097, 5000, 6150, 7168, 8100, 10_000, 10_300, 100_000, 3_000_000])(
    "in use is little more than the files themselves, of %d bytes",
    (size) => {
      const fs = WritableFiles.over();
      const count = Math.ceil(20_000_000 / size);
      const contents = new Uint8Array(size);
      for (let index = 0; index < count; index++) {
        const descriptor = fs.must(fs.openAt(fs.base, `file-${index}.txt`, CREATE));
        for (let at = 0; at < size; at += 65_536) fs.must(fs.write(descriptor, contents.subarray(at, at + 65_536), BigInt(at)));
        fs.close(descriptor);
      }
      expect(fs.pages * 65_536).toBeLessThan(count * size * 1.15 + 65_536);
    },
  );

  test("that ends gives an error, and what was written stays", () => {
    const fs = new WritableFiles({ preopens: [{ path: "/", directory: directory({ e: file("embedded") }), writable: {} }] }, {}, 40);
    const written: string[] = [];
    for (let index = 0; ; index++) {
      const descriptor = fs.openAt(fs.base, `f${index}`, CREATE);
      if (descriptor instanceof Err) {
        expect(descriptor).toEqual(error("insufficient-memory"));
        break;
      }
      const count = fs.write(descriptor, new Uint8Array(4096 * (index % 3)).fill(index), 0n);
      fs.close(descriptor);
      if (count === 4096 * (index % 3)) written.push(`f${index}`);
      else if (index > 10_000) break;
    }
    expect(written.length).toBeGreaterThan(300);
    expect(fs.mkdir("d")).toEqual(error("insufficient-memory"));
    for (const name of written) {
      const index = Number(name.slice(1));
      const descriptor = fs.openAt(fs.base, name);
      // Even a descriptor takes memory.
      if (descriptor instanceof Err) continue;
      expect(Buffer.from(fs.must(fs.read(descriptor, 10_000n, 0n))[0]).every((byte) => byte === (index & 255))).toBe(true);
      fs.close(descriptor);
    }
    for (const name of written.slice(0, 50)) expect(fs.unlink(name)).toBe("ok");
    fs.save("after", "fits again");
    expect(fs.contents("after")).toBe("fits again");
    expect(fs.contents("e")).toBe("embedded");
  });

  test.each(["embedded", "made"])("of a directory of 100,000 entries (%s) is fast to use, and freed", (kind) => {
    const names = Array.from({ length: 100_000 }, (_, index) => `file-${index}`);
    const fs = WritableFiles.over(kind === "embedded" ? Object.fromEntries(names.map((name) => [name, file("x")])) : {});
    // What others do on the machine does not count.
    const start = process.cpuUsage();
    if (kind === "made") for (const name of names) fs.close(fs.must(fs.openAt(fs.base, name, CREATE)));
    for (const name of names) expect(fs.must(fs.statAt(fs.base, name)).links).toBe(1);
    expect(fs.names().length).toBe(100_000);
    for (let index = 0; index < names.length; index += 2) fs.must(fs.rename(names[index] ?? "", `new-${index}`));
    expect(fs.names().length).toBe(100_000);
    for (const [index, name] of names.entries()) fs.must(fs.unlink(index % 2 === 0 ? `new-${index}` : name));
    const { user, system } = process.cpuUsage(start);
    expect((user + system) / 1000).toBeLessThan(8000);
    expect(fs.names()).toEqual([]);
    expect(fs.usedFiles).toBe(0);
  });
});
