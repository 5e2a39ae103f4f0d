/** What `wac` makes of the golden cases: of their apps above our adapters, and of outputs together. Wasmtime judges it. */
import { parse } from "@bytecodealliance/jco";
import { describe, expect, test } from "vitest";
import { keyOf } from "../../src/component/names.ts";
import { worldOf } from "../../src/component/world.ts";
import { createAdapter, inspect, virtualize } from "../../src/index.ts";
import { bytesOf } from "../compose/apps.ts";
import { WAC_MISSING, wacAvailable, wacCompose, wacPlug } from "../hosts/wac.ts";
import { runOnWasmtimeCli, WASMTIME_CLI_MISSING, wasmtimeCli } from "../hosts/wasmtime-cli.ts";
import { validate, WASMTIME_MISSING, wasmtimeAvailable } from "../hosts/wasmtime.ts";
import { ADAPTER_OPTIONS } from "./adapter-options.ts";
import { GOLDEN_CASES, goldenCase } from "./golden-outputs.ts";

const MISSING = wacAvailable() ? WASMTIME_MISSING : WAC_MISSING;
const isMissing = !wacAvailable() || !wasmtimeAvailable();

const importsOf = (component: Uint8Array): readonly string[] => [...worldOf(component).imports.keys()].map(keyOf);
const exportsOf = (component: Uint8Array): readonly string[] => [...worldOf(component).exports.keys()].map(keyOf);

/** Apps that `wac` puts above none of our adapters, and why. */
const NEVER_ABOVE: Readonly<Record<string, string>> = {
  "all-denied": "its `error-code` has two cases: `wac` leaves what does not fit to the host, and mixes the two",
  "custom-interface": "it imports nothing of WASI",
  "custom-interface-denied": "it imports nothing of WASI",
  "denied-function": "an interface of the host's mentions resources that the adapter would provide",
  "export-of-a-virtual-type": "it is nothing that WIT can say, and `wac` makes an invalid component of it alone",
  "plain-imports": "`wac` 0.12 panics at resources that are imported by themselves",
};
/** Of these apps, `wac compose` makes nothing, by themselves either. */
const NEVER_COMPOSED = new Set(["export-of-a-virtual-type", "plain-imports"]);

test("each golden case is tried, or there is a reason why not", () => {
  for (const name of Object.keys(NEVER_ABOVE)) expect(GOLDEN_CASES).toContain(name);
  expect(GOLDEN_CASES.length - Object.keys(NEVER_ABOVE).length).toBeGreaterThanOrEqual(4);
});

describe.each(GOLDEN_CASES.filter((name) => NEVER_ABOVE[name] === undefined))("the app of the case %s", (name) => {
  test.for(ADAPTER_OPTIONS)("is valid above an adapter with %s, by wac plug", { timeout: 60_000 }, async ([, options], { skip }) => {
    skip(isMissing, MISSING);
    const { app } = await goldenCase(name);
    const adapter = bytesOf(createAdapter(options).chunks);
    const provided = new Set(exportsOf(adapter));
    const left = importsOf(app).filter((key) => !provided.has(key));
    skip(left.length === importsOf(app).length, "the adapter has nothing that the app imports");
    const composed = await wacPlug(adapter, app);
    expect(await validate(composed)).toEqual({ kind: "valid" });
    expect(new Set(importsOf(composed))).toEqual(new Set([...importsOf(adapter), ...left]));
  });
});

const together = GOLDEN_CASES.filter((name) => !NEVER_COMPOSED.has(name));

test.for(together.map((name, i) => [name, together[(i + 1) % together.length] ?? ""] as const))(
  "the outputs of the cases %s and %s are valid together, by wac compose",
  { timeout: 60_000 },
  async ([first, second], { skip }) => {
    skip(isMissing, MISSING);
    const [one, two] = [(await goldenCase(first)).output, (await goldenCase(second)).output];
    const source = "package test:composed;\nlet one = new test:one { ... };\nlet two = new test:two { ... };\n";
    const composed = await wacCompose(source, { "test:one": one, "test:two": two });
    expect(await validate(composed)).toEqual({ kind: "valid" });
    expect(new Set(importsOf(composed))).toEqual(new Set([...importsOf(one), ...importsOf(two)]));
    expect(inspect(composed).component.components.length).toBe(2);
  },
);

