/**
 * The image of files with other trees in it. What is not about trees stays what it is: mounts and their limits, directories and files
 * of the host, standard streams, what is written in front of lines. Whatever else is in the same memory stays where it is, because
 * code may have its addresses: if the trees do not fit in front of it, all but their roots goes behind it.
 *
 *   IMAGE_BASE   roots
 *                all else, if it fits
 *   ...          images of other adapters, what stubs answer with
 *                all else, if it does not fit
 */
import { byteLength, type Chunk } from "../binary/chunk.ts";
import { FormatError } from "../errors.ts";
import { ContentStore } from "./contents.ts";
import { digestOf } from "./digest.ts";
import { describe, place } from "./files-image.ts";
import { hostPreopensTable } from "./host-preopens.ts";
import { checkFits, Header, type Segment } from "./image.ts";
import {
  DIGEST,
  FIXED_TIME,
  HEADER,
  HOST_FILES,
  HOST_PREOPEN_FLAGS,
  HOST_PREOPEN_HOST,
  HOST_PREOPEN_PATH,
  HOST_PREOPEN_READ_ONLY,
  HOST_PREOPEN_SIZE,
  HOST_PREOPENS,
  IMAGE_BASE,
  INODE_WORD,
  INODES,
  MOUNT_HOST,
  MOUNT_OUTER,
  MOUNT_PATH,
  MOUNT_SIZE,
  MOUNTS,
  MOUNTS_END,
  NODE_SIZE,
  NUMBERED,
  OUTPUT_RULE_SIZE,
  OUTPUT_RULES,
  PACKED,
  PACKED_END,
  PREOPEN_LENGTH,
  PREOPEN_PATH,
  PREOPEN_SIZE,
  PREOPENS,
  RETURN_AREA,
  STDERR_FILE,
  STDIN,
  STDIN_END,
  STDIN_FILE,
  STDOUT_FILE,
  TIME_SIZE,
  TIMES,
} from "./layout.ts";
import { type Node, nodesOf } from "./nodes.ts";
import { type Compressor, MOST_PACKED, pack } from "./packing.ts";
import type { Extent } from "./read-image.ts";
import { type ChunkMemory, placeOf } from "./read-trees.ts";
import { StringPool } from "./strings.ts";
import { type PlacedMount, writeTables } from "./tables.ts";
import type { Directory, Entry } from "./tree.ts";

const EMPTY: Directory<Chunk> = { kind: "directory", entries: new Map() };
/** Of a mount whose record is copied. */
const COPIED: Omit<PlacedMount, "path" | "host"> = {
  ...{ writable: undefined, outer: undefined, isHidden: false, changesHost: undefined, isOffered: false, isNeeded: false },
};
/** The words of the header that name the nodes of standard streams. */
export const STREAM_FILES: readonly number[] = [STDIN_FILE, STDOUT_FILE, STDERR_FILE];

export interface Replacement {
  /** Of each mount, in order: the entry at its root. */
  readonly roots: readonly Entry<Chunk>[];
  /** The indices of mounts, and the names in them, of standard streams that are files, by the word of the header. */
  readonly streams: ReadonlyMap<number, StreamPlace>;
  /** An input that cannot change: what it is, if it is a file. */
  readonly input: StreamPlace | undefined;
  /** Where other images begin: nothing of this one may lie from here on, up to `end`. Infinity if there are none. */
  readonly othersAt: number;
  /** The first free address behind them. */
  readonly othersEnd: number;
  /** For an image that has compressed files. */
  readonly compress: Compressor | undefined;
}

export interface StreamPlace {
  readonly root: number;
  readonly names: readonly string[];
}

