/**
 * What a part of ours embeds, with digests, read from the data of its memory: what somebody says of it elsewhere counts
 * for nothing. docs/inspect.md says how others compute a digest, which is SHA-256 in hexadecimal digits:
 *
 *   mount  = digest of: ("read-only" | "writable") NUL entry, of the root, whose name is empty
 *   entry  = kind NUL name NUL time NUL what NUL
 *   what   = of a file: digest of its bytes · of a directory: digest of its entries, in the order of the bytes of their names
 *          | of a link: its target · of another mount's place: empty
 *   all    = digest of: (path NUL mount NUL)*, then, if standard input is embedded, "stdin" NUL (digest of its bytes) NUL
 */
import type { Chunk } from "../binary/chunk.ts";
import { coreModuleName } from "../binary/module-names.ts";
import { RUNS_PROGRAM } from "../compose/part.ts";
import { FormatError } from "../errors.ts";
import { compareAsUtf8 } from "../image/nodes.ts";
import { inflatedContents } from "../image/read-trees.ts";
import { type Extent, type ImageNode, type ReadImage, readImage } from "../image/read-image.ts";
import { type CoreModule, type PartMemory, partMemory } from "./part-memory.ts";
import type { Hash } from "./sha256.ts";

/** Plain data. */
export interface Embedded {
  /** In the order of the bytes of their paths. */
  readonly mounts: readonly EmbeddedMount[];
  /** Standard input, if it is embedded. */
  readonly stdin: EmbeddedInput | null;
}

export interface EmbeddedMount {
  /** Where it lies in the guest. */
  readonly path: string;
  readonly writable: boolean;
  readonly files: number;
  /** The sizes of all files added up. */
  readonly bytes: number;
  /** `null` if no digests were asked for. */
  readonly digest: string | null;
}

export interface EmbeddedInput {
  readonly bytes: number;
  readonly digest: string | null;
}

/** Where all bytes are of what is inspected, and what makes digests of them. */
export interface DataOrigin {
  readonly source: Chunk;
  /** None: no digests are wanted. */
  readonly createHash: (() => Hash) | undefined;
}

/** Exported by the part that has files, and by none other of ours that has a memory; one with a program has them for itself. */
const OF_FILES: readonly string[] = ["get-directories", "get-stdin", "descriptor"];

/** Whether the component with these exports and core modules is the part that has the files. */
export const isOfFiles = (exports: readonly string[], modules: readonly CoreModule[]): boolean =>
  exports.some((name) => OF_FILES.includes(name)) || modules.some(({ bytes }) => coreModuleName(bytes) === RUNS_PROGRAM);

