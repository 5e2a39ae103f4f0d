/** What `jco types` writes of components, and what TypeScript says of it. */
import { generateTypes } from "@bytecodealliance/jco/component";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import { root } from "../hosts/disk-cache.ts";

const TSC = path.join(root, "node_modules/typescript/bin/tsc");
const OPTIONS = ["--ignoreConfig", "--noEmit", "--strict", "--target", "esnext", "--moduleResolution", "bundler", "--types", ""];

/** The errors in the declarations of these components, by one run of the compiler: none, if they compile. */
export async function errorsInDeclarations(components: ReadonlyMap<string, Uint8Array>): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), "wasi-nest-declarations-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const written: string[] = [];
  for (const [name, component] of components) {
    const short = name.replaceAll(/[^a-z0-9]+/gi, "-");
    for (const [file, bytes] of await generateTypes("it", { wit: { tag: "binary", val: component } })) {
      const target = path.join(folder, short, file);
      const text = new TextDecoder().decode(bytes);
      if (exportsTwice(text)) continue;
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, text);
      written.push(path.relative(folder, target));
    }
  }
  if (written.length < components.size) throw new Error(`${written.length} files of ${components.size} components`);
  const { stdout, stderr } = spawnSync(process.execPath, [TSC, ...OPTIONS, ...written], { cwd: folder, encoding: "utf8" });
  return stdout + stderr;
}

/**
 * Whether jco gives two interfaces one short name, as it does where `wasi:filesystem/types` and `wasi:http/types` are
 * exported: such a file does not compile (TS2300). It does so for any component, whoever made it, as a test shows. The
 * interfaces lie in files of their own.
 */
export function exportsTwice(text: string): boolean {
  const names = [...text.matchAll(/^export (?:\* as|import) (\w+)/gm)].map(([, name]) => name);
  return new Set(names).size < names.length;
}
