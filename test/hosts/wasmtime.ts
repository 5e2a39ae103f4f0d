/**
 * Runs and validates components on Wasmtime, through its Python package. Compiled code is kept by Wasmtime
 * itself in .cache/by-wasmtime. Where Python cannot import it, `wasmtimeAvailable()` is false and tests are
 * skipped; the environment variable WASI_NEST_PYTHON names another Python than `python3`.
 */

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { root } from "./disk-cache.ts";
import { outcomeOf, runChild, type Finished, type Outcome, type RunOptions } from "./outcome.ts";
import { standingChild } from "./standing-child.ts";

export interface WasmtimeOptions extends RunOptions {
  /** The host gives nothing at all: a component that imports anything cannot be instantiated. */
  readonly empty?: boolean;
}

export type Verdict = { readonly kind: "valid" } | { readonly kind: "invalid"; readonly message: string };

/** What a test that is skipped for want of Wasmtime says. */
export const WASMTIME_MISSING = "needs Wasmtime: pip install wasmtime, or set WASI_NEST_PYTHON";

export const PYTHON: string = process.env["WASI_NEST_PYTHON"] ?? "python3";
const SCRIPT = path.join(import.meta.dirname, "run-command.py");
/** Not `.cache/wasmtime`: programs that keep what they compile there, because `.cache` is their XDG_CACHE_HOME, remove what is not theirs. */
const CACHE = path.join(root, ".cache/by-wasmtime");

const judge = standingChild(PYTHON, [SCRIPT]);

let available: boolean | undefined;

/** Whether Python imports Wasmtime; found out once. */
export function wasmtimeAvailable(): boolean {
  available ??= spawnSync(PYTHON, ["-c", "import wasmtime.component"]).status === 0;
  return available;
}

/** Runs a command component on Wasmtime. */
export async function runOnWasmtime(component: Uint8Array, options: WasmtimeOptions = {}): Promise<Outcome> {
  const { program = "guest", args = [], env = {}, preopens = {}, empty = false } = options;
  const request = { argv: [program, ...args], env, preopens, empty };
  return outcomeOf(await ask(component, request, options));
}

/**
 * Runs an output with `exportFiles` after some files were written, and gives what is in others then; none if it did
 * not return. All of them go there in an argument, so they are small.
 */
export async function runWithFiles(
  component: Uint8Array,
  write: Readonly<Record<string, Uint8Array>>,
  read: readonly string[],
  options: RunOptions = {},
): Promise<{ readonly outcome: Outcome; readonly files: readonly Uint8Array[] }> {
  const { program = "guest", args = [], env = {}, preopens = {} } = options;
  const encoded = Object.fromEntries(Object.entries(write).map(([name, bytes]) => [name, Buffer.from(bytes).toString("base64")]));
  const request = { argv: [program, ...args], env, preopens, empty: false, files: { write: encoded, read } };
  const finished = await ask(component, request, options);
  const { files = [] } = JSON.parse(finished.report ?? "{}") as { readonly files?: readonly string[] };
  return { outcome: outcomeOf(finished), files: files.map((text) => Buffer.from(text, "base64")) };
}

/** Whether Wasmtime accepts the component. It compiles it too, so that running it afterwards is quick. */
export async function validate(component: Uint8Array): Promise<Verdict> {
  return (await withFile(component, judge)) as Verdict;
}

/** Does one request in a child of its own. */
function ask(component: Uint8Array, request: object, options: RunOptions): Promise<Finished> {
  return withFile(component, (file) => runChild(PYTHON, [SCRIPT, JSON.stringify({ ...request, ...file })], options));
}

/** The component goes to a child as a file. */
async function withFile<T>(
  component: Uint8Array,
  use: (file: { readonly component: string; readonly cache: string }) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-wasmtime-"));
  try {
    const file = path.join(folder, "component.wasm");
    await writeFile(file, component);
    return await use({ component: file, cache: await cacheConfiguration() });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The file that tells Wasmtime where to keep compiled code, and how much of it. */
export async function cacheConfiguration(): Promise<string> {
  const file = path.join(CACHE, "cache.toml");
  if (!existsSync(file)) {
    await mkdir(CACHE, { recursive: true });
    const draft = path.join(CACHE, `draft-${process.pid}-${Math.random()}.toml`);
    const directory = JSON.stringify(path.join(CACHE, "compiled"));
    await writeFile(draft, `[cache]\ndirectory = ${directory}\nfiles-total-size-soft-limit = "3Gi"\n`);
    await rename(draft, file);
  }
  return file;
}