/** Of the component with these exports and core modules: `null` where it is no such part, or has nothing embedded. */
export function embeddedIn(exports: readonly string[], modules: readonly CoreModule[], origin: DataOrigin): Embedded | null {
  if (!isOfFiles(exports, modules)) return null;
  try {
    const memory = partMemory(modules, origin.source);
    if (memory === undefined) return null;
    const { mounts, stdin } = new Reading(readImage(memory), memory, origin.createHash).all();
    return mounts.length === 0 && stdin === null ? null : { mounts, stdin };
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}

/** Of several parts, such as of an output in an output. */
export function digestOfAll(all: readonly Embedded[], createHash: (() => Hash) | undefined): string | null {
  if (all.length === 0 || createHash === undefined) return null;
  const hash = createHash();
  for (const { mounts, stdin } of all) {
    for (const { path, digest } of mounts) hash.update(encoded(path, digest ?? ""));
    if (stdin !== null) hash.update(encoded("stdin", stdin.digest ?? ""));
  }
  return hash.digest("hex");
}

const encoder: TextEncoder = new TextEncoder();

/** Each ends with NUL. */
const encoded = (...fields: readonly string[]): Uint8Array => encoder.encode(fields.map((field) => `${field}\0`).join(""));

/** What lies in an entry. */
interface Sum {
  readonly files: number;
  readonly bytes: number;
  /** `undefined` without digests. */
  readonly what: Uint8Array | undefined;
}

const NOTHING: Sum = { files: 0, bytes: 0, what: new Uint8Array() };

class Reading {
  readonly #image: ReadImage;
  readonly #memory: PartMemory;
  readonly #createHash: (() => Hash) | undefined;
  readonly #digests: Digests;

  constructor(image: ReadImage, memory: PartMemory, createHash: (() => Hash) | undefined) {
    this.#image = image;
    this.#memory = memory;
    this.#createHash = createHash;
    this.#digests = new Digests(memory, createHash);
  }

  all(): Embedded {
    const { nodes, trees, stdin } = this.#image;
    const sums: Sum[] = nodes.map(() => NOTHING);
    // Entries come after their directories.
    for (let i = nodes.length - 1; i >= 0; i--) sums[i] = this.#sumOf(nodes[i] as ImageNode, sums); // there are as many
    const mounts = trees.flatMap(({ path, root, isWritable, isHosts }): EmbeddedMount[] => {
      const [node, sum = NOTHING] = [nodes[root], sums[root]];
      const isEmpty = node === undefined || (isHosts || isWritable ? node.kind === "directory" && node.first === node.end : false);
      if (isEmpty || (isHosts && sum.files === 0)) return [];
      return [{ path, writable: isWritable, files: sum.files, bytes: sum.bytes, digest: this.#digestOfMount(node, sum, isWritable) }];
    });
    return {
      mounts: mounts.sort((left, right) => compareAsUtf8(left.path, right.path)),
      stdin: stdin === undefined ? null : { bytes: stdin.byteLength, digest: this.#digests.of(stdin) ?? null },
    };
  }

  #sumOf({ kind, data, packed, first, end }: ImageNode, sums: readonly Sum[]): Sum {
    switch (kind) {
      case "file": {
        const digest = this.#digests.of(data, packed);
        return { files: 1, bytes: data.byteLength, what: digest === undefined ? undefined : encoder.encode(digest) };
      }
      case "link":
        return { ...NOTHING, what: this.#memory.bytes(data.address, data.byteLength) };
      case "place":
        return NOTHING;
      case "directory": {
        let [files, bytes] = [0, 0];
        const hash = this.#createHash?.();
        for (let i = first; i < end; i++) {
          const [node, sum] = [this.#image.nodes[i] as ImageNode, sums[i] as Sum]; // they have been read
          files += sum.files;
          bytes += sum.bytes;
          if (hash !== undefined) addEntry(hash, node, sum);
        }
        return { files, bytes, what: hash && encoder.encode(hash.digest("hex")) };
      }
    }
  }

  #digestOfMount(root: ImageNode, sum: Sum, isWritable: boolean): string | null {
    const hash = this.#createHash?.();
    if (hash === undefined) return null;
    hash.update(encoded(isWritable ? "writable" : "read-only"));
    addEntry(hash, root, sum);
    return hash.digest("hex");
  }
}

/** Of contents, each computed once. */
export class Digests {
  readonly #memory: PartMemory;
  readonly #createHash: (() => Hash) | undefined;
  /** By address and length: equal contents are stored once. */
  readonly #known = new Map<string, string>();
  #bytesRead = 0;

  /** `createHash`: `undefined` if no digests are wanted. */
  constructor(memory: PartMemory, createHash: (() => Hash) | undefined) {
    this.#memory = memory;
    this.#createHash = createHash;
  }

  /**
   * `packed` is the stream of contents that are compressed.
   * @throws FormatError where that is damaged, and where contents overlap, which ours never do: else a small file could keep us for long
   */
  of(extent: Extent, packed?: Extent): string | undefined {
    const key = `${extent.address} ${extent.byteLength}`;
    const known = this.#known.get(key);
    if (this.#createHash === undefined || known !== undefined) return known;
    this.#bytesRead += (packed ?? extent).byteLength;
    // Standard input can be one of the files, too.
    if (this.#bytesRead > 2 * this.#memory.byteLength) throw new FormatError("the contents of embedded files overlap", 0);
    const hash = this.#createHash();
    if (packed === undefined) for (const piece of this.#memory.pieces(extent)) hash.update(piece);
    else hash.update(inflatedContents(packed, extent.byteLength, this.#memory));
    const digest = hash.digest("hex");
    this.#known.set(key, digest);
    return digest;
  }
}

function addEntry(hash: Hash, { kind, name, seconds, nanoseconds }: ImageNode, { what = NOTHING.what }: Sum): void {
  hash.update(encoded(kind));
  hash.update(name);
  hash.update(encoder.encode(`\0${seconds}.${String(nanoseconds).padStart(9, "0")}\0`));
  if (what !== undefined) hash.update(what);
  hash.update(encoded(""));
}
