/** `wasi:config` in any draft, by its types: fixed values, the host's where they may pass, or an error. */
import { parse } from "@bytecodealliance/jco";
import { beforeAll, describe, expect, test } from "vitest";
import { configAdapter } from "../../src/adapters/config/adapter.ts";
import type { Shape } from "../../src/adapters/config/types.ts";
import { unpack } from "../../src/adapters/packed.ts";
import { configCore } from "../../src/adapters/prebuilt.ts";
import { byteLength } from "../../src/binary/chunk.ts";
import { decodeCore } from "../../src/binary/prebuilt-module.ts";
import { pruneCore } from "../../src/binary/prune-core.ts";
import { type ConfigOptions } from "../../src/adapters/config/index.ts";
import { LinkError, OptionError, type Options, createAdapter, inspect, virtualize } from "../../src/index.ts";
import { temporaryDirectory, wasiNest } from "../cli/wasi-nest.ts";
import { runOnWasmtimeCli, WASMTIME_CLI_MISSING, wasmtimeCli } from "../hosts/wasmtime-cli.ts";
import { expectValid, hosts, importsOf, virtualized } from "../run/on-hosts.ts";
import { Adapter } from "../virt-adapters/harness.ts";
import { configApp, type Draft, RUNTIME, STORE } from "./config-app.ts";

const KEYS = ["a", "b.c", "missing"];
/** Drafts as they were, and others that there may be. */
const BARE: Draft = { name: "wasi:config/store@0.2.0-draft", isBare: true };
const OTHER_ERROR: Draft = { name: "wasi:config/store@0.3.0", error: `(enum "upstream" "io" "gone")` };
const WITHOUT_VERSION: Draft = { name: "wasi:config/runtime", error: "string" };
const DRAFTS = [STORE, RUNTIME, BARE, OTHER_ERROR, WITHOUT_VERSION];

const FIXED = { a: "1", "b.c": "x=y" };
const answers = (values: Readonly<Record<string, string>>): string =>
  [
    ...KEYS.map((key) => `${key}${values[key] === undefined ? "?" : `=${values[key]}`}`),
    ...Object.entries(values).map(([key, value]) => `${key}:${value}`),
  ]
    .map((line) => `${line}\n`)
    .join("");

let all: Uint8Array;
let store: Uint8Array;
beforeAll(async () => {
  all = await configApp(DRAFTS, KEYS);
  store = await configApp([STORE], KEYS);
});

describe.each(hosts)("on $name", ({ available, run }) => {
  test.skipIf(!available)("every draft answers with fixed values, and nothing is asked of the host", async () => {
    const output = virtualized(all, { stdout: "allow", config: FIXED });
    await expectValid(output);
    expect(await importsOf(output)).toEqual(["wasi:cli/stdout", "wasi:io/error", "wasi:io/streams"]);
    const { stdout, exitCode } = await run(output);
    expect([exitCode, stdout]).toEqual([0, answers(FIXED).repeat(DRAFTS.length)]);
  });

  test.skipIf(!available)("denied, it is an error where there is one, and nothing where there is none", async () => {
    const output = virtualized(all, { stdout: "allow" });
    await expectValid(output);
    const errors = "a!\nb.c!\nmissing!\n!\n";
    expect((await run(output)).stdout).toBe([errors, errors, "a?\nb.c?\nmissing?\n", errors, errors].join(""));
  });
});

describe.skipIf(wasmtimeCli() === undefined)(`the host's configuration (${WASMTIME_CLI_MISSING})`, () => {
  const host = ["a=host", "b.c=dots", "secret=hidden"].flatMap((each) => ["-S", `config-var=${each}`]);
  const printed = async (options: ConfigOptions): Promise<readonly string[]> => {
    const output = virtualized(store, { stdout: "allow", ...options });
    await expectValid(output);
    const { stdout } = await runOnWasmtimeCli(output, { flags: ["-S", "config", ...host] });
    const lines = stdout.trimEnd().split("\n");
    // Wasmtime gives them in an order by chance.
    return [...lines.slice(0, KEYS.length), ...lines.slice(KEYS.length).sort()];
  };

  test("passes whole where all of it is allowed", async () => {
    expect(await printed({ allowConfig: true })).toEqual(["a=host", "b.c=dots", "missing?", "a:host", "b.c:dots", "secret:hidden"]);
  });

  test("passes by names and patterns, and nothing else does", async () => {
    expect(await printed({ allowConfig: ["a"] })).toEqual(["a=host", "b.c?", "missing?", "a:host"]);
    expect(await printed({ allowConfig: ["b*", "A", "secre"] })).toEqual(["a?", "b.c=dots", "missing?", "b.c:dots"]);
    expect(await printed({ allowConfig: ["nothing"] })).toEqual(["a?", "b.c?", "missing?"]);
  });

  test("counts after fixed values", async () => {
    expect(await printed({ allowConfig: true, config: { a: "fixed" } })).toEqual([
      ...["a=fixed", "b.c=dots", "missing?"],
      ...["a:fixed", "b.c:dots", "secret:hidden"],
    ]);
    expect(await printed({ allowConfig: ["a"], config: { a: "fixed", missing: "no more" } })).toEqual([
      ...["a=fixed", "b.c?", "missing=no more"],
      ...["a:fixed", "missing:no more"],
    ]);
  });
});

