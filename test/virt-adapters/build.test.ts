/** The script that builds the adapters: what it makes is what src/adapters/prebuilt.ts holds. */

import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { componentWit } from "@bytecodealliance/jco";
import { describe, expect, test } from "vitest";
import { buildGuests } from "../../scripts/build-adapters.mjs";
import { asyncBuiltIn } from "../../src/adapters/async-built-ins.ts";
import { guestNameOf, LENT_PREFIX } from "../../src/adapters/guest-names.ts";
import { LENT } from "../../src/adapters/http/canned-core.ts";
import { KEPT_ASYNC, keptAsync } from "../../src/adapters/own-interfaces.ts";
import { asyncCatalogue, ownCatalogue } from "../../src/adapters/prebuilt-core.ts";
import { ADAPTERS } from "../../src/adapters/registry.ts";
import { bytesOf } from "../../src/binary/chunk.ts";
import { keyOf } from "../../src/component/names.ts";
import { decodeCore } from "../../src/binary/prebuilt-module.ts";
import { pruneCore, type PruneOptions } from "../../src/binary/prune-core.ts";
import { interfacesOf } from "../../src/virtualize/known-interfaces.ts";
import { type Packed, unpack } from "../../src/adapters/packed.ts";
import * as prebuilt from "../../src/adapters/prebuilt.ts";

const { catalogue, filesCore, ioCore } = prebuilt;
const bytes = (packed: Packed): Buffer<ArrayBuffer> => Buffer.from(unpack(packed));
const cores = Object.entries(prebuilt).flatMap(([name, each]) =>
  name.endsWith("Core") && typeof each !== "string" ? [[name, each] as const] : [],
);
/** Of our own interfaces between a layer and its core: the functions of each. */
const privateInterfaces = new Map(ADAPTERS.flatMap((module) => [...(module.privateInterfaces ?? [])]));
/** The functions of our interfaces that are written in WIT. */
const ownFunctions = [...ownCatalogue().imports].flatMap(([name, item]) =>
  item.kind === "instance" ? [...item.exports.keys()].map((label) => `${keyOf(name)} ${label}`) : [],
);
/** What a component of 0.3 may deal with. */
const known = interfacesOf(asyncCatalogue().imports);
/** What the composer puts in where files are compressed. */
const INFLATE_FILE = "compressed__inflate_file";
/** Guests of more than a few functions. */
const LARGE = ["environmentCore", "filesCore", "hostFilesCore", "ioCore", "ruledFilesCore", "ruledHostFilesCore"];

const prune = (core: Uint8Array, exports: PruneOptions["exports"], rename: PruneOptions["rename"]): Uint8Array =>
  bytesOf(
    pruneCore(decodeCore(core), {
      ...{ name: "pruned", exports, rename, memory: { from: "m", fill: "f", first: new Set() } },
      // Nothing is compressed, and nobody told of limits and what rules refuse.
      isIdentity: (each) => ["compressed", "told", "wasi-nest:trace/limit"].includes(each.module),
    }).module.finish(),
  );

/** Of a function of preview 1, with the letters of who answers. */
const PREVIEW1_EXPORT = /^preview1__[a-z]+(_[a-z]+)*(__[hop]{1,2}|__code)?$/;
/** What the bridge does for the guest of preview 1. */
const bridged: readonly string[] = [...decodeCore(bytes(prebuilt.preview1BridgeCore)).exports.keys()];

/** Guests of one function. */
const SMALL: Readonly<Record<string, string>> = {
  "exit-code": `@external("wasi:cli/exit", "exit-with-code")
    declare function exitWithCode(code: u32): void;
    export function cli_exit__exit(_status: u32): void { exitWithCode(7); }`,
  zeros: `import { allocate, empty } from "../abi/arena";
    import { list } from "../abi/result";
    export function random_random__get_random_bytes(length: u64): usize {
      return list(allocate(1, <usize>length), <usize>length);
    }
    export function random_random__get_random_bytes__post(_result: usize): void { empty(); }`,
};

