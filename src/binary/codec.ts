/**
 * Codecs that work both ways: each grammar rule is written once, and decodes and encodes.
 * Here are the ways to put rules together and the few rules of core WebAssembly that everything is made of;
 * the rules themselves are in the other files of this folder, the bytes in `reader.ts` and `writer.ts`.
 * Values come out as plain objects. Rules with alternatives look their leading bytes up in a table.
 */
import { FormatError } from "../errors.ts";
import { Reader } from "./reader.ts";
import { Writer } from "./writer.ts";

export { Reader, Writer };

/** More items than this in one list are refused. */
export const MAX_ITEMS = 1_000_000;
/** Component and instance types may lie this deep in each other. */
export const MAX_TYPE_DEPTH = 100;

export interface Codec<T> {
  read(reader: Reader): T;
  write(writer: Writer, value: T): void;
}

export const u32: Codec<number> = {
  read: (reader) => reader.u32(),
  write: (writer, value) => writer.u32(value),
};

export const byte: Codec<number> = {
  read: (reader) => reader.byte(),
  write: (writer, value) => writer.byte(value),
};

/** UTF-8 bytes behind their length. */
export const name: Codec<string> = {
  read: (reader) => reader.name(),
  write: (writer, value) => writer.name(value),
};

/** `0x00` or `0x01`. */
export const flag: Codec<boolean> = {
  read(reader) {
    const offset = reader.offset;
    const value = reader.byte();
    if (value > 1) throw new FormatError(`expected 0x00 or 0x01, found ${hex(value)}`, offset);
    return value === 1;
  },
  write: (writer, value) => writer.byte(value ? 1 : 0),
};

export function vec<T>(item: Codec<T>): Codec<readonly T[]> {
  return {
    read(reader) {
      const offset = reader.offset;
      const count = reader.u32();
      // Every item takes a byte at least, so a count that lies is found out before anything is allocated.
      if (count > reader.remaining)
        throw new FormatError(`a list of ${count} items in the ${reader.remaining} bytes that are left`, offset);
      if (count > MAX_ITEMS) throw new FormatError(`a list of ${count} items, the limit is ${MAX_ITEMS}`, offset);
      const items: T[] = [];
      for (let i = 0; i < count; i++) items.push(item.read(reader));
      return items;
    },
    write(writer, values) {
      writer.u32(values.length);
      for (const value of values) item.write(writer, value);
    },
  };
}

/** `<T>?` in Binary.md. */
export function optional<T>(item: Codec<T>): Codec<T | undefined> {
  return {
    read: (reader) => (flag.read(reader) ? item.read(reader) : undefined),
    write(writer, value) {
      flag.write(writer, value !== undefined);
      if (value !== undefined) item.write(writer, value);
    },
  };
}

/** `item` behind a byte that never changes. */
export function after<T>(expected: number, item: Codec<T>): Codec<T> {
  return {
    read(reader) {
      expectByte(reader, expected);
      return item.read(reader);
    },
    write(writer, value) {
      writer.byte(expected);
      item.write(writer, value);
    },
  };
}

/** A byte that never changes and means nothing yet. */
export function reserved(expected: number): Codec<undefined> {
  return {
    read: (reader) => expectByte(reader, expected),
    write: (writer) => writer.byte(expected),
  };
}

function expectByte(reader: Reader, expected: number): undefined {
  const offset = reader.offset;
  const found = reader.byte();
  if (found !== expected) throw new FormatError(`expected ${hex(expected)}, found ${hex(found)}`, offset);
}

/** For rules that contain themselves: looked up late, and no deeper than `MAX_TYPE_DEPTH`. */
export function nested<T>(codec: () => Codec<T>): Codec<T> {
  return {
    read(reader) {
      if (reader.depth === MAX_TYPE_DEPTH) throw new FormatError(`types lie more than ${MAX_TYPE_DEPTH} deep in each other`, reader.offset);
      reader.depth++;
      const value = codec().read(reader);
      reader.depth--;
      return value;
    },
    write: (writer, value) => codec().write(writer, value),
  };
}

/** Fields one after the other. `readInto` lets an alternative put its `kind` in front of them. */
export interface Struct<T> extends Codec<T> {
  readInto(reader: Reader, target: Partial<T>): void;
}

