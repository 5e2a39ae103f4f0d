/**
 * Contents of files as deflate streams (layout.ts draws a record). Each file is a stream of its own, because an adapter inflates a
 * file as a whole when it is first opened. What does not pay stays as it is: a file that does not become smaller by an eighth, and
 * all of them if they do not save what the code takes that inflates them.
 */
import { type Chunk, type Contents, bytesIn } from "../binary/chunk.ts";
import { ContentStore } from "./contents.ts";
import { PACKED_BYTES, PACKED_LENGTH, PACKED_SIZE } from "./layout.ts";
import type { PlacedNode } from "./tables.ts";

/** Gives a deflate stream (RFC 1951) of contents, without a header. */
export type Compressor = (contents: Uint8Array) => Uint8Array;

export interface Packing {
  /** Without it, only what is compressed already is. */
  readonly compress: Compressor | undefined;
  /** The size of the code that inflates. */
  readonly codeBytes: number;
  /** Which part of its size a file may take at most for that to pay. */
  readonly most: number;
}

/** A file becomes smaller by an eighth. */
export const MOST_PACKED: number = 7 / 8;

/** Files whose contents are compressed. */
export interface PackedReport {
  readonly count: number;
  /** The sizes of their contents, identical ones once, and what they are stored as. */
  readonly bytes: number;
  readonly storedBytes: number;
}

/** Contents that lie somewhere as a stream, and are inflated when they are read. */
export class PackedContents implements Contents {
  readonly byteLength: number;
  readonly stream: Chunk;
  /** All of them. @throws FormatError where the stream is damaged */
  readonly bytes: () => Uint8Array;
  #read: Uint8Array | undefined;

  constructor(stream: Chunk, byteLength: number, bytes: () => Uint8Array) {
    this.stream = stream;
    this.byteLength = byteLength;
    this.bytes = bytes;
  }

  /** @throws FormatError where the stream is damaged */
  readInto(target: Uint8Array, start: number): void {
    const end = start + target.length;
    const bytes = this.#read ?? this.bytes();
    target.set(bytes.subarray(start, end));
    // Who reads in pieces does so from the first to the last.
    this.#read = end < bytes.length ? bytes : undefined;
  }
}

export interface PackedNodes {
  readonly nodes: readonly PlacedNode[];
  /** What is not compressed, and the records of what is. */
  readonly store: ContentStore;
  readonly packed: ContentStore;
  readonly report: PackedReport;
}

/** Nodes that are placed in a store of `storedBytes`, with files compressed but for those that `isPlain`; `undefined` if that does not pay. */
export function pack(
  nodes: readonly PlacedNode[],
  storedBytes: number,
  packing: Packing,
  isPlain: (index: number) => boolean,
): PackedNodes | undefined {
  const [store, packed] = [new ContentStore(), new ContentStore()];
  /** By where contents lie in the first store, which has identical ones once. */
  const records = new Map<number, Uint8Array | undefined>();
  let [count, bytes] = [0, 0];
  const placed = nodes.map((each, index): PlacedNode => {
    const { entry } = each.node;
    if (entry.kind !== "file" || each.byteLength === 0) return each;
    const plain = (): PlacedNode => ({ ...each, data: store.add(entry.contents).offset });
    if (isPlain(index)) return plain();
    const isKnown = records.has(each.data);
    const record = isKnown ? records.get(each.data) : recordOf(entry.contents, packing);
    records.set(each.data, record);
    if (record === undefined) return plain();
    count++;
    if (!isKnown) bytes += each.byteLength;
    return { ...each, data: packed.add(record).offset, isPacked: true };
  });
  if (count === 0 || store.byteLength + packed.byteLength + packing.codeBytes >= storedBytes) return undefined;
  return { nodes: placed, store, packed, report: { count, bytes, storedBytes: packed.byteLength } };
}

/** `undefined` if it does not pay. */
function recordOf(contents: Chunk, { compress, most }: Packing): Uint8Array | undefined {
  const stream = contents instanceof PackedContents ? bytesOf(contents.stream) : compress?.(bytesOf(contents));
  if (stream === undefined) return undefined;
  const length = PACKED_SIZE + stream.length;
  if (length > contents.byteLength * most) return undefined;
  const record = new Uint8Array(length);
  const view = new DataView(record.buffer);
  view.setUint32(PACKED_BYTES, contents.byteLength, true);
  view.setUint32(PACKED_LENGTH, stream.length, true);
  record.set(stream, PACKED_SIZE);
  return record;
}

const bytesOf = (contents: Chunk): Uint8Array =>
  bytesIn(contents, 0, contents.byteLength, new Uint8Array(contents instanceof Uint8Array ? 0 : contents.byteLength));
