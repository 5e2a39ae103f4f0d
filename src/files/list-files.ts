/**
 * What is embedded in an output, file by file, and the trees that it was made of, to be embedded again or written somewhere.
 */
import type { Mount } from "../adapters/filesystem/mounts.ts";
import type { Chunk } from "../binary/chunk.ts";
import { FormatError } from "../errors.ts";
import { FIXED_SECONDS } from "../image/fixed-time.ts";
import { compareAsUtf8 } from "../image/nodes.ts";
import type { Extent, ImageTree } from "../image/read-image.ts";
import { entriesOf, placeOf, timeOf } from "../image/read-trees.ts";
import type { Directory, Entry } from "../image/tree.ts";
import { type DataOrigin, Digests, type EmbeddedInput } from "../inspect/embedded.ts";
import { originOf, type InspectOptions } from "../inspect/inspect.ts";
import { type FilePart, filePartsOf } from "./file-parts.ts";

/** What an output, or an output inside of it, embeds. */
export interface EmbeddedFiles {
  /** The names of the outputs that it lies in, without the outermost: empty for the component itself. */
  readonly within: readonly string[];
  /** As `virtualize` takes them, in the order of the bytes of their paths. Contents are views of the component, or are read later. */
  readonly mounts: readonly Mount<Chunk>[];
  /** All that is in the mounts, and their roots: each directory before its entries. */
  readonly files: readonly EmbeddedFile[];
  /** Standard input, if it is embedded. */
  readonly stdin: EmbeddedInput | null;
}

export interface EmbeddedFile {
  /** Where it lies in the guest. */
  readonly path: string;
  readonly kind: "file" | "directory" | "link";
  /** Whether the component can change it, in its memory. */
  readonly writable: boolean;
  /** In bytes: of a file. 0 of all others. */
  readonly size: number;
  /** In nanoseconds since the epoch. */
  readonly modified: bigint;
  /** Where a link leads; `null` for all others. */
  readonly target: string | null;
  /** SHA-256 of a file's contents in hexadecimal digits; `null` for all others, and if no digests are wanted. */
  readonly digest: string | null;
}

/**
 * Empty where nothing of ours is embedded. The options are those of `inspect`.
 * @throws FormatError where `component` is not a well-formed component, or what is embedded is not as wasi-nest embeds it
 * @throws LinkError where a later wasi-nest has made it in another format
 * @throws OptionError where it is no bytes at all, and for an unknown option, or one of another type
 */
export function listFiles(component: Uint8Array, options: InspectOptions = {}): readonly EmbeddedFiles[] {
  const origin = originOf(component, options);
  return filePartsOf(component, origin.source).parts.flatMap((part) => {
    const files = filesOf(part, origin);
    return files.mounts.length === 0 && files.stdin === null ? [] : [files];
  });
}

function filesOf({ within, memory, image }: FilePart, origin: DataOrigin): EmbeddedFiles {
  const digests = new Digests(memory, origin.createHash);
  // The time of what was embedded without one is left to whoever embeds it again.
  const entries = entriesOf(image, memory, ({ seconds }) => image.hasTimes || seconds !== BigInt(FIXED_SECONDS));
  const files: EmbeddedFile[] = [];
  const trees = [...image.trees].sort((left, right) => compareAsUtf8(left.path, right.path));
  for (const [i, { path }] of trees.entries()) {
    if (!isGuestPath(path)) throw new FormatError(`\`${path}\` is not the path of a mount`, 0);
    if (trees[i - 1]?.path === path) throw new FormatError(`\`${path}\` is mounted twice`, 0);
  }
  const list = (index: number, path: string, writable: boolean): void => {
    const [node, entry] = [image.nodes[index], entries[index]];
    if (node === undefined || entry === undefined || node.place !== 0) return;
    files.push({
      path,
      kind: entry.kind,
      writable,
      size: entry.kind === "file" ? entry.contents.byteLength : 0,
      modified: timeOf(node),
      target: entry.kind === "link" ? entry.target : null,
      digest: entry.kind === "file" ? (digests.of(node.data, node.packed) ?? null) : null,
    });
    if (entry.kind !== "directory") return;
    let child = node.first;
    for (const name of entry.entries.keys()) list(child++, `${path === "/" ? "" : path}/${name}`, writable);
  };
  const shown = trees.filter((tree) => !tree.isHosts || hasContents(entries[tree.root]));
  for (const { root, path, isWritable } of shown) list(root, path, isWritable);
  const inputDigest = (extent: Extent): string | null => digests.of(extent) ?? null;
  return {
    within,
    mounts: shown.map((tree) => mountOf(tree, entries)),
    files,
    stdin: image.stdin === undefined ? null : { bytes: image.stdin.byteLength, digest: inputDigest(image.stdin) },
  };
}

