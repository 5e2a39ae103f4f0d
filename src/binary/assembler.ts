/**
 * Puts a core module together of what it is made of. Nobody counts indices: whatever is added is an item that code and
 * exports refer to, in any order, and gets its index when the module is written. What is imported may be found out
 * while code is written that comes behind it.
 */
import { byteLength, type Chunk } from "./chunk.ts";
import { CORE_VAL_TYPES, type CoreFuncType, CoreModuleWriter, CoreTypes, encode, encodeExport, EXTERNAL_KIND } from "./core-module.ts";
import { type Body, Code, constantExpression, type Data, type Func, type Global, op, type Reference, type Table } from "./instructions.ts";

export type Memory = { readonly kind: "memory" };
export type ModuleItem = Func | Global | Memory | Table;

interface Import {
  readonly module: string;
  readonly field: string;
  readonly item: ModuleItem;
  /** What follows the kind of all but functions. */
  readonly type: Uint8Array;
}

interface Defined {
  readonly func: Func;
  readonly name: string | undefined;
  code: Body | undefined;
}

export class Assembler {
  readonly #name: string;
  readonly #imports: Import[] = [];
  readonly #functions: Defined[] = [];
  readonly #defined = new Map<Func, Defined>();
  readonly #traps = new Map<string, Func>();
  readonly #globals: { readonly item: Global; readonly entry: () => Uint8Array }[] = [];
  readonly #memories: { readonly item: Memory; readonly entry: Uint8Array }[] = [];
  readonly #tables: { readonly item: Table; readonly entry: Uint8Array }[] = [];
  readonly #elements: { readonly table: Table; readonly functions: readonly Func[] }[] = [];
  readonly #exports: { readonly name: string; readonly item: ModuleItem }[] = [];
  /** What stands for items of modules that have been taken in. */
  readonly #aliases = new Map<ModuleItem, ModuleItem>();
  #start: Func | undefined;
  readonly #data: { readonly item: Data | undefined; readonly chunks: readonly Chunk[] }[] = [];

  /** `name` is what hosts call the module in traces. */
  constructor(name: string) {
    this.#name = name;
  }

  importFunc(module: string, field: string, type: CoreFuncType): Func {
    return this.#import(module, field, { kind: "func", type }, new Uint8Array());
  }

  /** Of type i32, if its type is not given as it is written. */
  importGlobal(module: string, field: string, type: boolean | Uint8Array): Global {
    return this.#import(module, field, { kind: "global" }, typeof type === "boolean" ? globalType(type) : type);
  }

  /** Of any size. */
  importMemory(module: string, field: string): Memory {
    return this.#import(module, field, { kind: "memory" }, limits(0));
  }

  /** Of functions, of this size or a larger one. */
  importTable(module: string, field: string, size: number): Table {
    return this.#import(module, field, { kind: "table" }, tableType(size));
  }

  /** A function with or without its code, which `define` may give later; hosts show the name in traces. */
  func(type: CoreFuncType, code?: Body, name?: string): Func {
    const func: Func = { kind: "func", type };
    const defined = { func, name, code };
    this.#functions.push(defined);
    this.#defined.set(func, defined);
    return func;
  }

  define(func: Func, code: Body): void {
    const defined = this.#defined.get(func);
    if (defined === undefined || defined.code !== undefined) throw new Error("a function has its code already, or is imported");
    defined.code = code;
  }

  /** A function that traps under a name, for a trace to show; one for each name. */
  trap(name: string): Func {
    const known = this.#traps.get(name);
    if (known !== undefined) return known;
    const func = this.func({ params: [], results: [] }, new Code(0).op(op.unreachable), name);
    this.#traps.set(name, func);
    return func;
  }

