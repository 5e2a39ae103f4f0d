/** The memory of a part is empty until its first use: whatever function is called first has to find it filled. */
import { parse, print } from "@bytecodealliance/jco";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { parseInterfaceName } from "../../src/component/names.ts";
import { worldOf } from "../../src/component/world.ts";
import { type AdapterOptions, createAdapter, type Entry, virtualize } from "../../src/index.ts";
import { transpiled } from "../hosts/jco.ts";
import { bytesOf } from "./apps.ts";

type Instantiate = (core: undefined, imports: object) => Promise<Readonly<Record<string, Readonly<Record<string, () => unknown>>>>>;

const ENTRY: Entry = { kind: "directory", entries: new Map([["a", { kind: "file", contents: new Uint8Array(3) }]]) };
const mounts = (writable: boolean): NonNullable<AdapterOptions["mounts"]> => [{ path: "/data", entry: ENTRY, writable }];

const POLICIES: readonly (readonly [name: string, options: AdapterOptions])[] = [
  ["nothing allowed", {}],
  ["variables, arguments and a directory", { env: { A: "b" }, args: ["x"], cwd: "/data" }],
  ["embedded files, and what else is fixed", { mounts: mounts(false), stdin: new Uint8Array(2), random: "zero", terminal: ["stdin"] }],
  ["writable files", { mounts: mounts(true), stdin: new Uint8Array(2) }],
];

const camel = (name: string): string => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/** Plain data, in which all resources are the same. */
const plain = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) => {
    if (typeof each === "bigint") return String(each);
    const isResource =
      typeof each === "object" && each !== null && ![Object.prototype, Array.prototype].includes(Object.getPrototypeOf(each) as object);
    return isResource ? "a resource" : each;
  }) ?? "nothing";

describe.each(POLICIES)("with %s", (_name, options) => {
  test("every function that needs nothing answers at first as it does later", async () => {
    const component = bytesOf(createAdapter(options).chunks);
    const folder = await transpiled(component);
    const { instantiate } = (await import(pathToFileURL(path.join(folder, "component.js")).href)) as { readonly instantiate: Instantiate };
    const functions = [...worldOf(component).exports].flatMap(([key, each]) =>
      each.kind === "instance"
        ? [...each.exports].flatMap(([name, item]) => (item.kind === "func" && item.type.params.length === 0 ? [[key, name] as const] : []))
        : [],
    );
    const call = (instance: Awaited<ReturnType<Instantiate>>, [key, name]: readonly [string, string]): string => {
      const found = instance[key] ?? instance[parseInterfaceName(key)?.base ?? ""];
      try {
        return plain(found?.[camel(name)]?.());
      } catch (error) {
        return String(error);
      }
    };
    let answered = 0;
    for (const each of functions) {
      const instance = await instantiate(undefined, {});
      const [first, second] = [call(instance, each), call(instance, each)];
      // What cannot say no traps on purpose.
      if (first.includes("unreachable")) continue;
      expect([...each, first]).toEqual([...each, second]);
      expect([...each, first]).not.toEqual([...each, expect.stringContaining("Error")]);
      answered++;
    }
    expect(answered).toBeGreaterThan(8);
  });
});

describe.each([
  ["a command", "wasi:cli/run@0.2.12", 3, 0],
  ["a command with large files", "wasi:cli/run@0.2.12", 100_000, 2],
  ["an HTTP handler", "wasi:http/incoming-handler@0.2.12", 3, 1],
  ["an HTTP handler of WASI 0.3", "wasi:http/handler@0.3.0", 3, 1],
] as const)("of %s", (_name, exported, byteLength, pageCount) => {
  test(`the memory has ${pageCount} pages at first`, async () => {
    const app = await parse(`(component
      (type (instance (type (list string)) (export "get-arguments" (func (result 0)))))
      (import "wasi:cli/environment@0.2.12" (instance (type 0)))
      (instance)
      (export "${exported}" (instance 1)))`);
    const args = ["x".repeat(byteLength)];
    const text = await print(bytesOf(virtualize(app, { args }).chunks));
    expect(text.match(/^ *\(memory .*$/gm)?.map((line) => line.trim())).toEqual([`(memory (;0;) ${pageCount})`]);
  });
});