/** `memory` is that of the image alone. */
export function replacedImage(
  memory: ChunkMemory & { readonly header: Uint8Array },
  { roots, streams, input, othersAt, othersEnd, compress }: Replacement,
): { readonly segments: readonly Segment[]; readonly end: number; readonly fileCount: number } {
  const old = new DataView(memory.header.buffer, memory.header.byteOffset, memory.header.byteLength);
  const word = (offset: number): number => old.getUint32(offset, true);
  const reading = new Reading(memory);
  const nodes = nodesOf(roots.map((root) => ({ path: "", ...(root.kind === "directory" ? { directory: root } : asFile(root)) })));
  const outers = outersOf(memory, word);
  joinPlaces(nodes, outers, word);

  const pool = new StringPool();
  const what = describe(nodes, undefined);
  const plain = place(nodes, pool, what);
  const { samples, directoryCount, fileCount } = plain;
  // Only an adapter that has compressed files can read any.
  const packing = word(PACKED) === 0 ? undefined : { compress, codeBytes: 0, most: MOST_PACKED };
  const streamNodes = new Set([...streams.values(), ...(input === undefined ? [] : [input])].map((each) => walk(nodes, each)));
  const packedNodes = packing && pack(plain.nodes, plain.store.byteLength, packing, (index) => streamNodes.has(index));
  const { nodes: placed, store } = packedNodes ?? plain;
  const packed = packedNodes?.packed ?? new ContentStore();
  const preopens = reading.preopens(word(PREOPENS), word(PREOPENS + 4));
  const paths = preopens.map((path) => pool.add(path));
  const inputNode = input === undefined ? undefined : placed[walk(nodes, input)];
  const ownInput = word(STDIN) === 0 || input !== undefined ? undefined : reading.chunk(word(STDIN), word(STDIN_END) - word(STDIN));
  const inputOffset = ownInput === undefined ? 0 : store.add(ownInput).offset;
  const prefixes = [OUTPUT_RULES, OUTPUT_RULES + OUTPUT_RULE_SIZE].flatMap((rule) => {
    if (word(rule) === 0) return [];
    return [{ rule, offset: store.add(reading.chunk(word(rule), word(rule + 4))).offset, byteLength: word(rule + 4) }];
  });
  checkFits(store.byteLength, what);
  const packedFrom = store.byteLength;
  const records = outers.map((_, i) => memory.bytes(word(MOUNTS) + i * MOUNT_SIZE, MOUNT_SIZE));
  const mounts = records.map((record): PlacedMount => {
    const view = viewOf(record);
    const textAt = (offset: number): string => reading.text(view.getUint32(offset, true), view.getUint32(offset + 4, true));
    return {
      ...COPIED,
      path: pool.add(textAt(MOUNT_PATH)),
      host: view.getUint32(MOUNT_HOST, true) === 0 ? undefined : pool.add(textAt(MOUNT_HOST)),
    };
  });
  const hasTimes = nodes.some(({ entry }) => entry.modified !== undefined);
  const host = { preopens: reading.hostPlaces(word, HOST_PREOPENS), files: reading.hostPlaces(word, HOST_FILES) };
  const parts = {
    nodes: placed,
    directoryCount,
    hasTimes,
    fixedSeconds: word(FIXED_TIME),
    paths,
    mounts,
    strings: pool.bytes(),
    packedFrom,
  };

  /** All of it, with a gap behind the roots. */
  const build = (gap: number): { readonly segments: readonly Segment[]; readonly end: number } => {
    const tables = writeTables({ ...parts, gap });
    const { bytes, timesAt, preopensAt, mountsAt, contentsAt } = tables;
    copyRecords(bytes.subarray(bytes.length - (contentsAt - mountsAt)), records, outers, mountsAt);
    const packedAt = contentsAt + packedFrom;
    const contentsEnd = packedAt + packed.byteLength;
    const tablesAt = Math.ceil(contentsEnd / WORD) * WORD;
    const hostPreopens = hostPreopensTable(host.preopens, tablesAt);
    const hostFiles = hostPreopensTable(host.files, tablesAt + hostPreopens.length);
    const isHosts = host.preopens.length + host.files.length > 0;
    const bodyEnd = isHosts ? tablesAt + hostPreopens.length + hostFiles.length : contentsEnd;
    const inodesAt = Math.ceil((isHosts ? bodyEnd : tablesAt) / INODE_WORD) * INODE_WORD;
    const [low, high] = digestOf(bytes, samples);
    const words = new Map<number, number>([
      [PREOPENS, preopensAt],
      [TIMES, hasTimes ? timesAt - IMAGE_BASE : 0],
      [DIGEST, low],
      [DIGEST + 4, high],
      [PACKED, packed.byteLength > 0 ? packedAt : 0],
      [PACKED_END, packed.byteLength > 0 ? contentsEnd : 0],
      [HOST_PREOPENS, host.preopens.length > 0 ? tablesAt : 0],
      [HOST_FILES, host.files.length > 0 ? tablesAt + hostPreopens.length : 0],
      ...prefixes.map(({ rule, offset }) => [rule, contentsAt + offset] as const),
    ]);
    if (records.length > 0) words.set(MOUNTS, mountsAt).set(INODES, inodesAt);
    if (word(MOUNTS_END) !== 0) words.set(MOUNTS_END, mountsAt + records.length * MOUNT_SIZE);
    for (const [header, at] of streams) {
      const index = walk(nodes, at);
      words.set(header, addressOf(index, roots.length, gap)).set(header + 4, mountsAt + at.root * MOUNT_SIZE);
    }
    const stdin = ownInput === undefined ? inputNode : { data: inputOffset, byteLength: ownInput.byteLength };
    const [start, length] = stdin === undefined || stdin.byteLength === 0 ? [0, 0] : [contentsAt + stdin.data, stdin.byteLength];
    words.set(STDIN, start).set(STDIN_END, start === 0 ? 0 : start + length);
    const header = new Header();
    for (let at = HEADER; at < RETURN_AREA; at += WORD) header.set(at, words.get(at) ?? word(at));
    const rootsLength = gap === 0 ? 0 : roots.length * NODE_SIZE;
    const body = [bytes.subarray(rootsLength), ...store.chunks, ...packed.chunks];
    if (isHosts) body.push(new Uint8Array(tablesAt - contentsEnd), hostPreopens, hostFiles);
    const chunks = body.filter((each) => each.byteLength > 0);
    checkFits(byteLength(chunks), what);
    const segments = [
      ...header.segments(),
      ...(gap === 0 ? [] : [{ address: IMAGE_BASE, chunks: [bytes.subarray(0, rootsLength)] }]),
      { address: IMAGE_BASE + rootsLength + gap, chunks },
    ];
    const inodesEnd = inodesAt + ((nodes.length * NODE_SIZE + gap) / NODE_SIZE) * INODE_WORD;
    return {
      segments: segments.filter((each) => byteLength(each.chunks) > 0),
      end: records.length > 0 ? Math.max(bodyEnd, inodesEnd) : bodyEnd,
    };
  };
  const inPlace = build(0);
  if (inPlace.end <= othersAt) return { segments: inPlace.segments, end: Math.max(inPlace.end, othersEnd), fileCount };
  const behind = Math.ceil(othersEnd / TIME_SIZE) * TIME_SIZE - (IMAGE_BASE + roots.length * NODE_SIZE);
  return { ...build(behind), fileCount };
}

