/**
 * Ends a run by saying what was skipped and why: a skipped test's name carries the reason. For CI it writes the counts to
 * the file that WASI_NEST_COUNTS names, added to those of the runs before, and above them how long each run took and what has
 * failed in all of them: a log is read from its end, and may have lost its beginning.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import type { Reporter, SerializedError, TestModule } from "vitest/node";
import { leftOut } from "./shares.ts";

/** Of a message. A seed is on its first line. */
const MESSAGE_LINES = 15;

/** Files of a run whose times are told. */
const LONGEST = 25;

export default class SummaryReporter implements Reporter {
  #start = 0;

  onTestRunStart(): void {
    this.#start = performance.now();
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    const skipped: string[] = [];
    const failed = unhandledErrors.map((error) => failure("outside of all tests", [error]));
    for (const module of modules) {
      const of = (name: string): string => `${module.relativeModuleId} > ${name}`;
      for (const test of module.children.allTests()) {
        const { state, errors } = test.result();
        counts[state]++;
        if (state === "failed") failed.push(failure(of(test.fullName), errors));
        if (state !== "skipped") continue;
        const { note } = test.result() as { readonly note?: string };
        skipped.push(`${test.fullName}${note === undefined ? "" : `: ${note}`}`);
      }
      // A file that does not load has no tests to fail, and the tests of a hook that fails are skipped.
      for (const suite of [module, ...module.children.allSuites()]) {
        if (suite.errors().length === 0) continue;
        counts.failed++;
        failed.push(failure(suite.type === "module" ? suite.relativeModuleId : of(suite.fullName), suite.errors()));
      }
    }
    for (const [file, why] of leftOut) skipped.push(`all of ${file}: ${why}`);
    counts.skipped += leftOut.length;
    counts.failed += unhandledErrors.length;
    if (skipped.length > 0) console.log(`\nSkipped:\n${skipped.map((each) => `  ${each}`).join("\n")}`);
    const run = [counts.passed, counts.failed + counts.pending, counts.skipped];
    console.log(`\n${line(run)}`);
    const file = process.env["WASI_NEST_COUNTS"];
    if (file !== undefined) add(file, [this.#times(modules), ...failed], run);
  }

  /** `Took 2 s. The longest files: a.test.ts 1.5 s, …`. Files that run side by side take longer than by themselves. */
  #times(modules: readonly TestModule[]): string {
    const files = modules.map((module) => {
      const { collectDuration, duration } = module.diagnostic();
      return { name: module.relativeModuleId, seconds: (collectDuration + duration) / 1000 };
    });
    const longest = files.toSorted((left, right) => right.seconds - left.seconds).slice(0, LONGEST);
    const told = longest.map(({ name, seconds }) => `${name} ${seconds.toFixed(1)} s`).join(", ");
    return `Took ${((performance.now() - this.#start) / 1000).toFixed(0)} s. The longest files: ${told}\n`;
  }
}

const line = ([passed, failed, skipped]: readonly number[]): string => `${passed} passed, ${failed} failed, ${skipped} skipped`;

/** A name, and below it how its messages begin. */
function failure(name: string, errors: readonly { readonly message: string }[]): string {
  const messages = errors.map(({ message }) => {
    const lines = stripVTControlCharacters(message).split("\n");
    return [...lines.slice(0, MESSAGE_LINES), ...(lines.length > MESSAGE_LINES ? ["..."] : [])].map((each) => `  ${each}\n`).join("");
  });
  return `Failed: ${name}\n${messages.join("")}`;
}

/** The counts are the file's last line. */
function add(file: string, failed: readonly string[], run: readonly number[]): void {
  const text = existsSync(file) ? readFileSync(file, "utf8").trimEnd() : "";
  const end = text.lastIndexOf("\n") + 1;
  const before = text.slice(end).match(/\d+/g);
  const sum = run.map((count, i) => count + Number(before?.[i] ?? 0));
  writeFileSync(file, `${text.slice(0, end)}${failed.join("")}${line(sum)}\n`);
}
