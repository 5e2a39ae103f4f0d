/**
 * The modules that docs/adapters.md shows fit the interfaces that it tells of. Its commands are run by docs/pages.test.ts and,
 * with the slower engine, pages.long.ts.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { ADAPTER_PREFIX, adapterWorld } from "../src/node/adapter-world.ts";
import { bundleAdapter } from "../src/node/bundle-adapter.ts";
import { checkAdapter } from "../src/node/check-adapter.ts";
import { checkTypes } from "../src/node/type-check.ts";
import { temporaryDirectory, wasiNest } from "./cli/wasi-nest.ts";
import { worldComponent } from "./guests/index.ts";
import { adaptersWit } from "./docs/inputs.ts";
import { page } from "./docs/pages.ts";
import { root } from "./hosts/disk-cache.ts";

const doc = page("docs/adapters.md");
const block = (file: string): string => {
  const found = doc.blocks.find((each) => each.file === file);
  if (found === undefined) throw new Error(`docs/adapters.md has no file ${file}`);
  return found.text;
};

const MODULES = {
  "dice.ts": ["wasi:random/random", block("dice.ts")],
  "kv.ts": ["acme:kv/store", block("kv.ts")],
  "env.ts": ["wasi:cli/environment", block("env.ts")],
  "motd.ts": ["wasi:cli/stdin", block("motd.ts")],
  "http-table.ts": ["wasi:http/*", block("http-table.ts")],
} as const;
const WIT = await adaptersWit();

let app: Uint8Array;
beforeAll(async () => {
  app = await worldComponent(WIT, "app");
});

/** With what the modules refer to. */
function project(): string {
  const cwd = temporaryDirectory();
  writeFileSync(join(cwd, "app.wasm"), app);
  expect(wasiNest(["types", "app.wasm", "acme:kv/store", "-o", "kv-types"], { cwd })).toMatchObject({ code: 0 });
  for (const [file, [, text]] of Object.entries(MODULES)) writeFileSync(join(cwd, file), text);
  return cwd;
}

test("each module in it is shown to fit", () => {
  expect(doc.blocks.filter(({ language }) => language === "ts").length).toBe(Object.keys(MODULES).length);
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

test("there are commands of every kind", () => {
  const commands = doc.commands.map(({ text }) => text);
  for (const pattern of [/^wasi-nest types /, /=dice\.ts/, /=kv\.ts/, /=env\.ts/, /=log\.ts .*=dice\.ts/, /=http-table\.ts/])
    expect(commands.filter((text) => pattern.test(text)).length, String(pattern)).toBeGreaterThan(0);
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
