/** Globs of rules: what they match is what `--exclude` would leave out, here and in the guest. */

import { describe, expect, test } from "vitest";
import { ruleOf } from "../../src/adapters/filesystem/rule-globs.ts";
import { type FileRule, saidAt, startPlaces, stepPlaces } from "../../src/image/file-rules.ts";
import { filterOf } from "../../src/node/glob-filter.ts";
import { type Random, randomOf } from "../differential/random.ts";
import { directory, file, FileSystem } from "../virt-adapters/file-system.ts";
import type { Entry } from "../../src/image/tree.ts";

const isHidden = (rules: readonly FileRule[], path: string): boolean =>
  path
    .split("/")
    .reduce<readonly (readonly number[])[]>((all, name) => [...all, stepPlaces(rules, all.at(-1) ?? startPlaces(rules), name)], [])
    .some((places) => saidAt(rules, places).isHidden);

const NAMES = ["a", "b", "ab", ".env", ".git", "é", "aéb", "a.b", "config", "aab"];
const PARTS = ["*", "?", "a", "b", ".", "é", ".env", "a*b", "*a*", "??", "*.*"];

function globBy(random: Random): string {
  const segment = (): string => {
    if (random.below(4) === 0) return "**";
    const text = Array.from({ length: 1 + random.below(3) }, () => random.pick(PARTS)).join("");
    return text.includes("**") || text === "." || text === ".." ? "*" : text;
  };
  // Of two `**` side by side, picomatch wants a name if they are the last.
  const segments = Array.from({ length: 1 + random.below(4) }, segment);
  return segments.filter((each, i) => each !== "**" || segments[i - 1] !== "**").join("/");
}

const pathBy = (random: Random): string => Array.from({ length: 1 + random.below(4) }, () => random.pick(NAMES)).join("/");

test("match what globs of `--exclude` do, and all that is in it", async () => {
  const random = randomOf(15);
  let matches = 0;
  for (let round = 0; round < 500; round++) {
    const glob = globBy(random);
    const rules = ruleOf("hide", glob);
    // `x/**` is x, too. To picomatch it is so if x has no `*` in it.
    const filter = await filterOf([], [glob, glob.replace(/\/\*\*$/, "")]);
    for (let each = 0; each < 20; each++) {
      const path = pathBy(random);
      const names = path.split("/");
      const isExcluded = names.some((_, i) => filter.excludes(names.slice(0, i + 1).join("/")));
      expect([glob, path, isHidden(rules, path)]).toEqual([glob, path, isExcluded]);
      if (isExcluded) matches++;
    }
  }
  expect(matches).toBeGreaterThan(1000);
});

test("match in the guest what they match here", () => {
  const random = randomOf(16);
  const tree = (depth: number): Entry =>
    directory(Object.fromEntries(NAMES.map((name) => [name, depth === 0 ? file("") : tree(depth - 1)])));
  const all = tree(2) as ReturnType<typeof directory>;
  let hidden = 0;
  for (let round = 0; round < 80; round++) {
    const globs = Array.from({ length: 1 + random.below(3) }, () => (random.below(4) === 0 ? "!" : "") + globBy(random));
    const rules = globs.flatMap((glob) => ruleOf("hide", glob));
    const files = new FileSystem({ preopens: [{ path: "/", directory: all, writable: {}, ruleStarts: [[]] }], rules });
    for (let each = 0; each < 40; each++) {
      const path = Array.from({ length: 1 + random.below(3) }, () => random.pick(NAMES)).join("/");
      const isThere = files.statAt(files.base, path);
      const isGone = "error" in isThere && isThere.error === "no-entry";
      expect([globs, path, isGone]).toEqual([globs, path, isHidden(rules, path)]);
      if (isGone) hidden++;
    }
  }
  expect(hidden).toBeGreaterThan(500);
});

test("take letters of ASCII for the same in both cases, but not in exceptions", () => {
  expect(isHidden(ruleOf("hide", "**/.env"), "a/.ENV")).toBe(true);
  expect(isHidden(ruleOf("hide", "**/.ENV"), "a/.env")).toBe(true);
  const rules = [...ruleOf("hide", "*"), ...ruleOf("hide", "!a")];
  expect([isHidden(rules, "a"), isHidden(rules, "A"), isHidden(rules, "é"), isHidden(ruleOf("hide", "é"), "É")]).toEqual([
    false,
    true,
    true,
    false,
  ]);
});

test("take a letter for the same however Unicode composes it", () => {
  for (const form of ["NFC", "NFD"] as const) expect(isHidden(ruleOf("hide", "*/é"), `a/${"é".normalize(form)}`)).toBe(true);
});

test("take `?` for a character, also outside of the first plane", () => {
  expect(["😀", "a", "é", "ab", "😀😀"].map((name) => isHidden(ruleOf("hide", "?"), name))).toEqual([true, true, true, false, false]);
});

describe("are refused", () => {
  test.each([
    ["", "the glob `` names nothing"],
    ["/", "the glob `/` names nothing"],
    ["!", "the glob `!` names nothing"],
    ["!!a", "the glob `!!a` has two `!` in front"],
    ["a//b", "the glob `a//b` has two slashes side by side in it"],
    ["../a", "the glob `../a` has a name `..` in it"],
    ["a/./b", "the glob `a/./b` has a name `.` in it"],
    ["a**", "the glob `a**` has `**` beside other characters: between slashes, it stands alone"],
    ["***", "the glob `***` has `**` beside other characters: between slashes, it stands alone"],
    ["{a,b}", "the glob `{a,b}` has `{` in it: `?` stands for any character"],
    ["[ab]", "the glob `[ab]` has `[` in it: `?` stands for any character"],
    ["a\\*", "the glob `a\\\\*` has `\\` in it: `?` stands for any character"],
    ["@(a|b)", "the glob `@(a|b)` has `(` in it: `?` stands for any character"],
    ["**/.env ", "the glob `**/.env ` has a blank at the beginning or the end of a name: `?` stands for any character"],
    ["a/ b", "the glob `a/ b` has a blank at the beginning or the end of a name: `?` stands for any character"],
    ["a\nb", "the glob `a\\nb` has a character in it that no name of a file should have"],
    ["\ud800", "the glob `\\ud800` has a character in it that no name of a file should have"],
    ["x".repeat(256), `the glob \`${"x".repeat(256)}\` has a name of more than 255 bytes`],
    ["a/".repeat(32), `the glob \`${"a/".repeat(32)}\` has more than 31 names`],
  ])("%j", (glob, message) => {
    expect(() => ruleOf("hide", glob)).toThrow(message);
  });

  test("not with slashes around, which mean nothing", () => {
    for (const glob of ["a/b", "/a/b", "./a/b", "a/b/", ".//a/b//"]) expect(ruleOf("hide", glob)).toEqual(ruleOf("hide", "a/b"));
  });
});
