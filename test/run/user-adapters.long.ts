/**
 * Components of the user's below real programs: what they export takes the host's place, what they import is
 * as virtual as what the app imports, and several stand one below the other.
 */
import { componentEmbed, componentNew, parse } from "@bytecodealliance/jco";
import { beforeAll, describe, expect, test } from "vitest";
import { type Options, type Plug, virtualize } from "../../src/index.ts";
import { python, worldComponent } from "../guests/index.ts";
import { runOnWasmtime, WASMTIME_MISSING, wasmtimeAvailable } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, expectValid, hosts, importsOf, RUN_MILLISECONDS, virtualized } from "./on-hosts.ts";
import { storeAndUser } from "./store.ts";

const RANDOM = `package wasi:random@0.2.6 {
  interface random { get-random-bytes: func(len: u64) -> list<u8>; get-random-u64: func() -> u64; }
}`;
const BYTES = "wasi:random/random@0.2.6#get-random-bytes";
const U64 = '(func (export "wasi:random/random@0.2.6#get-random-u64") (result i64) (i64.const 4))';
const MEMORY = `(memory (export "memory") 2)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))`;

async function adapter(text: string, world: string, packages = RANDOM): Promise<Uint8Array> {
  const binary = await parse(text);
  const witSource = `package test:adapter;\nworld adapter { ${world} }\n${packages}`;
  return new Uint8Array(await componentNew(await componentEmbed({ binary, witSource, world: "adapter" })));
}

/** Nothing but fours. */
const dice = (): Promise<Uint8Array> =>
  adapter(
    `(module ${MEMORY}
      (func (export "${BYTES}") (param $length i64) (result i32)
        (memory.fill (i32.const 1024) (i32.const 4) (i32.wrap_i64 (local.get $length)))
        (i32.store (i32.const 0) (i32.const 1024))
        (i32.store (i32.const 4) (i32.wrap_i64 (local.get $length)))
        (i32.const 0))
      ${U64})`,
    "export wasi:random/random@0.2.6;",
  );

/** One more than what stands behind it, in the first byte. */
const more = (): Promise<Uint8Array> =>
  adapter(
    `(module
      (import "wasi:random/random@0.2.6" "get-random-bytes" (func $behind (param i64 i32)))
      ${MEMORY}
      (func (export "${BYTES}") (param $length i64) (result i32)
        (call $behind (local.get $length) (i32.const 0))
        (i32.store8 (i32.const 1024) (i32.add (i32.load8_u (i32.const 1024)) (i32.const 1)))
        (i32.const 0))
      ${U64})`,
    "import wasi:random/random@0.2.6; export wasi:random/random@0.2.6;",
  );

const below = (...components: readonly Uint8Array[]): readonly Plug[] =>
  components.map((component, i) => ({ interface: "wasi:random/random", component, name: `adapter-${i}.wasm` }));

const PROGRAM: Options = { args: ["-c", "import os; print(os.urandom(4).hex())"], stdout: "allow", stderr: "allow", allowExit: true };

