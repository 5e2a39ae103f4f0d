/** Every WASI 0.2.x, alone and mixed: one set of adapters serves all, and each interface is imported once. */
import { beforeAll, describe, expect, test } from "vitest";
import { compareVersions, keyOf, parseInterfaceName } from "../../src/component/names.ts";
import type { Extern } from "../../src/component/types.ts";
import { worldOf } from "../../src/component/world.ts";
import { type Options, virtualize } from "../../src/index.ts";
import { bytesOf, importing, interfacesIn } from "../compose/apps.ts";
import { customInterfaces, everything, mixedVersions } from "../compose/worlds.ts";
import { wasiVersions } from "../guests/index.ts";
import { transpiled } from "../hosts/jco.ts";
import { USUAL } from "./usual.ts";
import { validate, WASMTIME_MISSING, wasmtimeAvailable } from "../hosts/wasmtime.ts";

const importsOf = (component: Uint8Array): readonly string[] => [...worldOf(component).imports.keys()];
const output = (app: Uint8Array, options: Options = {}): Uint8Array => bytesOf(virtualize(app, options).chunks);

describe.each(wasiVersions)("WASI %s", (version) => {
  let app: Uint8Array;
  beforeAll(async () => void (app = await everything(version)), 60_000);

  test("needs no host when all is denied", () => {
    expect(importsOf(output(app))).toEqual([]);
  });

  test.for([
    ["nothing", {}],
    ["the usual", USUAL],
  ] as const)("is valid on Wasmtime with %s allowed", async ([, options], { skip }) => {
    skip(!wasmtimeAvailable(), WASMTIME_MISSING);
    expect(await validate(output(app, options))).toEqual({ kind: "valid" });
  });

  test("asks its host for its own version", () => {
    const imports = importsOf(output(app, USUAL));
    expect(imports.length).toBeGreaterThan(10);
    expect(imports.filter((name) => !name.endsWith(`@${version}`))).toEqual([]);
  });
});

describe("a component that mixes 0.2.0, 0.2.4, 0.2.12 and http 0.2.10", () => {
  let app: Uint8Array;
  beforeAll(async () => void (app = await mixedVersions()), 60_000);

  test("imports interfaces several times before", () => {
    const imports = importsOf(app);
    expect(imports.length).toBeGreaterThan(new Set(imports.map(keyOf)).size * 2);
  });

  test("imports each interface once, under the highest version that was asked for", () => {
    const highest = new Map<string, string>();
    for (const name of importsOf(app)) {
      const { base = "", version = "" } = parseInterfaceName(name) ?? {};
      const before = highest.get(base);
      if (before === undefined || compareVersions(version, before) > 0) highest.set(base, version);
    }
    const imports = importsOf(output(app, { allowAll: true, env: { A: "b" } }));
    expect(imports).toContain("wasi:http/types@0.2.10");
    expect(imports).toContain("wasi:sockets/tcp@0.2.4");
    expect(imports).toContain("wasi:io/streams@0.2.12");
    expect([...imports].sort()).toEqual([...highest].map(([base, version]) => `${base}@${version}`).sort());
  });

  test.for([
    ["nothing", {}],
    ["the usual", USUAL],
    ["all", { allowAll: true }],
  ] as const)("is valid on Wasmtime with %s allowed", async ([, options], { skip }) => {
    skip(!wasmtimeAvailable(), WASMTIME_MISSING);
    expect(await validate(output(app, options))).toEqual({ kind: "valid" });
  });

  test("is accepted by jco", async () => {
    await expect(transpiled(output(app, USUAL))).resolves.toBeTypeOf("string");
  });
});

