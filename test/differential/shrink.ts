/** Makes a sequence that shows a difference short, and tells it as a script that shows it again. */

import { compare, type Difference } from "./compare.ts";
import type { FileSystem } from "./file-systems.ts";
import { COPIES, scriptOf, type Sequence } from "./sequence.ts";

/**
 * The same difference with as few operations as leaving out pieces, ever smaller ones, comes to (delta debugging).
 * Candidates run as sequences of one script, so a round costs one run of each file system.
 */
export async function shrink(difference: Difference, reference: FileSystem, fileSystem: FileSystem): Promise<Difference> {
  let best = difference;
  // What came after the difference does not matter. To see it early, everything is looked at after each operation.
  const whole = difference.sequence.operations.slice(0, difference.index + 1);
  const bestOf = async (candidates: readonly (readonly string[])[]): Promise<Difference | undefined> => {
    for (let start = 0; start < candidates.length; start += COPIES) {
      const sequences = candidates
        .slice(start, start + COPIES)
        .map((operations): Sequence => ({ template: difference.sequence.template, level: 2, operations }));
      const [found] = await compare(sequences, reference, fileSystem);
      if (found !== undefined) return cut(found);
    }
    return undefined;
  };
  const cut = (found: Difference): Difference => ({
    ...found,
    sequence: { ...found.sequence, operations: found.sequence.operations.slice(0, found.index + 1) },
  });
  best = (await bestOf([whole])) ?? best;
  for (let piece = Math.ceil(best.sequence.operations.length / 2); piece > 0;) {
    const { operations } = best.sequence;
    const candidates = Array.from({ length: Math.ceil(operations.length / piece) }, (_, i) => operations.toSpliced(i * piece, piece));
    const found = operations.length > 1 ? await bestOf(candidates) : undefined;
    if (found !== undefined) best = found;
    else piece = piece === 1 ? 0 : Math.ceil(piece / 2);
  }
  return best;
}

/** A difference as a person wants to read it: the script, and what each side sees after its last operation. */
export async function tell(difference: Difference, reference: FileSystem, fileSystem: FileSystem): Promise<string> {
  const { sequence, operation, expected, found } = difference;
  const script = scriptOf([{ ...sequence, level: 2 }]);
  const [wanted, got] = await Promise.all([reference, fileSystem].map(async ({ run }) => lastOf(await run(script, true), sequence)));
  return [
    `${operation}: ${reference.name} says ${expected}, ${fileSystem.name} ${found}. A script that shows it:`,
    script,
    `${reference.name} then has:`,
    wanted,
    ...(wanted === got ? [] : [`${fileSystem.name} then has:`, got]),
  ].join("\n");
}

/** The last operation's result with the state below it; a trap's message follows too. */
function lastOf(output: string, { operations }: Sequence): string {
  const results = output.split(/\n(?!\t)/).slice(operations.length);
  return results.filter((result) => !/^(end|removed )/.test(result)).join("\n");
}
