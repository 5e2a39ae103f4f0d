/**
 * Files in the order in which two workers are done soonest: one that takes minutes and begins last leaves a worker without
 * work. Vitest itself knows how long files take only after a first run.
 */
import { join } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { ROOT, unitTests } from "./unit-tests.ts";

/** Of the long suite, what takes more than two minutes on one core. */
const LONGEST = ["run/javascript-adapters", "run/cpython", "guests/guests", "differential/differential", "run/clang", "cli/adapters"];
const longest: ReadonlySet<string> = new Set(LONGEST.map((name) => join(ROOT, `test/${name}.long.ts`)));

/** The longest first, and the fast lane last. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const fast = new Set(unitTests().map((test) => join(ROOT, test)));
    const rankOf = ({ moduleId }: TestSpecification): number => (longest.has(moduleId) ? 0 : fast.has(moduleId) ? 2 : 1);
    return (await super.sort(files)).sort((left, right) => rankOf(left) - rankOf(right));
  }
}
