/**
 * Takes from a prebuilt core module (prebuilt-module.ts) the functions that an output uses.
 * https://webassembly.github.io/spec/core/binary/
 */
import { FormatError } from "../errors.ts";
import { byteLength, bytesOf } from "./chunk.ts";
import { CoreModuleWriter, encode, encodeExport, encodeFuncType, EXTERNAL_KIND } from "./core-module.ts";
import { constantExpression } from "./instructions.ts";
import {
  type CoreFuncImport,
  type CoreModule,
  type Import,
  type IndexSpace,
  type Reference,
  decodeCore,
  importsOf,
  localsEnd,
  references,
  rootOf,
} from "./prebuilt-module.ts";
import { Reader } from "./reader.ts";

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
