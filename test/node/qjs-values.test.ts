/**
 * The text around a module for qjs, run by Node, where the test does what qjs does: hands over its values, and calls a
 * resource's methods on whatever the module's text gave for it.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { parseAst } from "rolldown/parseAst";
import { describe, expect, onTestFinished, test } from "vitest";
import { ADAPTER_PREFIX, adapterWorld } from "../../src/node/adapter-world.ts";
import { worldOf } from "../../src/component/world.ts";
import { bundleAdapter } from "../../src/node/bundle-adapter.ts";
import { exportNameOf, namedImports, wantedBy } from "../../src/node/check-adapter.ts";
import { syntaxOf } from "../../src/node/module-syntax.ts";
import { withJcoValues } from "../../src/node/qjs-values.ts";
import { everythingWit, worldComponent } from "../guests/index.ts";

const WIT = `package test:app;
world app { import acme:plain/store@1.0.0; import acme:kv/store@1.0.0; export peek: func(); }
package acme:plain@1.0.0 { interface store {
  enum sorting { up, down }
  record entry { key: string, value: list<u8>, sorting: sorting, size: f64 }
  resource bucket { constructor(name: string); get: func(key: string) -> result<entry, string>; }
  merge: func(buckets: list<bucket>, count: s32) -> tuple<bucket, bool>;
} }
package acme:kv@1.0.0 { interface store {
  record problem { payload: u64 }
  record expiry { TTL-left: u64 }
  resource bucket {
    constructor(size: u64);
    make: static func(size: u64) -> bucket;
    size: func() -> u64;
    larger: func(than: borrow<bucket>) -> bool;
  }
  bits: func(value: u64) -> u64;
  signed: func(value: s64) -> s64;
  get-TTL: func(value: expiry) -> u64;
  word: func(value: u32) -> u32;
  numbers: func(value: list<u64>) -> list<u64>;
  words: func() -> list<u32>;
  maybe: func(value: option<string>) -> string;
  fail: func(value: u32) -> result<_, problem>;
  try: func() -> result;
  pass: func(buckets: list<borrow<bucket>>) -> option<bucket>;
  take: func(bucket: option<bucket>) -> u32;
  try-take: func(bucket: tuple<u32, bucket>) -> result<u32, string>;
} }`;

interface Text {
  readonly code: string;
  readonly bundled: string;
  /** With the module `behind` in the place of what is imported. */
  load<T>(behind?: string): Promise<T>;
}

