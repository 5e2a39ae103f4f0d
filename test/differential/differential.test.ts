/**
 * The writable file systems beside a directory of this machine, for sequences of fixed seeds: 10,000 operations, and a
 * few over a directory of the host's, where every look at a file is one at the host. differential.long.ts does more.
 */

import { describe, expect, test } from "vitest";
import { runOnWasmtime, wasmtimeAvailable } from "../hosts/wasmtime.ts";
import { hosts } from "../run/on-hosts.ts";
import { ACCEPTED } from "./accepted.ts";
import { answersOf } from "./compare.ts";
import { hostOverlay, overlay, preopens, tmpfs, underWasmtime } from "./components.ts";
import { expectNoDifference } from "./expect-no-difference.ts";
import { COMPILER_MISSING, linux, referenceAvailable } from "./file-systems.ts";
import { generate } from "./generate.ts";

const BUILD_AND_RUN_MILLISECONDS = 600_000;

describe.skipIf(!referenceAvailable())(`a writable file system does as Linux (${COMPILER_MISSING})`, () => {
  describe.each(hosts)("on $name", ({ name, available, run }) => {
    const isJco = name === "jco";
    test.skipIf(!available).each([
      { name: "an overlay", make: overlay, seed: 11, count: isJco ? 6 : 50, length: 100 },
      { name: "an empty directory", make: tmpfs, seed: 12, count: isJco ? 6 : 50, length: 100 },
      { name: "an overlay over a directory of the host's", make: hostOverlay, seed: 15, count: isJco ? 3 : 9, length: isJco ? 40 : 100 },
    ])("$name", { timeout: BUILD_AND_RUN_MILLISECONDS }, async ({ make, seed, count, length }) => {
      await expectNoDifference(generate(seed, count, length), await linux(), await make(run));
    });
  });

  test.skipIf(!wasmtimeAvailable())("but for what is accepted, all of which it does", { timeout: BUILD_AND_RUN_MILLISECONDS }, async () => {
    const answers = await answersOf(
      ACCEPTED.map(({ example }) => example),
      await tmpfs(runOnWasmtime),
    );
    for (const [i, { ours, reason }] of ACCEPTED.entries()) expect(answers[i], reason).toMatch(ours);
  });
});

describe.skipIf(!referenceAvailable() || !wasmtimeAvailable())(
  "the host's directories under other paths do as they do by themselves",
  () => {
    test.each([
      { name: "alone", mounts: {}, seed: 13 },
      { name: "beside a writable one", mounts: { tmpfs: [{ path: "/tmp" }] }, seed: 14 },
    ])("$name", { timeout: BUILD_AND_RUN_MILLISECONDS }, async ({ mounts, seed }) => {
      await expectNoDifference(generate(seed, 12, 60), await underWasmtime(), await preopens(mounts));
    });
  },
);
