/**
 * Components: a preamble and sections in any order (Binary.md, "Component Definitions").
 * Core modules, nested components and custom sections stay the bytes they are: reading gives views,
 * writing puts them by reference into the list of chunks.
 */
import { type Alias, alias } from "./aliases.ts";
import { type Canon, canon } from "./canon.ts";
import type { Chunk } from "./chunk.ts";
import { type Cases, choice, type Codec, hex, name, Reader, sized, struct, u32, vec, Writer } from "./codec.ts";
import { type Export, exportDef, type Import, importDef } from "./externs.ts";
import { FormatError } from "../errors.ts";
import { bytes as byteArray, check } from "../shapes.ts";
import { type CoreInstance, coreInstance, type Instance, instance } from "./instances.ts";
import { type Type, type as typeRule } from "./types.ts";
import { type Value, value } from "./values.ts";

type DecodedSection =
  | { readonly kind: "core instance"; readonly items: readonly CoreInstance[] }
  /** `bytes` are the `count` types one after the other. */
  | { readonly kind: "core type"; readonly count: number; readonly bytes: Uint8Array }
  | { readonly kind: "instance"; readonly items: readonly Instance[] }
  | { readonly kind: "alias"; readonly items: readonly Alias[] }
  | { readonly kind: "type"; readonly items: readonly Type[] }
  | { readonly kind: "canon"; readonly items: readonly Canon[] }
  | { readonly kind: "start"; readonly func: number; readonly args: readonly number[]; readonly results: number }
  | { readonly kind: "import"; readonly items: readonly Import[] }
  | { readonly kind: "export"; readonly items: readonly Export[] }
  | { readonly kind: "value"; readonly items: readonly Value[] };

/** A section as it was read. `offset` is where in the file its contents begin; bytes are views. */
export type Section = Located<
  | DecodedSection
  /** `bytes` are those behind the name. */
  | { readonly kind: "custom"; readonly name: string; readonly bytes: Uint8Array }
  /** `bytes` begin with a preamble. */
  | { readonly kind: "core module"; readonly bytes: Uint8Array }
  | { readonly kind: "component"; readonly bytes: Uint8Array }
>;

type Located<T> = T extends unknown ? T & { readonly offset: number } : never;

/** Bytes in one piece or several. */
export type Chunks = Uint8Array | readonly Chunk[];

/** A section to write. */
export type NewSection =
  | DecodedSection
  | { readonly kind: "custom"; readonly name: string; readonly bytes: Chunks }
  | { readonly kind: "core module"; readonly bytes: Chunks }
  | { readonly kind: "component"; readonly bytes: Chunks };

const MAGIC = [0x00, 0x61, 0x73, 0x6d] as const;
const VERSION = [0x0d, 0x00] as const;
const COMPONENT_LAYER = [0x01, 0x00] as const;
const CORE_VERSION_AND_LAYER = [0x01, 0x00, 0x00, 0x00] as const;

/** `preamble ::= <magic> <version> <layer>` */
export const PREAMBLE: readonly number[] = [...MAGIC, ...VERSION, ...COMPONENT_LAYER];
/** Of a component, and of a core module. */
export const PREAMBLE_LENGTH: number = PREAMBLE.length;

/** Engines refuse a component, or a core module, of more bytes inside another component: 1 GiB. */
export const MAX_NESTED_BYTES: number = 2 ** 30;

/** What is left of the section. Written by reference. */
const rest: Codec<Uint8Array> = {
  read: (reader) => reader.bytes(reader.remaining),
  write(writer, bytes: Chunks) {
    for (const chunk of bytes instanceof Uint8Array ? [bytes] : bytes) writer.reference(chunk);
  },
};

/** Where in the file we are: no bytes of its own. */
const here: Codec<number> = {
  read: (reader) => reader.offset,
  write: () => {},
};

export const CUSTOM_SECTION = 0;
export const MODULE_SECTION = 1;
export const COMPONENT_SECTION = 4;

