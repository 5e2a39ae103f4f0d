/**
 * The globs of a mount. Patterns are relative to it, `*` stops at slashes and matches leading dots, `**`
 * goes through directories; a pattern that names a directory means all of it.
 */

export interface Filter {
  readonly includes: (path: string) => boolean;
  readonly excludes: (path: string) => boolean;
}

/** An empty `include` includes everything. */
export async function filterOf(include: readonly string[] = [], exclude: readonly string[] = []): Promise<Filter> {
  if (include.length === 0 && exclude.length === 0) return { includes: () => true, excludes: () => false };
  const { default: picomatch } = await import("picomatch");
  const matcher = (globs: readonly string[]): ((path: string) => boolean) => picomatch(globs.map(relativeGlob), { dot: true });
  return {
    includes: include.length === 0 ? () => true : matcher(include),
    excludes: exclude.length === 0 ? () => false : matcher(exclude),
  };
}

/** `./a/`, `/a` and `a` are the same. */
const relativeGlob = (glob: string): string => glob.replace(/^(\.?\/)+/, "").replace(/\/+$/, "");
