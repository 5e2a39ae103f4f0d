/** What `types` writes, with TypeScript as the judge: modules and stubs that fit, modules that do not, and docs. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type AdapterTypes, adapterTypes } from "../../src/node/adapter-types.ts";
import { everythingWit, wasiWit, worldComponent } from "../guests/index.ts";
import { root } from "../hosts/disk-cache.ts";

const TSC = path.join(root, "node_modules/typescript/bin/tsc");
const OPTIONS = ["--ignoreConfig", "--noEmit", "--strict", "--target", "esnext", "--moduleResolution", "bundler", "--types", ""];

/** What TypeScript says of a module beside the declarations. */
function checked(types: AdapterTypes, module: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), "wasi-nest-types-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [file, text] of types.files) {
    const target = path.join(folder, "types", file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
  writeFileSync(path.join(folder, "module.ts"), module);
  return spawnSync(process.execPath, [TSC, ...OPTIONS, "module.ts"], { cwd: folder, encoding: "utf8" }).stdout;
}

const module = (text: string): string => `/// <reference path="./types/adapter.d.ts" />\n${text}`;
const RANDOM = module(`import { getRandomBytes } from "wasi:random/random";
import { getRandomU64 } from "wasi:random/random@0.2.12";
export const random: typeof import("wasi:random/random") = {
  getRandomBytes: (length) => getRandomBytes(length).map((byte) => byte ^ 1),
  getRandomU64: () => getRandomU64() + 1n,
};
`);
const KV = module(`type Store = typeof import("acme:kv/store");
class Bucket {
  constructor(readonly label: string, access: { read?: boolean }) {
    if (access.read !== true) throw { tag: "full" };
  }
  static open(name: string) { return new Bucket(name, { read: true }); }
  name() { return this.label; }
  get(key: string) { return { key, value: new Uint8Array(), revision: 1n }; }
  set() { return 2n; }
  keys(order: "ascending" | "descending") { return [order]; }
  [Symbol.dispose]() {}
}
export const store: Store = { Bucket, copy: () => 3n, merge: ([first]) => first!, openBuckets: () => 4 };
`);

const PIPED = module(`import { makePipe } from "wasi-nest:virtual/pipes";
import { now } from "wasi:clocks/wall-clock";
import type { OutputStream } from "wasi:io/streams";
export const random: typeof import("wasi:random/random") = {
  getRandomBytes(length) {
    const [input, output] = makePipe();
    const typed: OutputStream = output;
    typed.write(new Uint8Array(Number(length)));
    return input.read(length);
  },
  getRandomU64: () => now().seconds,
};
`);

const everything = async (name: string): Promise<AdapterTypes> =>
  adapterTypes(await worldComponent(await everythingWit("0.2.12"), "everything"), name);

describe("modules fit their declarations", () => {
  let random: AdapterTypes;
  let kv: AdapterTypes;
  beforeAll(async () => {
    random = await everything("wasi:random/random");
    const wit = readFileSync(path.join(import.meta.dirname, "../run/guests/adapters/kv.wit"), "utf8");
    kv = await adapterTypes(
      await worldComponent(`package test:app;\nworld app { import acme:kv/store@0.1.0; }\n${wit}`, "app"),
      "acme:kv/store",
    );
  });

  test("of functions, also as middleware", () => expect(checked(random, RANDOM)).toBe(""));
  test("of resources", () => expect(checked(kv, KV)).toBe(""));

  test("with what the component does not import, if it is asked for", async () => {
    const app = await worldComponent(`package test:app;\nworld app { import wasi:random/random@0.2.3; }\n${await wasiWit("0.2.3")}`, "app");
    const imports = ["wasi-nest:virtual/pipes", "wasi:clocks/wall-clock", "wasi:io/streams"];
    const types = await adapterTypes(app, "wasi:random/random", imports);
    expect(checked(types, PIPED)).toBe("");
    expect([...types.files.keys()]).toContain("interfaces/wasi-io-poll.d.ts");
    expect(types.files.get("interfaces/wasi-io-streams.d.ts")).toContain("declare module 'wasi:io/streams@0.2.3'");
    expect(checked(await adapterTypes(app, "wasi:random/random"), PIPED)).toMatch(/Cannot find module 'wasi-nest:virtual\/pipes'/);
    await expect(adapterTypes(app, "wasi:random/random", ["acme:kv/store"])).rejects.toThrow(
      /^`acme:kv\/store` is no interface of WASI 0\.2, and the component does not import it either$/,
    );
    await expect(adapterTypes(app, "wasi:random/random", ["wasi:clock/wall-clock"])).rejects.toThrow(
      "did you mean `wasi:clocks/wall-clock`?",
    );
  });

  test.each<[string, () => AdapterTypes, string, RegExp]>([
    [
      "a result of another type",
      () => random,
      RANDOM.replace("+ 1n", "=== 1n"),
      /module\.ts\(6,.*Type 'boolean' is not assignable to type 'bigint'/,
    ],
    ["a missing function", () => random, RANDOM.replace(/ {2}getRandomU64:.*\n/, ""), /module\.ts\(4,.*'getRandomU64' is missing/],
    ["a missing method", () => kv, KV.replace(/ {2}name\(\).*\n/, ""), /module\.ts\(\d+,[^]*'name' is missing/],
    [
      "an import that there is none of",
      () => random,
      RANDOM.replace("{ getRandomU64 }", "{ getRandomU32 }"),
      /module\.ts\(3,.*'getRandomU32'/,
    ],
  ])("and not with %s", (_, types, text, complaint) => expect(checked(types(), text)).toMatch(complaint));

  test.each(["wasi:random/random", "wasi:random/*", "wasi:filesystem/types", "wasi:http/types", "wasi:cli/*"])(
    "the stub of %s",
    async (name) => {
      const types = await everything(name);
      expect(checked(types, types.stub("./types"))).toBe("");
    },
  );
  test("the stub of resources with constructors", () => expect(checked(kv, kv.stub("./types"))).toBe(""));
});

describe("WASI's docs are with its declarations", () => {
  /** The declaration of an interface. */
  const declared = async (name: string): Promise<string> =>
    [...(await everything(name)).files.values()].find((text) => text.includes(`declare module '${name}@`)) ?? "";

  test("of functions", async () => {
    expect(await declared("wasi:random/random")).toMatch(
      /\{\n {2}\/\*\*\n {3}\* Return `len` cryptographically-secure[^/]*\n {3}\*\/\n {2}export function getRandomBytes\(len: bigint\)/,
    );
  });

  test("of methods, records' fields and types", async () => {
    const text = await declared("wasi:filesystem/types");
    expect(text).toMatch(/ {4}\/\*\*\n {5}\* Return a stream for reading from a file, if available\.\n[^/]*\*\/\n {4}readViaStream\(/);
    expect(text).toMatch(/Error codes returned by functions, similar to `errno` in POSIX\.\n[^]*\*\/\n {2}export type ErrorCode/);
    expect(text).toMatch(/\* The name of the object\.\n *\*\/\n *name: string/);
    expect(text).not.toContain("@module");
  });
});
