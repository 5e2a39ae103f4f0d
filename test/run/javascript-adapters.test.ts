/**
 * Adapters in JavaScript and TypeScript below real programs, by both engines on both hosts. What qjs makes runs on
 * the newest Node only.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { rolldown } from "rolldown";
import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type Options, type Plug, virtualize } from "../../src/index.ts";
import { buildAdapter } from "../../src/node/adapter-module.ts";
import type { Engine } from "../../src/node/engines.ts";
import { javascript, python, ripgrep, sqlite, worldComponent } from "../guests/index.ts";
import { root } from "../hosts/disk-cache.ts";
import { newestNodeAvailable, runOnJco } from "../hosts/jco.ts";
import type { Outcome, RunOptions } from "../hosts/outcome.ts";
import { runOnWasmtime, wasmtimeAvailable } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, expectValid, importsOf, isLong } from "./on-hosts.ts";

const GUESTS = path.join(import.meta.dirname, "guests");
const ENGINES = ["starlingmonkey", "qjs"] as const;
const newest = { node: "newest" } as const;
const HOSTS = {
  Wasmtime: { available: wasmtimeAvailable, run: runOnWasmtime },
  jco: {
    available: newestNodeAvailable,
    run: (component: Uint8Array, options: RunOptions) => runOnJco(component, { ...options, ...newest }),
  },
} as const;
const everywhere = ENGINES.flatMap((engine) => (["Wasmtime", "jco"] as const).map((host) => ({ engine, host })));
/** Where the small engine tells enough: what an engine makes takes up to half a minute to make and compile, each time. */
const engines = isLong ? ENGINES : (["qjs"] as const);
const small = everywhere.filter(({ engine }) => engine === "qjs" || isLong);

beforeEach(() => {
  vi.stubEnv("XDG_CACHE_HOME", path.join(root, ".cache"));
});

/** In the order of the command line, each by its interface and file. */
async function adapters(app: Uint8Array, engine: Engine, files: readonly (readonly [string, string])[]): Promise<readonly Plug[]> {
  const built: Plug[] = [];
  for (const [name, file] of files)
    built.push(await buildAdapter(app, { interface: name, file: path.join(GUESTS, "adapters", file), engine }, built));
  return built;
}

type Files = readonly (readonly [string, string])[];

const outputs = new Map<string, Promise<Uint8Array>>();

/** Made and validated once for both hosts. */
function output(name: string, app: Uint8Array, engine: Engine, files: Files, options: Options): Promise<Uint8Array> {
  const key = JSON.stringify([name, engine, files, options]);
  const made = outputs.get(key) ?? make(app, engine, files, options);
  outputs.set(key, made);
  return made;
}

async function make(app: Uint8Array, engine: Engine, files: Files, options: Options): Promise<Uint8Array> {
  const below = await adapters(app, engine, files);
  const { chunks } = virtualize(app, { stdout: "allow", stderr: "allow", allowClocks: true, ...options, adapters: below });
  const bytes = Buffer.concat(chunks);
  await expectValid(bytes);
  return bytes;
}

async function run(host: keyof typeof HOSTS, component: Uint8Array, given: RunOptions = {}): Promise<Partial<Outcome>> {
  const { stdout, stderr, trap } = await HOSTS[host].run(component, given);
  return { stdout, stderr, ...(trap !== undefined && { trap }) };
}

const timeout = BUILD_MILLISECONDS;
const missing = (host: keyof typeof HOSTS): boolean => !HOSTS[host].available();

