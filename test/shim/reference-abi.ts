/**
 * The canonical ABI once more, for tests: values into memory and core values, and back. Written after
 * CanonicalABI.md, apart from the layout rules in src, which it checks as well.
 */
import type { ValType } from "../../src/component/types.ts";
import type { HandleValue, Value } from "./random-types.ts";

export interface Space {
  readonly memory: WebAssembly.Memory;
  allocate(align: number, byteLength: number): number;
}

export type CoreValue = number | bigint;
type CoreType = "i32" | "i64" | "f32" | "f64";

const view = ({ memory }: Space): DataView => new DataView(memory.buffer);
const align = (at: number, to: number): number => Math.ceil(at / to) * to;

const SIZES: Readonly<Record<string, number>> = {
  bool: 1,
  s8: 1,
  u8: 1,
  s16: 2,
  u16: 2,
  s32: 4,
  u32: 4,
  s64: 8,
  u64: 8,
  f32: 4,
  f64: 8,
  char: 4,
};

interface Case {
  readonly type: ValType | undefined;
}

function cases(type: ValType): readonly Case[] | undefined {
  if (typeof type === "string") return undefined;
  if (type.kind === "variant") return type.cases;
  if (type.kind === "enum") return type.labels.map(() => ({ type: undefined }));
  if (type.kind === "option") return [{ type: undefined }, { type: type.some }];
  return type.kind === "result" ? [{ type: type.ok }, { type: type.error }] : undefined;
}

function members(type: ValType): readonly ValType[] | undefined {
  if (typeof type === "string") return undefined;
  if (type.kind === "record") return type.fields.map((field) => field.type);
  return type.kind === "tuple" ? type.types : undefined;
}

const discriminantSize = (count: number): number => (count <= 256 ? 1 : count <= 65536 ? 2 : 4);

export function alignment(type: ValType): number {
  if (type === "string") return 4;
  if (typeof type === "string") return SIZES[type]!;
  const inner = members(type) ?? cases(type)?.flatMap((each) => (each.type === undefined ? [] : [each.type]));
  if (inner !== undefined) return Math.max(1, discriminantSize(cases(type)?.length ?? 0), ...inner.map(alignment));
  return type.kind === "flags" ? flagsSize(type.labels.length) : 4;
}

const flagsSize = (count: number): number => (count <= 8 ? 1 : count <= 16 ? 2 : 4);

export function size(type: ValType): number {
  if (type === "string") return 8;
  if (typeof type === "string") return SIZES[type]!;
  const fields = members(type);
  if (fields !== undefined)
    return align(
      fields.reduce((at, each) => align(at, alignment(each)) + size(each), 0),
      alignment(type),
    );
  if (type.kind === "list") return 8;
  if (type.kind === "flags") return flagsSize(type.labels.length);
  const variants = cases(type);
  if (variants === undefined) return 4;
  return align(
    payloadAt(variants) + Math.max(0, ...variants.map((each) => (each.type === undefined ? 0 : size(each.type)))),
    alignment(type),
  );
}

function payloadAt(variants: readonly Case[]): number {
  const most = Math.max(1, ...variants.map((each) => (each.type === undefined ? 1 : alignment(each.type))));
  return align(discriminantSize(variants.length), most);
}

/** Writes a value where it belongs. */
export function store(space: Space, type: ValType, value: Value, at: number): void {
  if (type === "string") {
    const bytes = new TextEncoder().encode(value as string);
    const address = space.allocate(1, bytes.length);
    new Uint8Array(space.memory.buffer).set(bytes, address);
    return storeWords(space, at, address, bytes.length);
  }
  if (typeof type === "string") return storeNumber(view(space), type, value, at);
  const fields = members(type);
  if (fields !== undefined) {
    let offset = 0;
    fields.forEach((each, i) => {
      offset = align(offset, alignment(each));
      store(space, each, (value as readonly Value[])[i]!, at + offset);
      offset += size(each);
    });
    return;
  }
  const variants = cases(type);
  if (variants !== undefined) {
    const chosen = value as { readonly case: number; readonly value: Value | undefined };
    storeInteger(view(space), at, discriminantSize(variants.length), chosen.case);
    const payload = variants[chosen.case]?.type;
    if (payload !== undefined) store(space, payload, chosen.value!, at + payloadAt(variants));
    return;
  }
  if (type.kind === "list") {
    const elements = value as readonly Value[];
    const address = space.allocate(alignment(type.element), elements.length * size(type.element));
    elements.forEach((each, i) => store(space, type.element, each, address + i * size(type.element)));
    return storeWords(space, at, address, elements.length);
  }
  if (type.kind === "flags") return storeInteger(view(space), at, flagsSize(type.labels.length), bitsOf(value as readonly boolean[]));
  view(space).setUint32(at, (value as HandleValue).handle, true);
}

