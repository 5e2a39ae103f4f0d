import { parse } from "@bytecodealliance/jco";
import { beforeAll, describe, expect, test } from "vitest";
import { FormatError, inspect, type Inspection, type Options, VERSION, virtualize } from "../../src/index.ts";
import { customInterfaces, everything } from "../compose/worlds.ts";
import { cProgram } from "../guests/index.ts";
import { importsOf, virtualized } from "../run/on-hosts.ts";
import { outputs, steadily } from "./inspected.ts";

let found: ReadonlyMap<string, Uint8Array>;
let wasi: Uint8Array;
beforeAll(async () => {
  found = await outputs();
  wasi = await everything("0.2.12");
}, 300_000);

const output = (name: string): Uint8Array => found.get(name) ?? new Uint8Array();
const reasons = ({ imports }: Inspection): Record<string, string | null> =>
  Object.fromEntries(imports.map(({ name, reason }) => [name.replace(/@.*/, ""), reason]));

describe("what an output can reach", () => {
  test("is nothing, where nothing was allowed", () => {
    const { reach, imports, wasiVersions } = inspect(virtualized(wasi));
    expect({ reach, imports, wasiVersions }).toEqual({ reach: [], imports: [], wasiVersions: ["0.2.12"] });
  });

  test.for<[Options, readonly string[]]>([
    [{ allowClocks: true }, ["clocks"]],
    [{ allowEnv: ["A"] }, ["environment"]],
    [{ allowExit: true }, ["exit"]],
    [{ allowFs: true }, ["filesystem"]],
    [{ allowHttp: true }, ["http"]],
    [{ allowRandom: true }, ["random"]],
    [{ allowSockets: true }, ["sockets"]],
    [{ stdin: "allow" }, ["stdin", "terminals"]],
    [{ stdout: "allow" }, ["stdout", "terminals"]],
    [{ stderr: "allow" }, ["stderr", "terminals"]],
    [{ stdout: "ignore", env: { A: "b" }, mounts: [{ path: "/a", entry: { kind: "file", contents: new Uint8Array(1) } }] }, []],
  ])("%o: %o", async ([options, reach]) => {
    const component = virtualized(wasi, options);
    const inspection = inspect(component);
    expect(inspection.reach).toEqual(reach);
    expect(inspection.imports.map(({ name }) => name.replace(/@.*/, "")).sort()).toEqual(await importsOf(component));
  });

  test("names imports that no word stands for", async () => {
    const component = await parse(`
      (component
        (import "acme:kv/store@1.2.0" (instance (export "get" (func))))
        (import "acme:kv/types" (instance (export "t" (type (sub resource)))))
        (import "log" (func))
        (import "t" (type (sub resource)))
        (import "code" (core module)))`);
    expect(inspect(component).reach).toEqual(["acme:kv/store@1.2.0", { import: "code" }, { import: "log" }]);
  });
});

test("functions are those of the report", () => {
  const { chunks, report } = virtualize(wasi, { stdout: "allow", allowHttp: true });
  const { imports, exports } = inspect(Buffer.concat(chunks));
  expect(imports.length).toBeGreaterThan(4);
  const byName = (all: readonly { readonly name: string; readonly functions: readonly string[] }[]): object =>
    Object.fromEntries(all.map(({ name, functions }) => [name, functions]));
  expect(byName(imports)).toEqual(byName(report.hostImports));
  expect(exports.map(({ name }) => name)).toEqual(report.exports);
  expect(exports[0]).toMatchObject({ kind: "instance", functions: ["run"] });
});

const SETS: readonly Options[] = [
  {},
  { stdout: "allow", allowHttp: true, allowClocks: true },
  { deny: "trap", stdin: "deny" },
  { allowAll: true },
  { allowEnv: ["A"], stdin: "allow", stderr: "ignore", allowSockets: true, deny: "trap" },
  { allowHttp: true, stdout: "ignore", denyImports: ["wasi:filesystem/types"] },
  { allowAll: true, denyImports: ["wasi:io/poll"] },
  { preopens: [{ path: "/a", host: "/b", readOnly: true }], tmpfs: [{ path: "/t" }], allowClocks: true, stdout: "allow" },
];

