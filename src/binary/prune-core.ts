/**
 * Takes from a prebuilt core module the functions that an output uses. Prebuilt modules are our own
 * adapters', so what they never contain (element segments, several memories, SIMD, exceptions, start
 * functions) is refused.
 * https://webassembly.github.io/spec/core/binary/
 */
import { FormatError } from "../errors.ts";
import { byteLength, bytesOf } from "./chunk.ts";
import {
  CORE_NAME_SECTION,
  CoreModuleWriter,
  encode,
  encodeExport,
  encodeFuncType,
  EXTERNAL_KIND,
  type ExternalKind,
  MAGIC,
  SECTION,
} from "./core-module.ts";
import { constantExpression } from "./instructions.ts";
import { functionNames as namesIn } from "./module-names.ts";
import { Reader } from "./reader.ts";

/** `i32.const` and `i64.const`. */
const INTEGER_CONSTANTS: ReadonlySet<number> = new Set([0x41, 0x42]);
const KINDS: readonly ExternalKind[] = ["func", "table", "memory", "global"];

/** A function that a pruned module still imports. */
export interface CoreFuncImport {
  readonly module: string;
  readonly name: string;
}

export interface PruneOptions {
  /** What hosts call the result in traces. */
  readonly name: string;
  /** Exports to keep, by their name in the prebuilt module, and the name each gets. */
  readonly exports: ReadonlyMap<string, string>;
  /** The name under which an import appears in the result. */
  readonly rename: (module: string, field: string) => readonly [module: string, field: string];
  /** A function without parameters and results to import, for exports that call it if they find the memory empty. */
  readonly fill?: { readonly from: readonly [module: string, field: string]; readonly exports: ReadonlySet<string> };
  /** Functions (by export name) to put into an imported table, from slot `first` on. */
  readonly table: {
    readonly from: readonly [module: string, field: string];
    readonly first?: number;
    readonly functions: readonly string[];
  };
}

export interface PrunedCore {
  readonly bytes: Uint8Array;
  readonly imports: readonly CoreFuncImport[];
}

interface Import extends CoreFuncImport {
  readonly kind: ExternalKind;
  /** What follows the kind byte. */
  readonly type: Uint8Array;
}

interface CoreModule {
  readonly types: readonly Uint8Array[];
  readonly imports: readonly Import[];
  /** Type indices of the defined functions. */
  readonly functions: readonly number[];
  readonly globals: readonly Uint8Array[];
  readonly exports: ReadonlyMap<string, { readonly kind: ExternalKind; readonly index: number }>;
  /** Windows of the function bodies. */
  readonly bodies: readonly (readonly [start: number, end: number])[];
  readonly data: readonly Uint8Array[];
  /** What functions are called in traces: only in a build for that. */
  readonly names: ReadonlyMap<number, string>;
}

/** The names that a core module exports. */
export function coreExports(bytes: Uint8Array): ReadonlySet<string> {
  return new Set(decodeCore(bytes).exports.keys());
}

function decodeCore(bytes: Uint8Array): CoreModule {
  const reader = new Reader(bytes, 0, "the core module");
  reader.bytes(MAGIC.length);
  const types: Uint8Array[] = [];
  const imports: Import[] = [];
  const functions: number[] = [];
  const globals: Uint8Array[] = [];
  const exports = new Map<string, { kind: ExternalKind; index: number }>();
  const bodies: [number, number][] = [];
  const data: Uint8Array[] = [];
  let names: ReadonlyMap<number, string> = new Map();
  const since = (start: number): Uint8Array => bytes.subarray(start, reader.offset);
  while (!reader.done) {
    const id = reader.byte();
    const length = reader.u32();
    if (id === SECTION.custom || id === SECTION.dataCount) {
      const contents = new Reader(reader.bytes(length));
      if (id === SECTION.custom && contents.name() === CORE_NAME_SECTION) names = namesIn(contents);
      continue;
    }
    for (let count = reader.u32(); count > 0; count--) {
      const start = reader.offset;
      switch (id) {
        case SECTION.type:
          reader.byte();
          reader.bytes(reader.u32());
          reader.bytes(reader.u32());
          types.push(since(start));
          break;
        case SECTION.import: {
          const [module, field] = [reader.name(), reader.name()];
          const kind = KINDS[reader.byte()]!;
          const typeStart = reader.offset;
          if (kind === "func") reader.u32();
          else if (kind === "global") reader.bytes(2);
          else limits(reader, kind);
          imports.push({ module, name: field, kind, type: since(typeStart) });
          break;
        }
        case SECTION.function:
          functions.push(reader.u32());
          break;
        case SECTION.global:
          reader.bytes(2);
          if (!INTEGER_CONSTANTS.has(reader.byte())) throw new FormatError("a global that is not an integer constant", start);
          while (reader.byte() >= 0x80);
          reader.byte();
          globals.push(since(start));
          break;
        case SECTION.export:
          exports.set(reader.name(), { kind: KINDS[reader.byte()]!, index: reader.u32() });
          break;
        case SECTION.code: {
          const size = reader.u32();
          bodies.push([reader.offset, reader.offset + size]);
          reader.bytes(size);
          break;
        }
        case SECTION.data:
          if (reader.byte() !== 0 || reader.byte() !== 0x41)
            throw new FormatError("a data segment that is not at a constant address", start);
          while (reader.byte() >= 0x80);
          reader.byte();
          reader.bytes(reader.u32());
          data.push(since(start));
          break;
        default:
          throw new FormatError(`section ${id} in an adapter's core module`, start);
      }
    }
  }
  return { types, imports, functions, globals, exports, bodies, data, names };
}

