/**
 * What a program that ran over an overlay of a directory has made of it: the difference of what the directory was and of what the
 * component says that it has by now (wit/changes.wit). Paths are below the directory, without a slash in front. Those of "before"
 * are in the directory; where directories were renamed, those of "after" are others.
 */
import { checkEntry } from "../image/nodes.ts";
import { LinkError } from "../errors.ts";
import { type DirectoryState, linkTarget, type State } from "./directory-state.ts";
import type { ExportedChange } from "./exported-files.ts";
import { InputError } from "./input-error.ts";
import { join } from "node:path";

/** What the program has, wherever it lies. */
export interface Contents {
  /** The path in the component. */
  readonly guest: string;
  readonly size: number;
  readonly seconds: bigint;
  readonly nanoseconds: number;
}

/** A line of a report. `before` is the path of the file that it was. */
export type Change =
  | { readonly kind: "added"; readonly path: string; readonly entry: "file" | "directory" | "link"; readonly contents?: Contents }
  | { readonly kind: "modified"; readonly path: string; readonly before: string; readonly contents: Contents }
  | { readonly kind: "renamed"; readonly path: string; readonly before: string; readonly isDirectory: boolean }
  /** `count` is how many files and links are in a directory that is removed. */
  | { readonly kind: "removed"; readonly path: string; readonly isDirectory: boolean; readonly count: number };

/** What is to be put at a path of after. */
export type Placing = { readonly path: string } & (
  | { readonly kind: "directory" }
  | { readonly kind: "link"; readonly target: string }
  /** A file with the permissions of one of before, or with those of a new one. */
  | { readonly kind: "file"; readonly contents: Contents; readonly before: string | undefined }
  /** Another name for the file at that path of after. */
  | { readonly kind: "name"; readonly of: string }
  /** What lies at that path of before, with all that is in it. */
  | { readonly kind: "moved"; readonly from: string }
);

export interface DirectoryChanges {
  /** Sorted by path; what goes from a path comes before what comes there. */
  readonly changes: readonly Change[];
  /** Directories before what is in them. */
  readonly placings: readonly Placing[];
  /** Of before: what goes, with all that is in it but what is moved or hidden. */
  readonly removals: readonly string[];
  /** Of before: what has to be still what it was. */
  readonly touched: ReadonlySet<string>;
  /** Of before: where nothing was, and nothing may be. */
  readonly vacant: readonly string[];
  /** Links to be made that may lead out of the directory: paths of after. */
  readonly escaping: readonly string[];
}

export interface Overlaid {
  /** The directory, and what it had in it before the program ran. */
  readonly root: string;
  readonly before: DirectoryState;
  /** Where the program has it, absolute. */
  readonly guest: string;
  /** Whether a path of before is not there for the program. */
  readonly isHidden: (path: string) => boolean;
}

/** Whether a file of before has the same contents. */
export type IsSame = (before: string, contents: Contents) => boolean;

export const directoryOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));
export const pathIn = (directory: string, name: string): string => (directory === "" ? name : `${directory}/${name}`);
export const isWithin = (path: string, directory: string): boolean =>
  directory === "" || path === directory || path.startsWith(`${directory}/`);
const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** What the component says of a path. */
interface Node {
  readonly path: string;
  readonly change: ExportedChange;
  /** Of before: where its name is; `undefined` in what the program has made. */
  readonly place: string | undefined;
  /** Of before: what it is, wherever that was; `undefined` for what the program has made. */
  readonly source: string | undefined;
}

