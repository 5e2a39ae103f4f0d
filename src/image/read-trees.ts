/**
 * The trees that an image holds (read-image.ts), as those who embed describe them (tree.ts). Names and targets are checked as
 * they are when they are embedded, so that an image that nobody of ours wrote gives no others.
 */
import type { Chunk } from "../binary/chunk.ts";
import { FormatError, LinkError } from "../errors.ts";
import { checkEntry, compareAsUtf8 } from "./nodes.ts";
import { PackedContents } from "./packing.ts";
import type { Extent, ImageNode, Memory, ReadImage } from "./read-image.ts";
import type { Entry } from "./tree.ts";

/** Memory whose bytes need not be read at once. */
export interface ChunkMemory extends Memory {
  chunk(extent: Extent): Chunk;
  /** What a deflate stream is, if it is one of so many bytes. */
  inflated(stream: Extent, byteLength: number): Uint8Array | undefined;
  /** Where in the file the bytes of an address are. */
  offsetOf(address: number, byteLength: number): number;
}

/** What stands where another mount or a file of the host's is: an empty directory or file. */
export const placeOf = (entry: Entry<Chunk>): number => ("place" in entry ? Number(entry.place) : 0);

/** Directories in one another: whoever goes through a tree may call itself that often. */
const DEEPEST = 1000;

const SECOND = 1_000_000_000n;

/** In nanoseconds since the epoch. */
export const timeOf = ({ seconds, nanoseconds }: ImageNode): bigint => seconds * SECOND + BigInt(nanoseconds);

/**
 * The entry of each node, by its index. `isTimed` says which have a time.
 * @throws FormatError for a name or a target that nothing can have, for names that are not in order, and for trees that are too deep
 */
export function entriesOf({ nodes }: ReadImage, memory: ChunkMemory, isTimed: (node: ImageNode) => boolean): readonly Entry<Chunk>[] {
  const entries: Entry<Chunk>[] = [];
  const depths: number[] = [];
  // Entries come after their directories.
  for (let index = nodes.length - 1; index >= 0; index--) {
    const node = nodes[index] as ImageNode; // there are as many
    const inside = new Map<string, Entry<Chunk>>();
    let [last, depth] = ["", 0];
    for (let i = node.first; i < node.end; i++) {
      const [child, entry] = [nodes[i] as ImageNode, entries[i] as Entry<Chunk>]; // they have been read
      const name = textOf(child.name);
      try {
        checkEntry(name, entry);
      } catch (error) {
        throw error instanceof LinkError ? new FormatError(error.message, 0) : error;
      }
      if (i > node.first && compareAsUtf8(last, name) >= 0) throw new FormatError(`the name \`${name}\` comes behind \`${last}\``, 0);
      inside.set(name, entry);
      [last, depth] = [name, Math.max(depth, (depths[i] ?? 0) + 1)];
    }
    if (depth > DEEPEST) throw new FormatError(`a file lies in more than ${DEEPEST} directories`, 0);
    entries[index] = { ...entryOf(node, memory, inside), ...(isTimed(node) && { modified: timeOf(node) }) };
    depths[index] = depth;
  }
  return entries;
}

/** What a stream in memory is. @throws FormatError where it is not one of so many bytes */
export function inflatedContents(stream: Extent, byteLength: number, memory: ChunkMemory): Uint8Array {
  const bytes = memory.inflated(stream, byteLength);
  if (bytes === undefined)
    throw new FormatError("the compressed contents of a file are damaged", memory.offsetOf(stream.address, stream.byteLength));
  return bytes;
}

function contentsOf({ data, packed }: ImageNode, memory: ChunkMemory): Chunk {
  if (packed === undefined) return memory.chunk(data);
  return new PackedContents(memory.chunk(packed), data.byteLength, () => inflatedContents(packed, data.byteLength, memory));
}

function entryOf(node: ImageNode, memory: ChunkMemory, entries: ReadonlyMap<string, Entry<Chunk>>): Entry<Chunk> {
  switch (node.kind) {
    case "file":
      return { kind: "file", contents: contentsOf(node, memory) };
    case "link":
      return { kind: "link", target: textOf(memory.bytes(node.data.address, node.data.byteLength)) };
    case "directory":
      return { kind: "directory", entries };
    case "place": {
      const place = { place: node.place };
      return node.isDirectory ? { kind: "directory", entries, ...place } : { kind: "file", contents: new Uint8Array(), ...place };
    }
  }
}

const utf8: TextDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function textOf(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new FormatError("the name or the target of a file is not UTF-8", 0);
  }
}