function storeWords(space: Space, at: number, first: number, second: number): void {
  view(space).setUint32(at, first, true);
  view(space).setUint32(at + 4, second, true);
}

function storeInteger(to: DataView, at: number, bytes: number, value: number): void {
  for (let i = 0; i < bytes; i++) to.setUint8(at + i, (value >>> (8 * i)) & 0xff);
}

const bitsOf = (flags: readonly boolean[]): number => flags.reduce((bits, flag, i) => (flag ? (bits | (1 << i)) >>> 0 : bits), 0);

function storeNumber(to: DataView, type: string, value: Value, at: number): void {
  if (type === "f32") to.setFloat32(at, value as number, true);
  else if (type === "f64") to.setFloat64(at, value as number, true);
  else if (typeof value === "bigint") to.setBigUint64(at, BigInt.asUintN(64, value), true);
  else storeInteger(to, at, SIZES[type]!, numberOf(value));
}

const numberOf = (value: Value): number => (typeof value === "string" ? value.codePointAt(0)! : Number(value));

/** Reads a value from memory. */
export function load(space: Space, type: ValType, at: number): Value {
  const from = view(space);
  if (type === "string")
    return new TextDecoder().decode(new Uint8Array(space.memory.buffer, from.getUint32(at, true), from.getUint32(at + 4, true)));
  if (typeof type === "string") {
    if (type === "f32") return from.getFloat32(at, true);
    if (type === "f64") return from.getFloat64(at, true);
    if (type === "s64") return from.getBigInt64(at, true);
    if (type === "u64") return from.getBigUint64(at, true);
    return fromInteger(type, loadInteger(from, at, SIZES[type]!));
  }
  const fields = members(type);
  if (fields !== undefined) {
    let offset = 0;
    return fields.map((each) => {
      offset = align(offset, alignment(each));
      const value = load(space, each, at + offset);
      offset += size(each);
      return value;
    });
  }
  const variants = cases(type);
  if (variants !== undefined) {
    const index = loadInteger(from, at, discriminantSize(variants.length));
    const payload = variants[index]?.type;
    return { case: index, value: payload === undefined ? undefined : load(space, payload, at + payloadAt(variants)) };
  }
  if (type.kind === "list") {
    const [address, length] = [from.getUint32(at, true), from.getUint32(at + 4, true)];
    return Array.from({ length }, (_, i) => load(space, type.element, address + i * size(type.element)));
  }
  if (type.kind === "flags") return flagsOf(type.labels.length, loadInteger(from, at, flagsSize(type.labels.length)));
  if (type.kind !== "own" && type.kind !== "borrow") throw new Error(`no ${type.kind} here`);
  return { handle: from.getUint32(at, true), of: type.resource };
}

function loadInteger(from: DataView, at: number, bytes: number): number {
  let value = 0;
  for (let i = bytes - 1; i >= 0; i--) value = value * 256 + from.getUint8(at + i);
  return value;
}

const flagsOf = (count: number, bits: number): boolean[] => Array.from({ length: count }, (_, i) => ((bits >>> i) & 1) === 1);

function fromInteger(type: string, value: number): Value {
  if (type === "bool") return value !== 0;
  if (type === "char") return String.fromCodePoint(value);
  return type.startsWith("s") ? Number(BigInt.asIntN(8 * SIZES[type]!, BigInt(value))) : value;
}

