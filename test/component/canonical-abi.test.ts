/** Expected values are worked out by hand from the tables of CanonicalABI.md, for types that WASI has. */
import { describe, expect, test } from "vitest";
import { coreSignature, flatten, layoutOf, place, variantLayout } from "../../src/component/canonical-abi.ts";
import type { FuncType, Resource, ValType } from "../../src/component/types.ts";

const resource: Resource = { kind: "resource", name: "thing" };
const own: ValType = { kind: "own", resource };
const labels = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => `l${i}`);
const flags = (count: number): ValType => ({ kind: "flags", labels: labels(count) });
const enumeration = (count: number): ValType => ({ kind: "enum", labels: labels(count) });
const record = (...types: readonly ValType[]): ValType => ({ kind: "record", fields: types.map((type, i) => ({ label: `f${i}`, type })) });
const option = (some: ValType): ValType => ({ kind: "option", some });
const result = (ok: ValType | undefined, error: ValType | undefined): ValType => ({ kind: "result", ok, error });
const list = (element: ValType): ValType => ({ kind: "list", element });
const tuple = (...types: readonly ValType[]): ValType => ({ kind: "tuple", types });

const errorCode = enumeration(37);
const datetime = record("u64", "u32");
const streamError: ValType = {
  kind: "variant",
  cases: [
    { label: "last-operation-failed", type: own },
    { label: "closed", type: undefined },
  ],
};
/** type, link-count, size and three times. */
const descriptorStat = record(enumeration(8), "u64", "u64", option(datetime), option(datetime), option(datetime));
const ipv6Address = tuple("u16", "u16", "u16", "u16", "u16", "u16", "u16", "u16");
const socketAddress: ValType = {
  kind: "variant",
  cases: [
    { label: "ipv4", type: record("u16", tuple("u8", "u8", "u8", "u8")) },
    { label: "ipv6", type: record("u16", "u32", ipv6Address, "u32") },
  ],
};

describe("layout", () => {
  const cases: readonly (readonly [string, ValType, size: number, alignment: number])[] = [
    ["bool", "bool", 1, 1],
    ["char", "char", 4, 4],
    ["string", "string", 8, 4],
    ["a handle", own, 4, 4],
    ["a list", list("u8"), 8, 4],
    ["an enum of 256", enumeration(256), 1, 1],
    ["an enum of 257", enumeration(257), 2, 2],
    ["an enum of 65,537", enumeration(65_537), 4, 4],
    ["8 flags", flags(8), 1, 1],
    ["9 flags", flags(9), 2, 2],
    ["17 flags", flags(17), 4, 4],
    ["33 flags", flags(33), 8, 4],
    ["wall-clock's datetime", datetime, 16, 8],
    ["option<datetime>", option(datetime), 24, 8],
    ["stream-error", streamError, 8, 4],
    ["result<_, stream-error>", result(undefined, streamError), 12, 4],
    ["result<u64, stream-error>", result("u64", streamError), 16, 8],
    ["result<_, error-code>", result(undefined, errorCode), 2, 1],
    ["result<descriptor, error-code>", result(own, errorCode), 8, 4],
    ["descriptor-stat", descriptorStat, 96, 8],
    ["result<descriptor-stat, error-code>", result(descriptorStat, errorCode), 104, 8],
    ["result<tuple<list<u8>, bool>, error-code>", result(tuple(list("u8"), "bool"), errorCode), 16, 4],
    ["ip-socket-address", socketAddress, 32, 4],
    ["a fixed list", { kind: "fixed list", element: "u16", length: 3 }, 6, 2],
    ["an empty result", result(undefined, undefined), 1, 1],
  ];
  test.for(cases)("of %s", ([, type, size, alignment]) => {
    expect(layoutOf(type)).toEqual({ size, alignment });
  });

  test("of a record's members, with their padding", () => {
    expect(place(["u8", "u64", "u16", "u32"])).toEqual({ offsets: [0, 8, 16, 20], end: 24, alignment: 8 });
  });

  test("of a variant's payload", () => {
    expect(variantLayout([undefined, "u64"])).toEqual({ discriminantSize: 1, payloadOffset: 8, alignment: 8 });
  });
});

describe("flatten", () => {
  const cases: readonly (readonly [string, ValType, readonly string[]])[] = [
    ["string", "string", ["i32", "i32"]],
    ["datetime", datetime, ["i64", "i32"]],
    ["a variant joins i32 and f32 in i32", result("f32", "u32"), ["i32", "i32"]],
    ["a variant joins i32 and i64 in i64", result("u64", own), ["i32", "i64"]],
    ["a variant joins f32 and f64 in i64", result("f32", "f64"), ["i32", "i64"]],
    ["a variant keeps f64 where all have it", result("f64", "f64"), ["i32", "f64"]],
    ["a variant is as long as its longest case", result("string", "u8"), ["i32", "i32", "i32"]],
    ["40 flags", flags(40), ["i32", "i32"]],
    ["ip-socket-address", socketAddress, Array.from({ length: 12 }, () => "i32")],
    ["a fixed list", { kind: "fixed list", element: "u64", length: 2 }, ["i64", "i64"]],
  ];
  test.for(cases)("%s", ([, type, flat]) => {
    expect(flatten(type)).toEqual(flat);
  });
});

describe("coreSignature", () => {
  const func = (params: readonly ValType[], result?: ValType): FuncType => ({
    kind: "func",
    async: false,
    params: params.map((type, i) => ({ label: `p${i}`, type })),
    result,
  });

  test("returns one core value directly, without memory", () => {
    const signature = coreSignature(func([own], "u64"), "lift");
    expect(signature).toMatchObject({ type: { params: ["i32"], results: ["i64"] }, memory: false, realloc: false });
  });

  test("of an export returns a pointer to a longer result", () => {
    expect(coreSignature(func([own], result("u64", errorCode)), "lift")).toMatchObject({
      type: { params: ["i32"], results: ["i32"] },
      resultSpilled: true,
      memory: true,
      realloc: false,
    });
  });

  test("of an import takes a pointer for a longer result, and allocates for strings in it", () => {
    expect(coreSignature(func([own], list("string")), "lower")).toMatchObject({
      type: { params: ["i32", "i32"], results: [] },
      memory: true,
      realloc: true,
    });
  });

  test("passes 16 core values directly and 17 in memory", () => {
    const flat = (count: number): FuncType => func(Array.from({ length: count }, () => "u32"));
    expect(coreSignature(flat(16), "lift")).toMatchObject({ paramsSpilled: false, memory: false });
    expect(coreSignature(flat(17), "lift")).toMatchObject({ type: { params: ["i32"] }, paramsSpilled: true, memory: true, realloc: true });
    expect(coreSignature(flat(17), "lower")).toMatchObject({ type: { params: ["i32"] }, memory: true, realloc: false });
  });
});