async function buildSmall(options?: { readonly names: boolean }): ReturnType<typeof buildGuests> {
  const root = path.join(import.meta.dirname, "../..");
  const base = await mkdtemp(path.join(tmpdir(), "wasi-nest-guests-"));
  try {
    for (const each of ["virt-adapters/abi", "virt-adapters/asconfig.json", "src/image/layout.ts"]) {
      await cp(path.join(root, each), path.join(base, each), { recursive: true });
    }
    for (const [name, text] of Object.entries(SMALL)) {
      await mkdir(path.join(base, "virt-adapters", name));
      await writeFile(path.join(base, "virt-adapters", name, "index.ts"), text);
    }
    return await buildGuests(base, options);
  } finally {
    await rm(base, { recursive: true });
  }
}

test("every folder with an index.ts is a guest, however small, under its name in camel case", async () => {
  expect(cores.map(([name]) => name)).toEqual(expect.arrayContaining(LARGE));
  const built = await buildSmall();
  expect(Object.keys(built)).toEqual(["exitCodeCore", "zerosCore"]);
  const { exitCodeCore = Buffer.of(), zerosCore = Buffer.of() } = built;
  expect(exitCodeCore.length).toBeLessThan(100);
  expect(zerosCore.length).toBeLessThan(300);
  // What never touches the memory does not ask for it.
  const importsOf = (core: Buffer<ArrayBuffer>): readonly string[] =>
    WebAssembly.Module.imports(new WebAssembly.Module(core)).map(({ module, name }) => `${module} ${name}`);
  expect(importsOf(exitCodeCore)).toEqual(["wasi:cli/exit exit-with-code"]);
  expect(importsOf(zerosCore)).toContain("env memory");
});

test("each suffix of an export is explained: in CONTRIBUTING, or at the head of the only guest that has it", async () => {
  const root = path.join(import.meta.dirname, "../..");
  const page = await readFile(path.join(root, "CONTRIBUTING.md"), "utf8");
  const guest = page.slice(page.indexOf("## The guest"));
  const listed = [...guest.matchAll(/^\| (`_.*?`) +\|/gm)].flatMap(([, names = ""]) =>
    [...names.matchAll(/`(_\w+)`/g)].map(([, name]) => name),
  );
  const used = new Map<string, Set<string>>();
  const prefixes = new Set<string>();
  for (const [core, packed] of cores) {
    for (const { name } of WebAssembly.Module.exports(new WebAssembly.Module(bytes(packed)))) {
      const [, prefix, destructor, suffixes = ""] =
        /^(wrap__|unwrap__|take__|read_only__|lent__|staged_|p3_)?(?:p3_)?[a-z]+(?:_[a-z]+)*__[a-z0-9_]+?(_dtor)?((?:__[a-z]+)*)$/.exec(
          name,
        ) ?? [];
      if (prefix !== undefined) prefixes.add(prefix);
      for (const each of [destructor ?? [], [...suffixes.matchAll(/__[a-z]+/g)].map(([suffix]) => suffix)].flat()) {
        used.set(each, (used.get(each) ?? new Set()).add(core));
      }
    }
  }
  expect(used.size).toBeGreaterThan(10);
  for (const [suffix, [core = "", ...others]] of used) {
    if (listed.includes(suffix)) continue;
    const folder = core.replace(/Core$/, "").replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const [head] = (await readFile(path.join(root, `virt-adapters/${folder}/index.ts`), "utf8")).split("\n\n");
    expect([suffix, others, head]).toEqual([suffix, [], expect.stringContaining(`\`${suffix}\``)]);
  }
  expect(listed.filter((suffix) => suffix === undefined || !used.has(suffix))).toEqual([]);
  const explained = [...guest.matchAll(/`([a-z_]+__|staged_|p3_)`/g)].map(([, name]) => name);
  expect(explained.toSorted()).toEqual([...prefixes].toSorted());
});

