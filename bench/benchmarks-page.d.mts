// Types of benchmarks-page.mjs, for its test.

interface Row {
  readonly program: string;
  readonly way: string;
  /** By the keys of the columns. */
  readonly [key: string]: string | number | undefined;
}

interface How {
  readonly leftOut: readonly string[];
  readonly versions: readonly string[];
  readonly machine: string;
  readonly rounds: number;
  readonly composeRounds: number;
}

export function pageOf(rows: readonly Row[], how: How): string;
