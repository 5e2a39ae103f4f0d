/**
 * Random operations on files that can be written, beside a model of a file system: after each, both must answer
 * the same. Few names, so that operations meet; embedded files below, so that what is embedded must give way.
 */

import { describe, expect, test } from "vitest";
import { directory, FileSystem } from "./file-system.ts";
import { Run } from "./random/run.ts";
import { EMBEDDED } from "./random/state.ts";

const OPERATIONS = Number(process.env["FUZZ_OPERATIONS"] ?? 100_000);
const FIRST_SEED = Number(process.env["FUZZ_SEED"] ?? 1);
const SEEDS = 20;

const seeds = Array.from({ length: SEEDS }, (_, index) => FIRST_SEED + index);

describe.each(["embedded files", "nothing"])("over %s", (below) => {
  test.each(seeds)("random operations answer as the model does (seed %d)", (seed) => {
    const run = new Run(seed, { tree: below === "nothing" ? directory({}) : EMBEDDED });
    const { fs } = run.state;
    const lower = Buffer.from(fs.imageBytes());
    const count = OPERATIONS / SEEDS / 2;
    for (let index = 1; index <= count; index++) {
      run.step();
      if (index % 500 === 0) run.compareAll();
    }
    run.compareAll();
    expect(run.successes).toBeGreaterThan(count / 4);
    expect(run.streams.finished).toBeGreaterThan(10);
    run.end();
    // The nodes of compressed files are told where these have been inflated.
    if (!FileSystem.isCompressed) expect(lower.equals(fs.imageBytes())).toBe(true);
  });
});
