/**
 * What `wasm-tools validate` says of components that Wasmtime has judged. jco cannot be the second judge: it reads a
 * component as WIT, which many valid ones are not, and a panic over one of these ends it for all that follow.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { encodeComponent } from "../../src/binary/component.ts";
import { runWasmTools } from "../hosts/wasm-tools.ts";
import { pick, type Random } from "./generate.ts";
import type { Verdict } from "./judge.ts";

/** Of so many of those that Wasmtime refuses it is asked: each costs a process, while all others are asked about at once. */
const REFUSED = 3;

/** Why it refuses a component, or `undefined`. */
async function refusalOf(file: string, component: Uint8Array): Promise<string | undefined> {
  await writeFile(file, component);
  try {
    await runWasmTools("validate", file);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Those of components that it refuses, found by halves: a component is valid if all that are nested in it are. */
async function refusedOf(file: string, components: readonly Uint8Array[]): Promise<readonly (readonly [Uint8Array, string])[]> {
  const nested = components.map((bytes) => ({ kind: "component" as const, offset: 0, bytes }));
  const [first] = components;
  const refusal = first === undefined ? undefined : await refusalOf(file, encodeComponent(nested));
  if (first === undefined || refusal === undefined) return [];
  if (components.length === 1) return [[first, refusal]];
  const half = components.length >> 1;
  return [...(await refusedOf(file, components.slice(0, half))), ...(await refusedOf(file, components.slice(half)))];
}

/** Where the two differ. What uses features is left out: each has its own that are on. */
export async function differences(
  components: readonly Uint8Array[],
  verdicts: readonly Verdict[],
  random: Random,
): Promise<readonly { readonly what: string; readonly component: Uint8Array }[]> {
  const folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-validity-"));
  const file = path.join(folder, "it.wasm");
  try {
    const accepted = components.filter((_, i) => verdicts[i] === "valid" || verdicts[i] === "unrunnable");
    const found = (await refusedOf(file, accepted)).map(([component, refusal]) => ({
      what: `accepted by Wasmtime, refused by wasm-tools: ${refusal}`,
      component,
    }));
    const refused = components.filter((_, i) => typeof verdicts[i] === "object");
    for (let i = 0; i < Math.min(REFUSED, refused.length); i++) {
      const component = pick(random, refused);
      if ((await refusalOf(file, component)) === undefined) found.push({ what: "refused by Wasmtime, accepted by wasm-tools", component });
    }
    return found;
  } finally {
    await rm(folder, { recursive: true });
  }
}
