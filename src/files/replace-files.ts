/**
 * Other contents in an output, without what it was made of: the image of its files is made again, and everything else stays as it is,
 * byte for byte, but for what its section `wasi-nest` says of their number and size.
 */
import { type Mount, segmentsOf } from "../adapters/filesystem/mounts.ts";
import { ruleOf } from "../adapters/filesystem/rule-globs.ts";
import { startsOf } from "../adapters/filesystem/rule-places.ts";
import { visible } from "../adapters/filesystem/rules.ts";
import { checkedCompressor } from "../adapters/filesystem/compressor.ts";
import { compressor, mountList } from "../adapters/filesystem/shapes.ts";
import { byteLength, type Chunk } from "../binary/chunk.ts";
import { COMPONENT_SECTION, PREAMBLE_LENGTH } from "../binary/component.ts";
import { encode, encodeSection } from "../binary/core-module.ts";
import { Reader } from "../binary/reader.ts";
import { checkNested } from "../compose/component-writer.ts";
import { FormatError, LinkError, OptionError } from "../errors.ts";
import type { Segment } from "../image/image.ts";
import { FILE_RULES, FIXED_TIME, IMAGE_BASE, PREOPENS, RETURN_AREA, STDIN_FILE } from "../image/layout.ts";
import { type Compressor, PackedContents } from "../image/packing.ts";
import { type ImageNode, type ImageTree, type ReadImage, readImage } from "../image/read-image.ts";
import { entriesOf, placeOf } from "../image/read-trees.ts";
import { refilledModule } from "../image/refill-module.ts";
import { replacedImage, STREAM_FILES, type StreamPlace } from "../image/replace-trees.ts";
import type { Entry } from "../image/tree.ts";
import { METADATA_SECTION, readMetadata } from "../inspect/metadata.ts";
import type { PartMemory } from "../inspect/part-memory.ts";
import { bytes, check, checkOptions, list, text } from "../shapes.ts";
import { type FilePart, filePartsOf } from "./file-parts.ts";

export interface ReplaceOptions {
  /** Of outputs in one another, that which is meant, as `listFiles` names it: needed only if more than one has the path. */
  readonly within?: readonly string[];
  /**
   * How files are compressed where the component has compressed ones, as for `virtualize`. Without it, those that are put in are not;
   * all others stay as they are.
   */
  readonly compress?: Compressor;
}

/**
 * `component` with the entries of `mounts` in the place of what it embeds at their paths: of a whole mount, or of a file or a directory
 * in one. What lies elsewhere stays as it is, and so does what can be written.
 * @returns the bytes in order: views of `component`, contents that were given, and what was made
 * @throws FormatError where `component` is not a well-formed component, or what it embeds is not as wasi-nest embeds it
 * @throws LinkError where it is no output of wasi-nest, embeds nothing at a path, or is one whose files cannot be replaced
 * @throws OptionError for a path or an entry that there cannot be
 */
export function replaceFiles<C extends Chunk = Uint8Array>(
  component: Uint8Array,
  mounts: readonly Mount<C>[],
  options: ReplaceOptions = {},
): readonly (Uint8Array | C)[] {
  check(bytes, component, "component");
  check(mountList, mounts, "mounts");
  checkOptions<ReplaceOptions>({ within: list(text), compress: compressor }, options);
  const compress = options.compress && checkedCompressor(options.compress);
  const { parts, isOurs } = filePartsOf(component, component);
  if (!isOurs) throw new LinkError("the component is no output of wasi-nest");
  const edits = new Map<number, readonly Chunk[]>();
  for (const [part, replaced] of byPart(parts, mounts, options.within)) {
    const roots = new PartFiles(part);
    for (const each of replaced) roots.replace(each);
    roots.hide();
    edits.set(part.memory.module.offset, roots.module(compress));
    const record = roots.record();
    if (part.record !== undefined && record !== undefined) edits.set(part.record.offset, record);
  }
  const chunks = edited(component, 0, edits);
  checkNested(byteLength(chunks), "the output");
  const known = chunks.map((each) => (each instanceof PackedContents ? each.bytes() : each));
  return known as readonly (Uint8Array | C)[]; // of the chunks that were given, and views of the component
}

