/** What whoever embeds a component can do with its files, and standard streams that are files. */

import { describe, expect, test } from "vitest";
import { ExportedFiles } from "./exported.ts";
import { Err, directory, file, link } from "./file-system.ts";
import { CREATE, WRITE } from "./writing.ts";
import type { FilesOptions } from "../../src/image/files-image.ts";
import type { Entry, Preopen } from "../../src/image/tree.ts";

const error = (code: string): Err => new Err(code);

const writable = (path: string, entries: Readonly<Record<string, Entry>> = {}, maxBytes?: number): Preopen => ({
  path,
  directory: directory(entries),
  writable: maxBytes === undefined ? {} : { maxBytes },
});
const readOnly = (path: string, entries: Readonly<Record<string, Entry>> = {}): Preopen => ({ path, directory: directory(entries) });
const hidden = (entries: Readonly<Record<string, Entry>>): Preopen => ({ ...writable("/", entries), isHidden: true });
const over = (entries: Readonly<Record<string, Entry>> = {}, options: Partial<FilesOptions> = {}): ExportedFiles =>
  new ExportedFiles({ preopens: [writable("/", entries)], ...options });

describe("a path", () => {
  const files = new ExportedFiles({
    preopens: [
      writable("/a", { f: file("in a"), b: directory({}), l: link("f"), out: link("../x"), loop: link("loop") }),
      readOnly("/a/b", { f: file("in b"), c: directory({}) }),
      writable("/a/b/c", { f: file("in c") }),
      writable("/ab", { f: file("in ab") }),
      hidden({ out: file("out"), a: directory({ f: file("hidden") }) }),
    ],
  });

  test.each([
    ["/a/f", "in a"],
    ["//a//./f", "in a"],
    ["/a//./f", "in a"],
    ["/a/b/f", "in b"],
    ["/a/b/../f", "in a"],
    ["/a/b/c/f", "in c"],
    ["/ab/f", "in ab"],
    ["/a/l", "in a"],
    ["/out", "out"],
    ["/a", error("is-directory")],
    ["/a/", error("is-directory")],
    ["/", error("is-directory")],
    ["/a/f/", error("not-directory")],
    ["/a/none", error("no-entry")],
    ["/none/none", error("no-entry")],
    ["/a/../ab/f", error("not-permitted")],
    ["/../out", error("not-permitted")],
    ["/a/out", error("not-permitted")],
    ["/a/loop", error("loop")],
    ["a/f", error("invalid")],
    ["", error("invalid")],
    ["/a/f\0", error("invalid")],
    [`/a/${"n".repeat(256)}`, error("name-too-long")],
    [`/a/${"n/".repeat(3000)}`, error("name-too-long")],
  ])("%j leads where it leads the app, or nowhere", (path, expected) => {
    expect(files.text(path)).toEqual(expected);
  });

  test("of no kind leads anywhere where nothing is at the root", () => {
    const files = new ExportedFiles({ preopens: [writable("/a")] });
    for (const path of ["/", "/b", "/ab"]) {
      expect(files.text(path)).toEqual(error("no-entry"));
      expect(files.store(path, "x")).toEqual(error("no-entry"));
      expect(files.remove(path)).toEqual(error("no-entry"));
    }
  });
});

