/**
 * Which functions of a module are refused because they return before they have an answer: by the text, and where that
 * does not tell, by what is loaded, which here is Node.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { adapterWorld } from "../../src/node/adapter-world.ts";
import { bundleAdapter } from "../../src/node/bundle-adapter.ts";
import { checkDeferred, deferredChecksOf } from "../../src/node/deferred-functions.ts";
import { ENGINES, type Engine } from "../../src/node/engines.ts";
import { worldComponent } from "../guests/index.ts";

const WIT = `package test:app;
world app { import acme:kv/store@1.0.0; }
package acme:kv@1.0.0 { interface store {
  resource bucket { constructor(); open: static func() -> bucket; get: func() -> result<string>; }
  put: func();
} }`;

/** The same with generators for what is async. */
const generators = (source: string): string =>
  source
    .replaceAll("async () => {}", "function* () {}")
    .replaceAll(/async (get|put|open)\(/g, "*$1(")
    .replaceAll("async function", "function*");

type Told = "by the text" | "when it is loaded" | "not";

/** How it is told that the module is refused, and in which words. */
async function told(source: string, engine: Engine, { name = "kv.js", isOfGenerators = false } = {}): Promise<readonly [Told, string]> {
  const folder = mkdtempSync(path.join(tmpdir(), "wasi-nest-deferred-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, name);
  const part = "export async function put() {}\nexport const store = { async put() {} };\n";
  writeFileSync(path.join(folder, "part.js"), isOfGenerators ? generators(part) : part);
  writeFileSync(file, source);
  const world = adapterWorld(await worldComponent(WIT, "app"), "acme:kv/store");
  const bundle = await bundleAdapter(file, () => undefined);
  try {
    checkDeferred(world, bundle, file, engine);
  } catch (error) {
    return ["by the text", (error as Error).message];
  }
  const loaded = path.join(folder, "loaded.mjs");
  writeFileSync(loaded, `${bundle.code.replace(/^\/\/# source.*$/m, "")}\n${deferredChecksOf(world, bundle, engine)}`);
  return import(/* @vite-ignore */ pathToFileURL(loaded).href).then(
    (): [Told, string] => ["not", ""],
    (error: Error): [Told, string] => ["when it is loaded", error.message],
  );
}

const CLASS = (members: string, rest = ""): string => `class Bucket { get() {} static open() {} ${members} }
export const store = { Bucket, put() {}, ${rest} };
`;

describe.each<readonly [string, string, Told, string]>([
  ["a function", "export const store = { async put() {} };", "by the text", "store.put"],
  ["an arrow function", "const put = async () => {};\nexport const store = { put };", "by the text", "store.put"],
  ["a declared function", "async function put() {}\nconst store = { put };\nexport { store };", "by the text", "store.put"],
  ["one of another file", 'import { put } from "./part.js";\nexport const store = { put };', "by the text", "store.put"],
  ["what another file exports", 'export * from "./part.js";', "by the text", "store.put"],
  ["a method", CLASS("async get() {}"), "by the text", "store.Bucket.get"],
  ["a static function", CLASS("static async open() {}"), "by the text", "store.Bucket.open"],
  ["a static property", CLASS("static open = async () => {};"), "by the text", "store.Bucket.open"],
  ["what a getter gives", "export const store = { get put() { return async () => {}; } };", "when it is loaded", "store.put"],
  ["what a method's getter gives", CLASS("get get() { return async () => {}; }"), "when it is loaded", "store.Bucket.get"],
  [
    "one that is inherited",
    `class Base { async get() {} }\n${CLASS("").replace("get() {}", "").replace("Bucket {", "Bucket extends Base {")}`,
    "when it is loaded",
    "store.Bucket.get",
  ],
  ["one that is bound", "export const store = { put: (async () => {}).bind(null) };", "when it is loaded", "store.put"],
  [
    "one that is copied",
    "const part = { async put() {} };\nexport const store = Object.assign({}, part);",
    "when it is loaded",
    "store.put",
  ],
  ["one in a frozen object", "export const store = Object.freeze({ async put() {} });", "when it is loaded", "store.put"],
  ["one behind a proxy", "export const store = { put: new Proxy(async () => {}, {}) };", "when it is loaded", "store.put"],
])("%s", (_, source, by, called) => {
  test("that is async is refused for qjs and not for StarlingMonkey", async () => {
    const [how, message] = await told(source, "qjs");
    expect(how).toBe(by);
    expect(message).toContain(`\`${called}\` is an async function: --engine qjs waits for no promise`);
    expect(await told(source, "starlingmonkey")).toEqual(["not", ""]);
  });

  test.each(ENGINES)("that is a generator is refused for %s", async (engine) => {
    const [how, message] = await told(generators(source), engine, { isOfGenerators: true });
    expect(how).toBe(by);
    expect(message).toContain(`\`${called}\` is a generator function: a generator's body does not run when it is called`);
  });
});

test.each(ENGINES)("asynchronous generators are refused for %s", async (engine) => {
  const [how, message] = await told("export const store = { async *put() {} };", engine);
  expect([how, message]).toEqual(["by the text", expect.stringContaining("`store.put` is a generator function")]);
});

test("what nobody imports may be async, and what calls an async function", async () => {
  const source = CLASS("async load() {} static async make() {} refresh() { void this.load(); }", "async warm() {}");
  expect(await told(source, "qjs")).toEqual(["not", ""]);
});

test("TypeScript is refused with the line of its source", async () => {
  const [, message] = await told("interface A {\n  b: 1;\n}\n\nexport const store = {\n  async put() {},\n};\n", "qjs", { name: "kv.ts" });
  expect(message).toMatch(/kv\.ts:6:3` cannot be used/);
});
