/**
 * Files for whoever embeds a component: written before it runs, read after it, made what they were, on both hosts;
 * and standard streams that are among them.
 */

import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "@bytecodealliance/jco";
import {
  createAdapter,
  type Directory,
  type Entry,
  type File,
  LinkError,
  type Options,
  replaceFiles,
  virtualize,
} from "../../src/index.ts";
import { adaptCommand, cProgram, javascript } from "../guests/index.ts";
import { worldComponent } from "../guests/world-component.ts";
import { transpiled } from "../hosts/jco.ts";
import { runChild } from "../hosts/outcome.ts";
import { cacheConfiguration, PYTHON, wasmtimeAvailable, WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, expectValid, hosts as runners, importsOf, isLong, RUN_MILLISECONDS, virtualized } from "./on-hosts.ts";

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
    const [cache, empty] = [await cacheConfiguration(), (await importsOf(component)).length === 0];
    return await reported(PYTHON, "call-files.py", { entry, cache, steps, args, preopens, empty });
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
    const work = directory({ "in.txt": file("embedded\n"), kept: file("kept") });
    const made = (entry: Directory): Options => ({
      mounts: [
        { path: "/work", entry, writable: true },
        { path: "/etc", entry: directory({ fixed: file("fixed") }) },
      ],
      args: ["write", "/work/made", "remove", "/work/kept"],
      stdin: { file: "/work/in.txt" },
      stdout: { file: "/work/out.log" },
      stderr: { file: "/hidden/err.log" },
    });
    const component = output(made(work));
    // There is no room for its files where the others were.
    const replaced: Uint8Array = Buffer.concat(
      replaceFiles(output(made(directory({ "in.txt": file("") }))), [{ path: "/work", entry: work }]),
    );
    await expectValid(component);
    await expectValid(replaced);
    expect((await importsOf(component)).filter((name) => !name.startsWith("wasi:cli"))).toEqual([]);
    const before = [
      "file /hidden/err.log 0",
      "directory /hidden 0",
      "file /work/in.txt 9",
      "file /work/kept 4",
      "file /work/out.log 0",
    ].sort();
    for (const each of [component, replaced]) {
      expect(
        await act(each, [
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
    }
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
          hostFiles: [{ path: "/work/inner/tmp/host", host: "/data/in.txt" }],
          args: ["write", "/work/inner/made", "remove", "/work/inner/kept"],
          stdout: { file: "/work/out.log" },
        });
        await expectValid(component);
        const list = ["directory /work/inner 0", "directory /work/inner/tmp 0", "file /work/out.log 0"];
        const steps: readonly Step[] = [
          ["read", "/work/in.txt"],
          ["read", "/work/inner/tmp/host"],
          ["write", "/work/inner/tmp/host", "written"],
          ["remove", "/work/inner/tmp/host"],
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
          "error not-permitted",
          "error not-permitted",
          "error busy",
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

describe("standard streams of a C program", () => {
  let program: Uint8Array;
  beforeAll(async () => {
    program = await adaptCommand(await cProgram("streams"));
  }, BUILD_MILLISECONDS);

  test.for(runners)("read a mounted file, on $name", { timeout: RUN_MILLISECONDS }, async ({ available, run }, { skip }) => {
    skip(!available, WASMTIME_MISSING);
    const entry = directory({ in: file("one\ntwo\n") });
    const read = virtualized(program, { mounts: [{ path: "/data", entry }], stdin: { file: "/data/in" }, stdout: "allow" });
    const written = virtualized(program, {
      mounts: [{ path: "/data", entry, writable: true }],
      stdin: { file: "/data/in" },
      stdout: "allow",
      args: ["write", "/data/in"],
    });
    // What is only read costs no more than an embedded input.
    const embedded = virtualized(program, { mounts: [{ path: "/data", entry }], stdin: Buffer.from("one\ntwo\n"), stdout: "allow" });
    expect(Math.abs(read.length - embedded.length)).toBeLessThan(20);
    for (const [component, lines] of [
      [read, "1: one\n2: two\nend\n"],
      [written, "1: written to /data/in\nend\n"],
    ] as const) {
      await expectValid(component);
      expect(await run(component, { stdin: "the host's" })).toMatchObject({ stdout: lines, exitCode: 0 });
    }
  });

  test.for(hosts)(
    "follow their file to another name, drop what goes to one that is gone, and end where there is no room, on $name",
    { timeout: RUN_MILLISECONDS },
    async ({ available, act }, { skip }) => {
      skip(!available, WASMTIME_MISSING);
      const options: Options = {
        tmpfs: [{ path: "/w" }],
        stdin: Buffer.from("line\n".repeat(2000)),
        stdout: { file: "/w/out" },
        stderr: { file: "/err" },
        exportFiles: true,
      };
      const outcome = (args: readonly string[], more: Options = {}): Promise<readonly unknown[]> =>
        act(virtualized(program, { ...options, args, ...more }), [["run"], ["list"]]);
      const length = Array.from({ length: 2000 }, (_, i) => `${i + 1}: line\n`).join("").length + "end\n".length;
      const errors = `file /err ${Array.from({ length: 2000 }, (_, i) => `line ${i + 1}\n`).join("").length} changed`;
      expect(await outcome(["rename", "/w/out", "/w/moved"])).toEqual(["ok", [errors, `file /w/moved ${length} changed`]]);
      expect(await outcome(["remove", "/w/out"])).toEqual(["ok", [errors]]);
      expect(await outcome([], { fsMaxBytes: 3 * 4096 })).toEqual([
        "ok",
        [expect.stringMatching(/^file .err \d+ changed$/), expect.anything()],
      ]);
    },
  );
});

function tellLibrary(): void {
  const WORLD = `
    import wasi:filesystem/types@0.2.12;
    import wasi:filesystem/preopens@0.2.12;
    import wasi:cli/stdout@0.2.12;
    export library: interface {
      note: func(line: string) -> u32;
      count: func(name: string) -> s32;
    }`;
  let library: Uint8Array;
  beforeAll(async () => {
    library = await javascript(await readFile(path.join(import.meta.dirname, "guests/journal.js"), "utf8"), { world: WORLD });
  }, BUILD_MILLISECONDS);

  test.for(hosts)(
    "is called again and again, with resets between, on $name",
    { timeout: RUN_MILLISECONDS },
    async ({ available, act }, { skip }) => {
      skip(!available, WASMTIME_MISSING);
      const component = virtualized(library, {
        mounts: [{ path: "/", entry: directory({ journal: file("old;"), data: file("a\nb\n") }), writable: true }],
        stdout: { file: "/out.log" },
        exportFiles: true,
        allowClocks: true,
        allowRandom: true,
      });
      await expectValid(component);
      const round: readonly Step[] = [
        ["call", "note", "one"],
        ["call", "note", "two"],
        ["call", "count", "data"],
        ["write", "/more/data", "1\n2\n3\n"],
        ["call", "count", "more/data"],
        ["remove", "/data"],
        ["call", "count", "data"],
        ["read", "/journal"],
        ["read", "/out.log"],
        ["list"],
        ["reset"],
        ["list"],
      ];
      const printed = ["note one", "note two", "count data", "count more/data", "count data", ""].join("\n");
      const expected = [
        ...[8, 12, 2, "ok", 3, "ok", -1],
        ...["old;one;two;", printed],
        [
          ...["directory /more 0 changed", "file /journal 12 changed", "file /more/data 6 changed"],
          `file /out.log ${printed.length} changed`,
        ],
        "ok",
        ["file /data 4", "file /journal 4", "file /out.log 0"],
      ];
      expect(await act(component, [...round, ...round, ...round])).toEqual([...expected, ...expected, ...expected]);
    },
  );

  test.for(hosts)(
    "hands out 100,000 files and large ones on $name",
    { timeout: RUN_MILLISECONDS },
    async ({ available, act }, { skip }) => {
      skip(!available, WASMTIME_MISSING);
      const entries = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`f${i}`, file("")]));
      const text = "0123456789abcdef".repeat(60_000);
      const component = virtualized(library, {
        mounts: [{ path: "/", entry: directory(entries), writable: true }],
        exportFiles: true,
        allowClocks: true,
        allowRandom: true,
      });
      const steps: readonly Step[] = [["count"], ["fill", "/large", 60_000], ["readAt", "/large", 959_990, 100], ["read", "/large"]];
      expect(await act(component, steps)).toEqual([100_000, "ok", "6789abcdef", text]);
    },
  );

  test("is refused if it exports files of its own, or imports some", async () => {
    const files = await readFile(path.join(import.meta.dirname, "../../wit/files.wit"), "utf8");
    const wit = files.replace(/^package (.*);$/m, "package $1 {").concat("}");
    for (const [word, verb] of [
      ["export", "exports"],
      ["import", "imports"],
    ]) {
      const world = `package test:files;\nworld files { ${word} wasi-nest:virtual/files@0.1.0; }\n${wit}`;
      const component = await worldComponent(world, "files");
      expect(() => virtualize(component, { exportFiles: true, tmpfs: [{ path: "/tmp" }] })).toThrow(LinkError);
      expect(() => virtualize(component, { exportFiles: true, tmpfs: [{ path: "/tmp" }] })).toThrow(
        `the component ${verb} \`wasi-nest:virtual/files@0.1.0\` of its own, under whose name \`exportFiles\` would export its files`,
      );
      expect(virtualize(component, { tmpfs: [{ path: "/tmp" }] }).chunks.length).toBeGreaterThan(1);
    }
  });
}