const WORD = 4;

const addressOf = (node: number, roots: number, gap: number): number => IMAGE_BASE + node * NODE_SIZE + (node < roots ? 0 : gap);

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView => new DataView(buffer, byteOffset, byteLength);

/** `nodesOf` takes no links for roots, and there are none. */
function asFile(entry: Entry<Chunk>): {
  readonly directory: Directory<Chunk>;
  readonly file: Extract<Entry<Chunk>, { readonly kind: "file" }>;
} {
  if (entry.kind !== "file") throw new FormatError("the root of a mount is a link", 0);
  return { directory: EMPTY, file: entry };
}

type Word = (offset: number) => number;

/** Of each mount, the index of that around it, if any; none if there is no table of them. */
function outersOf(memory: ChunkMemory, word: Word): readonly (number | undefined)[] {
  if (word(MOUNTS) === 0) return [];
  const count = (word(PREOPENS) - word(MOUNTS)) / MOUNT_SIZE;
  return Array.from({ length: count }, (_, i) => {
    const outer = viewOf(memory.bytes(word(MOUNTS) + i * MOUNT_SIZE, MOUNT_SIZE)).getUint32(MOUNT_OUTER, true);
    const index = (outer - word(MOUNTS)) / MOUNT_SIZE;
    if (outer === 0) return undefined;
    if (!Number.isInteger(index) || index < 0 || index >= count) throw new FormatError("a mount lies in none", 0);
    return index;
  });
}

