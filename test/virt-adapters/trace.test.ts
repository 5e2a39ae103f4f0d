/** Lines of calls: each type as WAVE has it, whether its values lie flat or in memory, shortened where they are long. */
import { describe, expect, test } from "vitest";
import { guestCore } from "../../src/adapters/prebuilt-core.ts";
import { traceCore } from "../../src/adapters/prebuilt.ts";
import { Descriptions } from "../../src/adapters/trace/descriptions.ts";
import { coreSignature, flatten } from "../../src/component/canonical-abi.ts";
import type { FuncType, Resource, ValType } from "../../src/component/types.ts";
import { Header, imageOf } from "../../src/image/image.ts";
import { IMAGE_BASE, RETURN_AREA } from "../../src/image/layout.ts";
import { TRACE_BUFFER, TRACE_BUFFER_SIZE, TRACE_MOST, TRACE_SLOT } from "../../src/image/trace-layout.ts";
import { randomOf } from "../compose/apps.ts";
import { lower, size, store } from "../shim/reference-abi.ts";
import { type HandleValue, randomFunc, randomValue, type Value } from "../shim/random-types.ts";
import { Adapter } from "./harness.ts";

const MOST = 8;

/** What is printed of a call with these arguments and this result. */
const lineOf = (...[type, params, result, most, how]: Parameters<typeof told>): string => told(type, params, result, most, how).printed;

/** What is counted of it: the bytes of the arguments, those of the result, and whether it failed. */
const countsOf = (type: FuncType, params: readonly Value[], result: Value | undefined, goesOn = false): readonly number[] =>
  told(type, params, result, MOST, { kind: "counts", goesOn }).counts;

function told(
  type: FuncType,
  params: readonly Value[],
  result: Value | undefined,
  most = MOST,
  { ends = false, goesOn = false, kind = "calls" } = {},
): { readonly printed: string; readonly counts: readonly number[] } {
  const { paramsSpilled, resultSpilled } = coreSignature(type, "lift");
  const descriptions = new Descriptions(IMAGE_BASE);
  const described = descriptions.add({
    name: "f",
    type,
    ends,
    goesOn,
    counted: kind === "counts",
    summary: false,
    flatParams: !paramsSpilled && !goesOn,
    flatResult: !resultSpilled && !goesOn,
  });
  const tables = descriptions.bytes();
  const header = new Header();
  header.set(TRACE_MOST, most);
  header.set(TRACE_BUFFER, IMAGE_BASE + tables.length);
  const image = { ...imageOf(header, [tables], "a trace"), end: IMAGE_BASE + tables.length + TRACE_BUFFER_SIZE };
  let printed = "";
  const counts: number[] = [];
  const guest = new Adapter(traceCore, image, {
    "wasi-nest:trace/output#write": (address: number, length: number) => {
      expect(length).toBeLessThanOrEqual(TRACE_BUFFER_SIZE);
      printed += new TextDecoder("utf-8", { ignoreBOM: true }).decode(new Uint8Array(guest.memory.buffer, address, length));
    },
    "wasi-nest:trace/summary#add": () => 7,
    "wasi-nest:trace/summary#begin": (row: number, bytes: bigint) => void counts.push(row, Number(bytes)),
    "wasi-nest:trace/summary#end": (row: number, bytes: bigint, failed: number) => void counts.push(row, Number(bytes), failed),
  });
  const call = (name: string, ...args: number[]): unknown => (guest.exports[name] as (...args: number[]) => unknown)(...args);
  const inSlots = (each: ValType, value: Value): number => {
    const types = flatten(each);
    const view = new DataView(guest.memory.buffer);
    // What a slot has behind a narrow value is never looked at.
    new Uint8Array(guest.memory.buffer, RETURN_AREA, 512).fill(0xa5);
    lower(guest, each, value).forEach((core, i) => {
      const at = RETURN_AREA + i * TRACE_SLOT;
      if (types[i] === "i64") view.setBigInt64(at, BigInt(core), true);
      else if (types[i] === "f32") view.setFloat32(at, Number(core), true);
      else if (types[i] === "f64") view.setFloat64(at, Number(core), true);
      else view.setInt32(at, Number(core), true);
    });
    return RETURN_AREA;
  };
  const inMemory = (each: ValType, value: Value): number => {
    const at = guest.allocate(8, size(each));
    store(guest, each, value, at);
    return at;
  };
  const tuple: ValType = { kind: "tuple", types: type.params.map((each) => each.type) };
  call(`trace_${kind}__before`, described, paramsSpilled || goesOn ? inMemory(tuple, params) : inSlots(tuple, params));
  const isEmpty = type.result === undefined || result === undefined;
  call(
    `trace_${kind}__after`,
    described,
    isEmpty ? 0 : resultSpilled || goesOn ? inMemory(type.result, result) : inSlots(type.result, result),
  );
  return { printed, counts };
}

