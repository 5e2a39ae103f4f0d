/**
 * Writable and read-only trees in one another: an app finds the outermost as preopens, and the others where a
 * directory of these stands for them. So `..` and open directories lead from one to the other.
 */
import type { Chunk } from "../binary/chunk.ts";
import { LinkError } from "../errors.ts";
import type { Node } from "./nodes.ts";
import { type Directory, type Entry, hostFileOf, isFileMountPoint, type Preopen } from "./tree.ts";

/** The inner ones are numbered from 1 on, in a byte. */
const MOST_INNER = 255;

export interface Arrangement {
  /** The outermost first, in the order in which they came. */
  readonly mounts: readonly Preopen[];
  /** How many the app finds as preopens: the first ones. */
  readonly preopenCount: number;
  /** How many lie in no other: these, and those that no app sees. */
  readonly rootCount: number;
  /** Of the others: index of the mount, of that around it, and the names that lead there. */
  readonly inner: readonly Place[];
  /** Those that lie in directories which the host may offer: there is one for each of these. */
  readonly offered: readonly Place[];
  /** How many come before that which has the number 1. */
  readonly numbered: number;
}

/** Where a mount lies in another. */
interface Place {
  readonly mount: number;
  readonly outer: number;
  readonly names: readonly string[];
}

/**
 * Which mounts lie in which others. With `hostDirectories`, whatever the host may offer around the outermost is among the
 * mounts, and what these are to lie in is known only when the app runs.
 */
export function arrange(preopens: readonly Preopen[], hostDirectories = false): Arrangement {
  const visible = preopens.filter(({ isHidden }) => isHidden !== true);
  const byPath = new Map(visible.map((each) => [pathOf(namesOf(each.path)), each]));
  const outerOf = new Map(
    visible.flatMap((each) => {
      const outer = prefixesOf(namesOf(each.path))
        .flatMap((prefix) => byPath.get(prefix) ?? [])
        .findLast((other) => hasPlace(other, each));
      return outer === undefined ? [] : [[each, outer] as const];
    }),
  );
  const all = visible.filter((each) => outerOf.has(each));
  if (all.slice(MOST_INNER).some(({ file }) => file !== undefined))
    throw new LinkError(`${all.length} mounts that lie in others are more than ${MOST_INNER}`);
  const inner = all.slice(0, MOST_INNER);
  const outermost = visible.filter((each) => !inner.includes(each));
  const around = hostDirectories ? directoriesAround(outermost) : [];
  const listed = [...outermost, ...around];
  const roots = [...listed, ...preopens.filter(({ isHidden }) => isHidden === true)];
  const mounts = [...roots, ...inner];
  if (hostDirectories && mounts.length > MOST_INNER)
    throw new LinkError(
      `${mounts.length} mounts beside the host's directories, and directories on the way to them, are more than ${MOST_INNER}`,
    );
  return {
    mounts,
    preopenCount: listed.length,
    rootCount: roots.length,
    numbered: hostDirectories ? 0 : roots.length,
    offered: around.flatMap((outer) =>
      listed.flatMap((each, mount) =>
        isBelow(outer.path, each.path) ? [{ mount, outer: mounts.indexOf(outer), names: namesBelow(outer.path, each.path) }] : [],
      ),
    ),
    inner: inner.flatMap((each, i) => {
      const outer = outerOf.get(each);
      if (outer === undefined) return [];
      return [{ mount: roots.length + i, outer: mounts.indexOf(outer), names: namesBelow(outer.path, each.path) }];
    }),
  };
}

