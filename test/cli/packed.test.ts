/**
 * What `npm pack` packs works in an empty directory with its dependencies alone: the packages that only some commands
 * take are asked for only by these, and then the message says what to install.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { componentEmbed, componentNew, parse } from "@bytecodealliance/jco";
import { afterAll, beforeAll, expect, test } from "vitest";
import { adaptCommand, cProgram } from "../guests/index.ts";
import { root } from "../hosts/disk-cache.ts";
import { install, link, manifest } from "./installed.ts";
import { type Outcome, wasiNest } from "./wasi-nest.ts";

let cwd: string;
let command: string;
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "wasi-nest-packed-"));
  command = install(cwd);
  writeFileSync(join(cwd, "hello.wasm"), await adaptCommand(await cProgram("hello")));
  writeFileSync(join(cwd, "environment.ts"), "export const environment = { getEnvironment: () => [], getArguments: () => [] };\n");
  mkdirSync(join(cwd, "data"));
  writeFileSync(join(cwd, "data/a.txt"), "alpha\n");
  writeFileSync(join(cwd, "data/b.md"), "beta\n");
}, 300_000);
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const packed = (...args: readonly string[]): Outcome => wasiNest(args, { cwd, main: command, env: { XDG_CACHE_HOME: join(cwd, "cache") } });

test("the packages that only some commands take are optional peers, which development has", () => {
  const names = Object.keys(manifest.peerDependencies);
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) {
    expect(manifest.peerDependenciesMeta[name]).toEqual({ optional: true });
    expect(manifest.devDependencies).toHaveProperty([name]);
    expect(manifest.dependencies).not.toHaveProperty([name]);
  }
});

test("the lock file says of this package what package.json says, so that `npm install` changes neither", () => {
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as { readonly packages: Readonly<Record<string, object>> };
  const { version, bin, dependencies, devDependencies, peerDependencies } = manifest;
  expect(lock.packages[""]).toMatchObject({ version, bin, dependencies, devDependencies, peerDependencies });
});

test("the package has what is used, and nothing twice", () => {
  const folder = join(cwd, "node_modules/wasi-nest");
  const files = ["LICENSE", "NOTICE", "README.md", "package.json"];
  expect(readdirSync(folder).sort()).toEqual([...files, "dist", "man", "wit"].sort());
  const dist = ["command", "http", "library", "policy.schema.json", "sbom.cdx.json", "types"];
  expect(readdirSync(join(folder, "dist")).sort()).toEqual(dist);
  // Declarations that nobody can name are left out.
  const types = readFileSync(join(folder, "dist/types/shared.d.ts"), "utf8");
  expect(types).toContain("export interface Options");
  expect(types).not.toContain("ADAPTERS");
  // Most of it are the core modules, 90 KB, the rest of the bundles, 220 KB, and the declarations, 20 KB.
  expect(statSync(join(cwd, `wasi-nest-${manifest.version}.tgz`)).size).toBeLessThan(400_000);
});

test("nothing runs at its installation", () => {
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    readonly packages: Readonly<Record<string, { readonly hasInstallScript?: boolean }>>;
  };
  for (const name of ["preinstall", "install", "postinstall", "prepare"]) expect(manifest.scripts).not.toHaveProperty([name]);
  const { components } = JSON.parse(readFileSync(join(cwd, "node_modules/wasi-nest/dist/sbom.cdx.json"), "utf8")) as {
    readonly components: readonly { readonly name: string; readonly licenses: readonly { readonly expression: string }[] }[];
  };
  expect(components.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(manifest.dependencies)));
  for (const { name, licenses } of components) {
    const places = Object.keys(lock.packages).filter((place) => place.endsWith(`node_modules/${name}`));
    expect(places.filter((place) => lock.packages[place]?.hasInstallScript === true)).toEqual([]);
    expect(licenses[0]?.expression).toMatch(/^(MIT|ISC|BSD-3-Clause|Apache-2.0)$/);
  }
});

test("what runs in a browser has nothing of Node", () => {
  const folder = join(cwd, "node_modules/wasi-nest/dist/library");
  const files = ["index.js", ...readdirSync(folder).filter((file) => file.startsWith("core-"))];
  expect(files).toHaveLength(2);
  for (const file of files) expect(readFileSync(join(folder, file), "utf8")).not.toMatch(/["`']node:|getBuiltinModule/);
  expect(readFileSync(join(folder, "index.js"), "utf8")).not.toMatch(/from"(?!\.\/core-)/);
});

const JCO = "@bytecodealliance/jco";
const SHIM = "@bytecodealliance/preview2-shim";

/** One sentence that says what to install. */
const lacking = (name: string): object => ({
  code: 1,
  stderr: expect.stringMatching(
    new RegExp(`^wasi-nest: the package \`${name}\` .* is not installed: \`npm install ${name}\`\n$`),
  ) as string,
});