/** The bytes of strings, and of lists as they lie in memory, once more. */
function bytesOf(type: ValType, value: Value): number {
  if (type === "string") return bytesIn(value as string);
  if (typeof type === "string") return 0;
  const sum = (types: readonly ValType[], values: readonly Value[]): number =>
    types.reduce((bytes, each, i) => bytes + bytesOf(each, values[i]!), 0);
  if (type.kind === "record")
    return sum(
      type.fields.map((each) => each.type),
      value as readonly Value[],
    );
  if (type.kind === "tuple") return sum(type.types, value as readonly Value[]);
  if (type.kind === "list") {
    const elements = value as readonly Value[];
    return elements.length * size(type.element) + elements.reduce<number>((bytes, each) => bytes + bytesOf(type.element, each), 0);
  }
  if (type.kind === "flags" || type.kind === "own" || type.kind === "borrow") return 0;
  const chosen = value as { readonly case: number; readonly value: Value | undefined };
  const [, payload] = caseOf(type, chosen.case);
  return payload === undefined ? 0 : bytesOf(payload, chosen.value!);
}

const KEYWORDS = ["true", "false", "some", "none", "ok", "err", "inf", "nan"];
const label = (text: string): string => (KEYWORDS.includes(text) ? `%${text}` : text);
const quoted = (text: string, quote: string): string =>
  quote + text.replaceAll("\\", "\\\\").replaceAll(quote, `\\${quote}`).replaceAll("\n", "\\n") + quote;

/** The same once more: WAVE of a value of a type. No list by chance is longer than what is shown. */
function wave(type: ValType, value: Value): string {
  if (type === "string") return quoted(shortened(value as string), '"') + cut(value as string);
  if (type === "char") return quoted(value as string, "'");
  if (typeof type === "string") return String(value);
  switch (type.kind) {
    case "record":
      return `{${type.fields.map((each, i) => `${label(each.label)}: ${wave(each.type, (value as readonly Value[])[i]!)}`).join(", ")}}`;
    case "tuple":
      return `(${type.types.map((each, i) => wave(each, (value as readonly Value[])[i]!)).join(", ")})`;
    case "list": {
      const elements = value as readonly Value[];
      return `[${elements.map((each) => wave(type.element, each)).join(", ")}]`;
    }
    case "flags":
      return `{${type.labels.filter((_, i) => (value as readonly boolean[])[i]).join(", ")}}`;
    case "own":
    case "borrow":
      return (value as HandleValue).of.name;
    case "variant":
    case "enum":
    case "option":
    case "result": {
      const chosen = value as { readonly case: number; readonly value: Value | undefined };
      const [name, payload] = caseOf(type, chosen.case);
      return payload === undefined ? name : `${name}(${wave(payload, chosen.value!)})`;
    }
    default:
      throw new Error(`no ${type.kind} here`);
  }
}

function caseOf(type: ValType, index: number): readonly [string, ValType | undefined] {
  if (typeof type === "string") throw new Error("no variant");
  if (type.kind === "enum") return [label(type.labels[index]!), undefined];
  if (type.kind === "option") return index === 0 ? ["none", undefined] : ["some", type.some];
  if (type.kind === "result") return index === 0 ? ["ok", type.ok] : ["err", type.error];
  if (type.kind !== "variant") throw new Error("no variant");
  const found = type.cases[index]!;
  return [label(found.label), found.type];
}

const bytesIn = (text: string): number => new TextEncoder().encode(text).length;
const cut = (text: string): string => (bytesIn(text) > MOST ? `... (${bytesIn(text)} bytes)` : "");
function shortened(text: string): string {
  let shown = "";
  for (const each of text) {
    if (bytesIn(shown + each) > MOST) break;
    shown += each;
  }
  return shown;
}

const func = (params: readonly ValType[], result?: ValType): FuncType => ({
  kind: "func",
  async: false,
  params: params.map((type, i) => ({ label: `p${i}`, type })),
  result,
});

