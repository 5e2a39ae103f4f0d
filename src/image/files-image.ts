/**
 * The image of the io adapter: trees of files, and the bytes of standard input. File contents are chunks of the
 * image by reference; everything else is one chunk before them. Where files are writable, the image also says
 * which and how far; what is embedded stays as it is, the adapter keeps what becomes of it elsewhere.
 */

import { byteLength } from "../binary/chunk.ts";
import { LinkError } from "../errors.ts";
import { ContentStore } from "./contents.ts";
import { digestOf } from "./digest.ts";
import { type FileRule, rulesTable } from "./file-rules.ts";
import { FIXED_SECONDS } from "./fixed-time.ts";
import { hostFilesTable, hostPreopensTable } from "./host-preopens.ts";
import { checkFits, type Image, Header, imageOf } from "./image.ts";
import {
  DIGEST,
  FILE_RULES,
  FIXED_TIME,
  HOST_DIRECTORIES,
  HOST_FILES,
  HOST_PREOPENS,
  IMAGE_BASE,
  INODE_WORD,
  CONTENTS,
  MAX_FILES,
  MEMORY,
  NO_LIMIT,
  MOUNT_RULES,
  MOUNT_SIZE,
  MOUNTS_END,
  NODE_SIZE,
  NUMBERED,
  OUTPUT_RULE_SIZE,
  OUTPUT_RULES,
  PACKED,
  PREOPENS,
  ROOTS,
  RULE_TEXTS,
  STDERR_FILE,
  STDIN,
  STDIN_FILE,
  STDOUT_FILE,
  TIMES,
} from "./layout.ts";
import { arrange, type Arrangement, joinMounts, placeOf as placeIn } from "./mount-points.ts";
import { contentsLimit, memoryLimit, sizeOfAll } from "./memory-limit.ts";
import { type Node, nodesOf } from "./nodes.ts";
import { pack, type PackedReport, type Packing } from "./packing.ts";
import { placeOf } from "./read-trees.ts";
import { StringLists, StringPool } from "./strings.ts";
import { type PlacedNode, writeTables } from "./tables.ts";
import { type HostFileEntry, hostFileOf, type HostPreopen, isDirect, isFileMountPoint, type Preopen, type WritableLimits } from "./tree.ts";

export interface FilesOptions {
  readonly preopens: readonly Preopen[];
  /** What the app reads from standard input; `undefined` if that is not embedded. */
  readonly stdin: Uint8Array | undefined;
  /** Directories of the host's; none by default. */
  readonly hostPreopens?: readonly HostPreopen[];
  /** Whether the app finds all of the host's directories that lie in no preopen; not by default. */
  readonly hostDirectories?: boolean;
  /** Whether files of the host's lie in the preopens. */
  readonly hasHostFiles?: boolean;
  /** Whether streams can be made of bytes that are written. */
  readonly hasPipes?: boolean;
  /** The time of what has none of its own, in seconds since the epoch. */
  readonly fixedSeconds?: number;
  /** Of what is written; nothing for read-only files. */
  readonly limits?: WritableLimits;
  /** Of files that can be written, and of the host's: for all preopens that say where rules start. */
  readonly rules?: readonly FileRule[];
  /** What each of them was given as, where somebody is told what they refuse. */
  readonly ruleTexts?: readonly string[] | undefined;
  /** Compresses files where that pays; without it, all are as they are. */
  readonly packing?: Packing | undefined;
  /** The standard streams that are files of the preopens, by path. */
  readonly streams?: Partial<Readonly<Record<keyof typeof STREAMS, string>>>;
  /** The standard outputs of the host's that are altered on their way. */
  readonly outputs?: Readonly<{ [Name in keyof typeof ALTERED]?: AlteredStream }>;
}

interface AlteredStream {
  /** Before each line. */
  readonly prefix?: string;
  /** Bytes behind which it ends. */
  readonly limit?: number;
}

const ALTERED: { readonly stdout: number; readonly stderr: number } = { stdout: OUTPUT_RULES, stderr: OUTPUT_RULES + OUTPUT_RULE_SIZE };

export interface FilesImage extends Image {
  readonly fileCount: number;
  /** The sizes of all files added up. */
  readonly fileBytes: number;
  /** What the files take in the image, identical contents once. */
  readonly storedBytes: number;
  /** What of them is compressed; `undefined` if nothing is. */
  readonly packed: PackedReport | undefined;
  /** The input is a file that can change. */
  readonly isInputWritable: boolean;
}

const STREAMS: { readonly stdin: number; readonly stdout: number; readonly stderr: number } = {
  stdin: STDIN_FILE,
  stdout: STDOUT_FILE,
  stderr: STDERR_FILE,
};