/** Makes the nodes of mount points what they are. */
export function joinMounts(nodes: readonly Node[], { inner, offered, numbered }: Arrangement): void {
  // A file's number may mean one of the host's, too: those come first.
  const hostFileCount = nodes.filter(({ entry }) => hostFileOf(entry) !== undefined).length;
  if (inner.length > 0 && hostFileCount + inner.length > MOST_INNER)
    throw new LinkError(
      `${hostFileCount} single files of the host and ${inner.length} mounts that lie in others are more than ${MOST_INNER}`,
    );
  const join = ({ mount, outer, names }: Place): number => {
    const at = nodes[walk(nodes, outer, names) ?? -1];
    if (at === undefined) throw new LinkError(`a mount lies at \`/${names.join("/")}\` of another, where nothing is`);
    at.mount = mount - numbered + 1 + (at.entry.kind === "file" ? hostFileCount : 0);
    return at.parent;
  };
  for (const place of inner) {
    const parent = join(place);
    const root = nodes[place.mount];
    if (root !== undefined) root.parent = parent;
  }
  // Their parents are known when it is known what the host offers.
  for (const place of offered) join(place);
}

/** A directory for each that mounts lie in: all that is in it are the ways to them. */
function directoriesAround(outermost: readonly Preopen[]): readonly Preopen[] {
  const paths = new Set(outermost.flatMap(({ path }) => prefixesOf(namesOf(path))));
  return [...paths].sort().map((path) => {
    const ways = outermost.filter((each) => isBelow(path, each.path)).map((each) => namesBelow(path, each.path));
    return { path: path === "" ? "/" : path, directory: directoryOf(ways), isAbsent: true };
  });
}

/** A directory of nothing but directories, by the names that lead to them. */
function directoryOf(ways: readonly (readonly string[])[]): Directory {
  const names = new Set(ways.flatMap(([name]) => name ?? []));
  return {
    kind: "directory",
    entries: new Map([...names].map((name) => [name, directoryOf(ways.filter(([first]) => first === name).map((way) => way.slice(1)))])),
  };
}

/** The indices of a path's node, and of the mount that it lies in; `undefined` if there is none. */
export function placeOf(
  path: string,
  nodes: readonly Node[],
  { mounts }: Arrangement,
): { readonly node: number; readonly mount: number } | undefined {
  const mount = innermost(mounts.filter((each) => namesOf(each.path).every((name, i) => name === namesOf(path)[i])));
  if (mount === undefined) return undefined;
  const index = mounts.indexOf(mount);
  const node = walk(nodes, index, namesBelow(mount.path, path));
  return node === undefined ? undefined : { node, mount: index };
}

/** The index of the node to which names lead from another. */
function walk(nodes: readonly Node[], from: number, names: readonly string[]): number | undefined {
  let index = from;
  for (const name of names) {
    const { first = 0, end = 0 } = nodes[index] ?? {};
    const found = nodes.slice(first, end).findIndex((each) => each.name === name);
    if (found < 0) return undefined;
    index = first + found;
  }
  return index;
}

const namesOf = (path: string): readonly string[] => path.split("/").filter((name) => name !== "");
const pathOf = (names: readonly string[]): string => names.map((name) => `/${name}`).join("");

/** The paths of the directories on the way, the longest last: none of `/a/b` has a slash at its end. */
function prefixesOf(names: readonly string[]): readonly string[] {
  let path = "";
  return names.map((name) => {
    const prefix = path;
    path += `/${name}`;
    return prefix;
  });
}

const namesBelow = (outer: string, path: string): readonly string[] => namesOf(path).slice(namesOf(outer).length);
const innermost = (preopens: readonly Preopen[]): Preopen | undefined =>
  preopens.toSorted((left, right) => namesOf(right.path).length - namesOf(left.path).length)[0];

/** Whether a path leads from below another one. */
function isBelow(outer: string, path: string): boolean {
  const [above, names] = [namesOf(outer), namesOf(path)];
  return names.length > above.length && above.every((name, i) => name === names[i]);
}

/** Whether a directory, or the file that stands for another, lies at the inner one's path below the outer one. */
function hasPlace({ path: outer, directory }: Preopen, { path, file }: Preopen): boolean {
  if (!isBelow(outer, path)) return false;
  let at: Entry<Chunk> | undefined = directory;
  for (const name of namesBelow(outer, path)) at = at?.kind === "directory" ? at.entries.get(name) : undefined;
  return at !== undefined && (file === undefined ? at.kind === "directory" : isFileMountPoint(at));
}
