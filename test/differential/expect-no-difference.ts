/** Fails with a script that shows the first difference, as short as it can be made. */

import { compare } from "./compare.ts";
import type { FileSystem } from "./file-systems.ts";
import type { Sequence } from "./sequence.ts";
import { shrink, tell } from "./shrink.ts";

export async function expectNoDifference(sequences: readonly Sequence[], reference: FileSystem, fileSystem: FileSystem): Promise<void> {
  const differences = await compare(sequences, reference, fileSystem);
  const [first] = differences;
  if (first === undefined) return;
  const told = await tell(await shrink(first, reference, fileSystem), reference, fileSystem);
  throw new Error(`${differences.length} sequences of ${sequences.length} differ. ${told}`);
}
