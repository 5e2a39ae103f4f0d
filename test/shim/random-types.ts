/**
 * Types and values of them by chance. A handle as a value is `{ handle, of }`; records and tuples are arrays
 * of their members' values, variants `{ case, value }`, flags arrays of booleans.
 */
import { casesOf, membersOf } from "../../src/component/canonical-abi.ts";
import type { FuncType, PrimValType, Resource, ValType } from "../../src/component/types.ts";

export type Random = () => number;

export const below = (random: Random, limit: number): number => Math.floor(random() * limit);

export const PRIMITIVES: readonly PrimValType[] = [
  ...(["bool", "s8", "u8", "s16", "u16", "s32", "u32", "s64", "u64", "f32", "f64", "char", "string"] as const),
];

export interface TypeLimits {
  readonly resources: readonly Resource[];
  readonly depth: number;
  /** Whether handles may be borrowed: those of parameters only. */
  readonly borrows: boolean;
}

export function randomType(random: Random, limits: TypeLimits): ValType {
  const { resources, depth } = limits;
  if (resources.length > 0 && random() < 0.3) {
    const resource = resources[below(random, resources.length)]!;
    return { kind: limits.borrows && random() < 0.5 ? "borrow" : "own", resource };
  }
  if (depth === 0 || random() < 0.35) return PRIMITIVES[below(random, PRIMITIVES.length)]!;
  const inner = (): ValType => randomType(random, { ...limits, depth: depth - 1 });
  const maybe = (): ValType | undefined => (random() < 0.7 ? inner() : undefined);
  const labels = (most: number): string[] => Array.from({ length: 1 + below(random, most) }, (_, i) => `n${i}`);
  switch (below(random, 8)) {
    case 0:
      return { kind: "record", fields: labels(5).map((label) => ({ label, type: inner() })) };
    case 1:
      return { kind: "tuple", types: labels(4).map(inner) };
    case 2:
      return { kind: "variant", cases: labels(random() < 0.05 ? 300 : 5).map((label) => ({ label, type: maybe() })) };
    case 3:
      return { kind: "enum", labels: labels(random() < 0.1 ? 300 : 6) };
    case 4:
      return { kind: "flags", labels: labels(32) };
    case 5:
      return { kind: "option", some: withoutOption(inner()) };
    case 6:
      return { kind: "result", ok: maybe(), error: maybe() };
    default:
      return { kind: "list", element: inner() };
  }
}

/** jco 1.35 mixes up options in options in options. */
function withoutOption(type: ValType): ValType {
  return typeof type === "object" && type.kind === "option" ? withoutOption(type.some) : type;
}

/** A function with as many parameters as a signature may come with. */
export function randomFunc(random: Random, resources: readonly Resource[], borrows = true): FuncType {
  const count = random() < 0.2 ? below(random, 41) : below(random, 5);
  const limits = { resources, depth: 3 };
  return {
    kind: "func",
    async: false,
    params: Array.from({ length: count }, (_, i) => ({ label: `p${i}`, type: randomType(random, { ...limits, borrows }) })),
    result: random() < 0.8 ? randomType(random, { ...limits, borrows: false }) : undefined,
  };
}

export interface HandleValue {
  readonly handle: number;
  readonly of: Resource;
}

export type Value =
  | boolean
  | number
  | bigint
  | string
  | HandleValue
  | readonly Value[]
  | { readonly case: number; readonly value: Value | undefined };

/** A value of `type`; `handleOf` makes the handles in it. */
export function randomValue(random: Random, type: ValType, handleOf: (resource: Resource, kind: "own" | "borrow") => number): Value {
  const value = (each: ValType): Value => randomValue(random, each, handleOf);
  if (typeof type === "string") return randomPrimitive(random, type);
  if (type.kind === "own" || type.kind === "borrow") return { handle: handleOf(type.resource, type.kind), of: type.resource };
  if (type.kind === "flags") return type.labels.map(() => random() < 0.5);
  if (type.kind === "list") return Array.from({ length: below(random, 4) }, () => value(type.element));
  const members = membersOf(type);
  if (members !== undefined) return members.map(value);
  const cases = casesOf(type) ?? [];
  const index = below(random, cases.length);
  const payload = cases[index];
  return { case: index, value: payload === undefined ? undefined : value(payload) };
}

const RANGES: Readonly<Record<string, readonly [bits: number, signed: boolean]>> = {
  s8: [8, true],
  u8: [8, false],
  s16: [16, true],
  u16: [16, false],
  s32: [32, true],
  u32: [32, false],
};

function randomPrimitive(random: Random, type: PrimValType): Value {
  const bits64 = BigInt(below(random, 2 ** 32)) * 2n ** 32n + BigInt(below(random, 2 ** 32));
  switch (type) {
    case "bool":
      return random() < 0.5;
    case "s64":
      return BigInt.asIntN(64, bits64);
    case "u64":
      return bits64;
    case "f32":
      return Math.fround((random() - 0.5) * 1e6);
    case "f64":
      return (random() - 0.5) * 1e12;
    case "char":
      return ["a", "ß", "€", "𝄞"][below(random, 4)]!;
    case "string":
      return ["", "plain", "naïve €", "𝄞 clef"][below(random, 4)]!;
    default: {
      const [bits, signed] = RANGES[type] ?? [32, false];
      return below(random, 2 ** bits) - (signed ? 2 ** (bits - 1) : 0);
    }
  }
}
