/**
 * Errors of other tools: one sentence of ours each, and with `--verbose` all that the tool has said. What engines say of what a
 * module throws is in adapters.test.ts.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "@bytecodealliance/jco";
import { beforeAll, expect, test } from "vitest";
import { temporaryDirectory, wasiNest } from "./wasi-nest.ts";

const FILES: Readonly<Record<string, string>> = {
  "parse.ts": "export const store = { get(k { return k; } };\n",
  "types.ts":
    "interface Deep { a: { b: { c: string } } }\nconst value = { a: { b: { c: 1 } } };\nexport const deep: Deep = value;\nexport const store = { get: (k: string): string => k };\n",
  "endless.js": "export const store = { get: (k) => k };\nfunction f() { return f() + 1; }\nf();\n",
};
const WAT: Readonly<Record<string, string>> = {
  "app.wasm": '(component (import "acme:kv/store" (instance (export "get" (func (param "k" string) (result string))))))',
  "imports.wasm": '(module (import "env" "foo" (func)) (memory (export "memory") 1) (func (export "_start") call 0))',
  "traps.wasm": `(component
    (core module $m (func (export "run") (result i32) unreachable))
    (core instance $i (instantiate $m))
    (func $run (result (result)) (canon lift (core func $i "run")))
    (instance $r (export "run" (func $run)))
    (export "wasi:cli/run@0.2.0" (instance $r)))`,
};

const components = new Map<string, Uint8Array>();
beforeAll(async () => {
  for (const [file, text] of Object.entries(WAT)) components.set(file, await parse(text));
});

const adapter = (file: string): readonly string[] => [
  "app.wasm",
  "--dry-run",
  "--engine",
  "qjs",
  "--no-cache",
  "--adapter",
  `acme:kv/store=${file}`,
];

test.each<[string, readonly string[], string, readonly string[]]>([
  [
    "jco, of a preview 1 module",
    ["imports.wasm", "--dry-run", "--adapt", "jco"],
    "the core module cannot be adapted as a command: failed to resolve import `env::foo`: module requires an import interface named `env`",
    ["Caused by:", "0: module was not valid"],
  ],
  [
    "Rolldown, of a module's text",
    adapter("parse.ts"),
    "`parse.ts:1:30` cannot be used: Expected `,` or `)` but found `{`",
    ["Opened here"],
  ],
  [
    "TypeScript, of a module's types",
    adapter("types.ts"),
    "`types.ts:3:14` cannot be used: Type 'number' is not assignable to type 'string'",
    ["error TS2322", "The types of 'a.b.c' are incompatible between these types"],
  ],
  [
    "QuickJS, of a stack that is too deep",
    adapter("endless.js"),
    "`endless.js` cannot be made a component: wasm trap: call stack exhausted",
    ["wasm backtrace:"],
  ],
  ["Node, of a trap", ["run", "traps.wasm"], "the component trapped: ", ["RuntimeError: ", "wasm-function[0]"]],
])("%s", { timeout: 60_000 }, (_, args, sentence, whole) => {
  const cwd = temporaryDirectory();
  for (const [file, text] of Object.entries(FILES)) writeFileSync(join(cwd, file), text);
  for (const [file, bytes] of components) writeFileSync(join(cwd, file), bytes);
  const { code, stdout, stderr } = wasiNest(args, { cwd });
  const [first = "", ...more] = stderr.trimEnd().split("\n");
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  if (sentence.endsWith(": ")) expect(first.startsWith(`wasi-nest: ${sentence}`)).toBe(true);
  else expect(first).toBe(`wasi-nest: ${sentence}`);
  expect(more).toEqual(args.includes("--adapter") ? [] : ["  `--verbose` shows all that was said"]);
  const verbose = wasiNest([...args, "--verbose"], { cwd });
  expect(verbose).toMatchObject({ code: 1, stdout: "" });
  expect(verbose.stderr.split("\n")[0]).toBe(first);
  for (const part of whole) expect(verbose.stderr).toContain(part);
  expect(verbose.stderr).not.toContain("bug of wasi-nest");
});
