/**
 * A component without what only hosts look into: the code, the data and the custom sections of core modules, and its own
 * custom sections. What is left is a valid component of the same shape, a small part of the size: good for tools that
 * generate something from what a component is. Each function is there, with its type and a body that traps.
 *
 * A module that is left out so is told from all others by a custom section with its number, so that whoever finds it
 * again, byte for byte, can put the whole one in its place.
 */
import { FormatError } from "../errors.ts";
import { bytesOf, type Chunk } from "./chunk.ts";
import { kindOf, PREAMBLE_LENGTH } from "./component.ts";
import { encode, encodeSection, SECTION } from "./core-module.ts";
import { readCoreImports, readVec } from "./core-type-decl.ts";
import { Code, op } from "./instructions.ts";
import { Reader } from "./reader.ts";
import { rewriteModules } from "./rewrite-modules.ts";

const NUMBER_SECTION = "wasi-nest:skeleton";
/** It has all types. */
const TRAPPING_BODY: Uint8Array = new Code(0).op(op.unreachable).encode(() => 0);
/** What each entry of a code section takes at least. */
const LEAST_BODY = 3;
const LEFT_OUT: ReadonlySet<number> = new Set([SECTION.custom, SECTION.dataCount, SECTION.data]);

export interface Reduced {
  /** As it lies in the skeleton. */
  readonly bytes: Uint8Array;
  readonly whole: Uint8Array;
}

export interface Skeleton {
  readonly bytes: Uint8Array;
  /** The core modules of which something was left out, by their number. */
  readonly modules: readonly Reduced[];
  /** Whether a core module uses several memories. */
  readonly hasSeveralMemories: boolean;
}

/**
 * Of a component that was decoded before: what is not well-formed stays as it is. `withCode`: only data and custom sections are left
 * out, and a module whose code may mention its data stays whole.
 */
export function skeletonOf(component: Uint8Array, withCode = false): Skeleton {
  const modules: Reduced[] = [];
  let hasSeveralMemories = false;
  const module = (whole: Uint8Array): readonly Uint8Array[] => {
    const { chunks, memories = 0 } = kindOf(whole) === "core module" ? reducedSections(whole, withCode) : {};
    if (memories > 1) hasSeveralMemories = true;
    return [chunks === undefined ? whole : reducedModule(whole, chunks, modules)];
  };
  const chunks = rewriteModules(component, { module, withoutCustom: true });
  return { bytes: bytesOf(chunks), modules, hasSeveralMemories };
}

function reducedModule(whole: Uint8Array, chunks: readonly Chunk[], modules: Reduced[]): Uint8Array {
  const number = encode((writer) => {
    writer.name(NUMBER_SECTION);
    writer.u32(modules.length);
  });
  const bytes = bytesOf([whole.subarray(0, PREAMBLE_LENGTH), ...chunks, ...encodeSection(SECTION.custom, [number])]);
  modules.push({ bytes, whole });
  return bytes;
}

interface Sections {
  readonly chunks?: readonly Chunk[] | undefined;
  readonly memories?: number;
}

/**
 * Without chunks where the module has to stay whole: of one with several memories, jco looks into the code; and what is not
 * well-formed is for hosts to refuse.
 */
function reducedSections(module: Uint8Array, withCode: boolean): Sections {
  const chunks: Chunk[] = [];
  const reader = new Reader(module, 0, "the core module", PREAMBLE_LENGTH);
  let memories = 0;
  try {
    while (!reader.done) {
      const id = reader.byte();
      const contents = reader.bytes(reader.u32());
      if (id === SECTION.import) memories += importedMemories(contents);
      if (id === SECTION.memory) memories += new Reader(contents).u32();
      if (withCode && id === SECTION.dataCount) return { memories };
      if (id === SECTION.code && !withCode) {
        const count = new Reader(contents).u32();
        if (count * LEAST_BODY > contents.length) return {};
        chunks.push(...encodeSection(id, [trappingBodies(count)]));
      } else if (!LEFT_OUT.has(id)) chunks.push(...encodeSection(id, [contents]));
    }
  } catch (error) {
    if (error instanceof FormatError) return {};
    throw error;
  }
  return { chunks: memories > 1 ? undefined : chunks, memories };
}

function importedMemories(contents: Uint8Array): number {
  const imports = readVec(new Reader(contents), readCoreImports).flat();
  return imports.filter(({ type }) => type.kind === "memory").length;
}

const trappingBodies = (count: number): Uint8Array =>
  encode((writer) => {
    writer.u32(count);
    for (let i = 0; i < count; i++) writer.bytes(TRAPPING_BODY);
  });
