/**
 * 30,000 random operations by WASI 0.2 and 0.3 on the same files, beside a model of a file system: after each, all must answer
 * the same, and in the end nothing is left of it. Streams and futures of 0.3 are read, written, cancelled and dropped by chance.
 */

import { expect, test } from "vitest";
import { expectAll, LENGTH, type Outcomes, runOne, SETTINGS } from "./random/settings.ts";

const SEEDS = [1, 2, 3, 4];

test("WASI 0.2 and 0.3 do on the same files as the model does", () => {
  const runs = SETTINGS.flatMap((files) => (files.globs === undefined ? SEEDS : SEEDS.slice(0, 2)).map((seed) => ({ files, seed })));
  expect(runs.length * LENGTH).toBe(30_000);
  const outcomes: Outcomes = new Map();
  for (const { files, seed } of runs) runOne(files, seed, outcomes);
  expectAll(outcomes);
});