/** Numbers with a point are right to 5 digits of f32. */
const isNear = (found: string, wanted: string): boolean =>
  found === wanted || Math.abs(Number(found) - Number(wanted)) <= Math.abs(Number(wanted)) * 1e-5;

test("types by chance are shown as WAVE has them, and their bytes counted, flat and in memory", () => {
  const random = randomOf(15);
  const resources: readonly Resource[] = [
    { kind: "resource", name: "thing" },
    { kind: "resource", name: "other-thing" },
  ];
  const seen = { flat: 0, memory: 0, failed: 0 };
  for (let i = 0; i < 400; i++) {
    const type = randomFunc(random, resources);
    const value = (each: ValType): Value => randomValue(random, each, () => 1 + Math.floor(random() * 100));
    const params = type.params.map((each) => value(each.type));
    const result = type.result === undefined ? undefined : value(type.result);
    const texts = type.params.map((each, n) => wave(each.type, params[n]!));
    const wanted = `f(${texts.join(", ")})${type.result === undefined ? "" : ` = ${wave(type.result, result!)}`}\n`;
    const found = lineOf(type, params, result);
    seen[coreSignature(type, "lift").paramsSpilled ? "memory" : "flat"]++;
    const NUMBER = /(-?\d[\d.]*(?:e-?\d+)?)/;
    const [ours, theirs] = [found.split(NUMBER), wanted.split(NUMBER)];
    const isSame = ours.length === theirs.length && ours.every((each, n) => isNear(each, theirs[n]!));
    // oxlint-disable-next-line vitest/no-conditional-expect
    if (!isSame) expect(found).toBe(wanted);
    const given = type.params.reduce((bytes, each, n) => bytes + bytesOf(each.type, params[n]!), 0);
    const got = type.result === undefined ? 0 : bytesOf(type.result, result!);
    const isFailed = typeof type.result === "object" && type.result.kind === "result" && (result as { readonly case: number }).case === 1;
    seen.failed += Number(isFailed);
    expect(countsOf(type, params, result), JSON.stringify(type)).toEqual([7, given, 7, got, Number(isFailed)]);
    expect(countsOf(type, params, result, true)).toEqual([7, given, 7, got, Number(isFailed)]);
  }
  expect(seen.failed).toBeGreaterThan(0);
  expect(seen.flat).toBeGreaterThan(100);
  expect(seen.memory).toBeGreaterThan(20);
});

const shown = (type: ValType, value: Value, most?: number): string => lineOf(func([], type), [], value, most).slice("f() = ".length, -1);

test.each([
  [0, "0"],
  [-0, "-0"],
  [0.1, "0.1"],
  [1.5, "1.5"],
  [-2.25, "-2.25"],
  [1 / 3, "0.333333333333"],
  [2 / 3, "0.666666666667"],
  [0.999999999999999, "1"],
  [123456789.125, "123456789.125"],
  [99.99999999999999, "100"],
  [0.00001, "0.00001"],
  [0.0000125, "0.0000125"],
  [1.25e-7, "1.25e-7"],
  [9007199254740991, "9007199254740991"],
  [1e300, "1e300"],
  [-1.5e-300, "-1.5e-300"],
  [NaN, "nan"],
  [Infinity, "inf"],
  [-Infinity, "-inf"],
])("the f64 %s is %s", (value, text) => {
  expect(shown("f64", value)).toBe(text);
});

test("an f32 has the digits that it is sure of", () => {
  expect(shown("f32", 0.1)).toBe("0.1");
  expect(shown("f32", 16777216)).toBe("16777216");
  expect(shown("f32", 9.8765432)).toBe("9.87654");
});

const bytes = (text: string): readonly number[] => [...new TextEncoder().encode(text)];
const BYTES: ValType = { kind: "list", element: "u8" };

describe("a list of bytes", () => {
  test.each([
    [bytes("text\n"), '"text\\n"'],
    [bytes("\u001b[1mbold"), '"\\u{1b}[1mbold"'],
    [bytes('a "b" \\'), '"a \\"b\\" \\\\"'],
    [bytes("größer"), '"größer"'],
    [[0, 1, 255], "[0, 1, 255]"],
    [bytes("ab\0"), "[97, 98, 0]"],
    [[0xff, 0x41], "[255, 65]"],
    [[0xc0, 0x80], "[192, 128]"],
    [[0xed, 0xa0, 0x80], "[237, 160, 128]"],
    [[], "[]"],
    [bytes("123456789"), '"12345678"... (9 bytes)'],
    [Array.from({ length: 5000 }, () => 7), "[7, 7, 7, 7, 7, 7, 7, 7]... (5000 bytes)"],
    // No character is cut.
    [bytes("1234567€"), '"1234567"... (10 bytes)'],
  ])("%j is %s", (value, text) => {
    expect(shown(BYTES, value)).toBe(text);
  });
});

