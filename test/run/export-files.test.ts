/**
 * Files for whoever embeds a component: written before it runs, read after it, made what they were, on both hosts;
 * and standard streams that are among them.
 */

import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Directory, Entry, File, Options } from "../../src/index.ts";
import { adaptCommand, cProgram } from "../guests/index.ts";
import { transpiled } from "../hosts/jco.ts";
import { runChild } from "../hosts/outcome.ts";
import { PYTHON, wasmtimeAvailable, WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, expectValid, importsOf, RUN_MILLISECONDS, virtualized } from "./on-hosts.ts";

type Step = readonly [action: string, ...args: readonly (string | number)[]];

/** What comes of each step; the host gives nothing if the output wants nothing. */
type Do = (
  component: Uint8Array,
  steps: readonly Step[],
  args?: readonly string[],
  preopens?: Readonly<Record<string, string>>,
) => Promise<readonly unknown[]>;

const caller = (name: string): string => path.join(import.meta.dirname, "callers", name);

async function reported(command: string, script: string, request: object): Promise<readonly unknown[]> {
  const { report, stdout, stderr, ending } = await runChild(command, [caller(script), JSON.stringify(request)]);
  expect({ report, stdout: stdout.toString(), stderr: stderr.toString(), ending }).toMatchObject({ stdout: "", stderr: "" });
  return JSON.parse(report ?? "[]") as readonly unknown[];
}

const onJco: Do = async (component, steps, args = [], preopens = {}) =>
  reported(process.execPath, "call-files.mjs", { entry: path.join(await transpiled(component), "component.js"), steps, args, preopens });

