/**
 * What all tests of this folder share: components virtualized and put together to one array, the hosts that
 * they run on, and what an output still asks of its host, told by another tool than ours.
 */

import { componentWit } from "@bytecodealliance/jco";
import { expect } from "vitest";
import { type Options, virtualize } from "../../src/index.ts";
import { runOnJco } from "../hosts/jco.ts";
import type { Outcome, RunOptions } from "../hosts/outcome.ts";
import { runOnWasmtime, validate, wasmtimeAvailable } from "../hosts/wasmtime.ts";

/** Guests are built on first use. */
export const BUILD_MILLISECONDS = 600_000;
/** jco and Wasmtime compile Python and Yosys for 10 s each before they first run. */
export const RUN_MILLISECONDS = 120_000;

/** Whether this is `npm run test:long`, where tests do more of the same. */
export const isLong: boolean = process.env["WASI_NEST_LONG"] !== undefined;

/** What a program has of the host where its files, arguments and environment are given. */
export const ALL_BUT_FILES: Options = { stdout: "allow", stderr: "allow", allowClocks: true, allowRandom: true, allowExit: true };

export interface Host {
  readonly name: string;
  readonly available: boolean;
  readonly run: (component: Uint8Array, options?: RunOptions) => Promise<Outcome>;
}

export const hosts: readonly Host[] = [
  { name: "jco", available: true, run: runOnJco },
  { name: "Wasmtime", available: wasmtimeAvailable(), run: runOnWasmtime },
];

/** The output of `virtualize` as one array. */
export function virtualized(component: Uint8Array, options: Options = {}): Uint8Array {
  return Buffer.concat(virtualize(component, options).chunks);
}

/** The interfaces that a component imports, without versions, in alphabetical order. */
export async function importsOf(component: Uint8Array): Promise<readonly string[]> {
  const root = /world root \{([^}]*)\}/.exec(await componentWit(component))?.[1] ?? "";
  return [...root.matchAll(/^ *import ([^@;]+).*;$/gm)].map(([, name = ""]) => name).sort();
}

/** Asks the independent judge where there is one. */
export async function expectValid(component: Uint8Array): Promise<void> {
  if (wasmtimeAvailable()) expect(await validate(component)).toEqual({ kind: "valid" });
}