/** `edit` makes of the bundle's text one of another form. */
async function textOf(wanted: string, source: string, edit = (code: string): string => code, wit = WIT): Promise<Text> {
  const folder = mkdtempSync(path.join(tmpdir(), "wasi-nest-qjs-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, "module.ts");
  writeFileSync(file, source);
  const world = adapterWorld(await worldComponent(wit, wit === WIT ? "app" : "everything"), wanted);
  const made = await bundleAdapter(file, (name) => {
    const found = world.importName(name);
    return found === undefined ? undefined : ADAPTER_PREFIX + found;
  });
  const edited = edit(made.code);
  const bundle = { ...made, code: edited, syntax: syntaxOf(parseAst(edited)) };
  const imports = namedImports(bundle).map(([name, named]) => [name.slice(ADAPTER_PREFIX.length), named] as const);
  const code = withJcoValues(world, bundle, imports);
  return {
    code,
    bundled: bundle.code,
    load(behind = "") {
      writeFileSync(path.join(folder, "behind.mjs"), behind);
      const output = path.join(folder, "out.mjs");
      writeFileSync(output, code.replaceAll(/"adapter-[^"]*"/g, '"./behind.mjs"').replace(/^\/\/# source.*$/m, ""));
      return import(/* @vite-ignore */ pathToFileURL(output).href);
    },
  };
}

interface Bucket {
  size(): unknown;
  larger(than: Bucket): unknown;
}
interface Kv {
  readonly store: {
    readonly Bucket: { new (size: unknown): Bucket; make(size: unknown): Bucket };
    bits(value: unknown): unknown;
    signed(value: unknown): unknown;
    getTtl(value: unknown): unknown;
    word(value: unknown): unknown;
    numbers(value: unknown): unknown;
    words(): unknown;
    take(bucket: unknown): unknown;
    tryTake(bucket: unknown): unknown;
    maybe(value: unknown): unknown;
    fail(value: unknown): unknown;
    try(): unknown;
    pass(buckets: readonly Bucket[]): Bucket | null | undefined;
  };
}

const KV = `class Bucket {
  #size;
  constructor(size) { this.#size = size; }
  static make(size) { return new this(size + 1n); }
  size() { return this.#size; }
  larger(than) { return than instanceof Bucket && this.size() > than.size(); }
}
let kept;
export const store = {
  Bucket,
  bits: (value) => value,
  signed: (value) => value,
  getTtl: ({ ttlLeft }) => ttlLeft + 1n,
  word: (value) => value,
  numbers: (value) => [...value, 2n ** 64n - 1n],
  maybe(value = "none") { return value; },
  fail(value) {
    if (value === 0) throw new Error("a bug");
    if (value === 1) throw Object.assign(new Error("no"), { payload: { payload: 1n } });
    throw { payload: { payload: BigInt(value) } };
  },
  try() { throw new Error("no"); },
  pass([first, second]) {
    if (first !== undefined && kept === first && second === undefined) return undefined;
    kept = first;
    return first;
  },
};
`;

function caught(call: () => unknown): object {
  try {
    call();
  } catch (error) {
    return Object(error) as object;
  }
  return expect.fail("nothing was thrown");
}
const kv = async (): Promise<Kv["store"]> => (await (await textOf("acme:kv/store", KV)).load<Kv>()).store;

test("leaves what is imported as it was where all values are the same", async () => {
  const source = `import { merge } from "acme:plain/store";
class Bucket { get() { throw "none"; } }
export const store = { Bucket, merge };
`;
  const { code, bundled } = await textOf("acme:plain/store", source);
  const [statement] = /^import .*$/m.exec(bundled) ?? expect.fail();
  expect(code).toContain(statement);
  expect(code).not.toContain("imports0");
});

test("leaves each line where it was", async () => {
  const source = `import { bits as plain } from "acme:kv/store";
const other = 1;
${KV}
export { other, plain };
`;
  const { code, bundled } = await textOf("acme:kv/store", source, (text) => text.replaceAll(/^(import|export) \{/gm, "$1 {\n"));
  const lines = bundled.trimEnd().split("\n");
  const differing = lines.flatMap((line, index) => (line === code.split("\n")[index] ? [] : [line.replace(/^ .*/, "...")]));
  expect(lines.length).toBeGreaterThan(30);
  expect(differing).toEqual(["import {", "...", "export {", "..."]);
});

test("uses no name of the module's", async () => {
  const source = `function jco$wrap(value) { return value; }\n${KV.replace("bits: (value) => value", "bits: (value) => jco$wrap(value)")}`;
  const text = await textOf("acme:kv/store", source);
  expect(text.bundled).toContain("function jco$wrap(");
  expect((await text.load<Kv>()).store.bits(7)).toBe(7);
});

test("has a bigint for a u64 and an s64, exactly or not at all", async () => {
  const { bits, signed, numbers } = await kv();
  expect([0, 2 ** 31, Number.MAX_SAFE_INTEGER].map(bits)).toEqual([0, 2 ** 31, Number.MAX_SAFE_INTEGER]);
  expect([0, -1, Number.MIN_SAFE_INTEGER].map(signed)).toEqual([0, -1, Number.MIN_SAFE_INTEGER]);
  const beyond = (value: string): RangeError =>
    new RangeError(
      `${value} is beyond the 2^53 - 1 up to which --engine qjs has a u64 or s64 exactly: --engine starlingmonkey has all of them`,
    );
  expect(() => numbers([2 ** 53])).toThrow(beyond("9007199254740992"));
  expect(() => bits(2 ** 53)).toThrow(beyond("9007199254740992"));
  expect(() => signed(-(2 ** 53))).toThrow(beyond("-9007199254740992"));
  // What comes in as the negative number of the same bits is 2^64 - 1 for the module, and cannot go out.
  expect(() => bits(-1)).toThrow(beyond("18446744073709551615"));
});

describe("what returns before it has an answer is no answer", () => {
  const BUCKET =
    "class Bucket { size() { return later(); } then() {} *[Symbol.iterator]() {} next() {} static make() { return new Bucket(); } }\n";
  const store = async (later: string): Promise<Kv["store"]> => {
    const source = `const later = ${later};\n${BUCKET}export const store = { Bucket, bits: later, fail: later, try: later, maybe: later, pass: later };\n`;
    return (await (await textOf("acme:kv/store", source)).load<Kv>()).store;
  };

  test.each([
    ["an async function", "async () => {}", "a promise"],
    ["a thenable", "() => ({ then() {} })", "a promise"],
    ["a generator", "function* () {}", "an iterator"],
    ["an asynchronous generator", "async function* () {}", "an iterator"],
    ["an iterator", "() => [][Symbol.iterator]()", "an iterator"],
  ])("%s", async (_, later, what) => {
    const { bits, maybe, fail, try: attempt, Bucket } = await store(later);
    const returned = (called: string): unknown =>
      expect.objectContaining({ message: expect.stringContaining(`\`store.${called}\` returned ${what}`) as string });
    expect(() => bits(1)).toThrow(returned("bits"));
    expect(() => maybe("")).toThrow(returned("maybe"));
    expect(() => new Bucket(1).size()).toThrow(returned("Bucket.size"));
    // Where an exception is an answer it cannot be taken for one, because the engine looks whether it has a payload.
    for (const [call, called] of [
      [() => fail(1), "fail"],
      [attempt, "try"],
    ] as const) {
      const thrown = caught(call);
      expect(() => Object.hasOwn(thrown, "payload")).toThrow(returned(called));
    }
  });

  test("of a resource, unless it is one that has such methods", async () => {
    const { Bucket, pass } = await store("() => new Bucket()");
    expect(() => [new Bucket(1), Bucket.make(1), pass([])]).not.toThrow();
    expect(() => new Bucket(1).size()).toThrow("`store.Bucket.size` returned a promise");
    const promising = await store("async () => new Bucket()");
    expect(() => promising.pass([])).toThrow("`store.pass` returned a promise");
    const generating = await store("function* () {}");
    expect(() => generating.pass([])).toThrow("`store.pass` returned an iterator");
  });

  test("in a list of numbers", async () => {
    const words = async (value: string): Promise<unknown> => {
      const { store: made } = await (await textOf("acme:kv/store", `export const store = { words: () => ${value} };\n`)).load<Kv>();
      return made.words();
    };
    expect(await words("[1, -1]")).toEqual(new Uint32Array([1, 2 ** 32 - 1]));
    await expect(words("[1, 2].map(async (each) => each)")).rejects.toThrow("[object Promise] is no number");
  });
});

test("does not take a resource of the module's, which may be another one", async () => {
  const source = "export const store = { Bucket: class {}, take: () => 1, tryTake() { throw new Error(); } };\n";
  const { store } = await (await textOf("acme:kv/store", source)).load<Kv>();
  const mistaken = (called: string): string =>
    `\`store.${called}\` is given a resource of the module's, and --engine qjs may have mistaken it for another one`;
  expect(store.take(null)).toBe(1);
  expect(() => store.take({})).toThrow(mistaken("take"));
  const thrown = caught(() => store.tryTake([1, {}]));
  expect(() => Object.hasOwn(thrown, "payload")).toThrow(mistaken("tryTake"));
});

test("finds what has words in capitals by jco's names", async () => {
  expect((await kv()).getTtl({ ttlLeft: 5 })).toBe(6);
});

test("has an unsigned number for a u32, and takes it as the engine does", async () => {
  const { word, fail } = await kv();
  expect([5, -1, -(2 ** 31)].map(word)).toEqual([5, -1, -(2 ** 31)]);
  expect(() => fail(-1)).toThrow(expect.objectContaining({ payload: { payload: 2 ** 32 - 1 } }));
});

test("has an array of bigints for a list of u64, which goes out exactly", async () => {
  const { numbers } = await kv();
  expect(numbers([1, 2])).toEqual(new BigUint64Array([1n, 2n, 2n ** 64n - 1n]));
});

test("has undefined for none", async () => {
  const { maybe } = await kv();
  expect([maybe(null), maybe("")]).toEqual(["none", ""]);
});

test("throws what is declared with its payload, and what is not as it is", async () => {
  const { fail } = await kv();
  expect(() => fail(0)).toThrow(new Error("a bug"));
  expect(() => fail(1)).toThrow(expect.objectContaining({ payload: { payload: 1 } }));
  // An error that has a field with the name is no wrapped one.
  expect(() => fail(2)).toThrow(expect.objectContaining({ payload: { payload: 2 } }));
});

test("throws an error without a payload as one, whatever is thrown", async () => {
  const { try: attempt } = await kv();
  expect(attempt).toThrow(expect.objectContaining({ payload: undefined }));
  expect(attempt).not.toThrow(Error);
});

test("keeps the module's own resources, whose methods call one another with bigints", async () => {
  const { Bucket, pass } = await kv();
  const [one, three] = [new Bucket(1), Bucket.make(2)];
  expect([one.size(), three.size()]).toEqual([1, 3]);
  expect([three.larger(one), one.larger(three)]).toEqual([true, false]);
  const given = pass([one]);
  expect(given?.size()).toBe(1);
  // The module knows it again.
  if (given !== null && given !== undefined) expect(pass([given])).toBeNull();
});

const BEHIND = `export class Bucket {
  constructor(size) { if (typeof size !== "number") throw new TypeError("no number"); this.given = size; }
  static make(size) { return new Bucket(size); }
  size() { return this.given; }
  larger(than) { return than instanceof Bucket; }
}
export const bits = (value) => { if (typeof value !== "number") throw new TypeError("no number"); return value; };
export const numbers = (value) => [...value].map(Number);
export const maybe = (value) => String(value);
export const fail = (value) => {
  if (value === 0) throw new TypeError("not declared");
  throw Object.assign(new Error("why (see error.payload)"), { payload: { payload: value } });
};
`;

test.each([
  ["by name", 'import { Bucket, bits, fail as failing, maybe, numbers } from "acme:kv/store";'],
  ["all", 'import * as kv from "acme:kv/store@1.0.0";\nconst { Bucket, bits, fail: failing, maybe, numbers } = kv;'],
  [
    "twice",
    'import { Bucket, bits, fail as failing } from "acme:kv/store";\nimport * as kv from "acme:kv/store";\nconst { maybe, numbers } = kv;',
  ],
])("converts what the module imports, %s", async (_, imports) => {
  const source = `${imports}
const caught = (value) => { try { return failing(value); } catch (error) { return [error.message, error.payload, error instanceof Error]; } };
export const store = { told() {
  const [one, two] = [new Bucket(1n), Bucket.make(2n)];
  return [bits(2n ** 53n - 1n), numbers(new BigUint64Array([1n])), maybe(undefined), one.size(), two.size(), one.larger(two), one instanceof Bucket, caught(0), caught(3)];
} };
`;
  const text = await textOf("acme:kv/store", source);
  const { store } = await text.load<{ readonly store: { told(): unknown } }>(BEHIND);
  expect(store.told()).toEqual([
    2n ** 53n - 1n,
    new BigUint64Array([1n]),
    "undefined",
    1n,
    2n,
    true,
    true,
    ["not declared", undefined, true],
    ["why (see error.payload)", { payload: 3n }, true],
  ]);
});

test("is a module for every interface of WASI, as middleware", { timeout: 60_000 }, async () => {
  const wit = await everythingWit("0.2.12");
  const { imports } = worldOf(await worldComponent(wit, "everything"));
  const interfaces = [...imports].flatMap(([name, item]) => {
    const labels = item.kind === "instance" ? [...item.exports].filter(([, { kind }]) => kind === "func") : [];
    return labels.length === 0 ? [] : [{ name, members: new Set(labels.map(([label]) => wantedBy(label).name)) }];
  });
  const all = new Set(interfaces.flatMap(({ members }) => [...members]));
  const behind = [...all]
    .map((each) => (/^[A-Z]/.test(each) ? `export class ${each} {}\n` : `export const ${each} = () => {};\n`))
    .join("");
  let convertedCount = 0;
  for (const { name, members } of interfaces) {
    const own = exportNameOf(name);
    const source = `import * as behind from "${name}";\nexport const ${own} = { ...behind };\n`;
    const text = await textOf(name, source, undefined, wit);
    const loaded = await text.load<Readonly<Record<string, object>>>(behind);
    for (const each of members) expect(loaded[own], `${name} ${each}`).toHaveProperty(each);
    if (text.code !== text.bundled) convertedCount++;
  }
  expect(convertedCount).toBeGreaterThan(15);
});
