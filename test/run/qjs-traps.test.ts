/**
 * What a component by qjs cannot do right traps, with a message: a function that gives a promise or a generator without
 * being such a function, which nothing tells before it runs, whatever WIT says that it returns; and a function that is given
 * one of the module's own resources, in whose place qjs may hand over another.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { componentEmbed, componentNew, parse } from "@bytecodealliance/jco";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { buildAdapter } from "../../src/node/adapter-module.ts";
import { root } from "../hosts/disk-cache.ts";
import { newestNodeAvailable, runOnJco } from "../hosts/jco.ts";
import { runOnWasmtime, WASMTIME_MISSING, wasmtimeAvailable } from "../hosts/wasmtime.ts";
import { isLong, virtualized } from "./on-hosts.ts";

const WIT = `package test:app;
world app { import acme:gate/gate@1.0.0; import wasi:cli/environment@0.2.6; export wasi:cli/run@0.2.6; }
package wasi:cli@0.2.6 {
  interface environment { get-arguments: func() -> list<string>; }
  interface run { run: func() -> result; }
}
package acme:gate@1.0.0 { interface gate {
  flags right { read }
  record limit { rights: right, size: option<u32> }
  answer: func() -> u32;
  nothing: func();
  bare: func() -> result;
  text: func() -> result<_, string>;
  code: func() -> result<u32, u32>;
  rights: func() -> right;
  limits: func() -> limit;
  numbers: func() -> list<u32>;
  resource door { constructor(); make: static func() -> door; open: func() -> result<_, string>; }
  resource lock { constructor(); }
  take: func(it: door) -> result<_, string>;
  good: func() -> result<u32, string>;
} }`;

/** The calls by the letter of the argument that asks for it. */
const CALLS = {
  answer: "(drop (call $answer))",
  nothing: "(call $nothing)",
  bare: "(drop (call $bare))",
  text: "(call $text (i32.const 0))",
  code: "(call $code (i32.const 0))",
  rights: "(drop (call $rights))",
  limits: "(call $limits (i32.const 0))",
  numbers: "(call $numbers (i32.const 0))",
  "door.open": "(call $open (call $door) (i32.const 0))",
  "door.make": "(drop (call $make))",
  lock: "(drop (call $lock))",
  generator: "(call $text (i32.const 0))",
  // Of two doors the first one.
  taken: "(local.set $door (call $door)) (drop (call $door)) (call $take (local.get $door) (i32.const 0))",
  good: "(call $good (i32.const 0))",
} as const;
type Call = keyof typeof CALLS;
const NAMES = Object.keys(CALLS) as readonly Call[];

const GATE = (name: string, wat: string): string => `(import "acme:gate/gate@1.0.0" "${name}" (func $${wat}))`;
const APP = `(module
  (import "wasi:cli/environment@0.2.6" "get-arguments" (func $arguments (param i32)))
  ${[
    GATE("answer", "answer (result i32)"),
    GATE("nothing", "nothing"),
    GATE("bare", "bare (result i32)"),
    GATE("text", "text (param i32)"),
    GATE("code", "code (param i32)"),
    GATE("rights", "rights (result i32)"),
    GATE("limits", "limits (param i32)"),
    GATE("numbers", "numbers (param i32)"),
    GATE("good", "good (param i32)"),
    GATE("[constructor]door", "door (result i32)"),
    GATE("[static]door.make", "make (result i32)"),
    GATE("[method]door.open", "open (param i32 i32)"),
    GATE("take", "take (param i32 i32)"),
    GATE("[constructor]lock", "lock (result i32)"),
  ].join("\n  ")}
  (memory (export "memory") 1)
  (global $free (mut i32) (i32.const 1024))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (global.set $free (i32.and (i32.add (global.get $free) (i32.const 7)) (i32.const -8)))
    (global.get $free)
    (global.set $free (i32.add (global.get $free) (local.get 3))))
  (func (export "wasi:cli/run@0.2.6#run") (result i32)
    (local $asked i32) (local $door i32)
    (call $arguments (i32.const 0))
    ;; The first letter of the second argument.
    (local.set $asked (i32.load8_u (i32.load offset=8 (i32.load (i32.const 0)))))
    ${NAMES.map((name, index) => `(if (i32.eq (local.get $asked) (i32.const ${97 + index})) (then ${CALLS[name]} (return (i32.const 0))))`).join("\n    ")}
    (i32.const 1)))`;