test("virtualizing and inspecting work without them, and what does not says which", { timeout: 120_000 }, async () => {
  const options = ["--mount", "/data=data", "--include", "*.txt", "--arg", "/data/a.txt", "--stdio", "allow"];
  expect(packed("hello.wasm", "-o", "out.wasm", ...options)).toMatchObject({ code: 0 });
  expect(packed("inspect", "out.wasm")).toMatchObject({ code: 0, stdout: expect.stringContaining("can reach") as string });
  expect(packed("adapter", "-o", "adapter.wasm", "-e", "A=1")).toMatchObject({ code: 0 });
  expect(packed("--help")).toMatchObject({ code: 0, stdout: expect.stringContaining("--adapter") as string });
  writeFileSync(join(cwd, "module.wasm"), await cProgram("hello"));
  expect(packed("module.wasm", "-o", "nested.wasm")).toMatchObject({ code: 0 });
  expect(packed("module.wasm", "-o", "adapted.wasm", "--adapt", "jco")).toMatchObject(lacking(JCO));
  expect(packed("types", "hello.wasm", "wasi:cli/environment", "-o", "types")).toMatchObject(lacking(JCO));
  expect(packed("run", "out.wasm")).toMatchObject(lacking(JCO));
  expect([existsSync(join(cwd, "adapted.wasm")), existsSync(join(cwd, "types"))]).toEqual([false, false]);
  link(cwd, JCO);
  expect(packed("run", "out.wasm")).toMatchObject(lacking(SHIM));
  link(cwd, SHIM);
});

test("everything but adapters in JavaScript works with jco", { timeout: 120_000 }, () => {
  const options = ["--mount", "/data=data", "--include", "*.txt", "--arg", "/data/a.txt", "--stdio", "allow"];
  expect(packed("hello.wasm", "-o", "out.wasm", ...options)).toMatchObject({ code: 0 });
  expect(packed("run", "out.wasm")).toMatchObject({ code: 0, stdout: expect.stringContaining("alpha") as string });
  expect(packed("inspect", "out.wasm")).toMatchObject({ code: 0, stdout: expect.stringContaining("can reach") as string });
  expect(packed("adapter", "-o", "adapter.wasm", "-e", "A=1")).toMatchObject({ code: 0 });
  expect(packed("types", "hello.wasm", "wasi:cli/environment", "-o", "types", "--stub", "stub.ts")).toMatchObject({ code: 0, stderr: "" });
  expect(packed("--help")).toMatchObject({ code: 0, stdout: expect.stringContaining("--adapter") as string });
});

test.skipIf(process.platform === "win32")("a component from a pipe runs where packages are links", { timeout: 60_000 }, () => {
  const script = `mkfifo pipe.wasm && { cat out.wasm > pipe.wasm & exec "${command}" run pipe.wasm; }`;
  const { status, stdout, stderr } = spawnSync("sh", ["-c", script], { cwd, encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "hello ends with 0\n" });
  expect(stdout).toContain("alpha");
});

