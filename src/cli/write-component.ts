/**
 * What the commands that make a component have in common: they look at the command line, read what it names, make the component,
 * write it, and report.
 */
import type { FlagTable } from "../adapters/option-table.ts";
import { UsageError } from "../errors.ts";
import type { Chunk, Options, Virtualized } from "../index.ts";
import { filesOf, libraryOptions, refuseContradictions } from "./library-options.ts";
import type { VirtualizeGiven } from "./options.ts";
import { type FullReport, printReport } from "./print-report.ts";
import { Progress } from "./progress.ts";
import { decoding } from "./read-component.ts";
import { isTerminal, STDOUT } from "./terminal.ts";
import { checkOutput, writeOutput } from "./write-output.ts";

export interface Making<I> {
  readonly given: VirtualizeGiven;
  readonly table: FlagTable;
  /** What errors and the report call it. */
  readonly subject: string;
  readonly read: (progress: Progress) => Promise<I>;
  /** What it was, if jco has made a component of it. */
  readonly adapted?: (input: I) => FullReport["adapted"] | undefined;
  /** A component that imports what adapters of the user's are to provide, where there can be any. */
  readonly importing?: (input: I, options: Options<Chunk>) => Uint8Array;
  readonly make: (input: I, options: Options<Chunk>) => Virtualized<Chunk>;
}

export interface Writing<I> extends Making<I> {
  /** The files that `read` reads: the output is none of them. */
  readonly files: readonly string[];
}

export interface Made<I> extends Virtualized<Chunk> {
  readonly input: I;
  /** Those of the options; the report has others. */
  readonly warnings: readonly string[];
}

/** @throws UsageError, InputError, and what the library throws; then nothing is written */
export async function writeComponent<I>(making: Writing<I>): Promise<void> {
  const { given, table, subject, files } = making;
  refuseContradictions(given, table);
  refuseOutputs(given);
  if (given.out !== undefined) checkOutput(given.out, [...files, ...filesOf(given, table)]);
  const progress = new Progress(given.quiet !== true);
  try {
    const { input, chunks, report, warnings } = await makeComponent(making, progress);
    if (given.out !== undefined && given["dry-run"] !== true) {
      progress.note(`writing ${given.out}`);
      await writeOutput(given.out, chunks);
    }
    progress.clear();
    if (given.quiet === true) return;
    printReport({ ...report, adapted: making.adapted?.(input) ?? null, warnings: [...warnings, ...report.warnings] }, subject, given);
  } finally {
    progress.clear();
  }
}

/** @throws UsageError, InputError, and what the library throws */
export async function makeComponent<I>(making: Making<I>, progress: Progress): Promise<Made<I>> {
  const { given, subject, read, importing, make } = making;
  const input = await read(progress);
  const { options: plain, warnings } = await libraryOptions(given, progress);
  let options = plain;
  if (given.adapter !== undefined && importing !== undefined) {
    const { readAdapters } = await import("./adapters.ts");
    const component = await decoding(subject, () => importing(input, plain));
    options = { ...plain, adapters: await readAdapters(given.adapter, component, given, progress) };
  }
  progress.note("composing");
  return { input, warnings, ...(await decoding(subject, () => make(input, options))) };
}

/** @throws UsageError for an output that there cannot be */
function refuseOutputs(given: VirtualizeGiven): void {
  if (given.out === undefined && given["dry-run"] !== true)
    throw new UsageError("no output given: `--out FILE` writes one, `--dry-run` does without");
  if (given.out === "-" && given.json === true) throw new UsageError("`--json` and `--out -` both want standard output");
  if (given.out === "-" && given["dry-run"] !== true && isTerminal(STDOUT))
    throw new UsageError("standard output is a terminal, which a component would garble: redirect it");
}