const cases: Cases<Section> = {
  custom: [CUSTOM_SECTION, sized("a custom section", struct({ offset: here, name, bytes: rest }))],
  "core module": [MODULE_SECTION, sized("a core module", struct({ offset: here, bytes: rest }))],
  "core instance": [2, sized("the core instance section", struct({ offset: here, items: vec(coreInstance) }))],
  "core type": [3, sized("the core type section", struct({ offset: here, count: u32, bytes: rest }))],
  component: [COMPONENT_SECTION, sized("a component", struct({ offset: here, bytes: rest }))],
  instance: [5, sized("the instance section", struct({ offset: here, items: vec(instance) }))],
  alias: [6, sized("the alias section", struct({ offset: here, items: vec(alias) }))],
  type: [7, sized("the type section", struct({ offset: here, items: vec(typeRule) }))],
  canon: [8, sized("the canon section", struct({ offset: here, items: vec(canon) }))],
  start: [9, sized("the start section", struct({ offset: here, func: u32, args: vec(u32), results: u32 }))],
  import: [10, sized("the import section", struct({ offset: here, items: vec(importDef) }))],
  export: [11, sized("the export section", struct({ offset: here, items: vec(exportDef) }))],
  value: [12, sized("the value section", struct({ offset: here, items: vec(value) }))],
};

/** `section ::= section_0(<core:custom>) | ...` */
const section = choice<Section>("section", cases);

/** What a file claims to be by its first bytes. */
export function kindOf(bytes: Uint8Array): "component" | "core module" | "other" {
  check(byteArray, bytes, "bytes");
  if (startsWith(bytes, PREAMBLE)) return "component";
  return startsWith(bytes, [...MAGIC, ...CORE_VERSION_AND_LAYER]) ? "core module" : "other";
}

/**
 * The sections of a component, in order. Nothing is copied: bytes in the result are views of `bytes`.
 * For a component inside another, `baseOffset` is where it begins in the file, so that errors and offsets count from there.
 */
export function decodeComponent(bytes: Uint8Array, baseOffset = 0): Section[] {
  if (kindOf(bytes) !== "component") throw new FormatError(whyNotComponent(bytes), baseOffset);
  const reader = new Reader(bytes, baseOffset, "the component", PREAMBLE_LENGTH);
  const sections: Section[] = [];
  while (!reader.done) sections.push(section.read(reader));
  return sections;
}

function whyNotComponent(bytes: Uint8Array): string {
  if (bytes.length === 0) return "the input is empty, not a component";
  if (kindOf(bytes) === "core module") return "the input is a core module, not a component";
  if (startsWith(bytes, MAGIC)) {
    const found = Array.from(bytes.subarray(MAGIC.length, PREAMBLE_LENGTH), hex).join(" ");
    return `the input is WebAssembly of an unknown version: \`${found}\``;
  }
  // Only text formats begin so, and comments and white space in front of them.
  if (/^[\s(;]/.test(String.fromCharCode(bytes[0] ?? 0))) return "the input is text, not a binary component";
  return "the input is not WebAssembly";
}

function startsWith(bytes: Uint8Array, prefix: readonly number[]): boolean {
  return prefix.every((byte, i) => bytes[i] === byte);
}

/** A component's bytes in pieces: core modules, nested components and custom sections are the chunks that were given. */
export function encodeSections(sections: readonly NewSection[]): Chunk[] {
  return write(sections).chunks();
}

/** A component's bytes as one array. */
export function encodeComponent(sections: readonly NewSection[]): Uint8Array {
  return write(sections).finish();
}

function write(sections: readonly NewSection[]): Writer {
  const writer = new Writer();
  for (const byte of PREAMBLE) writer.byte(byte);
  // `rest` takes chunks too, and `here` wants no value.
  for (const one of sections) section.write(writer, one as Section);
  return writer;
}
