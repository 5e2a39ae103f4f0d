// Types of build-adapters.mjs, for its test.

export function buildAdapters(): Promise<{
  readonly environmentCore: Buffer;
  readonly ioCore: Buffer;
  readonly filesCore: Buffer;
  readonly hostFilesCore: Buffer;
  readonly catalogue: Buffer;
  readonly wholeCatalogue: Buffer;
  readonly ownCatalogue: Buffer;
}>;
