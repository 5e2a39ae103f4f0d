/** Who provides an import is decided by what it is, however it is called. */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { parse } from "@bytecodealliance/jco";
import { describe, expect, test } from "vitest";
import { decodeComponent, encodeComponent } from "../../src/binary/component.ts";
import { worldOf } from "../../src/component/world.ts";
import { LinkError, OptionError, type Options, virtualize } from "../../src/index.ts";
import { bytesOf } from "../compose/apps.ts";
import { transpiled } from "../hosts/jco.ts";
import { validate, wasmtimeAvailable } from "../hosts/wasmtime.ts";
import { WASMTIME_CLI_MISSING, wasmtimeCli, withFile } from "../hosts/wasmtime-cli.ts";

type Judge = (component: Uint8Array) => Promise<unknown>;

/** For what jco cannot take, valid as it is. */
const onWasmtime: Judge = async (component) => {
  if (wasmtimeAvailable()) expect(await validate(component)).toEqual({ kind: "valid" });
};

/** What the output still imports, and what the report says of each import of the app. */
async function result(
  app: string,
  options: Options = {},
  judge: Judge = transpiled,
): Promise<readonly [imports: readonly string[], outcomes: string]> {
  const { chunks, report } = virtualize(await parse(app), options);
  const output = bytesOf(chunks);
  await judge(output);
  return [[...worldOf(output).imports.keys()], report.imports.map(({ name, outcome }) => `${name} ${outcome}`).join(", ")];
}

const STORE = `(instance (export "bucket" (type $bucket (sub resource))) (export "open" (func (result (own $bucket)))))`;
const ARGUMENTS = `(instance (export "get-arguments" (func (result (list string)))))`;
const RANDOM = `(instance (export "get-random-u64" (func (result u64))))`;

