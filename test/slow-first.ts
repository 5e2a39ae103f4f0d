/**
 * Files in the order in which two workers are done soonest: those of the fast lane come last, because one that takes half a
 * minute and begins last leaves a worker without work. Vitest knows how long files take only after a first run.
 */
import { join } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { ROOT, unitTests } from "./unit-tests.ts";

export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const fast = new Set(unitTests().map((test) => join(ROOT, test)));
    const sorted = await super.sort(files);
    return [...sorted.filter(({ moduleId }) => !fast.has(moduleId)), ...sorted.filter(({ moduleId }) => fast.has(moduleId))];
  }
}
