// Runs the children that time components: run-on-wasmtime.py and run-on-node.mjs.

import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";

const PYTHON = process.env.WASI_NEST_PYTHON ?? "python3";

/** What a child prints last, JSON. */
export function runChild(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8", maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(`${command}: ${error?.message ?? stderr}`);
  return JSON.parse(stdout.trim().split("\n").at(-1));
}

/**
 * Seconds by case, in the order of rounds; `undefined` without Wasmtime. `guests` are { component, preopen?,
 * start?, argv? } by name: commands have an `argv`, and whatever lies in their preopen is removed before each run.
 */
export async function onWasmtime(folder, guests, { cases, rounds }) {
  if (spawnSync(PYTHON, ["-c", "import wasmtime.component"]).status !== 0) return undefined;
  const files = {};
  for (const [name, { component, ...rest }] of Object.entries(guests)) {
    const file = path.join(folder, `${name}.wasm`);
    await writeFile(file, component);
    files[name] = { file, ...rest };
  }
  return runChild(PYTHON, [path.join(import.meta.dirname, "run-on-wasmtime.py"), JSON.stringify({ guests: files, cases, rounds })]);
}