/** Throws a `LinkError` for names that no file can have, and if it is all too much for one memory. */
export function filesImage(options: FilesOptions): FilesImage {
  const { preopens, stdin, hostPreopens = [], hostDirectories = false, fixedSeconds = FIXED_SECONDS } = options;
  const pool = new StringPool();
  const hasMounts = hasWritables(options);
  // What is read-only alone has no mounts, and finds all of its preopens.
  const arrangement: Arrangement = hasMounts
    ? arrange(preopens, hostDirectories)
    : { mounts: preopens, preopenCount: preopens.length, rootCount: preopens.length, numbered: preopens.length, inner: [], offered: [] };
  const { mounts, preopenCount } = arrangement;
  const tree = nodesOf(mounts);
  joinMounts(tree, arrangement);
  const hostFiles = numberHostFiles(tree);
  const what = describe(tree, stdin);
  const placed = place(tree, pool, what);
  const { samples, directoryCount, fileCount, fileBytes } = placed;
  const streamNodes = nodesOfStreams(options.streams ?? {}, { tree, arrangement });
  const packing = options.packing && pack(placed.nodes, placed.store.byteLength, options.packing, (index) => streamNodes.has(index));
  const { nodes, store } = packing ?? placed;
  const packed = packing?.packed ?? new ContentStore();
  const paths = mounts.slice(0, preopenCount).map(({ path }) => pool.add(path));
  const storedBytes = store.byteLength + packed.byteLength;
  const stdinOffset = stdin === undefined ? 0 : store.add(stdin).offset;
  const outputs = (["stdout", "stderr"] as const).flatMap((name) => {
    const { prefix = "", limit } = options.outputs?.[name] ?? {};
    const bytes = new TextEncoder().encode(prefix);
    if (options.outputs?.[name] === undefined) return [];
    return [{ rule: ALTERED[name], limit, byteLength: bytes.length, offset: store.add(bytes).offset }];
  });
  const hasTimes = nodes.some(({ node }) => node.entry.modified !== undefined);
  const described = hasMounts ? mountsOf(arrangement, pool) : [];
  const packedFrom = store.byteLength;
  const strings = pool.bytes();
  const tables = writeTables({ nodes, directoryCount, hasTimes, fixedSeconds, paths, mounts: described, strings, packedFrom });
  const { bytes, timesAt, preopensAt, contentsAt } = tables;

  const header = new Header();
  if (stdin !== undefined && stdin.length > 0) {
    const stdinAt = contentsAt + stdinOffset;
    header.set(STDIN, stdinAt, stdinAt + stdin.length);
  }
  for (const { rule, limit, byteLength: length, offset } of outputs) {
    if (length > 0) header.set(rule, contentsAt + offset, length);
    header.set(rule + 8, ...(limit === undefined ? [NO_LIMIT, NO_LIMIT] : [limit >>> 0, Math.floor(limit / 2 ** 32)]));
  }
  if (preopens.length > 0) {
    header.set(PREOPENS, preopensAt, preopenCount);
    header.set(FIXED_TIME, fixedSeconds);
    header.set(DIGEST, ...digestOf(bytes, samples));
  }
  const isInputWritable = setStreams(header, options.streams ?? {}, { tree, nodes, arrangement, ...tables });
  if (hostDirectories) header.set(HOST_DIRECTORIES, 1);
  if (hasTimes) header.set(TIMES, timesAt - IMAGE_BASE);
  const contentsEnd = contentsAt + packedFrom + packed.byteLength;
  if (packed.byteLength > 0) header.set(PACKED, contentsAt + packedFrom, contentsEnd);
  const host = hostTables(header, { hostPreopens, hostFiles, contentsEnd });
  const ruled = hasMounts ? setRules(header, options, { arrangement, tables, from: contentsEnd + byteLength(host.chunks) }) : undefined;
  const inodesEnd = hasMounts
    ? setMounts(header, options, { arrangement, tables, inodesFrom: ruled?.end ?? host.end, nodeCount: nodes.length })
    : 0;
  const image = imageOf(header, [bytes, ...store.chunks, ...packed.chunks, ...host.chunks, ...(ruled?.chunks ?? [])], what);
  // The table of inodes is zero at first: there is nothing to write.
  return { ...image, end: Math.max(image.end, inodesEnd), isInputWritable, fileCount, fileBytes, storedBytes, packed: packing?.report };
}

