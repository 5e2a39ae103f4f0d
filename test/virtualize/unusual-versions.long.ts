/**
 * Versions of WASI beyond those that are known: newer patches with functions that nobody has yet or with other
 * types, release candidates, 0.3 in the same component, and what is unstable in 0.2.12.
 */
import { parse } from "@bytecodealliance/jco";
import { beforeAll, describe, expect, test } from "vitest";
import { worldOf } from "../../src/component/world.ts";
import { LinkError, type Options, virtualize } from "../../src/index.ts";
import { bytesOf, importing, interfacesIn } from "../compose/apps.ts";
import { everythingUnstable, newestSeries } from "../compose/worlds.ts";
import { everythingWit, worldComponent } from "../guests/index.ts";
import { transpiled } from "../hosts/jco.ts";
import { USUAL } from "./usual.ts";
import { runOnWasmtime, validate, WASMTIME_MISSING, wasmtimeAvailable } from "../hosts/wasmtime.ts";

const importsOf = (component: Uint8Array): readonly string[] => [...worldOf(component).imports.keys()];
const output = (app: Uint8Array, options: Options = {}): Uint8Array => bytesOf(virtualize(app, options).chunks);
const expectValid = async (component: Uint8Array): Promise<void> => {
  if (wasmtimeAvailable()) expect(await validate(component)).toEqual({ kind: "valid" });
};

/** All of a version to come, with changes to the text of 0.2.12. */
async function toCome(...changes: readonly (readonly [before: RegExp, after: string])[]): Promise<Uint8Array> {
  let wit = (await everythingWit("0.2.12")).replaceAll("@0.2.12", "@0.2.99");
  for (const [before, after] of changes) {
    expect(wit).toMatch(before);
    wit = wit.replace(before, after);
  }
  return worldComponent(wit, "everything");
}

