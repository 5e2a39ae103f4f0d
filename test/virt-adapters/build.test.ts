/** The script that builds the adapters: what it makes is what src/adapters/prebuilt.ts holds. */

import { componentWit } from "@bytecodealliance/jco";
import { describe, expect, test } from "vitest";
import { buildAdapters } from "../../scripts/build-adapters.mjs";
import { pruneCore } from "../../src/binary/prune-core.ts";
import * as prebuilt from "../../src/adapters/prebuilt.ts";

const { catalogue, environmentCore, filesCore, hostFilesCore, ioCore } = prebuilt;
const bytes = (base64: string): Buffer<ArrayBuffer> => Buffer.from(base64, "base64");

test("building again gives the bytes that are there", { timeout: 60_000 }, async () => {
  const again = await buildAdapters();
  expect(Object.fromEntries(Object.entries(again).map(([name, binary]) => [name, binary.toString("base64")]))).toEqual({ ...prebuilt });
});

describe.each([
  ["environment", environmentCore],
  ["io", ioCore],
  ["files", filesCore],
  ["files over the host's", hostFilesCore],
])("the core of %s", (_name, core) => {
  const module = new WebAssembly.Module(bytes(core));

  test("exports functions named after WIT, and nothing else", () => {
    const names = WebAssembly.Module.exports(module);
    expect(names.length).toBeGreaterThan(5);
    for (const { name, kind } of names) {
      expect(kind).toBe("function");
      expect(name).toMatch(/^(wrap__|unwrap__|take__)?[a-z]+_[a-z]+__[a-z_]+$/);
    }
  });

  test("imports the memory, its arena, our resources and functions of WASI, and nothing else", () => {
    const imports = WebAssembly.Module.imports(module);
    expect(imports.length).toBeGreaterThan(3);
    for (const { module: from, name, kind } of imports) {
      if (kind === "memory") continue;
      if (kind === "global") expect([from, name].join(".")).toMatch(/^memory\.arena(-base)?$/);
      else if (from === "own") expect(name).toMatch(/^\[resource-(new|rep|drop)\]wasi:[a-z]+\/[a-z]+#[a-z-]+$/);
      else if (from === "memory") expect(name).toBe("realloc");
      else expect(from).toMatch(/^wasi:(io|clocks|cli|filesystem)\/[a-z-]+$/);
    }
  });

  test("has no custom section", () => {
    expect(WebAssembly.Module.customSections(module, "name")).toEqual([]);
  });
});

describe("the core with files that can be written", () => {
  const core = bytes(filesCore);
  const all = WebAssembly.Module.exports(new WebAssembly.Module(core)).map(({ name }) => name);
  const isExport = (name: string): boolean => name.startsWith("virtual_files__");
  const sizeOf = (names: readonly string[]): number =>
    pruneCore(core, {
      name: "pruned",
      exports: new Map(names.map((name, index) => [name, index.toString(36)])),
      table: { from: ["m", "t"], functions: [] },
      rename: (module, field) => [module, field],
    }).bytes.length;

  /** Only for handles of the host's directories. */
  const isForHost = (name: string): boolean => /__(ro|mixed)$/.test(name);

  test("is small, all of WASI in it, without the names that linking takes away", () => {
    const size = sizeOf(all.filter((name) => !isExport(name) && !isForHost(name)));
    expect(size).toBeLessThan(20_000);
    expect(size).toBeGreaterThan(10_000);
  });

  test("grows little by what directories of the host's answer that are read-only", () => {
    expect(all.filter(isForHost).length).toBeGreaterThan(12);
    expect(sizeOf(all) - sizeOf(all.filter((name) => !isForHost(name)))).toBeLessThan(2_700);
  });

  test("grows little by what exports files, which needs no more than the files by itself", () => {
    const exports = all.filter(isExport);
    expect(exports.length).toBeGreaterThan(6);
    expect(sizeOf(all) - sizeOf(all.filter((name) => !isExport(name)))).toBeLessThan(2_500);
    expect(sizeOf(exports)).toBeLessThan(10_000);
  });
});

test("the catalogue imports the interfaces that adapters import and export functions of, in full", async () => {
  const wit = await componentWit(bytes(catalogue));
  const imports = [...wit.matchAll(/^ {2}import (.*);$/gm)].map(([, name]) => name);
  const used = [environmentCore, ioCore, filesCore, hostFilesCore].flatMap((core) =>
    WebAssembly.Module.imports(new WebAssembly.Module(bytes(core))),
  );
  const interfaces = new Set([...used.map(({ module }) => module).filter((each) => each.startsWith("wasi:")), "wasi:filesystem/preopens"]);
  expect(interfaces.size).toBeGreaterThan(5);
  for (const name of interfaces) expect(imports).toContain(`${name}@0.2.12`);
  expect(wit).not.toMatch(/^ {2}export/m);
  for (const { module, name } of used) {
    if (module.startsWith("wasi:") && !name.startsWith("[resource-"))
      expect(bytes(catalogue).includes(name.replace(/^.*\./, ""))).toBe(true);
  }
});
