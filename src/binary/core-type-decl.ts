/**
 * Core types inside components (Binary.md, `core:type`; core specification, "Binary Format, Types"). In a section
 * or a declaration they stay bytes; a declaration has no length in front, so to find its end it must be read through.
 */
import { type Codec, hex, type Reader } from "./codec.ts";
import { FormatError } from "../errors.ts";

export interface CoreType {
  readonly bytes: Uint8Array;
}

export const coreType: Codec<CoreType> = {
  read: (reader) => ({ bytes: reader.span(() => readCoreType(reader)) }),
  write: (writer, value) => writer.bytes(value.bytes),
};

/** A reference has a heap type: the index of a type, or the byte of an abstract one (0x70 for `func`). */
export interface RefType {
  readonly kind: "ref";
  readonly nullable: boolean;
  readonly shared: boolean;
  readonly heap: { readonly index: number } | { readonly abstract: number };
}

/** A number's or vector's byte (0x7f for i32; fields can be packed), or a reference. */
export type StorageType = number | RefType;

export interface FieldType {
  readonly type: StorageType;
  readonly mutable: number;
}

export type CompType =
  | { readonly kind: "func"; readonly params: readonly StorageType[]; readonly results: readonly StorageType[] }
  | { readonly kind: "struct"; readonly fields: readonly FieldType[] }
  | { readonly kind: "array"; readonly fields: readonly FieldType[] };

export interface SubType {
  readonly final: boolean;
  readonly supertypes: readonly number[];
  readonly shared: boolean;
  readonly type: CompType;
}

/** A group has one type, or those that a `rec` brackets. */
export interface RecGroup {
  readonly kind: "rec";
  /** Two groups are the same type only if both are bracketed or have one type. */
  readonly types: readonly SubType[];
}

export interface Limits {
  /** 1 has a maximum, 2 shared, 4 of 64 bits, 8 has a page size. */
  readonly flags: number;
  readonly min: bigint;
  readonly max: bigint | undefined;
  readonly pageSize: number | undefined;
}

/** The type of an import or export of a core module. */
export type CoreExternType =
  | { readonly kind: "func" | "tag"; readonly type: number }
  | { readonly kind: "table"; readonly element: StorageType; readonly limits: Limits }
  | { readonly kind: "memory"; readonly limits: Limits }
  | { readonly kind: "global"; readonly type: StorageType; readonly mutable: number };

export interface CoreImport {
  readonly module: string;
  readonly name: string;
  readonly type: CoreExternType;
}

export type ModuleDecl =
  | { readonly kind: "import"; readonly imports: readonly CoreImport[] }
  | { readonly kind: "type"; readonly group: RecGroup }
  | { readonly kind: "alias"; readonly count: number; readonly idx: number }
  | { readonly kind: "export"; readonly name: string; readonly type: CoreExternType };

export type CoreDefType = RecGroup | { readonly kind: "module"; readonly decls: readonly ModuleDecl[] };

const MODULE = 0x50;
const SUB_PREFIX = 0x00;
const SUB = 0x50;
const FINAL_SUB = 0x4f;
const REC = 0x4e;
const SHARED = 0x65;
const REF = 0x64;
const REF_NULL = 0x63;
/** `exn`, `array` ... `none`, `noexn`: each is also short for a nullable reference. */
const isAbstractHeap = (opcode: number): boolean => opcode >= 0x68 && opcode <= 0x75;

/** `core:deftype ::= rt:<core:rectype> | 0x00 0x50 x*:vec(<core:typeidx>) ct:<core:comptype> | mt:<core:moduletype>` */
export function readCoreType(reader: Reader): CoreDefType {
  const first = reader.peek();
  if (first === SUB_PREFIX) {
    reader.byte();
    if (reader.peek() !== SUB) throw new FormatError(`expected ${hex(SUB)}, found ${hex(reader.peek())}`, reader.offset);
    return readRecGroup(reader);
  }
  if (first !== MODULE) return readRecGroup(reader);
  reader.byte();
  return { kind: "module", decls: readVec(reader, readModuleDecl) };
}

/** `core:moduledecl ::= 0x00 i:<core:import> | 0x01 t:<core:type> | 0x02 a:<core:alias> | 0x03 e:<core:exportdecl>` */
function readModuleDecl(reader: Reader): ModuleDecl {
  const offset = reader.offset;
  const opcode = reader.byte();
  switch (opcode) {
    case 0x00:
      return { kind: "import", imports: readCoreImports(reader) };
    case 0x01:
      // Module types cannot lie in each other, so here 0x50 is a `sub`: wasm-tools writes no 0x00 in front.
      return { kind: "type", group: readRecGroup(reader) };
    case 0x02: {
      // `core:alias ::= 0x10 0x01 ct:<u32> idx:<u32>`
      const found = [reader.byte(), reader.byte()];
      if (found[0] !== 0x10 || found[1] !== 0x01) throw new FormatError(`unknown core alias ${found.map(hex).join(" ")}`, offset);
      return { kind: "alias", count: reader.u32(), idx: reader.u32() };
    }
    case 0x03:
      return { kind: "export", name: reader.name(), type: readCoreExternType(reader) };
    default:
      throw new FormatError(`unknown declaration of a core module type ${hex(opcode)}`, offset);
  }
}