test.for(SETS)("why an import is there is what the report says: %o", (options) => {
  const { chunks, report } = virtualize(wasi, options);
  const { imports } = inspect(Buffer.concat(chunks));
  expect(Object.fromEntries(imports.map(({ name, reason }) => [name, reason]))).toEqual(
    Object.fromEntries(report.hostImports.map(({ name, reason }) => [name, reason])),
  );
});

test("the report has each of the reasons", () => {
  const reasonsOf = (options: Options): readonly (readonly [string, string])[] =>
    virtualize(wasi, options).report.hostImports.map(({ name, reason }) => [name.replace(/@.*/, ""), reason] as const);
  expect(Object.fromEntries(reasonsOf({ stdout: "allow", allowEnv: ["A"], allowRandom: true }))).toEqual({
    "wasi:cli/environment": "allowed",
    "wasi:cli/stdout": "allowed",
    "wasi:cli/terminal-output": "allowed",
    "wasi:cli/terminal-stdout": "allowed",
    "wasi:clocks/monotonic-clock": "needed by the io adapter: the host waits",
    "wasi:io/error": "needed by the io adapter: streams of the host pass",
    "wasi:io/poll": "allowed",
    "wasi:io/streams": "needed by the io adapter: streams of the host pass",
    "wasi:random/insecure": "allowed",
    "wasi:random/insecure-seed": "allowed",
    "wasi:random/random": "allowed",
  });
  expect(Object.fromEntries(reasonsOf({ preopens: [{ path: "/a", host: "/b" }] }))).toMatchObject({
    "wasi:filesystem/preopens": "needed by the io adapter",
    "wasi:filesystem/types": "needed by the io adapter",
  });
});

test.for(SETS)("what became of the app's imports is what the report says: %o", (options) => {
  const { chunks, report } = virtualize(wasi, options);
  expect(inspect(Buffer.concat(chunks)).app).toEqual(report.imports);
  expect(report.imports.length).toBeGreaterThan(20);
  expect(inspect(wasi).app).toBeNull();
});

describe("everything that can be called is power, however deep:", () => {
  const reachOf = async (imports: string): Promise<Inspection["reach"]> => inspect(await parse(`(component ${imports})`)).reach;

  test.for([
    ["a function in an instance in an instance", `(instance (export "inner" (instance (export "f" (func)))))`, "inner/f"],
    ["a module in an instance", `(instance (export "m" (core module)))`, "m (core module)"],
    ["a component in an instance", `(instance (export "c" (component)))`, "c (component)"],
    [
      "all of it three deep",
      `(instance (export "a" (instance (export "b" (instance (export "m" (core module)))))))`,
      "a/b/m (core module)",
    ],
  ] as const)("%s", async ([, type, label]) => {
    const component = await parse(
      `(component (import "acme:kit/all" ${type}) (import "wasi:io/poll@0.2.0" ${type}) (import "kit" ${type}))`,
    );
    const { imports, reach } = inspect(component);
    expect(reach).toEqual(["acme:kit/all", "wasi:io/poll@0.2.0", { import: "kit" }]);
    for (const { functions, isPower, reason } of imports)
      expect({ functions, isPower, reason }).toEqual({ functions: [label], isPower: true, reason: null });
  });

  test.for([
    ["wasi:io/poll@0.2.0", "launch"],
    ["wasi:io/poll@0.7.0", "poll"],
    ["wasi:io/poll@0.2.0-rc1", "poll"],
    ["wasi:io/poll", "poll"],
    ["wasi:io/network@0.2.0", "poll"],
    ["wasi:io/streams@0.2.0", "poll"],
    // A type of that interface, and no function.
    ["wasi:io/poll@0.2.0", "pollable"],
  ] as const)("`%s` with `%s`, which is not known of `wasi:io`", async ([name, label]) => {
    expect(await reachOf(`(import "${name}" (instance (export "${label}" (func))))`)).toEqual([name]);
  });

  test("but what is known of `wasi:io` is none", async () => {
    expect(await reachOf(`(import "wasi:io/poll@0.2.0" (instance (export "poll" (func))))`)).toEqual([]);
    expect(await reachOf(`(import "p" (implements "wasi:io/poll@0.2.0") (instance (export "poll" (func))))`)).toEqual([]);
  });

  test("a function under the name of an interface is no part of its subsystem", async () => {
    for (const name of ["wasi:cli/stdout@0.2.0", "wasi:io/poll@0.2.0"])
      expect(await reachOf(`(import "${name}" (func))`)).toEqual([{ import: name }]);
  });

  test("an instance under a plain name is what it implements", async () => {
    const dice = `(import "dice" (implements "wasi:random/random@0.2.0") (instance (export "f" (func))))`;
    expect(await reachOf(dice)).toEqual(["random"]);
    expect(inspect(await parse(`(component ${dice})`)).imports[0]).toMatchObject({ name: "dice", implements: "wasi:random/random@0.2.0" });
    expect(await reachOf(`(import "kv" (implements "acme:kv/store") (instance (export "f" (func))))`)).toEqual(["acme:kv/store"]);
  });
});

