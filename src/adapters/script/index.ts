/**
 * Scripts: what stages have of their own, and which of them is next. The layer stands in front of a component that has the stages
 * (compose/stages.ts), which asks `next` how to go on.
 */
import type { Interfaces } from "../../component/interfaces.ts";
import { keyOf } from "../../component/names.ts";
import type { World } from "../../component/world.ts";
import { NEXT } from "../../compose/continuation.ts";
import type { Part } from "../../compose/part.ts";
import type { Denied } from "../../shim/stubs.ts";
import type { AdapterModule, Layer } from "../adapter-module.ts";
import { plainAdapter } from "../adapter.ts";
import { linkLayer, type Shimmed } from "../link.ts";
import { linkPart } from "../link-part.ts";
import { guestCore } from "../prebuilt-core.ts";
import { scriptCore } from "../prebuilt.ts";
import { wasiKey } from "../series.ts";
import type { Code } from "./code.ts";
import { scriptImage } from "./image.ts";

export const ID = "script";
/** Tells which stage is next: it is between parts of ours. */
export const CONTROL = "wasi-nest:script/control";

/** In front of everything else, whose calls are those of the stages. */
const ORDER = 0;

const ENVIRONMENT = wasiKey("wasi:cli/environment");
const STREAMS: Readonly<Record<string, string>> = {
  [wasiKey("wasi:cli/stdin")]: "get-stdin",
  [wasiKey("wasi:cli/stdout")]: "get-stdout",
  [wasiKey("wasi:cli/stderr")]: "get-stderr",
  [wasiKey("wasi:cli/terminal-stdin")]: "get-terminal-stdin",
  [wasiKey("wasi:cli/terminal-stdout")]: "get-terminal-stdout",
  [wasiKey("wasi:cli/terminal-stderr")]: "get-terminal-stderr",
};

/** It has no options: a script is no part of them. */
export type ScriptOptions = Readonly<Record<never, never>>;

export const script: AdapterModule<ScriptOptions> = {
  name: ID,
  interfaces: {},
  privateInterfaces: new Map([[CONTROL, new Map([["next", { kind: "func", type: NEXT }]])]]),
  heading: "Scripts:",
  flags: {},
  options: {},
  readme: [],
  configure: () => ({ isHosts: () => false, decide: () => undefined }),
};

/** What a script puts in front of all that its stages import. */
export const scriptLayer = (code: Code): Layer => ({
  kind: "part",
  order: ORDER,
  partOf: (world, interfaces) => scriptPart(code, world, interfaces),
});

function scriptPart(code: Code, world: World, interfaces: Interfaces): Part | undefined {
  const { needs } = code;
  const adapter = plainAdapter(ID, guestCore(scriptCore), scriptImage(code), () => [needs]);
  const hasVariables = code.commands.some(({ env }) => env.length > 0);
  const isOurs = (key: string, name: string): boolean => {
    if (key === ENVIRONMENT) return name === "get-arguments" || (name === "get-environment" && hasVariables);
    return STREAMS[key] === name && (needs === "pipes" || needs === "files");
  };
  const functions = new Map<string, Shimmed>([[`${CONTROL} next`, { key: CONTROL, name: "next", type: NEXT }]]);
  for (const [imported, item] of world.imports) {
    const key = keyOf(imported);
    if (item.kind !== "instance") continue;
    for (const name of item.exports.keys()) {
      const found = interfaces.get(key)?.exports.get(name);
      if (found?.kind === "func" && isOurs(key, name)) functions.set(`${key} ${name}`, { key, name, type: found.type });
    }
  }
  const denied: Denied = { interfaces: new Map(), denialOf: () => "error", textOf: () => "", functions: [] };
  return linkPart([linkLayer(adapter, [...functions.values()], interfaces)], denied, interfaces, false);
}
