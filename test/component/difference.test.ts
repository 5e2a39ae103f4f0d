/** What messages say about two items that should be one. */
import { describe, expect, test } from "vitest";
import { difference } from "../../src/component/difference.ts";
import { type Extern, type FuncType, isNamed, type Named, type ValType } from "../../src/component/types.ts";

const handle = (name: string): ValType => ({ kind: "own", resource: { kind: "resource", name } });
const names = new Map<Named, string>();
const named = <T extends ValType>(name: string, type: T): T => {
  if (isNamed(type)) names.set(type, name);
  return type;
};
const nameOf = (type: Named): string | undefined => names.get(type);
const between = (left: Extern, right: Extern): string | undefined => difference(left, right, { left: nameOf, right: nameOf });
const func = (params: Readonly<Record<string, ValType>>, result?: ValType, async = false): Extern => ({
  kind: "func",
  type: { kind: "func", async, params: Object.entries(params).map(([label, type]) => ({ label, type })), result } satisfies FuncType,
});
const enumeration = (...labels: readonly string[]): ValType => named("e", { kind: "enum", labels });
const record = (label: string, type: ValType): ValType => named("r", { kind: "record", fields: [{ label, type }] });

describe("two items", () => {
  const cases: readonly (readonly [said: string | undefined, left: Extern, right: Extern])[] = [
    [undefined, func({ a: "u8" }, "u8"), func({ a: "u8" }, "u8")],
    [undefined, func({ a: handle("x") }), func({ a: handle("x") })],
    [undefined, func({ a: record("b", enumeration("c")) }), func({ a: record("b", enumeration("c")) })],
    ["parameter `a` is `x`, not `y`", func({ a: handle("x") }), func({ a: handle("y") })],
    ["the parameters are `a`, not `a`, `b`", func({ a: "u8" }), func({ a: "u8", b: "u8" })],
    ["the parameters are none, not `b`", func({}), func({ b: "u8" })],
    ["parameter `a` is `u8`, not `u16`", func({ a: "u8" }), func({ a: "u16" })],
    ["the result is nothing, not `u16`", func({}), func({}, "u16")],
    ["the result is `u16`, not nothing", func({}, "u16"), func({})],
    ["it is async", func({}, "u8", true), func({}, "u8")],
    ["it is not async", func({}), func({}, undefined, true)],
    ["it is a func, not a type", func({}), { kind: "type", type: "u8" }],
    ["it is `u8`, not `u16`", { kind: "type", type: "u8" }, { kind: "type", type: "u16" }],
    ["`e` has `d`", func({ a: enumeration("c", "d") }), func({ a: enumeration("c") })],
    ["`e` lacks `d`", func({ a: enumeration("c") }), func({ a: enumeration("c", "d") })],
    ["`e` has another order", func({ a: enumeration("d", "c") }), func({ a: enumeration("c", "d") })],
    ["`b` of `r` is `u8`, not `s8`", func({}, record("b", "u8")), func({}, record("b", "s8"))],
    [
      "`error` of the result is `u8`, not `string`",
      func({}, { kind: "result", ok: "u8", error: "u8" }),
      func({}, { kind: "result", ok: "u8", error: "string" }),
    ],
    [
      "parameter `a` is `tuple<u8>`, not `tuple<u8, u8>`",
      func({ a: { kind: "tuple", types: ["u8"] } }),
      func({ a: { kind: "tuple", types: ["u8", "u8"] } }),
    ],
    [
      "parameter `a` is `list<u8, 3>`, not `list<u8, 4>`",
      func({ a: { kind: "fixed list", element: "u8", length: 3 } }),
      func({ a: { kind: "fixed list", element: "u8", length: 4 } }),
    ],
    [
      "parameter `a` is `list<u8>`, not `option<u8>`",
      func({ a: { kind: "list", element: "u8" } }),
      func({ a: { kind: "option", some: "u8" } }),
    ],
    ["parameter `a` is `u8`, not `s8`", func({ a: { kind: "list", element: "u8" } }), func({ a: { kind: "list", element: "s8" } })],
  ];
  test.for(cases)("%s", ([said, left, right]) => {
    expect(between(left, right)).toBe(said);
  });
});
