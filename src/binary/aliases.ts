/**
 * Aliases: something out of an instance, or out of a scope around this one (Binary.md, "Alias Definitions").
 */
import { choice, type Codec, name, struct, u32 } from "./codec.ts";
import { type Sort, sort } from "./sorts.ts";

export type AliasTarget =
  | { readonly kind: "export"; readonly instance: number; readonly name: string }
  | { readonly kind: "core export"; readonly instance: number; readonly name: string }
  /** `count` scopes outwards; 0 is this one. */
  | { readonly kind: "outer"; readonly count: number; readonly idx: number };

export interface Alias {
  readonly sort: Sort;
  readonly target: AliasTarget;
}

/** `alias ::= s:<sort> 0x00 i:<instanceidx> n:<name> | s:<sort> 0x01 i:<core:instanceidx> n:<core:name> | s:<sort> 0x02 ct:<u32> idx:<u32>` */
export const alias: Codec<Alias> = struct<Alias>({
  sort,
  target: choice<AliasTarget>("alias target", {
    export: [0x00, struct({ instance: u32, name })],
    "core export": [0x01, struct({ instance: u32, name })],
    outer: [0x02, struct({ count: u32, idx: u32 })],
  }),
});
