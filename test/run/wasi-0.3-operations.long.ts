/**
 * The same as wasi-0.3-one-seed.long.ts with other seeds each time, which a failure names. WASI_NEST_SEED=<seed> repeats one;
 * WASI_NEST_OPERATIONS=<count> does a tenth as many here, which take ten times as long as those in one process.
 */

import { beforeEach, test } from "vitest";
import { RUST_MISSING, rust } from "../guests/rust.ts";
import { newestHosts } from "../hosts/newest-wasi.ts";
import { wasmtimeCli, WASMTIME_CLI_MISSING } from "../hosts/wasmtime-cli.ts";
import { BUILD_MILLISECONDS } from "./on-hosts.ts";
import { expectSame } from "./wasi-0.3-operations.ts";

const OPERATIONS = Number(process.env["WASI_NEST_OPERATIONS"] ?? 1_000_000) / 10;
const { WASI_NEST_SEED: REPEATED } = process.env;
const FIRST_SEED = REPEATED === undefined ? Date.now() % 2 ** 31 : Number(REPEATED);
const LENGTH = 5000;
const COUNTS = { Wasmtime: { seeds: Math.ceil(OPERATIONS / LENGTH), length: LENGTH }, jco: { seeds: 2, length: 200 } };

beforeEach(({ skip }) => {
  skip(rust() === undefined, RUST_MISSING);
  skip(wasmtimeCli() === undefined, WASMTIME_CLI_MISSING);
});

test.for(newestHosts)("on $name", { timeout: BUILD_MILLISECONDS }, async ({ name, missing, run }, { skip }) => {
  skip(missing !== undefined, missing);
  const { seeds, length } = COUNTS[name];
  for (let seed = FIRST_SEED; seed < FIRST_SEED + seeds; seed++) await expectSame(run, seed, length);
  console.log(`${name}: ${seeds * length} operations without a difference, from seed ${FIRST_SEED} on`);
});
