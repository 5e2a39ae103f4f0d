/** What a component exports after it has run, written to files: also where the component says what no program can have made. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ExportedEntry, type ExportedFiles, exportedFiles } from "../../src/node/exported-files.ts";
import { checkTarget, takeFiles } from "../../src/node/take-files.ts";

let folder: string;
let target: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "wasi-nest-take-"));
  target = join(folder, "out");
});
afterEach(() => rmSync(folder, { recursive: true }));

const encoder = new TextEncoder();

/** A text is a file, `null` a directory. */
function exported(contents: Readonly<Record<string, string | null>>, more: readonly ExportedEntry[] = []): ExportedFiles {
  const list = Object.entries(contents).map(([path, text]): ExportedEntry => ({
    path,
    kind: text === null ? "directory" : "file",
    size: BigInt(encoder.encode(text ?? "").length),
  }));
  return {
    list: () => [...list, ...more],
    readInto: (path, into, offset) => {
      into.set(encoder.encode(contents[path] ?? "").subarray(Number(offset), Number(offset) + into.length));
    },
    isDirectory: (path) => (contents[path] === undefined ? undefined : contents[path] === null),
  };
}

const FILES = { "/out/a.txt": "one\n", "/out/deep": null, "/out/deep/b.txt": "two\n", "/out/empty": null, "/other": "no" };
const treeOf = (path: string): readonly string[] => (readdirSync(path, { recursive: true }) as string[]).sort();

test("writes all that is below a path", () => {
  expect(takeFiles(exported(FILES), { guest: "/out", local: target }, false)).toEqual({ count: 4, warnings: [] });
  expect(treeOf(target)).toEqual(["a.txt", "deep", "deep/b.txt", "empty"]);
  expect(readFileSync(join(target, "deep/b.txt"), "utf8")).toBe("two\n");
});

test("writes all that there is, and single files", () => {
  takeFiles(exported(FILES), { guest: "/", local: target }, false);
  expect(treeOf(target)).toEqual(["other", "out", "out/a.txt", "out/deep", "out/deep/b.txt", "out/empty"]);
  takeFiles(exported(FILES), { guest: "/out/a.txt", local: join(folder, "new/one.txt") }, false);
  expect(readFileSync(join(folder, "new/one.txt"), "utf8")).toBe("one\n");
});

test("makes an empty directory of one, and says where nothing is", () => {
  expect(takeFiles(exported(FILES), { guest: "/out/empty", local: target }, false).count).toBe(0);
  expect(treeOf(target)).toEqual([]);
  expect(() => takeFiles(exported(FILES), { guest: "/ou", local: join(folder, "no") }, false)).toThrow(
    "the program has left nothing at `/ou`",
  );
  expect(existsSync(join(folder, "no"))).toBe(false);
});

test("leaves out links, with a warning", () => {
  const files = exported({ "/out/a": "" }, [
    { path: "/out/link", kind: "symbolic-link", size: 1n },
    { path: "/out/pipe", kind: "other", size: 0n },
    { path: "/elsewhere", kind: "symbolic-link", size: 1n },
  ]);
  expect(takeFiles(files, { guest: "/out", local: target }, false)).toEqual({
    count: 1,
    warnings: ["`/out/link` is a symbolic link, and is left out", "`/out/pipe` is neither a file nor a directory, and is left out"],
  });
});

test("does not write where something is, unless it is told to, and never through a link", () => {
  mkdirSync(target);
  writeFileSync(join(target, "a.txt"), "mine");
  const take = { guest: "/out", local: target };
  expect(() => checkTarget(take, false)).toThrow(`\`${target}\` is not empty`);
  expect(() => takeFiles(exported(FILES), take, false)).toThrow(`\`${target}\` is not empty`);
  expect(treeOf(target)).toEqual(["a.txt"]);
  writeFileSync(join(folder, "outside"), "outside");
  rmSync(join(target, "a.txt"));
  symlinkSync("../outside", join(target, "a.txt"));
  takeFiles(exported(FILES), take, true);
  expect(readFileSync(join(folder, "outside"), "utf8")).toBe("outside");
  expect(readFileSync(join(target, "a.txt"), "utf8")).toBe("one\n");
  rmSync(target, { recursive: true });
  mkdirSync(join(folder, "real"));
  mkdirSync(target);
  symlinkSync("../real", join(target, "deep"));
  expect(() => takeFiles(exported(FILES), take, true)).toThrow("deep` is no directory");
  expect(treeOf(join(folder, "real"))).toEqual([]);
});

