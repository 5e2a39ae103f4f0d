/**
 * From mounts to preopens: mounts that lie inside one another become one tree, the longest path wins, and
 * each tree is a preopen under its own path. A single file is mounted into its parent directory.
 *
 * What is read-only and what is writable cannot be one tree, nor can what has limits of its own, or is or lies over a
 * directory of the host's: such a mount is a tree of its own, and an empty directory or file stands for it in the tree
 * around it, where the image joins them.
 */
import { article } from "../../article.ts";
import type { Chunk } from "../../binary/chunk.ts";
import { OptionError } from "../../errors.ts";
import {
  type Directory,
  type Entry,
  type File,
  FILE_MOUNT_POINT,
  type HostFileEntry,
  hostFileOf,
  type HostPreopen,
  type Preopen,
  type Writable,
} from "../../image/tree.ts";
import { hostPathOf } from "./host-path.ts";
import { innerPlaces, type RuledPlace, startsOf } from "./rule-places.ts";

export interface Mount<C extends Chunk = Uint8Array> {
  /** Path in the guest, from the root: `/data`, or `data`. */
  readonly path: string;
  readonly entry: Entry<C>;
  /** What is written stays in the component's memory; `entry` is never changed. Read-only by default. */
  readonly writable?: boolean | Writable;
}

/** An empty writable directory. */
export interface Tmpfs extends Writable {
  /** Path in the guest, from the root: `/data`, or `data`. */
  readonly path: string;
}

/** A directory of the host's that can be written to: what is written stays in the component's memory. */
export interface Overlay extends Writable {
  /** Path in the guest, from the root: `/data`, or `data`. */
  readonly path: string;
  /** What the host calls it, or a path below what it calls one of its own: `/`, `/data/in`, `.`. */
  readonly host: string;
}

/** A file of the host's. */
export interface HostFile {
  /** Path in the guest, from the root: `/data`, or `data`. */
  readonly path: string;
  /** A path below what the host calls a directory of its own: `/data/in.txt`. */
  readonly host: string;
  /** It cannot be changed: every attempt answers `read-only`, and nothing of it reaches the host. */
  readonly readOnly?: boolean;
}

const EMPTY: Directory<Chunk> = { kind: "directory", entries: new Map() };

/** A directory that is being put together. */
interface Draft {
  readonly kind: "directory";
  readonly entries: Map<string, Entry<Chunk> | Draft>;
  readonly modified?: bigint;
}

interface Root extends Kind {
  readonly segments: readonly string[];
  readonly draft: Draft;
  /** Those that were made for the mounts below: what others gave is copied before it is changed. */
  readonly drafts: Set<unknown>;
  readonly file?: File<Chunk>;
}

/** By path. */
type Roots = Map<string, Root>;

/** What two mounts must have in common to be one tree. */
interface Kind {
  readonly writable: Writable | undefined;
  /** Of the host's directory that lies below, or that it is. */
  readonly host: string | undefined;
  /** Whether it is a directory of the host's, whose changes go to the host. */
  readonly direct?: { readonly readOnly: boolean };
  /** Whether it is a directory of the host's if the host offers it, with single files in it. */
  readonly isOffered?: true;
}

export type MountOption = "mounts" | "tmpfs" | "overlays" | "hostFiles" | "preopens";

interface Placed extends Kind {
  readonly option: MountOption;
  readonly path: string;
  readonly segments: readonly string[];
  readonly entry: Entry<Chunk>;
}

/**
 * Directories of the host's are among the preopens only where they lie in or around other mounts. With `hostDirectories`,
 * whatever the host offers is what a single file lies in. Where there are rules, `places` are what these are relative to; `isTold`:
 * somebody is told what they refuse.
 * @throws OptionError for a path that is not absolute, climbs, or is mounted twice, and for limits that are none
 */