export function flatTypes(type: ValType): readonly CoreType[] {
  if (type === "string") return ["i32", "i32"];
  if (typeof type === "string") return [({ s64: "i64", u64: "i64", f32: "f32", f64: "f64" } as const)[type as string] ?? "i32"];
  const fields = members(type);
  if (fields !== undefined) return fields.flatMap(flatTypes);
  if (type.kind === "list") return ["i32", "i32"];
  const variants = cases(type);
  if (variants === undefined) return ["i32"];
  const joined: CoreType[] = [];
  for (const each of variants) {
    (each.type === undefined ? [] : flatTypes(each.type)).forEach((flat, i) => {
      const other = joined[i];
      const narrow = (name: CoreType): boolean => name === "i32" || name === "f32";
      joined[i] = other === undefined || other === flat ? flat : narrow(other) && narrow(flat) ? "i32" : "i64";
    });
  }
  return ["i32", ...joined];
}

/** The core values of a value. */
export function lower(space: Space, type: ValType, value: Value): readonly CoreValue[] {
  if (type === "string" || (typeof type === "object" && type.kind === "list")) {
    const at = space.allocate(4, 8);
    store(space, type, value, at);
    return [view(space).getInt32(at, true), view(space).getInt32(at + 4, true)];
  }
  if (typeof type === "string")
    return [
      typeof value === "bigint" ? BigInt.asIntN(64, value) : type === "f32" || type === "f64" ? (value as number) : numberOf(value) | 0,
    ];
  const fields = members(type);
  if (fields !== undefined) return fields.flatMap((each, i) => lower(space, each, (value as readonly Value[])[i]!));
  if (type.kind === "flags") return [bitsOf(value as readonly boolean[]) | 0];
  if (type.kind === "own" || type.kind === "borrow") return [(value as HandleValue).handle];
  const chosen = value as { readonly case: number; readonly value: Value | undefined };
  const payload = cases(type)?.[chosen.case]?.type;
  const flat = payload === undefined ? [] : lower(space, payload, chosen.value!);
  const own = payload === undefined ? [] : flatTypes(payload);
  const slots = flatTypes(type).slice(1);
  return [chosen.case, ...slots.map((slot, i) => (i < flat.length ? widened(flat[i]!, own[i]!, slot) : slot === "i64" ? 0n : 0))];
}

const bits = new DataView(new ArrayBuffer(8));

function widened(value: CoreValue, from: CoreType, to: CoreType): CoreValue {
  if (from === to) return value;
  if (from === "f32") bits.setFloat32(0, Number(value));
  else if (from === "f64") bits.setFloat64(0, Number(value));
  else bits.setInt32(0, Number(value));
  if (from === "f64") return bits.getBigInt64(0);
  return to === "i64" ? BigInt(bits.getUint32(0)) : bits.getInt32(0);
}

function narrowed(value: CoreValue, from: CoreType, to: CoreType): CoreValue {
  if (from === to) return value;
  if (from === "i64") bits.setBigInt64(0, BigInt(value));
  else bits.setInt32(4, Number(value));
  if (to === "f64") return bits.getFloat64(0);
  return to === "f32" ? bits.getFloat32(4) : bits.getInt32(4);
}

/** The value that core values stand for; takes them from the front. */
export function lift(space: Space, type: ValType, flat: CoreValue[]): Value {
  if (type === "string" || (typeof type === "object" && type.kind === "list")) {
    const at = space.allocate(4, 8);
    storeWords(space, at, Number(flat.shift()), Number(flat.shift()));
    return load(space, type, at);
  }
  if (typeof type === "string") {
    const value = flat.shift()!;
    if (type === "u64") return BigInt.asUintN(64, BigInt(value));
    if (typeof value === "bigint" || type === "f32" || type === "f64") return value;
    return fromInteger(type, type === "bool" ? value : Number(BigInt.asUintN(8 * SIZES[type]!, BigInt(value))));
  }
  const fields = members(type);
  if (fields !== undefined) return fields.map((each) => lift(space, each, flat));
  if (type.kind === "flags") return flagsOf(type.labels.length, Number(flat.shift()));
  if (type.kind === "own" || type.kind === "borrow") return { handle: Number(flat.shift()), of: type.resource };
  const index = Number(flat.shift());
  const slots = flatTypes(type).slice(1);
  const taken = flat.splice(0, slots.length);
  const payload = cases(type)?.[index]?.type;
  if (payload === undefined) return { case: index, value: undefined };
  const own = flatTypes(payload).map((each, i) => narrowed(taken[i]!, slots[i]!, each));
  return { case: index, value: lift(space, payload, own) };
}
