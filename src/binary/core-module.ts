/**
 * The sections of core modules, and what is in them. What is generated is put together by assembler.ts.
 * https://webassembly.github.io/spec/core/binary/modules.html
 */
import { byteLength, type Chunk } from "./chunk.ts";
import { Writer } from "./writer.ts";

export type CoreValType = "i32" | "i64" | "f32" | "f64";

export interface CoreFuncType {
  readonly params: readonly CoreValType[];
  readonly results: readonly CoreValType[];
}

export const CORE_VAL_TYPES: Readonly<Record<CoreValType, number>> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c };

export const MAGIC: Uint8Array = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);
export const SECTION = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
} as const;
type SectionName = keyof typeof SECTION;

/** Of a core module, with what hosts show in traces. */
export const CORE_NAME_SECTION = "name";

export const EXTERNAL_KIND = { func: 0, table: 1, memory: 2, global: 3 } as const;
export type ExternalKind = keyof typeof EXTERNAL_KIND;

/** Writes the sections of a module, in order, each as a vector of items. */
export class CoreModuleWriter {
  readonly #chunks: Chunk[] = [MAGIC];

  section(section: SectionName, items: readonly (Chunk | readonly Chunk[])[]): this {
    if (items.length === 0) return this;
    const count = encode((writer) => writer.u32(items.length));
    this.#chunks.push(...encodeSection(SECTION[section], [count, ...items.flat()]));
    return this;
  }

  /** The index of the function that is called at the start. */
  start(index: number | undefined): this {
    if (index !== undefined) this.#chunks.push(...encodeSection(SECTION.start, [encode((writer) => writer.u32(index))]));
    return this;
  }

  /** How many data segments will follow: only code that mentions one needs it. */
  dataCount(count: number | undefined): this {
    if (count !== undefined) this.#chunks.push(...encodeSection(SECTION.dataCount, [encode((writer) => writer.u32(count))]));
    return this;
  }

  /** The name section: what hosts call the module in traces, and functions by `[index, name]` in index order. */
  names(module: string, functions: readonly (readonly [number, string])[] = []): this {
    const subsections = [encode((writer) => writer.name(module)), ...(functions.length > 0 ? [encodeNameMap(functions)] : [])];
    this.#chunks.push(...encodeNameSection(subsections.entries()));
    return this;
  }

  finish(): readonly Chunk[] {
    return this.#chunks;
  }
}

/** A section of a module, a component or a name section. */
export function encodeSection(id: number, contents: readonly Chunk[]): readonly Chunk[] {
  const header = encode((writer) => {
    writer.byte(id);
    writer.u32(byteLength(contents));
  });
  return [header, ...contents];
}

/** `namemap ::= vec(idx name)`, in the order of the indices. */
export function encodeNameMap(names: readonly (readonly [index: number, name: string])[]): Uint8Array {
  return encode((writer) => {
    writer.u32(names.length);
    for (const [index, label] of names) {
      writer.u32(index);
      writer.name(label);
    }
  });
}

/** The custom section `name` of these subsections, by their ids. */
export function encodeNameSection(subsections: Iterable<readonly [id: number, contents: Uint8Array]>): readonly Chunk[] {
  const title = encode((writer) => writer.name(CORE_NAME_SECTION));
  return encodeSection(SECTION.custom, [title, ...[...subsections].flatMap(([id, contents]) => encodeSection(id, [contents]))]);
}

/** The few bytes that `write` writes. */
export function encode(write: (writer: Writer) => void): Uint8Array {
  const writer = new Writer(48);
  write(writer);
  return writer.finish();
}

export function encodeFuncType({ params, results }: CoreFuncType): Uint8Array {
  return encode((writer) => {
    writer.byte(0x60);
    for (const types of [params, results]) {
      writer.u32(types.length);
      for (const type of types) writer.byte(CORE_VAL_TYPES[type]);
    }
  });
}

/** The type section of a module that is being written: each type once. */
export class CoreTypes {
  readonly entries: Uint8Array[] = [];
  readonly #indices = new Map<string, number>();

  index(type: CoreFuncType): number {
    const key = `${type.params.join()} ${type.results.join()}`;
    const index = this.#indices.get(key) ?? this.entries.push(encodeFuncType(type)) - 1;
    this.#indices.set(key, index);
    return index;
  }
}

export function encodeExport(exportName: string, kind: ExternalKind, index: number): Uint8Array {
  return encode((writer) => {
    writer.name(exportName);
    writer.byte(EXTERNAL_KIND[kind]);
    writer.u32(index);
  });
}

/** Signed LEB128 of a 32-bit number, as `i32.const` takes it. */
export function s32(writer: Writer, value: number): void {
  let rest = value | 0;
  for (;;) {
    const byte = rest & 0x7f;
    rest >>= 7;
    if ((rest === 0 && (byte & 0x40) === 0) || (rest === -1 && (byte & 0x40) !== 0)) return writer.byte(byte);
    writer.byte(byte | 0x80);
  }
}
