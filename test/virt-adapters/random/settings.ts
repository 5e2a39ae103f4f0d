/** Files on which WASI 0.2 and 0.3 do random operations together, and how much each sequence does. */

import { expect } from "vitest";
import { directory } from "../file-system.ts";
import { type Globs, globsBy } from "../model-rules.ts";
import { Run } from "./run.ts";
import { EMBEDDED, type Setting } from "./state.ts";

const BLOCK = 4096;

export interface Files extends Setting {
  readonly name: string;
}

/** Of names that are few: rules of each kind, with exceptions, that hold in a root, anywhere, and two directories deep. */
export const GLOBS: Globs = {
  hide: ["**/c/d", "b/a", "*/e/?", "!*/e/b"],
  protect: ["b/b/**", "**/d/e", "d/a", "!**/b/b/c", "c/c/c"],
};

export const SETTINGS: readonly Files[] = [
  { name: "embedded files that can be written", tree: EMBEDDED },
  { name: "an empty directory", tree: directory({}) },
  { name: "room for 8 blocks and 1 file more", tree: EMBEDDED, maxBytes: 8 * BLOCK, maxFiles: 1 },
  { name: "files over a directory of the host's", tree: EMBEDDED, isOverHost: true },
  { name: "files under rules", tree: EMBEDDED, globs: GLOBS },
  { name: "an empty directory under rules", tree: directory({}), globs: GLOBS },
  { name: "files over a directory of the host's under rules", tree: EMBEDDED, isOverHost: true, globs: GLOBS },
  { name: "read-only files", tree: EMBEDDED, isReadOnly: true },
  { name: "read-only files beside others", tree: EMBEDDED, isReadOnly: true, isBeside: true, checksTargets: true },
];

/** Operations of a sequence: so many that much comes together, and so few that a fault is near to what it came from. */
export const LENGTH = 1000;

/** What became of operations, by version and name. */
export type Outcomes = Map<string, number>;

/** One sequence; a failure tells its last operations. */
export function runOne({ name, ...setting }: Files, seed: number, outcomes: Outcomes): void {
  try {
    const globs = setting.globs && seed % 2 === 0 ? { globs: globsBy(seed) } : {};
    const run = new Run(seed, { ...setting, ...globs, hasAsync: true });
    for (let step = 0; step < LENGTH; step++) run.step();
    run.compareAll();
    run.end();
    for (const [outcome, count] of run.outcomes) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + count);
  } catch (error) {
    throw new Error(`${name}, seed ${seed}`, { cause: error });
  }
}

/** What WASI 0.3 came to at least, by functions, and by futures of streams. */
const MET: Readonly<Record<string, string>> = {
  open: "ok is-directory not-directory no-entry not-permitted loop exist invalid read-only insufficient-space",
  mkdir: "ok exist no-entry read-only insufficient-space",
  rmdir: "ok not-empty not-directory no-entry read-only",
  unlink: "ok is-directory no-entry read-only",
  rename: "ok no-entry not-directory is-directory busy read-only",
  link: "ok exist no-entry not-permitted insufficient-space",
  symlink: "ok exist read-only insufficient-space",
  readlink: "ok invalid no-entry",
  "stat-at": "ok no-entry not-directory",
  "hash-at": "ok no-entry",
  "set-times-at": "ok no-entry read-only",
  "set-times": "ok invalid read-only",
  "set-size": "ok invalid",
  advise: "ok bad-descriptor",
  "in-future": "ok bad-descriptor is-directory invalid",
  "out-future": "ok bad-descriptor insufficient-space",
  "append-future": "ok bad-descriptor insufficient-space",
  "entries-future": "ok not-directory",
  ...Object.fromEntries(
    ["stat", "get-type", "get-flags", "sync", "sync-data", "metadata-hash", "is-same-object", "list", "seen"].map((name) => [name, "ok"]),
  ),
};

/** Everything was done by WASI 0.3, and came to what it can come to. */
export function expectAll(outcomes: Outcomes): void {
  const wanted = Object.entries(MET).flatMap(([name, all]) => all.split(" ").map((outcome) => `0.3 ${name} ${outcome}`));
  expect(wanted.filter((outcome) => !outcomes.has(outcome))).toEqual([]);
}