describe.skipIf(wasmtimeCli() === undefined)(`keys that are kept back are told with \`traceDenied\` (${WASMTIME_CLI_MISSING})`, () => {
  const told = async (draft: Draft, keys: readonly string[], options: Options): Promise<readonly string[]> => {
    const app = await configApp([draft], keys);
    const output = virtualized(app, { stdout: "allow", ...options, traceDenied: true });
    await expectValid(output);
    const host = ["a=1", "b.c=2", "secret=3", "d*=4"].flatMap((each) => ["-S", `config-var=${each}`]);
    const run = (component: Uint8Array): ReturnType<typeof runOnWasmtimeCli> =>
      runOnWasmtimeCli(component, { flags: ["-S", "config", ...host] });
    const { stdout, stderr } = await run(output);
    const plain = await run(virtualized(app, { stdout: "allow", ...options }));
    expect([stdout.split("\n").toSorted(), plain.stderr]).toEqual([plain.stdout.split("\n").toSorted(), ""]);
    return stderr.split("\n").slice(0, -1);
  };
  const line = (key: string): string => `the host's configuration key "${key}" is kept back; --allow-config='${key}' lets it through`;
  const odd = (key: string): string => `the host's configuration key "${key}" is kept back; a pattern of --allow-config lets it through`;

  test("each once, when it is asked for, or when all are, with a pattern where it may be one", async () => {
    const keys = ["a", "b.c", "b.c", "fixed", "Missing_/-:9", "*", "", "a,b", "'\n", "@", "ü"];
    const lines = await told(STORE, keys, { allowConfig: ["a"], config: { fixed: "x" } });
    const asked = [line("b.c"), line("Missing_/-:9"), odd("*"), odd(""), odd("a,b"), odd("\\u{27}\\u{a}"), odd("@"), odd("ü")];
    expect(lines.slice(0, asked.length)).toEqual(asked);
    expect(lines.slice(asked.length).toSorted()).toEqual([odd("d*"), line("secret")]);
  });

  test("all of them denied is told as what is denied elsewhere", async () => {
    expect(await told(STORE, ["a", "a"], {})).toEqual([
      `${STORE.name}#get is denied; --allow-config lets it through`,
      `${STORE.name}#get-all is denied; --allow-config lets it through`,
    ]);
  });
});

test("without patterns, and where nothing is the host's, nobody is told", () => {
  const imports = (options: Options): readonly string[] =>
    virtualize(store, { ...options, stdout: "ignore", traceDenied: true }).report.hostImports.map(({ name }) => name);
  expect(imports({ config: FIXED })).toEqual([]);
  for (const options of [{ allowConfig: true }, { allowConfig: true, config: FIXED }]) expect(imports(options)).toEqual([STORE.name]);
  expect(imports({ allowConfig: ["a"] })).toContain("wasi:cli/stderr@0.2.0");
});

test("the guest has no more than 1 KB for any draft", () => {
  const everything = ["get", "get_all"].flatMap((name) => ["", "__bare"].map((variant) => `config_store__${name}${variant}`));
  const ofHost = ["get", "get_all"].flatMap((name) => [`config_store__${name}__host`, `config_store__${name}__host__post`]);
  const size = (names: readonly string[]): number =>
    byteLength(
      pruneCore(decodeCore(unpack(configCore)), {
        name: "c",
        exports: new Map(names.map((name, i) => [name, String(i)])),
        memory: { from: "m", fill: "f", first: new Set() },
        rename: (module, field) => [module, field],
      }).module.finish(),
    );
  expect(size(everything)).toBeLessThan(600);
  expect(size(ofHost)).toBeLessThanOrEqual(1024);
});

