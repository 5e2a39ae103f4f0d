/** What holds of the policy that `wasi-nest init` writes for a component. */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parse as parseToml } from "smol-toml";
import { expect } from "vitest";
import { parse as parseYaml } from "yaml";
import { firstPolicy, importsOf } from "../../../src/cli/commands/init.ts";
import { libraryOptions } from "../../../src/cli/library-options.ts";
import { VIRTUALIZE_OPTIONS } from "../../../src/cli/options.ts";
import { addPolicy } from "../../../src/cli/policy/add-policy.ts";
import { POLICY_SCHEMA } from "../../../src/cli/policy/schema.ts";
import { Progress } from "../../../src/cli/progress.ts";
import { virtualize } from "../../../src/index.ts";
import { bytesOf } from "../../../src/binary/chunk.ts";
import { temporaryDirectory } from "../wasi-nest.ts";

type Format = "toml" | "yaml";
const isValid = new Ajv2020({ strict: true }).compile(POLICY_SCHEMA);

/** What comes of a component under the policy of a file, with the machine's own files. */
async function under(file: string, component: Uint8Array) {
  const given = await addPolicy({ policy: file }, VIRTUALIZE_OPTIONS, undefined);
  const { options } = await libraryOptions(given, new Progress(false));
  const { chunks, report } = virtualize(component, options);
  return { report, bytes: bytesOf(chunks) };
}

/** It is what its schema says, and with it the component is as without any option; but what is no WASI is denied, too. */
export async function expectDenied(component: Uint8Array, format: Format): Promise<void> {
  const file = path.join(temporaryDirectory(), `wasi-nest.${format}`);
  const text = firstPolicy(file, "app.wasm", importsOf(component));
  writeFileSync(file, text);
  expect(isValid(format === "toml" ? parseToml(text) : parseYaml(text))).toBe(true);
  const found = await under(file, component);
  const plain = virtualize(component);
  expect(found.report.hostImports.filter(({ functions }) => functions.length > 0)).toEqual([]);
  const isOpen = plain.report.imports.some(({ outcome }) => outcome === "allowed");
  if (!isOpen) expect(Buffer.compare(found.bytes, bytesOf(plain.chunks))).toBe(0);
}

/** Each option that is a comment can be given, and each import has one by which it is denied no more. */
export async function expectOptions(component: Uint8Array, format: Format): Promise<void> {
  const folder = temporaryDirectory();
  mkdirSync(path.join(folder, "data"));
  writeFileSync(path.join(folder, "data/a.txt"), "a");
  const imports = importsOf(component);
  const lines = firstPolicy(`wasi-nest.${format}`, "app.wasm", imports).split("\n");
  const settings = lines.filter((line) => /^#[a-z]/.test(line));
  const given = new Set<string>();
  const file = path.join(folder, `wasi-nest.${format}`);
  for (const setting of settings) {
    writeFileSync(file, lines.map((line) => (line === setting ? line.slice(1) : line)).join("\n"));
    const { report } = await under(file, component);
    for (const { name, outcome } of report.imports) if (outcome !== "denied") given.add(name);
  }
  const ours = imports.filter(({ isOpen, isPower }) => !isOpen && isPower);
  expect(ours.filter(({ name }) => !given.has(name))).toEqual([]);
  expect(settings.length).toBeGreaterThan(1);
}

/** A directory with a program, and the folder `files` that it may use. */
export function project(app: Uint8Array): string {
  const cwd = temporaryDirectory();
  writeFileSync(path.join(cwd, "app.wasm"), app);
  for (const folder of ["sub", "out", "empty"]) mkdirSync(path.join(cwd, "files", folder), { recursive: true });
  for (const file of ["a.txt", "b.txt", "c.txt", "sub/d.txt", "out/e.txt"]) writeFileSync(path.join(cwd, "files", file), file);
  symlinkSync("a.txt", path.join(cwd, "files/to-a"));
  return cwd;
}

export const DIR: readonly string[] = ["--dir", "files::/data"];
export const settingsOf = (cwd: string): unknown => parseToml(readFileSync(path.join(cwd, "wasi-nest.toml"), "utf8"));
