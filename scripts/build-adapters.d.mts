// Types of build-adapters.mjs, for its test.

interface Names {
  /** Whether the names of functions are kept. */
  readonly names?: boolean;
}

type Binaries = Readonly<Record<string, Buffer<ArrayBuffer>>>;

export function buildAdapters(options?: Names): Promise<Binaries>;

/** The core modules of the folders of `base`/virt-adapters. */
export function buildGuests(base: string, options?: Names): Promise<Binaries>;
