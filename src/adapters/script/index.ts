/**
 * Scripts: what stages have of their own, and which of them is next. The layer stands in front of a component that has the stages
 * (compose/stages.ts), which asks `next` how to go on.
 */
import type { Interfaces } from "../../component/interfaces.ts";
import { keyOf } from "../../component/names.ts";
import type { World } from "../../component/world.ts";
import { NEXT } from "../../compose/continuation.ts";
import { PROCEED } from "../../compose/starter.ts";
import type { Part } from "../../compose/part.ts";
import type { StagedFunction } from "../../compose/stages.ts";
import type { Denied } from "../../shim/stubs.ts";
import type { AdapterModule, Layer } from "../adapter-module.ts";
import { plainAdapter } from "../adapter.ts";
import { guestNameOf } from "../guest-names.ts";
import { linkLayer, linkStaged, type Shimmed } from "../link.ts";
import { linkPart } from "../link-part.ts";
import { guestCore } from "../prebuilt-core.ts";
import { scriptCore } from "../prebuilt.ts";
import { ASYNC_SERIES, SERIES, wasiKey } from "../series.ts";
import type { Code } from "./code.ts";
import { scriptImage } from "./image.ts";

export const ID = "script";
/** Tells which stage is next: it is between parts of ours. */
export const CONTROL = "wasi-nest:script/control";

/** In front of everything else, whose calls are those of the stages. */
const ORDER = 0;

const STREAMS: Readonly<Record<string, string>> = {
  "wasi:cli/stdin": "get-stdin",
  "wasi:cli/stdout": "get-stdout",
  "wasi:cli/stderr": "get-stderr",
};
const LATER_STREAMS: Readonly<Record<string, string>> = {
  "wasi:cli/stdin": "read-via-stream",
  "wasi:cli/stdout": "write-via-stream",
  "wasi:cli/stderr": "write-via-stream",
};
const TERMINALS: Readonly<Record<string, string>> = {
  "wasi:cli/terminal-stdin": "get-terminal-stdin",
  "wasi:cli/terminal-stdout": "get-terminal-stdout",
  "wasi:cli/terminal-stderr": "get-terminal-stderr",
};
const ENVIRONMENT = "wasi:cli/environment";

const own = (series: string, streams: Readonly<Record<string, string>>): readonly (readonly [string, string])[] =>
  Object.entries({ ...streams, ...TERMINALS }).map(([base, name]) => [wasiKey(base, series), name]);
/** The functions that give streams, by the keys of their interfaces. */
const STREAM_FUNCTIONS: ReadonlyMap<string, string> = new Map([...own(SERIES, STREAMS), ...own(ASYNC_SERIES, LATER_STREAMS)]);

/** Whether each stage has a function of an interface of its own. */
export function isOfStage({ commands, needs }: Code, key: string, name: string): boolean {
  if (key === wasiKey(ENVIRONMENT) || key === wasiKey(ENVIRONMENT, ASYNC_SERIES))
    return name === "get-arguments" || (name === "get-environment" && commands.some(({ env }) => env.length > 0));
  return STREAM_FUNCTIONS.get(key) === name && (needs === "pipes" || needs === "files");
}

/** It has no options: a script is no part of them. */
export type ScriptOptions = Readonly<Record<never, never>>;

export const script: AdapterModule<ScriptOptions> = {
  name: ID,
  interfaces: {},
  privateInterfaces: new Map([
    [
      CONTROL,
      new Map([
        ["next", { kind: "func", type: NEXT }],
        ["proceed", { kind: "func", type: PROCEED }],
      ]),
    ],
  ]),
  heading: "Scripts:",
  flags: {},
  options: {},
  readme: [],
  configure: () => ({ isHosts: () => false, decide: () => undefined }),
};

/** What a script puts in front of all that its stages import; `staged` where some of them run at once. */
export const scriptLayer = (code: Code, staged?: readonly StagedFunction[]): Layer => ({
  kind: "part",
  order: ORDER,
  partOf: (world, interfaces) => scriptPart(code, staged, world, interfaces),
});

function scriptPart(code: Code, staged: readonly StagedFunction[] | undefined, world: World, interfaces: Interfaces): Part | undefined {
  const { needs } = code;
  const adapter = plainAdapter(ID, guestCore(scriptCore), scriptImage(code), () => [needs]);
  const denied: Denied = { interfaces: new Map(), denialOf: () => "error", textOf: () => "", functions: [] };
  if (staged !== undefined) {
    const own = staged.flatMap(({ control, key, name, stage }) => {
      const found = interfaces.get(CONTROL)?.exports.get(control);
      return found?.kind === "func"
        ? [{ key: CONTROL, name: control, type: found.type, guest: `staged_${guestNameOf(key, name)}`, stage }]
        : [];
    });
    const proceed = { key: CONTROL, name: "proceed", type: PROCEED, guest: guestNameOf(CONTROL, "proceed"), stage: undefined };
    return linkPart([linkStaged(adapter, [proceed, ...own], interfaces)], denied, interfaces, false);
  }
  const functions = new Map<string, Shimmed>([[`${CONTROL} next`, { key: CONTROL, name: "next", type: NEXT }]]);
  for (const [imported, item] of world.imports) {
    const key = keyOf(imported);
    if (item.kind !== "instance") continue;
    for (const name of item.exports.keys()) {
      const found = interfaces.get(key)?.exports.get(name);
      if (found?.kind === "func" && isOfStage(code, key, name)) functions.set(`${key} ${name}`, { key, name, type: found.type });
    }
  }
  return linkPart([linkLayer(adapter, [...functions.values()], interfaces)], denied, interfaces, false);
}