  /** Of type i32; its value may be known only when the module is written. */
  global(value: number | (() => number), isMutable = true): Global {
    const item: Global = { kind: "global" };
    this.#globals.push({
      item,
      entry: () => joined(globalType(isMutable), constantExpression(typeof value === "number" ? value : value())),
    });
    return item;
  }

  /** One whose type and value are written already. */
  prebuiltGlobal(entry: Uint8Array): Global {
    const item: Global = { kind: "global" };
    this.#globals.push({ item, entry: () => entry });
    return item;
  }

  memory(pageCount: number): Memory {
    const item: Memory = { kind: "memory" };
    this.#memories.push({ item, entry: limits(pageCount) });
    return item;
  }

  /** Of functions, none of which is there yet. */
  table(size: number): Table {
    const item: Table = { kind: "table" };
    this.#tables.push({ item, entry: tableType(size) });
    return item;
  }

  /** Puts functions into a table, from its first place on. */
  elements(table: Table, functions: readonly Func[]): void {
    this.#elements.push({ table, functions });
  }

  /** The function that is called when an instance is made. */
  start(func: Func): void {
    this.#start = func;
  }

  /** What lies in memory at the start. Empty data is left out. */
  data(address: number, chunks: readonly Chunk[]): void {
    const length = byteLength(chunks);
    if (length === 0) return;
    const size = encode((writer) => writer.u32(length));
    this.#data.push({ item: undefined, chunks: [joined(Uint8Array.of(ACTIVE), constantExpression(address), size), ...chunks] });
  }

  /** What code puts into memory. */
  passiveData(chunks: readonly Chunk[]): Data {
    const item: Data = { kind: "data", byteLength: byteLength(chunks) };
    const header = encode((writer) => {
      writer.byte(PASSIVE);
      writer.u32(item.byteLength);
    });
    this.#data.push({ item, chunks: [header, ...chunks] });
    return item;
  }

  export(name: string, item: ModuleItem): void {
    this.#exports.push({ name, item });
  }

  /**
   * Takes in all of another module, which has no memory and no data of its own. An import of it is what `imported` gives, or one of
   * this module under the field that `imported` gives; exports get other names.
   */
  absorb(other: Assembler, imported: (module: string, field: string) => ModuleItem | string, renamed: (name: string) => string): void {
    if (other.#memories.length + other.#data.length + other.#tables.length + other.#elements.length > 0 || other.#start !== undefined)
      throw new Error("a module with a memory cannot be taken in");
    for (const each of other.#imports) {
      const found = imported(each.module, each.field);
      if (typeof found === "string") this.#imports.push({ ...each, field: found });
      else this.#aliases.set(each.item, found);
    }
    for (const each of other.#aliases) this.#aliases.set(...each);
    this.#functions.push(...other.#functions);
    this.#globals.push(...other.#globals);
    this.#exports.push(...other.#exports.map(({ name, item }) => ({ name: renamed(name), item })));
  }

  /** The module. Everything is numbered: of each kind, what is imported comes first. */
  finish(): readonly Chunk[] {
    const imports = this.#imports.toSorted((left, right) => Number(left.item.kind !== "func") - Number(right.item.kind !== "func"));
    const spaces: Record<ModuleItem["kind"], ModuleItem[]> = { func: [], table: [], memory: [], global: [] };
    for (const { item } of imports) spaces[item.kind].push(item);
    for (const { func } of this.#functions) spaces.func.push(func);
    for (const { item } of [...this.#tables, ...this.#memories, ...this.#globals]) spaces[item.kind].push(item);
    const indices = new Map<ModuleItem | Data | undefined, number>(
      [...Object.values(spaces), this.#data.map(({ item }) => item)].flatMap((items) => items.map((item, index) => [item, index] as const)),
    );
    const types = new CoreTypes();
    const indexOf = (reference: Reference | ModuleItem): number => {
      const index = reference.kind === "type" ? types.index(reference.type) : indices.get(this.#aliased(reference));
      if (index === undefined) throw new Error(`a ${reference.kind} of another module`);
      return index;
    };
    const typeEntry = ({ type }: Func): Uint8Array => encode((writer) => writer.u32(types.index(type)));

    const importEntries = imports.map(({ module, field, item, type }) =>
      encode((writer) => {
        writer.name(module);
        writer.name(field);
        writer.byte(EXTERNAL_KIND[item.kind]);
        writer.bytes(item.kind === "func" ? typeEntry(item) : type);
      }),
    );
    const functionEntries = this.#functions.map(({ func }) => typeEntry(func));
    const bodies = this.#functions.map(({ code, name }) => {
      if (code === undefined) throw new Error(`the function \`${name ?? ""}\` has no code`);
      return code.encode(indexOf);
    });
    const elementEntries = this.#elements.map(({ table, functions }) =>
      encode((writer) => {
        writer.u32(indexOf(table) === 0 ? 0 : fail("elements of a table that is not the first"));
        writer.bytes(constantExpression(0));
        writer.u32(functions.length);
        for (const each of functions) writer.u32(indexOf(each));
      }),
    );
    const named = this.#functions.flatMap(({ func, name }) => (name === undefined ? [] : [[indexOf(func), name] as const]));
    return new CoreModuleWriter()
      .section("type", types.entries)
      .section("import", importEntries)
      .section("function", functionEntries)
      .section(
        "table",
        this.#tables.map(({ entry }) => entry),
      )
      .section(
        "memory",
        this.#memories.map(({ entry }) => entry),
      )
      .section(
        "global",
        this.#globals.map(({ entry }) => entry()),
      )
      .section(
        "export",
        this.#exports.map(({ name, item }) => encodeExport(name, item.kind, indexOf(item))),
      )
      .start(this.#start && indexOf(this.#start))
      .section("element", elementEntries)
      .dataCount(this.#data.some(({ item }) => item !== undefined) ? this.#data.length : undefined)
      .section("code", bodies)
      .section(
        "data",
        this.#data.map(({ chunks }) => chunks),
      )
      .names(this.#name, named)
      .finish();
  }

  #aliased(item: ModuleItem | Data): ModuleItem | Data {
    return (item.kind === "data" ? undefined : this.#aliases.get(item)) ?? item;
  }

  #import<T extends ModuleItem>(module: string, field: string, item: T, type: Uint8Array): T {
    this.#imports.push({ module, field, item, type });
    return item;
  }
}

/** A data segment at an address of the only memory. */
const ACTIVE = 0x00;
const PASSIVE = 0x01;

const globalType = (isMutable: boolean): Uint8Array => Uint8Array.of(CORE_VAL_TYPES.i32, isMutable ? 1 : 0);

const FUNCREF = 0x70;

/** Of functions, without a maximum. */
const tableType = (minimum: number): Uint8Array => joined(Uint8Array.of(FUNCREF), limits(minimum));

function fail(what: string): never {
  throw new Error(what);
}

/** Without a maximum. */
const limits = (minimum: number): Uint8Array =>
  encode((writer) => {
    writer.byte(0);
    writer.u32(minimum);
  });

const joined = (...pieces: readonly Uint8Array[]): Uint8Array =>
  encode((writer) => {
    for (const piece of pieces) writer.bytes(piece);
  });
