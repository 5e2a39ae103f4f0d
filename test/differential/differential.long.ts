/**
 * A million operations beside a directory of this machine, other ones each time: the seeds come from the clock and are
 * printed. WASI_NEST_SEED=<seed> repeats one, WASI_NEST_OPERATIONS=<count> does more or fewer.
 */

import { expect, test } from "vitest";
import { runOnJco } from "../hosts/jco.ts";
import { runOnWasmtime, WASMTIME_MISSING, wasmtimeAvailable } from "../hosts/wasmtime.ts";
import { expectNoDifference } from "./expect-no-difference.ts";
import { hostOverlay, overlay, tmpfs } from "./components.ts";
import { COMPILER_MISSING, linux, referenceAvailable } from "./file-systems.ts";
import { generate } from "./generate.ts";
import { COPIES, TEMPLATES } from "./sequence.ts";

const OPERATIONS = Number(process.env["WASI_NEST_OPERATIONS"] ?? 1_000_000);
const FIRST_SEED = Number(process.env["WASI_NEST_SEED"] ?? Date.now() % 2 ** 31);
/** As many sequences as a script may have. */
const SEQUENCES = COPIES * TEMPLATES.length;
/** Short ones begin with all of the template, long ones get far from it. */
const LENGTHS = [50, 100, 400];

/** What lies over the host's takes many times as long: every look at a file is one at the host. */
const kinds = [
  { name: "an overlay", make: overlay, firstSeed: FIRST_SEED, share: 0.45 },
  { name: "an empty directory", make: tmpfs, firstSeed: FIRST_SEED + 1_000_000, share: 0.45 },
  { name: "an overlay over a directory of the host's", make: hostOverlay, firstSeed: FIRST_SEED + 2_000_000, share: 0.1 },
];

test.each(kinds)("$name does as Linux", { timeout: 3_600_000 }, async ({ name, make, firstSeed, share }) => {
  expect(referenceAvailable(), COMPILER_MISSING).toBe(true);
  expect(wasmtimeAvailable(), WASMTIME_MISSING).toBe(true);
  const [reference, fileSystem] = await Promise.all([linux(), make(runOnWasmtime)]);
  let done = 0;
  for (let seed = firstSeed; done < OPERATIONS * share; seed++) {
    const length = LENGTHS[seed % LENGTHS.length] ?? 0;
    console.log(`${name}: ${done} operations done, seed ${seed}`);
    await expectNoDifference(generate(seed, SEQUENCES, length), reference, fileSystem);
    done += SEQUENCES * length;
  }
  console.log(`${name}: ${done} operations without a difference`);
});

/** Of the same seed every time; differential.test.ts does a few of them. */
test.each([
  { name: "jco", run: runOnJco, count: 12 },
  { name: "Wasmtime", run: runOnWasmtime, count: 100 },
])("an overlay over a directory of the host's does as Linux on $name", { timeout: 600_000 }, async ({ run, count }) => {
  expect(referenceAvailable(), COMPILER_MISSING).toBe(true);
  await expectNoDifference(generate(15, count, 100), await linux(), await hostOverlay(run));
});