function limits(reader: Reader, kind: ExternalKind): void {
  if (kind === "table") reader.byte();
  const bounded = (reader.byte() & 1) === 1;
  reader.u32();
  if (bounded) reader.u32();
}

type IndexSpace = "func" | "type" | "global";
interface Reference {
  readonly space: IndexSpace;
  readonly index: number;
  readonly start: number;
  readonly end: number;
}

/** Every function, type and global index in a body. */
function references(bytes: Uint8Array, [start, end]: readonly [number, number]): readonly Reference[] {
  const reader = new Reader(bytes.subarray(start, end), start, "a function body");
  const found: Reference[] = [];
  const skip = (count: number): void => {
    for (; count > 0; count--) while (reader.byte() >= 0x80);
  };
  const refer = (space: IndexSpace): void => {
    const at = reader.offset;
    found.push({ space, index: reader.u32(), start: at, end: reader.offset });
  };
  skipLocals(reader);
  while (!reader.done) {
    const at = reader.offset;
    const opcode = reader.byte();
    if (opcode >= 0x28 && opcode <= 0x3e) skip(2); // loads and stores
    else if (opcode >= 0x02 && opcode <= 0x04) {
      if (reader.peek() >= 0x40 && reader.peek() < 0x80) reader.byte();
      else refer("type");
    } else if (opcode === 0x0e) skip(reader.u32() + 1); // br_table
    else if (opcode === 0x10) refer("func");
    else if (opcode === 0x23 || opcode === 0x24) refer("global");
    else if (opcode === 0x0c || opcode === 0x0d || (opcode >= 0x20 && opcode <= 0x22) || (opcode >= 0x3f && opcode <= 0x42)) skip(1);
    else if (opcode === 0x43) reader.bytes(4);
    else if (opcode === 0x44) reader.bytes(8);
    else if (opcode === 0xfc) {
      const operation = reader.u32();
      if (operation === 0x0a) skip(2);
      else if (operation === 0x0b) skip(1);
      else if (operation > 0x07) throw new FormatError(`opcode 0xfc ${operation} in an adapter's core module`, at);
    } else if (opcode === 0x11 || opcode === 0x12 || opcode === 0x13 || opcode === 0x1c || opcode >= 0xc5) {
      throw new FormatError(`opcode 0x${opcode.toString(16)} in an adapter's core module`, at);
    }
  }
  return found;
}

/**
 * The module with nothing but what `options.exports` and `options.table` reach.
 * Memory imports stay; functions, types and globals that nobody uses go, and indices close up.
 * @throws FormatError where an export to keep does not exist
 */
export function pruneCore(bytes: Uint8Array, options: PruneOptions): PrunedCore {
  const module = decodeCore(bytes);
  const live = reachedFrom([...options.exports.keys(), ...options.table.functions], bytes, module);
  return new PrunedWriter(bytes, module, live, options).finish();
}

function rootOf({ exports }: CoreModule, exportName: string): number {
  const found = exports.get(exportName);
  if (found === undefined) throw new FormatError(`the adapter's core module has no export \`${exportName}\``, 0);
  return found.index;
}

const importsOf = ({ imports }: CoreModule, kind: ExternalKind): readonly Import[] => imports.filter((each) => each.kind === kind);

