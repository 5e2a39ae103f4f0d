/**
 * The parts of ours that have files, wherever in a component they lie: found by what they are, as `inspect` does, but what cannot be
 * read is an error here.
 */
import type { Chunk } from "../binary/chunk.ts";
import { decodeComponent, type Section } from "../binary/component.ts";
import { decodeNames, NAME_SECTION } from "../binary/name-section.ts";
import { FormatError, LinkError } from "../errors.ts";
import { type ReadImage, readImage } from "../image/read-image.ts";
import { isOfFiles } from "../inspect/embedded.ts";
import { METADATA_SECTION, readMetadata } from "../inspect/metadata.ts";
import { MAX_NESTING } from "../inspect/nesting.ts";
import { type PartMemory, partMemory } from "../inspect/part-memory.ts";

/** The section in which an output records its options. */
export interface RecordSection {
  /** Where in the file its contents begin: its name, then `bytes`. */
  readonly offset: number;
  readonly bytes: Uint8Array;
}

export interface FilePart {
  /** The names of the outputs around it, without the outermost one. */
  readonly within: readonly string[];
  readonly memory: PartMemory;
  readonly image: ReadImage;
  /** Of the output that it is a part of. */
  readonly record: RecordSection | undefined;
}

export interface FoundParts {
  readonly parts: readonly FilePart[];
  /** Whether the component is an output of ours, or holds one. */
  readonly isOurs: boolean;
}

interface Place {
  readonly baseOffset: number;
  readonly depth: number;
  readonly within: readonly string[];
  readonly record: RecordSection | undefined;
}

/**
 * `source` has the same bytes as `component`, which may have zeros in the place of the code and the data of core modules then.
 * @throws FormatError where `component` is not well-formed, or a part of ours is not as we write it
 * @throws LinkError where a later wasi-nest has made it in another format
 */
export function filePartsOf(component: Uint8Array, source: Chunk): FoundParts {
  const parts: FilePart[] = [];
  let isOurs = false;
  const visit = (bytes: Uint8Array, { baseOffset, depth, within, record: around }: Place): void => {
    if (depth > MAX_NESTING) throw new FormatError(`components lie more than ${MAX_NESTING} deep in each other`, baseOffset);
    const sections = decodeComponent(bytes, baseOffset);
    const own = sections.findLast((each) => each.kind === "custom" && each.name === METADATA_SECTION);
    const metadata = own?.kind === "custom" ? readMetadata(own.bytes) : null;
    if (metadata !== null && metadata.policy === null)
      throw new LinkError(`wasi-nest ${metadata.version} has made it, which lays out files in another way than this version`);
    const isOutput = own?.kind === "custom" && metadata !== null;
    isOurs ||= isOutput;
    const inner = isOutput && depth > 0 ? [...within, nameOf(sections) ?? "app"] : within;
    const record = isOutput ? { offset: own.offset, bytes: own.bytes } : around;
    const modules = sections.filter((each) => each.kind === "core module");
    const exports = sections.flatMap((each) => (each.kind === "export" ? each.items.map(({ name }) => name.name) : []));
    const memory = isOfFiles(exports, modules) ? partMemory(modules, source) : undefined;
    if (memory !== undefined) parts.push({ within: inner, memory, image: readImage(memory), record });
    for (const each of sections)
      if (each.kind === "component") visit(each.bytes, { baseOffset: each.offset, depth: depth + 1, within: inner, record });
  };
  visit(component, { baseOffset: 0, depth: 0, within: [], record: undefined });
  return { parts, isOurs };
}

function nameOf(sections: readonly Section[]): string | undefined {
  const names = sections.findLast((each) => each.kind === "custom" && each.name === NAME_SECTION);
  return names?.kind === "custom" ? decodeNames(names.bytes).component : undefined;
}
