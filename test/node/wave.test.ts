/** Values of WIT as text: what is read and printed of each type, and what is refused. */
import { describe, expect, test } from "vitest";
import type { FuncType, ValType } from "../../src/component/types.ts";
import { readArgs, wave } from "../../src/node/wave.ts";
import { randomOf } from "../compose/apps.ts";
import { toJavascript } from "../compose/javascript-values.ts";
import { randomType, randomValue } from "../shim/random-types.ts";

const option = (some: ValType): ValType => ({ kind: "option", some });
const list = (element: ValType): ValType => ({ kind: "list", element });
const result = (ok?: ValType, error?: ValType): ValType => ({ kind: "result", ok, error });
const tuple = (...types: readonly ValType[]): ValType => ({ kind: "tuple", types });
const record = (fields: Readonly<Record<string, ValType>>): ValType => ({
  kind: "record",
  fields: Object.entries(fields).map(([label, type]) => ({ label, type })),
});
const variant = (cases: Readonly<Record<string, ValType | undefined>>): ValType => ({
  kind: "variant",
  cases: Object.entries(cases).map(([label, type]) => ({ label, type })),
});
const enumeration = (...labels: readonly string[]): ValType => ({ kind: "enum", labels });
const flags = (...labels: readonly string[]): ValType => ({ kind: "flags", labels });

const func = (...types: readonly ValType[]): FuncType => ({
  kind: "func",
  async: false,
  params: types.map((type, i) => ({ label: "abc"[i] ?? `p${i}`, type })),
  result: undefined,
});
const read = (type: ValType, text: string): unknown => readArgs(`(${text})`, "f", func(type))[0];

const POINT = record({ x: "u32", "y-max": option("u32") });
const WORDS = enumeration("none", "ok", "North-2");

