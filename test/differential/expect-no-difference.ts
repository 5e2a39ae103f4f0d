/** Fails with a script that shows the first difference, as short as it can be made. */

import { compare } from "./compare.ts";
import type { FileSystem } from "./file-systems.ts";
import { generate } from "./generate.ts";
import type { Sequence } from "./sequence.ts";
import { shrink, tell } from "./shrink.ts";

/** What sequences are made of. */
export interface Made {
  /** Of file system, for people. */
  readonly kind: string;
  readonly seed: number;
  readonly count: number;
  /** Of each sequence. */
  readonly length: number;
  /** Changes each sequence. */
  readonly of?: (sequence: Sequence) => Sequence;
}

/** Whatever goes wrong, the message begins with the kind of file system and the seed: CI keeps the beginning. */
export async function expectNoDifference(made: Made, reference: FileSystem, fileSystem: FileSystem): Promise<void> {
  const { kind, seed, count, length, of = (each) => each } = made;
  const sequences = generate(seed, count, length).map(of);
  try {
    const differences = await compare(sequences, reference, fileSystem);
    const [first] = differences;
    if (first === undefined) return;
    const told = await tell(await shrink(first, reference, fileSystem), reference, fileSystem);
    throw new Error(`${differences.length} sequences of ${count} differ. ${told}`);
  } catch (cause) {
    throw new Error(`${kind}, seed ${seed}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
