/** What people read is no wider than their terminal, and what is broken stands below where it began. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Line, textOf } from "../../src/cli/terminal.ts";

const lines: readonly Line[] = [
  "app.wasm → out.wasm, 2382.6 kB",
  [
    "  ",
    { style: "red", text: "denied" },
    "       wasi:cli@0.2.12  exit, terminal-input, terminal-output, terminal-stdin, terminal-stdout",
  ],
  "warning: one sentence that is longer than the terminal is wide, and has no columns of its own",
  `  ${"w".repeat(70)} and more`,
  "  clocks       wasi:clocks/monotonic-clock@0.2.12  now, subscribe-instant",
  "               wasi:clocks/wall-clock@0.2.12       now",
];

test("at 60 columns", () => {
  expect(textOf(lines.slice(0, 4), false, 60).split("\n")).toEqual([
    "app.wasm → out.wasm, 2382.6 kB",
    "  denied       wasi:cli@0.2.12  exit, terminal-input,",
    "                                terminal-output,",
    "                                terminal-stdin,",
    "                                terminal-stdout",
    "warning: one sentence that is longer than the terminal is",
    "  wide, and has no columns of its own",
    `  ${"w".repeat(70)}`,
    "    and more",
    "",
  ]);
});

test("a column gives way where a word behind it has no room", () => {
  const rows = ["  clocks       wasi:clocks/monotonic-clock@0.2.12  now", "               wasi:clocks/wall-clock@0.2.12       now"];
  expect(textOf(rows, false, 40).split("\n")).toEqual([
    "  clocks",
    "    wasi:clocks/monotonic-clock@0.2.12",
    "    now",
    "    wasi:clocks/wall-clock@0.2.12",
    "    now",
    "",
  ]);
  expect(textOf(rows, false, 50).split("\n")).toEqual([
    "  clocks       wasi:clocks/monotonic-clock@0.2.12",
    "               now",
    "               wasi:clocks/wall-clock@0.2.12",
    "               now",
    "",
  ]);
});

test.each([20, 40, 60, 80, 100, 200])("at %d columns nothing is lost, and only single words are too long", (width) => {
  const words = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== "");
  const whole = textOf(lines, false);
  const text = textOf(lines, false, width);
  expect(words(text)).toEqual(words(whole));
  for (const line of text.split("\n")) if (line.length > width) expect(words(line)).toHaveLength(1);
});

/** What inspecting prints, and help. */
const folder = join(import.meta.dirname, "__snapshots__");
const printed = readdirSync(folder).filter((file) => file.endsWith(".txt"));

test.each(printed)("%s has no line that is too long, but for single words, and what follows begins in one column", (file) => {
  const given = readFileSync(join(folder, file), "utf8").split("\n");
  expect(given.length).toBeGreaterThan(5);
  for (const width of [40, 50, 60, 80, 120]) {
    for (const line of given) {
      const pieces = textOf([line], false, width).trimEnd().split("\n");
      for (const piece of pieces) if (piece.length > width) expect(piece.trim()).not.toContain(" ");
      expect(pieces.join(" ").split(/\s+/)).toEqual(line.trimEnd().split(/\s+/));
      if (pieces.length > 1) expect(new Set(pieces.slice(1).map((piece) => piece.search(/\S/))).size).toBe(1);
    }
  }
});

test("styles stay with their words", () => {
  const styled = textOf(lines, true, 60);
  // eslint-disable-next-line no-control-regex -- what a style is
  expect(styled.replace(/\x1b\[\d+m/g, "")).toBe(textOf(lines, false, 60));
  expect(styled).toContain("  \x1b[31mdenied\x1b[39m       wasi:cli");
});