export function preopensOf(
  mounts: readonly Mount<Chunk>[],
  tmpfs: readonly Tmpfs[] = [],
  overlays: readonly Overlay[] = [],
  hostFiles: readonly HostPreopen[] = [],
  hostPreopens: readonly HostPreopen[] = [],
  hostDirectories = false,
  places: readonly RuledPlace[] = [],
  isTold = false,
): readonly Preopen[] {
  const all = [
    ...mounts.map((mount) => placed("mounts", mount)),
    ...tmpfs.map((each) => placedEmpty("tmpfs", each)),
    ...overlays.map((each) => ({ ...placedEmpty("overlays", each), host: hostPathOf(each.host, "overlays") })),
    ...hostFiles.map(placedHostFile),
    ...hostPreopens.map(placedHostDirectory),
  ];
  const seen = new Set<string>();
  for (const { option, segments, path } of all) {
    const key = segments.join("/");
    if (seen.has(key)) {
      const what = option === "preopens" ? "is taken by another directory" : "is mounted twice";
      throw new OptionError(option, `the guest path \`${path}\` ${what}`);
    }
    seen.add(key);
  }
  // Outer directories first, so that inner mounts are put into them; of files, which are as the first one's directory, those
  // that are read-only.
  const depth = ({ segments, entry, writable }: Placed): number =>
    segments.length - (entry.kind === "directory" ? 0 : writable === undefined ? 0.75 : 0.5);
  all.sort((left, right) => depth(left) - depth(right));
  const roots: Roots = new Map();
  // What is written to a file in memory is written to others beside it, too; and a link is found in what it leads through.
  const offeredRoot = ({ entry, writable }: Placed, directory: readonly string[]): Root | undefined =>
    hostDirectories && entry.kind === "file" && writable === undefined
      ? newRoot(roots, { segments: directory, writable, host: "", isOffered: true })
      : undefined;
  for (const mount of all) {
    const { segments, entry } = mount;
    const directory = entry.kind === "directory" ? segments : parentOf(mount);
    const root = innermost(roots, directory);
    if (entry.kind !== "directory") placeFile(mount, entry, directory, roots, root ?? offeredRoot(mount, directory));
    else if (root !== undefined && isAlike(root, mount) && (places.length === 0 || mount.writable === undefined))
      insert(root, mount, entry);
    else {
      if (root !== undefined) insert(root, mount, EMPTY);
      newRoot(roots, mount, entry);
    }
  }
  const isAlone = ({ segments, draft }: Root): boolean =>
    draft.entries.size === 0 && (segments.length === 0 || innermost(roots, segments.slice(0, -1)) === undefined);
  return [...roots.values()]
    .filter((root) => root.direct === undefined || places.length > 0 || !isAlone(root))
    .map(({ segments, draft, file, writable, host, direct, isOffered }) => ({
      path: pathOf(segments),
      directory: draft as Directory<Chunk>,
      ...(file === undefined ? {} : { file }),
      ...(writable === undefined ? {} : { writable }),
      ...(host === undefined || isOffered === true ? {} : { host }),
      ...(isOffered === true ? { isOffered, isNeeded: true as const } : {}),
      ...(direct?.readOnly === false ? { changesHost: true as const } : {}),
      // What is embedded and never changes has been cut down to what rules leave: they are asked only to tell why.
      ...(writable === undefined && host === undefined && !isTold
        ? {}
        : {
            ruleStarts: places.length === 0 ? [] : startsOf({ segments, host }, places),
            innerRules: innerPlaces({ segments, host }, places).map(({ inner }) => inner),
          }),
    }))
    .sort((left, right) => (left.path < right.path ? -1 : 1));
}

function placed(option: Placed["option"], { path, entry, writable = false }: Mount<Chunk>): Placed {
  const segments = segmentsOf(path, option);
  const limit = writable === false ? undefined : writable === true ? {} : writable;
  if (limit?.maxBytes === undefined) return { option, path, segments, entry, writable: limit, host: undefined };
  if (entry.kind !== "directory")
    throw new OptionError(option, `\`maxBytes\` limits a directory, and \`${path}\` is ${article(entry.kind)}`);
  return { option, path, segments, entry, writable: { maxBytes: limit.maxBytes }, host: undefined };
}

function placedEmpty(option: "tmpfs" | "overlays", { path, maxBytes }: Tmpfs): Placed {
  return placed(option, {
    path,
    entry: { kind: "directory", entries: new Map() },
    writable: maxBytes === undefined ? true : { maxBytes },
  });
}

/** @throws OptionError for a path that cannot be one of a file */
export function hostFilesOf(files: readonly HostFile[]): readonly HostPreopen[] {
  return files.map(({ path, host, readOnly = false }) => {
    if (host.endsWith("/") || host.split("/").at(-1) === ".") throw new OptionError("hostFiles", `the host path \`${host}\` names no file`);
    return { path: pathOf(segmentsOf(path, "hostFiles")), host: hostPathOf(host, "hostFiles"), readOnly };
  });
}

function placedHostFile({ path, host, readOnly }: HostPreopen): Placed {
  const entry: HostFileEntry = { kind: "file", contents: new Uint8Array(), hostFile: { host, readOnly } };
  return placed("hostFiles", { path, entry });
}

function placedHostDirectory({ path, host, readOnly }: HostPreopen): Placed {
  return { ...placed("preopens", { path, entry: EMPTY }), host, direct: { readOnly } };
}

/** The names on the way to a guest path. A place may leave out the slash: what is called `data` or `.` is found from the root. */
export function segmentsOf(path: string, option: MountOption | "stdin" | "stdout" | "stderr"): readonly string[] {
  const isStream = option === "stdin" || option === "stdout" || option === "stderr";
  if (path === "") throw new OptionError(option, "a guest path is empty");
  if (isStream && !path.startsWith("/")) throw new OptionError(option, `the guest path \`${path}\` is relative: it must start with \`/\``);
  const segments = path.split("/").filter((segment) => segment !== "" && segment !== ".");
  if (segments.includes("..")) throw new OptionError(option, `the guest path \`${path}\` has \`..\` in it`);
  if (path.includes("\0")) throw new OptionError(option, `the guest path \`${JSON.stringify(path)}\` has a NUL character in it`);
  return segments;
}