function mountOf({ path, root, isWritable }: ImageTree, entries: readonly Entry<Chunk>[]): Mount<Chunk> {
  const entry = entries[root];
  if (entry === undefined) throw new FormatError(`the mount \`${path}\` has no root`, 0);
  return { path, entry: withoutPlaces(entry), ...(isWritable && { writable: true }) };
}

/** Whether anything but directories on the way to other mounts is there. */
const hasContents = (entry: Entry<Chunk> | undefined): boolean =>
  entry !== undefined && placeOf(entry) === 0 && (entry.kind !== "directory" || [...entry.entries.values()].some(hasContents));

/** What stands for other mounts and for files of the host's is put there by whoever embeds these. */
function withoutPlaces(entry: Entry<Chunk>): Entry<Chunk> {
  if (entry.kind !== "directory") return entry;
  const kept = [...entry.entries].filter(([, each]) => placeOf(each) === 0);
  return { ...entry, entries: new Map(kept.map(([name, each]) => [name, withoutPlaces(each)])) };
}

const namesOf = (path: string): readonly string[] => (path === "/" ? [] : path.slice(1).split("/"));

const isGuestPath = (path: string): boolean =>
  path.startsWith("/") && !path.includes("\0") && namesOf(path).every((name) => name !== "" && name !== "." && name !== "..");

/** A directory that is being put together. */
interface Draft extends Omit<Directory<Chunk>, "entries"> {
  readonly entries: Map<string, Entry<Chunk> | Draft>;
}

/**
 * The mounts as one tree, as the guest finds them: what lies where another mount is gives way.
 * @throws FormatError where a mount lies in a file or a link
 */
export function mergedTree(mounts: readonly Mount<Chunk>[]): Directory<Chunk> {
  const root: Draft = { kind: "directory", entries: new Map() };
  const drafts = new Set<unknown>([root]);
  // Those around others have shorter paths.
  for (const { path, entry } of mounts.toSorted((left, right) => left.path.length - right.path.length)) {
    const names = namesOf(path);
    const last = names.at(-1);
    if (last === undefined) {
      if (entry.kind !== "directory") throw new FormatError(`the mount \`${path}\` is no directory`, 0);
      for (const each of entry.entries) root.entries.set(...each);
    } else directoryAt(root, names.slice(0, -1), path, drafts).entries.set(last, entry);
  }
  return root as Directory<Chunk>;
}

/** The directory to which names lead, which is made or, if it is one of a mount's, copied. */
function directoryAt(root: Draft, names: readonly string[], path: string, drafts: Set<unknown>): Draft {
  let at = root;
  for (const name of names) {
    const found = at.entries.get(name) ?? { kind: "directory", entries: new Map<string, Entry<Chunk>>() };
    if (found.kind !== "directory") throw new FormatError(`the mount \`${path}\` lies in a file or a link`, 0);
    const next: Draft = drafts.has(found) ? (found as Draft) : { ...found, entries: new Map(found.entries) }; // drafts are among them
    drafts.add(next);
    at.entries.set(name, next);
    at = next;
  }
  return at;
}
