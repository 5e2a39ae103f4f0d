/**
 * A library whose exports mention virtual streams and files: its caller gets them, uses them through the
 * interfaces that are exported along, and hands them back. On Wasmtime in every way. jco 1.35 keeps a handle in
 * the table of the instance that gave it, so there a stream can only go back to the library, and as an own.
 */

import { readFile, rm, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import { type Entry, type Report, virtualize } from "../../src/index.ts";
import { javascript } from "../guests/index.ts";
import { transpiled } from "../hosts/jco.ts";
import { runChild } from "../hosts/outcome.ts";
import { cacheConfiguration, PYTHON, WASMTIME_MISSING, wasmtimeAvailable } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, expectValid, importsOf, RUN_MILLISECONDS, virtualized } from "./on-hosts.ts";

const WORLD = `
  import wasi:filesystem/types@0.2.12;
  import wasi:filesystem/preopens@0.2.12;
  export library: interface {
    use wasi:io/streams@0.2.12.{input-stream};
    use wasi:filesystem/types@0.2.12.{descriptor};
    record entry { name: string, body: option<input-stream> }
    open: func(path: string) -> result<input-stream, string>;
    parse: func(input: borrow<input-stream>) -> string;
    consume: func(input: input-stream) -> u32;
    entries: func(names: list<string>) -> list<entry>;
    join: func(entries: list<entry>) -> string;
    folder: func() -> descriptor;
  }`;

const caller = (name: string): string => path.join(import.meta.dirname, "callers", name);
const file = (text: string): Entry => ({ kind: "file", contents: Buffer.from(text) });

const DATA: Entry = {
  kind: "directory",
  entries: new Map<string, Entry>([
    ["file", file("hello, world")],
    ["folder", { kind: "directory", entries: new Map([["inner", file("inner")]]) }],
  ]),
};

let library: Uint8Array;
let output: Uint8Array;
let report: Report;

beforeAll(async () => {
  const source = await readFile(path.join(import.meta.dirname, "guests/library.js"), "utf8");
  library = await javascript(source, { world: WORLD });
  const made = virtualize(library, { allowClocks: true, allowRandom: true, mounts: [{ path: "/data", entry: DATA }] });
  output = Buffer.concat(made.chunks);
  report = made.report;
}, BUILD_MILLISECONDS);

test("exports the interfaces of its types, before its own", { timeout: RUN_MILLISECONDS }, async () => {
  expect(report.exports).toEqual(["wasi:io/error@0.2.12", "wasi:io/streams@0.2.12", "wasi:filesystem/types@0.2.12", "library"]);
  expect(await importsOf(output)).not.toContain("wasi:filesystem/types");
  await expectValid(output);
});

test("is used through them on Wasmtime", { timeout: RUN_MILLISECONDS }, async ({ skip }) => {
  skip(!wasmtimeAvailable(), WASMTIME_MISSING);
  const folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-library-"));
  try {
    const component = path.join(folder, "library.wasm");
    await writeFile(component, output);
    const { stdout, stderr } = await runChild(PYTHON, [caller("call-library.py"), component, await cacheConfiguration()]);
    expect(stderr.toString()).toBe("");
    expect(JSON.parse(stdout.toString())).toEqual({
      start: "hell",
      rest: "O, WORLD",
      end: "closed",
      consumed: 5,
      missing: "no-entry",
      bodies: ["hel", null, "inn"],
      joined: "file=lo, world =- folder/inner=er",
      type: "directory",
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test("gets back what it gave on jco", { timeout: RUN_MILLISECONDS }, async () => {
  const entry = path.join(await transpiled(output), "component.js");
  const { stdout, stderr } = await runChild(process.execPath, [caller("call-library.mjs"), entry]);
  expect(stderr.toString()).toBe("");
  expect(JSON.parse(stdout.toString())).toEqual({
    streams: "function",
    isStream: true,
    consumed: 5,
    missing: "no-entry",
    joined: "file=hello, world =- folder/inner=inner",
  });
});

test("is virtualized again, its own streams and the virtual ones side by side", { timeout: RUN_MILLISECONDS }, async () => {
  const again = virtualized(output, { stdout: "ignore" });
  expect(await importsOf(again)).toEqual([]);
  await expectValid(again);
});

test("is refused where its types are denied", () => {
  expect(() => virtualize(library, {})).toThrow(
    /^export `library` `folder` mentions the resource `descriptor` of `wasi:filesystem\/types`, which is denied: .*`mounts` or `allowFs`/,
  );
});
