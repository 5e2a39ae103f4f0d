/**
 * Files in the order in which two workers are done soonest: one that takes minutes and begins last leaves a worker without
 * work. Vitest itself knows how long files take only after a first run.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { ROOT, unitTests } from "./unit-tests.ts";

/** It builds what all programs in Rust depend on. While the others that are named come first as well, no worker waits for that. */
const BUILDS_RUST = "run/wasi-0.3-programs.long";

/** Of the long suite, what takes more than a minute and a half, and of `npm test` more than half of one; many are short files. */
const LONGEST = [
  BUILDS_RUST,
  "run/socket-rules-programs.long",
  "run/closed-in.long",
  "preview1/programs.long",
  "run/cpython.long",
  "run/javascript-adapters.long",
  "guests/guests.long",
  "differential/differential.long",
  "run/clang.long",
  "run/real-programs.long",
  "run/http-adapter.long",
  "validity/validity.long",
  "cli/installed.long",
  "cli/adapters.long",
  "differential/differential.test",
  "docs/pages.test",
  "cli/adapters.test",
  "run/writable-files.test",
];
const fileOf = (name: string): string => join(ROOT, `test/${name}.ts`);
const longest: ReadonlySet<string> = new Set(LONGEST.map(fileOf));

/** The longest first, of these what builds, and the fast lane last. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const missing = [...longest].find((file) => !existsSync(file));
    if (missing !== undefined) throw new Error(`slow-first.ts names ${missing}, which is not there any more`);
    const fast = new Set(unitTests().map((test) => join(ROOT, test)));
    const rankOf = ({ moduleId }: TestSpecification): number =>
      moduleId === fileOf(BUILDS_RUST) ? -1 : longest.has(moduleId) ? 0 : fast.has(moduleId) ? 2 : 1;
    return (await super.sort(files)).sort((left, right) => rankOf(left) - rankOf(right));
  }
}
