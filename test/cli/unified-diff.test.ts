import { expect, test } from "vitest";
import { unifiedDiff } from "../../src/cli/unified-diff.ts";

const text = (...lines: readonly (number | string)[]): string => lines.map((line) => `${line}\n`).join("");
const numbers = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

test("shows what differs, with three lines around it", () => {
  expect(unifiedDiff(text(...numbers(1, 20)), text(...numbers(1, 9), "ten", ...numbers(11, 20)), "n")).toEqual([
    ...["--- a/n", "+++ b/n", "@@ -7,7 +7,7 @@"],
    ...[" 7", " 8", " 9", "-10", "+ten", " 11", " 12", " 13"],
  ]);
});

test("has one part for differences that are near, and more for others", () => {
  const before = numbers(1, 40);
  const after = (...changed: number[]): string => text(...before.map((each) => (changed.includes(each) ? `${each}!` : each)));
  const heads = (...changed: number[]): readonly string[] =>
    unifiedDiff(text(...before), after(...changed), "n").filter((line) => line.startsWith("@@"));
  expect(heads(10, 17)).toEqual(["@@ -7,14 +7,14 @@"]);
  expect(heads(10, 18)).toEqual(["@@ -7,7 +7,7 @@", "@@ -15,7 +15,7 @@"]);
});

test("tells files that are not there, and empty ones", () => {
  expect(unifiedDiff(undefined, text("a", "b"), "n")).toEqual(["--- /dev/null", "+++ b/n", "@@ -0,0 +1,2 @@", "+a", "+b"]);
  expect(unifiedDiff(text("a"), undefined, "n")).toEqual(["--- a/n", "+++ /dev/null", "@@ -1 +0,0 @@", "-a"]);
  expect(unifiedDiff(text("a"), "", "n")).toEqual(["--- a/n", "+++ b/n", "@@ -1 +0,0 @@", "-a"]);
  expect(unifiedDiff(undefined, "", "n")).toEqual([]);
  expect(unifiedDiff("a", "a", "n")).toEqual([]);
});

test("tells whether the last line ends", () => {
  const none = "\\ No newline at end of file";
  expect(unifiedDiff("a\nb", "a\nb\n", "n").slice(2)).toEqual(["@@ -1,2 +1,2 @@", " a", "-b", none, "+b"]);
  expect(unifiedDiff("a\nb", "c\nb", "n").slice(2)).toEqual(["@@ -1,2 +1,2 @@", "-a", "+c", " b", none]);
});

/** What `patch` makes of a text. */
function patched(before: string, diff: readonly string[]): string {
  const old = before.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const made: string[] = [];
  let at = 0;
  for (const [index, line] of diff.entries()) {
    if (index < 2 || line.startsWith("\\")) continue;
    const [, from, count = "1"] = /^@@ -(\d+)(?:,(\d+))? /.exec(line) ?? [];
    if (from !== undefined) {
      const start = count === "0" ? Number(from) : Number(from) - 1;
      made.push(...old.slice(at, start));
      at = start;
      continue;
    }
    const isLast = diff[index + 1]?.startsWith("\\") === true;
    if (line[0] !== "+") expect(`${line.slice(1)}${isLast ? "" : "\n"}`).toBe(old[at++]);
    if (line[0] !== "-") made.push(`${line.slice(1)}${isLast ? "" : "\n"}`);
  }
  return [...made, ...old.slice(at)].join("");
}

test("leads from any text to any other", () => {
  let seed = 1;
  const random = (below: number): number => {
    seed = (seed * 1103515245 + 12345) % 2 ** 31;
    return Math.floor((seed / 2 ** 31) * below);
  };
  const any = (): string => {
    const lines = Array.from({ length: random(30) }, () => "abcd".slice(random(4)).slice(0, 1));
    return lines.join("\n") + (random(2) === 0 ? "\n" : "");
  };
  for (let i = 0; i < 2000; i++) {
    const [before, after] = [any(), any()];
    expect(patched(before, unifiedDiff(before, after, "n"))).toBe(after);
  }
});

test("is a shortest one, and gives up on texts that have nothing in common", () => {
  const changes = (before: string, after: string): number =>
    unifiedDiff(before, after, "n")
      .slice(2)
      .filter((line) => /^[-+]/.test(line)).length;
  expect(changes(text(..."abcabba"), text(..."cbabac"))).toBe(5);
  const [old, other] = [text(...numbers(1, 3000)), text(...numbers(5001, 9000))];
  expect(changes(old, other)).toBe(7000);
  expect(patched(old, unifiedDiff(old, other, "n"))).toBe(other);
});