test("does not write a file over one, nor over a directory", () => {
  writeFileSync(target, "mine");
  const take = { guest: "/out/a.txt", local: target };
  expect(() => takeFiles(exported(FILES), take, false)).toThrow("exists already");
  takeFiles(exported(FILES), take, true);
  expect(readFileSync(target, "utf8")).toBe("one\n");
  rmSync(target);
  mkdirSync(target);
  expect(() => takeFiles(exported(FILES), take, true)).toThrow("is a directory");
});

const file = (path: string, size = 0n): ExportedEntry => ({ path, kind: "file", size });

test.each<[string, readonly ExportedEntry[], string]>([
  ["a name that leads up", [file("/out/../x")], "`/out/../x` is no path of a file"],
  ["a name that leads up at the end", [file("/out/..")], "is no path of a file"],
  ["a relative path", [file("../x")], "`../x` is no path of a file"],
  ["an empty path", [file("")], "is no path of a file"],
  ["an empty name", [file("/out//x")], "is no path of a file"],
  ["a NUL", [file("/out/a\0b")], "is no path of a file"],
  ["a name that is too long", [file(`/out/${"x".repeat(300)}`)], "is no path of a file"],
  ["a path that is too long", [file("/x".repeat(4096))], "is no path of a file"],
  ["a path elsewhere that leads up", [file("/elsewhere/../../x")], "is no path of a file"],
  ["a file twice", [file("/out/x"), file("/out/x")], "`/out/x` is there twice"],
  ["a file in a file", [file("/out/x"), file("/out/x/y")], "lies in `x`, which is a file"],
  ["a directory of the name of a file", [file("/out/x"), { path: "/out/x", kind: "directory", size: 0n }], "`/out/x` is there twice"],
  ["the path itself as both", [file("/out"), file("/out/x")], "is said to be a file and a directory"],
  ["a huge file", [file("/out/x", 1n << 62n)], "more than a component can hold"],
  ["huge files", Array.from({ length: 5 }, (_, i) => file(`/out/${i}`, 1n << 30n)), "more than a component can hold"],
  ["a list without end", Array.from({ length: 1_000_001 }, () => file("/out/x")), "lists 1000001 files"],
])("refuses %s, and writes nothing", (_name, list, problem) => {
  const files: ExportedFiles = { list: () => list, readInto: () => {}, isDirectory: () => true };
  expect(() => takeFiles(files, { guest: "/out", local: target }, false)).toThrow(problem);
  expect(treeOf(folder)).toEqual([]);
});

/** As jco throws what a function returns as its error. */
const failure = (payload: string): Error => Object.assign(new Error("failed"), { payload });

test.each<[string, { readonly list?: () => unknown; readonly readAt?: () => unknown }, string]>([
  [
    "less than it says",
    { readAt: () => new Uint8Array(2) },
    "`/out/x` of the component cannot be read: it is not as long as it was said to be",
  ],
  [
    "more than was asked for",
    { readAt: () => new Uint8Array(4) },
    "`/out/x` of the component cannot be read: it is not as long as it was said to be",
  ],
  [
    "an error",
    {
      list: () => {
        throw failure("io");
      },
    },
    "its files cannot be listed: io",
  ],
  [
    "an error in the middle",
    {
      readAt: () => {
        throw failure("no-entry");
      },
    },
    "`/out/x` of the component cannot be read: no-entry",
  ],
  [
    "a trap",
    {
      readAt: () => {
        throw new WebAssembly.RuntimeError("unreachable");
      },
    },
    "`/out/x` of the component cannot be read: unreachable",
  ],
])("names a component that gives %s", (_name, given, problem) => {
  const instance = { list: () => [file("/out/x", 3n)], ...given };
  const files = exportedFiles({ "wasi-nest:virtual/files@0.1.9": instance });
  if (files === undefined) throw new Error("no files");
  expect(() => takeFiles(files, { guest: "/out", local: target }, false)).toThrow(problem);
});

test("finds the interface, and no other", () => {
  expect(exportedFiles({ "wasi-nest:virtual/changes@0.1.0": {}, "wasi-nest:virtual/files@0.2.0": {}, files: {} })).toBeUndefined();
});
