/** Finds where a file system did otherwise than the reference, but for the differences that are accepted. */

import { acceptedAs } from "./accepted.ts";
import type { FileSystem } from "./file-systems.ts";
import { scriptOf, type Sequence } from "./sequence.ts";

/** The first of a sequence; what follows it tells nothing. */
export interface Difference {
  readonly sequence: Sequence;
  /** The operation's place in the sequence; one of the two looks at its end if that is past the last. */
  readonly index: number;
  readonly operation: string;
  readonly expected: string;
  readonly found: string;
}

/** The interpreter's own look at the files, closed and removed, when a sequence is over. */
const LAST_LOOKS = ["end", "removed"];

/** What was printed for each sequence: a result for each operation, then for the last looks. */
function resultsOf(output: string): readonly (readonly string[])[] {
  return output
    .split(/^= .*\n/m)
    .slice(1)
    .map((lines) => lines.trimEnd().split("\n"));
}

/** The first difference of each sequence that has one. */
export async function compare(
  sequences: readonly Sequence[],
  reference: FileSystem,
  fileSystem: FileSystem,
): Promise<readonly Difference[]> {
  const script = scriptOf(sequences);
  const [expected, found] = await Promise.all([reference.run(script), fileSystem.run(script)]);
  const [results, others] = [resultsOf(expected), resultsOf(found)];
  if (results.length !== sequences.length) throw new Error(`the reference did ${results.length} sequences of ${sequences.length}`);
  return sequences.flatMap((sequence, i) => firstDifference(sequence, results[i] ?? [], others[i]) ?? []);
}

function firstDifference(sequence: Sequence, expected: readonly string[], found: readonly string[] = []): Difference | undefined {
  const operations = [...sequence.operations, ...LAST_LOOKS];
  for (const [index, operation] of operations.entries()) {
    const [wanted = "nothing", got = "nothing"] = [expected[index], found[index]];
    if (wanted === got) continue;
    const accepted = acceptedAs(operation, wanted, got);
    if (accepted === "the end") return undefined;
    if (accepted === undefined) return { sequence, index, operation, expected: wanted, found: got };
  }
  return undefined;
}

/** How many operations some sequences have. */
export function countOf(sequences: readonly Sequence[]): number {
  return sequences.reduce((sum, { operations }) => sum + operations.length, 0);
}

/** What a file system says to the last operation of each example, in an empty directory. */
export async function answersOf(examples: readonly (readonly string[])[], fileSystem: FileSystem): Promise<readonly string[]> {
  const output = await fileSystem.run(scriptOf(examples.map((operations) => ({ template: 0, level: 0, operations }))));
  return resultsOf(output).map((results) => results.at(-1 - LAST_LOOKS.length) ?? "nothing");
}
