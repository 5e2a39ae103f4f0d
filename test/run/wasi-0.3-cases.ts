/** What the tests with real programs of WASI 0.3 share: a directory, the hosts, and a program's outputs compared. */

import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "vitest";
import type { Mount, Options } from "../../src/index.ts";
import { readMount } from "../../src/node/index.ts";
import type { Outcome, RunOptions } from "../hosts/outcome.ts";
import { runWasmTools, wasmTools } from "../hosts/wasm-tools.ts";
import { runOnWasmtimeCli, withFile } from "../hosts/wasmtime-cli.ts";
import { virtualized } from "./on-hosts.ts";

/** Where the programs know their directory. */
const PATH = "/data";
const PATTERN_LENGTH = 300_007;
const CROWD = 500;

/** Makes the directory that the programs read. */
export async function makeData(): Promise<{ readonly folder: string; readonly data: string }> {
  const folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-0.3-"));
  const data = path.join(folder, "data");
  await mkdir(path.join(data, "folder/deep"), { recursive: true });
  await mkdir(path.join(data, "crowd"));
  const pattern = Uint8Array.from({ length: PATTERN_LENGTH }, (_, at) => at ^ (at >> 7) ^ ((at >> 13) * 89));
  const files = {
    "hello.txt": "hello, streams\n",
    "pattern.bin": pattern,
    "none.bin": "",
    "folder/inner.txt": "inner\n",
    "folder/deep/leaf": "leaf",
  };
  for (const [name, contents] of Object.entries(files)) await writeFile(path.join(data, name), contents);
  for (let i = 0; i < CROWD; i++) await writeFile(path.join(data, `crowd/member-${i}`), "");
  const links = { "to-hello": "hello.txt", "to-folder": "folder", "folder/out": "../hello.txt", broken: "missing", circle: "circle" };
  for (const [name, target] of Object.entries(links)) await symlink(target, path.join(data, name));
  return { folder, data };
}

/** What the plain program prints on Wasmtime about a copy of the directory. */
export async function printedByPlain(component: Uint8Array, data: string, options: RunOptions = {}): Promise<string> {
  const copy = await mkdtemp(path.join(path.dirname(data), "copy-"));
  await cp(data, copy, { recursive: true, verbatimSymlinks: true });
  const outcome = await runOnWasmtimeCli(component, { ...options, preopens: { [PATH]: copy } });
  await rm(copy, { recursive: true });
  expectSuccess(outcome);
  return outcome.stdout;
}

/** The program with the directory in it. */
export async function withData(
  component: Uint8Array,
  data: string,
  writable: NonNullable<Mount["writable"]>,
  options: Options = {},
): Promise<Uint8Array> {
  const mount = { path: PATH, entry: await readMount(data), writable };
  return virtualized(component, { mounts: [mount], stdout: "allow", ...options });
}

export function expectSuccess({ trap, stderr, exitCode }: Outcome): void {
  expect({ trap, stderr, exitCode }).toEqual({ trap: undefined, stderr: "", exitCode: 0 });
}

/** Asks the independent judge, where there is one. */
export async function expectValid03(component: Uint8Array): Promise<void> {
  if (wasmTools() !== undefined) await withFile(component, (file) => runWasmTools("validate", "--features", "all", file));
}