describe("one thing allowed", () => {
  let app: Uint8Array;
  beforeAll(async () => void (app = await everything("0.2.12")), 60_000);

  /** What adapters need to wait, and to wrap the streams of the host. */
  const WAIT = ["wasi:io/poll", "wasi:clocks/monotonic-clock"];
  const STREAMS = [...WAIT, "wasi:io/streams", "wasi:io/error"];
  const cases: readonly (readonly [option: string, Options, own: RegExp, needs: readonly string[]])[] = [
    ["allowClocks", { allowClocks: true }, /^wasi:clocks\//, WAIT],
    ["allowRandom", { allowRandom: true }, /^wasi:random\//, []],
    ["allowExit", { allowExit: true }, /^wasi:cli\/exit$/, []],
    ["allowHttp", { allowHttp: true }, /^wasi:http\//, STREAMS],
    ["allowSockets", { allowSockets: true }, /^wasi:sockets\//, STREAMS],
    ["allowFs", { allowFs: true }, /^wasi:filesystem\//, STREAMS],
    ["allowEnv", { allowEnv: true }, /^wasi:cli\/environment$/, []],
    ["allowArgs", { allowArgs: true }, /^wasi:cli\/environment$/, []],
    ["allowCwd", { allowCwd: true }, /^wasi:cli\/environment$/, []],
    ["stdin", { stdin: "allow" }, /^wasi:cli\/(stdin|terminal-(std)?in(put)?)$/, STREAMS],
    ["stdout", { stdout: "allow" }, /^wasi:cli\/(stdout|terminal-(std)?out(put)?)$/, STREAMS],
    ["stderr", { stderr: "allow" }, /^wasi:cli\/(stderr|terminal-(stderr|output))$/, STREAMS],
  ];
  /** WIT wants the interface imported whose types another one uses, such as `datetime`; nothing in there can be called. */
  const isTypesOnly = (item: Extern): boolean =>
    item.kind === "instance" && [...item.exports.values()].every(({ kind }) => kind === "type");

  test.for(cases)("%s: it is imported, and besides what adapters need of the host", ([option, options, own, needs]) => {
    const imports = [...worldOf(output(app, options)).imports].map(([name, item]) => [name.replace(/@.*/, ""), item] as const);
    expect(imports.filter(([base]) => own.test(base)).length).toBeGreaterThan(0);
    const others = imports.filter(([base]) => !own.test(base) && !needs.includes(base));
    expect(others.map(([base]) => base)).toEqual(option === "allowFs" ? ["wasi:clocks/wall-clock"] : []);
    expect(others.filter(([, item]) => !isTypesOnly(item))).toEqual([]);
  });

  test("imports no function that neither the app nor an adapter uses", () => {
    const interfaces = interfacesIn(app);
    // The stream's type names its error; `ignore` needs nothing of the host.
    const small = importing(
      interfaces,
      new Map([
        ["wasi:cli/stdout@0.2", new Set(["get-stdout"])],
        ["wasi:io/streams@0.2", new Set(["[method]output-stream.blocking-write-and-flush"])],
        ["wasi:clocks/monotonic-clock@0.2", new Set(["now"])],
      ]),
    );
    const { report } = virtualize(small, { stdout: "allow", stderr: "ignore", allowClocks: true });
    const functions = Object.fromEntries(report.hostImports.map((each) => [each.name.replace(/@.*/, ""), each.functions]));
    expect(functions).toEqual({
      "wasi:cli/stdout": ["get-stdout"],
      "wasi:io/streams": ["[method]output-stream.blocking-write-and-flush"],
      "wasi:clocks/monotonic-clock": ["now"],
      "wasi:io/error": [],
    });
  });
});

describe("interfaces outside WASI", () => {
  test("stay with the host, whatever is virtual around them", async () => {
    const app = await customInterfaces();
    const outputs = importsOf(output(app, { allowFs: true, allowHttp: true, stdout: "ignore" }));
    expect(outputs).toContain("acme:kit/store@1.2.3");
    expect(outputs).toContain("log");
  });

  test("may hold virtual streams in their records and resources", async ({ skip }) => {
    skip(!wasmtimeAvailable(), WASMTIME_MISSING);
    const app = await customInterfaces();
    expect(await validate(output(app, { allowFs: true, allowHttp: true, stdout: "ignore" }))).toEqual({ kind: "valid" });
  });
});