/** A component that counts its arguments, and what it does with their number. */
const counting = (imports: string, code: string, rest: string): string => `(component
  (import "wasi:cli/environment@0.2.0" (instance $environment
    (type (list string))
    (export "get-arguments" (func (result 0)))))
  ${imports}
  (core module $memory
    (memory (export "m") 1)
    (global $at (mut i32) (i32.const 1024))
    (func (export "r") (param i32 i32 i32 i32) (result i32)
      (global.get $at)
      (global.set $at (i32.and (i32.add (i32.add (global.get $at) (local.get 3)) (i32.const 7)) (i32.const -8)))))
  (core instance $memory (instantiate $memory))
  (core func $get (canon lower (func $environment "get-arguments") (memory (core memory $memory "m")) (realloc (core func $memory "r"))))
  (core module $main
    (import "memory" "m" (memory 1))
    (import "" "get" (func $get (param i32)))
    ${code}
    (func $count (result i32) (call $get (i32.const 16)) (i32.load (i32.const 20))))
  ${rest})`;

const LIBRARY = counting(
  "",
  `(export "count" (func $count))`,
  `(core instance $main (instantiate $main (with "memory" (instance $memory)) (with "" (instance (export "get" (func $get))))))
  (func $count (result u32) (canon lift (core func $main "count")))
  (instance $api (export "count" (func $count)))
  (export "test:library/api@1.0.0" (instance $api))`,
);

/** Fails unless it has two arguments, and the library four. */
const COMMAND = counting(
  `(import "test:library/api@1.0.0" (instance $library (export "count" (func (result u32)))))`,
  `(import "" "library" (func $library (result i32)))
    (func (export "run") (result i32)
      (i32.or (i32.ne (call $library) (i32.const 4)) (i32.ne (call $count) (i32.const 2))))`,
  `(core func $library (canon lower (func $library "count")))
  (core instance $main (instantiate $main (with "memory" (instance $memory))
    (with "" (instance (export "get" (func $get)) (export "library" (func $library))))))
  (type $result (result))
  (func $run (result $result) (canon lift (core func $main "run")))
  (instance $run (export "run" (func $run)))
  (export "wasi:cli/run@0.2.0" (instance $run))`,
);

describe("an output above an output, by wac", () => {
  const isMissing = !wacAvailable() || wasmtimeCli() === undefined;
  const command = async (arg: string): Promise<Uint8Array> => bytesOf(virtualize(await parse(COMMAND), { args: [arg] }).chunks);
  const library = async (...args: readonly string[]): Promise<Uint8Array> =>
    bytesOf(virtualize(await parse(LIBRARY), { args: [...args] }).chunks);
  const source =
    "package test:composed;\nlet library = new test:library { ... };\nlet app = new test:app { ...library, ... };\nexport app...;\n";
  const ways = {
    plug: (below: Uint8Array, above: Uint8Array) => wacPlug(below, above),
    compose: (below: Uint8Array, above: Uint8Array) => wacCompose(source, { "test:library": below, "test:app": above }),
  };

  test.for(["plug", "compose"] as const)(
    "has its own environment, and so has the other (%s)",
    { timeout: 60_000 },
    async (way, { skip }) => {
      skip(isMissing, wacAvailable() ? WASMTIME_CLI_MISSING : WAC_MISSING);
      const composed = await ways[way](await library("a", "b", "c"), await command("x"));
      expect(importsOf(composed)).toEqual([]);
      expect(await runOnWasmtimeCli(composed)).toMatchObject({ exitCode: 0 });
      // The command can tell.
      expect(await runOnWasmtimeCli(await ways[way](await library("a"), await command("x")))).toMatchObject({ exitCode: 1 });
    },
  );
});
