/**
 * Instances: a component or core module with its arguments, or a bundle of things that are there already
 * (Binary.md, "Instance Definitions").
 */
import { after, choice, type Codec, name, struct, u32, vec } from "./codec.ts";
import { type ExternName, externName } from "./externs.ts";
import { type CoreSort, coreSort, type SortIdx, sortIdx } from "./sorts.ts";

export interface CoreInstantiateArg {
  readonly name: string;
  readonly instance: number;
}

export interface CoreInlineExport {
  readonly name: string;
  readonly sort: CoreSort;
  readonly idx: number;
}

export type CoreInstance =
  | { readonly kind: "instantiate"; readonly module: number; readonly args: readonly CoreInstantiateArg[] }
  | { readonly kind: "exports"; readonly exports: readonly CoreInlineExport[] };

export interface InstantiateArg {
  readonly name: string;
  readonly item: SortIdx;
}

export interface InlineExport {
  readonly name: ExternName;
  readonly item: SortIdx;
}

export type Instance =
  | { readonly kind: "instantiate"; readonly component: number; readonly args: readonly InstantiateArg[] }
  | { readonly kind: "exports"; readonly exports: readonly InlineExport[] };

/** `core:instantiatearg ::= n:<core:name> 0x12 i:<instanceidx>` */
const coreInstantiateArg = struct<CoreInstantiateArg>({ name, instance: after(0x12, u32) });

/** `core:inlineexport ::= n:<core:name> si:<core:sortidx>` */
const coreInlineExport = struct<CoreInlineExport>({ name, sort: coreSort, idx: u32 });

/** `core:instanceexpr ::= 0x00 m:<moduleidx> arg*:vec(<core:instantiatearg>) | 0x01 e*:vec(<core:inlineexport>)` */
export const coreInstance: Codec<CoreInstance> = choice<CoreInstance>("core instance", {
  instantiate: [0x00, struct({ module: u32, args: vec(coreInstantiateArg) })],
  exports: [0x01, struct({ exports: vec(coreInlineExport) })],
});

/** `instantiatearg ::= n:<name> si:<sortidx>` */
const instantiateArg = struct<InstantiateArg>({ name, item: sortIdx });

/** `inlineexport ::= na:<nameattributes> si:<sortidx>` */
const inlineExport = struct<InlineExport>({ name: externName, item: sortIdx });

/** `instanceexpr ::= 0x00 c:<componentidx> arg*:vec(<instantiatearg>) | 0x01 e*:vec(<inlineexport>)` */
export const instance: Codec<Instance> = choice<Instance>("instance", {
  instantiate: [0x00, struct({ component: u32, args: vec(instantiateArg) })],
  exports: [0x01, struct({ exports: vec(inlineExport) })],
});
