/**
 * The core module of a stub part: functions that answer with constants, drop the handles that they were
 * given, or trap. It has a memory only if a signature needs one:
 *
 *   8           results that lie in memory (`Constants`)
 *   behind it   arguments, until the call that they are for is over
 */
import type { Chunk } from "../binary/chunk.ts";
import { CoreModuleWriter, CoreTypes, encode, encodeBody, encodeExport, s32, type CoreFuncType } from "../binary/core-module.ts";
import type { Resource } from "../component/types.ts";
import { type CoreImport, MEMORY } from "../compose/part.ts";
import { op } from "./code.ts";
import { type Endings, EXIT_STATUS, exitBody } from "./exit-stub.ts";

/** Constant results lie from here on. */
const CONSTANTS = 8;

/** Globals: where the next argument goes, and where the first. */
export const ARENA = 0;
export const ARENA_BASE = 1;

/** What a stub does. */
export interface Behaviour {
  readonly type: CoreFuncType;
  /** An entry of the code section, or that it is an `exit`. */
  readonly code: Uint8Array | { readonly endings: Endings };
  /** For traps that somebody may see. */
  readonly name: string | undefined;
}

/** A number, so that no function has the name that memory goes by. */
export const exportNameOf = (index: number): string => String(index);

/** The built-ins of resources that a stub module imports, each once. */
export class BuiltIns {
  readonly imports: CoreImport[] = [];
  readonly #indices = { drop: new Map<Resource, number>(), new: new Map<Resource, number>() };

  /** The index of the imported function. */
  index(operation: "drop" | "new", resource: Resource): number {
    const known = this.#indices[operation].get(resource);
    if (known !== undefined) return known;
    const index = this.imports.length;
    const field = String(index);
    this.imports.push(
      operation === "new" ? { field, kind: "resource.new", resource } : { field, kind: "resource.drop", resource, view: "given" },
    );
    this.#indices[operation].set(resource, index);
    return index;
  }
}

/** Results that lie in memory: each once, at a multiple of eight. */
export class Constants {
  readonly #addresses = new Map<string, number>();
  #end = CONSTANTS;
  readonly #values: (readonly [address: number, value: Uint8Array])[] = [];

  address(value: Uint8Array): number {
    const key = value.join();
    const known = this.#addresses.get(key);
    if (known !== undefined) return known;
    const address = this.#end;
    this.#addresses.set(key, address);
    this.#values.push([address, value]);
    this.#end += Math.ceil(value.length / 8) * 8;
    return address;
  }

  /** From `CONSTANTS` on, the zeros at the end included. */
  get bytes(): Uint8Array {
    const all = new Uint8Array(this.#end - CONSTANTS);
    for (const [address, value] of this.#values) all.set(value, address - CONSTANTS);
    return all;
  }
}

const REALLOC: CoreFuncType = { params: ["i32", "i32", "i32", "i32"], results: ["i32"] };

/** `realloc(_, _, alignment, newSize)`: a new block, memory grown to fit it; strings that grow are never read. */
function reallocBody(): Uint8Array {
  const [alignment, size, pointer] = [2, 3, 4];
  return encodeBody(
    encode((writer) => {
      writer.bytes(Uint8Array.of(0x23, ARENA, 0x20, alignment, 0x6a, 0x41, 1, 0x6b, 0x41, 0, 0x20, alignment, 0x6b, 0x71, 0x22, pointer)); // (arena + alignment - 1) & -alignment
      writer.bytes(Uint8Array.of(0x20, size, 0x6a, 0x24, ARENA));
      writer.bytes(Uint8Array.of(0x23, ARENA, 0x3f, 0, 0x41, 16, 0x74, 0x41, 1, 0x6b, 0x4b, 0x04, 0x40)); // if (arena > (memory.size << 16) - 1)
      writer.bytes(
        Uint8Array.of(0x23, ARENA, 0x41, 16, 0x76, 0x3f, 0, 0x6b, 0x41, 1, 0x6a, 0x40, 0, 0x41, 0x7f, 0x46, 0x04, 0x40, 0x00, 0x0b, 0x0b),
      );
      writer.bytes(Uint8Array.of(0x20, pointer, 0x0b));
    }),
    [[1, 0x7f]],
  );
}

export interface StubModule {
  /** What hosts call it in traces. */
  readonly name: string;
  readonly behaviours: readonly Behaviour[];
  readonly imports: readonly CoreImport[];
  readonly constants: Uint8Array;
  readonly memory: boolean;
  readonly realloc: boolean;
}

export function encodeStubs({ name, behaviours, imports, constants, memory, realloc }: StubModule): readonly Chunk[] {
  const types = new CoreTypes();
  const entry = (type: CoreFuncType): Uint8Array => encode((writer) => writer.u32(types.index(type)));
  const importEntries = imports.map(({ field, kind }) =>
    encode((writer) => {
      writer.name("");
      writer.name(field);
      writer.byte(0);
      writer.u32(types.index({ params: ["i32"], results: kind === "resource.new" ? ["i32"] : [] }));
    }),
  );
  // Of several functions that end the program, one tells the statuses of another.
  const endings = behaviours.reduce<Endings>(
    (most, { code }) => ("endings" in code && code.endings.length > most.length ? code.endings : most),
    [],
  );
  const firstEnding = imports.length + behaviours.length + (realloc ? 1 : 0);
  const functions = [
    ...behaviours.map(({ type }) => entry(type)),
    ...(realloc ? [entry(REALLOC)] : []),
    ...endings.map(() => entry({ params: [], results: [] })),
  ];
  const segment = encode((writer) => {
    for (const byte of [0x00, 0x41, CONSTANTS, 0x0b]) writer.byte(byte);
    writer.u32(constants.length);
    writer.bytes(constants);
  });
  const global = (isMutable: boolean, value: number): Uint8Array =>
    encode((writer) => {
      writer.bytes(Uint8Array.of(0x7f, isMutable ? 1 : 0, 0x41));
      s32(writer, value);
      writer.byte(0x0b);
    });
  const arena = CONSTANTS + constants.length;
  const arenas = realloc ? [global(true, arena), global(false, arena)] : [];
  const trap = encodeBody(Uint8Array.of(op.unreachable, 0x0b));
  return new CoreModuleWriter()
    .section("type", types.entries)
    .section("import", importEntries)
    .section("function", functions)
    .section("memory", memory ? [Uint8Array.of(0, 1)] : [])
    .section("global", [...arenas, ...(endings.length > 0 ? [global(true, -1)] : [])])
    .section("export", [
      ...(memory ? [encodeExport(MEMORY.memory, "memory", 0)] : []),
      ...behaviours.map((_, i) => encodeExport(exportNameOf(i), "func", imports.length + i)),
      ...(realloc ? [encodeExport(MEMORY.realloc, "func", imports.length + behaviours.length)] : []),
      ...(endings.length > 0 ? [encodeExport(EXIT_STATUS, "global", arenas.length)] : []),
    ])
    .section("code", [
      ...behaviours.map(({ code }) => ("endings" in code ? exitBody(code.endings, arenas.length, firstEnding) : code)),
      ...(realloc ? [reallocBody()] : []),
      ...endings.map(() => trap),
    ])
    .section("data", constants.length > 0 ? [segment] : [])
    .names(name, [
      ...behaviours.flatMap((each, i) => (each.name === undefined ? [] : [[imports.length + i, each.name] as const])),
      ...endings.map((each, i) => [firstEnding + i, each] as const),
    ])
    .finish();
}