describe("a role is what an output recorded, if the wiring does not contradict:", () => {
  const CODE = "(core module)";
  const SOCKETS = `(import "wasi:sockets/tcp@0.2.0" (instance (export "f" (func))))`;
  /** A component that claims these roles for what it instantiates. */
  const claiming = async (
    roles: unknown,
    ...parts: readonly (readonly [name: string, body: string, args?: string])[]
  ): Promise<Inspection> => {
    const section = JSON.stringify({ format: 1, version: "9.9.9", policy: {}, roles }).replaceAll('"', '\\"');
    const text = parts.map(
      ([name, body, args = ""], i) => `(component $c${i} (@name "${name}") ${body}) (instance (instantiate $c${i} ${args}))`,
    );
    return inspect(
      await parse(
        `(component (import "wasi:sockets/tcp@0.2.0" (instance $host (export "f" (func)))) ${text.join("")} (@custom "wasi-nest" "${section}"))`,
      ),
    );
  };
  const rolesIn = ({ component }: Inspection): readonly unknown[] => component.instances.map(({ role }) => role);
  const HOST = `(with "wasi:sockets/tcp@0.2.0" (instance $host))`;

  test("a name is none", async () => {
    expect(rolesIn(await claiming("", ["deny", CODE], ["denylist", CODE], ["app", CODE]))).toEqual([null, null, null]);
    expect(rolesIn(await claiming("ap", ["deny", CODE], ["denylist", CODE]))).toEqual(["adapter", "app"]);
  });

  test("stubs can call nothing", async () => {
    const inspection = await claiming("sp", ["deny", SOCKETS + CODE, HOST], ["app", SOCKETS, HOST]);
    expect(rolesIn(inspection)).toEqual([null, "app"]);
    expect(inspection.reach).toEqual(["sockets"]);
    expect(inspection.app).toEqual([{ name: "wasi:sockets/tcp@0.2.0", outcome: "allowed" }]);
    expect(rolesIn(await claiming("ss", ["x", CODE], ["y", `(component ${CODE})`]))).toEqual(["stubs", null]);
  });

  test("nor is an import denied of which a part comes from the host", async () => {
    const section = JSON.stringify({ format: 1, version: "9.9.9", policy: {}, roles: "sp" }).replaceAll('"', '\\"');
    const component = await parse(`(component
      (import "wasi:sockets/tcp@0.2.0" (instance $host (export "f" (func))))
      (component $stubs
        (core module $m (func (export "g")))
        (core instance $i (instantiate $m))
        (func (export "g") (canon lift (core func $i "g"))))
      (instance $stubs (instantiate $stubs))
      (alias export $host "f" (func $f))
      (alias export $stubs "g" (func $g))
      (instance $both (export "g" (func $g)) (export "f" (func $f)))
      (component $app (import "both" (instance (export "f" (func)) (export "g" (func)))) (import "one" (func)))
      (instance (instantiate $app (with "both" (instance $both)) (with "one" (func $g))))
      (@custom "wasi-nest" "${section}"))`);
    expect(inspect(component).app).toEqual([
      { name: "both", outcome: "allowed" },
      { name: "one", outcome: "denied" },
    ]);
  });

  test("an import that an adapter's part gives is denied only if what answers it can call nothing", async () => {
    const section = JSON.stringify({ format: 1, version: "9.9.9", policy: {}, roles: "ap", denied: "dd-ddd" }).replaceAll('"', '\\"');
    const component = await parse(`(component
      (import "wasi:sockets/tcp@0.2.0" (instance $host (export "f" (func))))
      (component $part
        (import "wasi:sockets/tcp@0.2.0" (instance $host (export "f" (func))))
        (core func $f (canon lower (func $host "f")))
        (core instance $given (export "f" (func $f)))
        (core module $main (import "" "f" (func $f)) (export "f" (func $f)))
        (core module $beside (import "i" "f" (func $f)) (export "g" (func $f)))
        (core module $stubs (func (export "h")))
        (core instance $main (instantiate $main (with "" (instance $given))))
        (core instance $beside (instantiate $beside (with "i" (instance $main))))
        (core instance $stubs (instantiate $stubs))
        (func (export "f") (canon lift (core func $main "f")))
        (func (export "g") (canon lift (core func $beside "g")))
        (func (export "h") (canon lift (core func $stubs "h")))
        (export "p" (func $host "f")))
      (instance $part (instantiate $part (with "wasi:sockets/tcp@0.2.0" (instance $host))))
      (component $app
        (import "asks" (instance (export "f" (func))))
        (import "answers" (instance (export "h" (func))))
        (import "unclaimed" (instance (export "h" (func))))
        (import "both" (instance (export "g" (func)) (export "h" (func))))
        (import "passed" (func))
        (import "one" (func)))
      (instance (instantiate $app
        (with "asks" (instance $part)) (with "answers" (instance $part)) (with "unclaimed" (instance $part)) (with "both" (instance $part))
        (with "passed" (func $part "p")) (with "one" (func $part "h"))))
      (@custom "wasi-nest" "${section}"))`);
    expect(inspect(component).app?.map(({ name, outcome }) => [name, outcome])).toEqual([
      ["asks", "virtualized"],
      ["answers", "denied"],
      ["unclaimed", "virtualized"],
      ["both", "virtualized"],
      ["passed", "virtualized"],
      ["one", "denied"],
    ]);
  });

  test("re-exports have no code, adapters have, and there is one app", async () => {
    expect(rolesIn(await claiming("rr", ["x", ""], ["y", CODE]))).toEqual(["re-export", null]);
    expect(rolesIn(await claiming("aa", ["x", ""], ["y", CODE]))).toEqual([null, "adapter"]);
    expect(rolesIn(await claiming("pp", ["x", ""], ["y", CODE]))).toEqual([null, null]);
  });

  test("a re-export may have the code of a façade, if all that it can ask is inside", async () => {
    const component = await parse(`(component
      (import "host" (instance $host (export "f" (func))))
      (component $part (core module $m (func (export "f"))) (core instance $i (instantiate $m))
        (func (export "f") (canon lift (core func $i "f"))))
      (instance $part (instantiate $part))
      (component $facade (import "f" (func $f)) (core func $l (canon lower (func $f)))
        (core module $m (import "" "f" (func $f)) (export "f" (func $f)))
        (core instance $i (instantiate $m (with "" (instance (export "f" (func $l))))))
        (func (export "f") (canon lift (core func $i "f"))))
      (instance (instantiate $facade (with "f" (func $part "f"))))
      (instance (instantiate $facade (with "f" (func $host "f"))))
      (@custom "wasi-nest" "{\\"format\\":1,\\"version\\":\\"0.1.0\\",\\"policy\\":{},\\"roles\\":\\"arr\\"}"))`);
    expect(rolesIn(inspect(component))).toEqual(["adapter", "re-export", null]);
  });

  test.for([[["s"]], [7], [null], ["?"]])("and %j is no claim", async ([roles]) => {
    expect(rolesIn(await claiming(roles, ["x", CODE]))).toEqual([null]);
  });
});

