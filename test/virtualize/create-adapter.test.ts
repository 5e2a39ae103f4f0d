/** Adapters alone, of every version and with options by chance: what they export, what they import, and below what they fit. */
import { componentWit } from "@bytecodealliance/jco";
import { beforeAll, describe, expect, test } from "vitest";
import { isStable } from "../../src/adapters/wasi-versions.ts";
import { parseInterfaceName } from "../../src/component/names.ts";
import { worldOf } from "../../src/component/world.ts";
import { type AdapterOptions, createAdapter, NestError, OptionError } from "../../src/index.ts";
import { bytesOf, randomOf } from "../compose/apps.ts";
import { plug } from "../compose/plug.ts";
import { randomOptions } from "../compose/random-options.ts";
import { everything } from "../compose/worlds.ts";
import { WASI_03, wasiVersions } from "../guests/index.ts";
import { validate, WASMTIME_MISSING, wasmtimeAvailable } from "../hosts/wasmtime.ts";

const SEEDS = Array.from({ length: 24 }, (_, seed) => seed);

const adapter = (options: AdapterOptions): Uint8Array => bytesOf(createAdapter(options).chunks);
const importsOf = (component: Uint8Array): readonly string[] => [...worldOf(component).imports.keys()];
const exportsOf = (component: Uint8Array): readonly string[] => [...worldOf(component).exports.keys()];
const bases = (names: readonly string[]): readonly string[] => names.map((name) => name.replace(/@.*/, ""));

describe.each([...wasiVersions, WASI_03])("an adapter of WASI %s with nothing allowed", (wasiVersion) => {
  let app: Uint8Array;
  let sealed: Uint8Array;
  beforeAll(async () => {
    app = await everything(wasiVersion);
    sealed = adapter({ wasiVersion });
  }, 60_000);

  test("imports nothing", () => {
    expect(importsOf(sealed)).toEqual([]);
  });

  test("exports everything that there is to import, in full", () => {
    const exports = worldOf(sealed).exports;
    const imports = [...worldOf(app).imports];
    expect(imports.length).toBeGreaterThan(20);
    for (const [name, wanted] of imports) {
      const found = exports.get(name);
      if (wanted.kind !== "instance" || found?.kind !== "instance") throw new Error(`no instance \`${name}\``);
      const { base } = parseInterfaceName(name) ?? { base: name };
      const stable = [...found.exports.keys()].filter((label) => isStable(wasiVersion, base, label));
      expect([name, stable.sort()]).toEqual([name, [...wanted.exports.keys()].sort()]);
    }
  });

  test("is valid, and its WIT names its exports and nothing else", async ({ skip }) => {
    const wit = await componentWit(sealed);
    expect([...wit.matchAll(/^ {2}export (.*);$/gm)].map(([, name]) => name)).toEqual(exportsOf(sealed));
    skip(!wasmtimeAvailable(), WASMTIME_MISSING);
    expect(await validate(sealed)).toEqual({ kind: "valid" });
  });
});

test("an adapter of 0.2 and of 0.3 exports both, and imports nothing", async ({ skip }) => {
  const both = adapter({ wasiVersion: ["0.2.6", WASI_03], tmpfs: [{ path: "/tmp" }] });
  expect(importsOf(both)).toEqual([]);
  const exports = exportsOf(both);
  for (const version of ["0.2.6", WASI_03]) expect(exports).toContain(`wasi:filesystem/types@${version}`);
  expect(exports.length).toBe(exportsOf(adapter({ wasiVersion: "0.2.6" })).length + exportsOf(adapter({ wasiVersion: WASI_03 })).length);
  skip(!wasmtimeAvailable(), WASMTIME_MISSING);
  expect(await validate(both)).toEqual({ kind: "valid" });
});

test.for([[[]], [["0.2.1", "0.2.6"]], [["0.3.1"]], [["0.3.0", "0.4.0"]]] as const)("the versions %j are refused", ([wasiVersion]) => {
  expect(() => adapter({ wasiVersion })).toThrow(OptionError);
});

