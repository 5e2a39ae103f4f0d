/**
 * The same as async-operations.test.ts, a million operations and other ones each time: the seeds come from the clock, and a failure
 * names its own. WASI_NEST_SEED=<seed> repeats one, for each kind of files; WASI_NEST_OPERATIONS=<count> does more or fewer.
 */

import { test } from "vitest";
import { expectAll, LENGTH, type Outcomes, runOne, SETTINGS } from "./random/settings.ts";

const OPERATIONS = Number(process.env["WASI_NEST_OPERATIONS"] ?? 1_000_000);
const { WASI_NEST_SEED: REPEATED } = process.env;
const FIRST_SEED = REPEATED === undefined ? Date.now() % 2 ** 31 : Number(REPEATED);

test("WASI 0.2 and 0.3 do on the same files as the model does", { timeout: 3_600_000 }, () => {
  const outcomes: Outcomes = new Map();
  const count = Math.ceil(OPERATIONS / SETTINGS.length / LENGTH);
  for (let seed = FIRST_SEED; seed < FIRST_SEED + count; seed++) for (const files of SETTINGS) runOne(files, seed, outcomes);
  console.log(`${count * SETTINGS.length * LENGTH} operations without a difference, from seed ${FIRST_SEED} on`);
  if (count >= 25) expectAll(outcomes);
});