describe("below Python", () => {
  let app: Uint8Array;
  beforeAll(async () => {
    app = await python();
  }, BUILD_MILLISECONDS);

  test.for(hosts)("an adapter takes the host's place on $name", { timeout: RUN_MILLISECONDS }, async ({ available, run }, { skip }) => {
    skip(!available, WASMTIME_MISSING);
    const { chunks, report } = virtualize(app, { ...PROGRAM, allowClocks: true, adapters: below(await dice()) });
    const output = Buffer.concat(chunks);
    await expectValid(output);
    expect((await importsOf(output)).filter((name) => name.startsWith("wasi:random"))).toEqual([]);
    expect(report.imports.find(({ name }) => name.startsWith("wasi:random"))).toEqual({
      name: "wasi:random/random@0.2.12",
      outcome: "plugged",
      plug: "adapter-0.wasm",
    });
    expect(await run(output)).toMatchObject({ stdout: "04040404\n", stderr: "", exitCode: 0 });
  });

  test.for(hosts)("the first of several is next to it on $name", { timeout: RUN_MILLISECONDS }, async ({ available, run }, { skip }) => {
    skip(!available, WASMTIME_MISSING);
    const output = virtualized(app, { ...PROGRAM, allowClocks: true, adapters: below(await more(), await more(), await dice()) });
    await expectValid(output);
    expect(await run(output)).toMatchObject({ stdout: "06040404\n", stderr: "", exitCode: 0 });
  });

  test("what the last one imports is denied like the app's own imports, or the host's", async () => {
    const denied = virtualized(app, { ...PROGRAM, allowClocks: true, adapters: below(await more()) });
    expect((await importsOf(denied)).filter((name) => name.startsWith("wasi:random"))).toEqual([]);
    const allowed = virtualized(app, { ...PROGRAM, allowRandom: true, adapters: below(await more()) });
    expect((await importsOf(allowed)).filter((name) => name.startsWith("wasi:random"))).toEqual(["wasi:random/random"]);
  });

  test("one that nobody asks is refused", async () => {
    const components = [await dice(), await more()];
    expect(() => virtualize(app, { adapters: below(...components) })).toThrow(
      "nobody imports `wasi:random/random`, which `adapter-1.wasm` is to provide",
    );
    expect(() => virtualize(app, { adapters: [{ interface: "wasi:clocks/clock", component: components[0]! }] })).toThrow(
      /nobody imports `wasi:clocks\/clock`.*; imported are `wasi:c[^`]*@0\.2\.12`.* and \d+ others/,
    );
  });
});

describe("below a component with an interface of its own", () => {
  const options: Options = {
    mounts: [
      {
        path: "/",
        entry: {
          kind: "directory",
          entries: new Map([
            ["a", { kind: "file", contents: Buffer.from("alpha") }],
            ["b", { kind: "file", contents: Buffer.from("be") }],
          ]),
        },
      },
    ],
    stdout: "allow",
    stderr: "allow",
    allowArgs: true,
    allowClocks: true,
    allowExit: true,
  };
  let output: Uint8Array;

  beforeAll(async () => {
    const { store, user } = await storeAndUser();
    output = virtualized(user, { ...options, adapters: [{ interface: "acme:store/*", component: store }] });
  }, BUILD_MILLISECONDS);

  // jco 1.35 loses handles that one JavaScript component lends to another.
  test.for([
    ["records", "<a> alpha true\n<b> be -\n"],
    ["list", "alphaalpha+be\nconcat: alphaalpha+be\n\nnone: \n"],
    ["error", "missing: error no-entry\n"],
  ] as const)("records, resources and streams come through: %s", { timeout: RUN_MILLISECONDS }, async ([step, expected], { skip }) => {
    skip(!wasmtimeAvailable(), WASMTIME_MISSING);
    await expectValid(output);
    expect(await importsOf(output)).not.toContain("wasi:filesystem/preopens");
    const { stdout, stderr, trap } = await runOnWasmtime(output, { args: [step] });
    expect({ stdout, stderr, trap }).toEqual({ stdout: expected, stderr: "" });
  });
});

describe("an adapter that does not fit", () => {
  const KV = (functions: string): string =>
    `package acme:kv@1.0.0 { interface types { resource bucket; } interface store { use types.{bucket}; ${functions} } interface admin { use types.{bucket}; wipe: func(b: bucket); } }`;
  const app = (): Promise<Uint8Array> =>
    worldComponent(
      `package test:app;\nworld app { import acme:kv/types@1.0.0; import acme:kv/store@1.0.0; import acme:kv/admin@1.0.0; export peek: func(); }\n${KV("get: func(key: string) -> string; open: func() -> bucket;")}`,
      "app",
    );
  const exporting = (functions: string, world: string): Promise<Uint8Array> =>
    worldComponent(`package test:app;\nworld adapter { ${world} }\n${KV(functions)}`, "adapter");
  const plugged = async (functions: string, world: string, name = "acme:kv/store") => {
    const component = await exporting(functions, world);
    const top = await app();
    return () => virtualize(top, { adapters: [{ interface: name, component, name: "kv.wasm" }] });
  };

  test.each([
    [
      "lacks a function",
      "get: func(key: string) -> string;",
      /`kv\.wasm` exports `acme:kv\/store@1\.0\.0` without `open`, which the component imports/,
    ],
    [
      "has another signature",
      "get: func(key: u32) -> string; open: func() -> bucket;",
      /`kv\.wasm` exports `acme:kv\/store@1\.0\.0` with `get: func\(key: u32\) -> string`, and `acme:kv\/store@1\.0\.0`, which is imported, has `get: func\(key: string\) -> string`/,
    ],
  ])("%s", async (_, functions, message) => {
    expect(await plugged(functions, "import acme:kv/types@1.0.0; export acme:kv/store@1.0.0;")).toThrow(message);
  });

  test("exports another interface", async () => {
    expect(await plugged("", "import acme:kv/types@1.0.0; export acme:kv/admin@1.0.0;")).toThrow(
      "`kv.wasm` does not export `acme:kv/store@1.0.0`",
    );
  });

  test("provides a resource that others of the host's mention", async () => {
    expect(
      await plugged("get: func(key: string) -> string; open: func() -> bucket;", "export acme:kv/types@1.0.0;", "acme:kv/types"),
    ).toThrow(
      /`kv\.wasm` provides `acme:kv\/types`, and `open` of `acme:kv\/store@1\.0\.0` mentions its resource `bucket`: it has to provide that interface too/,
    );
  });

  test("is no component", async () => {
    const top = await app();
    const adapters = [{ interface: "acme:kv/store", component: new TextEncoder().encode("export"), name: "kv.wasm" }];
    expect(() => virtualize(top, { adapters })).toThrow(/^the adapter `kv\.wasm` is not well-formed$/);
  });
});
