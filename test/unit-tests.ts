/**
 * Which tests are the fast lane: those whose imports, and theirs, reach no child process, no compiler and none of the
 * tools that make or run components. So a test is in it or not by what it needs, and nobody keeps a list.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

export const ROOT: string = join(import.meta.dirname, "..");
const SLOW =
  /^(node:child_process|node:worker_threads|@bytecodealliance\/|assemblyscript|componentize-qjs|rolldown|typescript|sqlite3|@yowasp\/)/;
/** Tests that run WebAssembly, such as those of the guests, which take a minute. */
const RUNS = /\bnew WebAssembly\.|\bWebAssembly\.(instantiate|compile)\(/;
/** But what inflates compressed files takes no time. */
const INFLATER = join(ROOT, "src/adapters/inflate.ts");
/** `from "x"`, `import "x"` and `import("x")`. */
const ONLY_TYPES = /^(import|export) type [^;]*;$/gm;
const IMPORTED = /\b(?:from|import)\s*\(?\s*"([^"]+)"/g;

/** Paths from the project's folder. */
export function unitTests(): readonly string[] {
  const files = readdirSync(join(ROOT, "test"), { recursive: true, encoding: "utf8" });
  const tests = files.filter((file) => file.endsWith(".test.ts")).map((file) => `test/${file}`);
  return tests.filter((test) => !isSlow(join(ROOT, test), new Set()));
}

function isSlow(file: string, seen: Set<string>): boolean {
  if (seen.has(file)) return false;
  seen.add(file);
  const text = readFileSync(file, "utf8").replaceAll(ONLY_TYPES, "");
  const imports = [...text.matchAll(IMPORTED)].map(([, name = ""]) => name);
  return (
    (RUNS.test(text) && file !== INFLATER) ||
    imports.some((name) => {
      if (!name.startsWith(".")) return SLOW.test(name);
      const path = join(dirname(file), name);
      return existsSync(path) && isSlow(path, seen);
    })
  );
}