describe("reading", () => {
  test("gives what is there, written or embedded, in one piece or several", () => {
    const files = over({ f: file("embedded") });
    expect(files.text("/f")).toBe("embedded");
    files.save("g", new Uint8Array(3 * 4096).fill(7));
    for (const name of ["h", "g"]) {
      const descriptor = files.must(files.openAt(files.base, name, CREATE));
      files.must(files.write(descriptor, new Uint8Array(5000).fill(8), 20_000_000n));
      files.close(descriptor);
    }
    const bytes = files.must(files.fetch("/g"));
    expect(bytes.length).toBe(20_005_000);
    expect([bytes[0], bytes[3 * 4096 - 1], bytes[3 * 4096], bytes[20_000_000], bytes.at(-1)]).toEqual([7, 7, 0, 8, 8]);
  });

  test("from an offset ends with the file", () => {
    const files = over({ f: file("0123456789") });
    const at = (offset: bigint, length: bigint): string => Buffer.from(files.must(files.fetchAt("/f", offset, length))).toString();
    expect([at(0n, 3n), at(8n, 3n), at(10n, 1n), at(2n ** 64n - 1n, 2n ** 64n - 1n), at(3n, 2n ** 64n - 1n), at(3n, 0n)]).toEqual([
      ...["012", "89", "", "", "3456789", ""],
    ]);
  });

  test("more than memory holds is an error, and nothing else goes wrong", () => {
    const files = new ExportedFiles({ preopens: [writable("/")] }, {}, 40);
    const f = files.must(files.openAt(files.base, "f", CREATE));
    for (const offset of [0n, 3_000_000n]) files.must(files.write(f, "x", offset));
    expect(files.fetch("/f")).toEqual(error("insufficient-memory"));
    files.must(files.setSize(f, 2n ** 62n));
    expect(files.fetch("/f")).toEqual(error("insufficient-memory"));
    expect(files.must(files.fetchAt("/f", 2_999_999n, 3n))).toEqual(Uint8Array.of(0, 120, 0));
    files.close(f);
    expect(files.usedBytes).toBe(2n * 4096n);
  });

  test("holds nothing: 10,000 reads, of open and closed files, grow nothing", () => {
    const files = over({ f: file("embedded") });
    files.save("g", "written");
    const before = files.adapter.arenaBase.value;
    const read = (): void => {
      for (const name of ["f", "g", "none"]) files.text(`/${name}`);
    };
    read();
    const first = files.adapter.arenaBase.value;
    for (let i = 0; i < 10_000; i++) read();
    expect(files.adapter.arenaBase.value).toBe(first);
    expect(first - before).toBeLessThan(40_000);
  });
});

describe("writing", () => {
  test("replaces a file, which stays the one that it was", () => {
    const files = over({ f: file("embedded"), l: link("f") });
    const open = files.open("f");
    expect(files.store("/f", "new")).toBe("ok");
    expect(Buffer.from(files.must(files.read(open, 100n, 0n))[0]).toString()).toBe("new");
    expect(files.store("/l", "through a link")).toBe("ok");
    expect(files.contents("f")).toBe("through a link");
    expect(files.statAt(files.base, "l", false)).toMatchObject({ type: "symbolic-link" });
  });

  test("makes a file, and the directories on the way", () => {
    const files = over({ d: directory({}), l: link("d"), dangling: link("d/new") });
    expect(files.store("/a/b//c/./f", "deep")).toBe("ok");
    expect(files.store("/l/e/f", "below a link")).toBe("ok");
    expect(files.store("/dangling", "where the link leads")).toBe("ok");
    expect([files.contents("a/b/c/f"), files.contents("d/e/f"), files.contents("d/new")]).toEqual([
      ...["deep", "below a link", "where the link leads"],
    ]);
    expect(files.store("/empty", "")).toBe("ok");
    expect(files.contents("empty")).toBe("");
  });

  test("is refused where the app could not write, and makes no directories then", () => {
    const files = new ExportedFiles({
      preopens: [readOnly("/r", { f: file("fixed") }), writable("/w", { d: directory({}), f: file("") }), hidden({ out: file("") })],
    });
    const all = files.lines();
    const outcomes = ["/r/f", "/r/new", "/r/a/b", "/w", "/w/d", "/w/new/", "/w/f/x", "/w/../x", "/new", "/out/x", "/a/b", "x"].map(
      (path) => [path, files.store(path, "x")],
    );
    expect(outcomes).toEqual([
      ["/r/f", error("read-only")],
      ["/r/new", error("read-only")],
      ["/r/a/b", error("read-only")],
      ["/w", error("is-directory")],
      ["/w/d", error("is-directory")],
      ["/w/new/", error("is-directory")],
      ["/w/f/x", error("not-directory")],
      ["/w/../x", error("not-permitted")],
      ["/new", error("no-entry")],
      ["/out/x", error("not-directory")],
      ["/a/b", error("no-entry")],
      ["x", error("invalid")],
    ]);
    expect(files.lines()).toEqual(all);
    expect(files.store("/out", "x")).toBe("ok");
    expect(files.text("/out")).toBe("x");
  });

  test("keeps to the limits", () => {
    const files = over({}, { limits: { maxBytes: 8192, maxFiles: 2 } });
    expect(files.store("/f", new Uint8Array(10_000))).toEqual(error("insufficient-space"));
    expect(files.must(files.fetch("/f")).length).toBe(8192);
    expect(files.store("/f", "x")).toBe("ok");
    expect(files.store("/a/b/c", "x")).toEqual(error("insufficient-space"));
    expect(files.names()).toEqual(["f", "a"]);
    const small = new ExportedFiles({ preopens: [writable("/")] }, {}, 20);
    expect(small.store("/f", new Uint8Array(1_000_000))).toEqual(error("insufficient-memory"));
    small.reset();
    expect(small.store("/g", "x")).toBe("ok");
  });
});

