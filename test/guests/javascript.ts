/** Components made of JavaScript by componentize-js: 12 MB each, and 10 s and 800 MB to build. */

import { cached } from "./cached.ts";
import { installedVersion } from "./installed.ts";
import { runTool } from "./run-tool.ts";
import { wasiWit } from "./wasi-wit.ts";

export interface JavascriptOptions {
  /** What stands in the world's braces, WASI 0.2.12; a command that imports all of wasi:cli unless told. */
  readonly world?: string;
  /** WIT of packages beside WASI's, each `package name { ... }`. */
  readonly packages?: string;
}

const COMMAND = "include wasi:cli/command@0.2.12;";

/**
 * The component of an ES module, which imports from "wasi:cli/environment@0.2.12" and the like. A command
 * exports `run` as an object with a method `run`.
 */
export async function javascript(source: string, options: JavascriptOptions = {}): Promise<Uint8Array> {
  const wit = await wasiWit("0.2.12");
  const witWorld = `package test:guest;\nworld guest {\n  ${options.world ?? COMMAND}\n}\n${wit}${options.packages ?? ""}`;
  return cached("javascript", [installedVersion("@bytecodealliance/componentize-js"), source, witWorld], () =>
    runTool("componentize", { source, witWorld, worldName: "guest" }),
  );
}
