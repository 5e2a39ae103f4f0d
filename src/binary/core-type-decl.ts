/**
 * Core types inside component and instance types. Nobody looks into them, so they stay bytes; but a
 * declaration has no length in front, so to find its end it must be read through
 * (Binary.md, `core:type`; core specification, "Binary Format, Types").
 */
import { type Codec, hex, type Reader } from "./codec.ts";
import { FormatError } from "../errors.ts";

export interface CoreType {
  readonly bytes: Uint8Array;
}

export const coreType: Codec<CoreType> = {
  read: (reader) => ({ bytes: reader.span(() => skipCoreType(reader)) }),
  write: (writer, value) => writer.bytes(value.bytes),
};

const MODULE = 0x50;
const SUB_PREFIX = 0x00;
const SUB = 0x50;
const FINAL_SUB = 0x4f;
const REC = 0x4e;
const SHARED = 0x65;

/** `core:deftype ::= rt:<core:rectype> | 0x00 0x50 x*:vec(<core:typeidx>) ct:<core:comptype> | mt:<core:moduletype>` */
function skipCoreType(reader: Reader): void {
  if (reader.peek() !== MODULE) return skipRecType(reader);
  reader.byte();
  skipVec(reader, () => skipModuleDecl(reader));
}

/** `core:moduledecl ::= 0x00 i:<core:import> | 0x01 t:<core:type> | 0x02 a:<core:alias> | 0x03 e:<core:exportdecl>` */
function skipModuleDecl(reader: Reader): void {
  const offset = reader.offset;
  const opcode = reader.byte();
  switch (opcode) {
    case 0x00:
      reader.name();
      reader.name();
      return skipExternType(reader);
    case 0x01:
      // Module types cannot lie in each other, so here 0x50 is a `sub`: wasm-tools writes no 0x00 in front.
      return skipRecType(reader);
    case 0x02:
      // `core:alias ::= 0x10 0x01 ct:<u32> idx:<u32>`
      reader.bytes(2);
      reader.u32();
      reader.u32();
      return;
    case 0x03:
      reader.name();
      return skipExternType(reader);
    default:
      throw new FormatError(`unknown declaration of a core module type ${hex(opcode)}`, offset);
  }
}

/** Of an import or export of a core module. */
function skipExternType(reader: Reader): void {
  const offset = reader.offset;
  const opcode = reader.byte();
  switch (opcode) {
    case 0x00:
    case 0x20: // an exact function
      reader.u32();
      return;
    case 0x01:
      skipValType(reader);
      return skipLimits(reader);
    case 0x02:
      return skipLimits(reader);
    case 0x03:
      skipValType(reader);
      reader.byte();
      return;
    case 0x04:
      reader.byte();
      reader.u32();
      return;
    default:
      throw new FormatError(`unknown core extern type ${hex(opcode)}`, offset);
  }
}

/** Flags: 1 has a maximum, 2 shared, 4 of 64 bits, 8 has a page size. */
function skipLimits(reader: Reader): void {
  const offset = reader.offset;
  const flags = reader.byte();
  if (flags > 0x0f) throw new FormatError(`unknown limits ${hex(flags)}`, offset);
  skipLeb(reader, 10);
  if (flags & 1) skipLeb(reader, 10);
  if (flags & 8) reader.u32();
}

function skipRecType(reader: Reader): void {
  if (reader.peek() !== REC) return skipSubType(reader);
  reader.byte();
  skipVec(reader, () => skipSubType(reader));
}

function skipSubType(reader: Reader): void {
  if (reader.peek() === SUB_PREFIX) reader.byte();
  const opcode = reader.peek();
  if (opcode === SUB || opcode === FINAL_SUB) {
    reader.byte();
    skipVec(reader, () => reader.u32());
  }
  skipCompType(reader);
}

function skipCompType(reader: Reader): void {
  if (reader.peek() === SHARED) reader.byte();
  const offset = reader.offset;
  const opcode = reader.byte();
  switch (opcode) {
    case 0x60:
      skipVec(reader, () => skipValType(reader));
      return skipVec(reader, () => skipValType(reader));
    case 0x5f:
      return skipVec(reader, () => skipFieldType(reader));
    case 0x5e:
      return skipFieldType(reader);
    default:
      throw new FormatError(`unknown core type ${hex(opcode)}`, offset);
  }
}

/** A value type or a packed one, and whether it can change. */
function skipFieldType(reader: Reader): void {
  skipValType(reader);
  reader.byte();
}

/** One byte, or `ref` or `ref null` and a heap type. */
function skipValType(reader: Reader): void {
  const opcode = reader.byte();
  if (opcode !== 0x63 && opcode !== 0x64) return;
  if (reader.peek() === SHARED) reader.byte();
  skipLeb(reader, 5);
}

/** A number of whatever sign. */
function skipLeb(reader: Reader, limit: number): void {
  const offset = reader.offset;
  for (let i = 0; i < limit; i++) if (reader.byte() < 0x80) return;
  throw new FormatError(`a number of more than ${limit} bytes`, offset);
}

/** A count that lies ends at the end of the section: each item takes a byte at least. */
function skipVec(reader: Reader, item: () => void): void {
  for (let count = reader.u32(); count > 0; count--) item();
}