test("strings are shortened and escaped, other lists are shortened", () => {
  expect(shown("string", "12345678")).toBe('"12345678"');
  expect(shown("string", "123456789")).toBe('"12345678"... (9 bytes)');
  expect(shown("string", "a\tb\r\u0000\u007f", 99)).toBe('"a\\tb\\r\\u{0}\\u{7f}"');
  expect(shown("string", "\u202e\u0085\ufeff", 99)).toBe('"\\u{202e}\\u{85}\\u{feff}"');
  expect(shown("string", "all", 0)).toBe('""... (3 bytes)');
  expect(shown("string", "it's", 99)).toBe(`"it's"`);
  expect(shown("char", "'")).toBe("'\\''");
  expect(shown("char", "\n")).toBe("'\\n'");
  expect(shown({ kind: "list", element: "u32" }, [1, 2, 3], 2)).toBe("[1, 2]... (3 items)");
});

test("labels that WAVE would take for something else are marked", () => {
  expect(shown({ kind: "enum", labels: ["ok", "none", "plain"] }, { case: 1, value: undefined })).toBe("%none");
  expect(shown({ kind: "record", fields: [{ label: "some", type: "u8" }] }, [1])).toBe("{%some: 1}");
});

test("what does not return has its line before it is called, and what has no result ends its line", () => {
  expect(lineOf(func(["u8"]), [1], undefined)).toBe("f(1)\n");
  expect(lineOf(func([]), [], undefined, MOST, { ends: true })).toBe("f()\n\n");
});

test("a call beside others has two lines", () => {
  expect(lineOf(func(["u8", "string"], "u8"), [1, "x"], 2, MOST, { goesOn: true })).toBe('f(1, "x") ...\n... f = 2\n');
  expect(lineOf(func([]), [], undefined, MOST, { goesOn: true })).toBe("f() ...\n... f\n");
});

test("more flags than 32, fixed lists and maps are shown", () => {
  const labels = Array.from({ length: 40 }, (_, i) => `n${i}`);
  const wide: ValType = { kind: "flags", labels };
  const descriptions = new Descriptions(IMAGE_BASE);
  const type = func([wide, { kind: "fixed list", element: "u8", length: 3 }, { kind: "map", key: "string", value: "u8" }]);
  const described = descriptions.add({
    name: "g",
    type,
    ends: false,
    goesOn: false,
    counted: false,
    summary: false,
    flatParams: true,
    flatResult: true,
  });
  const tables = descriptions.bytes();
  const header = new Header();
  header.set(TRACE_MOST, MOST);
  header.set(TRACE_BUFFER, IMAGE_BASE + tables.length);
  const image = { ...imageOf(header, [tables], "a trace"), end: IMAGE_BASE + tables.length + TRACE_BUFFER_SIZE };
  let printed = "";
  const guest = new Adapter(traceCore, image, {
    "wasi-nest:trace/output#write": (address: number, length: number) => {
      printed += new TextDecoder().decode(new Uint8Array(guest.memory.buffer, address, length));
    },
  });
  expect(guestCore(traceCore).core.exports.has("trace_calls__before")).toBe(true);
  const entry = guest.allocate(4, 12);
  const view = new DataView(guest.memory.buffer);
  const key = guest.allocate(1, 1);
  new Uint8Array(guest.memory.buffer)[key] = 0x6b;
  [key, 1].forEach((word, i) => view.setUint32(entry + 4 * i, word, true));
  view.setUint8(entry + 8, 9);
  // Two words of flags, three numbers, and the map.
  [0x80000001, 0x81, 1, 2, 3, entry, 1].forEach((word, i) => view.setUint32(RETURN_AREA + i * TRACE_SLOT, word, true));
  (guest.exports["trace_calls__before"] as (...args: number[]) => void)(described, RETURN_AREA);
  expect(printed).toBe('g({n0, n31, n32, n39}, [1, 2, 3], [("k", 9)])');
});
