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
  EXTERNAL_KIND,
  type ExternalKind,
  MAGIC,
  SECTION,
} from "./core-module.ts";
import { constantExpression } from "./instructions.ts";
import { functionNames } from "./module-names.ts";
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
      if (id === SECTION.custom && contents.name() === CORE_NAME_SECTION) names = functionNames(contents);
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
  for (let groups = reader.u32(); groups > 0; groups--) {
    skip(1);
    reader.byte();
  }
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
  const funcImports = module.imports.filter((each) => each.kind === "func");
  const globalImports = module.imports.filter((each) => each.kind === "global");
  const rootOf = (exportName: string): number => {
    const found = module.exports.get(exportName);
    if (found === undefined) throw new FormatError(`the adapter's core module has no export \`${exportName}\``, 0);
    return found.index;
  };

  const live = new Map<number, readonly Reference[]>();
  const pending = [...options.exports.keys(), ...options.table.functions].map(rootOf);
  for (let func = pending.pop(); func !== undefined; func = pending.pop()) {
    if (live.has(func)) continue;
    const body = module.bodies[func - funcImports.length];
    const found = body === undefined ? [] : references(bytes, body);
    live.set(func, found);
    for (const each of found) if (each.space === "func") pending.push(each.index);
  }

  const ascending = (left: number, right: number): number => left - right;
  const functions = [...live.keys()].sort(ascending);
  const used: Record<IndexSpace, Set<number>> = { func: new Set(), type: new Set(), global: new Set() };
  for (const found of live.values()) for (const each of found) used[each.space].add(each.index);
  const typeOf = (func: number): number =>
    func < funcImports.length ? new Reader(funcImports[func]!.type).u32() : module.functions[func - funcImports.length]!;
  for (const func of functions) used.type.add(typeOf(func));
  const types = [...used.type].sort(ascending);
  const globals = [...used.global].sort(ascending);
  const positions = (kept: readonly number[]): ReadonlyMap<number, number> => new Map(kept.map((old, index) => [old, index]));
  const renumber: Record<IndexSpace, ReadonlyMap<number, number>> = {
    func: positions(functions),
    type: positions(types),
    global: positions(globals),
  };

  const imported = functions.filter((func) => func < funcImports.length);
  const defined = functions.filter((func) => func >= funcImports.length);
  const index = (space: IndexSpace, old: number): number => renumber[space].get(old)!;
  const encodeIndex = (value: number): Uint8Array => encode((writer) => writer.u32(value));
  const encodeImport = (module: string, field: string, kind: ExternalKind, type: Uint8Array): Uint8Array =>
    encode((writer) => {
      const [newModule, newField] = options.rename(module, field);
      writer.name(newModule);
      writer.name(newField);
      writer.byte(EXTERNAL_KIND[kind]);
      writer.bytes(type);
    });

  const { table } = options;
  const { first = 0 } = table;
  const tableImport = encode((writer) => {
    for (const part of table.from) writer.name(part);
    writer.byte(EXTERNAL_KIND.table);
    writer.byte(0x70);
    writer.byte(0x00);
    writer.u32(first + table.functions.length);
  });
  const element = encode((writer) => {
    writer.byte(0x00); // into table 0
    writer.bytes(constantExpression(first));
    writer.u32(table.functions.length);
    for (const each of table.functions) writer.u32(index("func", rootOf(each)));
  });
  const encodeFunction = (func: number): Uint8Array[] => {
    const [start, end] = module.bodies[func - funcImports.length]!;
    const pieces: Uint8Array[] = [];
    let from = start;
    for (const each of live.get(func)!) {
      pieces.push(bytes.subarray(from, each.start), encodeIndex(index(each.space, each.index)));
      from = each.end;
    }
    pieces.push(bytes.subarray(from, end));
    return [encodeIndex(byteLength(pieces)), ...pieces];
  };

  const writer = new CoreModuleWriter()
    .section(
      "type",
      types.map((type) => module.types[type]!),
    )
    .section("import", [
      ...imported.map((func) =>
        encodeImport(funcImports[func]!.module, funcImports[func]!.name, "func", encodeIndex(index("type", typeOf(func)))),
      ),
      ...module.imports.filter((each) => each.kind === "memory").map((each) => encodeImport(each.module, each.name, each.kind, each.type)),
      ...globals
        .filter((each) => each < globalImports.length)
        .map((each) => encodeImport(globalImports[each]!.module, globalImports[each]!.name, "global", globalImports[each]!.type)),
      ...(table.functions.length > 0 ? [tableImport] : []),
    ])
    .section(
      "function",
      defined.map((func) => encodeIndex(index("type", typeOf(func)))),
    )
    .section(
      "global",
      globals.filter((each) => each >= globalImports.length).map((each) => module.globals[each - globalImports.length]!),
    )
    .section(
      "export",
      [...options.exports].map(([old, renamed]) => encodeExport(renamed, "func", index("func", rootOf(old)))),
    )
    .section("element", table.functions.length > 0 ? [element] : [])
    .section("code", defined.map(encodeFunction))
    .section("data", module.data)
    .names(
      options.name,
      functions.flatMap((func) => {
        const name = module.names.get(func);
        return name === undefined ? [] : [[index("func", func), name] as const];
      }),
    );
  return {
    bytes: bytesOf(writer.finish()),
    imports: imported.map((func) => ({ module: funcImports[func]!.module, name: funcImports[func]!.name })),
  };
}