/** `import ::= mod:<name> nm:<name> d:<externtype>`; compact: `mod "" 0x7f` names and types, `mod "" 0x7e` a type and names. */
export function readCoreImports(reader: Reader): readonly CoreImport[] {
  const [module, name] = [reader.name(), reader.name()];
  if (name === "" && reader.peek() === 0x7f) {
    reader.byte();
    return readVec(reader, () => ({ module, name: reader.name(), type: readCoreExternType(reader) }));
  }
  if (name === "" && reader.peek() === 0x7e) {
    reader.byte();
    const type = readCoreExternType(reader);
    return readVec(reader, () => ({ module, name: reader.name(), type }));
  }
  return [{ module, name, type: readCoreExternType(reader) }];
}

function readCoreExternType(reader: Reader): CoreExternType {
  const offset = reader.offset;
  const opcode = reader.byte();
  switch (opcode) {
    case 0x00:
    case 0x20: // an exact function
      return { kind: "func", type: reader.u32() };
    case 0x01:
      return readTableType(reader);
    case 0x02:
      return { kind: "memory", limits: readLimits(reader) };
    case 0x03:
      return readGlobalType(reader);
    case 0x04:
      return readTagType(reader);
    default:
      throw new FormatError(`unknown core extern type ${hex(opcode)}`, offset);
  }
}

export function readTableType(reader: Reader): Extract<CoreExternType, { readonly kind: "table" }> {
  return { kind: "table", element: readStorageType(reader), limits: readLimits(reader) };
}

export function readGlobalType(reader: Reader): Extract<CoreExternType, { readonly kind: "global" }> {
  return { kind: "global", type: readStorageType(reader), mutable: reader.byte() };
}

/** `tagtype ::= 0x00 x:<typeidx>` */
export function readTagType(reader: Reader): CoreExternType {
  const offset = reader.offset;
  const attribute = reader.byte();
  if (attribute !== 0x00) throw new FormatError(`expected 0x00, found ${hex(attribute)}`, offset);
  return { kind: "tag", type: reader.u32() };
}

export function readLimits(reader: Reader): Limits {
  const offset = reader.offset;
  const flags = reader.byte();
  if (flags > 0x0f) throw new FormatError(`unknown limits ${hex(flags)}`, offset);
  return {
    flags,
    min: readUnsigned(reader),
    max: flags & 1 ? readUnsigned(reader) : undefined,
    pageSize: flags & 8 ? reader.u32() : undefined,
  };
}

/** `rectype ::= 0x4e st*:vec(<subtype>) | st:<subtype>` */
export function readRecGroup(reader: Reader): RecGroup {
  if (reader.peek() !== REC) return { kind: "rec", types: [readSubType(reader)] };
  reader.byte();
  return { kind: "rec", types: readVec(reader, readSubType) };
}

function readSubType(reader: Reader): SubType {
  const opcode = reader.peek();
  let supertypes: readonly number[] = [];
  if (opcode === SUB || opcode === FINAL_SUB) {
    reader.byte();
    supertypes = readVec(reader, (each) => each.u32());
  }
  const shared = reader.peek() === SHARED;
  if (shared) reader.byte();
  return { final: opcode !== SUB, supertypes, shared, type: readCompType(reader) };
}

function readCompType(reader: Reader): CompType {
  const offset = reader.offset;
  const opcode = reader.byte();
  switch (opcode) {
    case 0x60:
      return { kind: "func", params: readVec(reader, readStorageType), results: readVec(reader, readStorageType) };
    case 0x5f:
      return { kind: "struct", fields: readVec(reader, readFieldType) };
    case 0x5e:
      return { kind: "array", fields: [readFieldType(reader)] };
    default:
      throw new FormatError(`unknown core type ${hex(opcode)}`, offset);
  }
}

function readFieldType(reader: Reader): FieldType {
  return { type: readStorageType(reader), mutable: reader.byte() };
}

/** One byte, or `ref` or `ref null` and a heap type. */
function readStorageType(reader: Reader): StorageType {
  const opcode = reader.byte();
  if (isAbstractHeap(opcode)) return { kind: "ref", nullable: true, shared: false, heap: { abstract: opcode } };
  if (opcode !== REF && opcode !== REF_NULL) return opcode;
  const shared = reader.peek() === SHARED;
  if (shared) reader.byte();
  const heap = reader.peek();
  if (isAbstractHeap(heap)) {
    reader.byte();
    return { kind: "ref", nullable: opcode === REF_NULL, shared, heap: { abstract: heap } };
  }
  const offset = reader.offset;
  const index = readUnsigned(reader);
  // It is a signed number of 33 bits, and an index is not negative.
  if ((heap >= 0x40 && heap < 0x80) || index > 0xffffffffn) throw new FormatError("a type index does not fit in 32 bits", offset);
  return { kind: "ref", nullable: opcode === REF_NULL, shared, heap: { index: Number(index) } };
}

/** Up to 64 bits. */
function readUnsigned(reader: Reader): bigint {
  const offset = reader.offset;
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = reader.byte();
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80 && value < 1n << 64n) return value;
  }
  throw new FormatError("a number does not fit in 64 bits", offset);
}

/** A count that lies ends at the end of the section: each item takes a byte at least. */
export function readVec<T>(reader: Reader, item: (reader: Reader) => T): readonly T[] {
  const items: T[] = [];
  for (let count = reader.u32(); count > 0; count--) items.push(item(reader));
  return items;
}
