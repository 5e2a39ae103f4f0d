/**
 * Clang compiles and lld links a program inside the component, file by file, with headers and libraries that are
 * embedded and outputs that embedders read: the same bytes as in directories of this machine, and the program runs.
 */

import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readMount } from "../../src/node/index.ts";
import { adaptCommand, clang, clangResources } from "../guests/index.ts";
import { runOnJco } from "../hosts/jco.ts";
import { runOnWasmtime, runWithFiles, wasmtimeAvailable, WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, importsOf, virtualized } from "./on-hosts.ts";

/** Makes lld return: after `exit` an embedder cannot ask a component for anything. */
const ENV = { LLD_IN_TEST: "1" };
/** Wasmtime compiles 75 MB for a minute before they first run. */
const CLANG_MILLISECONDS = 900_000;
const RUN = { timeoutMilliseconds: CLANG_MILLISECONDS };

const SOURCES: Readonly<Record<string, string>> = {
  "area.h": "double area(double radius);\n",
  "area.c": '#include <math.h>\n#include "area.h"\ndouble area(double radius) { return M_PI * pow(radius, 2); }\n',
  "main.c": `#include <stdio.h>
#include <string.h>
#include "area.h"
int main(int argc, char **argv) {
  char text[100];
  snprintf(text, sizeof text, "the area is %.6f", area(argc));
  return printf("%s, in %zu characters\\n", text, strlen(text)) < 0;
}
`,
};

const LIBRARIES = ["/usr/lib/wasm32-wasip1", "/usr/lib/wasm32-unknown-wasip1"];

/** What makes a file in /project of others there, tool by tool: this clang cannot start another program. */
const STEPS = [
  { makes: "area.o", of: ["area.c", "area.h"], args: ["clang", "-O2", "-c", "/project/area.c", "-o", "/project/area.o"] },
  { makes: "main.o", of: ["main.c", "area.h"], args: ["clang", "-O2", "-c", "/project/main.c", "-o", "/project/main.o"] },
  { makes: "area.a", of: ["area.o"], args: ["llvm-ar", "rcs", "/project/area.a", "/project/area.o"] },
  {
    makes: "program.wasm",
    of: ["main.o", "area.a"],
    args: [
      "wasm-ld",
      ...LIBRARIES.map((folder) => `-L${folder}`),
      "/usr/lib/wasm32-wasip1/crt1-command.o",
      "/project/main.o",
      "/project/area.a",
      "-lc",
      "/usr/lib/wasm32-unknown-wasip1/libclang_rt.builtins.a",
      "-o",
      "/project/program.wasm",
    ],
  },
] as const;

let folder: string;
let compiler: Uint8Array;
let usr: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-clang-"));
  [compiler, usr] = await Promise.all([clang(), clangResources()]);
}, BUILD_MILLISECONDS);

afterAll(() => rm(folder, { recursive: true, force: true }));

test("makes the same program as in directories of this machine", { timeout: 2 * CLANG_MILLISECONDS }, async ({ skip }) => {
  skip(!wasmtimeAvailable(), WASMTIME_MISSING);
  const output = virtualized(compiler, {
    mounts: [{ path: "/usr", entry: await readMount(usr) }],
    tmpfs: [{ path: "/project" }, { path: "/tmp" }],
    exportFiles: true,
    allowArgs: true,
    env: ENV,
    stdout: "allow",
    stderr: "allow",
    allowClocks: true,
    allowRandom: true,
  });
  expect((await importsOf(output)).filter((name) => /filesystem|sockets|exit/.test(name))).toEqual([]);

  const ours = new Map<string, Uint8Array>(Object.entries(SOURCES).map(([name, text]) => [name, new TextEncoder().encode(text)]));
  const work = path.join(folder, "work");
  await mkdir(work);
  for (const [name, text] of Object.entries(SOURCES)) await writeFile(path.join(work, name), text);

  for (const { makes, of, args } of STEPS) {
    const [program, ...rest] = args;
    const options = { ...RUN, program, args: rest, env: ENV };
    const given = Object.fromEntries(of.map((name) => [`/project/${name}`, ours.get(name) ?? new Uint8Array()]));
    const { outcome, files } = await runWithFiles(output, given, [`/project/${makes}`], options);
    const theirs = await runOnWasmtime(compiler, { ...options, preopens: { "/usr": usr, "/project": work, "/tmp": folder } });
    expect({ trap: undefined, ...outcome }).toMatchObject({ exitCode: 0, stdout: "", stderr: "", trap: undefined });
    expect(outcome).toEqual(theirs);
    const [made = new Uint8Array()] = files;
    expect(Buffer.from(made).equals(await readFile(path.join(work, makes)))).toBe(true);
    ours.set(makes, made);
  }

  const program = await adaptCommand(ours.get("program.wasm") ?? new Uint8Array());
  expect(await runOnJco(program, { args: ["one"] })).toMatchObject({ stdout: "the area is 12.566371, in 21 characters\n", stderr: "" });
});
