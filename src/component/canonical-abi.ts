/**
 * The canonical ABI's layout rules: how values lie in memory and how they are flattened into core values.
 * https://github.com/WebAssembly/component-model/blob/main/design/mvp/CanonicalABI.md (alignment to flattening)
 */
import type { CoreFuncType, CoreValType } from "../binary/core-module.ts";
import type { DefinedType, FuncType, ValType } from "./types.ts";
import { walk } from "./types.ts";

export const MAX_FLAT_PARAMS = 16;
export const MAX_FLAT_RESULTS = 1;
/** Of a function that is lowered `async`. */
export const MAX_FLAT_ASYNC_PARAMS = 4;

const alignTo = (offset: number, alignment: number): number => Math.ceil(offset / alignment) * alignment;

/** The `case` of a variant-like type with their payloads; `undefined` for any other type. */
export function casesOf(type: ValType): readonly (ValType | undefined)[] | undefined {
  if (typeof type === "string") return undefined;
  if (type.kind === "variant") return type.cases.map((each) => each.type);
  if (type.kind === "enum") return type.labels.map(() => undefined);
  if (type.kind === "option") return [undefined, type.some];
  if (type.kind === "result") return [type.ok, type.error];
  return undefined;
}

/** The members of a record-like type in order; `undefined` for any other type. */
export function membersOf(type: ValType): readonly ValType[] | undefined {
  if (typeof type === "string") return undefined;
  if (type.kind === "record") return type.fields.map((field) => field.type);
  if (type.kind === "tuple") return type.types;
  if (type.kind === "fixed list") return Array.from({ length: type.length }, () => type.element);
  return undefined;
}

export interface Layout {
  /** Bytes. */
  readonly size: number;
  readonly alignment: number;
}

const NUMBERS: Readonly<Record<string, Layout>> = {
  bool: { size: 1, alignment: 1 },
  s8: { size: 1, alignment: 1 },
  u8: { size: 1, alignment: 1 },
  s16: { size: 2, alignment: 2 },
  u16: { size: 2, alignment: 2 },
  s32: { size: 4, alignment: 4 },
  u32: { size: 4, alignment: 4 },
  s64: { size: 8, alignment: 8 },
  u64: { size: 8, alignment: 8 },
  f32: { size: 4, alignment: 4 },
  f64: { size: 8, alignment: 8 },
  char: { size: 4, alignment: 4 },
  string: { size: 8, alignment: 4 },
  "error-context": { size: 4, alignment: 4 },
};

/** Whether values of a type lie in memory as they do whatever it is made of. */
const isSimple = ({ kind }: DefinedType): boolean =>
  kind === "list" || kind === "map" || kind === "own" || kind === "borrow" || kind === "stream" || kind === "future" || kind === "flags";

const layouts = new WeakMap<object, Layout>();

/** Size and alignment of a value in memory, computed once for each type. */
export function layoutOf(type: ValType): Layout {
  if (typeof type === "string") return NUMBERS[type]!;
  if (isSimple(type)) return computeLayout(type);
  const found = layouts.get(type) ?? computeLayout(type);
  layouts.set(type, found);
  return found;
}

function computeLayout(type: DefinedType): Layout {
  if (type.kind === "fixed list") {
    const { size, alignment } = layoutOf(type.element);
    return { size: size * type.length, alignment };
  }
  const members = membersOf(type);
  if (members !== undefined) {
    const { end, alignment } = place(members);
    return { size: alignTo(end, alignment), alignment };
  }
  const cases = casesOf(type);
  if (cases !== undefined) {
    const { payloadOffset, alignment } = variantLayout(cases);
    const payload = cases.reduce((most, each) => Math.max(most, each === undefined ? 0 : layoutOf(each).size), 0);
    return { size: alignTo(payloadOffset + payload, alignment), alignment };
  }
  if (type.kind === "list" || type.kind === "map") return { size: 8, alignment: 4 };
  if (type.kind === "flags") {
    const size = type.labels.length <= 8 ? 1 : type.labels.length <= 16 ? 2 : 4 * Math.ceil(type.labels.length / 32);
    return { size, alignment: Math.min(size, 4) };
  }
  return { size: 4, alignment: 4 };
}

/** Offsets of the members of a record, its end before padding, and its alignment. */
export function place(members: readonly ValType[]): {
  readonly offsets: readonly number[];
  readonly end: number;
  readonly alignment: number;
} {
  let end = 0;
  let alignment = 1;
  const offsets = members.map((member) => {
    const layout = layoutOf(member);
    const offset = alignTo(end, layout.alignment);
    end = offset + layout.size;
    alignment = Math.max(alignment, layout.alignment);
    return offset;
  });
  return { offsets, end, alignment };
}

/** The discriminant's size in bytes, and where the payload lies behind it. */
export function variantLayout(cases: readonly (ValType | undefined)[]): {
  readonly discriminantSize: 1 | 2 | 4;
  readonly payloadOffset: number;
  readonly alignment: number;
} {
  const discriminantSize = cases.length <= 0x100 ? 1 : cases.length <= 0x10000 ? 2 : 4;
  const payloadAlignment = cases.reduce((most, each) => Math.max(most, each === undefined ? 1 : layoutOf(each).alignment), 1);
  return {
    discriminantSize,
    payloadOffset: alignTo(discriminantSize, payloadAlignment),
    alignment: Math.max(discriminantSize, payloadAlignment),
  };
}

const FLAT: Readonly<Record<string, readonly CoreValType[]>> = {
  s64: ["i64"],
  u64: ["i64"],
  f32: ["f32"],
  f64: ["f64"],
  string: ["i32", "i32"],
};

const flattened = new WeakMap<object, readonly CoreValType[]>();

