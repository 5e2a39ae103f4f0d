/** Limits bound memory, whatever is made: contents, files, names, targets, links, holes, what is open and what is gone. */

import { describe, expect, test } from "vitest";
import { CONTENTS, COUNTER_COUNT, MEMORY } from "../../src/image/layout.ts";
import type { FilesOptions } from "../../src/image/files-image.ts";
import type { Preopen } from "../../src/image/tree.ts";
import { attacks, EMBEDDED } from "./attacks.ts";
import { directory, file } from "./file-system.ts";
import { WritableFiles, WRITE } from "./writing.ts";

const MiB = 1 << 20;
const embedded = directory(Object.fromEntries(EMBEDDED.map((name) => [name, file("embedded")])));

/** How much the instance's memory may grow. */
const bound = (limit: number): number => 1.3 * limit + MiB;

const mountOf = (path: string, maxBytes?: number): Preopen => ({
  path,
  directory: embedded,
  writable: maxBytes === undefined ? {} : { maxBytes },
});

const LIMITS: readonly (readonly [string, number, Partial<FilesOptions>])[] = [
  ["a mount of 1 MiB", MiB, { preopens: [mountOf("/t", MiB)] }],
  ["a mount of nothing", 0, { preopens: [mountOf("/t", 0)] }],
  ["all mounts of 2 MiB", 2 * MiB, { preopens: [mountOf("/t"), mountOf("/u")], limits: { maxBytes: 2 * MiB } }],
  [
    "a mount of 512 KiB beside twenty small ones and one that is read-only",
    MiB / 2 + 20 * 4096,
    {
      preopens: [
        mountOf("/a", MiB / 2),
        { path: "/r", directory: embedded },
        ...Array.from({ length: 20 }, (_, index) => mountOf(`/s${String(index).padStart(2, "0")}`, 4096)),
      ],
    },
  ],
];

const TIMES = 30_000;

/** What is said when something is full, or when nothing else can be done. */
const ANSWERS = /^(never|closed|insufficient-space|insufficient-memory|file-too-large|read-only|bad-descriptor|invalid)$/;

/** By how many bytes memory grows when these are done in each directory. */
function grown(fs: WritableFiles, names: readonly string[]): number {
  const before = fs.pages;
  for (const name of names) {
    for (const [base] of fs.preopens()) {
      const answer = attacks[name]?.(fs, base, TIMES);
      expect([name, answer]).toEqual([name, expect.stringMatching(ANSWERS)]);
    }
  }
  return (fs.pages - before) * 65_536;
}

describe.each(LIMITS)("the memory of %s is bounded", (_, limit, options) => {
  test.each(Object.keys(attacks))("against %s", (name) => {
    expect(grown(new WritableFiles(options), [name])).toBeLessThanOrEqual(bound(limit));
  });

  test("against all of it, one after the other", () => {
    expect(grown(new WritableFiles(options), Object.keys(attacks))).toBeLessThanOrEqual(bound(limit));
  });
});

test("what fails half way at the limit gives back what it took, and no more", () => {
  const fs = new WritableFiles({ stdin: new TextEncoder().encode("input"), preopens: [mountOf("/t", 0)] });
  const header = (): Uint8Array => fs.adapter.bytesAt(0, CONTENTS).slice();
  const before = header();
  for (let index = 0; index < TIMES; index++) {
    const name = `${index}`.padEnd(1 + ((index * 37) % 255), "x");
    const answers = [fs.symlink("y".repeat(1 + (index % 150)), name), fs.mkdir(`${name}d`.slice(-255)), fs.unlink(`${index - 7}`)];
    for (const answer of answers) if (answer !== "ok") expect(answer.error).toMatch(/^(insufficient-space|no-entry|name-too-long)$/);
  }
  expect(header()).toEqual(before);
});

test("a write that finds no room leaves nothing with the file when that is closed", () => {
  const fs = new WritableFiles({ preopens: [mountOf("/t", 0)] });
  const blocks = (): number => fs.adapter.view.getUint32(MEMORY + COUNTER_COUNT, true);
  const [name = ""] = EMBEDDED;
  const write = (): void => {
    const opened = fs.must(fs.openAt(fs.base, name, WRITE));
    expect(fs.write(opened, "x", 10_000_000n)).toMatchObject({ error: "insufficient-space" });
    fs.close(opened);
  };
  write();
  const before = blocks();
  for (let index = 0; index < 100; index++) write();
  expect(blocks()).toBe(before);
});
