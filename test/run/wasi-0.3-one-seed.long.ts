/** Random operations of WASI 0.3 on files that can be written come to what they come to on a real directory. */

import { beforeEach, expect, describe, test } from "vitest";
import { RUST_MISSING, rust } from "../guests/rust.ts";
import { newestHosts } from "../hosts/newest-wasi.ts";
import { wasmtimeCli, WASMTIME_CLI_MISSING } from "../hosts/wasmtime-cli.ts";
import { BUILD_MILLISECONDS } from "./on-hosts.ts";
import { expectSame } from "./wasi-0.3-operations.ts";

/** Each byte that is written takes long on jco. */
const COUNTS = { Wasmtime: 4000, jco: 150 };

beforeEach(({ skip }) => {
  skip(rust() === undefined, RUST_MISSING);
  skip(wasmtimeCli() === undefined, WASMTIME_CLI_MISSING);
});

describe.each(newestHosts)("on $name", ({ name, missing, run }) => {
  beforeEach(({ skip }) => skip(missing !== undefined, missing));

  test(`${COUNTS[name]} of one seed`, { timeout: BUILD_MILLISECONDS }, async () => {
    await expectSame(run, 1, COUNTS[name]);
  });
});

test("a difference is found", { timeout: BUILD_MILLISECONDS }, async ({ skip }) => {
  const [{ run, missing } = { run: undefined, missing: "needs a host" }] = newestHosts;
  skip(missing !== undefined, missing);
  if (run === undefined) return;
  const faulty: typeof run = async (...args) => {
    const outcome = await run(...args);
    return { ...outcome, stdout: outcome.stdout.replace(/^(\d+ mkdir \S+) ok$/m, "$1 Exist") };
  };
  await expect(expectSame(faulty, 1, 100)).rejects.toThrow(/^seed 1\n[^]*\nWasmtime: (\d+ mkdir \S+) ok\nours: {5}\1 Exist$/);
});
