/**
 * The writable file systems beside a directory of this machine, for sequences of fixed seeds: 6,000 operations, and a
 * few over a directory of the host's, where every look at a file is one at the host. differential.long.ts does more.
 */

import { describe, expect, test } from "vitest";
import { runOnWasmtime, wasmtimeAvailable } from "../hosts/wasmtime.ts";
import type { Directory } from "../../src/index.ts";
import { hosts, isLong } from "../run/on-hosts.ts";
import { ACCEPTED } from "./accepted.ts";
import { answersOf } from "./compare.ts";
import { hostOverlay, overlay, preopens, RULES, tmpfs, underWasmtime } from "./components.ts";
import { expectNoDifference } from "./expect-no-difference.ts";
import { COMPILER_MISSING, type FileSystem, linux, referenceAvailable } from "./file-systems.ts";
import type { Sequence } from "./sequence.ts";

const EMPTY: Directory = { kind: "directory", entries: new Map() };
/** Sequences in memory; differential.long.ts has thousands. */
const MANY = isLong ? 30 : 12;
const BUILD_AND_RUN_MILLISECONDS = 600_000;

describe.skipIf(!referenceAvailable())(`a writable file system does as Linux (${COMPILER_MISSING})`, () => {
  describe.each(hosts)("on $name", ({ name, available, run }) => {
    const isJco = name === "jco";
    // jco, which takes a hundred times as long for a call, has the first two, and more of the third, in host.long.ts.
    const embedded = [
      { name: "an overlay", make: overlay, seed: 11, count: isJco ? 4 : MANY, length: 100 },
      { name: "an empty directory", make: tmpfs, seed: 12, count: isJco ? 4 : MANY, length: 100 },
    ];
    test.skipIf(!available).each([
      ...(isJco && !isLong ? [] : embedded),
      {
        name: "an overlay over a directory of the host's",
        make: hostOverlay,
        seed: 15,
        count: isJco ? (isLong ? 3 : 1) : 9,
        length: isJco ? 40 : 100,
      },
    ])("$name", { timeout: BUILD_AND_RUN_MILLISECONDS }, async ({ name: kind, make, seed, count, length }) => {
      await expectNoDifference({ kind, seed, count, length }, await linux(), await make(run));
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

/**
 * Without what a tree does as Linux and Wasmtime does not: to a link whose names are both wrong, Wasmtime tells what is wrong
 * with the second, and it has a word of its own for removing `..`. Of a path that is empty wasi-libc makes that of its working
 * directory, which has another name in a tree than by itself.
 */
const inTree = (sequence: Sequence): Sequence => ({
  ...sequence,
  operations: sequence.operations.filter((operation) => !/''|^h |^d .*\.\.$/.test(operation)),
});

/** Nor with directories that are open: under rules, such a one is what its path leads to. */
const ofPaths = (sequence: Sequence): Sequence => {
  const { operations, ...rest } = inTree(sequence);
  return { ...rest, operations: operations.filter((operation) => !/^o \d+ .* \w*d$/.test(operation)) };
};

interface InHost {
  readonly name: string;
  readonly mounts: Parameters<typeof preopens>[0];
  readonly seed: number;
  readonly of?: (sequence: Sequence) => Sequence;
}

/** What lies between the two that `npm test` tries. */
const BETWEEN: readonly InHost[] = [
  { name: "beside a writable one", mounts: { tmpfs: [{ path: "/tmp" }] }, seed: 14 },
  { name: "in a tree", mounts: { mounts: [{ path: "/", entry: EMPTY }] }, seed: 16, of: inTree },
  { name: "under rules", mounts: RULES, seed: 19, of: ofPaths },
];

/** Wasmtime has no word of its own for a rename or link from one device to another. */
async function hostsAlone(): Promise<FileSystem> {
  const host = await underWasmtime();
  return { ...host, run: async (script, verbose) => (await host.run(script, verbose)).replaceAll(/^EIO\b/gm, "EXDEV") };
}

describe.skipIf(!referenceAvailable() || !wasmtimeAvailable())(
  "the host's directories under other paths do as they do by themselves",
  () => {
    test.each<InHost>([
      { name: "alone", mounts: {}, seed: 13 },
      { name: "in a writable tree", mounts: { tmpfs: [{ path: "/" }] }, seed: 18, of: inTree },
      ...(isLong ? BETWEEN : []),
    ])("$name", { timeout: BUILD_AND_RUN_MILLISECONDS }, async ({ name, mounts, seed, of }) => {
      const made = { kind: `the host's directories ${name}`, seed, count: isLong ? 40 : 4, length: 60, ...(of && { of }) };
      await expectNoDifference(made, await hostsAlone(), await preopens(mounts));
    });
  },
);
