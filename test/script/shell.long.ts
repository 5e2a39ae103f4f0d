/** As shell.test.ts, thousands of scripts, other ones each time; a failure names its seed, which `WASI_NEST_SEED` repeats. */
import { expect, test } from "vitest";
import { DASH_MISSING, dashAvailable } from "./dash.ts";
import { compareRefusals, compareRuns } from "./shell.ts";

const given = process.env["WASI_NEST_SEED"];
const seeds = given === undefined ? Array.from({ length: 10 }, () => Math.floor(Math.random() * 2 ** 31)) : [Number(given)];
const compared = { runs: 0, refusals: 0 };

test.for(seeds)("scripts by chance do what they do under dash, seed %i", { timeout: 600_000 }, (seed, { skip }) => {
  skip(!dashAvailable(), DASH_MISSING);
  compared.runs += compareRuns(seed, 300).compared;
  compared.refusals += compareRefusals(seed, 5000).accepted;
});

// Of one seed, the number of tokens that happen to be a script lies some fifty about its mean.
test("enough of them are scripts", ({ skip }) => {
  skip(!dashAvailable(), DASH_MISSING);
  expect(compared.runs / seeds.length).toBeGreaterThan(150);
  expect(compared.refusals / seeds.length).toBeGreaterThan(250);
});
