/** Elements of WASI 0.3's streams and futures, by their types' names in built-ins, and how they lie in memory. */

import { Err, ERROR_CODES, TYPES } from "./descriptors.ts";
import type { Adapter } from "./harness.ts";

export interface ElementType {
  readonly size: number;
  readonly align: number;
  readonly lift: (adapter: Adapter, at: number) => unknown;
  readonly lower: (adapter: Adapter, at: number, value: unknown) => void;
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

/** Of bodies: whether there are trailers, and what came of one. */
export const TRAILERS = "wasi:http/types#[static]response.consume-body 1";
export const CONSUMED = "wasi:http/types#[static]response.consume-body 0";

/** `ok`, the handle of trailers, or the number of an error with a text. */
export type Later = "ok" | { readonly trailers: number } | { readonly error: number; readonly text?: string };

function liftLater({ view }: Adapter, at: number): Later {
  if (view.getUint8(at) === 1) return { error: view.getUint8(at + 8) };
  return view.getUint8(at + 8) === 1 ? { trailers: view.getUint32(at + 12, true) } : "ok";
}

function lowerLater(adapter: Adapter, at: number, value: Later): void {
  // What is not said may be anything.
  new Uint8Array(adapter.memory.buffer, at, LATER.size).fill(0xaa);
  const set = (offset: number, byte: number): void => adapter.view.setUint8(at + offset, byte);
  set(0, typeof value === "object" && "error" in value ? 1 : 0);
  if (value === "ok") return set(8, 0);
  if ("trailers" in value) {
    set(8, 1);
    return adapter.view.setUint32(at + 12, value.trailers, true);
  }
  set(8, value.error);
  set(16, value.text === undefined ? 0 : 1);
  adapter.lower(value.text ?? "").forEach((word, i) => adapter.view.setUint32(at + 20 + i * 4, word, true));
}

const LATER: ElementType = {
  size: 40,
  align: 8,
  lift: liftLater,
  lower: (adapter: Adapter, at: number, value: unknown) => lowerLater(adapter, at, value as Later),
};

const notLowered = (): never => {
  throw new Error("the adapter reads what it never reads");
};

export const ELEMENTS: ReadonlyMap<string, ElementType> = new Map([
  ["u8", { size: 1, align: 1, lift: ({ view }, at) => view.getUint8(at), lower: notLowered }],
  [TRAILERS, LATER],
  [CONSUMED, LATER],
  [
    ENTRY,
    { size: 24, align: 4, lower: notLowered, lift: (adapter, at): Entry => [descriptorTypeAt(adapter, at), adapter.textAt(at + 16)] },
  ],
  [
    OUTCOME,
    {
      size: 20,
      align: 4,
      lower: notLowered,
      lift: (adapter, at) => {
        const isError = adapter.view.getUint8(at);
        if (isError > 1) throw new Error("no result");
        return isError === 1 ? new Err(errorCodeAt(adapter, at + 4)) : "ok";
      },
    },
  ],
] satisfies [string, ElementType][]);