/** The core values that a value is flattened into; more than can be passed are not counted any further. */
export function flatten(type: ValType): readonly CoreValType[] {
  if (typeof type === "string") return FLAT[type] ?? ["i32"];
  if (isSimple(type)) return computeFlat(type);
  const found = flattened.get(type) ?? computeFlat(type).slice(0, MAX_FLAT_PARAMS + 1);
  flattened.set(type, found);
  return found;
}

function computeFlat(type: DefinedType): readonly CoreValType[] {
  const members = type.kind === "fixed list" ? membersOf({ ...type, length: Math.min(type.length, MAX_FLAT_PARAMS + 1) }) : membersOf(type);
  if (members !== undefined) {
    const flat: CoreValType[] = [];
    for (const member of members) {
      if (flat.length > MAX_FLAT_PARAMS) break;
      flat.push(...flatten(member));
    }
    return flat;
  }
  const cases = casesOf(type);
  if (cases !== undefined)
    return ["i32", ...cases.reduce<CoreValType[]>((joined, each) => joinInto(joined, each === undefined ? [] : flatten(each)), [])];
  if (type.kind === "list" || type.kind === "map") return ["i32", "i32"];
  if (type.kind === "flags") return Array.from({ length: type.labels.length <= 16 ? 1 : Math.ceil(type.labels.length / 32) }, () => "i32");
  return ["i32"];
}

function joinInto(joined: CoreValType[], flat: readonly CoreValType[]): CoreValType[] {
  flat.forEach((type, i) => {
    const other = joined[i];
    joined[i] = other === undefined || other === type ? type : isFourBytes(other) && isFourBytes(type) ? "i32" : "i64";
  });
  return joined;
}

const isFourBytes = (type: CoreValType): boolean => type === "i32" || type === "f32";

/** How a function crosses the boundary in one direction. */
export interface CoreSignature {
  readonly type: CoreFuncType;
  /** Parameters lie in memory, behind one pointer. */
  readonly paramsSpilled: boolean;
  /** The result lies in memory, behind a pointer. */
  readonly resultSpilled: boolean;
  /** Which canonical options the direction needs. */
  readonly memory: boolean;
  readonly realloc: boolean;
}

/** The core signature of an export (`lift`) or of an import (`lower`), both synchronous. */
export function coreSignature(type: FuncType, direction: "lift" | "lower"): CoreSignature {
  const flatParams = type.params.flatMap((param) => flatten(param.type));
  const flatResult = type.result === undefined ? [] : flatten(type.result);
  const paramsSpilled = flatParams.length > MAX_FLAT_PARAMS;
  const resultSpilled = flatResult.length > MAX_FLAT_RESULTS;
  const params: CoreValType[] = paramsSpilled ? ["i32"] : [...flatParams];
  if (resultSpilled && direction === "lower") params.push("i32");
  const results: readonly CoreValType[] = resultSpilled ? (direction === "lift" ? ["i32"] : []) : flatResult;
  const pointersIn = type.params.some((param) => hasPointer(param.type));
  const pointersOut = type.result !== undefined && hasPointer(type.result);
  const allocates = direction === "lift" ? pointersIn || paramsSpilled : pointersOut;
  return {
    type: { params, results },
    paramsSpilled,
    resultSpilled,
    memory: pointersIn || pointersOut || paramsSpilled || resultSpilled,
    realloc: allocates,
  };
}

/** The core signature of an import that is lowered `async`: it tells how far the call is, and the result always lies in memory. */
export function asyncLowered({ params, result }: FuncType): Omit<CoreSignature, "resultSpilled"> {
  const flat = params.flatMap((param) => flatten(param.type));
  const paramsSpilled = flat.length > MAX_FLAT_ASYNC_PARAMS;
  return {
    type: {
      params: [...(paramsSpilled ? (["i32"] as const) : flat), ...(result === undefined ? [] : (["i32"] as const))],
      results: ["i32"],
    },
    paramsSpilled,
    memory: paramsSpilled || result !== undefined || params.some((param) => hasPointer(param.type)),
    realloc: result !== undefined && hasPointer(result),
  };
}

/** The core signature of the `task.return` of a result. */
export function taskReturned(result: ValType | undefined): Pick<CoreSignature, "type" | "paramsSpilled" | "memory"> {
  const flat = result === undefined ? [] : flatten(result);
  const paramsSpilled = flat.length > MAX_FLAT_PARAMS;
  const memory = paramsSpilled || (result !== undefined && hasPointer(result));
  return { type: { params: paramsSpilled ? ["i32"] : flat, results: [] }, paramsSpilled, memory };
}

/** Whether a value holds strings or lists; what comes through its streams and futures is no part of it. */
export function hasPointer(type: ValType): boolean {
  let found = false;
  walk(type, (each) => {
    if (each === "string" || (typeof each === "object" && (each.kind === "list" || each.kind === "map"))) found = true;
    return !found && !(typeof each === "object" && (each.kind === "stream" || each.kind === "future"));
  });
  return found;
}

/** Whether a value holds a handle that `isMeant`. */
export function hasHandle(
  type: ValType,
  isMeant: (handle: Extract<DefinedType, { readonly kind: "own" | "borrow" }>) => boolean = () => true,
): boolean {
  let found = false;
  walk(type, (each) => {
    if (typeof each === "object" && (each.kind === "own" || each.kind === "borrow") && isMeant(each)) found = true;
    return !found;
  });
  return found;
}

/** Whether a value is, or holds, a stream or a future. */
export function hasEnd(type: ValType): boolean {
  let found = false;
  walk(type, (each) => {
    if (typeof each === "object" && (each.kind === "stream" || each.kind === "future")) found = true;
    return !found;
  });
  return found;
}