/** A mount in its place. */
interface Wanted {
  readonly mount: Mount<Chunk>;
  readonly tree: ImageTree;
  readonly at: StreamPlace;
}

function byPart(
  parts: readonly FilePart[],
  mounts: readonly Mount<Chunk>[],
  within: readonly string[] | undefined,
): ReadonlyMap<FilePart, readonly Wanted[]> {
  const found = new Map<FilePart, Wanted[]>();
  const seen = new Set<string>();
  const named = within === undefined ? parts : parts.filter((each) => each.within.join("/") === within.join("/"));
  for (const mount of mounts) {
    const names = segmentsOf(mount.path, "mounts");
    if (seen.has(names.join("/"))) throw new OptionError("mounts", `\`${mount.path}\` is replaced twice`);
    seen.add(names.join("/"));
    const having = named.flatMap((part) => {
      const around = treeAround(part.image, names);
      return around === undefined ? [] : [{ part, wanted: { mount, ...around } }];
    });
    const [only, another] = having;
    if (only === undefined) throw new LinkError(`the component embeds nothing at \`${mount.path}\``);
    if (another !== undefined)
      throw new LinkError(`\`${mount.path}\` lies in more than one output: \`within\` (\`--in\`) says which one is meant`);
    found.set(only.part, [...(found.get(only.part) ?? []), only.wanted]);
  }
  return found;
}

const namesOf = (path: string): readonly string[] => path.split("/").filter((name) => name !== "");
const startsWith = (names: readonly string[], first: readonly string[]): boolean => first.every((name, i) => names[i] === name);

/** The deepest mount that a path leads to or into. */
function treeAround({ trees }: ReadImage, names: readonly string[]): Pick<Wanted, "tree" | "at"> | undefined {
  const around = trees.filter(({ path }) => startsWith(names, namesOf(path)));
  const tree = around.toSorted((left, right) => namesOf(right.path).length - namesOf(left.path).length)[0];
  return tree && { tree, at: { root: tree.root, names: names.slice(namesOf(tree.path).length) } };
}

/** The files of a part, which change. */
class PartFiles {
  readonly #part: FilePart;
  /** With nothing but what is of its files. */
  readonly #memory: PartMemory;
  readonly #image: ReadImage;
  readonly #header: DataView;
  readonly #entries: readonly Entry<Chunk>[];
  readonly #roots: Entry<Chunk>[];
  readonly #parents: readonly number[];
  /** Standard streams that are files, by the word of the header. */
  readonly #streams: ReadonlyMap<number, StreamPlace>;
  /** A standard input that is a file which cannot change. */
  readonly #input: StreamPlace | undefined;

  constructor(part: FilePart) {
    this.#part = part;
    this.#memory = part.memory.within(ownSegments(part.memory));
    this.#image = readImage(this.#memory);
    this.#header = new DataView(this.#memory.header.buffer);
    const { nodes, rootCount, hasTimes } = this.#image;
    const { stdin, hide } = this.#policy();
    // Mounts that cannot be written to became one tree: only such a rule hides at least what it would hide of each of them.
    const isSure = this.#word(FILE_RULES) === 0 && hide.every((glob) => /^(\.?\/)*\*\*\//.test(glob));
    if (!isSure)
      throw new LinkError(
        "the component has rules that hide or protect files, relative to mounts that are not known, or of files that can be written or are the host's: make it again",
      );
    const fixed = BigInt(this.#word(FIXED_TIME));
    this.#entries = entriesOf(
      this.#image,
      this.#memory,
      ({ seconds, nanoseconds }) => hasTimes && (seconds !== fixed || nanoseconds !== 0),
    );
    this.#roots = this.#entries.slice(0, rootCount);
    const parents: number[] = [];
    for (const [index, { first, end }] of nodes.entries()) for (let i = first; i < end; i++) parents[i] = index;
    this.#parents = parents;
    this.#streams = new Map(
      STREAM_FILES.filter((word) => this.#word(word) !== 0).map((word) => [word, this.#placeOf(this.#indexAt(this.#word(word)))]),
    );
    const path = stdin?.startsWith("file:") === true && !this.#streams.has(STDIN_FILE) ? stdin.slice("file:".length) : undefined;
    this.#input = path === undefined ? undefined : treeAround(this.#image, namesOf(path))?.at;
  }

