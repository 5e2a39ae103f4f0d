/**
 * What the tests build once and keep lies in .cache, which git ignores; every entry is made under another name
 * and renamed, so that it is there whole or not at all. Old entries go, because every change of the composer
 * gives new components.
 */

import { readdir, rm, stat } from "node:fs/promises";
import path from "node:path";

/** The project's folder. */
export const root: string = path.resolve(import.meta.dirname, "../..");

/** Removes the entries of a folder that were used least recently, all but `count`. */
export async function dropOldest(folder: string, count: number): Promise<void> {
  const entries = await Promise.all(
    (await readdir(folder)).map(async (name) => {
      const entry = path.join(folder, name);
      // Another worker may have removed it meanwhile.
      return {
        entry,
        used: await stat(entry).then(
          (found) => found.mtimeMs,
          () => 0,
        ),
      };
    }),
  );
  entries.sort((a, b) => b.used - a.used);
  for (const { entry } of entries.slice(count)) await rm(entry, { recursive: true, force: true });
}
