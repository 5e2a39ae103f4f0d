/**
 * The globs of a mount. Patterns are relative to it, `*` stops at slashes and matches leading dots, `**`
 * goes through directories; a pattern that names a directory means all of it.
 */

export interface Filter {
  readonly includes: (path: string) => boolean;
  readonly excludes: (path: string) => boolean;
  /** Those that have matched nothing so far. */
  readonly unused: () => UnusedGlobs;
}

/** As they were given. */
export interface UnusedGlobs {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

interface Globs {
  readonly match: (path: string) => boolean;
  readonly unused: () => readonly string[];
}

/** An empty `include` includes everything. */
export async function filterOf(include: readonly string[] = [], exclude: readonly string[] = []): Promise<Filter> {
  const nothing: UnusedGlobs = { include: [], exclude: [] };
  if (include.length === 0 && exclude.length === 0) return { includes: () => true, excludes: () => false, unused: () => nothing };
  const { default: picomatch } = await import("picomatch");
  const globs = (given: readonly string[]): Globs => {
    const matches = picomatch(given.map(relativeGlob), { dot: true });
    const unused = new Map(given.map((glob) => [glob, picomatch(relativeGlob(glob), { dot: true })]));
    return {
      match(path) {
        const isMatch = matches(path);
        if (isMatch) for (const [glob, isOf] of unused) if (isOf(path)) unused.delete(glob);
        return isMatch;
      },
      unused: () => [...unused.keys()],
    };
  };
  const [included, excluded] = [globs(include), globs(exclude)];
  return {
    includes: include.length === 0 ? () => true : included.match,
    excludes: exclude.length === 0 ? () => false : excluded.match,
    unused: () => ({ include: included.unused(), exclude: excluded.unused() }),
  };
}

/** `./a/`, `/a` and `a` are the same. */
const relativeGlob = (glob: string): string => glob.replace(/^(\.?\/)+/, "").replace(/\/+$/, "");
