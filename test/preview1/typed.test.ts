/**
 * Core modules that carry their world become components of that world: what wit-component makes of the same modules, with jco's
 * adapter, has the same WIT and does the same.
 */

import { componentEmbed, componentNew, componentWit, parse } from "@bytecodealliance/jco";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { adaptPreview1, type Options, virtualize } from "../../src/index.ts";
import { adaptByJco } from "../../src/node/preview1.ts";
import { everythingWit, wasiWit } from "../guests/index.ts";
import { typedModule } from "../guests/typed.ts";
import { transpiled } from "../hosts/jco.ts";
import { runChild } from "../hosts/outcome.ts";
import { cacheConfiguration, PYTHON, wasmtimeAvailable } from "../hosts/wasmtime.ts";
import { ARGS, chain, FILES, printed, STREAMS } from "./typed-chain.ts";
import { BUILD_MILLISECONDS, expectValid, hosts, RUN_MILLISECONDS, virtualized } from "../run/on-hosts.ts";

type Call = readonly [interfaceName: string | null, name: string, ...values: readonly unknown[]];

interface Called {
  readonly results: readonly unknown[];
  /** What the library told the host's log. */
  readonly said: readonly string[];
}

async function called(host: string, library: Uint8Array, calls: readonly Call[]): Promise<Called> {
  const folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-typed-"));
  try {
    const file = path.join(folder, "library.wasm");
    await writeFile(file, library);
    const isPython = host === "Wasmtime";
    const given = isPython ? [file, await cacheConfiguration()] : [path.join(await transpiled(library), "component.js")];
    const script = path.join(import.meta.dirname, `call-library.${isPython ? "py" : "mjs"}`);
    const { stdout, stderr } = await runChild(isPython ? PYTHON : process.execPath, [script, ...given, JSON.stringify(calls)]);
    expect(stderr.toString()).toBe("");
    return JSON.parse(stdout.toString().trimEnd().split("\n").at(-1) ?? "") as Called;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const embedded = async (witSource: string, world: string): Promise<Uint8Array> =>
  new Uint8Array(await componentEmbed({ witSource, world, dummy: true }));

/** The imports and exports of a component in WIT, without order. */
async function witOf(component: Uint8Array): Promise<readonly string[]> {
  return (await componentWit(component)).split("\n").sort();
}

const WORLDS: Readonly<Record<string, string>> = {
  "functions by themselves": `
    import get: func(number: u32) -> string;
    export add: func(a: u32, b: option<u32>) -> u64;`,
  "types by themselves": `
    record pair { a: u32, b: list<string> }
    import get: func(it: pair);
    export give: func() -> pair;`,
  "types of an interface by themselves": `
    use types.{point, thing};
    import get: func(it: point) -> thing;
    export give: func(it: borrow<thing>) -> point;`,
  "a resource by itself": `
    resource made { constructor(a: u32); get: func() -> string; }
    import take: func(it: made) -> list<made>;
    export done: func();`,
  interfaces: `
    import log;
    export api;
    export more;`,
  "an interface that is imported and exported": `
    import more;
    import api;
    export api;
    export more;`,
  "interfaces without names": `
    import theirs: interface { use types.{thing}; record r { a: u8 } get: func(it: r) -> thing; }
    export given: interface { use types.{thing}; resource r { constructor(it: thing); } f: func(); }
    export empty: interface { f: func(a: string); }`,
};

const PACKAGE = `package acme:lib@1.2.3;
interface types {
  record point { x: u32, y: string }
  record unused { z: point }
  resource thing { constructor(n: u32); get: func() -> string; }
}
interface log { use types.{point as place}; say: func(p: place) -> result<_, string>; }
interface api {
  use types.{point};
  type points = list<point>;
  resource counter { constructor(n: u32); next: func() -> u32; make: static func(where: points) -> result<counter, point>; }
  variant either { one(counter), other(points) }
  both: func(it: borrow<counter>, other: either) -> tuple<either, option<point>>;
}
interface more { use api.{counter, either}; flip: func(it: either) -> either; hold: func(it: list<counter>); }
`;

describe("the world of the output is that of the module", () => {
  const texts = Object.entries(WORLDS).map(([name, world]) => [name, `${PACKAGE}\nworld it { ${world} }`, "it"] as const);
  test.each([...texts, ["all of WASI", undefined, "everything"] as const])("%s", { timeout: RUN_MILLISECONDS }, async (_, text, world) => {
    const module = await embedded(text ?? (await everythingWit("0.2.12")), world);
    const wanted = await witOf(new Uint8Array(await componentNew(module)));
    for (const output of [adaptPreview1(module), virtualized(module, { allowAll: true })]) {
      await expectValid(output);
      expect(await witOf(output)).toEqual(wanted);
    }
  });
});

/** A program in one part with what answers it, and in a component of its own. */
const nestings: readonly ((module: Uint8Array, options?: Options) => Uint8Array)[] = [
  virtualized,
  (module, options) => virtualized(adaptPreview1(module), options),
];

const CALLS: readonly Call[] = [
  [null, "add", 4_000_000_000, 1],
  [null, "shout", "a tree: 樹"],
  [null, "far", { x: 1, label: "ä" }],
  ["acme:lib/api", "greet", "you"],
  ["acme:lib/api", "sum", [1, 2, 3]],
  ["acme:lib/api", "freed"],
];
const ANSWERS: Called = {
  results: [4_000_000_001, "A TREE: 樹", { x: 101, label: "ä" }, "the host greets you", 6, 2],
  said: ["you"],
};

describe("in C, as wit-bindgen has it", () => {
  let [library, quiet, logger, driver]: readonly Uint8Array[] = [];

  beforeAll(async () => {
    [library, quiet, logger, driver] = await Promise.all([
      typedModule("library"),
      typedModule("library", true),
      typedModule("logger"),
      typedModule("driver"),
    ]);
  }, BUILD_MILLISECONDS);

  const whole = (top: Uint8Array, middle: Uint8Array, options: Options): Uint8Array => chain(top, middle, logger!, options);

  /** jco 1.35 lets no component call another while an instance is made. */
  const apart = (host: string): Uint8Array => (host === "jco" ? quiet! : library!);
  const inOnePart = (): Uint8Array => virtualized(library!, { ...FILES, ...STREAMS });
  const begun = (host: string): string => printed(host === "jco" ? "" : "MODE is a mode");

  for (const { name: host, available, run } of hosts) {
    const runs = async (output: Uint8Array, wanted: string): Promise<void> => {
      const { stdout, stderr, exitCode, trap } = await run(output, { args: ARGS });
      expect({ stdout, stderr, exitCode, trap }).toEqual({ stdout: wanted, stderr: "", exitCode: 0 });
    };

    test.skipIf(!available)(`by jco's adapter, on ${host}`, { timeout: RUN_MILLISECONDS }, async () => {
      await runs(whole(await adaptByJco(driver!), await adaptByJco(apart(host)), FILES), begun(host));
    });

    test.skipIf(!available)(`by ours, on ${host}`, { timeout: RUN_MILLISECONDS }, async () => {
      await runs(whole(adaptPreview1(driver!), adaptPreview1(apart(host)), FILES), begun(host));
    });

    test.skipIf(!available)(`in one part with our files, on ${host}`, { timeout: RUN_MILLISECONDS }, async () => {
      const middle = inOnePart();
      const top = virtualized(driver!, { ...STREAMS, allowArgs: true });
      for (const each of [middle, top]) await expectValid(each);
      await runs(whole(top, middle, {}), printed("MODE is a mode"));
    });

    test.skipIf(!available)(`called by an embedder, on ${host}`, { timeout: RUN_MILLISECONDS }, async () => {
      for (const output of [await adaptByJco(quiet!), adaptPreview1(quiet!), inOnePart()])
        expect(await called(host, output, CALLS)).toEqual(ANSWERS);
      const calls: readonly Call[] = [
        ["acme:lib/api", "begun"],
        ["acme:lib/api", "read", "/data/a"],
        ["acme:lib/api", "read", "/data/b"],
      ];
      expect((await called(host, inOnePart(), calls)).results).toEqual(["MODE is a mode", "contents", 44]);
    });
  }

  test("has the same WIT in one part and apart from it", { timeout: RUN_MILLISECONDS }, async () => {
    const [one, other] = [inOnePart(), virtualized(adaptPreview1(library!), { ...FILES, ...STREAMS })];
    for (const each of [one, other]) await expectValid(each);
    const exports = async (component: Uint8Array): Promise<readonly string[]> =>
      (await witOf(component)).filter((line) => !line.includes("import wasi:"));
    expect(await exports(one)).toEqual(await exports(await adaptByJco(library!)));
    expect(await exports(other)).toEqual(await exports(one));
  });

  test("an import of its own is the host's, or denied", { timeout: RUN_MILLISECONDS }, async () => {
    const { report, chunks } = virtualize(library!, { ...STREAMS, denyImports: ["acme:lib/log"] });
    expect(report.imports).toContainEqual({ name: "acme:lib/log@1.0.0", outcome: "denied" });
    const output = Buffer.concat(chunks);
    await expectValid(output);
    expect(await witOf(output)).not.toContain("  import acme:lib/log@1.0.0;");
    expect(virtualize(library!, STREAMS).report.imports).toContainEqual({ name: "acme:lib/log@1.0.0", outcome: "allowed" });
    const adding: readonly Call[] = [[null, "add", 1, 2]];
    if (wasmtimeAvailable()) expect(await called("Wasmtime", output, adding)).toEqual({ results: [3], said: [] });
  });
});

/** Never gives memory back. */
const MEMORY = `(memory (export "memory") 1)
  (global $free (mut i32) (i32.const 1024))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (global.set $free (i32.and (i32.add (global.get $free) (i32.const 7)) (i32.const -8)))
    (memory.copy (global.get $free) (local.get 0) (local.get 1))
    (global.get $free)
    (global.set $free (i32.add (global.get $free) (local.get 3))))`;

async function moduleOf(text: string, world: string, rest: object = {}): Promise<Uint8Array> {
  const witSource = `package test:it;\nworld it { ${world} }\n${PACKAGE.replace(/^package ([^;]+);([^]*)$/, "package $1 {$2}")}`;
  return new Uint8Array(await componentEmbed({ binary: await parse(`(module ${text})`), witSource, world: "it", ...rest }));
}

for (const { name: host, available } of hosts) {
  test.skipIf(!available)(`strings are encoded as the section says, on ${host}`, { timeout: RUN_MILLISECONDS }, async () => {
    const text = `${MEMORY}
      (func (export "same") (param i32 i32) (result i32)
        (i32.store (i32.const 0) (local.get 0)) (i32.store (i32.const 4) (local.get 1)) (i32.const 0))
      (func (export "units") (param i32 i32) (result i32) (local.get 1))`;
    // jco 1.35 does not know the third.
    const lengths = { utf8: 11, utf16: 6, ...(host === "jco" ? {} : { "compact-utf16": 6 | 0x8000_0000 }) };
    for (const [stringEncoding, length] of Object.entries(lengths)) {
      const module = await moduleOf(text, "export same: func(it: string) -> string; export units: func(it: string) -> u32;", {
        stringEncoding,
      });
      const calls: readonly Call[] = [
        [null, "same", "é€😀ab"],
        [null, "units", "é€😀ab"],
      ];
      expect((await called(host, adaptPreview1(module), calls)).results, stringEncoding).toEqual(["é€😀ab", length >>> 0]);
    }
  });

  test.skipIf(!available)(`what is to run first does, in order, on ${host}`, { timeout: RUN_MILLISECONDS }, async () => {
    const text = `(global $at (mut i32) (i32.const 0))
      (func $start (global.set $at (i32.const 5)))
      (start $start)
      (func (export "_initialize") (global.set $at (i32.mul (global.get $at) (i32.const 10))))
      (func (export "at") (result i32) (global.get $at))`;
    const module = await moduleOf(text, "export at: func() -> u32;");
    for (const nested of nestings) expect((await called(host, nested(module), [[null, "at"]])).results).toEqual([50]);
  });

  test.skipIf(!available)(
    `a function that is imported by itself, twice, is the host's, on ${host}`,
    { timeout: RUN_MILLISECONDS },
    async () => {
      const get = `(import "$root" "get" (func`;
      const text = `${get} $get (param i32 i32))) ${get} $again (param i32 i32))) ${MEMORY}
      (func (export "f") (result i32) (call $get (i32.const 7) (i32.const 0)) (call $again (i32.const 8) (i32.const 0)) (i32.const 0))`;
      const module = await moduleOf(text, "import get: func(number: u32) -> string; export f: func() -> string;");
      for (const nested of nestings) expect((await called(host, nested(module), [[null, "f"]])).results).toEqual(["the host got 8"]);
    },
  );

  test.skipIf(!available)(`names of the other kind are known beside preview 1, on ${host}`, { timeout: RUN_MILLISECONDS }, async () => {
    const text = `(import "wasi_snapshot_preview1" "environ_sizes_get" (func $sizes (param i32 i32) (result i32)))
      (import "cm32p2" "get" (func $get (param i32 i32)))
      ${MEMORY.replace('"memory"', '"cm32p2_memory"').replace("cabi_realloc", "cm32p2_realloc")}
      (global $begun (mut i32) (i32.const 0))
      (func (export "cm32p2_initialize") (global.set $begun (i32.const 10)))
      (func (export "cm32p2||f") (result i32)
        (drop (call $sizes (i32.const 0) (i32.const 4)))
        (call $get (i32.add (global.get $begun) (i32.load (i32.const 0))) (i32.const 8)) (i32.const 8))
      (func (export "cm32p2|acme:lib/echo@1|same") (param i32 i32) (result i32)
        (i32.store (i32.const 16) (local.get 0)) (i32.store (i32.const 20) (local.get 1)) (i32.const 16))
      (func (export "cm32p2|acme:lib/echo@1|same_post") (param i32) (global.set $begun (i32.const 20)))`;
    const world = "import get: func(number: u32) -> string; export f: func() -> string; export acme:lib/echo@1.2.3;";
    const witSource = `package test:it;\nworld it { ${world} }\npackage acme:lib@1.2.3 { interface echo { same: func(it: string) -> string; } }`;
    const module = new Uint8Array(await componentEmbed({ binary: await parse(`(module ${text})`), witSource, world: "it" }));
    const calls: readonly Call[] = [
      [null, "f"],
      ["acme:lib/echo", "same", "some text"],
      [null, "f"],
    ];
    for (const nested of nestings) {
      const { results } = await called(host, nested(module, { env: { A: "1", B: "2" } }), calls);
      expect(results).toEqual(["the host got 12", "some text", "the host got 22"]);
    }
  });

  test.skipIf(!available)(`WASI 0.2 of its own is ours as well as preview 1, on ${host}`, { timeout: RUN_MILLISECONDS }, async () => {
    const text = `(import "wasi_snapshot_preview1" "environ_sizes_get" (func $sizes (param i32 i32) (result i32)))
      (import "wasi:cli/environment@0.2.3" "get-environment" (func $get (param i32))) ${MEMORY}
      (func (export "f") (result i32)
        (drop (call $sizes (i32.const 0) (i32.const 4))) (call $get (i32.const 8))
        (i32.add (i32.load (i32.const 0)) (i32.mul (i32.const 10) (i32.load (i32.const 12)))))`;
    const witSource = `package test:it;\nworld it { import wasi:cli/environment@0.2.3; export f: func() -> u32; }\n${await wasiWit("0.2.3")}`;
    const module = new Uint8Array(await componentEmbed({ binary: await parse(`(module ${text})`), witSource, world: "it" }));
    expect(virtualize(module, { env: {} }).report.hostImports).toEqual([]);
    for (const nested of nestings) {
      const output = nested(module, { env: { A: "1", B: "2", C: "3" } });
      expect((await called(host, output, [[null, "f"]])).results).toEqual([33]);
      expect((await called(host, nested(module, { allowEnv: true }), [[null, "f"]])).results).toEqual([0]);
    }
  });
}