describe("a value is read, and printed as Wasmtime prints it", () => {
  const cases: readonly (readonly [type: ValType, text: string, value: unknown, printed?: string])[] = [
    ["bool", "true", true],
    ["bool", "false", false],
    ["u8", "255", 255],
    ["s8", "-128", -128],
    ["u16", "65535", 65535],
    ["s16", "-32768", -32768],
    ["u32", "4294967295", 2 ** 32 - 1],
    ["s32", "-2147483648", -(2 ** 31)],
    ["u64", "18446744073709551615", 2n ** 64n - 1n],
    ["s64", "-9223372036854775808", -(2n ** 63n)],
    ["f64", "0.1", 0.1],
    ["f64", "-0", -0],
    ["f64", "1.5e21", 1.5e21, "1500000000000000000000"],
    ["f64", "1E-7", 1e-7, "0.0000001"],
    ["f64", "123456789.125", 123456789.125],
    // Halfway between two that are as short.
    ["f64", "16.0000152587890625", 16.0000152587890625, "16.000015258789063"],
    ["f64", "nan", NaN],
    ["f64", "-inf", -Infinity],
    ["f32", "0.1", Math.fround(0.1)],
    ["f32", "16777217", 16777216, "16777216"],
    ["f32", "1e40", Infinity, "inf"],
    // Numbers below it are closer than those above.
    ["f32", "1.262177448353619e-29", 2 ** -96, "0.000000000000000000000000000012621775"],
    ["char", "'☃'", "☃"],
    ["char", String.raw`'\''`, "'"],
    ["char", `'"'`, '"', String.raw`'\"'`],
    ["char", "'\u{1d11e}'", "\u{1d11e}"],
    ["string", '""', ""],
    ["string", String.raw`"\t\r\n\\\"\'\u{1b}\u{2603}"`, "\t\r\n\\\"'\u{1b}☃", String.raw`"\t\r\n\\\"\'\u{1b}☃"`],
    ["string", '"e\u0301 \u200b\u00a0\u3164"', "e\u0301 \u200b\u00a0\u3164", String.raw`"e\u{301} \u{200b}\u{a0}\u{3164}"`],
    ["string", '"""\n    a\n   \\u{62}\r\n   """', " a\nb", String.raw`" a\nb"`],
    ["string", '"""\n"""', "", '""'],
    [list("string"), '["a", "b",]', ["a", "b"], '["a", "b"]'],
    [list("u8"), "[1, 2]", [1, 2]],
    [list("u8"), '"aé"', Uint8Array.of(0x61, 0xc3, 0xa9), "[97, 195, 169]"],
    [list(list("bool")), "[[], [true]]", [[], [true]]],
    [{ kind: "fixed list", element: "u8", length: 2 }, "[1, 2]", [1, 2]],
    [
      { kind: "map", key: "string", value: "u8" },
      '[("a", 1), ("b", 2)]',
      new Map([
        ["a", 1],
        ["b", 2],
      ]),
    ],
    [tuple("u8", "string"), '(1, "a",)', [1, "a"], '(1, "a")'],
    [POINT, "{x: 1, y-max: some(2)}", { x: 1, yMax: 2 }],
    [POINT, "{ %y-max : 2, x: 1, }", { x: 1, yMax: 2 }, "{x: 1, y-max: some(2)}"],
    [POINT, "{x: 1}", { x: 1, yMax: undefined }],
    [POINT, "{x: 1, y-max: none}", { x: 1, yMax: undefined }, "{x: 1}"],
    [record({ a: option("u8") }), "{ : }", { a: undefined }, "{:}"],
    [record({ none: option(option("u8")), true: "bool" }), "{true: true}", { none: { tag: "none" }, true: true }],
    [variant({ a: "u8", "b-c": undefined, err: "u8" }), "a(1)", { tag: "a", val: 1 }],
    [variant({ a: "u8", "b-c": undefined, err: "u8" }), "b-c", { tag: "b-c" }],
    [variant({ a: "u8", "b-c": undefined, err: "u8" }), "%err(1)", { tag: "err", val: 1 }],
    [WORDS, "%none", "none"],
    [WORDS, "%North-2", "North-2", "North-2"],
    [flags("read", "write-all", "ok"), "{write-all, read,}", { read: true, writeAll: true, ok: false }, "{read, write-all}"],
    [flags("read", "ok"), "{ok}", { read: false, ok: true }],
    [flags("read"), "{}", { read: false }],
    [option("u8"), "none", undefined],
    [option("u8"), "1", 1, "some(1)"],
    [option(WORDS), "%ok", "ok", "some(%ok)"],
    [option(WORDS), "none", undefined],
    [option(option("u8")), "none", { tag: "none" }],
    [option(option("u8")), "some(none)", { tag: "some", val: undefined }],
    [option(option("u8")), "some(1)", { tag: "some", val: 1 }, "some(some(1))"],
    [option(result("u8")), "some(1)", { tag: "ok", val: 1 }, "some(ok(1))"],
    [result("u8", "string"), "1", { tag: "ok", val: 1 }, "ok(1)"],
    [result("u8", "string"), 'err("a")', { tag: "err", val: "a" }],
    [result(undefined, "u8"), "ok", { tag: "ok" }],
    [result(), "err", { tag: "err" }],
    ["u8", "// before\n 1 // behind\n", 1, "1"],
  ];
  test.each(cases.map(([type, text, value, printed = text]) => ({ type, text, value, printed })))(
    "$type: $text",
    ({ type, text, value, printed }) => {
      const found = read(type, text);
      expect(found).toEqual(value);
      expect(wave(type, found)).toBe(printed);
      expect(wave(type, read(type, printed))).toBe(printed);
    },
  );

  test("arrays that are typed are lists", () => {
    expect(wave(list("u64"), BigUint64Array.of(1n))).toBe("[1]");
  });

  test("of types by chance", () => {
    const random = randomOf(20261128);
    for (let i = 0; i < 2000; i++) {
      const type = randomType(random, { resources: [], depth: 3, borrows: false });
      const value = toJavascript(
        type,
        randomValue(random, type, () => 0),
        () => undefined,
      );
      const text = wave(type, value);
      expect(read(type, text), text).toEqual(value);
    }
  });
});