test("what is allowed is not exported", () => {
  const exports = bases(
    exportsOf(adapter({ allowClocks: true, allowRandom: true, allowExit: true, allowEnv: true, allowArgs: true, allowCwd: true })),
  );
  expect(exports).toContain("wasi:filesystem/types");
  expect(exports.filter((base) => /^wasi:(clocks|random)|exit|environment/.test(base))).toEqual([]);
});

test("interfaces of the host that mention virtual streams are imported and exported again", () => {
  const both = adapter({ allowHttp: true, allowSockets: true, wasiVersion: "0.2.6" });
  const exports = bases(exportsOf(both)).filter((base) => /^wasi:(http|sockets)/.test(base));
  expect(exports).toEqual(["wasi:sockets/tcp", "wasi:http/types"]);
  expect(bases(importsOf(both))).toEqual(expect.arrayContaining(exports));
  expect(importsOf(both).filter((name) => !name.endsWith("@0.2.6"))).toEqual([]);
});

test("asks a host for nothing that is unstable", () => {
  const { imports } = worldOf(adapter({ allowHttp: true, allowSockets: true }));
  const names = [...imports.values()].flatMap((item) => (item.kind === "instance" ? [...item.exports.keys()] : []));
  expect(names).toContain("[method]incoming-body.stream");
  expect(names.filter((name) => /informational|network-error-code/.test(name))).toEqual([]);
});

test("the report is about WASI, and what is exported", () => {
  const { chunks, report } = createAdapter({ allowClocks: true, stdout: "ignore", wasiVersion: "0.2.3" });
  expect(report.exports).toEqual(exportsOf(bytesOf(chunks)));
  expect(report.hostImports.map(({ name }) => name).sort()).toEqual([...importsOf(bytesOf(chunks))].sort());
  const outcomes = new Map(report.imports.map(({ name, outcome }) => [name, outcome]));
  expect(outcomes.get("wasi:clocks/wall-clock@0.2.3")).toBe("allowed");
  expect(outcomes.get("wasi:cli/stdout@0.2.3")).toBe("virtualized");
  expect(outcomes.get("wasi:random/random@0.2.3")).toBe("denied");
  expect(report.sizes).toMatchObject({ app: 0, total: bytesOf(chunks).length });
});

test("the same options give the same bytes", () => {
  const options = {
    env: { A: "b" },
    allowHttp: true,
    mounts: [{ path: "/a", entry: { kind: "file", contents: Uint8Array.of(1) } }],
  } as const;
  expect(Buffer.from(adapter(options)).equals(adapter(options))).toBe(true);
});

test("refuses a version that it does not know", () => {
  expect(() => createAdapter({ wasiVersion: "0.2.13" })).toThrow(OptionError);
  expect(() => createAdapter({ wasiVersion: "0.2.13" })).toThrow(/0\.2\.13.*0\.2\.0 to 0\.2\.12/);
});

test("where everything is the host's, it hands on all of it", () => {
  const [all, none] = [adapter({ allowAll: true }), adapter({})];
  expect([...exportsOf(all)].sort()).toEqual([...exportsOf(none)].sort());
  expect(importsOf(all)).toContain("wasi:filesystem/types@0.2.12");
});

describe("options by chance", () => {
  let apps: readonly Uint8Array[];
  const fitted = new Set<number>();
  const versions = ["0.2.0", "0.2.6", "0.2.12"];
  beforeAll(async () => void (apps = await Promise.all(versions.map(everything))), 60_000);

  test.for(SEEDS)("give an adapter that fits below an app that imports everything (seed %i)", async (seed, { skip }) => {
    skip(!wasmtimeAvailable(), WASMTIME_MISSING);
    const random = randomOf(seed);
    const index = seed % versions.length;
    const app = apps[index] ?? new Uint8Array();
    const options = { ...randomOptions(random, app), wasiVersion: versions[index] ?? "" };
    let below: Uint8Array;
    try {
      below = adapter(options);
    } catch (error) {
      if (error instanceof NestError) return;
      throw error;
    }
    fitted.add(seed);
    await componentWit(below);
    expect(await validate(plug(below, app))).toEqual({ kind: "valid" });
  });

  test("are seldom refused", ({ skip }) => {
    skip(!wasmtimeAvailable(), WASMTIME_MISSING);
    expect(fitted.size).toBeGreaterThan(SEEDS.length / 2);
  });
});