/** Fields in wire order. */
export function struct<T extends object>(fields: { readonly [K in keyof T]-?: Codec<T[K]> }): Struct<T> {
  // `Object.entries` forgets which codec belongs to which key; the parameter's type has checked it.
  const entries = Object.entries(fields) as [keyof T, Codec<T[keyof T]>][];
  const readInto = (reader: Reader, target: Partial<T>): void => {
    for (const [key, field] of entries) target[key] = field.read(reader);
  };
  return {
    readInto,
    read(reader) {
      const value: Partial<T> = {};
      readInto(reader, value);
      return value as T; // every field has just been read
    },
    write(writer, value) {
      for (const [key, field] of entries) field.write(writer, value[key]);
    },
  };
}

/** `section_N(B) ::= N:<byte> size:<u32> B (if size == |B|)`, from the size on. */
export function sized<T>(what: string, body: Struct<T>): Struct<T> {
  const readInto = (reader: Reader, target: Partial<T>): void => {
    const window = reader.window(reader.u32(), what);
    body.readInto(window, target);
    if (!window.done) throw new FormatError(`${window.remaining} bytes after the end of ${what}`, window.offset);
  };
  return {
    readInto,
    read(reader) {
      const target: Partial<T> = {};
      readInto(reader, target);
      return target as T; // `readInto` fills it
    },
    write: (writer, value) => writer.sized(() => body.write(writer, value)),
  };
}

type Opcode = number | readonly number[];
type Body<T, K> = Struct<Omit<Extract<T, { readonly kind: K }>, "kind">>;

/** The alternatives of a union by kind: what they begin with, and their other fields. */
export type Cases<T extends { readonly kind: string }> = { readonly [K in T["kind"]]: readonly [Opcode, Body<T, K>] };

/** Alternatives told apart by their leading byte or bytes; `rule` names them in errors. */
export function choice<T extends { readonly kind: string }>(rule: string, cases: Cases<T>): Codec<T> {
  // A row's body fits its own kind only. That is checked above and cannot be said of rows in a table.
  const entries = Object.entries(cases) as [T["kind"], readonly [Opcode, Struct<object>]][];
  const rows = entries.map(([kind, [opcode, body]]) => ({ kind, prefix: [opcode].flat(), body }));
  const byKind = new Map<string, (typeof rows)[number]>(rows.map((row) => [row.kind, row]));
  const table = branch(rows);
  return {
    read(reader) {
      const row = pick(reader, table, rule);
      const value = { kind: row.kind };
      row.body.readInto(reader, value);
      return value as unknown as T;
    },
    write(writer, value) {
      const row = byKind.get(value.kind);
      if (row === undefined) throw new TypeError(`no ${rule} is called \`${value.kind}\``);
      for (const opcode of row.prefix) writer.byte(opcode);
      row.body.write(writer, value);
    },
  };
}

/** One of a set of words, each told by its byte or bytes. */
export function keyword<K extends string>(rule: string, opcodes: Readonly<Record<K, Opcode>>): Codec<K> {
  const rows = (Object.entries(opcodes) as [K, Opcode][]).map(([word, opcode]) => ({ word, prefix: [opcode].flat() }));
  const byWord = new Map<string, readonly number[]>(rows.map((row) => [row.word, row.prefix]));
  const table = branch(rows);
  return {
    read: (reader) => pick(reader, table, rule).word,
    write(writer, word) {
      const prefix = byWord.get(word);
      if (prefix === undefined) throw new TypeError(`no ${rule} is called \`${word}\``);
      for (const opcode of prefix) writer.byte(opcode);
    },
  };
}

/** What a byte leads to: a row, or the table for the byte after it. */
type Branch<Row> = readonly (Row | Branch<Row> | undefined)[];

function branch<Row extends { readonly prefix: readonly number[] }>(rows: readonly Row[], depth = 0): Branch<Row> {
  const table = Array.from<undefined, Row | Branch<Row> | undefined>({ length: 256 }, () => undefined);
  for (const row of rows) {
    const opcode = row.prefix[depth];
    if (opcode === undefined || table[opcode] !== undefined) continue;
    const same = rows.filter((other) => other.prefix[depth] === opcode);
    table[opcode] = row.prefix.length === depth + 1 ? row : branch(same, depth + 1);
  }
  return table;
}

function pick<Row extends { readonly prefix: readonly number[] }>(reader: Reader, table: Branch<Row>, rule: string): Row {
  for (let at = table; ;) {
    const offset = reader.offset;
    const opcode = reader.byte();
    const found = at[opcode];
    if (found === undefined) throw new FormatError(`unknown ${rule} ${hex(opcode)}`, offset);
    if ("prefix" in found) return found;
    at = found;
  }
}

export function hex(value: number): string {
  return `0x${value.toString(16).padStart(2, "0")}`;
}
