import { describe, expect, test } from "vitest";
import type { FuncType, ValType } from "../../src/component/types.ts";
import { ERRORS, refusal } from "../../src/shim/refusal.ts";

const func = (result: ValType | undefined, ...params: readonly ValType[]): FuncType => ({
  kind: "func",
  async: false,
  params: params.map((type, i) => ({ label: `p${i}`, type })),
  result,
});
const fails = (error: ValType | undefined, ok?: ValType): ValType => ({ kind: "result", ok, error });
const enumeration = (...labels: readonly string[]): ValType => ({ kind: "enum", labels });
const memoryOf = (result: ValType): readonly number[] | undefined => {
  const found = refusal(func(result));
  return found && [...found.memory];
};

describe("an error", () => {
  test.for(ERRORS)("is `%s` where the enum has nothing better", (label) => {
    const worse = ERRORS.slice(ERRORS.indexOf(label) + 1);
    expect(memoryOf(fails(enumeration("would-block", ...worse, label)))).toEqual([1, 1 + worse.length]);
  });

  test.for(ERRORS)("is `%s` where the variant has nothing better", (label) => {
    const error: ValType = {
      kind: "variant",
      cases: [
        { label: "timeout", type: undefined },
        { label, type: { kind: "option", some: "string" } },
      ],
    };
    expect(memoryOf(fails(error))?.slice(0, 5)).toEqual([1, 0, 0, 0, 1]);
  });

  test("is not one whose payload nobody could make up", () => {
    const error: ValType = {
      kind: "variant",
      cases: [
        { label: "denied", type: "u32" },
        { label: "other", type: undefined },
      ],
    };
    expect(memoryOf(fails(error))?.slice(0, 5)).toEqual([1, 0, 0, 0, 1]);
  });

  test("is an empty string where errors are strings", () => {
    expect(memoryOf(fails("string"))).toEqual([1, ...Array.from({ length: 11 }, () => 0)]);
  });

  test("without a payload is one core value", () => {
    expect(refusal(func(fails(undefined)))).toEqual({ memory: Uint8Array.of(1), flat: 1 });
  });

  test("lies behind the discriminant at the alignment of what success would be", () => {
    expect(memoryOf(fails(enumeration("access"), "u64"))).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  });

  test("with more than 256 labels has two bytes", () => {
    const labels = Array.from({ length: 300 }, (_, i) => `l${i}`);
    expect(memoryOf(fails(enumeration(...labels, "access")))).toEqual([1, 0, 300 & 0xff, 300 >> 8]);
  });
});

describe("an answer without an error", () => {
  test("is none, with parameters or without", () => {
    expect(refusal(func({ kind: "option", some: "u64" }, "u32"))?.memory).toEqual(new Uint8Array(16));
  });

  test("is an empty list if nothing was asked for, of nobody or of a resource", () => {
    const list: ValType = { kind: "list", element: "string" };
    expect(refusal(func(list))?.memory).toEqual(new Uint8Array(8));
    const self = { label: "self", type: { kind: "borrow", resource: { kind: "resource", name: "r" } } } as const;
    expect(refusal({ ...func(list), params: [self] })?.memory).toEqual(new Uint8Array(8));
    expect(refusal({ ...func(list, "u8"), params: [self, { label: "count", type: "u8" }] })).toBeUndefined();
  });
});

describe("there is none", () => {
  const cases: readonly (readonly [string, FuncType])[] = [
    ["for a list with parameters, such as random bytes", func({ kind: "list", element: "u8" }, "u64")],
    ["for a number", func("u64")],
    ["for nothing", func(undefined)],
    ["for a string", func("string")],
    ["for a handle", func({ kind: "own", resource: { kind: "resource", name: "r" } })],
    ["for errors that are numbers", func(fails("u32"))],
    ["for errors that all mean something else", func(fails(enumeration("timeout", "would-block")))],
  ];
  test.for(cases)("%s", ([, type]) => {
    expect(refusal(type)).toBeUndefined();
  });
});
