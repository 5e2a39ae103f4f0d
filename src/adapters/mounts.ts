/**
 * From mounts to preopens: mounts that lie inside one another become one tree, the longest path wins, and
 * each tree is a preopen under its own path. A single file is mounted into its parent directory.
 */
import type { Chunk } from "../binary/chunk.ts";
import { OptionError } from "../errors.ts";
import type { Directory, Entry, Preopen } from "../image/tree.ts";

export interface Mount<C extends Chunk = Uint8Array> {
  /** Absolute path in the guest. */
  readonly path: string;
  readonly entry: Entry<C>;
}

/** A directory that is being put together. */
interface Draft {
  readonly kind: "directory";
  readonly entries: Map<string, Entry<Chunk> | Draft>;
  readonly modified?: bigint;
}

/** @throws OptionError for a path that is not absolute, climbs, or is mounted twice */
export function preopensOf(mounts: readonly Mount<Chunk>[]): readonly Preopen[] {
  const bySegments = mounts.map((mount) => ({ segments: segmentsOf(mount.path), entry: mount.entry, path: mount.path }));
  const seen = new Set<string>();
  for (const { segments, path } of bySegments) {
    const key = segments.join("/");
    if (seen.has(key)) throw new OptionError("mounts", `the guest path \`${path}\` is mounted twice`);
    seen.add(key);
  }
  // Outer directories first, so that inner mounts are put into them.
  const depth = (mount: (typeof bySegments)[number]): number => mount.segments.length - (mount.entry.kind === "directory" ? 0 : 0.5);
  bySegments.sort((left, right) => depth(left) - depth(right));
  const roots: { readonly segments: readonly string[]; readonly draft: Draft }[] = [];
  for (const { segments, entry, path } of bySegments) {
    if (entry.kind !== "directory" && segments.length === 0)
      throw new OptionError("mounts", "a file cannot be mounted as `/`: name it, such as `/file.txt`");
    const directory = entry.kind === "directory" ? segments : segments.slice(0, -1);
    let root = roots.find((each) => isPrefix(each.segments, directory));
    if (root === undefined) {
      root = { segments: directory, draft: entry.kind === "directory" ? copyOf(entry) : { kind: "directory", entries: new Map() } };
      roots.push(root);
      if (entry.kind === "directory") continue;
    }
    insert(root.draft, segments.slice(root.segments.length), entry, path);
  }
  return roots
    .map(({ segments, draft }) => ({ path: `/${segments.join("/")}`, directory: draft as Directory<Chunk> }))
    .sort((left, right) => (left.path < right.path ? -1 : 1));
}

/** The names on the way to a guest path. */
export function segmentsOf(path: string, option: "mounts" | "preopens" = "mounts"): readonly string[] {
  if (!path.startsWith("/")) throw new OptionError(option, `the guest path \`${path}\` is relative: it must start with \`/\``);
  const segments = path.split("/").filter((segment) => segment !== "" && segment !== ".");
  if (segments.includes("..")) throw new OptionError(option, `the guest path \`${path}\` has \`..\` in it`);
  if (path.includes("\0")) throw new OptionError(option, `the guest path \`${JSON.stringify(path)}\` has a NUL character in it`);
  return segments;
}

const isPrefix = (prefix: readonly string[], segments: readonly string[]): boolean => prefix.every((segment, i) => segments[i] === segment);

const copyOf = (directory: Directory<Chunk>): Draft => ({ ...directory, entries: new Map(directory.entries) });

/** Puts `entry` below `root`, making directories on the way; what lay there gives way. */
function insert(root: Draft, segments: readonly string[], entry: Entry<Chunk>, path: string): void {
  let directory = root;
  for (const segment of segments.slice(0, -1)) {
    const next = directory.entries.get(segment);
    if (next !== undefined && next.kind !== "directory")
      throw new OptionError("mounts", `the guest path \`${path}\` leads through \`${segment}\`, which is a ${next.kind} of another mount`);
    const draft: Draft = next === undefined ? { kind: "directory", entries: new Map() } : copyOf(next as Directory<Chunk>);
    directory.entries.set(segment, draft);
    directory = draft;
  }
  const last = segments.at(-1);
  if (last !== undefined) directory.entries.set(last, entry);
}
