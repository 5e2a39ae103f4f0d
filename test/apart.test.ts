import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { APART, LONG_APART } from "./apart.ts";
import { root } from "./hosts/disk-cache.ts";

/** A class's field that is set outside of the class stays so for all who import it. */
const CHANGES = /\bvi\.(mock|doMock)\(|^[A-Z]\w*\.\w+ = /m;
const IMPORTED_TESTS = /\b(?:from|import)\s*\(?\s*"(\.[^"]*\.(?:test|long)\.ts)"/g;

const all = readdirSync(join(root, "test"), { recursive: true, encoding: "utf8" }).map((file) => `test/${file}`);
const textOf = (file: string): string => readFileSync(join(root, file), "utf8");
const testsIn = (file: string): readonly string[] =>
  [...textOf(file).matchAll(IMPORTED_TESTS)].map(([, name = ""]) => join(dirname(file), name));

describe.each([
  ["npm test", ".test.ts", APART, 3],
  ["the long suite", ".long.ts", LONG_APART, 1],
] as const)("of %s", (_, ending, apart, count) => {
  const files = all.filter((file) => file.endsWith(ending) && file !== "test/apart.test.ts");

  test("what has workers of its own is there", () => {
    expect(apart.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });

  test("files that put other modules in the place of ours, or change them, run in a worker of their own", () => {
    const changing = files.filter((file) => CHANGES.test(textOf(file)));
    expect(changing.length).toBeGreaterThanOrEqual(count);
    expect(changing.filter((file) => !apart.includes(file))).toEqual([]);
  });

  // A worker loads a module once: for the second file that imports it, it would have no tests.
  test("no two files that share a worker import the same tests", () => {
    const shared = files.filter((file) => !apart.includes(file));
    const imported = shared.flatMap(testsIn);
    expect(imported.filter((file) => !existsSync(join(root, file)))).toEqual([]);
    expect(imported.filter((file, i) => imported.indexOf(file) !== i || shared.includes(file))).toEqual([]);
    expect(files.flatMap(testsIn).length).toBeGreaterThan(2);
  });
});
