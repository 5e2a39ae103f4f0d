/**
 * Reads back what `files-image.ts` writes (layout.ts draws it): the trees that are embedded, and standard input. What
 * deviates from what is written is refused, so that everything here is read once, however the tables are made.
 */
import { MAX_NESTED_BYTES } from "../binary/component.ts";
import { FormatError } from "../errors.ts";
import {
  DIRECTORY_END,
  DIRECTORY_FIRST,
  DIRECTORY_SIZE,
  FIXED_TIME,
  IMAGE_BASE,
  MOUNT_DIRECT,
  MOUNT_FLAGS,
  MOUNT_HIDDEN,
  MOUNT_OFFERED,
  MOUNT_PATH,
  MOUNT_SIZE,
  MOUNT_WRITABLE,
  MOUNTS,
  NODE_BYTES,
  NODE_DATA,
  NODE_MOUNT,
  NODE_NAME,
  NODE_NAME_LENGTH,
  NODE_SIZE,
  NODE_TYPE,
  PACKED,
  PACKED_BYTES,
  PACKED_END,
  PACKED_LENGTH,
  PACKED_SIZE,
  PREOPEN_LENGTH,
  PREOPEN_PATH,
  PREOPEN_SIZE,
  PREOPENS,
  STDIN,
  STDIN_END,
  TIME_LENGTH,
  TIME_NANOSECONDS,
  TIME_SECONDS,
  TIMES,
  TYPE_DIRECTORY,
  TYPE_FILE,
  TYPE_LINK,
} from "./layout.ts";

export interface Memory {
  /** All that lies before RETURN_AREA, zeros where nothing is. */
  readonly header: Uint8Array;
  /**
   * Those that are written from an address on; nobody changes them.
   * @throws FormatError where there are none
   */
  bytes(address: number, byteLength: number): Uint8Array;
}

/** Where bytes lie in the memory. */
export interface Extent {
  readonly address: number;
  readonly byteLength: number;
}

export interface ImageNode {
  readonly address: number;
  readonly name: Uint8Array;
  /** "place": what lies there is another mount, or a file of the host's. */
  readonly kind: "directory" | "file" | "link" | "place";
  /** What stands in a place: a directory, or a file. */
  readonly isDirectory: boolean;
  /** Of a place: which mount or file of the host's it is, as layout.ts says; 0 for all others. */
  readonly place: number;
  readonly seconds: bigint;
  readonly nanoseconds: number;
  /** Of contents or a target; nothing of the others. Of compressed contents, the size is theirs, and the address that of their record. */
  readonly data: Extent;
  /** Of compressed contents, the stream. */
  readonly packed: Extent | undefined;
  /** Directories only: the indices of the first entry and of the one after the last. Each comes after its directory. */
  readonly first: number;
  readonly end: number;
}

export interface ImageTree {
  /** Where the app finds it. */
  readonly path: string;
  readonly isWritable: boolean;
  /** The index of its root, and its number in the table of mounts. */
  readonly root: number;
  /** What is in there besides what was embedded is the host's. */
  readonly isHosts: boolean;
}

export interface ReadImage {
  readonly nodes: readonly ImageNode[];
  /** The first nodes are the roots of mounts, also of those that no app sees. */
  readonly rootCount: number;
  /** Whether nodes have times of their own. */
  readonly hasTimes: boolean;
  /** But for those that no app sees. */
  readonly trees: readonly ImageTree[];
  readonly stdin: Extent | undefined;
}

const KINDS: ReadonlyMap<number, "directory" | "file" | "link"> = new Map([
  [TYPE_DIRECTORY, "directory"],
  [TYPE_FILE, "file"],
  [TYPE_LINK, "link"],
]);

/** @throws FormatError for what is no image of the io adapter */
export function readImage(memory: Memory): ReadImage {
  const header = viewOf(memory.header);
  const word = (offset: number): number => header.getUint32(offset, true);
  const [preopensAt, preopenCount, mountsAt] = [word(PREOPENS), word(PREOPENS + 4), word(MOUNTS)];
  const mountCount = mountsAt === 0 ? preopenCount : (preopensAt - mountsAt) / MOUNT_SIZE;
  if (!Number.isInteger(mountCount) || mountCount < preopenCount) throw refusal("its mounts are not a table", mountsAt);
  const fixed = { seconds: header.getBigInt64(FIXED_TIME, true), nanoseconds: word(FIXED_TIME + 8) };
  const nodes: ImageNode[] = [];
  // Each directory's entries lie behind those of the directories before it, not always right behind them.
  const listed: Listed = {
    count: mountCount,
    end: IMAGE_BASE + mountCount * NODE_SIZE,
    ranges: [{ address: IMAGE_BASE, count: mountCount }],
  };
  for (const { address, count } of listed.ranges)
    for (let i = 0; i < count; i++)
      nodes.push(nodeAt(memory, address + i * NODE_SIZE, listed, { times: word(TIMES), fixed, packed: [word(PACKED), word(PACKED_END)] }));
  checkInflatable(nodes);
  const length = word(STDIN_END) - word(STDIN);
  return {
    nodes,
    rootCount: mountCount,
    hasTimes: word(TIMES) !== 0,
    trees: Array.from({ length: mountCount }, (_, root) =>
      mountsAt === 0 ? preopenAt(memory, preopensAt, root) : mountAt(memory, mountsAt, root),
    ).filter((tree) => tree !== undefined),
    stdin: word(STDIN) === 0 ? undefined : { address: word(STDIN), byteLength: length },
  };
}