  /** @throws LinkError, OptionError */
  replace({ mount, tree, at }: Wanted): void {
    const { path, entry, writable } = mount;
    if (writable !== undefined && (writable !== false) !== tree.isWritable)
      throw new OptionError("mounts", `\`${path}\` is ${tree.isWritable ? "writable" : "read-only"}, and stays so`);
    const before = this.#at(at);
    if (before === undefined || placeOf(before) !== 0) throw new LinkError(`the component embeds nothing at \`${path}\``);
    if (at.names.length === 0 && (tree.isHosts || entry.kind !== before.kind))
      throw new LinkError(`the mount \`${path}\` is ${tree.isHosts ? "a directory of the host's" : `a ${before.kind}`}, and stays one`);
    this.#put(at, entry, path);
    // What stands for other mounts and for files of the host stays where it is.
    for (const [index, node] of this.#image.nodes.entries())
      if (node.place !== 0 && this.#isIn(index, at)) this.#put(this.#placeOf(index), this.#entries[index] as Entry<Chunk>, path);
    for (const [word, stream] of [...this.#streams, ...(this.#input === undefined ? [] : [[STDIN_FILE, this.#input] as const])]) {
      if (stream.root !== at.root || !startsWith(stream.names, at.names)) continue;
      // Outputs begin empty.
      if (word !== STDIN_FILE) this.#put(stream, { kind: "file", contents: new Uint8Array() }, path);
      else if (this.#at(stream)?.kind !== "file")
        throw new LinkError(`standard input is the file \`${stream.names.at(-1) ?? path}\`, which is not in what replaces \`${path}\``);
    }
  }

  /** What rules hide is left out, as it was when the component was made: where nothing can be written, that is all they do. */
  hide(): void {
    const { hide } = this.#policy();
    if (hide.length === 0) return;
    const rules = hide.flatMap((glob) => ruleOf("hide", glob));
    const places = this.#image.trees.map(({ path, root }) => ({ segments: namesOf(path), root }));
    for (const place of places) {
      const entry = this.#roots[place.root];
      if (entry !== undefined) this.#roots[place.root] = visible(entry, rules, startsOf(place, places), () => undefined);
    }
  }

  /** The module of the memory. */
  module(compress: Compressor | undefined): readonly Chunk[] {
    const { memory } = this.#part;
    const others = memory.segments.filter((each) => !this.#memory.segments.includes(each));
    const behind = others.filter(({ address }) => address >= RETURN_AREA);
    const { segments, end } = replacedImage(this.#memory, {
      compress,
      roots: this.#roots,
      streams: this.#streams,
      input: this.#input,
      othersAt: Math.min(...behind.map(({ address }) => address)),
      othersEnd: Math.max(IMAGE_BASE, ...behind.map((each) => each.address + each.byteLength)),
    });
    const kept = others.map((each): Segment => ({ address: each.address, chunks: [memory.chunk(each)] }));
    const { bytes: module, offset } = memory.module;
    return refilledModule(module, { segments: [...segments, ...kept], end, offset });
  }

  /** The section that tells how many files there are; `undefined` where it tells nothing. */
  record(): readonly Chunk[] | undefined {
    const { record } = this.#part;
    if (record === undefined) return undefined;
    const value = JSON.parse(new TextDecoder().decode(record.bytes)) as {
      readonly policy: { mounts?: readonly { readonly path: string }[] };
    }; // it has been read
    const { mounts } = value.policy;
    if (mounts === undefined) return undefined;
    value.policy.mounts = mounts.map((each) => {
      const tree = this.#image.trees.find(({ path }) => path === each.path);
      return tree === undefined ? each : { ...each, ...sumOf(this.#roots[tree.root]) };
    });
    const title = encode((writer) => writer.name(METADATA_SECTION));
    return [title, new TextEncoder().encode(JSON.stringify(value))];
  }

  #policy(): { readonly stdin: string | undefined; readonly hide: readonly string[] } {
    const { record } = this.#part;
    const policy = record === undefined ? undefined : readMetadata(record.bytes)?.policy;
    const { stdin, hide = [] } = policy ?? {};
    return { stdin: typeof stdin === "string" ? stdin : undefined, hide };
  }

  #word(offset: number): number {
    return this.#header.getUint32(offset, true);
  }

  #indexAt(address: number): number {
    const index = this.#image.nodes.findIndex((each) => each.address === address);
    if (index < 0) throw new FormatError("a standard stream is no file", 0);
    return index;
  }

  #placeOf(index: number): StreamPlace {
    const names: string[] = [];
    let at = index;
    for (; at >= this.#roots.length; at = this.#parents[at] ?? 0)
      names.unshift(new TextDecoder().decode((this.#image.nodes[at] as ImageNode).name)); // it is in one that has been read
    return { root: at, names };
  }

  #isIn(index: number, { root, names }: StreamPlace): boolean {
    const place = this.#placeOf(index);
    return place.root === root && startsWith(place.names, names);
  }

  #at({ root, names }: StreamPlace): Entry<Chunk> | undefined {
    let entry = this.#roots[root];
    for (const name of names) entry = entry?.kind === "directory" ? entry.entries.get(name) : undefined;
    return entry;
  }

  #put({ root, names }: StreamPlace, entry: Entry<Chunk>, path: string): void {
    this.#roots[root] = withEntry(this.#roots[root], names, entry, path);
  }
}

/** A tree with an entry at some names, and directories on the way. */
function withEntry(tree: Entry<Chunk> | undefined, [name, ...names]: readonly string[], entry: Entry<Chunk>, path: string): Entry<Chunk> {
  if (name === undefined) return entry;
  if (tree !== undefined && tree.kind !== "directory")
    throw new LinkError(
      `something lies in a directory of \`${path}\` that is ${tree.kind === "link" ? "a link" : "a file"} in what replaces it`,
    );
  const entries = new Map(tree?.entries);
  entries.set(name, withEntry(entries.get(name), names, entry, path));
  return { kind: "directory", ...tree, entries };
}

/** Those of the files alone: others are of other images, which lie behind the first one (link-part.ts). */
function ownSegments({ segments, header }: PartMemory): PartMemory["segments"] {
  const body = segments.findIndex(({ address }) => address === IMAGE_BASE);
  const preopens = new DataView(header.buffer).getUint32(PREOPENS, true);
  return segments.filter(
    ({ address, byteLength: length }, i) =>
      i === body || (i < body && address < RETURN_AREA) || (i > body && address <= preopens && preopens < address + length),
  );
}

/** What the record tells of a tree (policy.ts). */
function sumOf(entry: Entry<Chunk> | undefined): { readonly files: number; readonly bytes: number } {
  if (entry === undefined || placeOf(entry) !== 0 || entry.kind === "link") return { files: 0, bytes: 0 };
  if (entry.kind === "file") return { files: 1, bytes: entry.contents.byteLength };
  let [files, size] = [0, 0];
  for (const each of entry.entries.values()) {
    const sum = sumOf(each);
    files += sum.files;
    size += sum.bytes;
  }
  return { files, bytes: size };
}

/** A component with other contents of the sections that begin at some offsets, however deep they are nested. */
function edited(component: Uint8Array, base: number, edits: ReadonlyMap<number, readonly Chunk[]>): readonly Chunk[] {
  const reader = new Reader(component, base, "the component", PREAMBLE_LENGTH);
  const chunks: Chunk[] = [component.subarray(0, PREAMBLE_LENGTH)];
  while (!reader.done) {
    const start = reader.offset;
    const id = reader.byte();
    const length = reader.u32();
    const { offset } = reader;
    const contents = reader.bytes(length);
    const edit = edits.get(offset);
    const isAround = id === COMPONENT_SECTION && [...edits.keys()].some((each) => offset < each && each < offset + length);
    if (edit !== undefined) chunks.push(...encodeSection(id, edit));
    else if (isAround) chunks.push(...encodeSection(id, edited(contents, offset, edits)));
    else chunks.push(component.subarray(start - base, offset - base + length));
  }
  return chunks;
}