describe("WASI 0.2.99", () => {
  test.for([
    ["nothing", {}],
    ["the usual", USUAL],
    ["all", { allowAll: true }],
  ] as const)("is served by its types, with %s allowed", { timeout: 60_000 }, async ([, options]) => {
    const component = output(await toCome(), options);
    expect(importsOf(component).filter((name) => !name.endsWith("@0.2.99"))).toEqual([]);
    await expectValid(component);
  });

  test("may have functions that nobody knows: they are denied, and warnings say so", { timeout: 60_000 }, async () => {
    const app = await toCome(
      [/initial-cwd: func/, "shell: func() -> option<string>;\n initial-cwd: func"],
      [/blocking-read: func/, "peek: func(len: u64) -> result<list<u8>, stream-error>;\n blocking-read: func"],
      [/get-directories: func/, "watch: func(dir: borrow<descriptor>);\n get-directories: func"],
    );
    const warnings = [
      "`wasi:cli/environment@0.2.99` `shell` is not known: it is denied",
      "`wasi:io/streams@0.2.99` `[method]input-stream.peek` is not known: it is denied",
      "`wasi:filesystem/preopens@0.2.99` `watch` is not known: it is denied",
    ];
    for (const options of [USUAL, { ...USUAL, deny: "trap" }] as const) {
      const { chunks, report } = virtualize(app, options);
      expect([...report.warnings].sort()).toEqual([...warnings].sort());
      expect(report.hostImports.flatMap(({ functions }) => functions)).not.toContain("[method]input-stream.peek");
      await expectValid(bytesOf(chunks));
    }
    // Without files they are the stubs' like all that is denied, and nothing to warn of.
    expect(virtualize(app).report.warnings).toEqual(warnings.slice(0, 2));
  });

  test("may have other types where nothing is virtual", { timeout: 60_000 }, async () => {
    const app = await toCome([/get-stdout: func\(\) -> output-stream/, "get-stdout: func(again: bool) -> output-stream"]);
    await expectValid(output(app, { allowAll: true }));
  });

  const disagreements: readonly (readonly [string, before: RegExp, after: string, Options, says: string])[] = [
    [
      "a parameter",
      /\bread: func\(\s*len: u64/,
      "read: func(len: u32",
      {},
      "import `wasi:io/streams@0.2.99`: the component wants `read: func(len: u32) -> result<list<u8>, stream-error>`, the io adapter has `read: func(len: u64) -> result<list<u8>, stream-error>`: parameter `len` is `u32`, not `u64`",
    ],
    [
      "a result",
      /initial-cwd: func\(\) -> option<string>/,
      "initial-cwd: func() -> result<string>",
      {},
      "import `wasi:cli/environment@0.2.99`: the component wants `initial-cwd: func() -> result<string>`, the environment adapter has `initial-cwd: func() -> option<string>`: the result is `result<string>`, not `option<string>`",
    ],
    [
      "a case of a type that it mentions",
      /variant stream-error \{/,
      "variant stream-error { again,",
      {},
      "import `wasi:io/streams@0.2.99`: the component wants `read: func(len: u64) -> result<list<u8>, stream-error>`, the io adapter has `read: func(len: u64) -> result<list<u8>, stream-error>`: `stream-error` has `again`",
    ],
    [
      "what an adapter asks of the host",
      /subscribe-duration: func\(\s*when: duration/,
      "subscribe-duration: func(after: duration",
      { stdout: "allow", allowClocks: true },
      "import `wasi:clocks/monotonic-clock@0.2.99`: the component wants `subscribe-duration: func(after: u64) -> pollable`, the io adapter needs `subscribe-duration: func(when: u64) -> pollable`: the parameters are `after`, not `when`",
    ],
  ];
  test.for(disagreements)(
    "is refused, and told why, where it is another in %s",
    { timeout: 60_000 },
    async ([, before, after, options, says]) => {
      const app = await toCome([before, after]);
      const [, name, wanted, found] = /^import `([^`]*)`: the component wants `([^`]*)`, the \w+ adapter \w+ `([^`]*)`/.exec(says) ?? [];
      expect(() => virtualize(app, options)).toThrow(new LinkError(says, { import: name ?? "", wanted: wanted ?? "", found: found ?? "" }));
    },
  );
});

/** A command whose `run` asks the environment of a version to come for its shell, then for its process. */
const ASKS = `(component
  (import "wasi:cli/environment@0.2.99" (instance $environment
    (type (option string))
    (export "shell" (func (result 0)))
    (export "process" (func (result u32)))))
  (core module $memory (memory (export "m") 1) (func (export "r") (param i32 i32 i32 i32) (result i32) unreachable))
  (core instance $m (instantiate $memory))
  (core func $shell (canon lower (func $environment "shell") (memory (core memory $m "m")) (realloc (core func $m "r"))))
  (core func $process (canon lower (func $environment "process")))
  (core module $main
    (import "" "shell" (func $shell (param i32)))
    (import "" "process" (func $process (result i32)))
    (func (export "run") (result i32) (call $shell (i32.const 0)) (drop (call $process)) (i32.const 0)))
  (core instance $i (instantiate $main (with "" (instance (export "shell" (func $shell)) (export "process" (func $process))))))
  (type $result (result))
  (func $run (result $result) (canon lift (core func $i "run")))
  (instance $api (export "run" (func $run)))
  (export "wasi:cli/run@0.2.0" (instance $api)))`;

test.for([
  ["process", { env: { A: "b" } }],
  ["shell", { env: { A: "b" }, deny: "trap" }],
] as const)("an unknown function traps by its name, here `%s`", async ([name, options], { skip }) => {
  skip(!wasmtimeAvailable(), WASMTIME_MISSING);
  const { trap } = await runOnWasmtime(output(await parse(ASKS), options), { empty: true });
  expect(trap).toContain(`wasi:cli/environment@0.2.99#${name} is denied`);
});

describe("other series", () => {
  const app = (...versions: readonly string[]): Promise<Uint8Array> =>
    parse(
      `(component ${versions.map((version) => `(import "wasi:random/random${version}" (instance (export "get-random-u64" (func (result u64)))))`).join("")})`,
    );

  test.for([
    ["@0.2.0-rc-2023-11-10", "version 0.2.0-rc-2023-11-10 has other types than 0.2, and only 0.2.x and 0.3.x can be virtualized"],
    ["@0.2.0-rc-2023-12-05", "version 0.2.0-rc-2023-12-05 has other types than 0.2, and only 0.2.x and 0.3.x can be virtualized"],
    ["", "it has no version, and only 0.2.x and 0.3.x can be virtualized"],
  ] as const)("a release candidate or no version is refused in a sentence: %s", async ([version, says]) => {
    const component = await app(version, "@0.2.3");
    expect(() => virtualize(component)).toThrow(
      new LinkError(`import \`wasi:random/random${version}\`: ${says}`, { import: `wasi:random/random${version}` }),
    );
  });

  test("of 0.3 beside 0.2, what no option allows is denied or ours, and nothing is imported", { timeout: 60_000 }, async () => {
    const both = await newestSeries();
    expect(importsOf(both).filter((name) => name.endsWith("@0.3.0")).length).toBeGreaterThan(10);
    const component = output(both, {});
    expect(importsOf(component)).toEqual([]);
    await expectValid(component);
    // What a subsystem's own option leaves to the host is its, whatever the version; nothing else is.
    const clocks = importsOf(output(both, { allowClocks: true })).filter((name) => !name.startsWith("wasi:io/"));
    expect(new Set(clocks.map((name) => name.replace(/.*@/, "")))).toEqual(new Set(["0.3.0"]));
    expect(clocks.filter((name) => !name.startsWith("wasi:clocks/"))).toEqual([]);
  });

  test.for([
    ["all of it is in the oldest", `(export "get-random-u64" (func (result u64)))`, "0.3.0"],
    ["a function is newer", `(export "get-random-u64" (func (result u64))) (export "get-random-dice" (func (result u8)))`, "0.3.7"],
    ["a function has another type", `(export "get-random-u64" (func (result u32)))`, "0.3.7"],
  ] as const)("what is the host's of 0.3 is imported under the oldest version that has it: %s", async ([, exports, version]) => {
    const component = await parse(`(component (import "wasi:random/random@0.3.7" (instance ${exports})))`);
    expect(importsOf(output(component, { allowRandom: true }))).toEqual([`wasi:random/random@${version}`]);
  });

  test.for(["wasi:clocks/system-clock", "wasi:clocks/*@0.3.0", "wasi:clocks/wall-clock@0.2.0"])(
    "where the time of day is denied in either series, files do not tell it: %s",
    async (name) => {
      const both = await newestSeries();
      const options = { tmpfs: [{ path: "/t" }], allowClocks: true };
      const clocks = (more: Options): readonly string[] =>
        importsOf(output(both, { ...options, ...more })).filter((each) => /(wall|system)-clock/.test(each));
      expect(clocks({}).length).toBeGreaterThan(0);
      expect(clocks({ denyImports: ["wasi:clocks/system-clock", name] })).toEqual([]);
    },
  );

  test.for(["0.2.12", "0.3.0"])("an unknown interface of a known package is denied in WASI %s", async (version) => {
    const component = await parse(`(component (import "wasi:cli/new@${version}" (instance (export "f" (func (result u8))))))`);
    expect(importsOf(output(component, {}))).toEqual([]);
  });

  test("a rule may name what only 0.3 has", async () => {
    const { report } = virtualize(await parse("(component)"), { denyImports: ["wasi:clocks/system-clock", "wasi:http/client"] });
    expect(report.warnings.filter((text) => text.startsWith("nothing to deny"))).toHaveLength(2);
  });

  test("new functions of a virtual interface of 0.3 are denied, async ones and those with streams, too", async () => {
    const component = await parse(`(component
      (import "wasi:random/random@0.3.9" (instance (export "later" (func async (result (result (error string)))))
        (export "many" (func (result (stream u8)))) (export "take" (func (param "from" (stream u8)) (result (result (error string)))))
        (export "get-random-u64" (func (result u64))))))`);
    const { chunks, report } = virtualize(component, { random: "zero" });
    await expectValid(bytesOf(chunks));
    expect(report.warnings.filter((text) => text.includes("is not known: it is denied"))).toHaveLength(3);
  });

  test("0.3 is denied by name beside 0.2", { timeout: 60_000 }, async () => {
    const both = await newestSeries();
    const later = importsOf(both).filter((name) => name.endsWith("@0.3.0"));
    const component = output(both, { denyImports: later });
    expect(importsOf(component).filter((name) => name.endsWith("@0.3.0"))).toEqual([]);
    await expectValid(component);
  });

  test("0.3 stays with the host, untouched, where everything is allowed", { timeout: 60_000 }, async () => {
    const both = await newestSeries();
    const { chunks, report } = virtualize(both, { allowAll: true });
    const later = importsOf(both).filter((name) => name.endsWith("@0.3.0"));
    expect(later.length).toBeGreaterThan(10);
    expect(importsOf(bytesOf(chunks)).filter((name) => name.endsWith("@0.3.0"))).toEqual(expect.arrayContaining([...later]));
    for (const name of later) {
      const [before, after] = [both, bytesOf(chunks)].map((component) => worldOf(component).imports.get(name));
      expect(exportNames(after)).toEqual(exportNames(before));
    }
    expect(report.warnings).toEqual([]);
    await expectValid(bytesOf(chunks));
  });
});

const exportNames = (item: ReturnType<ReturnType<typeof worldOf>["imports"]["get"]>): readonly string[] =>
  item?.kind === "instance" ? [...item.exports.keys()].sort() : [];

describe("what is unstable", () => {
  let all: Uint8Array;
  beforeAll(async () => void (all = await everythingUnstable()), 60_000);

  /** An app that imports these functions and nothing else. */
  const using = (key: string, ...names: readonly string[]): Uint8Array => {
    const interfaces = interfacesIn(all);
    return importing(interfaces, new Map([[key, new Set(names)]]));
  };

  const cases: readonly (readonly [name: string, key: string, allow: Options])[] = [
    ["exit-with-code", "wasi:cli/exit@0.2", { allowExit: true }],
    ["utc-offset", "wasi:clocks/timezone@0.2", { allowClocks: true }],
    ["network-error-code", "wasi:sockets/network@0.2", { allowSockets: true }],
    ["[method]response-outparam.send-informational", "wasi:http/types@0.2", { allowHttp: true }],
  ];

  describe.each(cases)("%s", (name, key, allow) => {
    const functionsOf = (app: Uint8Array, options: Options): readonly string[] =>
      virtualize(app, options).report.hostImports.flatMap(({ functions }) => functions);

    test("is denied", async () => {
      const app = using(key, name);
      expect(importsOf(output(app))).toEqual([]);
      await expectValid(output(app));
      await expect(transpiled(output(app))).resolves.toBeTypeOf("string");
    });

    test("is the host's", async () => {
      const app = using(key, name);
      expect(functionsOf(app, { allowAll: true })).toEqual([name]);
      await expectValid(output(app, { allowAll: true }));
    });

    test("is the host's beside virtual streams", async () => {
      const interfaces = interfacesIn(all);
      const app = importing(
        interfaces,
        new Map([
          [key, new Set([name])],
          ["wasi:io/streams@0.2", new Set(["[method]input-stream.read"])],
          ["wasi:cli/stdin@0.2", new Set(["get-stdin"])],
        ]),
      );
      const options: Options = { ...allow, stdin: Uint8Array.of(1) };
      expect(functionsOf(app, options)).toContain(name);
      await expectValid(output(app, options));
    });
  });

  test("all at once is valid with the usual allowed", { timeout: 60_000 }, async () => {
    await expectValid(output(all, USUAL));
    expect(importsOf(output(all))).toEqual([]);
  });
});