// StarlingMonkey takes its time.
if (isLong) describe("a library", tellLibrary);
describe("without files for the app", () => {
  /** Prints, and imports nothing but what that takes. */
  const PRINTER = `(component
    (import "wasi:io/error@0.2.0" (instance $error (export "error" (type (sub resource)))))
    (alias export $error "error" (type $error))
    (import "wasi:io/streams@0.2.0" (instance $streams
      (export "output-stream" (type (sub resource)))
      (alias outer 1 $error (type))
      (export "error" (type (eq 1)))
      (type (own 2))
      (type (variant (case "last-operation-failed" 3) (case "closed")))
      (export "stream-error" (type (eq 4)))
      (type (borrow 0))
      (type (list u8))
      (type (result (error 5)))
      (export "[method]output-stream.blocking-write-and-flush" (func (param "self" 6) (param "contents" 7) (result 8)))))
    (alias export $streams "output-stream" (type $output-stream))
    (import "wasi:cli/stdout@0.2.0" (instance $stdout
      (alias outer 1 $output-stream (type))
      (export "output-stream" (type (eq 0)))
      (type (own 1))
      (export "get-stdout" (func (result 2)))))
    (core module $memory (memory (export "memory") 1) (data (i32.const 64) "printed\\n"))
    (core instance $memory (instantiate $memory))
    (core func $get (canon lower (func $stdout "get-stdout")))
    (core func $write (canon lower (func $streams "[method]output-stream.blocking-write-and-flush") (memory (core memory $memory "memory"))))
    (core module $m
      (import "" "get" (func $get (result i32)))
      (import "" "write" (func $write (param i32 i32 i32 i32)))
      (func (export "run") (result i32) (call $write (call $get) (i32.const 64) (i32.const 8) (i32.const 16)) (i32.const 0)))
    (core instance $i (instantiate $m (with "" (instance (export "get" (func $get)) (export "write" (func $write))))))
    (type $result (result))
    (func $run (result $result) (canon lift (core func $i "run")))
    (instance $api (export "run" (func $run)))
    (export "wasi:cli/run@0.2.0" (instance $api)))`;

  const STEPS: readonly Step[] = [["run"], ["run"], ["list"], ["read", "/out.log"], ["reset"], ["run"], ["read", "/out.log"]];
  const EXPECTED = ["ok", "ok", ["file /out.log 16 changed"], "printed\nprinted\n", "ok", "ok", "printed\n"];

  test.for(hosts)("output goes into a file all the same, on $name", { timeout: RUN_MILLISECONDS }, async ({ available, act }, { skip }) => {
    skip(!available, WASMTIME_MISSING);
    const printer = await parse(PRINTER);
    const { chunks, report } = virtualize(printer, { stdout: { file: "/out.log" }, exportFiles: true });
    const component = Buffer.concat(chunks);
    expect(report.warnings).toEqual([]);
    expect(report.hostImports).toEqual([]);
    expect(await importsOf(component)).toEqual([]);
    await expectValid(component);
    expect(await act(component, STEPS)).toEqual(EXPECTED);
    const nested = virtualized(component, { tmpfs: [{ path: "/other" }] });
    await expectValid(nested);
    expect(await act(nested, STEPS)).toEqual(EXPECTED);
    const bottom = `/${"d/".repeat(2046)}f`;
    const deep: readonly Step[] = [["write", bottom, "deep"], ["count"], ["read", bottom], ["reset"], ["count"]];
    const visible = virtualized(printer, { tmpfs: [{ path: "/" }], stdout: { file: "/out.log" }, exportFiles: true });
    expect(await act(visible, STEPS)).toEqual(EXPECTED);
    expect(await act(visible, deep)).toEqual(["ok", 2048, "deep", "ok", 1]);
  });

  test.for(hosts)("and beside the host's, on $name", { timeout: RUN_MILLISECONDS }, async ({ available, act }, { skip }) => {
    const entry: Directory = { kind: "directory", entries: new Map() };
    skip(!available, WASMTIME_MISSING);
    const folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-files-beside-"));
    try {
      const options: Options = { allowFs: true, stdin: Buffer.from("line\n"), stdout: { file: "/out.log" }, exportFiles: true };
      for (const mounts of [[], [{ path: "/data/in", entry }]]) {
        const app = await adaptCommand(await cProgram("streams"));
        const component = virtualized(app, { ...options, mounts, args: ["write", "/data/made"] });
        await expectValid(component);
        const steps: readonly Step[] = [["run"], ["read", "/out.log"], ["read", "/data/made"], ["list"]];
        expect(await act(component, steps, [], { "/": folder, "/data": folder })).toEqual([
          ...["ok", "1: line\nend\n", "error no-entry", ["file /out.log 12 changed"]],
        ]);
        expect(await readFile(path.join(folder, "made"), "utf8")).toBe("written to /data/made\n");
        await rm(path.join(folder, "made"));
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  test("they are exported by an adapter alone, on Wasmtime", { timeout: RUN_MILLISECONDS }, async ({ skip }) => {
    skip(!wasmtimeAvailable(), WASMTIME_MISSING);
    const { chunks, report } = createAdapter({ tmpfs: [{ path: "/tmp" }], stdout: { file: "/out.log" }, exportFiles: true });
    expect(report.exports).toContain("wasi-nest:virtual/files@0.1.0");
    expect(report.imports.filter(({ name }) => !name.startsWith("wasi:"))).toEqual([]);
    const component = Buffer.concat(chunks);
    await expectValid(component);
    expect(await onWasmtime(component, [["write", "/tmp/a/b", "x"], ["list"], ["read", "/tmp/a/b"], ["reset"], ["list"]])).toEqual([
      ...["ok", ["directory /tmp/a 0 changed", "file /out.log 0", "file /tmp/a/b 1 changed"], "x", "ok", ["file /out.log 0"]],
    ]);
  });
});