/** The functions that exports reach, with what each refers to. */
function reachedFrom(exportNames: readonly string[], bytes: Uint8Array, module: CoreModule): ReadonlyMap<number, readonly Reference[]> {
  const importCount = importsOf(module, "func").length;
  const live = new Map<number, readonly Reference[]>();
  const pending = exportNames.map((each) => rootOf(module, each));
  for (let func = pending.pop(); func !== undefined; func = pending.pop()) {
    if (live.has(func)) continue;
    const body = module.bodies[func - importCount];
    const found = body === undefined ? [] : references(bytes, body);
    live.set(func, found);
    for (const each of found) if (each.space === "func") pending.push(each.index);
  }
  return live;
}

/** A module without memory uses none. */
function firstToUse(module: CoreModule, { fill }: PruneOptions): ReadonlySet<number> {
  if (fill === undefined || importsOf(module, "memory").length === 0) return new Set();
  if (module.data.length > 0) throw new FormatError("data in a core module whose memory is empty at first", 0);
  const importCount = importsOf(module, "func").length;
  return new Set([...fill.exports].map((each) => rootOf(module, each)).filter((func) => func >= importCount));
}

/** `memory.size` `i32.eqz` `if` `call`, before the index of what fills it. */
const FILL_IF_EMPTY: Uint8Array = Uint8Array.of(0x3f, 0x00, 0x45, 0x04, 0x40, 0x10);
const END: Uint8Array = Uint8Array.of(0x0b);
/** The type of a memory without limits. */
const OF_ANY_SIZE: Uint8Array = Uint8Array.of(0x00, 0x00);

function localsEnd(bytes: Uint8Array, start: number, end: number): number {
  const reader = new Reader(bytes.subarray(start, end), start, "a function body");
  skipLocals(reader);
  return reader.offset;
}

/** `vec(count type)` */
function skipLocals(reader: Reader): void {
  for (let groups = reader.u32(); groups > 0; groups--) {
    reader.u32();
    reader.byte();
  }
}

const encodeIndex = (value: number): Uint8Array => encode((writer) => writer.u32(value));

/** Writes what is live, under new indices. */
class PrunedWriter {
  readonly #bytes: Uint8Array;
  readonly #module: CoreModule;
  readonly #live: ReadonlyMap<number, readonly Reference[]>;
  readonly #options: PruneOptions;
  readonly #funcImports: readonly Import[];
  readonly #globalImports: readonly Import[];
  /** The old indices of what is kept, in order. */
  readonly #kept: Readonly<Record<IndexSpace, readonly number[]>>;
  readonly #renumber: Readonly<Record<IndexSpace, ReadonlyMap<number, number>>>;
  /** The functions that look whether the memory is empty. */
  readonly #first: ReadonlySet<number>;