/** @throws InputError if the component says what cannot be */
export function directoryChanges(overlaid: Overlaid, listed: readonly ExportedChange[], isSame: IsSame): DirectoryChanges {
  const { before } = overlaid;
  const children = childrenOf(before);
  const { nodes, removed, emptied } = nodesOf(overlaid, listed, children);
  const moved = new Set(nodes.flatMap(({ place, source }) => (source !== undefined && source !== place ? [source] : [])));
  const stays = new Set(nodes.flatMap(({ place, source }) => (source !== undefined && source === place ? [source] : [])));
  const changes: Change[] = [];
  const placings: Placing[] = [];
  const removals = new Set<string>();
  const touched = new Set<string>();
  const vacant: string[] = [];
  const escaping: string[] = [];
  const names = new Map<bigint, string>();
  for (const { path, change, place, source } of nodes) if (source !== undefined && source === place) names.set(change.identity, path);

  const remove = (place: string): void => {
    const was = before.get(place);
    if (was === undefined || moved.has(place)) return;
    removals.add(place);
    changes.push({
      kind: "removed",
      path: place,
      isDirectory: was.kind === "directory",
      count: countOf(overlaid, place, { children, moved }),
    });
  };
  for (const place of removed) remove(place);
  for (const place of emptied) if (!overlaid.isHidden(place)) remove(place);

  for (const node of nodes) {
    const { path, change, place, source } = node;
    const contents = { ...{ guest: change.path, size: Number(change.size), seconds: change.seconds }, nanoseconds: change.nanoseconds };
    if (source !== undefined && source === place) {
      if (change.kind !== "file" || isSame(source, contents)) continue;
      touched.add(source);
      placings.push({ kind: "file", path, contents, before: source });
      changes.push({ kind: "modified", path, before: source, contents });
      continue;
    }
    if (place !== undefined && !before.has(place)) vacant.push(place);
    else if (place !== undefined && !removals.has(place)) remove(place);
    const other = change.kind === "directory" ? undefined : names.get(change.identity);
    if (change.kind !== "directory") names.set(change.identity, other ?? path);
    if (other !== undefined) {
      placings.push({ kind: "name", path, of: other });
      changes.push({ kind: "added", path, entry: change.kind === "symbolic-link" ? "link" : "file", contents });
    } else if (source !== undefined && !stays.has(source)) {
      touched.add(source);
      const isDirectory = change.kind === "directory";
      changes.push({ kind: "renamed", path, before: source, isDirectory });
      if (change.kind === "file" && !isSame(source, contents)) {
        removals.add(source);
        placings.push({ kind: "file", path, contents, before: source });
        changes.push({ kind: "modified", path, before: source, contents });
      } else placings.push({ kind: "moved", path, from: source });
      escaping.push(...escapingIn(overlaid, source, path));
    } else if (change.kind === "directory") {
      placings.push({ kind: "directory", path });
      changes.push({ kind: "added", path, entry: "directory" });
    } else if (change.kind === "symbolic-link") {
      placings.push({ kind: "link", path, target: change.target });
      changes.push({ kind: "added", path, entry: "link" });
      if (mayLeadOut(change.target, path)) escaping.push(path);
    } else {
      placings.push({ kind: "file", path, contents, before: undefined });
      changes.push({ kind: "added", path, entry: "file", contents });
    }
  }
  changes.sort((left, right) => (left.path < right.path ? -1 : left.path > right.path ? 1 : ORDER[left.kind] - ORDER[right.kind]));
  return { changes, placings, removals: [...removals], touched, vacant, escaping };
}

const ORDER = { removed: 0, added: 1, renamed: 2, modified: 3 } as const;

