/** Whether a fixed working directory is there when the app starts. */
import type { Chunk } from "../../binary/chunk.ts";
import type { Entry, Preopen } from "../../image/tree.ts";
import type { FilesystemSettings } from "./settings.ts";

/** What is wrong with a fixed one; `undefined` where nothing is, and where only the host knows. */
export function missingDirectory(cwd: string | undefined, { preopens, hostPreopens, isAllowed }: FilesystemSettings): string | undefined {
  if (cwd === undefined || isAllowed) return undefined;
  const problem = (why: string): string => `the working directory \`${cwd}\` ${why}: relative paths of the program lead nowhere`;
  if (!cwd.startsWith("/")) return problem("is relative");
  const names = namesOf(cwd);
  const visible = [...preopens.filter(({ isHidden }) => isHidden !== true), ...hostPreopens];
  const around = visible
    .filter(({ path }) => namesOf(path).every((name, i) => name === names[i]))
    .sort((left, right) => namesOf(right.path).length - namesOf(left.path).length);
  const [innermost] = around;
  if (innermost === undefined) return problem("lies in no mount");
  if (!("directory" in innermost) || innermost.host !== undefined || innermost.isOffered === true) return undefined;
  const found = entryAt(innermost, names.slice(namesOf(innermost.path).length));
  // A link leads on, maybe into another mount.
  if (found?.kind === "directory" || found?.kind === "link") return undefined;
  return problem(found === undefined ? `is not in \`${innermost.path}\`` : "is a file");
}

/** The first link on the way, if there is one. */
function entryAt({ directory, file }: Preopen, names: readonly string[]): Entry<Chunk> | undefined {
  let entry: Entry<Chunk> | undefined = file ?? directory;
  for (const name of names) {
    if (entry?.kind !== "directory") return entry?.kind === "link" ? entry : undefined;
    entry = entry.entries.get(name);
  }
  return entry;
}

const namesOf = (path: string): readonly string[] => path.split("/").filter((name) => name !== "" && name !== ".");
