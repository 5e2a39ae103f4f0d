/** Patterns of names: the composer and the guest agree on what is like one. */
import { describe, expect, test } from "vitest";
import { isLike, mayMeet, patternProblem } from "../../src/adapters/name-patterns.ts";
import { environmentCore } from "../../src/adapters/prebuilt.ts";
import { environmentImage } from "../../src/image/environment-image.ts";
import { Adapter } from "../virt-adapters/harness.ts";

/** All texts of these characters up to a length. */
function texts(characters: string, longest: number): readonly string[] {
  const shorter = longest === 0 ? [] : texts(characters, longest - 1);
  return longest === 0 ? [""] : [...new Set(["", ...shorter, ...shorter.flatMap((text) => [...characters].map((each) => text + each))])];
}

const NAMES = texts("ab*", 4);
const PATTERNS = texts("ab*", 4);
/** What a pattern means, in the words of another engine. */
const reference = (pattern: string): RegExp => new RegExp(`^${pattern.split("*").join("[^]*")}$`);

/** The names that the guest lets through by a pattern. */
function passing(pattern: string): readonly string[] {
  const image = environmentImage({ variables: [], arguments: [], cwd: undefined, host: { kind: "named", names: [pattern] } });
  const guest: Adapter = new Adapter(environmentCore, image, {
    "wasi:cli/environment#get-environment": (result: number) => {
      const table = guest.allocate(4, NAMES.length * 16);
      for (const [i, name] of NAMES.entries()) {
        const [at, length] = guest.lower(name);
        for (const [word, value] of [at, length, at, length].entries()) guest.view.setUint32(table + i * 16 + word * 4, value, true);
      }
      guest.view.setUint32(result, table, true);
      guest.view.setUint32(result + 4, NAMES.length, true);
    },
  });
  return guest.call("cli_environment__get_environment__host", [], (at) =>
    Array.from({ length: guest.view.getUint32(at + 4, true) }, (_, i) => guest.textAt(guest.view.getUint32(at, true) + i * 16)),
  );
}

describe("every pattern of up to four characters, with every such name", () => {
  test("is as a regular expression has it", () => {
    expect(PATTERNS.length).toBe(121);
    for (const pattern of PATTERNS) {
      const wanted = NAMES.filter((name) => reference(pattern).test(name));
      expect([pattern, NAMES.filter((name) => isLike(pattern, name))]).toEqual([pattern, wanted]);
      expect([pattern, passing(pattern)]).toEqual([pattern, wanted]);
    }
  });
});

test("two patterns of up to three characters may meet where some name is like both", () => {
  const patterns = texts("ab*", 3);
  // A name that is like both needs no more characters than both have.
  const names = texts("ab", 6);
  const named = new Map(patterns.map((pattern) => [pattern, new Set(names.filter((name) => isLike(pattern, name)))]));
  for (const one of patterns)
    for (const other of patterns) {
      const wanted = [...named.get(one)!].some((name) => named.get(other)!.has(name));
      expect([one, other, mayMeet(one, other)]).toEqual([one, other, wanted]);
    }
});

test("many stars take no long time", () => {
  expect(mayMeet("*a".repeat(500) + "b", "*b".repeat(500) + "a")).toBe(false);
  expect(isLike("*a".repeat(1000) + "b", "a".repeat(5000))).toBe(false);
});

test.each(["A?", "[A]", "{A,B}", "!A", "A\\*", "^A", "A$", "A|B", "A+", " A", "A\n"])("%j is no pattern", (pattern) => {
  expect(patternProblem(pattern)).toMatch(/ only `\*` stands for something else than itself$/);
});

test.each(["A", "APP_*", "*", "a.b-c/d", "ProgramFiles(x86)", "ÄÖ"])("%j is one", (pattern) => {
  expect(patternProblem(pattern)).toBeUndefined();
});