test("a build with names has the same code, and traces show the names after pruning", async () => {
  const exported = "random_random__get_random_bytes";
  const pruned = (core: Uint8Array = new Uint8Array()): Uint8Array =>
    prune(core, new Map([[exported, "a"]]), (module, field) => [module, field]);
  const plain = pruned((await buildSmall())["zerosCore"]);
  const named = pruned((await buildSmall({ names: true }))["zerosCore"]);
  const [section] = WebAssembly.Module.customSections(new WebAssembly.Module(Buffer.from(named)), "name");
  expect(Buffer.from(section ?? new ArrayBuffer()).toString()).toContain(`virt-adapters/zeros/index/${exported}`);
  // The name section is the last, and all that is different.
  const codeEnd = Buffer.from(plain).indexOf("\x04name") - 2;
  expect(codeEnd).toBeGreaterThan(50);
  expect(Buffer.from(named.subarray(0, codeEnd))).toEqual(Buffer.from(plain.subarray(0, codeEnd)));
});

describe.each(cores)("%s", (guest, core) => {
  const module = new WebAssembly.Module(bytes(core));

  test("exports functions named after WIT, and nothing else", () => {
    const names = WebAssembly.Module.exports(module);
    expect(names.length).toBeGreaterThan(LARGE.includes(guest) ? 5 : 0);
    for (const { name, kind } of names) {
      expect(kind).toBe("function");
      expect(name).toMatch(
        guest === "preview1Core" ? PREVIEW1_EXPORT : /^(wrap__|unwrap__|take__|(staged_)?(p3_)?)?[a-z]+(_[a-z]+)*__[a-z0-9_]+$/,
      );
    }
  });

  test("imports the memory, its arena, our resources, functions of WASI and of private interfaces, and nothing else", () => {
    const imports = WebAssembly.Module.imports(module);
    expect(imports.length).toBeGreaterThan(LARGE.includes(guest) ? 3 : -1);
    for (const { module: from, name, kind } of imports) {
      if (kind === "memory") continue;
      if (kind === "global") expect([from, name].join(".")).toMatch(/^memory\.arena(-base)?$/);
      else if (from === "own") expect(name).toMatch(/^\[resource-(new|rep|drop)\]wasi:[a-z]+\/[a-z-]+(@0\.3)?#[a-z-]+$/);
      else if (from === "async") expect(() => asyncBuiltIn(name, "", known)).not.toThrow();
      else if (from === "memory") expect(name).toBe("realloc");
      else if (from === "wasi-nest:trace/limit") expect(name).toBe("wrote");
      else if (from === "told") expect(`told__${name}`).toBe("told__refused");
      else if (from === "files") expect(name).toBe("path__place");
      else if (from === "compressed") expect(`compressed__${name}`).toBe(INFLATE_FILE);
      // The last is an instruction where there are several memories, and else no function at all.
      else if (guest === "preview1Core" && from === "app") expect([...bridged, "bridge__copied_out"]).toContain(`bridge__${name}`);
      else if (guest === "preview1BridgeCore") expect([from, name].join(".")).toMatch(/^ours\.store(_block|64|8)$/);
      else if (from === KEPT_ASYNC) expect([...keptAsync().keys()]).toContain(name);
      else if (from.startsWith("wasi-nest:virtual/")) expect(ownFunctions).toContain(`${from} ${name}`);
      else if (privateInterfaces.has(from)) expect([...(privateInterfaces.get(from)?.keys() ?? [])]).toContain(name);
      // Those of a program of preview 1 may have their lists in its memory.
      else expect(guest === "preview1Core" ? from.replace(/^app /, "") : from).toMatch(/^wasi:[a-z]+\/[a-z-]+(@0\.3)?$/);
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
  const sizeOf = (names: readonly string[], from = core): number =>
    prune(from, new Map(names.map((name, index) => [name, index.toString(36)])), () => ["", "0"]).length;

  /** Only for handles of the host's directories. */
  const isForHost = (name: string): boolean => /__(ro|mixed)$/.test(name);

  /** Streams of stages that run at once. */
  const isAtOnce = (name: string): boolean => /^virtual_kept_async__|__later(_host)?$|^p3_loop__callback__kept/.test(name);
  const isAsync = (name: string): boolean => name.startsWith("p3_") && !isAtOnce(name);
  /** The same, of both series: they are in the functions of 0.3 themselves. */
  const isAsyncForHost = (name: string): boolean => isAsync(name) && /__(host|fixed|stdout|altered(_[a-z]+)?)$/.test(name);

  const sizesOf = (core: Packed, ...ofWhich: readonly ((name: string) => boolean)[]): readonly number[] => {
    const names = WebAssembly.Module.exports(new WebAssembly.Module(bytes(core))).map(({ name }) => name);
    return ofWhich.map((each) => sizeOf(names.filter(each), bytes(core)));
  };

  test("grows by 4 KB at most by all of WASI 0.3", () => {
    const all = [filesCore, ioCore].map((core) => {
      const [with03 = 0, without = 0] = sizesOf(
        core,
        (name) => !isAsyncForHost(name) && !isAtOnce(name),
        (name) => !isAsync(name) && !isAtOnce(name),
      );
      return with03 - without;
    });
    expect(Math.max(...all)).toBeLessThan(4096);
    expect(Math.min(...all)).toBeGreaterThan(2000);
  });

  test("grows by 4 KB at most by streams of stages that run at once", () => {
    const [withStages = 0, without = 0] = sizesOf(
      filesCore,
      () => true,
      (name) => !isAtOnce(name),
    );
    expect(withStages - without).toBeLessThan(4096);
    expect(withStages - without).toBeGreaterThan(1000);
  });

  test("grows by 6 KB at most by files and directories of the host's in WASI 0.3", () => {
    const all = [prebuilt.hostFilesCore, filesCore, ioCore].map((core) => {
      const [withHosts = 0, without = 0] = sizesOf(
        core,
        () => true,
        (name) => !isAsyncForHost(name),
      );
      return withHosts - without;
    });
    expect(Math.max(...all)).toBeLessThan(6144);
    expect(Math.min(...all)).toBeGreaterThan(2000);
  });

  test("grows by 2 KB at most by compressed files", () => {
    const { compressedCore } = prebuilt;
    const size = prune(bytes(compressedCore), new Map([[INFLATE_FILE, "u"]]), () => ["m", "m"]).length;
    expect(size).toBeLessThan(2048);
    expect(size).toBeGreaterThan(1000);
  });

  test("grows by 4 KB at most by rules", () => {
    const pairs = [
      [prebuilt.ruledFilesCore, filesCore],
      [prebuilt.ruledHostFilesCore, prebuilt.hostFilesCore],
    ];
    for (const pair of pairs) {
      const [ruled = 0, plain = 0] = pair.flatMap((core) => sizesOf(core, () => true));
      expect(ruled - plain).toBeGreaterThan(1000);
      expect(ruled - plain).toBeLessThan(4096);
    }
  });

  test("is small, all of WASI 0.2 in it, without the names that linking takes away", () => {
    const size = sizeOf(all.filter((name) => !isExport(name) && !isForHost(name) && !isAsync(name) && !isAtOnce(name)));
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
  const used = cores.flatMap(([, core]) => WebAssembly.Module.imports(new WebAssembly.Module(bytes(core))));
  // Those of 0.3 are in a catalogue of their own, and of wasi:config a component brings the types.
  const isOfFirst = (module: string): boolean => module.startsWith("wasi:") && !module.includes("@") && !module.startsWith("wasi:config/");
  const interfaces = new Set([...used.map(({ module }) => module).filter(isOfFirst), "wasi:filesystem/preopens"]);
  expect(interfaces.size).toBeGreaterThan(5);
  for (const name of interfaces) expect(imports).toContain(`${name}@0.2.12`);
  expect(wit).not.toMatch(/^ {2}export/m);
  // These are no functions of WIT: another guest of ours lends them.
  const exported = cores.flatMap(([, core]) => WebAssembly.Module.exports(new WebAssembly.Module(bytes(core)))).map(({ name }) => name);
  for (const [module = "", name = ""] of LENT.map((each) => each.split(" "))) {
    expect(exported).toContain(LENT_PREFIX + guestNameOf(module, name));
  }
  for (const { module, name } of used) {
    if (!isOfFirst(module) || name.startsWith("[resource-") || LENT.includes(`${module} ${name}`)) continue;
    expect([name, bytes(catalogue).includes(name.replace(/^.*\./, ""))]).toEqual([name, true]);
  }
});
