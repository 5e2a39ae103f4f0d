/**
 * Files in the order in which two workers are done soonest: one that takes minutes and begins last leaves a worker without
 * work. Vitest itself knows how long files take only after a first run.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { BUILDS_RUST, LONG_LONGEST } from "./apart.ts";
import { ROOT, unitTests } from "./unit-tests.ts";

/** Of `npm test`, what takes more than half a minute; many are short files. */
const LONGEST = [
  ...LONG_LONGEST,
  "test/differential/differential.test.ts",
  "test/docs/pages.test.ts",
  "test/cli/adapters.test.ts",
  "test/run/writable-files.test.ts",
];
const longest: ReadonlySet<string> = new Set(LONGEST.map((name) => join(ROOT, name)));
const buildsRust = join(ROOT, BUILDS_RUST);

/**
 * Files with workers of their own come first, because each of them ends a worker that others share, then the longest, and the
 * fast lane last.
 */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const missing = [...longest].find((file) => !existsSync(file));
    if (missing !== undefined) throw new Error(`slow-first.ts names ${missing}, which is not there any more`);
    const fast = new Set(unitTests().map((test) => join(ROOT, test)));
    const rankOf = ({ moduleId, project }: TestSpecification): number =>
      (moduleId === buildsRust ? 0 : longest.has(moduleId) ? 1 : fast.has(moduleId) ? 3 : 2) + (project.config.isolate ? 0 : 4);
    return (await super.sort(files)).sort((left, right) => rankOf(left) - rankOf(right));
  }
}