describe("the reason of an import", () => {
  test("is that it was allowed, or the adapter that needs it", () => {
    expect(reasons(inspect(virtualized(wasi, { stdout: "ignore", allowHttp: true, allowArgs: true })))).toMatchObject({
      "wasi:http/types": "allowed",
      "wasi:http/outgoing-handler": "allowed",
      "wasi:cli/environment": "allowed",
      "wasi:io/streams": "needed by the io adapter: streams of the host pass",
      "wasi:clocks/monotonic-clock": "needed by the io adapter: the host waits",
    });
  });

  test("is that a stream was allowed, though the adapter stands between", () => {
    expect(reasons(inspect(output("files-and-stdout")))).toMatchObject({ "wasi:cli/stdout": "allowed" });
  });

  test("is not known of others' components", () => {
    expect(new Set(Object.values(reasons(inspect(wasi))))).toEqual(new Set([null]));
  });

  test("is not that anybody knows its types", async () => {
    const component = await parse(`
      (component
        (import "acme:kv/store" (instance $store (export "r" (type (sub resource))) (export "f" (func))))
        (alias export $store "r" (type $r))
        (component $app (import "r" (type (sub resource))))
        (instance $app (instantiate $app (with "r" (type $r))))
        (@custom "wasi-nest" "{\\"format\\":1,\\"version\\":\\"0.1.0\\",\\"policy\\":{}}"))`);
    expect(reasons(inspect(component))).toEqual({ "acme:kv/store": "types only" });
  });

  test("is not taken from a section that claims to be ours: the wiring tells", async () => {
    const policy = JSON.stringify({ format: 1, version: "9.9.9", policy: {} }).replaceAll('"', '\\"');
    const component = await parse(
      `(component (import "wasi:sockets/tcp@0.2.0" (instance (export "f" (func)))) (@custom "wasi-nest" "${policy}"))`,
    );
    const { reach, component: nesting } = inspect(component);
    expect(reach).toEqual(["sockets"]);
    expect(nesting.metadata).toEqual({ version: "9.9.9", policy: {} });
  });
});

