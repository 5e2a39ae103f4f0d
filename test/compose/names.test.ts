/** Names of components and core modules in outputs, read back by `wasm-tools`, which shows them as a tree. */
import { parse } from "@bytecodealliance/jco";
import { expect, test } from "vitest";
import { createAdapter, type Options, virtualize } from "../../src/index.ts";
import { runWasmTools, WASM_TOOLS_MISSING, wasmTools } from "../hosts/wasm-tools.ts";
import { withFile } from "../hosts/wasmtime-cli.ts";
import { appOf, wasi } from "./app-of.ts";
import { bytesOf } from "./apps.ts";

/** A name and what lies below it. */
type Tree = readonly [name: string | null, ...below: Tree[]];

type Shown =
  | { readonly component: { readonly metadata: { readonly name: string | null }; readonly children: readonly Shown[] } }
  | { readonly module: { readonly name: string | null } };

async function namesIn(component: Uint8Array): Promise<Tree> {
  const text = await withFile(component, (file) => runWasmTools("metadata", "show", "--json", file));
  const treeOf = (shown: Shown): Tree =>
    "module" in shown ? [shown.module.name] : [shown.component.metadata.name, ...shown.component.children.map(treeOf)];
  return treeOf(JSON.parse(text) as Shown); // its format
}

const NAMED = `(component $greeter
  (import "wasi:cli/environment@0.2.0" (instance $environment
    (export "get-arguments" (func (result (list string))))))
  (import "wasi:random/insecure@0.2.0" (instance $insecure
    (export "get-insecure-random-u64" (func (result u64)))))
  (core module $main))`;

const tree = (main: Options): Uint8Array => bytesOf(virtualize(appOf(wasi("wasi:cli", "wasi:io", "wasi:filesystem")), main).chunks);
/** A part with its core modules. */
const partNames = (id: string, ...modules: readonly string[]): Tree => [id, ...modules.map((each): Tree => [`wasi-nest:${each}`])];

test("every component and core module of ours has a name, and the output has the component's behind ours", async ({ skip }) => {
  skip(wasmTools() === undefined, WASM_TOOLS_MISSING);
  const app = await parse(NAMED);
  const expected: Tree = ["wasi-nest:greeter", partNames("wasi", "wasi-memory+environment+deny"), ["greeter", ["main"]]];
  const output = bytesOf(virtualize(app, { args: ["a"] }).chunks);
  expect(await namesIn(output)).toEqual(expected);
  expect(await namesIn(bytesOf(virtualize(output).chunks))).toEqual(["wasi-nest:wasi-nest:greeter", expected]);
});

test("a component without a name, or with one that is too long to repeat, is `app` in the output's name", async ({ skip }) => {
  skip(wasmTools() === undefined, WASM_TOOLS_MISSING);
  expect((await namesIn(tree({})))[0]).toBe("wasi-nest:app");
  const long = "a".repeat(201);
  const [outer, inner] = await namesIn(bytesOf(virtualize(await parse(`(component $${long})`)).chunks));
  expect([outer, inner]).toEqual(["wasi-nest:app", [long]]);
});

test("an adapter alone names its parts and the interfaces that it exports", async ({ skip }) => {
  skip(wasmTools() === undefined, WASM_TOOLS_MISSING);
  const [name, ...parts] = await namesIn(bytesOf(createAdapter({ stdout: "allow", allowHttp: true }).chunks));
  expect(name).toBe("wasi-nest:adapter");
  expect(parts).toContainEqual(partNames("wasi", "io-memory+environment+deny", "io", "io-shims"));
  expect(parts).toContainEqual(["wasi:io/streams"]);
  expect(JSON.stringify(parts)).not.toContain("null");
});

test("a component that lies above an adapter of the user's keeps its name beside the adapter's", async ({ skip }) => {
  skip(wasmTools() === undefined, WASM_TOOLS_MISSING);
  const adapter = await parse(`(component $words
    (core module $m (func (export "f") (result i64) (i64.const 4)))
    (core instance $i (instantiate $m))
    (func $f (result u64) (canon lift (core func $i "f")))
    (instance $all (export "get-insecure-random-u64" (func $f)))
    (export "wasi:random/insecure@0.2.0" (instance $all)))`);
  const adapters = [{ interface: "wasi:random/insecure", component: adapter, name: "words.wasm" }];
  expect(await namesIn(bytesOf(virtualize(await parse(NAMED), { args: ["a"], adapters }).chunks))).toEqual([
    "wasi-nest:greeter",
    partNames("environment", "environment-memory+environment"),
    ["greeter", ["words", ["m"]], ["greeter", ["main"]]],
  ]);
});
