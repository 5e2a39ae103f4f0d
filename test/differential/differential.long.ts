/**
 * A million operations beside a directory of this machine, other ones each time: the seeds come from the clock and are
 * printed. WASI_NEST_SEED=<seed> repeats one, for each kind of file system; WASI_NEST_OPERATIONS=<count> does more or fewer.
 */

import { expect, test } from "vitest";
import { runOnJco } from "../hosts/jco.ts";
import { runOnWasmtime, WASMTIME_MISSING, wasmtimeAvailable } from "../hosts/wasmtime.ts";
import { expectNoDifference } from "./expect-no-difference.ts";
import { compressedOverlay, hostOverlay, overlay, RULES, tmpfs } from "./components.ts";
import { COMPILER_MISSING, linux, referenceAvailable } from "./file-systems.ts";
import { COPIES, TEMPLATES } from "./sequence.ts";

const OPERATIONS = Number(process.env["WASI_NEST_OPERATIONS"] ?? 1_000_000);
const { WASI_NEST_SEED: REPEATED } = process.env;
/** Of the kinds, one after the other, each has seeds of its own. */
const firstSeed = (kind: number): number => (REPEATED === undefined ? (Date.now() % 2 ** 31) + kind * 1_000_000 : Number(REPEATED));
/** As many sequences as a script may have, and operations, which a host may have ten minutes for. */
const MOST_SEQUENCES = COPIES * TEMPLATES.length;
const MOST_OPERATIONS = 24_000;
/** Short ones begin with all of the template, long ones get far from it. */
const LENGTHS = [50, 100, 400];

/** What lies over the host's takes many times as long: every look at a file is one at the host. */
const kinds = [
  { name: "an overlay", make: overlay, firstSeed: firstSeed(0), share: 0.45 },
  { name: "an empty directory", make: tmpfs, firstSeed: firstSeed(1), share: 0.45 },
  { name: "an overlay over a directory of the host's", make: hostOverlay, firstSeed: firstSeed(2), share: 0.1 },
];

test.each(kinds)("$name does as Linux", { timeout: 3_600_000 }, async ({ name, make, firstSeed, share }) => {
  expect(referenceAvailable(), COMPILER_MISSING).toBe(true);
  expect(wasmtimeAvailable(), WASMTIME_MISSING).toBe(true);
  const [reference, fileSystem] = await Promise.all([linux(), make(runOnWasmtime)]);
  let done = 0;
  for (let seed = firstSeed; done < OPERATIONS * share; seed++) {
    const length = LENGTHS[seed % LENGTHS.length] ?? 0;
    const operations = Math.min(OPERATIONS * share - done, MOST_OPERATIONS);
    const count = Math.min(MOST_SEQUENCES, Math.ceil(operations / length));
    console.log(`${name}: ${done} operations done, seed ${seed}`);
    await expectNoDifference({ kind: name, seed, count, length }, reference, fileSystem);
    done += count * length;
  }
  console.log(`${name}: ${done} operations without a difference`);
});

/** Of the same seed every time; differential.test.ts does a few of them. */
test.each([
  { name: "jco", run: runOnJco, count: 12 },
  { name: "Wasmtime", run: runOnWasmtime, count: 100 },
])("an overlay over a directory of the host's does as Linux on $name", { timeout: 600_000 }, async ({ name, run, count }) => {
  expect(referenceAvailable(), COMPILER_MISSING).toBe(true);
  const made = { kind: `an overlay over a directory of the host's on ${name}`, seed: 15, count, length: 100 };
  await expectNoDifference(made, await linux(), await hostOverlay(run));
});

test("an overlay of compressed files does as Linux", { timeout: 600_000 }, async () => {
  expect(referenceAvailable(), COMPILER_MISSING).toBe(true);
  const made = { kind: "an overlay of compressed files", seed: 22, count: 200, length: 100 };
  await expectNoDifference(made, await linux(), await compressedOverlay(runOnWasmtime));
});

test.each([
  { name: "an overlay over a directory of the host's", make: hostOverlay, seed: 20, count: 40 },
  { name: "an empty directory", make: tmpfs, seed: 21, count: 200 },
])("$name does as Linux under rules", { timeout: 600_000 }, async ({ name, make, seed, count }) => {
  expect(referenceAvailable(), COMPILER_MISSING).toBe(true);
  await expectNoDifference({ kind: `${name} under rules`, seed, count, length: 100 }, await linux(), await make(runOnWasmtime, RULES));
});