test("so does a ready component as an adapter", async () => {
  const text = `(module (memory (export "memory") 1)
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 64))
    (func (export "wasi:cli/environment@0.2.12#get-environment") (result i32) (i32.const 0))
    (func (export "wasi:cli/environment@0.2.12#get-arguments") (result i32) (i32.const 0)))`;
  const witSource = `package test:adapter;\nworld adapter { export wasi:cli/environment@0.2.12; }
package wasi:cli@0.2.12 { interface environment {
  get-environment: func() -> list<tuple<string, string>>; get-arguments: func() -> list<string>; } }`;
  const component = await componentNew(await componentEmbed({ binary: await parse(text), witSource, world: "adapter" }));
  writeFileSync(join(cwd, "environment.wasm"), component);
  const { code, stderr } = packed("hello.wasm", "-o", "plugged.wasm", "--adapter", "wasi:cli/environment=environment.wasm");
  expect(stderr).toContain("environment.wasm");
  expect(code).toBe(0);
});

/** What TypeScript says of a file of the installing project: of the declarations that it comes by, too. */
function typeErrors(file: string, ...options: readonly string[]): string {
  const strict = ["--strict", "--exactOptionalPropertyTypes", "--noEmit", "--types", ""];
  const args = [join(root, "node_modules/typescript/bin/tsc"), ...strict, ...options, file];
  return spawnSync(process.execPath, args, { cwd, encoding: "utf8" }).stdout;
}

const ENTRY_POINTS = Object.keys(manifest.exports).filter((each) => !each.endsWith(".json"));

test.each(ENTRY_POINTS)("the declarations of %s compile where nothing else is installed", (entryPoint) => {
  expect(ENTRY_POINTS).toEqual([".", "./node", "./http", "./rolldown"]);
  writeFileSync(join(cwd, "entry.ts"), `import * as all from "wasi-nest${entryPoint.slice(1)}";\nexport default all;\n`);
  // At TypeScript's defaults, and at the target of an old project.
  expect(typeErrors("entry.ts")).toBe("");
  expect(typeErrors("entry.ts", "--module", "nodenext", "--target", "es2020")).toBe("");
});

/** The relative links of a file, as paths from the folder. */
function linksOf(folder: string, file: string): readonly string[] {
  const text = readFileSync(join(folder, file), "utf8");
  return [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, link = ""]) => join(dirname(file), link));
}

test("each link of the README and of the pages leads to a file of the repository", () => {
  const readme = linksOf(root, "README.md");
  expect(readme.length).toBeGreaterThan(15);
  const docs = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".md"));
  expect(docs.length).toBeGreaterThan(10);
  const links = [...readme, ...docs.flatMap((file) => linksOf(root, join("docs", file)))];
  expect(links.filter((link) => !existsSync(join(root, link)))).toEqual([]);
});

test("a module that imports wasi-nest/http has types that need no others", () => {
  copyFileSync(join(root, "examples/http-table.ts"), join(cwd, "http-table.ts"));
  expect(typeErrors("http-table.ts")).toBe("");
  writeFileSync(join(cwd, "wrong.ts"), 'import { httpAdapter } from "wasi-nest/http";\nhttpAdapter(() => ({ status: "200" }));\n');
  expect(typeErrors("wrong.ts")).toMatch(/^wrong.ts\(2,22\): error TS2322/);
});

test("a module says what to install", () => {
  const build = (...options: readonly string[]): Outcome =>
    packed("hello.wasm", "-o", "scripted.wasm", "--adapter", "wasi:cli/environment=environment.ts", ...options);
  expect(build()).toMatchObject(lacking("rolldown"));
  link(cwd, "rolldown");
  expect(build()).toMatchObject(lacking("@bytecodealliance/componentize-js"));
  expect(build("--no-cache")).toMatchObject(lacking("@bytecodealliance/componentize-js"));
  expect(build("--engine", "qjs")).toMatchObject(lacking("componentize-qjs"));
  expect(existsSync(join(cwd, "scripted.wasm"))).toBe(false);
  link(cwd, "componentize-qjs");
  expect(build("--engine", "qjs")).toMatchObject({ code: 0 });
  expect(existsSync(join(cwd, "scripted.wasm"))).toBe(true);
});