/** Whether the adapter is one for files that can be written, that are the host's, or that rules are asked about. */
function hasWritables({ preopens, hostDirectories, hasHostFiles, hasPipes }: FilesOptions): boolean {
  const isAny = preopens.some(
    ({ writable, host, ruleStarts = [] }) => writable !== undefined || host !== undefined || ruleStarts.length > 0,
  );
  return hostDirectories === true || hasHostFiles === true || hasPipes === true || isAny;
}

/** What the table of mounts says of each. */
function mountsOf({ mounts, inner }: Arrangement, pool: StringPool): Parameters<typeof writeTables>[0]["mounts"] {
  const outerOf = new Map(inner.map(({ mount, outer }) => [mount, outer]));
  return mounts.map((mount, index) => ({
    writable: mount.writable,
    outer: outerOf.get(index),
    isHidden: mount.isHidden === true,
    changesHost: isDirect(mount) ? mount.changesHost === true : undefined,
    isOffered: mount.isOffered === true,
    isNeeded: mount.isNeeded === true,
    path: pool.add(mount.path.replace(/\/$/, "")),
    host: mount.host === undefined ? undefined : pool.add(mount.host),
  }));
}

interface Streams {
  readonly tree: readonly Node[];
  readonly nodes: readonly PlacedNode[];
  readonly arrangement: Arrangement;
  readonly mountsAt: number;
  readonly contentsAt: number;
}

/** Which nodes are files that are standard streams: the adapter does not open these by their path. */
function nodesOfStreams(
  streams: NonNullable<FilesOptions["streams"]>,
  { tree, arrangement }: Pick<Streams, "tree" | "arrangement">,
): ReadonlySet<number | undefined> {
  return new Set(Object.values(streams).map((path) => placeIn(path, tree, arrangement)?.node));
}

/** Where the standard streams are that are files; whether the input is one that can change. */
function setStreams(
  header: Header,
  streams: NonNullable<FilesOptions["streams"]>,
  { tree, nodes, arrangement, mountsAt, contentsAt }: Streams,
): boolean {
  let isInputWritable = false;
  for (const [stream, offset] of Object.entries(STREAMS) as readonly [keyof typeof STREAMS, number][]) {
    const path = streams[stream];
    const place = path === undefined ? undefined : placeIn(path, tree, arrangement);
    const placed = nodes[place?.node ?? -1];
    if (place === undefined || placed?.node.entry.kind !== "file") continue;
    if (arrangement.mounts[place.mount]?.writable !== undefined) {
      header.set(offset, IMAGE_BASE + place.node * NODE_SIZE, mountsAt + place.mount * MOUNT_SIZE);
      if (stream === "stdin") isInputWritable = true;
    } else if (placed.byteLength > 0) {
      // What cannot change is read like an input that is embedded by itself.
      header.set(STDIN, contentsAt + placed.data, contentsAt + placed.data + placed.byteLength);
    }
  }
  return isInputWritable;
}

interface HostTables {
  readonly hostPreopens: readonly HostPreopen[];
  readonly hostFiles: readonly HostFileEntry["hostFile"][];
  /** The first address behind the contents. */
  readonly contentsEnd: number;
}

/** The tables of what is the host's, behind the contents. */
function hostTables(
  header: Header,
  { hostPreopens, hostFiles, contentsEnd }: HostTables,
): { readonly chunks: readonly Uint8Array[]; readonly end: number } {
  const preopensAt = Math.ceil(contentsEnd / WORD) * WORD;
  const preopens = hostPreopensTable(hostPreopens, preopensAt);
  if (hostPreopens.length > 0) header.set(HOST_PREOPENS, preopensAt, hostPreopens.length);
  const filesAt = preopensAt + preopens.length;
  const files = hostFilesTable(hostFiles, filesAt);
  if (hostFiles.length > 0) header.set(HOST_FILES, filesAt, hostFiles.length);
  const isEmpty = hostPreopens.length + hostFiles.length === 0;
  return { chunks: isEmpty ? [] : [new Uint8Array(preopensAt - contentsEnd), preopens, files], end: filesAt + files.length };
}

/** The table of rules, behind the host's tables, and in the table of mounts where they start. */
function setRules(
  header: Header,
  { rules = [], ruleTexts = [] }: Pick<FilesOptions, "rules" | "ruleTexts">,
  {
    arrangement,
    tables,
    from,
  }: { readonly arrangement: Arrangement; readonly tables: ReturnType<typeof writeTables>; readonly from: number },
): { readonly chunks: readonly Uint8Array[]; readonly end: number } | undefined {
  if (rules.length === 0) return undefined;
  const address = Math.ceil(from / WORD) * WORD;
  const { bytes, rulesAt, startsAt } = rulesTable(rules, arrangement.mounts, address);
  header.set(FILE_RULES, rulesAt, rules.length);
  const view = new DataView(tables.bytes.buffer, tables.bytes.byteOffset);
  for (const [index, at] of startsAt.entries()) {
    if (at !== 0) view.setUint32(tables.mountsAt - IMAGE_BASE + index * MOUNT_SIZE + MOUNT_RULES, at, true);
  }
  const texts = new StringLists(address + bytes.length, [ruleTexts]);
  const chunks = [new Uint8Array(address - from), bytes, ...texts.chunks()];
  if (ruleTexts.length > 0) header.set(RULE_TEXTS, texts.startOf(0));
  return { chunks, end: from + byteLength(chunks) };
}

