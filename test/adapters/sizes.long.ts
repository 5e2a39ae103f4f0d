/** How much code an adapter is where an output has nothing else of ours, in each series of WASI; and what costs nothing. */
import { parse } from "@bytecodealliance/jco";
import { describe, expect, test } from "vitest";
import { inspect, type NestedComponent, type Options, type Report, virtualize } from "../../src/index.ts";
import { wasi03Wit, WASI_03, wasiVersions, wasiWit, worldComponent } from "../guests/index.ts";
import { BUILD_MILLISECONDS, expectValid } from "../run/on-hosts.ts";
import { expectValid03 } from "../run/wasi-0.3-cases.ts";

const KILOBYTE = 1024;
const STUBS = "wasi-nest:deny";
const FIXED: Options = { clock: { fixed: "2026-01-01T00:00:00Z" } };

interface Row {
  readonly what: string;
  /** Of `wasi`, in 0.2 and in 0.3, with all that they have. */
  readonly imports: readonly [series02: readonly string[], series03: readonly string[]];
  readonly options: Options;
  /** Bytes at most. */
  readonly most: number;
}

const CLOCKS: Row["imports"] = [
  ["clocks/wall-clock", "clocks/monotonic-clock"],
  ["clocks/system-clock", "clocks/monotonic-clock"],
];
const RANDOM: Row["imports"] = [
  ["random/random", "random/insecure", "random/insecure-seed"],
  ["random/random", "random/insecure", "random/insecure-seed"],
];
const ENVIRONMENT: Row["imports"] = [["cli/environment"], ["cli/environment"]];
const HTTP: Row["imports"] = [["http/outgoing-handler"], ["http/client"]];
const CANNED: Options = { httpCanned: [{ url: "https://api.example.com/v1/*" }] };
const SOCKETS: Row["imports"] = [
  ["sockets/tcp", "sockets/udp", "sockets/ip-name-lookup", "sockets/tcp-create-socket", "sockets/udp-create-socket"],
  ["sockets/types", "sockets/ip-name-lookup"],
];
const OUTPUTS: Row["imports"] = [
  ["cli/stdout", "cli/stderr"],
  ["cli/stdout", "cli/stderr"],
];

const rows: readonly Row[] = [
  { what: "a fixed clock", imports: CLOCKS, options: FIXED, most: 1.5 * KILOBYTE },
  { what: "a virtual clock", imports: CLOCKS, options: { clock: { virtual: true } }, most: 1.5 * KILOBYTE },
  { what: "an offset", imports: CLOCKS, options: { clock: { offset: "+1h" } }, most: 1.5 * KILOBYTE },
  { what: "an exit code", imports: [["cli/exit"], ["cli/exit"]], options: { exit: { code: 7 } }, most: KILOBYTE },
  { what: "zeros", imports: RANDOM, options: { random: "zero" }, most: 3 * KILOBYTE },
  { what: "random numbers from a seed", imports: RANDOM, options: { random: { seed: "text" } }, most: 3 * KILOBYTE },
  {
    what: "rules for variables",
    imports: ENVIRONMENT,
    options: { allowEnv: ["APP_*"], denyEnv: ["*_SECRET"], renameEnv: { APP_A: "B" }, env: { C: "d" } },
    most: 4 * KILOBYTE,
  },
  {
    what: "rules for HTTP",
    imports: HTTP,
    options: { httpAllow: ["https://api.example.com/v1/*"], httpMethods: ["GET"], httpHeaders: { Accept: "text/html" } },
    most: 4 * KILOBYTE,
  },
  {
    what: "rules for HTTP, with what asks the host for a variable",
    imports: HTTP,
    options: { httpAllow: ["https://api.example.com/v1/*"], httpHeaderEnv: { Authorization: "TOKEN" } },
    most: 5 * KILOBYTE,
  },
  {
    what: "canned responses, with all of the types and the streams of 0.2",
    imports: [["http/types", "http/outgoing-handler"], []],
    options: CANNED,
    most: 9.25 * KILOBYTE,
  },
  {
    what: "canned responses, with all of the types and what feeds streams of 0.3",
    imports: [[], ["http/types", "http/client"]],
    options: CANNED,
    most: 8 * KILOBYTE,
  },
  {
    what: "rules for sockets",
    imports: SOCKETS,
    options: { socketsAllow: ["tcp:192.168.1.5:5432", "udp:10.0.0.0/8:53", "listen:127.0.0.1:8080"] },
    most: 4 * KILOBYTE,
  },
  {
    what: "rules for sockets, with a name",
    imports: SOCKETS,
    options: { socketsAllow: ["tcp:db.internal:5432", "udp:10.0.0.0/8:53", "listen:127.0.0.1:8080"] },
    most: 4 * KILOBYTE,
  },
  {
    what: "prefixes and limits of outputs, with the streams",
    imports: OUTPUTS,
    options: { stdout: { prefix: "> ", limit: 100 }, stderr: "to-stdout" },
    most: 4 * KILOBYTE,
  },
];

