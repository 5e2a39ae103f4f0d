/**
 * Ends a run by saying what was skipped and why: a skipped test's name carries the reason. Writes the counts
 * to the file that WASI_NEST_COUNTS names, for CI, added to those of the runs before.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { Reporter, TestModule } from "vitest/node";

export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    const skipped: string[] = [];
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        counts[state]++;
        if (state !== "skipped") continue;
        const { note } = test.result() as { readonly note?: string };
        skipped.push(`${test.fullName}${note === undefined ? "" : `: ${note}`}`);
      }
      // A file that does not load has no tests to fail.
      if (module.children.size === 0 && module.errors().length > 0) counts.failed++;
    }
    if (skipped.length > 0) console.log(`\nSkipped:\n${skipped.map((each) => `  ${each}`).join("\n")}`);
    const run = [counts.passed, counts.failed + counts.pending, counts.skipped];
    console.log(`\n${line(run)}`);
    const file = process.env["WASI_NEST_COUNTS"];
    if (file === undefined) return;
    const before = existsSync(file) ? readFileSync(file, "utf8").match(/\d+/g) : null;
    writeFileSync(file, `${line(run.map((count, i) => count + Number(before?.[i] ?? 0)))}\n`);
  }
}

const line = ([passed, failed, skipped]: readonly number[]): string => `${passed} passed, ${failed} failed, ${skipped} skipped`;