interface Mounts {
  readonly arrangement: Arrangement;
  readonly tables: ReturnType<typeof writeTables>;
  /** From where on there is room for the table of inodes. */
  readonly inodesFrom: number;
  readonly nodeCount: number;
}

/** What the adapter for writable files needs to know of mounts and limits; gives the end of the table of inodes. */
function setMounts(header: Header, options: FilesOptions, { arrangement, tables, inodesFrom, nodeCount }: Mounts): number {
  const { limits = {}, hasPipes = false, hostDirectories = false } = options;
  const { mounts, rootCount, numbered } = arrangement;
  const { mountsAt } = tables;
  const inodesAt = Math.ceil(inodesFrom / INODE_WORD) * INODE_WORD;
  const sizes = mounts.map(({ writable }) => writable);
  header.set(CONTENTS, contentsLimit(limits.maxBytes));
  header.set(MAX_FILES, Math.min(limits.maxFiles ?? NO_LIMIT, NO_LIMIT), mountsAt, inodesAt);
  header.set(MEMORY, memoryLimit(sizeOfAll(sizes, limits, hasPipes)));
  header.set(ROOTS, rootCount);
  header.set(NUMBERED, numbered);
  if (hostDirectories || mounts.some(({ host }) => host !== undefined)) header.set(MOUNTS_END, mountsAt + mounts.length * MOUNT_SIZE);
  return inodesAt + nodeCount * INODE_WORD;
}

/** A byte tells them apart. */
const MOST_HOST_FILES = 255;

function numberHostFiles(nodes: readonly Node[]): readonly HostFileEntry["hostFile"][] {
  const files: HostFileEntry["hostFile"][] = [];
  for (const node of nodes) {
    const file = hostFileOf(node.entry);
    if (file !== undefined) node.mount = files.push(file);
  }
  if (files.length > MOST_HOST_FILES) throw new LinkError(`${files.length} single files of the host are more than ${MOST_HOST_FILES}`);
  return files;
}

const WORD = 4;

interface Placement {
  readonly nodes: readonly PlacedNode[];
  /** The contents. */
  readonly store: ContentStore;
  /** A sample of each file's contents. */
  readonly samples: readonly number[];
  readonly directoryCount: number;
  readonly fileCount: number;
  readonly fileBytes: number;
}

/** What is embedded, for people. */
export function describe(nodes: readonly Node[], stdin: Uint8Array | undefined): string {
  const files = nodes.flatMap(({ entry }) => (entry.kind === "file" ? [entry.contents] : []));
  const input = stdin === undefined ? [] : [`a standard input of ${stdin.length} bytes`];
  return [`${files.length} ${files.length === 1 ? "file" : "files"} of ${byteLength(files)} bytes`, ...input].join(" and ");
}

/**
 * Puts names and targets into the pool, contents into a store, and numbers the directories. Stops as soon as there is
 * too much of `what` is embedded.
 */
export function place(nodes: readonly Node[], pool: StringPool, what: string): Placement {
  const store = new ContentStore();
  const samples: number[] = [];
  let directoryCount = 0;
  let fileBytes = 0;
  const placed = nodes.map((node): PlacedNode => {
    const { entry } = node;
    const name = pool.add(node.name);
    switch (entry.kind) {
      case "file": {
        const { offset, sample } = store.add(entry.contents);
        checkFits(store.byteLength, what);
        if (hostFileOf(entry) === undefined && !isFileMountPoint(entry) && placeOf(entry) === 0) samples.push(sample);
        fileBytes += entry.contents.byteLength;
        return { node, name, data: offset, byteLength: entry.contents.byteLength };
      }
      case "link": {
        const { offset, byteLength } = pool.add(entry.target);
        return { node, name, data: offset, byteLength };
      }
      case "directory":
        return { node, name, data: directoryCount++, byteLength: 0 };
      default:
        return entry satisfies never;
    }
  });
  return { nodes: placed, store, samples, directoryCount, fileCount: samples.length, fileBytes };
}