test("removing takes a file, a link or an empty directory away, and nothing else", () => {
  const files = new ExportedFiles({
    preopens: [
      writable("/w", { f: file(""), l: link("d"), d: directory({ f: file("") }), e: directory({}), m: directory({}) }),
      writable("/w/m", { f: file("") }),
      readOnly("/r", { f: file("") }),
      hidden({ out: file("") }),
    ],
  });
  const paths = ["/w/f", "/w/l", "/w/d", "/w/e", "/w/e/", "/w/m", "/w/m/f", "/w", "/w/d/f/", "/w/..", "/r/f", "/none", "/out", "f"];
  expect(paths.map((path) => [path, files.remove(path)])).toEqual([
    ["/w/f", "ok"],
    ["/w/l", "ok"],
    ["/w/d", error("not-empty")],
    ["/w/e", "ok"],
    ["/w/e/", error("no-entry")],
    ["/w/m", error("busy")],
    ["/w/m/f", "ok"],
    ["/w", error("invalid")],
    ["/w/d/f/", error("not-directory")],
    ["/w/..", error("not-permitted")],
    ["/r/f", error("read-only")],
    ["/none", error("no-entry")],
    ["/out", "ok"],
    ["f", error("invalid")],
  ]);
  expect(files.lines()).toEqual(["/w/d directory 0", "/w/d/f file 0", "/w/m directory 0"]);
});

describe("a list", () => {
  test("has everything below what is writable, and says what is changed", () => {
    const files = new ExportedFiles({
      preopens: [
        writable("/", { a: file("a"), b: directory({ c: file("cc"), w: directory({ below: file("") }) }), l: link("a"), r: directory({}) }),
        writable("/b/w", { in: file("in") }),
        readOnly("/r", { fixed: file(""), w: directory({}) }),
        writable("/r/w", { deep: file("deep") }),
      ],
    });
    const composed = [
      ...["/a file 1", "/b directory 0", "/b/c file 2", "/b/w directory 0", "/b/w/in file 2", "/l symbolic-link 1"],
      ...["/r directory 0", "/r/w/deep file 4"],
    ];
    expect(files.lines()).toEqual(composed);
    // A directory before what is in it, one mount after the other.
    expect(files.must(files.entries()).map(({ path }) => path)).toEqual([
      ...["/a", "/b", "/b/c", "/b/w", "/l", "/r", "/b/w/in", "/r/w/deep"],
    ]);
    files.open("a");
    files.mkdir("b/d");
    files.save("b/d/e", "eee");
    files.rename("b/c", "b/f");
    files.unlink("a");
    expect(files.lines()).toEqual([
      ...["/b directory 0 changed", "/b/d directory 0 changed", "/b/d/e file 3 changed", "/b/f file 2 changed"],
      ...["/b/w directory 0", "/b/w/in file 2", "/l symbolic-link 1", "/r directory 0", "/r/w/deep file 4"],
    ]);
    files.reset();
    expect(files.lines()).toEqual(composed);
  });

  test("leaves out what has too long a path, and what is in there", () => {
    const files = over();
    const name = "n".repeat(255);
    let at = files.base;
    for (let depth = 0; depth < 16; depth++) {
      files.must(files.mkdir(name, at));
      at = files.must(files.openAt(at, name));
    }
    files.must(files.mkdir("x", at));
    // 15 names with a slash before each are 3840 bytes, 16 are 4096.
    expect(files.must(files.entries()).map(({ path }) => path.length)).toEqual(Array.from({ length: 15 }, (_, i) => (i + 1) * 256));
  });

  test("goes as deep as paths do", () => {
    const files = over();
    expect(files.store(`/${"d/".repeat(2046)}f`, "x")).toBe("ok");
    expect(files.must(files.entries()).length).toBe(2047);
    files.reset();
    expect(files.lines()).toEqual([]);
    expect(files.usedFiles).toBe(0);
  });

  test("of 100,000 files is there at once", { timeout: 20_000 }, () => {
    const files = over({ e: directory(Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`e${i}`, file("")]))) });
    for (let i = 0; i < 50_000; i++) files.must(files.store(`/f${i}`, ""));
    const start = performance.now();
    expect(files.must(files.entries()).length).toBe(100_001);
    expect(performance.now() - start).toBeLessThan(3000);
    files.reset();
    expect(files.must(files.entries()).length).toBe(50_001);
  });

  test("that memory does not hold is an error, and nothing else goes wrong", () => {
    const files = new ExportedFiles({ preopens: [writable("/")] }, {}, 40);
    let made = 0;
    while (files.store(`/${"n".repeat(200)}${made}`, "") === "ok") made++;
    expect(made).toBeGreaterThan(1000);
    expect(files.entries()).toEqual(error("insufficient-memory"));
    expect(files.text(`/${"n".repeat(200)}7`)).toBe("");
    files.reset();
    expect(files.lines()).toEqual([]);
  });
});