describe("the guest", () => {
  /** A host whose answers are errors, as they lie in memory. */
  const failing =
    (guest: () => Adapter) =>
    (...args: readonly number[]) => {
      const result = args.at(-1) ?? 0;
      guest().view.setUint8(result, 1);
      guest().view.setUint8(result + 4, 1);
    };
  const guestOf = (host: "none" | "all" | readonly string[]): Adapter => {
    const image = configAdapter({ values: [["a", "1"]], host, shapes: new Map<string, Shape>(), hostKey: undefined }, 2048).image;
    const fail = failing(() => guest);
    const guest: Adapter = new Adapter(configCore, image, { "wasi:config/store#get": fail, "wasi:config/store#get-all": fail });
    return guest;
  };

  test("tells of keys without a `result` around them, and of all of them once", () => {
    const asked: string[] = [];
    const { image } = configAdapter({ values: [["a", "1"]], host: ["b"], shapes: new Map<string, Shape>(), hostKey: undefined }, 2048);
    const guest: Adapter = new Adapter(configCore, image, {
      "wasi:config/store#get": () => undefined,
      "wasi:config/store#get-all": (result: number) => {
        const pairs = ["a", "b", "c", "d"].map((key) => [...guest.lower(key), 0, 0]);
        const at = guest.allocate(4, 64);
        pairs.flat().forEach((word, i) => guest.view.setUint32(at + 4 * i, word, true));
        [at, 4].forEach((word, i) => guest.view.setUint32(result + 4 * i, word, true));
      },
      "wasi-nest:trace/refused#tell": (_kind: number, _number: number, key: number, length: number) => {
        asked.push(Buffer.from(guest.memory.buffer, key, length).toString());
      },
    });
    for (const key of ["a", "b", "c"]) guest.call("config_store__get__host_bare__told", guest.lower(key), () => undefined);
    expect(asked).toEqual(["c"]);
    for (let i = 0; i < 2; i++)
      expect(guest.call("config_store__get_all__host_bare__told", [], (at) => guest.view.getUint32(at + 4, true))).toBe(2);
    expect(asked).toEqual(["c", "c", "d"]);
    // An error of the host's has no keys.
    const failed = guestOf(["b"]);
    expect(failed.call("config_store__get_all__host__told", [], (at) => failed.view.getUint8(at))).toBe(1);
  });

  test("hands on the host's errors", () => {
    const guest = guestOf("all");
    expect(guest.call("config_store__get__host", guest.lower("b"), (at) => [guest.view.getUint8(at), guest.view.getUint8(at + 4)])).toEqual(
      [1, 1],
    );
    expect(guest.call("config_store__get_all__host", [], (at) => guest.view.getUint8(at))).toBe(1);
  });

  test("asks the host for no key that must not pass, and none that is fixed", () => {
    const guest = guestOf(["b"]);
    const discriminants = (key: string): readonly number[] =>
      guest.call("config_store__get__host", guest.lower(key), (at) => [guest.view.getUint8(at), guest.view.getUint8(at + 4)]);
    expect([discriminants("a"), discriminants("c"), discriminants("b")]).toEqual([
      [0, 1],
      [0, 0],
      [1, 1],
    ]);
  });

  test("has many values", () => {
    const values = Array.from({ length: 1000 }, (_, i) => [`key ${i}`, "x".repeat(i)] as const);
    const { image } = configAdapter({ values, host: "none", shapes: new Map<string, Shape>(), hostKey: undefined }, 2048);
    const guest = new Adapter(configCore, image);
    for (const i of [0, 1, 500, 999])
      expect(guest.call("config_store__get", guest.lower(`key ${i}`), (at) => guest.textAt(at + 8).length)).toBe(i);
  });
});