const onWasmtime: Do = async (component, steps, args = [], preopens = {}) => {
  const folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-files-"));
  try {
    const entry = path.join(folder, "component.wasm");
    await writeFile(entry, component);
    return await reported(PYTHON, "call-files.py", { entry, steps, args, preopens, empty: (await importsOf(component)).length === 0 });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const hosts: readonly { readonly name: string; readonly available: boolean; readonly act: Do }[] = [
  { name: "jco", available: true, act: onJco },
  { name: "Wasmtime", available: wasmtimeAvailable(), act: onWasmtime },
];

const file = (text: string): File => ({ kind: "file", contents: new TextEncoder().encode(text) });
const directory = (entries: Readonly<Record<string, Entry>>): Directory => ({
  kind: "directory",
  entries: new Map(Object.entries(entries)),
});

test("the example runs as it stands, in twenty lines", async () => {
  const example = path.join(import.meta.dirname, "../../examples/files-in-files-out.mjs");
  const { stdout, stderr } = await runChild(process.execPath, [example]);
  expect({ stdout: stdout.toString(), stderr: stderr.toString() }).toEqual({
    stdout: [
      "[ '/in/notes 0', '/in/notes/animals.txt 44', '/out.txt 42' ]",
      "/in/notes/animals.txt:The quick brown fox",
      "",
      "[ '/out.txt 0' ]",
      "",
    ].join("\n"),
    stderr: "",
  });
  const lines = (await readFile(example, "utf8")).split("\n").filter((line) => line !== "" && !line.startsWith("//"));
  expect(lines.length).toBeLessThanOrEqual(20);
});

describe("a C program", () => {
  let program: Uint8Array;
  beforeAll(async () => {
    program = await adaptCommand(await cProgram("streams"));
  }, BUILD_MILLISECONDS);
  const output = (options: Options): Uint8Array => virtualized(program, { exportFiles: true, ...options });

  test.for(hosts)("is a function from files to files on $name", { timeout: RUN_MILLISECONDS }, async ({ available, act }, { skip }) => {
    skip(!available, WASMTIME_MISSING);
    const component = output({
      mounts: [
        { path: "/work", entry: directory({ "in.txt": file("embedded\n"), kept: file("kept") }), writable: true },
        { path: "/etc", entry: directory({ fixed: file("fixed") }) },
      ],
      args: ["write", "/work/made", "remove", "/work/kept"],
      stdin: { file: "/work/in.txt" },
      stdout: { file: "/work/out.log" },
      stderr: { file: "/hidden/err.log" },
    });
    await expectValid(component);
    expect((await importsOf(component)).filter((name) => !name.startsWith("wasi:cli"))).toEqual([]);
    const before = [
      "file /hidden/err.log 0",
      "directory /hidden 0",
      "file /work/in.txt 9",
      "file /work/kept 4",
      "file /work/out.log 0",
    ].sort();
    expect(
      await act(component, [
        ["list"],
        ["write", "/work/in.txt", "one\ntwo\n"],
        ["run"],
        ["read", "/work/out.log"],
        ["read", "/hidden/err.log"],
        ["read", "/work/made"],
        ["read", "/work/kept"],
        ["read", "/etc/fixed"],
        ["readAt", "/work/out.log", 3, 4],
        ["list"],
        ["reset"],
        ["list"],
        ["read", "/work/kept"],
        ["read", "/work/in.txt"],
      ]),
    ).toEqual([
      before,
      "ok",
      "ok",
      "1: one\n2: two\nend\n",
      "line 1\nline 2\n",
      "written to /work/made\n",
      "error no-entry",
      "fixed",
      "one\n",
      [
        "directory /hidden 0",
        "file /hidden/err.log 14 changed",
        "file /work/in.txt 8 changed",
        "file /work/made 22 changed",
        "file /work/out.log 18 changed",
      ].sort(),
      "ok",
      before,
      "kept",
      "embedded\n",
    ]);
  });

  test.for(hosts)(
    "leaves the host's files alone on $name, and tells what has changed",
    { timeout: RUN_MILLISECONDS },
    async (host, { skip }) => {
      skip(!host.available, WASMTIME_MISSING);
      const folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-files-over-"));
      try {
        await mkdir(path.join(folder, "inner/deep"), { recursive: true });
        await writeFile(path.join(folder, "in.txt"), "the host's\n");
        await writeFile(path.join(folder, "inner/kept"), "kept");
        await writeFile(path.join(folder, "inner/deep/bottom"), "bottom");
        const component = output({
          overlays: [{ path: "/work", host: "/data" }],
          tmpfs: [{ path: "/work/inner/tmp" }],
          args: ["write", "/work/inner/made", "remove", "/work/inner/kept"],
          stdout: { file: "/work/out.log" },
        });
        await expectValid(component);
        const list = ["directory /work/inner 0", "directory /work/inner/tmp 0", "file /work/out.log 0"];
        const steps: readonly Step[] = [
          ["read", "/work/in.txt"],
          ["list"],
          ["write", "/work/inner/deep/bottom", "new bottom"],
          ["write", "/work/in.txt", ""],
          ["run"],
          ["read", "/work/inner/made"],
          ["read", "/work/inner/kept"],
          ["read", "/work/inner/deep/bottom"],
          ["list"],
          ["remove", "/work/in.txt"],
          ["remove", "/work/inner/deep"],
          ["read", "/work/in.txt"],
          ["reset"],
          ["list"],
          ["read", "/work/in.txt"],
          ["read", "/work/inner/kept"],
          ["read", "/work/inner/deep/bottom"],
          ["read", "/work/inner/made"],
        ];
        expect(await host.act(component, steps, [], { "/data": folder })).toEqual([
          "the host's\n",
          list,
          "ok",
          "ok",
          "ok",
          "written to /work/inner/made\n",
          "error no-entry",
          "new bottom",
          [
            "directory /work/inner 0 changed",
            "directory /work/inner/deep 0",
            "directory /work/inner/tmp 0",
            "file /work/in.txt 0 changed",
            "file /work/inner/deep/bottom 10 changed",
            "file /work/inner/made 28 changed",
            "file /work/out.log 4 changed",
          ],
          "ok",
          "error not-empty",
          "error no-entry",
          "ok",
          list,
          "the host's\n",
          "kept",
          "bottom",
          "error no-entry",
        ]);
        expect(await readFile(path.join(folder, "in.txt"), "utf8")).toBe("the host's\n");
      } finally {
        await rm(folder, { recursive: true });
      }
    },
  );
});