describe("below Python", () => {
  let app: Uint8Array;
  beforeAll(async () => {
    app = await python();
  }, BUILD_MILLISECONDS);
  const program = (text: string): Options => ({ args: ["-c", text], allowExit: true });
  const made = (engine: Engine, files: Files, options: Options): Promise<Uint8Array> => output("python", app, engine, files, options);

  test.for(small)("random numbers come from a seed: $engine on $host", { timeout }, async ({ engine, host }, { skip }) => {
    skip(missing(host));
    const options = program("import os, random; print(os.urandom(6).hex(), random.SystemRandom().randrange(1000))");
    expect(await run(host, await made(engine, [["wasi:random/random", "seeded.ts"]], options))).toEqual({
      stdout: "ff20b9c58028 947\n",
      stderr: "",
    });
  });

  test.for(isLong ? everywhere : [])(
    "variables are added and hidden: $engine on $host",
    { timeout },
    async ({ engine, host }, { skip }) => {
      skip(missing(host));
      const options: Options = { ...program("import os, sys; print(dict(os.environ), sys.argv)"), allowEnv: true, allowRandom: true };
      const env = { SHOWN: "1", SECRET_KEY: "2" };
      expect(await run(host, await made(engine, [["wasi:cli/environment", "variables.ts"]], options), { env })).toEqual({
        stdout: "{'SHOWN': '1', 'ADDED': 'by the adapter'} ['-c']\n",
        stderr: "",
      });
    },
  );

  test.for(isLong ? everywhere : [])(
    "the wall clock is an hour late: $engine on $host",
    { timeout },
    async ({ engine, host }, { skip }) => {
      skip(missing(host));
      const options: Options = { ...program("import time; print(time.time())"), allowRandom: true };
      const before = Date.now() / 1000 - 3600;
      const { stdout, ...rest } = await run(host, await made(engine, [["wasi:clocks/wall-clock", "late-clock.ts"]], options));
      expect(rest).toEqual({ stderr: "" });
      expect(Number(stdout)).toBeGreaterThanOrEqual(before);
      expect(Number(stdout)).toBeLessThanOrEqual(Date.now() / 1000 - 3600);
    },
  );
});

describe("below ripgrep", () => {
  let app: Uint8Array;
  beforeAll(async () => {
    app = await ripgrep();
  }, BUILD_MILLISECONDS);

  test.for(small)("a variable names the file of its options: $engine on $host", { timeout }, async ({ engine, host }, { skip }) => {
    skip(missing(host));
    const options: Options = {
      mounts: [
        { path: "/etc/ripgreprc", entry: { kind: "file", contents: Buffer.from("--ignore-case\n--line-number\n") } },
        { path: "/data/poem", entry: { kind: "file", contents: Buffer.from("a rose\na tulip\nA ROSE\n") } },
      ],
      args: ["--color=never", "rose", "/data"],
      allowRandom: true,
      allowExit: true,
    };
    const component = await output("ripgrep", app, engine, [["wasi:cli/environment", "configured.ts"]], options);
    expect(await run(host, component)).toEqual({ stdout: "/data/poem:1:a rose\n/data/poem:3:A ROSE\n", stderr: "" });
  });
});

function tellSqlite(): void {
  let app: Uint8Array;
  beforeAll(async () => {
    app = await sqlite();
  }, BUILD_MILLISECONDS);

  test.for(small)("standard input is what an adapter writes: $engine on $host", { timeout }, async ({ engine, host }, { skip }) => {
    skip(missing(host));
    const component = await output("sqlite", app, engine, [["wasi:cli/stdin", "statements.ts"]], {
      allowExit: true,
      allowArgs: true,
      env: { HOME: "/" },
    });
    expect(await run(host, component, { args: [":memory:"] })).toEqual({ stdout: "a clock|20000|199990000\n", stderr: "" });
  });
}

// SQLite takes minutes to compile.
if (isLong) describe("below SQLite", tellSqlite);

