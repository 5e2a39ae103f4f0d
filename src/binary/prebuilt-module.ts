/**
 * Reads a prebuilt core module. Prebuilt modules are our own adapters', so what they never contain (data, which lies in images,
 * element segments, several memories, SIMD, exceptions, start functions) is refused.
 * https://webassembly.github.io/spec/core/binary/
 */
import { FormatError } from "../errors.ts";
import {
  CORE_NAME_SECTION,
  CORE_VAL_TYPES,
  type CoreFuncType,
  type CoreValType,
  type ExternalKind,
  MAGIC,
  SECTION,
} from "./core-module.ts";
import { functionNames as namesIn } from "./module-names.ts";
import { Reader } from "./reader.ts";

/** `i32.const` and `i64.const`. */
const INTEGER_CONSTANTS: ReadonlySet<number> = new Set([0x41, 0x42]);
const VAL_TYPES: ReadonlyMap<number, CoreValType> = new Map(
  // The keys are those of a record of them.
  Object.entries(CORE_VAL_TYPES).map(([name, byte]) => [byte, name as CoreValType]),
);
const KINDS: readonly ExternalKind[] = ["func", "table", "memory", "global"];

/** Where a function is imported from. */
export interface CoreFuncImport {
  readonly module: string;
  readonly name: string;
}

export interface Import extends CoreFuncImport {
  readonly kind: ExternalKind;
  /** What follows the kind byte. */
  readonly type: Uint8Array;
}

export interface CoreModule {
  readonly bytes: Uint8Array;
  readonly types: readonly CoreFuncType[];
  readonly imports: readonly Import[];
  /** Type indices of the defined functions. */
  readonly functions: readonly number[];
  /** Their types and values, as they are written. */
  readonly globals: readonly Uint8Array[];
  readonly exports: ReadonlyMap<string, { readonly kind: ExternalKind; readonly index: number }>;
  /** Windows of the function bodies. */
  readonly bodies: readonly (readonly [start: number, end: number])[];
  /** What functions are called in traces: only in a build for that. */
  readonly names: ReadonlyMap<number, string>;
}

export function decodeCore(bytes: Uint8Array): CoreModule {
  const reader = new Reader(bytes, 0, "the core module");
  reader.bytes(MAGIC.length);
  const types: CoreFuncType[] = [];
  const imports: Import[] = [];
  const functions: number[] = [];
  const globals: Uint8Array[] = [];
  const exports = new Map<string, { kind: ExternalKind; index: number }>();
  const bodies: [number, number][] = [];
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
          types.push({ params: valTypes(reader), results: valTypes(reader) });
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
        default:
          throw new FormatError(`section ${id} in an adapter's core module`, start);
      }
    }
  }
  return { bytes, types, imports, functions, globals, exports, bodies, names };
}

function valTypes(reader: Reader): readonly CoreValType[] {
  return Array.from({ length: reader.u32() }, () => {
    const found = VAL_TYPES.get(reader.byte());
    if (found === undefined) throw new FormatError("a value type in an adapter's core module", reader.offset);
    return found;
  });
}

function limits(reader: Reader, kind: ExternalKind): void {
  if (kind === "table") reader.byte();
  const bounded = (reader.byte() & 1) === 1;
  reader.u32();
  if (bounded) reader.u32();
}

export type IndexSpace = "func" | "type" | "global";
export interface Reference {
  readonly space: IndexSpace;
  readonly index: number;
  readonly start: number;
  readonly end: number;
}

/** Every function, type and global index in a body. */
export function references(bytes: Uint8Array, [start, end]: readonly [number, number]): readonly Reference[] {
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
 * The index of an exported function.
 * @throws FormatError
 */
export function rootOf({ exports }: CoreModule, exportName: string): number {
  const found = exports.get(exportName);
  if (found === undefined) throw new FormatError(`the adapter's core module has no export \`${exportName}\``, 0);
  return found.index;
}

export const importsOf = ({ imports }: CoreModule, kind: ExternalKind): readonly Import[] => imports.filter((each) => each.kind === kind);

/** The functions and globals that exports reach, what is imported included, in order; not what others reach than `isTaken`. */
export function reachedFrom(
  core: CoreModule,
  exports: readonly string[],
  isTaken: (func: number) => boolean = () => true,
): Readonly<Record<"func" | "global", readonly number[]>> {
  const importCount = importsOf(core, "func").length;
  const [funcs, globals] = [new Set<number>(), new Set<number>()];
  const pending = exports.map((each) => rootOf(core, each));
  for (let func = pending.pop(); func !== undefined; func = pending.pop()) {
    if (funcs.has(func)) continue;
    funcs.add(func);
    const body = core.bodies[func - importCount];
    for (const { space, index } of body === undefined || !isTaken(func) ? [] : references(core.bytes, body))
      if (space === "func") pending.push(index);
      else if (space === "global") globals.add(index);
  }
  const sorted = (indices: ReadonlySet<number>): readonly number[] => [...indices].sort((left, right) => left - right);
  return { func: sorted(funcs), global: sorted(globals) };
}

/** Of a function by its index. */
export function typeOf(core: CoreModule, func: number): CoreFuncType {
  const imports = importsOf(core, "func");
  return core.types[func < imports.length ? new Reader(imports[func]!.type).u32() : core.functions[func - imports.length]!]!;
}

/** Where the instructions of a body begin. */
export function localsEnd(bytes: Uint8Array, start: number, end: number): number {
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
