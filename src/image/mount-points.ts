/**
 * Writable and read-only trees in one another: an app finds the outermost as preopens, and the others where a
 * directory of these stands for them. So `..` and open directories lead from one to the other.
 */
import type { Chunk } from "../binary/chunk.ts";
import type { Node } from "./nodes.ts";
import type { Directory, Entry, Preopen } from "./tree.ts";

/** The inner ones are numbered from 1 on, in a byte. */
const MOST_INNER = 255;

export interface Arrangement {
  /** The outermost first, in the order in which they came. */
  readonly mounts: readonly Preopen[];
  /** How many are outermost. */
  readonly preopenCount: number;
  /** Of the others: index of the mount, of that around it, and the names that lead there. */
  readonly inner: readonly { readonly mount: number; readonly outer: number; readonly names: readonly string[] }[];
}

/** Which mounts lie in which others. */
export function arrange(preopens: readonly Preopen[]): Arrangement {
  const outerOf = new Map(
    preopens.flatMap((each) => {
      const outer = innermost(preopens.filter((other) => hasDirectory(other, each.path)));
      return outer === undefined ? [] : [[each, outer] as const];
    }),
  );
  const inner = preopens.filter((each) => outerOf.has(each)).slice(0, MOST_INNER);
  const outermost = preopens.filter((each) => !inner.includes(each));
  const mounts = [...outermost, ...inner];
  return {
    mounts,
    preopenCount: outermost.length,
    inner: inner.flatMap((each, i) => {
      const outer = outerOf.get(each);
      if (outer === undefined) return [];
      return [{ mount: outermost.length + i, outer: mounts.indexOf(outer), names: namesBelow(outer.path, each.path) }];
    }),
  };
}

/** Makes the nodes of mount points what they are. */
export function joinMounts(nodes: readonly Node[], { inner, preopenCount }: Arrangement): void {
  for (const { mount, outer, names } of inner) {
    let at = nodes[outer];
    for (const name of names) at = nodes.slice(at?.first, at?.end).find((each) => each.name === name);
    const root = nodes[mount];
    if (at === undefined || root === undefined) continue;
    at.mount = mount - preopenCount + 1;
    root.parent = at.parent;
  }
}

const namesOf = (path: string): readonly string[] => path.split("/").filter((name) => name !== "");
const namesBelow = (outer: string, path: string): readonly string[] => namesOf(path).slice(namesOf(outer).length);
const innermost = (preopens: readonly Preopen[]): Preopen | undefined =>
  preopens.toSorted((left, right) => namesOf(right.path).length - namesOf(left.path).length)[0];

/** Whether a directory lies at a path below the preopen. */
function hasDirectory({ path: outer, directory }: Preopen, path: string): boolean {
  const [above, names] = [namesOf(outer), namesOf(path)];
  if (names.length <= above.length || !above.every((name, i) => name === names[i])) return false;
  let at: Directory<Chunk> | undefined = directory;
  for (const name of names.slice(above.length)) {
    const next: Entry<Chunk> | undefined = at?.entries.get(name);
    at = next?.kind === "directory" ? next : undefined;
  }
  return at !== undefined;
}
