/**
 * Imports and exports, their names and their types (Binary.md, "Import and Export Definitions",
 * and `externtype` from "Type Definitions").
 */
import { choice, type Codec, name, optional, struct, u32, vec } from "./codec.ts";
import { type SortIdx, sortIdx } from "./sorts.ts";
import { type ValType, valType } from "./val-types.ts";

export type Attribute =
  | { readonly kind: "implements"; readonly interface: string }
  | { readonly kind: "versionsuffix"; readonly suffix: string }
  | { readonly kind: "external-id"; readonly id: string };

/** `plain` and `interface` mean the same; the kind keeps the byte. */
export type ExternName =
  | { readonly kind: "plain"; readonly name: string }
  | { readonly kind: "interface"; readonly name: string }
  | { readonly kind: "attributed"; readonly name: string; readonly attributes: readonly Attribute[] };

export type ValueBound = { readonly kind: "eq"; readonly value: number } | { readonly kind: "type"; readonly type: ValType };

export type TypeBound = { readonly kind: "eq"; readonly type: number } | { readonly kind: "sub resource" };

export type ExternType =
  | { readonly kind: "core module"; readonly type: number }
  | { readonly kind: "func"; readonly type: number }
  | { readonly kind: "value"; readonly bound: ValueBound }
  | { readonly kind: "type"; readonly bound: TypeBound }
  | { readonly kind: "component"; readonly type: number }
  | { readonly kind: "instance"; readonly type: number };

export interface Import {
  readonly name: ExternName;
  readonly type: ExternType;
}

/** An export declared in a type: no item yet. */
export interface ExportDecl {
  readonly name: ExternName;
  readonly type: ExternType;
}

export interface Export {
  readonly name: ExternName;
  readonly item: SortIdx;
  readonly type: ExternType | undefined;
}

/** `attribute ::= 0x00 len:<u32> in:<interfacename> | 0x01 len:<u32> vs:<semversuffix> | 0x02 n:<name>` */
const attribute = choice<Attribute>("name attribute", {
  implements: [0x00, struct({ interface: name })],
  versionsuffix: [0x01, struct({ suffix: name })],
  "external-id": [0x02, struct({ id: name })],
});

/** `nameattributes ::= 0x00 len:<u32> en:<externname> | 0x01 len:<u32> en:<externname> | 0x02 len:<u32> en:<externname> a*:vec(<attribute>)` */
export const externName: Codec<ExternName> = choice<ExternName>("extern name", {
  plain: [0x00, struct({ name })],
  interface: [0x01, struct({ name })],
  attributed: [0x02, struct({ name, attributes: vec(attribute) })],
});

/** `typebound ::= 0x00 i:<typeidx> | 0x01` */
const typeBound = choice<TypeBound>("type bound", {
  eq: [0x00, struct({ type: u32 })],
  "sub resource": [0x01, struct({})],
});

/** `valuebound ::= 0x00 i:<valueidx> | 0x01 t:<valtype>` */
const valueBound = choice<ValueBound>("value bound", {
  eq: [0x00, struct({ value: u32 })],
  type: [0x01, struct({ type: valType })],
});

/** `externtype ::= 0x00 0x11 i:<core:typeidx> | 0x01 i:<typeidx> | 0x02 b:<valuebound> | 0x03 b:<typebound> | 0x04 i:<typeidx> | 0x05 i:<typeidx>` */
export const externType: Codec<ExternType> = choice<ExternType>("extern type", {
  "core module": [[0x00, 0x11], struct({ type: u32 })],
  func: [0x01, struct({ type: u32 })],
  value: [0x02, struct({ bound: valueBound })],
  type: [0x03, struct({ bound: typeBound })],
  component: [0x04, struct({ type: u32 })],
  instance: [0x05, struct({ type: u32 })],
});

/** `import ::= na:<nameattributes> et:<externtype>`, and `importdecl` */
export const importDef: Codec<Import> = struct<Import>({ name: externName, type: externType });

/** `exportdecl ::= na:<nameattributes> et:<externtype>` */
export const exportDecl: Codec<ExportDecl> = struct<ExportDecl>({ name: externName, type: externType });

/** `export ::= na:<nameattributes> si:<sortidx> et?:<externtype>?` */
export const exportDef: Codec<Export> = struct<Export>({ name: externName, item: sortIdx, type: optional(externType) });