test("an output within an output tells what it was made with, at its place", () => {
  const { metadata, components, instances } = inspect(output("twice")).component;
  expect(metadata).toEqual({ version: VERSION, policy: { stdout: "ignore" } });
  const app = components[instances.find(({ role }) => role === "app")?.component ?? -1];
  expect(app?.metadata?.policy).toEqual({
    env: ["TOKEN"],
    args: 1,
    cwd: "/src",
    stdout: "allow",
    stderr: "ignore",
    mounts: [{ path: "/src", files: 1, bytes: 6 }],
  });
  expect(app?.instances.map(({ name, role }) => [name, role])).toEqual([
    ["wasi", "adapter"],
    ["app", "app"],
  ]);
});

test("each instance of an output has a role", async () => {
  const { instances } = inspect(virtualized(await customInterfaces(), { stdout: "ignore", allowFs: true, allowHttp: true })).component;
  const roles = new Map(instances.map(({ name, role }) => [name, role]));
  expect(Object.fromEntries(roles)).toMatchObject({ wasi: "adapter", "acme:kit/store": "re-export", app: "app" });
  expect([...roles.values()]).not.toContain(null);
});

test("is plain data", () => {
  for (const [, component] of found) {
    const inspection = inspect(component);
    expect(JSON.parse(JSON.stringify(inspection))).toEqual(inspection);
  }
});

test("looks like this as JSON", async () => {
  const text = JSON.stringify(steadily(output("files-and-stdout")), undefined, 1);
  await expect(`${text}\n`).toMatchFileSnapshot("goldens/files-and-stdout.json.txt");
});

test("what is no component is a FormatError", async () => {
  expect(() => inspect(new Uint8Array())).toThrow(new FormatError("the input is empty, not a component", 0));
  const core = await cProgram("hello");
  expect(() => inspect(core)).toThrow("the input is a core module, not a component");
  const cut = (): unknown => inspect(output("twice").subarray(0, 3000));
  expect(cut).toThrow(FormatError);
  expect(cut).toThrow(/^unexpected end of the component: \d+ bytes wanted, \d+ left \(at offset 0x[0-9a-f]+\)$/);
});