describe("standard streams", () => {
  const log = (entries: Readonly<Record<string, Entry>> = {}, maxBytes?: number): ExportedFiles =>
    new ExportedFiles({
      preopens: [writable("/w", { log: file(""), in: file("input"), ...entries }, maxBytes)],
      streams: { stdin: "/w/in", stdout: "/w/log", stderr: "/w/log" },
    });
  const text = (bytes: unknown): unknown => (bytes instanceof Uint8Array ? Buffer.from(bytes).toString() : bytes);

  test("that are one file are in it in order, whoever writes", () => {
    const files = log();
    const [out, err, again] = [files.standard("stdout"), files.standard("stderr"), files.standard("stdout")];
    for (const [stream, line] of [[out, "one\n"] as const, [err, "two\n"] as const, [again, "three\n"] as const, [out, "four\n"] as const])
      expect(files.put(stream, line)).toBe("ok");
    expect(files.text("/w/log")).toBe("one\ntwo\nthree\nfour\n");
    files.save("log", "-");
    expect(files.put(out, "five\n")).toBe("ok");
    expect(files.text("/w/log")).toBe("-five\n");
    for (const stream of [out, err, again]) files.closeOutput(stream);
    expect(files.put(files.standard("stderr"), "six\n")).toBe("ok");
    expect(files.text("/w/log")).toBe("-five\nsix\n");
  });

  test("stay with the file when it gets another name or none", () => {
    const files = log();
    files.must(files.rename("log", "moved"));
    const out = files.standard("stdout");
    expect(files.put(out, "moved\n")).toBe("ok");
    expect(files.text("/w/moved")).toBe("moved\n");
    files.must(files.unlink("moved"));
    expect(files.put(out, "gone\n")).toBe("ok");
    const second = files.standard("stdout");
    expect(files.put(second, "too\n")).toBe("ok");
    for (const stream of [out, second]) files.closeOutput(stream);
    expect(files.usedBytes).toBe(0n);
    const ignored = files.standard("stdout");
    expect([files.put(ignored, "dropped"), files.permit(ignored)]).toEqual(["ok", 1 << 20]);
    files.save("log", "another");
    expect(files.text("/w/log")).toBe("another");
    files.reset();
    expect(files.put(files.standard("stdout"), "back")).toBe("ok");
    expect(files.text("/w/log")).toBe("back");
  });

  test("go on after a reset, at the beginning", () => {
    const files = log();
    const [out, input] = [files.standard("stdout"), files.standard("stdin")];
    files.put(out, "before");
    files.save("in", "other input");
    expect(text(files.take(input, 3n))).toBe("oth");
    files.reset();
    expect(files.put(out, "after")).toBe("ok");
    expect(files.text("/w/log")).toBe("after");
    expect(text(files.take(input, 100n))).toBe("input");
  });

  test("have one input, which starts again when the embedder replaces it", () => {
    const files = log();
    files.store("/w/in", "first");
    expect(text(files.take(files.standard("stdin"), 3n))).toBe("fir");
    const input = files.standard("stdin");
    expect([text(files.take(input, 3n)), files.take(input, 3n)]).toEqual(["st", "closed"]);
    files.closeInput(input);
    files.store("/w/other", "nothing to it");
    expect(files.take(files.standard("stdin"), 3n)).toBe("closed");
    files.store("/w/in", "other");
    expect(text(files.take(files.standard("stdin"), 9n))).toBe("other");
  });

  test("end where there is no room", () => {
    const files = log({}, 4096);
    const out = files.standard("stdout");
    expect(files.put(out, new Uint8Array(4096))).toBe("ok");
    expect([files.put(out, "x"), files.put(out, "x")]).toEqual([error("insufficient-space"), "closed"]);
    const limited = new ExportedFiles({
      preopens: [writable("/", { log: file("") })],
      streams: { stdout: "/log" },
      limits: { maxBytes: 0 },
    });
    expect(limited.put(limited.standard("stdout"), "x")).toEqual(error("insufficient-space"));
  });

  test("read what is in the file when they read", () => {
    const files = log();
    expect(files.store("/w/in", "first\nsecond\n")).toBe("ok");
    const input = files.standard("stdin");
    expect(text(files.take(input, 6n))).toBe("first\n");
    const append = files.must(files.writeVia(files.open("in", WRITE)));
    files.put(append, "third\n");
    expect([text(files.take(input, 100n)), files.take(input, 1n)]).toEqual(["second\nthird\n", "closed"]);
    files.put(append, "fourth\n");
    expect(text(files.take(input, 100n))).toBe("fourth\n");
    expect(files.take(files.standard("stdin"), 5n)).toBe("closed");
    files.closeInput(input);
    expect(files.remove("/w/in")).toBe("ok");
  });

  test("read nothing from a file that is gone", () => {
    const files = log();
    files.must(files.unlink("in"));
    expect(files.take(files.standard("stdin"), 1n)).toBe("closed");
  });

  test("that no app sees are in no directory of the app's", () => {
    const files = new ExportedFiles({
      preopens: [writable("/w"), hidden({ logs: directory({ out: file("") }) })],
      streams: { stdout: "/logs/out" },
    });
    expect(files.preopens().map(([, path]) => path)).toEqual(["/w"]);
    expect(files.put(files.standard("stdout"), "hello")).toBe("ok");
    expect(files.lines()).toEqual(["/logs directory 0", "/logs/out file 5 changed"]);
    expect(files.openAt(files.base, "../logs/out")).toEqual(error("not-permitted"));
    const alone = new ExportedFiles({ preopens: [hidden({ out: file("") })], streams: { stderr: "/out" } });
    expect(alone.preopens()).toEqual([]);
    expect(alone.put(alone.standard("stderr"), "hello")).toBe("ok");
    expect(alone.text("/out")).toBe("hello");
  });
});