/** All that can be called is an ordinary function that gives what another one gave. */
const MODULE = (text: string): string => `const giving = (call) => (...args) => call(...args);
const refusing = giving(async () => { throw "no"; });
class Door {
  static make() { return refusing(); }
  open() { return refusing(); }
}
class Lock { constructor() { return refusing(); } }
export const gate = {
  Door, Lock,
  answer: giving(async () => 4),
  nothing: refusing, bare: refusing, text: ${text}, code: refusing, rights: refusing, limits: refusing,
  numbers: () => [1, 2].map(giving(async () => 4)),
  take() {},
  good: () => 4,
};
`;
const GENERATING = "giving(function* () { throw 'no'; })";

let app: Uint8Array;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "wasi-nest-deferred-"));
  app = await componentNew(await componentEmbed({ binary: await parse(APP), witSource: WIT, world: "app" }));
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  vi.stubEnv("XDG_CACHE_HOME", path.join(root, ".cache"));
});

async function output(text: string): Promise<Uint8Array> {
  const file = path.join(folder, `${text.length}.js`);
  writeFileSync(file, MODULE(text));
  const adapter = await buildAdapter(app, { interface: "acme:gate/gate", file, engine: "qjs", stderr: true });
  return virtualized(app, { adapters: [adapter], allowArgs: true, stderr: "allow" });
}

const argument = (name: Call): { readonly args: readonly string[] } => ({
  args: [String.fromCharCode("a".charCodeAt(0) + NAMES.indexOf(name))],
});
const PROMISE = (called: string): string =>
  `\`gate.${called}\` returned a promise: --engine qjs waits for no promise, --engine starlingmonkey does`;
const SAID: Readonly<Record<Exclude<Call, "good">, string>> = {
  answer: PROMISE("answer"),
  nothing: PROMISE("nothing"),
  bare: PROMISE("bare"),
  text: PROMISE("text"),
  code: PROMISE("code"),
  rights: PROMISE("rights"),
  limits: PROMISE("limits"),
  numbers: "[object Promise] is no number",
  "door.open": PROMISE("Door.open"),
  "door.make": PROMISE("Door.make"),
  // qjs does not tell what a constructor has thrown.
  lock: "Failed to construct 'Lock'",
  taken: "`gate.take` is given a resource of the module's, and --engine qjs may have mistaken it for another one",
  generator: "`gate.text` returned an iterator: a generator's body does not run when it is called",
};

/** In npm test, where each run takes a second. */
const FEW = ["bare", "text", "limits", "door.open", "generator", "taken"] as const;

test("each traps with a message on Wasmtime", { timeout: 300_000 }, async ({ skip }) => {
  skip(!wasmtimeAvailable(), WASMTIME_MISSING);
  const promising = await output("refusing");
  expect(await runOnWasmtime(promising, argument("good"))).toMatchObject({ exitCode: 0, stderr: "" });
  for (const name of isLong ? NAMES : FEW) {
    if (name === "good") continue;
    const { stderr, trap } = await runOnWasmtime(name === "generator" ? await output(GENERATING) : promising, argument(name));
    expect(stderr, name).toContain(SAID[name]);
    expect(trap, name).toEqual(expect.any(String));
  }
});

test("each traps with a message on jco", { timeout: 300_000 }, async ({ skip }) => {
  skip(!newestNodeAvailable());
  const promising = await output("refusing");
  const run = (name: Call): ReturnType<typeof runOnJco> => runOnJco(promising, { ...argument(name), node: "newest" });
  expect(await run("good")).toMatchObject({ exitCode: 0, stderr: "" });
  for (const name of ["answer", "code"] as const) {
    const { stderr, trap } = await run(name);
    expect(stderr).toContain(SAID[name]);
    expect(trap).toEqual(expect.any(String));
  }
});
