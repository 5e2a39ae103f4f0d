/**
 * A tree of files as the caller describes it: what will be embedded, before it has an address.
 */

export interface File {
  readonly kind: "file";
  /** Kept by reference, never copied or changed. */
  readonly contents: Uint8Array;
  /** Nanoseconds since the epoch; without it, the epoch. */
  readonly modified?: bigint;
}

export interface Directory {
  readonly kind: "directory";
  /** By name, in any order. */
  readonly entries: ReadonlyMap<string, Entry>;
  readonly modified?: bigint;
}

export interface SymbolicLink {
  readonly kind: "link";
  /** As `readlink` gives it. */
  readonly target: string;
  readonly modified?: bigint;
}

export type Entry = File | Directory | SymbolicLink;

/** A directory that the app finds opened under `path`. */
export interface Preopen {
  readonly path: string;
  readonly directory: Directory;
}