  constructor(bytes: Uint8Array, module: CoreModule, live: ReadonlyMap<number, readonly Reference[]>, options: PruneOptions) {
    this.#bytes = bytes;
    this.#module = module;
    this.#live = live;
    this.#options = options;
    this.#funcImports = importsOf(module, "func");
    this.#globalImports = importsOf(module, "global");
    const used: Record<IndexSpace, Set<number>> = { func: new Set(live.keys()), type: new Set(), global: new Set() };
    for (const found of live.values()) for (const each of found) used[each.space].add(each.index);
    for (const func of live.keys()) used.type.add(this.#typeOf(func));
    this.#first = firstToUse(module, options);
    const sorted = (indices: ReadonlySet<number>): readonly number[] => [...indices].sort((left, right) => left - right);
    const positions = (kept: readonly number[]): ReadonlyMap<number, number> => new Map(kept.map((old, index) => [old, index]));
    this.#kept = { func: sorted(used.func), type: sorted(used.type), global: sorted(used.global) };
    this.#renumber = { func: this.#funcIndices(), type: positions(this.#kept.type), global: positions(this.#kept.global) };
  }

  finish(): PrunedCore {
    const { types, globals, data, names } = this.#module;
    const { exports, table, name } = this.#options;
    const [imported, defined] = this.#split("func", this.#funcImports.length);
    const [, definedGlobals] = this.#split("global", this.#globalImports.length);
    const functionNames = this.#kept.func.flatMap((func) => {
      const known = names.get(func);
      return known === undefined ? [] : [[this.#index("func", func), known] as const];
    });
    const typeEntry = (func: number): Uint8Array => encodeIndex(this.#index("type", this.#typeOf(func)));
    const writer = new CoreModuleWriter()
      .section("type", [
        ...this.#kept.type.map((type) => types[type]!),
        ...(this.#first.size > 0 ? [encodeFuncType({ params: [], results: [] })] : []),
      ])
      .section("import", this.#imports(typeEntry))
      .section("function", defined.map(typeEntry))
      .section(
        "global",
        definedGlobals.map((each) => globals[each - this.#globalImports.length]!),
      )
      .section(
        "export",
        [...exports].map(([old, renamed]) => encodeExport(renamed, "func", this.#index("func", rootOf(this.#module, old)))),
      )
      .section("element", table.functions.length > 0 ? [this.#element()] : [])
      .section(
        "code",
        defined.map((func) => this.#body(func)),
      )
      .section("data", data)
      .names(name, functionNames);
    return {
      bytes: bytesOf(writer.finish()),
      imports: imported.map((func) => ({ module: this.#funcImports[func]!.module, name: this.#funcImports[func]!.name })),
    };
  }

  /** Functions, memories, globals, and the table if it is filled. */
  #imports(typeEntry: (func: number) => Uint8Array): readonly Uint8Array[] {
    const [funcs] = this.#split("func", this.#funcImports.length);
    const [globals] = this.#split("global", this.#globalImports.length);
    const encodeImport = ({ module, name, kind, type }: Import): Uint8Array =>
      encode((writer) => {
        for (const each of this.#options.rename(module, name)) writer.name(each);
        writer.byte(EXTERNAL_KIND[kind]);
        writer.bytes(type);
      });
    return [
      ...funcs.map((func) => encodeImport({ ...this.#funcImports[func]!, type: typeEntry(func) })),
      ...(this.#first.size > 0 ? [this.#fillImport()] : []),
      ...importsOf(this.#module, "memory").map((each) => encodeImport({ ...each, type: OF_ANY_SIZE })),
      ...globals.map((each) => encodeImport(this.#globalImports[each]!)),
      ...(this.#options.table.functions.length > 0 ? [this.#tableImport()] : []),
    ];
  }

  #fillImport(): Uint8Array {
    return encode((writer) => {
      for (const part of this.#options.fill?.from ?? []) writer.name(part);
      writer.byte(EXTERNAL_KIND.func);
      writer.u32(this.#kept.type.length);
    });
  }

  #tableImport(): Uint8Array {
    const { from, first = 0, functions } = this.#options.table;
    return encode((writer) => {
      for (const part of from) writer.name(part);
      writer.byte(EXTERNAL_KIND.table);
      writer.byte(0x70);
      writer.byte(0x00);
      writer.u32(first + functions.length);
    });
  }

  #element(): Uint8Array {
    const { first = 0, functions } = this.#options.table;
    return encode((writer) => {
      writer.byte(0x00); // into table 0
      writer.bytes(constantExpression(first));
      writer.u32(functions.length);
      for (const each of functions) writer.u32(this.#index("func", rootOf(this.#module, each)));
    });
  }

  #body(func: number): Uint8Array[] {
    const [start, end] = this.#module.bodies[func - this.#funcImports.length]!;
    const pieces: Uint8Array[] = [];
    let from = start;
    if (this.#first.has(func)) {
      from = localsEnd(this.#bytes, start, end);
      pieces.push(this.#bytes.subarray(start, from), FILL_IF_EMPTY, encodeIndex(this.#fillIndex), END);
    }
    for (const each of this.#live.get(func)!) {
      pieces.push(this.#bytes.subarray(from, each.start), encodeIndex(this.#index(each.space, each.index)));
      from = each.end;
    }
    pieces.push(this.#bytes.subarray(from, end));
    return [encodeIndex(byteLength(pieces)), ...pieces];
  }

  /** Behind the functions that are imported. */
  get #fillIndex(): number {
    return this.#split("func", this.#funcImports.length)[0].length;
  }

  #funcIndices(): ReadonlyMap<number, number> {
    const more = this.#first.size > 0 ? 1 : 0;
    return new Map(this.#kept.func.map((old, index) => [old, old < this.#funcImports.length ? index : index + more]));
  }

  /** Those that are imported, and the module's own. */
  #split(space: IndexSpace, importCount: number): readonly [imported: readonly number[], defined: readonly number[]] {
    const kept = this.#kept[space];
    return [kept.filter((each) => each < importCount), kept.filter((each) => each >= importCount)];
  }

  #typeOf(func: number): number {
    const count = this.#funcImports.length;
    return func < count ? new Reader(this.#funcImports[func]!.type).u32() : this.#module.functions[func - count]!;
  }

  #index(space: IndexSpace, old: number): number {
    return this.#renumber[space].get(old)!;
  }
}