/** As much can be embedded as it is: so a small image cannot take long. */
function checkInflatable(nodes: readonly ImageNode[]): void {
  const sizes = new Map(nodes.flatMap(({ data, packed }) => (packed === undefined ? [] : [[data.address, data.byteLength] as const])));
  if ([...sizes.values()].reduce((sum, each) => sum + each, 0) > MAX_NESTED_BYTES)
    throw refusal(`its compressed files come to more than ${MAX_NESTED_BYTES} bytes`, 0);
}

type Time = Pick<ImageNode, "seconds" | "nanoseconds">;

/** The nodes that directories have named so far. */
interface Listed {
  count: number;
  /** The address behind the last of them. */
  end: number;
  readonly ranges: { readonly address: number; readonly count: number }[];
}

/** What the header says of nodes. */
interface OfNodes {
  readonly times: number;
  readonly fixed: Time;
  /** From where to where what is compressed lies. */
  readonly packed: readonly [start: number, end: number];
}

function nodeAt(memory: Memory, address: number, listed: Listed, { times, fixed, packed }: OfNodes): ImageNode {
  const view = viewOf(memory.bytes(address, NODE_SIZE));
  const kind = KINDS.get(view.getUint8(NODE_TYPE));
  if (kind === undefined) throw refusal("a node has an unknown type", address);
  const place = view.getUint8(NODE_MOUNT);
  const data = { address: view.getUint32(NODE_DATA, true), byteLength: view.getUint32(NODE_BYTES, true) };
  const name = memory.bytes(view.getUint32(NODE_NAME, true), view.getUint16(NODE_NAME_LENGTH, true));
  return {
    address,
    name,
    kind: place === 0 ? kind : "place",
    isDirectory: kind === "directory",
    place,
    ...(times === 0 ? fixed : timeAt(memory, (times + address) >>> 0)),
    data: kind === "directory" || place !== 0 ? { address: 0, byteLength: 0 } : data,
    packed: kind === "file" && place === 0 ? streamAt(memory, data, packed) : undefined,
    ...(kind === "directory" ? entriesAt(memory, data.address, listed) : { first: 0, end: 0 }),
  };
}

function streamAt(memory: Memory, { address, byteLength }: Extent, [start, end]: OfNodes["packed"]): Extent | undefined {
  if (address < start || address >= end || byteLength === 0) return undefined;
  const view = viewOf(memory.bytes(address, PACKED_SIZE));
  const stream = { address: address + PACKED_SIZE, byteLength: view.getUint32(PACKED_LENGTH, true) };
  if (view.getUint32(PACKED_BYTES, true) !== byteLength) throw refusal("compressed contents have another size than their file", address);
  if (stream.address + stream.byteLength > end) throw refusal("compressed contents end behind all others", address);
  return stream;
}

function entriesAt(memory: Memory, record: number, listed: Listed): Pick<ImageNode, "first" | "end"> {
  const view = viewOf(memory.bytes(record, DIRECTORY_SIZE));
  const [address, end] = [view.getUint32(DIRECTORY_FIRST, true), view.getUint32(DIRECTORY_END, true)];
  if (address < listed.end || end < address || [address, end].some((each) => (each - IMAGE_BASE) % NODE_SIZE !== 0))
    throw refusal("the entries of a directory lie elsewhere", record);
  const [first, count] = [listed.count, (end - address) / NODE_SIZE];
  listed.count += count;
  listed.end = end;
  listed.ranges.push({ address, count });
  return { first, end: first + count };
}

function timeAt(memory: Memory, address: number): Time {
  const view = viewOf(memory.bytes(address, TIME_LENGTH));
  return { seconds: view.getBigInt64(TIME_SECONDS, true), nanoseconds: view.getUint32(TIME_NANOSECONDS, true) };
}

function preopenAt(memory: Memory, table: number, root: number): ImageTree {
  const view = viewOf(memory.bytes(table + root * PREOPEN_SIZE, PREOPEN_SIZE));
  const [address, byteLength] = [view.getUint32(PREOPEN_PATH, true), view.getUint32(PREOPEN_LENGTH, true)];
  return { path: textAt(memory, { address, byteLength }), isWritable: false, root, isHosts: false };
}

/** `undefined` for one that no app sees. */
function mountAt(memory: Memory, table: number, root: number): ImageTree | undefined {
  const view = viewOf(memory.bytes(table + root * MOUNT_SIZE, MOUNT_SIZE));
  const flags = view.getUint32(MOUNT_FLAGS, true);
  if ((flags & MOUNT_HIDDEN) !== 0) return undefined;
  const path = { address: view.getUint32(MOUNT_PATH, true), byteLength: view.getUint32(MOUNT_PATH + 4, true) };
  return {
    path: textAt(memory, path) || "/",
    isWritable: (flags & MOUNT_WRITABLE) !== 0,
    root,
    isHosts: (flags & (MOUNT_DIRECT | MOUNT_OFFERED)) !== 0,
  };
}

const utf8: TextDecoder = new TextDecoder("utf-8", { ignoreBOM: true });

const textAt = (memory: Memory, { address, byteLength }: Extent): string => utf8.decode(memory.bytes(address, byteLength));

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView => new DataView(buffer, byteOffset, byteLength);

const refusal = (why: string, address: number): FormatError => new FormatError(`no image: ${why}`, address);
