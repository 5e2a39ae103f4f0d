/** Elements of WASI 0.3's streams and futures, by their types' names in built-ins, and how they lie in memory. */

import { Err, ERROR_CODES, TYPES } from "./descriptors.ts";
import type { Adapter } from "./harness.ts";

export interface ElementType {
  readonly size: number;
  readonly align: number;
  readonly lift: (adapter: Adapter, at: number) => unknown;
}

/** Codes of 0.2 without `would-block`, and `other`. */
const VARIANT_CODES: readonly string[] = [...ERROR_CODES.filter((code) => code !== "would-block"), "other"];
const VARIANT_TYPES: readonly string[] = [...TYPES.slice(1), "other"];

/** A case without a payload, or `other` of an `option<string>`. */
function variantAt({ view }: Adapter, at: number, cases: readonly string[]): string {
  const found = cases[view.getUint8(at)];
  if (found === undefined) throw new Error(`no case ${view.getUint8(at)}`);
  if (found === "other" && view.getUint8(at + 4) > 1) throw new Error("no option");
  return found;
}

export const errorCodeAt = (adapter: Adapter, at: number): string => variantAt(adapter, at, VARIANT_CODES);
export const descriptorTypeAt = (adapter: Adapter, at: number): string => variantAt(adapter, at, VARIANT_TYPES);

export const ENTRY = "wasi:filesystem/types#directory-entry";
export const OUTCOME = "wasi:filesystem/types#error-code";

/** Type and name. */
export type Entry = readonly [type: string, name: string];

export const ELEMENTS: ReadonlyMap<string, ElementType> = new Map([
  ["u8", { size: 1, align: 1, lift: ({ view }, at) => view.getUint8(at) }],
  [ENTRY, { size: 24, align: 4, lift: (adapter, at): Entry => [descriptorTypeAt(adapter, at), adapter.textAt(at + 16)] }],
  [
    OUTCOME,
    {
      size: 20,
      align: 4,
      lift: (adapter, at) => {
        const isError = adapter.view.getUint8(at);
        if (isError > 1) throw new Error("no result");
        return isError === 1 ? new Err(errorCodeAt(adapter, at + 4)) : "ok";
      },
    },
  ],
] satisfies [string, ElementType][]);