function tellTelling(): void {
  let app: Uint8Array;
  beforeAll(async () => {
    app = await python();
  }, BUILD_MILLISECONDS);
  const options: Options = { args: ["-c", "import os; print(os.urandom(4).hex())"], allowExit: true };

  test.for(["Wasmtime"] as const)("is the policy's, and a chain has each ask the next, on %s", { timeout }, async (host, { skip }) => {
    skip(missing(host));
    const files: Files = [
      ["wasi:random/random", "telling.js"],
      ["wasi:random/random", "seeded.ts"],
    ];
    const told = await run(host, await output("python", app, "starlingmonkey", files, options));
    expect(told).toEqual({ stdout: expect.stringMatching(/^(asked for bytes\n)+[0-9a-f]{8}\n$/), stderr: "" });
    const denied = await run(host, await output("python", app, "starlingmonkey", files, { ...options, stdout: "ignore" }));
    expect(denied).toEqual({ stdout: "", stderr: "" });
  });

  test.for(engines)("of an exception is a stack on stderr, where that is allowed: %s", { timeout }, async (engine, { skip }) => {
    skip(!wasmtimeAvailable());
    const file = path.join(GUESTS, "adapters/failing.ts");
    const adapter = await buildAdapter(app, { interface: "wasi:random/random", file, engine, stderr: true });
    const ending = async (stderr: "allow" | "deny"): Promise<Outcome> =>
      runOnWasmtime(Buffer.concat(virtualize(app, { ...options, allowClocks: true, stderr, adapters: [adapter] }).chunks));
    const { stderr, trap } = await ending("allow");
    expect(stderr).toMatch(/no more than 16, not 24/);
    expect(stderr).toMatch(/atMost/);
    expect(trap).toBeDefined();
    expect((await ending("deny")).stderr).toBe("");
  });
}

if (isLong) describe("what an adapter tells", tellTelling);

describe("what an adapter itself imports", () => {
  const library = (): Promise<Uint8Array> =>
    worldComponent(
      "package test:app;\nworld app { import wasi:random/random@0.2.6; import wasi:clocks/wall-clock@0.2.6; export peek: func(); }\npackage wasi:random@0.2.6 { interface random { get-random-bytes: func(len: u64) -> list<u8>; get-random-u64: func() -> u64; } }\npackage wasi:clocks@0.2.6 { interface wall-clock { record datetime { seconds: u64, nanoseconds: u32 } now: func() -> datetime; } }",
      "app",
    );
  const telling = { interface: "wasi:random/random", file: path.join(GUESTS, "adapters/telling.js") };
  const seeded = { ...telling, file: path.join(GUESTS, "adapters/seeded.ts") };

  test.for(engines)("is nothing where it uses nothing: %s", { timeout }, async (engine) => {
    const adapter = await buildAdapter(await library(), { ...seeded, engine });
    expect(await importsOf(adapter.component)).toEqual([]);
  });

  test.for(engines)("is stderr too, for exceptions, where that is asked for: %s", { timeout }, async (engine) => {
    const adapter = await buildAdapter(await library(), { ...seeded, engine, stderr: true });
    expect(await importsOf(adapter.component)).toContain("wasi:cli/stderr");
  });

  if (!isLong) return;
  test("is what stands behind it, and what `console` needs", { timeout }, async () => {
    const app = await library();
    const adapter = await buildAdapter(app, telling);
    const imports = await importsOf(adapter.component);
    expect(imports).toContain("adapter-wasi:random/random");
    expect(imports).toContain("wasi:cli/stdout");
    const { chunks, report } = virtualize(app, { adapters: [adapter], allowRandom: true });
    expect(await importsOf(Buffer.concat(chunks))).toEqual(["wasi:random/random"]);
    expect(report.plugs).toMatchObject([{ name: "telling.js" }]);
    expect(JSON.stringify(report.plugs)).toContain("wasi:cli/stdout");
  });
});

/** user-adapters.long.ts tells what of this any component gets. */
function tellOwnInterface(): void {
  let app: Uint8Array;
  beforeAll(async () => {
    const world = "include wasi:cli/command@0.2.12; import acme:kv/store@0.1.0;";
    const packages = await readFile(path.join(GUESTS, "adapters/kv.wit"), "utf8");
    app = await javascript(await readFile(path.join(GUESTS, "adapters/kv-user.js"), "utf8"), { world, packages });
  }, BUILD_MILLISECONDS);

  // Components of qjs are nested twice, and jco 1.35 loses the handles of resources that leave such a one.
  const carriesHandles = everywhere.filter(({ engine, host }) => engine !== "qjs" || host !== "jco");

  test.for(carriesHandles)("every type comes through: $engine on $host", { timeout }, async ({ engine, host }, { skip }) => {
    skip(missing(host));
    // qjs 0.4.5 has no u64 beyond 2^53, never disposes of what it exports, and loses handles that it is given.
    const isWhole = engine !== "qjs";
    const options: Options = { allowRandom: true, args: isWhole ? [] : ["kept"] };
    const component = await output("kv", app, engine, [["acme:kv/store", isWhole ? "kv.ts" : "kv-small.ts"]], options);
    const stdout = isWhole ? `${KEPT(2n ** 63n)}${GIVEN}` : KEPT(0n);
    expect(await run(host, component)).toEqual({ stdout, stderr: "" });
  });

  test.for(carriesHandles)("every type comes through two: $engine on $host", { timeout }, async ({ engine, host }, { skip }) => {
    skip(missing(host));
    const files = ["kv-through.js", engine === "qjs" ? "kv-small.ts" : "kv.ts"].map((file) => ["acme:kv/store", file] as const);
    const component = await output("kv", app, engine, files, { allowRandom: true, args: ["kept"] });
    expect(await run(host, component)).toEqual({ stdout: KEPT(engine === "qjs" ? 0n : 2n ** 63n), stderr: "" });
  });
}

