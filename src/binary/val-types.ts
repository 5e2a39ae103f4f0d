/**
 * Types of values: primitives, and what can be built of them (Binary.md, "Type Definitions", up to `valtype`).
 */
import { type Cases, type Codec, hex, keyword, name, optional, type Reader, reserved, struct, u32, vec, type Writer } from "./codec.ts";
import { FormatError } from "../errors.ts";

const primOpcodes = {
  bool: 0x7f,
  s8: 0x7e,
  u8: 0x7d,
  s16: 0x7c,
  u16: 0x7b,
  s32: 0x7a,
  u32: 0x79,
  s64: 0x78,
  u64: 0x77,
  f32: 0x76,
  f64: 0x75,
  char: 0x74,
  string: 0x73,
  "error-context": 0x64,
} as const;

export type PrimValType = keyof typeof primOpcodes;

/** A type index or a primitive. */
export type ValType = number | PrimValType;

export interface LabelledType {
  readonly label: string;
  readonly type: ValType;
}

export interface VariantCase {
  readonly label: string;
  readonly type: ValType | undefined;
  /** Reserved by the format. */
  readonly refines?: undefined;
}

export type CompoundValType =
  | { readonly kind: "record"; readonly fields: readonly LabelledType[] }
  | { readonly kind: "variant"; readonly cases: readonly VariantCase[] }
  | { readonly kind: "list"; readonly element: ValType }
  | { readonly kind: "fixed list"; readonly element: ValType; readonly length: number }
  | { readonly kind: "map"; readonly key: ValType; readonly value: ValType }
  | { readonly kind: "tuple"; readonly types: readonly ValType[] }
  | { readonly kind: "flags"; readonly labels: readonly string[] }
  | { readonly kind: "enum"; readonly labels: readonly string[] }
  | { readonly kind: "option"; readonly some: ValType }
  | { readonly kind: "result"; readonly ok: ValType | undefined; readonly error: ValType | undefined }
  | { readonly kind: "own"; readonly resource: number }
  | { readonly kind: "borrow"; readonly resource: number }
  | { readonly kind: "stream"; readonly element: ValType | undefined }
  | { readonly kind: "future"; readonly element: ValType | undefined };

export type DefValType = { readonly kind: "primitive"; readonly type: PrimValType } | CompoundValType;

/** The first bytes of primitives. */
export const primFirstBytes: ReadonlySet<number> = new Set(Object.values(primOpcodes));

/** `primvaltype ::= 0x7f => bool | ...` */
export const primValType: Codec<PrimValType> = keyword("primitive type", primOpcodes);

/** `valtype ::= i:<typeidx> | pvt:<primvaltype>`: one signed LEB128, negative for a primitive. */
export const valType: Codec<ValType> = {
  read(reader) {
    const opcode = reader.peek();
    return opcode >= 0x40 && opcode < 0x80 ? primValType.read(reader) : readTypeIdx(reader);
  },
  write(writer, value) {
    if (typeof value === "string") primValType.write(writer, value);
    else writeTypeIdx(writer, value);
  },
};

function readTypeIdx(reader: Reader): number {
  const start = reader.offset;
  let value = 0;
  for (let shift = 0; shift <= 28; shift += 7) {
    const byte = reader.byte();
    if (shift === 28 && byte > 0x0f) break;
    value |= (byte & 0x7f) << shift;
    if (byte >= 0x80) continue;
    if (byte >= 0x40 && shift < 28)
      throw new FormatError(`expected a value type, found a negative number that ends in ${hex(byte)}`, start);
    return value >>> 0;
  }
  throw new FormatError("a type index does not fit in 32 bits", start);
}

function writeTypeIdx(writer: Writer, value: number): void {
  let rest = value;
  for (; rest >= 0x40; rest >>>= 7) writer.byte((rest & 0x7f) | 0x80);
  writer.byte(rest);
}

/** `labelvaltype ::= l:<labellit> t:<valtype>` */
export const labelledType: Codec<LabelledType> = struct<LabelledType>({ label: name, type: valType });

/** `case ::= l:<labellit> t?:<valtype>? 0x00` */
const variantCase: Codec<VariantCase> = struct<VariantCase>({ label: name, type: optional(valType), refines: reserved(0x00) });

/** `defvaltype ::= pvt:<primvaltype> | ...`, but for the first. */
export const compoundCases: Cases<CompoundValType> = {
  record: [0x72, struct({ fields: vec(labelledType) })],
  variant: [0x71, struct({ cases: vec(variantCase) })],
  list: [0x70, struct({ element: valType })],
  "fixed list": [0x67, struct({ element: valType, length: u32 })],
  map: [0x63, struct({ key: valType, value: valType })],
  tuple: [0x6f, struct({ types: vec(valType) })],
  flags: [0x6e, struct({ labels: vec(name) })],
  enum: [0x6d, struct({ labels: vec(name) })],
  option: [0x6b, struct({ some: valType })],
  result: [0x6a, struct({ ok: optional(valType), error: optional(valType) })],
  own: [0x69, struct({ resource: u32 })],
  borrow: [0x68, struct({ resource: u32 })],
  stream: [0x66, struct({ element: optional(valType) })],
  future: [0x65, struct({ element: optional(valType) })],
};