describe("a reset", () => {
  test("keeps what is open of what was composed, and gives the rest no name", () => {
    const files = over({ f: file("embedded", 5n), d: directory({ g: file("g") }), l: link("f") }, {});
    const composed = [files.lines(), files.statAt(files.base, "f"), files.statAt(files.base, "d"), files.hashAt(files.base, "d/g")];
    const [f, d, gone] = [files.open("f", WRITE), files.open("d"), files.open("d/g", WRITE)];
    files.must(files.write(f, "changed", 5000n));
    files.must(files.unlink("d/g"));
    files.must(files.write(gone, "unlinked", 0n));
    files.must(files.rename("d", "e"));
    files.must(files.mkdir("new"));
    files.must(files.rename("e", "new/d"));
    const [made, stream] = [files.must(files.openAt(files.base, "new/made", CREATE)), files.must(files.writeVia(f))];
    const folder = files.open("new");
    files.must(files.write(made, "made", 0n));
    files.must(files.link("f", "new/d/f"));
    files.must(files.plain("set_times_at", files.base, 0, "l", 0, 0n, 0, 2, 77n, 5));
    files.reset();

    expect([files.lines(), files.statAt(files.base, "f"), files.statAt(files.base, "d"), files.hashAt(files.base, "d/g")]).toEqual(
      composed,
    );
    expect(files.must(files.stat(f))).toMatchObject({ size: 8, links: 1, times: [5n, 5n, 5n] });
    expect(files.isSame(gone, files.open("d/g"))).toBe(true);
    expect(files.isSame(d, files.open("d"))).toBe(true);
    expect(Buffer.from(files.must(files.read(gone, 10n, 0n))[0]).toString()).toBe("g");
    expect(files.list(d)).toEqual([["regular-file", "g"]]);
    expect(files.put(stream, "!")).toBe("ok");
    expect(files.text("/f")).toBe("embedded!");

    expect(files.must(files.stat(made))).toMatchObject({ size: 4, links: 0 });
    expect(files.must(files.stat(folder))).toMatchObject({ links: 0 });
    expect([files.list(folder), files.openAt(folder, "made"), files.mkdir("x", folder)]).toEqual([
      [],
      error("no-entry"),
      error("no-entry"),
    ]);
    expect(files.must(files.write(made, "still", 0n))).toBe(5);
    expect(files.usedFiles).toBe(2);
    for (const open of [made, folder, gone, d]) files.close(open);
    expect(files.usedFiles).toBe(0);
    files.reset();
    expect(files.usedBytes).toBe(0n);
  });

  test("leaves those who read a directory where they are", () => {
    const names = ["b", "d", "f", "h"];
    const files = over(Object.fromEntries(names.map((name) => [name, file("")])));
    files.save("added", "");
    for (const name of ["d", "h"]) files.must(files.unlink(name));
    const streams = [0, 1, 2, 3, 4].map((count) => {
      const stream = files.must(files.readDirectory(files.base));
      for (let i = 0; i < count; i++) files.must(files.nextEntry(stream));
      return stream;
    });
    files.reset();
    const left = streams.map((stream) => {
      const found: string[] = [];
      for (let entry = files.must(files.nextEntry(stream)); entry !== undefined; entry = files.must(files.nextEntry(stream)))
        found.push(entry[1]);
      files.closeDirectory(stream);
      return found.join("");
    });
    expect(left).toEqual(["bdfh", "dfh", "h", "", ""]);
  });

  test("takes directories of any depth", () => {
    const files = over();
    let at = files.base;
    for (let depth = 0; depth < 20_000; depth++) {
      files.must(files.mkdir("d", at));
      const next = files.must(files.openAt(at, "d"));
      if (depth > 0) files.close(at);
      at = next;
    }
    files.close(at);
    expect(files.usedFiles).toBe(20_000);
    files.reset();
    expect([files.usedFiles, files.lines()]).toEqual([0, []]);
  });

  test("after a round of work gives all memory back, a thousand times", () => {
    const files = over({ f: file(new Uint8Array(20_000)), d: directory({ e: directory({ g: file("g") }) }) });
    const [f, start] = [files.open("f", WRITE), files.lines()];
    const round = (i: number): void => {
      files.must(files.write(f, new Uint8Array(30_000), BigInt(i % 7)));
      for (const name of ["a", "b", "c"]) files.save(name, new Uint8Array(5000 + i));
      files.must(files.rename("d", "x"));
      files.must(files.mkdir("d"));
      files.must(files.rename("x/e", "d/e"));
      files.must(files.link("d/e/g", "d/h"));
      files.must(files.unlink("d/e/g"));
      files.must(files.symlink("f", "d/l"));
      const open = files.must(files.openAt(files.base, "d/new", CREATE));
      files.must(files.write(open, new Uint8Array(9000), 0n));
      files.reset();
      files.close(open);
      expect(files.lines()).toEqual(start);
      expect([files.usedBytes, files.usedFiles]).toEqual([0n, 0]);
    };
    for (let i = 0; i < 10; i++) round(i * 100);
    const used = files.adapter.arenaBase.value;
    for (let i = 0; i < 1000; i++) round(i);
    expect(files.adapter.arenaBase.value).toBe(used);
  });
});