describe("an instance under a plain name is the interface that it implements:", () => {
  const stores = `(component
    (import "primary" (implements "wasi:keyvalue/store@0.2.0-draft") ${STORE})
    (import "secondary" (implements "wasi:keyvalue/store@0.2.0-draft") ${STORE}))`;

  test("and a warning says which hosts take such a name", async () => {
    expect(virtualize(await parse(stores)).report.warnings).toEqual([
      "names with attributes, `primary`, `secondary`: Wasmtime runs the output with `-W component-model-implements` only, jco as it is",
    ]);
  });

  test("denied as that is", async () => {
    expect(await result(stores)).toEqual([[], "primary denied, secondary denied"]);
    const randoms = `(component (import "dice" (implements "wasi:random/random@0.2.0") ${RANDOM}))`;
    expect(await result(randoms)).toEqual([[], "dice denied"]);
  });

  test("allowed as that is, under its own name", async () => {
    expect(await result(stores, { allowAll: true })).toEqual([["primary", "secondary"], "primary allowed, secondary allowed"]);
    const randoms = `(component (import "dice" (implements "wasi:random/random@0.2.0") ${RANDOM}))`;
    expect(await result(randoms, { allowRandom: true })).toEqual([["dice"], "dice allowed"]);
  });

  test.for([
    ["wasi:keyvalue/*", [], "primary denied, secondary denied"],
    ["wasi:keyvalue/store@0.2.0-draft", [], "primary denied, secondary denied"],
    ["secondary", ["primary"], "primary allowed, secondary denied"],
  ] as const)("denied by name, here `%s`", async ([entry, imports, outcomes]) => {
    expect(await result(stores, { allowAll: true, denyImports: [entry] })).toEqual([imports, outcomes]);
  });

  test("virtualized as that is, beside the interface itself", async () => {
    const app = `(component
      (import "cfg" (implements "wasi:cli/environment@0.2.0") ${ARGUMENTS})
      (import "wasi:cli/environment@0.2.3" ${ARGUMENTS}))`;
    const both = "cfg virtualized, wasi:cli/environment@0.2.3 virtualized";
    expect(await result(app)).toEqual([[], both]);
    expect(await result(app, { args: ["a"], allowRandom: true })).toEqual([[], both]);
    expect(await result(app, { allowAll: true })).toEqual([
      ["cfg", "wasi:cli/environment@0.2.3"],
      "cfg allowed, wasi:cli/environment@0.2.3 allowed",
    ]);
    expect(await result(app, { denyImports: ["cfg"] })).toEqual([[], "cfg denied, wasi:cli/environment@0.2.3 virtualized"]);
    expect(await result(app, { denyImports: ["wasi:cli/environment@0.2.1"] })).toEqual([
      [],
      "cfg denied, wasi:cli/environment@0.2.3 denied",
    ]);
  });

  test("the host's under its own name also where that depends on the other imports", async () => {
    const app = `(component
      (import "wasi:io/streams@0.2.0" (instance $streams (export "output-stream" (type (sub resource)))))
      (alias export $streams "output-stream" (type $out))
      (import "one" (implements "wasi:cli/stdout@0.2.0") (instance
        (export "output-stream" (type $own (eq $out)))
        (export "get-stdout" (func (result (own $own))))))
      (import "two" (implements "wasi:cli/stdout@0.2.0") (instance
        (export "output-stream" (type $own (eq $out)))
        (export "get-stdout" (func (result (own $own)))))))`;
    const outcomes = (outcome: string): string => ["wasi:io/streams@0.2.0", "one", "two"].map((name) => `${name} ${outcome}`).join(", ");
    expect(await result(app, { stdout: "allow" })).toEqual([["wasi:io/streams@0.2.0", "one", "two"], outcomes("allowed")]);
    for (const options of [{}, { stdout: "ignore" }, { stdout: "allow", denyImports: ["one"] }] as const)
      expect(await result(app, options)).toEqual([[], outcomes("virtualized")]);
  });

  test("not for an adapter of the user's that provides the interface", async () => {
    const adapter = await parse(`(component
      (core module $code (func (export "get") (result i64) i64.const 4))
      (core instance $main (instantiate $code))
      (func $get (result u64) (canon lift (core func $main "get")))
      (instance $random (export "get-random-u64" (func $get)))
      (export "wasi:random/random@0.2.0" (instance $random))
      (export "dice" (instance $random)))`);
    const app = `(component (import "dice" (implements "wasi:random/random@0.2.0") ${RANDOM}))`;
    const withAdapter = (name: string): Options => ({ adapters: [{ interface: name, component: adapter, name: "four" }] });
    await expect(result(app, withAdapter("wasi:random/random"))).rejects.toThrow(
      new LinkError(
        "import `dice` is `wasi:random/random@0.2.0` under a name of its own, which an adapter for `wasi:random/random` cannot provide: one for `dice` can",
        { import: "dice" },
      ),
    );
    expect(await result(app, withAdapter("dice"))).toEqual([[], "dice plugged"]);
  });

  test("decided upon below an adapter of the user's too", async () => {
    const adapter = await parse(`(component
      (import "dice" (implements "wasi:random/random@0.2.0") ${RANDOM})
      (core module $code (func (export "get") (result i32) i32.const 4))
      (core instance $main (instantiate $code))
      (func $get (result u32) (canon lift (core func $main "get")))
      (instance $kv (export "get" (func $get)))
      (export "acme:kv/kv" (instance $kv)))`);
    const app = await parse(`(component (import "acme:kv/kv" (instance (export "get" (func (result u32))))))`);
    const { chunks } = virtualize(app, { adapters: [{ interface: "acme:kv/kv", component: adapter }] });
    expect([...worldOf(bytesOf(chunks)).imports.keys()]).toEqual([]);
  });
});

/** Tells how many arguments `cfg` gives. */
const COUNTS = `(component
  (import "cfg" (implements "wasi:cli/environment@0.2.0") (instance $cfg (export "get-arguments" (func (result (list string))))))
  (core module $memory
    (memory (export "m") 1)
    (global $end (mut i32) (i32.const 1024))
    (func (export "r") (param i32 i32 i32 i32) (result i32)
      (global.set $end (i32.and (i32.add (global.get $end) (i32.const 7)) (i32.const -8)))
      (global.get $end)
      (global.set $end (i32.add (global.get $end) (local.get 3)))))
  (core instance $m (instantiate $memory))
  (core func $arguments (canon lower (func $cfg "get-arguments") (memory (core memory $m "m")) (realloc (core func $m "r"))))
  (core module $main
    (import "" "m" (memory 1))
    (import "" "arguments" (func $arguments (param i32)))
    (func (export "count") (result i32) (call $arguments (i32.const 8)) (i32.load (i32.const 12))))
  (core instance $i (instantiate $main (with "" (instance (export "m" (memory $m "m")) (export "arguments" (func $arguments))))))
  (func $count (result u32) (canon lift (core func $i "count")))
  (export "count" (func $count)))`;

