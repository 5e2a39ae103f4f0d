/**
 * Every function of wasi:filesystem and every method of the streams, called by a JavaScript program that
 * prints what each gives: on both hosts, what every-method.expected.txt says. That table is the description
 * of a read-only tree. Where a directory of the host answers otherwise on Wasmtime: it can be written to;
 * reading a folder is `bad-descriptor` there; a descriptor without `read` can be read; streams need waiting.
 */

import { readFile } from "node:fs/promises";
import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { Directory, Entry } from "../../src/index.ts";
import { javascript } from "../guests/index.ts";
import { WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, expectValid, hosts, importsOf, RUN_MILLISECONDS, virtualized } from "./on-hosts.ts";

const file = (contents: string | Uint8Array): Entry => ({ kind: "file", contents: Buffer.from(contents) });
const link = (target: string): Entry => ({ kind: "link", target });
const directory = (entries: Readonly<Record<string, Entry>>): Directory => ({
  kind: "directory",
  entries: new Map(Object.entries(entries)),
});

const DATA = directory({
  file: file("hello, world\n"),
  copy: file("hello, world\n"),
  empty: file(""),
  big: file(new Uint8Array(300_000).fill(7)),
  folder: directory({ inner: file("inner\n") }),
  sub: directory({ up: link("..") }),
  "to-file": link("file"),
  "to-folder": link("folder"),
  dangling: link("absent"),
  loop: link("loop"),
  outside: link("../secret"),
});

let output: Uint8Array;

beforeAll(async () => {
  const source = await readFile(path.join(import.meta.dirname, "guests/every-method.js"), "utf8");
  output = virtualized(await javascript(source), {
    mounts: [
      { path: "/data", entry: DATA },
      { path: "/other", entry: directory({}) },
    ],
    allowArgs: true,
    allowClocks: true,
    stdin: Buffer.from("typed text"),
    stdout: "allow",
    stderr: "deny",
  });
}, BUILD_MILLISECONDS);

test("asks the host for no files", { timeout: RUN_MILLISECONDS }, async () => {
  await expectValid(output);
  expect((await importsOf(output)).filter((name) => name.startsWith("wasi:filesystem"))).toEqual([]);
});

test.for(hosts)("answers every method as expected on $name", { timeout: RUN_MILLISECONDS }, async ({ available, run }, { skip }) => {
  skip(!available, WASMTIME_MISSING);
  const { stdout, stderr, exitCode, trap } = await run(output);
  expect({ stderr, exitCode, trap }).toEqual({ stderr: "", exitCode: 0 });
  await expect(stdout).toMatchFileSnapshot("every-method.expected.txt");
});

test("writes zeroes to the host's stdout, which preview2-shim never ends to", { timeout: RUN_MILLISECONDS }, async ({ skip }) => {
  const wasmtime = hosts.find(({ name }) => name === "Wasmtime");
  if (wasmtime?.available !== true) return skip(WASMTIME_MISSING);
  const { stdout } = await wasmtime.run(output, { args: ["zeroes"] });
  expect(stdout).toContain("blocking-write-zeroes-and-flush: -\nwrite-zeroes: -\n");
  expect(stdout.match(/\0/g)).toHaveLength(5);
});
