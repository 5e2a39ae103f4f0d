/**
 * What docs/adapters.md shows is what happens: its modules fit the interfaces that it tells of, and its commands do as
 * they stand, but for the faster engine.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { ADAPTER_PREFIX, adapterWorld } from "../src/adapter-world.ts";
import { bundleAdapter } from "../src/node/bundle-adapter.ts";
import { checkAdapter } from "../src/node/check-adapter.ts";
import { checkTypes } from "../src/node/type-check.ts";
import { temporaryDirectory, wasiNest } from "./cli/wasi-nest.ts";
import { wasiWit, worldComponent } from "./guests/index.ts";
import { root } from "./hosts/disk-cache.ts";

const doc = readFileSync(join(root, "docs/adapters.md"), "utf8");
const blocks = [...doc.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language = "", text = ""]) => ({ language, text }));
const block = (start: string, language = "ts"): string => {
  const found = blocks.find((each) => each.language === language && each.text.startsWith(start));
  if (found === undefined) throw new Error(`docs/adapters.md has no block that starts with ${start}`);
  return found.text;
};

const MODULES = {
  "dice.ts": ["wasi:random/random", block("// dice.ts")],
  "kv.ts": ["acme:kv/store", block('/// <reference path="./kv-types')],
  "env.ts": ["wasi:cli/environment", block("// env.ts")],
  "motd.ts": ["wasi:cli/stdin", block("// motd.ts")],
  "http-table.ts": ["wasi:http/*", block("// http-table.ts")],
} as const;
/** What the text speaks of and does not show. */
const LOG = `import { getRandomBytes, getRandomU64 } from "wasi:random/random";
export const random = { getRandomBytes: (length: bigint) => getRandomBytes(length), getRandomU64 };
`;
const COMMANDS = [...doc.matchAll(/^\$ wasi-nest ([^#\n]*?) *(?:#.*)?$/gm)].map(([, words = ""]) => words);

const WIT = `package test:app;
world app {
  import acme:kv/store@1.0.0; import wasi:cli/environment@0.2.6; import wasi:cli/stdin@0.2.6; import wasi:random/random@0.2.6;
  import wasi:http/types@0.2.12; import wasi:http/outgoing-handler@0.2.12;
  export peek: func();
}
package acme:kv@1.0.0 { interface store { ${block("variant error", "wit")} } }
package wasi:random@0.2.6 { interface random { get-random-bytes: func(len: u64) -> list<u8>; get-random-u64: func() -> u64; } }
package wasi:io@0.2.6 { interface streams { resource input-stream; } }
package wasi:cli@0.2.6 {
  interface environment { get-environment: func() -> list<tuple<string, string>>; get-arguments: func() -> list<string>; }
  interface stdin { use wasi:io/streams@0.2.6.{input-stream}; get-stdin: func() -> input-stream; }
}
${await wasiWit("0.2.12")}`;

let app: Uint8Array;
beforeAll(async () => {
  app = await worldComponent(WIT, "app");
});

/** With what the modules refer to. */
function project(): string {
  const cwd = temporaryDirectory();
  for (const name of ["app.wasm", "rg.wasm"]) writeFileSync(join(cwd, name), app);
  expect(wasiNest(["types", "app.wasm", "acme:kv/store", "-o", "kv-types"], { cwd })).toMatchObject({ code: 0 });
  for (const [file, [, text]] of Object.entries(MODULES)) writeFileSync(join(cwd, file), text);
  writeFileSync(join(cwd, "log.ts"), LOG);
  return cwd;
}

test("each module in it is shown to fit", () => {
  expect(blocks.filter(({ language }) => language === "ts").length).toBe(Object.keys(MODULES).length);
});

test.each(Object.entries(MODULES))("%s fits its interface", { timeout: 60_000 }, async (name, [wanted]) => {
  const file = join(project(), name);
  const world = adapterWorld(app, wanted);
  const bundle = await bundleAdapter(file, (from) => {
    const found = world.importName(from);
    return found === undefined ? undefined : ADAPTER_PREFIX + found;
  });
  const meant = (from: string): string => from.slice(ADAPTER_PREFIX.length);
  checkAdapter(world, bundle, file, meant);
  await checkTypes(world, [...bundle.imports.keys()].map(meant), bundle, file);
});

const complete = COMMANDS.filter((words) => !words.includes("..."));

test.each(complete)("this works: %s", { timeout: 120_000 }, (words) => {
  const cwd = project();
  const args = words.replaceAll("'", "").split(/\s+/);
  const engine = args[0] === "types" ? [] : ["--engine", "qjs"];
  // What follows `--stub` is made, and the reader is told to write it then.
  const isStub = args.includes("--stub");
  const outcome = wasiNest(isStub ? [...args.slice(0, -1), "stub.ts"] : [...args, ...engine], {
    cwd,
    env: { XDG_CACHE_HOME: join(root, ".cache") },
  });
  expect(outcome).toMatchObject({ code: 0, stdout: "" });
  expect(existsSync(join(cwd, isStub ? "stub.ts" : "out.wasm"))).toBe(true);
});

test("there are commands of every kind", () => {
  for (const [pattern, count] of [
    [/^types /, 1],
    [/=dice\.ts/, 2],
    [/=kv\.ts/, 1],
    [/=env\.ts/, 1],
    [/=log\.ts .*=dice\.ts/, 1],
    [/=http-table\.ts/, 1],
  ] as const)
    expect(complete.filter((words) => pattern.test(words)).length, String(pattern)).toBe(count);
});

test("a module that stands for a package exports each of its interfaces that are imported", { timeout: 120_000 }, async () => {
  const cwd = temporaryDirectory();
  const wit = WIT.replace("import acme:kv/store@1.0.0;", "$& import acme:kv/admin@1.0.0;").replace(
    "interface store",
    "interface admin { wipe: func() -> u32; } interface store",
  );
  writeFileSync(join(cwd, "app.wasm"), await worldComponent(wit, "app"));
  const store = MODULES["kv.ts"][1].replace(/^\/\/\/.*\n/, "");
  const make = (text: string): ReturnType<typeof wasiNest> => {
    writeFileSync(join(cwd, "kv.ts"), text);
    const args = ["app.wasm", "-o", "out.wasm", "--quiet", "--engine", "qjs", "--adapter", "acme:kv/*=kv.ts"];
    return wasiNest(args, { cwd, env: { XDG_CACHE_HOME: join(root, ".cache") } });
  };
  expect(make(store)).toEqual({
    code: 1,
    stdout: "",
    stderr: "wasi-nest: `kv.ts` does not export `admin`, which stands for `acme:kv/admin@1.0.0`: it exports `store`\n",
  });
  expect(existsSync(join(cwd, "out.wasm"))).toBe(false);
  expect(make(`${store}export const admin = { wipe: () => 4 };\n`)).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(existsSync(join(cwd, "out.wasm"))).toBe(true);
});

test("the example of HTTP is the one that is run", () => {
  const [, ...lines] = MODULES["http-table.ts"][1].split("\n");
  expect(readFileSync(join(root, "examples/http-table.ts"), "utf8")).toContain(lines.join("\n"));
});
