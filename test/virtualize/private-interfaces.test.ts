/** Interfaces between layers of ours and their cores: a layer reaches the host through them whatever is denied, and nobody else does. */
import { parse } from "@bytecodealliance/jco";
import { beforeEach, describe, expect, test } from "vitest";
import type { Layer } from "../../src/adapters/adapter-module.ts";
import { PRIVATE_INTERFACES } from "../../src/adapters/modules.ts";
import { layersOf } from "../../src/adapters/plugs/plug.ts";
import { Assembler } from "../../src/binary/assembler.ts";
import { Code } from "../../src/binary/instructions.ts";
import { LinkError, OptionError, type Options, virtualize } from "../../src/index.ts";
import { IMAGE_BASE } from "../../src/image/layout.ts";
import { memoryModule } from "../../src/image/memory-module.ts";
import { settingsOf } from "../../src/virtualize/settings.ts";
import { virtualizeWith } from "../../src/virtualize/virtualize.ts";
import { bytesOf } from "../compose/apps.ts";
import { WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { expectValid, hosts } from "../run/on-hosts.ts";

const STORE = "acme:kv/store@1.0.0";
const OUTPUT = "wasi-nest:trace/output";

/** A command that fails unless the store gives 5; it has standard error, and never uses it. */
const app = (): Promise<Uint8Array> =>
  parse(`(component
    (import "wasi:io/streams@0.2.0" (instance $streams (export "output-stream" (type (sub resource)))))
    (alias export $streams "output-stream" (type $stream))
    (import "wasi:cli/stderr@0.2.0" (instance
      (alias outer 1 $stream (type $s)) (export "output-stream" (type $t (eq $s))) (export "get-stderr" (func (result (own $t))))))
    (import "${STORE}" (instance $store (export "get" (func (result u32)))))
    (core func $f (canon lower (func $store "get")))
    (core instance $functions (export "f" (func $f)))
    (core module $m
      (import "" "f" (func $f (result i32)))
      (func (export "run") (result i32) (i32.ne (call $f) (i32.const 5))))
    (core instance $i (instantiate $m (with "" (instance $functions))))
    (type $result (result))
    (func $run (result $result) (canon lift (core func $i "run")))
    (instance $api (export "run" (func $run)))
    (export "wasi:cli/run@0.2.0" (instance $api)))`);

const store = async (imports = ""): Promise<readonly Layer[]> =>
  layersOf([
    {
      interface: "acme:kv/store",
      component: await parse(`(component ${imports}
        (core module $m (func (export "get") (result i32) (i32.const 5)))
        (core instance $i (instantiate $m))
        (func $get (result u32) (canon lift (core func $i "get")))
        (instance $store (export "get" (func $get)))
        (export "${STORE}" (instance $store)))`),
    },
  ]);

/** Prints a text, and hands the call on. */
const saying = (text: string, order = 10): Layer => ({
  kind: "part",
  order,
  partOf(world, interfaces) {
    const key = "acme:kv/store@1";
    const item = world.imports.has(STORE) ? interfaces.get(key)?.exports.get("get") : undefined;
    if (item?.kind !== "func") return undefined;
    const bytes = new TextEncoder().encode(text);
    const end = IMAGE_BASE + bytes.length;
    const module = new Assembler("saying");
    const get = module.importFunc("", "get", { params: [], results: ["i32"] });
    const write = module.importFunc("", "write", { params: ["i32", "i32"], results: [] });
    const code = new Code(0).constant(IMAGE_BASE).constant(bytes.length).call(write).call(get);
    module.export("f", module.func({ params: [], results: ["i32"] }, code));
    const options = { name: "saying-memory", frozenClock: undefined, isKept: true };
    return {
      id: "saying",
      role: "adapter",
      provides: new Map(),
      memory: {
        bytes: memoryModule({ segments: [{ address: IMAGE_BASE, chunks: [bytes] }], end }, options),
        imports: [],
        destructors: new Map(),
      },
      modules: [
        {
          id: "saying",
          bytes: module.finish(),
          imports: [
            { field: "get", kind: "host func", key, name: "get" },
            { field: "write", kind: "host func", key: OUTPUT, name: "write" },
          ],
          memoryAs: undefined,
          mainAs: undefined,
        },
      ],
      substitutes: [{ key, name: "get", type: item.type, exportName: "s", core: { module: 0, name: "f", postReturn: undefined } }],
      coreExport: () => {
        throw new Error("it provides nothing");
      },
    };
  },
});

const DENIED: readonly Options[] = [
  {},
  { stderr: "ignore" },
  { stderr: "to-stdout", stdout: "allow" },
  { stderr: { prefix: "> " } },
  { denyImports: [{ name: "wasi:cli/stderr", deny: "trap" }, "wasi:io/*"] },
];

describe.each(hosts)("on $name", ({ available, run }) => {
  beforeEach(({ skip }) => skip(!available, WASMTIME_MISSING));

  test.each(DENIED)("a layer prints whatever the app's own standard error is: %j", async (options) => {
    const layers = [saying("first\n"), ...(await store()), saying("second\n", 20), saying("never\n", 60)];
    const { chunks, report } = virtualizeWith(await app(), { ...settingsOf(options), layers });
    const output = bytesOf(chunks);
    await expectValid(output);
    const { exitCode, trap, stdout, stderr } = await run(output);
    expect({ exitCode, trap, stdout, stderr }).toEqual({ exitCode: 0, trap: undefined, stdout: "", stderr: "first\nsecond\n" });
    expect(report.hostImports.find(({ name }) => name.startsWith("wasi:cli/stderr"))?.reason).toMatch(
      /allowed|needed by the trace adapter/,
    );
    expect(report.imports.map(({ name }) => name)).not.toContain(OUTPUT);
  });
});

const importing = (name: string): string => `(import "${name}" (instance (export "write" (func (param "text" (list u8))))))`;

test.each([OUTPUT, `${OUTPUT}@0.1.0`])("no component of the user's may import one: `%s`", async (name) => {
  expect(PRIVATE_INTERFACES.has(OUTPUT)).toBe(true);
  const message = `imports \`${name}\`, which is between parts of wasi-nest: no other component may import it`;
  const component = await parse(`(component ${importing(name)})`);
  for (const options of [{}, { allowAll: true }, { denyImports: [name] }])
    expect(() => virtualize(component, options)).toThrow(`the component ${message}`);
  const settings = { ...settingsOf({}), layers: await store(importing(name)) };
  const given = await app();
  expect(() => virtualizeWith(given, settings)).toThrow(`the adapter \`acme:kv/store\` ${message}`);
});

test("nor under a name of its own", async () => {
  const component = await parse(
    `(component (import "a" (implements "${OUTPUT}") (instance (export "write" (func (param "text" (list u8)))))))`,
  );
  expect(() => virtualize(component, { allowAll: true })).toThrow(LinkError);
});

test("no option means what a layer imports", async () => {
  const given = await app();
  const layers = [saying("x"), ...(await store())];
  const denying = { ...settingsOf({ denyImports: [OUTPUT] }), layers };
  expect(() => virtualizeWith(given, denying)).toThrow(
    new OptionError("denyImports", `nothing to deny: \`${OUTPUT}\` is not among the imports`),
  );
  const plug = { interface: OUTPUT, component: await parse("(component)") };
  const plugged = { ...settingsOf({}), layers: [...layers, ...layersOf([plug])] };
  expect(() => virtualizeWith(given, plugged)).toThrow(`nobody imports \`${OUTPUT}\``);
});