if (isLong) describe("below a component with an interface of its own", tellOwnInterface);

// In npm test, test/node/qjs-values.test.ts tells what is converted.
function tellValues(): void {
  let app: Uint8Array;
  let expected: string;
  beforeAll(async () => {
    expected = await readFile(path.join(GUESTS, "adapters/values.txt"), "utf8");
    const world = "include wasi:cli/command@0.2.12; import acme:values/values@0.1.0;";
    const packages = await readFile(path.join(GUESTS, "adapters/values.wit"), "utf8");
    const bundle = await rolldown({ input: path.join(GUESTS, "adapters/values-user.js"), external: /^[a-z]+:/ });
    const { output: made } = await bundle.generate({ format: "es" });
    app = await javascript(made[0].code, { world, packages });
  }, BUILD_MILLISECONDS);
  const options: Options = { allowRandom: true, args: [] };
  const values = [["acme:values/values", "values.js"]] as const;
  // What one adapter sees is told once; so is what two of them see, if it is the same.
  const through = [["acme:values/values", "values-through.js"], ...values] as const;

  test.for(everywhere)("that is called: $engine on $host", { timeout }, async ({ engine, host }, { skip }) => {
    skip(missing(host));
    const { stdout, ...rest } = await run(host, await output("values", app, engine, values, options));
    expect(rest).toEqual({ stderr: "" });
    expect(stdout).toBe(expected);
  });

  test.for(everywhere)("that calls another: $engine on $host", { timeout }, async ({ engine, host }, { skip }) => {
    skip(missing(host));
    const { stdout, ...rest } = await run(host, await output("values", app, engine, through, options));
    expect(rest).toEqual({ stderr: "" });
    expect(stdout).toBe(expected);
  });

  test.for(isLong ? (["Wasmtime", "jco"] as const) : (["jco"] as const))(
    "but for large numbers in qjs, which trap: %s",
    { timeout },
    async (host, { skip }) => {
      skip(missing(host));
      const file = path.join(GUESTS, "adapters/values.js");
      const adapter = await buildAdapter(app, { interface: "acme:values/values", file, engine: "qjs", stderr: true });
      const settings: Options = { ...options, args: [String(2n ** 53n)], stdout: "allow", stderr: "allow", allowClocks: true };
      const { chunks } = virtualize(app, { ...settings, adapters: [adapter] });
      const { stdout, stderr, trap } = await HOSTS[host].run(Buffer.concat(chunks), {});
      expect(stderr).toContain("9007199254740992 is beyond the 2^53 - 1 up to which --engine qjs has a u64 or s64 exactly");
      expect({ stdout, trap }).toEqual({ stdout: "", trap: expect.any(String) });
    },
  );
}

if (isLong) describe("values of every type are the same in a module", tellValues);

/** What the app prints, where revisions begin after this. */
const KEPT = (none: bigint): string => `revisions ${none + 1n}n ${none + 1n}n ${none + 2n}n
entries one=uno r${none + 2n}  two=zwei r${none + 1n} in German undefined
keys one two two one
static a one two
denied denied {"read":true,"write":false,"delete":false}
missing no-such-bucket "b"
lent 2n two=zwei r${none + 1n} in German
open 3
`;
const GIVEN = `disposed 2
given a+b one three two 3
full full
`;