/** Each entry with what it has to do with the directory; `emptied` is what is no more in directories that were made again. */
function nodesOf(
  { root, before, guest }: Overlaid,
  listed: readonly ExportedChange[],
  children: Children,
): { readonly nodes: readonly Node[]; readonly removed: readonly string[]; readonly emptied: readonly string[] } {
  const nodes: Node[] = [];
  const removed: string[] = [];
  const again: { readonly path: string; readonly source: string }[] = [];
  const origins = new Set(listed.filter(({ kind, origin }) => kind !== "removed" && origin !== "").map(({ origin }) => origin));
  /** What each directory was; that of the overlay's own was itself. */
  const directories = new Map<string, string | undefined>([["", ""]]);
  for (const change of listed) {
    const path = pathBelow(change.path, guest);
    if (path === undefined) continue;
    const above = directoryOf(path);
    if (!directories.has(above)) throw impossible(change.path);
    const parent = directories.get(above);
    const place = parent === undefined ? undefined : pathIn(parent, nameOf(path));
    if (change.kind === "removed") {
      if (place !== undefined) removed.push(place);
      continue;
    }
    if (directories.has(path)) throw impossible(change.path);
    const was = place === undefined || origins.has(place) ? undefined : before.get(place);
    // What came into the directory while the program ran is not what the program has been given.
    const origin = before.has(change.origin) ? change.origin : "";
    if (change.kind === "other" && origin === "") throw impossible(change.path);
    const source = origin !== "" ? origin : isMadeAgain(change, was, place, root) ? place : undefined;
    if (change.kind === "directory") directories.set(path, source);
    if (change.kind === "directory" && origin === "" && source !== undefined) again.push({ path, source });
    nodes.push({ path, change, place, source });
  }
  const paths = new Set(nodes.map(({ path }) => path));
  const emptied = again.flatMap(({ path, source }) =>
    (children.get(source) ?? []).filter((each) => !paths.has(pathIn(path, nameOf(each)))),
  );
  return { nodes, removed, emptied };
}

/** Whether what the program has made under a name of before is the same thing, or is it with other contents. */
function isMadeAgain({ kind, target }: ExportedChange, was: State | undefined, place: string | undefined, root: string): boolean {
  if (was === undefined || place === undefined) return false;
  if (kind === "symbolic-link") return was.kind === "link" && linkTarget(join(root, place)) === target;
  return kind === was.kind;
}

const impossible = (path: string): InputError => new InputError([`\`${path}\` cannot be in what the program has changed`]);

/** The path of a change below the directory; `undefined` for one of another overlay. @throws InputError for what is no path */
function pathBelow(path: string, guest: string): string | undefined {
  const prefix = guest === "/" ? "/" : `${guest}/`;
  if (!path.startsWith(prefix)) return undefined;
  const names = path.slice(prefix.length).split("/");
  try {
    for (const name of names) checkEntry(name, { kind: "directory", entries: new Map() });
  } catch (error) {
    throw error instanceof LinkError ? impossible(path) : error;
  }
  return names.join("/");
}

export type Children = ReadonlyMap<string, readonly string[]>;

/** The paths in each directory that is not empty. */
export function childrenOf(before: DirectoryState): Children {
  const children = new Map<string, string[]>();
  for (const path of before.keys()) {
    if (path === "") continue;
    const siblings = children.get(directoryOf(path));
    if (siblings === undefined) children.set(directoryOf(path), [path]);
    else siblings.push(path);
  }
  return children;
}

/** How many files and links are in a directory, without those that are moved or hidden. */
function countOf(
  { before, isHidden }: Pick<Overlaid, "before" | "isHidden">,
  directory: string,
  known: { readonly children: Children; readonly moved: ReadonlySet<string> },
): number {
  let count = 0;
  for (const path of known.children.get(directory) ?? []) {
    if (known.moved.has(path) || isHidden(path)) continue;
    count += before.get(path)?.kind === "directory" ? countOf({ before, isHidden }, path, known) : 1;
  }
  return count;
}

/** Of what is moved, the links that may lead out of the directory by their new places, at these. */
function escapingIn({ root, before }: Overlaid, from: string, to: string): readonly string[] {
  return [...before].flatMap(([path, { kind }]) => {
    if (kind !== "link" || !isWithin(path, from)) return [];
    const target = linkTarget(join(root, path));
    const place = to + path.slice(from.length);
    // Where an absolute one leads was there before.
    return !target.startsWith("/") && mayLeadOut(target, place) ? [place] : [];
  });
}

/** `..` leads up from where a link really lies only in front: behind a name that is a link, it leads elsewhere. */
function mayLeadOut(target: string, path: string): boolean {
  if (target.startsWith("/")) return true;
  const names = target.split("/").filter((name) => name !== "" && name !== ".");
  const up = names.findIndex((name) => name !== "..");
  const depth = path.split("/").length - 1;
  return (up < 0 ? names.length : up) > depth || (up >= 0 && names.slice(up).includes(".."));
}
