/** As shell.test.ts, thousands of scripts, other ones each time; a failure names its seed, which `WASI_NEST_SEED` repeats. */
import { expect, test } from "vitest";
import { DASH_MISSING, dashAvailable } from "./dash.ts";
import { compareRefusals, compareRuns } from "./shell.ts";

const given = process.env["WASI_NEST_SEED"];
const seeds = given === undefined ? Array.from({ length: 10 }, () => Math.floor(Math.random() * 2 ** 31)) : [Number(given)];

test.for(seeds)("scripts by chance do what they do under dash, seed %i", { timeout: 600_000 }, (seed, { skip }) => {
  skip(!dashAvailable(), DASH_MISSING);
  expect(compareRuns(seed, 300).accepted).toBeGreaterThan(150);
  expect(compareRefusals(seed, 5000).accepted).toBeGreaterThan(250);
});
