/** Every command of README and docs is run as it stands there, or is on a list that says why it is not. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { manifest } from "../cli/installed.ts";
import { root } from "../hosts/disk-cache.ts";
import { NOT_COMPARED, NOT_RUN } from "./not-run.ts";
import { type Command, page, type Page, pages, shows, withNumbersOf } from "./pages.ts";
import { describePage, isLong, isRun } from "./run-page.ts";

const all = pages();
const commands = all.flatMap(({ commands }) => commands);

const isShort = (page: Page, command: Command): boolean => isRun(command) && !isLong(page, command);
for (const each of all) if (each.commands.some((command) => isShort(each, command))) describePage(each, "short");

test("there are pages with commands", () => {
  const count = (isMeant: (page: Page, command: Command) => boolean): number =>
    all.reduce((sum, each) => sum + each.commands.filter((command) => isMeant(each, command)).length, 0);
  expect(count(isShort)).toBeGreaterThan(20);
  expect(count((page, command) => isRun(command) && isLong(page, command))).toBeGreaterThan(4);
});

test.each(Object.keys(NOT_RUN))("the list of what is not run has only what is in the pages: %s", (text) => {
  expect(commands.map((command) => command.text)).toContain(text);
});

test("no other block than those of the language `console` has commands", () => {
  const blocks = all.flatMap(({ name, blocks }) => blocks.map((block) => ({ name, ...block })));
  const others = blocks.filter(
    ({ language, text }) => (language !== "console" && /^\$ /m.test(text)) || /^(sh|bash|shell)$/.test(language),
  );
  expect(others).toEqual([]);
});

test("a block without a language is a drawing, or on the list of what is not compared", () => {
  const plain = all.flatMap(({ name, blocks }) =>
    blocks.flatMap(({ language, text }) => (language === "" && !/[│▼]/.test(text) ? [name] : [])),
  );
  expect(plain).toEqual(Object.keys(NOT_COMPARED));
});

describe("npm", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  const lines = [...commands, ...page("CONTRIBUTING.md").commands].flatMap(({ text }) => (text in NOT_RUN ? [] : text.split(" && ")));
  const npm = lines.filter((line) => line.startsWith("npm "));

  test("every script that a page names exists", () => {
    const named = npm.flatMap((line) => /^npm (?:run )?(?!(?:install|pack)\b)([\w:-]+)/.exec(line)?.[1] ?? []);
    expect(named.length).toBeGreaterThan(5);
    for (const script of named) expect(scripts).toHaveProperty([script]);
  });

  test("every package that a page says to install is one that the package takes, or that is developed with", () => {
    const installed = npm.flatMap((line) => /^npm install (.+)/.exec(line)?.[1]?.split(" ") ?? []);
    expect(installed.length).toBeGreaterThan(3);
    const names = installed.filter((word) => !word.startsWith("-") && word !== "wasi-nest");
    for (const name of names) expect(manifest.devDependencies).toHaveProperty([name]);
  });
});

test.each([
  ["a\nb\n", "a\nb\n", true],
  ["a\nb\n", "a\nc\n", false],
  ["a\n...\n", "a\nb\nc\n", true],
  ["...\nc\n", "a\nb\nc\n", true],
  ["a\n...\nc\n...\n", "a\nb\nc\nd\n", true],
  ["a\n...\nc\n", "a\nb\n", false],
  ["b\n...\n", "a\nb\n", false],
  ["a\n...\na\n", "a\n", false],
] as const)("a page that shows %j is right about %j: %j", (output, printed, right) => {
  expect(shows(output, printed)).toBe(right);
});

test.each([
  ["a 1 kB\n...\n", "a 2 kB\nb\n", "a 2 kB\n...\n"],
  ["...\nb 1\n...\nc 3.5\n", "a\nb 2\nx\nc 4\n", "...\nb 2\n...\nc 4\n"],
  ["...\nb 1\n", "a\nc 1\n", undefined],
  ["a 1\n", "a b\n", "a b\n"],
] as const)("the numbers in %j are brought up to date from %j", (output, printed, updated) => {
  expect(withNumbersOf(output, printed)).toBe(updated);
});
