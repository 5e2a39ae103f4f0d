/**
 * Standard streams that are files of the component's own: output goes to an empty file that is put into the tree, as
 * a shell does for `> file`; input is a file that is there. What no mount holds lies in a tree that no app sees.
 */
import { article } from "../../article.ts";
import type { Chunk } from "../../binary/chunk.ts";
import { OptionError } from "../../errors.ts";
import { type Directory, type Entry, type File, hostFileOf, type HostPreopen, isDirect, type Preopen } from "../../image/tree.ts";
import { segmentsOf } from "../filesystem/mounts.ts";

/** A file in the component, by its absolute path. */
export interface StreamFile {
  readonly file: string;
}

/** Whether a stream is such a file; the others are words or bytes. */
export function isStreamFile(stream: string | object | undefined): stream is StreamFile {
  return typeof stream === "object" && !(stream instanceof Uint8Array) && "file" in stream && stream.file !== undefined;
}

/** The paths of the streams that are files. */
export interface StreamFiles {
  readonly stdin?: string;
  readonly stdout?: string;
  readonly stderr?: string;
}

type Stream = keyof StreamFiles;

interface Given {
  readonly preopens: readonly Preopen[];
  readonly hostPreopens: readonly HostPreopen[];
  readonly files: StreamFiles;
  /** Someone reads what no app sees. */
  readonly isExported: boolean;
}

const EMPTY: File<Chunk> = { kind: "file", contents: new Uint8Array() };
const HIDDEN: Preopen = { path: "/", directory: { kind: "directory", entries: new Map() }, writable: {}, isHidden: true };

/** @throws OptionError where no file can be, or for an input that there is not */
export function withStreamFiles({ preopens, hostPreopens, files, isExported }: Given): readonly Preopen[] {
  let all = preopens;
  const treeOf = (stream: Stream, segments: readonly string[]): Preopen | undefined => {
    const length = (path: string): number => path.split("/").filter((name) => name !== "").length;
    const found = [...all, ...hostPreopens]
      .filter(({ path }) => path.split("/").every((name, i) => name === "" || name === segments[i - 1]))
      .sort((left, right) => length(right.path) - length(left.path))[0];
    if (found === undefined || ("directory" in found && !isDirect(found))) return found;
    throw new OptionError(stream, `\`${pathOf(segments)}\` lies in \`${found.path}\`, which is the host's: a stream's file is in memory`);
  };
  for (const stream of ["stdout", "stderr"] as const) {
    const segments = segmentsOfFile(stream, files[stream]);
    if (segments === undefined) continue;
    const tree = treeOf(stream, segments);
    if (tree === undefined && !isExported)
      throw new OptionError(
        stream,
        `\`${pathOf(segments)}\` lies in nothing that can be written to, and nobody could read it: make a directory around it writable for the app to see it, or export the files for whoever embeds the component`,
      );
    const { path, directory, writable, file } = tree ?? HIDDEN;
    if (writable === undefined)
      throw new OptionError(stream, `\`${pathOf(segments)}\` lies in \`${path}\`, which is read-only: make that mount writable`);
    if (tree !== undefined && file !== undefined) {
      all = all.map((each) => (each === tree ? { ...tree, file: EMPTY } : each));
      continue;
    }
    const changed = put(stream, directory, segments, segments.length - below(path, segments).length);
    all = [...all.filter((each) => each !== tree), { ...(tree ?? HIDDEN), directory: changed }];
  }
  const input = segmentsOfFile("stdin", files.stdin);
  if (input !== undefined) {
    const tree = treeOf("stdin", input);
    const entry = tree && (tree.file ?? entryAt(tree.directory, below(tree.path, input)));
    if (entry !== undefined && hostFileOf(entry) !== undefined) refuseHosts("stdin", pathOf(input));
    if (entry?.kind !== "file")
      throw new OptionError(
        "stdin",
        `\`${pathOf(input)}\` is ${entry === undefined ? "in no mount" : article(entry.kind)}: it must be a mounted file`,
      );
  }
  // In their order, what no app sees at the end.
  return all.toSorted(
    (left, right) => Number(left.isHidden ?? false) - Number(right.isHidden ?? false) || (left.path < right.path ? -1 : 1),
  );
}

function refuseHosts(stream: Stream, path: string): never {
  throw new OptionError(stream, `\`${path}\` is a file of the host's: a stream's file is in memory`);
}

const pathOf = (segments: readonly string[]): string => `/${segments.join("/")}`;
const below = (path: string, segments: readonly string[]): readonly string[] =>
  segments.slice(path.split("/").filter((name) => name !== "").length);

function segmentsOfFile(stream: Stream, path: string | undefined): readonly string[] | undefined {
  if (path === undefined) return undefined;
  const segments = segmentsOf(path, stream);
  if (segments.length === 0 || path.endsWith("/")) throw new OptionError(stream, `\`${path}\` is a directory, not a file`);
  return segments;
}

function entryAt(directory: Directory<Chunk>, names: readonly string[]): Entry<Chunk> | undefined {
  let at: Entry<Chunk> | undefined = directory;
  for (const name of names) at = at?.kind === "directory" ? at.entries.get(name) : undefined;
  return at;
}

/** The directory again, with an empty file in it, or deeper; the path's first names lead to it. */
function put(stream: Stream, directory: Directory<Chunk>, segments: readonly string[], depth: number): Directory<Chunk> {
  const name = segments[depth];
  const path = pathOf(segments.slice(0, depth + 1));
  if (name === undefined) throw new OptionError(stream, `\`${pathOf(segments)}\` is a directory, not a file`);
  const entry = directory.entries.get(name);
  const isLast = depth === segments.length - 1;
  const isFitting = entry === undefined || entry.kind === (isLast ? "file" : "directory");
  if (entry !== undefined && hostFileOf(entry) !== undefined) refuseHosts(stream, path);
  if (!isFitting)
    throw new OptionError(
      stream,
      isLast
        ? `\`${path}\` is ${article(entry.kind)}, not a file`
        : `\`${pathOf(segments)}\` leads through \`${path}\`, which is ${article(entry.kind)}`,
    );
  const next: Directory<Chunk> = entry?.kind === "directory" ? entry : { kind: "directory", entries: new Map() };
  return { ...directory, entries: new Map([...directory.entries, [name, isLast ? EMPTY : put(stream, next, segments, depth + 1)]]) };
}
