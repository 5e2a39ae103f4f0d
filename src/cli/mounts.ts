/**
 * The files of the command line: parses mounts, and reads what is to be embedded.
 */
import { existsSync } from "node:fs";
import type { Chunk, Mount } from "../index.ts";
import type { UnusedGlobs } from "../node/glob-filter.ts";
import { InputError } from "../node/input-error.ts";
import type { VirtualizeGiven } from "./options.ts";

/** What of the command line is about reading. */
type ReadGiven = Pick<VirtualizeGiven, "include" | "exclude" | "follow" | "keep-times" | "out" | "hide">;
import type { Progress } from "./progress.ts";
import { UsageError } from "../errors.ts";

interface MountWords {
  readonly path: string;
  readonly local: string;
  readonly writable: boolean;
}

/** The last `:rw` or `:ro` is the mode: `./a:rw:ro` is what lies in `./a:rw`, read-only. */
function parseMount(mount: string): MountWords {
  const [, path, local, mode] = /^([^=]+)=(.*?)(?::(rw|ro))?$/s.exec(mount) ?? [];
  if (path === undefined || local === undefined || local === "")
    throw new UsageError(`\`--mount ${mount}\` is not GUEST=LOCAL, such as \`/data=./data\``);
  const [, typed] = /:(r?[a-z]{1,2})$/.exec(local) ?? [];
  if (mode === undefined && typed !== undefined && !existsSync(local) && existsSync(local.slice(0, -typed.length - 1)))
    throw new UsageError(`\`--mount ${mount}\` ends in \`:${typed}\`, which is neither \`:rw\` nor \`:ro\``);
  return { path, local, writable: mode === "rw" };
}

export interface ReadMounts {
  readonly mounts: readonly Mount<Chunk>[];
  readonly warnings: readonly string[];
}

/** @throws UsageError, InputError that names everything that cannot be read */
export async function readMounts(mounts: readonly string[], given: ReadGiven, progress: Progress): Promise<ReadMounts> {
  const { readUnhidden } = await import("../node/read-mount.ts");
  const problems: string[] = [];
  let hint: string | undefined;
  const result: Mount<Chunk>[] = [];
  // Those that match nothing in any mount.
  const unused = { include: new Set(given.include), exclude: new Set(given.exclude) };
  for (const { path, local, writable } of mounts.map(parseMount)) {
    const options = {
      include: given.include ?? [],
      exclude: given.exclude ?? [],
      follow: given.follow === true,
      keepTimes: given["keep-times"] === true,
      guestPath: path,
      lazy: true,
      ...(given.out === undefined ? {} : { output: given.out }),
      onProgress: (files: number, bytes: number): void => progress.note(`reading ${local}: ${files} files, ${Math.round(bytes / 1e6)} MB`),
    };
    try {
      let ofThis: UnusedGlobs = { include: [], exclude: [] };
      const entry = await readUnhidden(local, { ...options, onUnusedGlobs: (globs) => (ofThis = globs) }, given.hide ?? []);
      for (const name of ["include", "exclude"] as const)
        for (const glob of unused[name]) if (!ofThis[name].includes(glob)) unused[name].delete(glob);
      result.push({ path, entry, writable });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      problems.push(...error.problems);
      hint ??= error.hint;
    }
  }
  if (problems.length > 0) throw new InputError(problems, hint);
  const warnings = (["include", "exclude"] as const).flatMap((name) =>
    [...unused[name]].map((glob) => `\`--${name} ${glob}\` matches nothing in any mount`),
  );
  return { mounts: result, warnings };
}