const pathOf = (segments: readonly string[]): string => `/${segments.join("/")}`;

/** The directory that a file is mounted into. */
function parentOf({ option, segments }: Placed): readonly string[] {
  if (segments.length === 0) throw new OptionError(option, "a file cannot be mounted as `/`: name it, such as `/file.txt`");
  return segments.slice(0, -1);
}

/** Puts a file into the tree around it or, where that is of another kind, makes it a mount of its own there. */
function placeFile(
  mount: Placed,
  entry: Exclude<Entry<Chunk>, Directory<Chunk>>,
  directory: readonly string[],
  roots: Roots,
  root: Root | undefined,
): void {
  const { option, path, segments, writable } = mount;
  if (root === undefined) return insert(newRoot(roots, { segments: directory, writable, host: undefined }), mount, entry);
  // What is written to a file of the host's is the host's, whatever it lies in.
  const isSame = (writable === undefined) === (root.writable === undefined) && root.direct === undefined && root.isOffered !== true;
  if (isSame || hostFileOf(entry) !== undefined) return insert(root, mount, entry);
  // Who writes a file writes others beside it, where that hides nothing.
  if (writable !== undefined && root.host === undefined && isVacant(root, directory)) {
    insert(root, { option, path, segments: directory }, EMPTY);
    return insert(newRoot(roots, { segments: directory, writable, host: undefined }), mount, entry);
  }
  if (entry.kind === "link")
    throw new OptionError(
      option,
      `the link \`${path}\` lies in \`${pathOf(root.segments)}\`, which is of another kind: mount it with a directory`,
    );
  insert(root, mount, FILE_MOUNT_POINT);
  newRoot(roots, { segments, writable, host: undefined, file: entry });
}

/** Whether nothing is lost if another preopen takes the directory's place. */
function isVacant(root: Root, directory: readonly string[]): boolean {
  let entry: Entry<Chunk> | Draft | undefined = root.draft;
  for (const segment of directory.slice(root.segments.length)) entry = entry?.kind === "directory" ? entry.entries.get(segment) : undefined;
  return entry === undefined || (entry !== root.draft && entry.kind === "directory" && entry.entries.size === 0);
}

/** Whether a mount can be of the tree around it. */
function isAlike({ writable: outer, host }: Root, { writable: inner, host: innerHost }: Placed): boolean {
  if (host !== undefined || innerHost !== undefined) return false;
  if (outer === undefined || inner === undefined) return outer === inner;
  return outer.maxBytes === undefined && inner.maxBytes === undefined;
}

/** The deepest root that the directory is or lies in. */
function innermost(roots: Roots, directory: readonly string[]): Root | undefined {
  let path = "";
  let found = roots.get(pathOf([]));
  for (const segment of directory) {
    path += `/${segment}`;
    const root = roots.get(path);
    if (root !== undefined && root.file === undefined) found = root;
  }
  return found;
}

const copyOf = (directory: Directory<Chunk>): Draft => ({ ...directory, entries: new Map(directory.entries) });

function newRoot(
  roots: Roots,
  { segments, writable, host, direct, isOffered, file }: Omit<Root, "draft" | "drafts">,
  directory?: Directory<Chunk>,
): Root {
  const draft: Draft = directory === undefined ? { kind: "directory", entries: new Map() } : copyOf(directory);
  const more = {
    ...(direct === undefined ? {} : { direct }),
    ...(isOffered === undefined ? {} : { isOffered }),
    ...(file === undefined ? {} : { file }),
  };
  const root = { segments, writable, host, draft, drafts: new Set(), ...more };
  roots.set(pathOf(segments), root);
  return root;
}

/** Puts `entry` where the mount is below `root`, making directories on the way; what lay there gives way. */
function insert(root: Root, { option, path, segments }: Pick<Placed, "option" | "path" | "segments">, entry: Entry<Chunk>): void {
  const below = segments.slice(root.segments.length);
  let directory = root.draft;
  for (const segment of below.slice(0, -1)) {
    const next = directory.entries.get(segment);
    if (next !== undefined && next.kind !== "directory")
      throw new OptionError(
        option,
        `the guest path \`${path}\` leads through \`${segment}\`, which is ${article(next.kind)} of another mount`,
      );
    if (root.drafts.has(next)) {
      directory = next as Draft; // it is among them
      continue;
    }
    const draft: Draft = next === undefined ? { kind: "directory", entries: new Map() } : copyOf(next as Directory<Chunk>);
    root.drafts.add(draft);
    directory.entries.set(segment, draft);
    directory = draft;
  }
  const last = below.at(-1);
  if (last !== undefined) directory.entries.set(last, entry);
}
