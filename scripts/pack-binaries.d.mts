// Types of pack-binaries.mjs, for its test.

interface Entry {
  readonly bytes: Uint8Array;
  readonly base?: Uint8Array | undefined;
}

interface PackedBinaries {
  readonly alphabet: string;
  readonly texts: readonly string[];
}

export function packBinaries(entries: readonly Entry[]): PackedBinaries;