describe("what does not fit is one sentence", () => {
  const at =
    (type: ValType, text: string): unknown =>
    () =>
      read(type, text);
  test.each<readonly [type: ValType, text: string, message: string]>([
    ["u8", "256", "`a` is `u8`, found `256`"],
    ["u8", "-1", "`a` is `u8`, found `-1`"],
    ["s8", "128", "`a` is `s8`, found `128`"],
    ["u64", "18446744073709551616", "`a` is `u64`, found `18446744073709551616`"],
    ["u32", "1.0", "`a` is `u32`, found `1.0`"],
    ["u32", "01", "`,` or `)` is wanted, found `1`"],
    ["u32", "+1", "`a` is `u32`, found `+`"],
    ["u32", "", "`f: func(a: u32)` takes 1 argument, found 0"],
    ["u32", "1, 2", "`f: func(a: u32)` takes 1 argument, then `)`, found `2`"],
    ["u32", "1) x", "nothing more is wanted, found `x`"],
    ["f32", "NaN", "`a` is `f32`, found `NaN`"],
    ["bool", "%true", "`a` is `bool`, found `%true`"],
    ["char", '"a"', '`a` is `char`, found `"a"`'],
    ["char", "'ab'", "`a` is `char`, found `'ab')`"],
    ["string", '"a', '`a` is `string`, found `"a)`'],
    ["string", String.raw`"\u{d800}"`, "`\\u{d800}` is no character"],
    ["string", '"""a"""', '`a` is `string`, found `"""a"""`'],
    ["string", '"""\n a\n  """', '`a` is `string`, found `"""\ufffd a\ufffd  """`'],
    ["string", '"""\n\\j\n"""', "`\\j` is no character"],
    [list(POINT), '[{x: 1}, {x: "a"}]', '`a[1].x` is `u32`, found `"a"`'],
    [list("u8"), "[1 2]", "`a` is `list<u8>`, found `2`"],
    [list("u8"), "[1,,]", "`a[1]` is `u8`, found `,`"],
    [POINT, "{y-max: 1}", "`a` has no `x`, which is `u32`"],
    [POINT, "{x: 1, z: 1}", "`a` is `record { x: u32, y-max: option<u32> }`, found `z`"],
    [POINT, "{x: 1, x: 1}", "`a` is `record { x: u32, y-max: option<u32> }`, found `x`"],
    [POINT, "{:}", "`a` has no `x`, which is `u32`"],
    [tuple("u8", "u8"), "(1)", "`a` is `tuple<u8, u8>`, found `)`"],
    [tuple("u8", "u8"), "(1, 2, 3)", "`a` is `tuple<u8, u8>`, found `3`"],
    [{ kind: "fixed list", element: "u8", length: 2 }, "[1]", "`a` is `list<u8, 2>`, found `]`"],
    [WORDS, "ok", "`a` is `enum { none, ok, North-2 }`, found `ok`"],
    [WORDS, "north-2", "`a` is `enum { none, ok, North-2 }`, found `north-2`"],
    [flags("a"), "{a, a}", "`a` is `flags { a }`, found `a`"],
    [flags("a"), "{:}", "`a` is `flags { a }`, found `{:}`"],
    [variant({ a: "u8" }), "a", "`a` is `variant { a(u8) }`, found `)`"],
    [variant({ a: undefined }), "a(1)", "`,` or `)` is wanted, found `(`"],
    [option(option("u8")), "1", "`a` is `option<option<u8>>`, found `1`"],
    [result("u8"), "ok", "`a` is `result<u8>`, found `)`"],
    [result(), "1", "`a` is `result`, found `1`"],
    [
      enumeration(...Array.from({ length: 99 }, (_, i) => `n${i}`)),
      "x".repeat(200),
      `\`a\` is \`enum { ${Array.from({ length: 23 }, (_, i) => `n${i}`).join(", ")}`,
    ],
  ])("%j: %s", (type, text, message) => {
    expect(at(type, text)).toThrow(`\`--invoke\`: ${message}`);
  });

  test("each `none` at the end may be left out, and then the parentheses", () => {
    const type = func("u8", option("u8"), option(option("u8")));
    expect(readArgs("(1)", "f", type)).toEqual([1, undefined, { tag: "none" }]);
    expect(readArgs("(1, 2, )", "f", type)).toEqual([1, 2, { tag: "none" }]);
    expect(readArgs("", "f", func(option("u8")))).toEqual([undefined]);
    expect(readArgs("()", "f", func())).toEqual([]);
    expect(() => readArgs("", "f", type)).toThrow("takes 3 arguments, found 0");
    expect(() => readArgs("(1, 2", "f", type)).toThrow("`,` or `)` is wanted, found the end");
    expect(() => readArgs("(", "f", func())).toThrow("`f: func()` takes 0 arguments, then `)`, found the end");
    expect(() => readArgs("(,)", "f", func())).toThrow("takes 0 arguments, then `)`, found `,`");
  });

  test("no text makes anything else than a value or a sentence", () => {
    const random = randomOf(7);
    const signs = [
      "(",
      ")",
      "[",
      "]",
      "{",
      "}",
      ":",
      ",",
      "%",
      '"',
      "'",
      '"""',
      "\\",
      "u{",
      "\n",
      "//",
      "-",
      "1",
      "e",
      ".",
      "ok",
      "some",
      "x",
      "é",
    ];
    let fitting = 0;
    for (let i = 0; i < 5000; i++) {
      const text = Array.from({ length: Math.floor(random() * 8) }, () => signs[Math.floor(random() * signs.length)]).join("");
      try {
        readArgs(text, "f", func(randomType(random, { resources: [], depth: 2, borrows: false })));
        fitting++;
      } catch (error) {
        expect((error as Error).message).toMatch(/^`--invoke`: /);
      }
    }
    expect(fitting).toBeGreaterThan(0);
  });
});