describe("an instance under a plain name that is virtualized is called", () => {
  const output = async (): Promise<Uint8Array> => bytesOf(virtualize(await parse(COUNTS), { args: ["a", "b"] }).chunks);

  test("on jco", async () => {
    const folder = await transpiled(await output());
    const { instantiate } = (await import(pathToFileURL(path.join(folder, "component.js")).href)) as {
      readonly instantiate: (core: undefined, imports: object) => Promise<{ readonly count: () => number }>;
    };
    expect((await instantiate(undefined, {})).count()).toBe(3);
  });

  test("on Wasmtime, which has to be told to take attributes", async ({ skip }) => {
    const command = wasmtimeCli();
    skip(command === undefined, WASMTIME_CLI_MISSING);
    await withFile(await output(), async (file) => {
      const run = (...args: readonly string[]): ReturnType<typeof spawnSync> =>
        spawnSync(command ?? "", ["run", ...args, "--invoke", "count()", file], { encoding: "utf8" });
      expect(run("-W", "component-model-implements")).toMatchObject({ status: 0, stdout: "3\n" });
      // As soon as it takes them by itself, the warning goes.
      expect(run()).toMatchObject({ status: 1, stderr: expect.stringContaining("the `cm-implements` feature is not active") as string });
    });
  });
});

describe("a function under an interface's name", () => {
  const random = `(component (import "wasi:random/random@0.2.0" (func (result u64))))`;

  test("is denied or allowed as the interface is", async () => {
    expect(await result(random, {}, onWasmtime)).toEqual([[], "wasi:random/random@0.2.0 denied"]);
    expect(await result(random, { allowRandom: true }, onWasmtime)).toEqual([
      ["wasi:random/random@0.2.0"],
      "wasi:random/random@0.2.0 allowed",
    ]);
    const denied: Options = { allowRandom: true, denyImports: ["wasi:random/*"] };
    expect(await result(random, denied, onWasmtime)).toEqual([[], "wasi:random/random@0.2.0 denied"]);
    const acme = `(component (import "acme:kv/get@1.2.0" (func (result u64))))`;
    expect(await result(acme, { denyImports: ["acme:kv/get@1.0.0"] }, onWasmtime)).toEqual([[], "acme:kv/get@1.2.0 denied"]);
  });

  test("is refused where the interface would be virtual", async () => {
    const app = `(component (import "wasi:cli/environment@0.2.0" (func (result u64))))`;
    await expect(result(app)).rejects.toThrow(
      new LinkError(
        "import `wasi:cli/environment@0.2.0` is a func: an interface of that name is virtualized, and this can only be denied",
        {
          import: "wasi:cli/environment@0.2.0",
          wanted: "instance",
          found: "func",
        },
      ),
    );
    expect(await result(app, { denyImports: ["wasi:cli/environment"] }, onWasmtime)).toEqual([[], "wasi:cli/environment@0.2.0 denied"]);
  });

  test("and what else is there under one is refused where the interface is denied", async () => {
    await expect(result(`(component (import "wasi:random/random@0.2.0" (component)))`)).rejects.toThrow(
      new LinkError("import `wasi:random/random@0.2.0` is a component, only interfaces and functions can be denied", {
        import: "wasi:random/random@0.2.0",
        wanted: "instance or func",
        found: "component",
      }),
    );
  });
});

test.for(["unlocked-dep=<wasi:random>", "locked-dep=<wasi:random/random@0.2.0>", "url=<https://wasi.example/random>"])(
  "a dependency by a name that is no interface's is refused, unless everything is allowed: `%s`",
  async (name) => {
    const app = `(component (import "${name}" (instance (export "get-random-u64" (func (result u64))))))`;
    await expect(result(app, { allowRandom: true })).rejects.toThrow(
      new LinkError(
        `import \`${name}\` is a dependency by its own kind of name, which may be anything: \`allowAll\` leaves it to the host`,
        { import: name },
      ),
    );
    expect(await result(app, { allowAll: true }, onWasmtime)).toEqual([[name], `${name} allowed`]);
    expect(await result(app, { denyImports: [name] }, onWasmtime)).toEqual([[], `${name} denied`]);
  },
);

