/** Runs commands of WASI 0.3 on Node, with jco and preview3-shim. That needs JSPI: it is the newest Node that runs them. */

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { root } from "./disk-cache.ts";
import { newestNode } from "./jco.ts";
import { outcomeOf, runChild, type Outcome, type RunOptions } from "./outcome.ts";

/** What a test that is skipped for want of it says. */
export const NEWEST_NODE_MISSING = "needs a Node with JSPI, which npm has for Linux on x64 only";

export async function runOnJcoAsync(component: Uint8Array, options: RunOptions = {}): Promise<Outcome> {
  const { program = "guest", args = [], env = {}, preopens = {} } = options;
  // What jco writes finds the shims from here, those that the child sets up.
  const parent = path.join(root, "node_modules/.cache");
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(path.join(parent, "transpiled-async-"));
  try {
    const input = path.join(folder, "component.wasm");
    await writeFile(input, component);
    const request = JSON.stringify({ input, folder, args: [program, ...args], env, preopens });
    return outcomeOf(await runChild(newestNode, [path.join(import.meta.dirname, "jco-run-async.mjs"), request], options));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
