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
  /** What the host may offer, the outer before the inner; then the outermost, in the order in which they came. */
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
  const isTooMuch = ([each, outer]: readonly [Preopen, Preopen]): boolean => each.file !== undefined || outer.host !== undefined;
  if ([...outerOf].slice(MOST_INNER).some(isTooMuch))
    throw new LinkError(`${all.length} mounts that lie in others are more than ${MOST_INNER}`);
  const inner = all.slice(0, MOST_INNER);
  const outermost = visible.filter((each) => !inner.includes(each));
  const checkNumber = (count: number): void => {
    if (hostDirectories && count > MOST_INNER)
      throw new LinkError(`${count} mounts beside the host's directories, and directories on the way to them, are more than ${MOST_INNER}`);
  };
  checkNumber(visible.length);
  const around = hostDirectories ? directoriesAround(outermost, inner) : [];
  const listed = [...around, ...outermost.filter(({ isOffered }) => isOffered !== true)];
  const roots = [...listed, ...preopens.filter(({ isHidden }) => isHidden === true)];
  const mounts = [...roots, ...inner];
  checkNumber(mounts.length);
  const place = (mount: Preopen, outer: Preopen): Place => ({
    mount: mounts.indexOf(mount),
    outer: mounts.indexOf(outer),
    names: namesBelow(outer.path, mount.path),
  });
  const inAround = [...listed, ...inner.filter((each) => outerOf.get(each)?.isOffered === true)];
  return {
    mounts,
    preopenCount: listed.length,
    rootCount: roots.length,
    numbered: hostDirectories ? 0 : roots.length,
    offered: around.flatMap((outer) => inAround.filter((each) => isBelow(outer.path, each.path)).map((each) => place(each, outer))),
    inner: inner.flatMap((each) => {
      const outer = outerOf.get(each);
      return outer === undefined || outer.isOffered === true ? [] : [place(each, outer)];
    }),
  };
}

/** Makes the nodes of mount points what they are. */
export function joinMounts(nodes: readonly Node[], { mounts, inner, offered, numbered }: Arrangement): void {
  // A file's number may mean one of the host's, too: those come first.
  const hostFileCount = nodes.filter(({ entry }) => hostFileOf(entry) !== undefined).length;
  const count = offered.length > 0 ? mounts.length : inner.length;
  if (count > 0 && hostFileCount + count > MOST_INNER)
    throw new LinkError(`${hostFileCount} single files of the host and ${count} mounts that lie in others are more than ${MOST_INNER}`);
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

/**
 * What the host may offer: a directory for each that mounts lie in. All that is in it are the ways to them, and single files.
 */
function directoriesAround(outermost: readonly Preopen[], inner: readonly Preopen[]): readonly Preopen[] {
  const root = new Map<string, Entry<Chunk>>();
  for (const { path, directory, isOffered } of outermost) {
    let at = root;
    for (const name of namesOf(path)) at = entriesAt(at, name);
    if (isOffered === true) copy(directory, at);
  }
  const needed = new Set(outermost.filter(({ isOffered }) => isOffered === true).map(({ path }) => pathOf(namesOf(path))));
  const others = new Set([...outermost.filter(({ isOffered }) => isOffered !== true), ...inner].map(({ path }) => pathOf(namesOf(path))));
  const found: Preopen[] = [];
  const visit = (path: string, entries: ReadonlyMap<string, Entry<Chunk>>): void => {
    if (others.has(path)) return;
    const directory = { kind: "directory", entries } as const;
    found.push({ path: path === "" ? "/" : path, directory, isOffered: true, ...(needed.has(path) ? { isNeeded: true } : {}) });
    for (const [name, entry] of entries) if (entry.kind === "directory") visit(`${path}/${name}`, entry.entries);
  };
  visit("", root);
  return found;
}

/** The entries of a directory in another, which is made if it is not there. */
function entriesAt(entries: Map<string, Entry<Chunk>>, name: string): Map<string, Entry<Chunk>> {
  const there = entries.get(name);
  const inside = new Map(there?.kind === "directory" ? there.entries : []);
  entries.set(name, { kind: "directory", entries: inside });
  return inside;
}

function copy({ entries }: Directory<Chunk>, to: Map<string, Entry<Chunk>>): void {
  for (const [name, entry] of entries) {
    if (entry.kind === "directory") copy(entry, entriesAt(to, name));
    else to.set(name, entry);
  }
}

/** The indices of a path's node, and of the mount that it lies in; `undefined` if there is none. */
export function placeOf(
  path: string,
  nodes: readonly Node[],
  { mounts }: Arrangement,
): { readonly node: number; readonly mount: number } | undefined {
  const own = mounts.filter(({ isOffered }) => isOffered !== true);
  const mount = innermost(own.filter((each) => namesOf(each.path).every((name, i) => name === namesOf(path)[i])));
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