describe("a name with only the series of its version", () => {
  /** The text format of this wasm-tools has no words for it. */
  const random = (suffix: string): Uint8Array =>
    encodeComponent([
      {
        kind: "type",
        items: [
          {
            kind: "instance",
            decls: [
              { kind: "type", type: { kind: "func", params: [], result: { kind: "one", type: "u64" } } },
              { kind: "export", export: { name: { kind: "plain", name: "get-random-u64" }, type: { kind: "func", type: 0 } } },
            ],
          },
        ],
      },
      {
        kind: "import",
        items: [
          {
            name: { kind: "attributed", name: "wasi:random/random@0.2", attributes: [{ kind: "versionsuffix", suffix }] },
            type: { kind: "instance", type: 0 },
          },
        ],
      },
    ]);

  test("is denied and allowed as any of the series, with its suffix", () => {
    expect(virtualize(random(".12")).report.imports).toEqual([{ name: "wasi:random/random@0.2", outcome: "denied" }]);
    const [imported] = decodeComponent(bytesOf(virtualize(random(".12"), { allowRandom: true }).chunks)).flatMap((section) =>
      section.kind === "import" ? section.items : [],
    );
    expect(imported?.name).toEqual({
      kind: "attributed",
      name: "wasi:random/random@0.2",
      attributes: [{ kind: "versionsuffix", suffix: ".12" }],
    });
    expect(virtualize(random(".12")).report.warnings).toEqual([
      "names with a `versionsuffix`, `wasi:random/random@0.2`: neither Wasmtime nor jco takes them yet",
    ]);
    const denied = virtualize(random(".12"), { allowRandom: true, denyImports: ["wasi:random/random@0.2.0"] });
    expect(denied.report.hostImports).toEqual([]);
  });

  test("is a release candidate where its suffix says so", () => {
    expect(() => virtualize(random(".0-rc1"), { allowRandom: true })).toThrow(
      new LinkError(
        "import `wasi:random/random@0.2`: version 0.2.0-rc1 has other types than 0.2, and only 0.2.x and 0.3.x can be virtualized",
        {
          import: "wasi:random/random@0.2",
        },
      ),
    );
  });
});

describe("an inline interface", () => {
  const logger = `(component (import "logger" (instance (export "log" (func (result u32))))))`;

  test("is the host's unless it is denied by its name", async () => {
    expect(await result(logger)).toEqual([["logger"], "logger allowed"]);
    expect(await result(logger, { denyImports: ["logger"] })).toEqual([[], "logger denied"]);
    expect(await result(logger, { denyImports: [{ name: "logger", deny: "trap" }] })).toEqual([[], "logger denied"]);
  });
});

describe("a rule that denies nothing", () => {
  const clock = `(component (import "wasi:clocks/wall-clock@0.2.12" (instance (export "now" (func (result u64))))))`;

  test("denies every version of its series", async () => {
    const options: Options = { allowClocks: true, denyImports: ["wasi:clocks/wall-clock@0.2.0"] };
    expect(await result(clock, options)).toEqual([[], "wasi:clocks/wall-clock@0.2.12 denied"]);
  });

  test.for([
    [
      "wasi:clocks/wall-clock@0.3.0",
      "nothing to deny: `wasi:clocks/wall-clock@0.3.0` is not among the imports, imported is `wasi:clocks/wall-clock@0.2.12`",
    ],
    ["wasi:clock/wall-clock", "nothing to deny: `wasi:clock/wall-clock` is not among the imports: did you mean `wasi:clocks/wall-clock`?"],
    ["wasi:clocks", "nothing to deny: `wasi:clocks` is not among the imports"],
    ["acme:kv/store", "nothing to deny: `acme:kv/store` is not among the imports"],
    ["", "nothing to deny: `` is not among the imports"],
  ] as const)("is refused, here `%s`", async ([entry, message]) => {
    await expect(result(clock, { allowClocks: true, denyImports: [entry] })).rejects.toThrow(new OptionError("denyImports", message));
  });
});

test.each(["cli/exit", "cli/environment", "cli/stdout", "cli/terminal-stdout", "clocks/wall-clock", "io/poll"])(
  "`wasi:%s` without a version is refused, because it may be any",
  async (name) => {
    const app = await parse(`(component (import "wasi:${name}" (instance (export "f" (func)))))`);
    for (const options of [{}, { allowExit: true, allowClocks: true }, { exit: { code: 0 }, terminal: [] }])
      expect(() => virtualize(app, options)).toThrow(/it has no version/);
  },
);
