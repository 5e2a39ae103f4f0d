/**
 * The interfaces that are ours: by which whoever embeds an output lists, reads, writes and resets the files in it
 * (wit/files.wit) and lists what changed in overlays (wit/changes.wit), and by which a component below an app makes streams
 * (wit/pipes.wit).
 */
import { keyOf } from "../component/names.ts";
import type { Exports, Extern, FuncType } from "../component/types.ts";
import { asyncCatalogue, ownCatalogue } from "./prebuilt-core.ts";
import { ASYNC_SERIES, wasiKey } from "./series.ts";

export const FILES_INTERFACE = "wasi-nest:virtual/files@0.1.0";
export const CHANGES_INTERFACE = "wasi-nest:virtual/changes@0.1.0";
export const PIPES_INTERFACE = "wasi-nest:virtual/pipes@0.1.0";
/** Private: streams of stages of a script (virt-adapters/kept.wit). */
export const KEPT_INTERFACE = "wasi-nest:virtual/kept@0.1.0";
/** Private: the same streams as those of WASI 0.3. */
export const KEPT_ASYNC = "wasi-nest:virtual/kept-async";

/** The types and functions of one that whoever embeds an output uses, in full. */
export function ownInterface(name: typeof FILES_INTERFACE | typeof CHANGES_INTERFACE): Exports {
  const found = ownCatalogue().imports.get(name);
  if (found?.kind !== "instance") throw new Error(`the catalogue has no \`${name}\``);
  return found.exports;
}

/**
 * `read-via-stream` and `write-via-stream` as standard streams have them, of a kept stream, which comes first; and `hold-all`, for a
 * pipe that is read when its writer has ended.
 */
export function keptAsync(): Exports {
  const kept = { label: "kept", type: "u32" } as const;
  return new Map<string, Extern>([
    ["hold-all", { kind: "func", type: { kind: "func", async: false, params: [kept], result: undefined } }],
    ...(["stdin read-via-stream", "stdout write-via-stream"] as const).map((each): readonly [string, Extern] => {
      const [base = "", name = ""] = each.split(" ");
      const type = asyncFunc(wasiKey(`wasi:cli/${base}`, ASYNC_SERIES), name);
      return [name, { kind: "func", type: { ...type, params: [kept, ...type.params] } }];
    }),
  ]);
}

function asyncFunc(key: string, name: string): FuncType {
  for (const [imported, item] of asyncCatalogue().imports) {
    const found = item.kind === "instance" && keyOf(imported) === key ? item.exports.get(name) : undefined;
    if (found?.kind === "func") return found.type;
  }
  throw new Error(`the catalogue has no \`${key}\` \`${name}\``);
}