const SERIES = [
  { version: wasiVersions.at(-1) ?? "", packages: wasiWit, index: 0 },
  { version: WASI_03, packages: wasi03Wit, index: 1 },
] as const;

async function importing(names: readonly string[], { version, packages }: (typeof SERIES)[number]): Promise<Uint8Array> {
  const world = `world sizes { ${names.map((name) => `import wasi:${name}@${version};`).join(" ")} }`;
  return worldComponent(`package test:sizes; ${world}\n${await packages(version)}`, "sizes");
}

/** Our core modules, however deep, with their bytes. */
const coresOf = ({ cores, components }: NestedComponent): readonly (readonly [name: string, byteLength: number])[] => [
  ...cores.flatMap(({ name, byteLength }) => (name?.startsWith("wasi-nest:") === true ? [[name, byteLength] as const] : [])),
  ...components.flatMap(coresOf),
];

function nested(
  app: Uint8Array,
  options: Options,
): { readonly output: Uint8Array; readonly report: Report; readonly cores: ReturnType<typeof coresOf> } {
  const { chunks, report } = virtualize(app, options);
  const output = Buffer.concat(chunks);
  return { output, report, cores: coresOf(inspect(output).component) };
}

describe.each(SERIES)("WASI $version", (series) => {
  test.for(rows.filter(({ imports }) => imports[series.index].length > 0))(
    "$what",
    { timeout: BUILD_MILLISECONDS },
    async ({ imports, options, most }) => {
      const { output, cores } = nested(await importing(imports[series.index], series), options);
      await (series.index === 0 ? expectValid(output) : expectValid03(output));
      // Stubs are for the interfaces beside the row's own, such as streams.
      const size = cores.reduce((sum, [name, byteLength]) => sum + (name === STUBS ? 0 : byteLength), 0);
      expect(size).toBeGreaterThan(50);
      expect(size).toBeLessThanOrEqual(most);
    },
  );
});

test("a fixed clock leaves `wasi:io` to the host where there are no virtual files", { timeout: BUILD_MILLISECONDS }, async () => {
  const [series] = SERIES;
  const app = await importing(["clocks/wall-clock", "clocks/monotonic-clock", "cli/stdin", "cli/stdout", "io/poll", "io/streams"], series);
  const { output, report, cores } = nested(app, { ...FIXED, stdin: "allow", stdout: "allow" });
  await expectValid(output);
  const ofIo = report.imports.filter(({ name }) => name.startsWith("wasi:io/"));
  expect(ofIo.map(({ outcome }) => outcome)).toEqual(["allowed", "allowed", "allowed"]);
  expect(cores.map(([name]) => name)).toEqual(["wasi-nest:clocks-memory", "wasi-nest:clocks"]);
  const reexported = inspect(output).component.instances.filter(({ role }) => role === "re-export");
  expect(reexported.map(({ name }) => name)).toEqual(["wasi:clocks/monotonic-clock"]);
});

/** Random numbers of one kind or of two. */
const randomApp = (...functions: readonly string[]): Promise<Uint8Array> =>
  parse(`(component (import "wasi:random/random@0.2.0" (instance ${functions.join(" ")})))`);
const U64 = `(export "get-random-u64" (func (result u64)))`;
const BYTES = `(export "get-random-bytes" (func (param "len" u64) (result (list u8))))`;

test("a function that no layer takes costs nothing", async () => {
  const limited: Options = { allowRandom: true, limits: { "wasi:random/random#get-random-u64": 10 } };
  const [one, both] = await Promise.all([randomApp(U64), randomApp(U64, BYTES)]);
  const [ofOne, ofBoth] = [nested(one, limited), nested(both, limited)];
  expect(ofOne.cores.length).toBeGreaterThan(0);
  expect(ofBoth.cores).toEqual(ofOne.cores);
  const { cores, report } = nested(await randomApp(BYTES), { allowRandom: true });
  expect([cores, report.sizes.adapters]).toEqual([[], 0]);
});