/** Puts the numbers of mounts and of files of the host into nodes, and the parents of roots (mount-points.ts). */
function joinPlaces(nodes: readonly Node[], outers: readonly (number | undefined)[], word: Word): void {
  const hostFileCount = word(HOST_FILES + 4);
  for (const node of nodes) {
    node.mount = placeOf(node.entry);
    const number = node.mount - (node.entry.kind === "file" ? hostFileCount : 0);
    const mount = number - 1 + word(NUMBERED);
    const root = nodes[mount];
    if (node.mount !== 0 && number > 0 && outers[mount] !== undefined && root !== undefined) root.parent = node.parent;
  }
}

/** The records of mounts as they were, but for addresses; `tables` begins with them, at `mountsAt`. */
function copyRecords(tables: Uint8Array, records: readonly Uint8Array[], outers: readonly (number | undefined)[], mountsAt: number): void {
  for (const [i, record] of records.entries()) {
    const made = tables.subarray(i * MOUNT_SIZE, (i + 1) * MOUNT_SIZE);
    const [view, outer] = [viewOf(made), outers[i]];
    const kept = [MOUNT_PATH, MOUNT_PATH + 4, MOUNT_HOST, MOUNT_HOST + 4].map((offset) => [offset, view.getUint32(offset, true)] as const);
    made.set(record);
    for (const [offset, value] of kept) view.setUint32(offset, value, true);
    if (outer !== undefined) view.setUint32(MOUNT_OUTER, mountsAt + outer * MOUNT_SIZE, true);
  }
}

/** The index of the node to which names lead. */
function walk(nodes: readonly Node[], { root, names }: StreamPlace): number {
  let index = root;
  for (const name of names) {
    const { first = 0, end = 0 } = nodes[index] ?? {};
    const found = nodes.slice(first, end).findIndex((each) => each.name === name);
    if (found < 0) throw new Error(`nothing is at ${names.join("/")}`);
    index = first + found;
  }
  return index;
}

/** What else the image has. */
class Reading {
  readonly #memory: ChunkMemory;
  readonly #utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

  constructor(memory: ChunkMemory) {
    this.#memory = memory;
  }

  chunk(address: number, byteLength: number): Chunk {
    const extent: Extent = { address, byteLength };
    return this.#memory.chunk(extent);
  }

  text(address: number, byteLength: number): string {
    try {
      return this.#utf8.decode(this.#memory.bytes(address, byteLength));
    } catch (error) {
      throw error instanceof FormatError ? error : new FormatError("a path is not UTF-8", 0);
    }
  }

  preopens(table: number, count: number): readonly string[] {
    return Array.from({ length: count }, (_, i) => {
      const view = viewOf(this.#memory.bytes(table + i * PREOPEN_SIZE, PREOPEN_SIZE));
      return this.text(view.getUint32(PREOPEN_PATH, true), view.getUint32(PREOPEN_LENGTH, true));
    });
  }

  hostPlaces(word: Word, header: number): Parameters<typeof hostPreopensTable>[0] {
    return Array.from({ length: word(header) === 0 ? 0 : word(header + 4) }, (_, i) => {
      const view = viewOf(this.#memory.bytes(word(header) + i * HOST_PREOPEN_SIZE, HOST_PREOPEN_SIZE));
      const textAt = (offset: number): string => this.text(view.getUint32(offset, true), view.getUint32(offset + 4, true));
      return {
        path: textAt(HOST_PREOPEN_PATH),
        host: textAt(HOST_PREOPEN_HOST),
        readOnly: (view.getUint32(HOST_PREOPEN_FLAGS, true) & HOST_PREOPEN_READ_ONLY) !== 0,
      };
    });
  }
}
