// Runs the children that time components: run-on-wasmtime.py and run-on-node.mjs.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { transpile } from "@bytecodealliance/jco";
import { newestNode, root } from "./guests.mjs";

export const PYTHON = process.env.WASI_NEST_PYTHON ?? "python3";

/** Whether this Python can run components. */
export const hasWasmtime = spawnSync(PYTHON, ["-c", "import wasmtime.component"]).status === 0;

/** What a child prints last, JSON. */
export function runChild(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8", maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(`${command}: ${error?.message ?? stderr}`);
  return JSON.parse(stdout.trim().split("\n").at(-1));
}

/**
 * Seconds by case, in the order of rounds; `undefined` without Wasmtime. `guests` are { component, preopen?,
 * env?, start?, argv? } by name: commands have an `argv`, and whatever lies in their preopen is removed before each run.
 */
export async function onWasmtime(folder, guests, { cases, rounds }) {
  if (!hasWasmtime) return undefined;
  const files = {};
  for (const [name, { component, ...rest }] of Object.entries(guests)) {
    const file = path.join(folder, `${name}.wasm`);
    await writeFile(file, component);
    files[name] = { file, ...rest };
  }
  return runChild(PYTHON, [path.join(import.meta.dirname, "run-on-wasmtime.py"), JSON.stringify({ guests: files, cases, rounds })]);
}

/**
 * The same on the newest Node, and the memory of each guest; `undefined` without it. `untimed` are called once, when
 * all rounds are over.
 */
export async function onNode(guests, { cases, untimed = [], rounds }) {
  if (!existsSync(newestNode)) return undefined;
  // Inside the project, so that the shim is found.
  const folder = await mkdtemp(path.join(root, "node_modules/.wasi-nest-bench-"));
  try {
    const folders = {};
    for (const [name, { component, ...rest }] of Object.entries(guests)) {
      const target = path.join(folder, name);
      await mkdir(target);
      const { files } = await transpile(component, { name: "component", instantiation: "async", multiMemory: true });
      for (const [file, contents] of Object.entries(files)) {
        if (file.endsWith(".d.ts")) continue;
        await mkdir(path.dirname(path.join(target, file)), { recursive: true });
        await writeFile(path.join(target, file), contents);
      }
      folders[name] = { folder: target, ...rest };
    }
    await writeFile(path.join(folder, "package.json"), '{ "type": "module" }');
    const request = JSON.stringify({ guests: folders, cases, untimed, rounds });
    return runChild(newestNode, [path.join(import.meta.dirname, "run-on-node.mjs"), request]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