describe("what is not understood is refused", () => {
  const app = (type: string, name = "wasi:config/store@0.2.0-rc.1"): Promise<Uint8Array> =>
    parse(`(component (import "${name}" (instance (export "get" ${type}))))`);

  test.each([
    `(func (param "key" string) (result string))`,
    `(func (result (option string)))`,
    `(func (param "key" u32) (result (option string)))`,
    `(func (param "key" string) (result (result (option (list u8)))))`,
    `(func (param "key" string) (result (result (option string) (error u64))))`,
  ])("`get` as %s", async (type) => {
    const component = await app(type);
    expect(() => virtualize(component, { config: {} })).toThrow(LinkError);
    expect(() => virtualize(component, { config: {} })).toThrow("`get` is none of any draft of `wasi:config`");
    expect(virtualize(component).report.imports).toEqual([{ name: "wasi:config/store@0.2.0-rc.1", outcome: "denied" }]);
  });

  test("a filter in front of several drafts, or of a host that has to be waited for", async () => {
    expect(() => virtualize(all, { allowConfig: ["a"] })).toThrow("can be filtered for one draft only");
    expect(() => virtualize(all, { allowConfig: true })).not.toThrow();
    const one = { allowConfig: ["a"], denyImports: DRAFTS.filter((each) => each !== STORE).map(({ name }) => name) };
    expect(virtualize(all, one).report.imports.find(({ name }) => name === STORE.name)).toMatchObject({ outcome: "virtualized" });
  });

  test("an interface of the package that nobody knows is denied, and a function that nobody knows", async () => {
    const component = await app(`(func (param "key" string) (result (option string)))`, "wasi:config/watch@0.2.0");
    expect(virtualize(component, { config: FIXED }).report.imports).toMatchObject([{ outcome: "denied" }]);
    const set = await parse(`(component (import "wasi:config/store" (instance (export "set" (func (param "key" string))))))`);
    expect(virtualize(set, { config: FIXED }).report.warnings).toEqual(["`wasi:config/store` `set` is not known: it is denied"]);
  });

  test.each([
    [{ config: { "": "x" } }, "a key of `config` is empty"],
    [{ allowConfig: [] }, "empty list"],
    [{ allowConfig: [""] }, "`` is not a key"],
    [{ allowConfig: ["[ab]"] }, 'has "["'],
    [{ allowConfig: ["a", " b"] }, 'has " "'],
  ] satisfies (readonly [Options, string])[])("%j", (options, message) => {
    expect(() => virtualize(store, options)).toThrow(OptionError);
    expect(() => virtualize(store, options)).toThrow(message);
  });
});

test("denied by its name, it is denied, whatever its version", () => {
  const { report } = virtualize(all, { config: FIXED, allowConfig: true, denyImports: ["wasi:config/*"] });
  expect(report.imports.filter(({ name }) => name.startsWith("wasi:config"))).toEqual(
    DRAFTS.map(({ name }) => ({ name, outcome: "denied" })),
  );
});

test("outputs tell keys and no values", () => {
  const output = virtualized(store, { config: { token: "hunter2" }, allowConfig: ["b*"] });
  expect(inspect(output).component.metadata?.policy).toEqual({ config: ["token"], allowConfig: ["b*"] });
  expect(JSON.stringify(virtualize(store, { config: { token: "hunter2" } }).report)).not.toContain("hunter2");
});

test("an adapter without an app exports it in the draft that hosts have, where there is something to say", () => {
  const exported = (options: Options): readonly string[] =>
    inspect(Buffer.concat(createAdapter(options).chunks)).exports.map(({ name }) => name);
  expect(exported({ config: FIXED })).toContain(STORE.name);
  expect(exported({ allowConfig: ["a"] })).toContain(STORE.name);
  expect(exported({})).not.toContain(STORE.name);
});

test("a component without it is warned of", async () => {
  const component = await parse(`(component)`);
  expect(virtualize(component, { config: FIXED }).report.warnings).toEqual([
    "the component imports no `wasi:config`: it will not see the configuration",
  ]);
});

describe("the command line", () => {
  test.each([
    ["--config=a", "`--config a` has no `=`: KEY=VALUE is wanted, and `--allow-config=a` gives the host's"],
    ["--config==a", "`--config =a` has no key before the `=`"],
    ["--allow-config=a,,b", "`--allow-config=a,,b` has an empty name"],
    ["--allow-config=a?", '`a?` has "?": in a pattern, only `*` stands for something else than itself'],
  ])("`%s` is wrong", (option, message) => {
    const { code, stderr } = wasiNest(["adapter", "--dry-run", option], { cwd: temporaryDirectory() });
    expect([code, stderr.split("\n")[0]]).toEqual([2, `wasi-nest: ${message}`]);
  });
});
