/**
 * The memory of a part of ours, as its data segments fill it, at instantiation or at the first use. Finds it by what it is:
 * the module that imports functions alone and exports what `memoryModule` does. Names count for nothing.
 */
import { bytesIn, type Chunk, sliceOf } from "../binary/chunk.ts";
import { inflated } from "../adapters/inflate.ts";
import { PREAMBLE_LENGTH } from "../binary/component.ts";
import { EXTERNAL_KIND, SECTION } from "../binary/core-module.ts";
import { Reader } from "../binary/reader.ts";
import { MEMORY } from "../compose/part.ts";
import { FormatError } from "../errors.ts";
import { RETURN_AREA } from "../image/layout.ts";
import type { Extent, Memory } from "../image/read-image.ts";

/** A core module: its bytes, and where in the file they begin. Of large ones the data need not be among the bytes. */
export interface CoreModule {
  readonly bytes: Uint8Array;
  readonly offset: number;
}

/** Bytes of the file that are put into memory. */
export interface Segment extends Extent {
  readonly offset: number;
}

/**
 * `undefined` where none of the modules is that of a memory. `source` is the file.
 * @throws FormatError
 */
export function partMemory(modules: readonly CoreModule[], source: Chunk): PartMemory | undefined {
  const pages = new Pages(source);
  for (const module of modules) {
    const segments = segmentsOf(module, pages);
    if (segments.length > 0) return new PartMemory(module, segments, pages);
  }
  return undefined;
}

export class PartMemory implements Memory {
  readonly header: Uint8Array = new Uint8Array(RETURN_AREA);
  /** Of all segments. */
  readonly byteLength: number;
  /** The one that has it. */
  readonly module: CoreModule;
  /** In the order in which the module has them; no two overlap. */
  readonly segments: readonly Segment[];
  readonly #pages: Pages;

  /** @throws FormatError where segments overlap: it depends on their order then what is in memory */
  constructor(module: CoreModule, segments: readonly Segment[], pages: Pages) {
    this.module = module;
    this.segments = segments;
    this.#pages = pages;
    this.byteLength = segments.reduce((sum, each) => sum + each.byteLength, 0);
    let end = 0;
    for (const { address, byteLength, offset } of segments.toSorted((left, right) => left.address - right.address)) {
      if (address < end) throw new FormatError("data segments overlap", offset);
      end = address + byteLength;
    }
    for (const { address, byteLength, offset } of segments) {
      const end = Math.min(address + byteLength, RETURN_AREA);
      if (address < end) this.header.set(pages.bytes(offset, offset + end - address), address);
    }
  }

  /** The same memory with nothing but these segments of it. */
  within(segments: readonly Segment[]): PartMemory {
    return new PartMemory(this.module, segments, this.#pages);
  }

  bytes(address: number, byteLength: number): Uint8Array {
    const offset = this.offsetOf(address, byteLength);
    return this.#pages.bytes(offset, offset + byteLength);
  }

  /** Where in the file the bytes from an address on are. @throws FormatError where there are none */
  offsetOf(address: number, byteLength: number): number {
    const found = this.segments.find((each) => each.address <= address && address + byteLength <= each.address + each.byteLength);
    if (found === undefined) throw new FormatError(`nothing fills ${byteLength} bytes of memory from ${address} on`, 0);
    return found.offset + address - found.address;
  }

  /** Those bytes, without reading them. */
  chunk({ address, byteLength }: Extent): Chunk {
    const offset = this.offsetOf(address, byteLength);
    return this.#pages.chunk(offset, offset + byteLength);
  }

  inflated(stream: Extent, byteLength: number): Uint8Array | undefined {
    return inflated(this.bytes(stream.address, stream.byteLength), byteLength);
  }

  /** The same, piece by piece. */
  *pieces({ address, byteLength }: Extent): Iterable<Uint8Array> {
    const offset = this.offsetOf(address, byteLength);
    yield* this.#pages.pieces(offset, offset + byteLength);
  }
}

/** None of a module that is another one. */
function segmentsOf({ bytes, offset }: CoreModule, pages: Pages): readonly Segment[] {
  const reader = new Reader(bytes, offset, "the core module", PREAMBLE_LENGTH);
  const segments: Segment[] = [];
  let addresses: ReadonlyMap<number, number> = new Map();
  for (let isMemory = false; !reader.done;) {
    const id = reader.byte();
    const section = reader.window(reader.u32(), "the section");
    if (id === SECTION.import && !areFunctions(section)) return [];
    if (id === SECTION.export) isMemory = isOfMemory(section);
    if (id === SECTION.code && isMemory) addresses = filledAddresses(section);
    if (id === SECTION.data && isMemory)
      segments.push(...dataSegments(section.offset, section.offset + section.remaining, addresses, pages));
  }
  return segments;
}

/** Whether nothing but functions is imported: so a memory is the module's own. */
function areFunctions(section: Reader): boolean {
  for (let count = section.u32(); count > 0; count--) {
    section.name();
    section.name();
    if (section.byte() !== EXTERNAL_KIND.func) return false;
    section.u32();
  }
  return true;
}

function isOfMemory(section: Reader): boolean {
  const kinds = new Map<string, number>();
  for (let count = section.u32(); count > 0; count--) {
    const name = section.name();
    kinds.set(name, section.byte());
    section.u32();
  }
  return (
    kinds.get(MEMORY.memory) === EXTERNAL_KIND.memory &&
    kinds.get(MEMORY.realloc) === EXTERNAL_KIND.func &&
    kinds.get(MEMORY.arena) === EXTERNAL_KIND.global &&
    kinds.get(MEMORY.arenaBase) === EXTERNAL_KIND.global
  );
}

/** Where passive segments go, by their index: of the function that grows memory first of all, as `fillCode` writes it. */
function filledAddresses(code: Reader): ReadonlyMap<number, number> {
  const addresses = new Map<number, number>();
  for (let count = code.u32(); count > 0; count--) {
    const body = code.window(code.u32(), "the function body");
    if (!takes(body, NO_LOCALS, I32_CONST)) continue;
    signed(body);
    if (!takes(body, MEMORY_GROW, 0, I32_CONST)) continue;
    signed(body);
    if (!takes(body, I32_EQ, IF, EMPTY_BLOCK, UNREACHABLE, END)) continue;
    if (addresses.size > 0) throw new FormatError("two functions that fill the memory", body.offset);
    while (takes(body, I32_CONST)) {
      const address = signed(body) >>> 0;
      if (!takes(body, I32_CONST, 0, I32_CONST)) break;
      signed(body);
      if (!takes(body, BULK, MEMORY_INIT)) break;
      addresses.set(body.u32(), address);
      body.byte();
    }
  }
  return addresses;
}

/** Reads these bytes if they come next. */
function takes(reader: Reader, ...bytes: readonly number[]): boolean {
  return bytes.every((each) => !reader.done && reader.peek() === each && reader.byte() === each);
}

const [NO_LOCALS, I32_EQ, IF, EMPTY_BLOCK, UNREACHABLE, MEMORY_GROW, BULK, MEMORY_INIT] = [0, 0x46, 0x04, 0x40, 0x00, 0x40, 0xfc, 0x08];
const [ACTIVE, PASSIVE, I32_CONST, END] = [0x00, 0x01, 0x41, 0x0b];
/** Three bytes, an address and a length of up to five each. */
const MOST_HEADER = 13;

/** `vec(0x00 (i32.const address) end vec(byte))` or `vec(0x01 vec(byte))`, as `memoryModule` writes it. */
function dataSegments(start: number, end: number, addresses: ReadonlyMap<number, number>, pages: Pages): readonly Segment[] {
  const readerAt = (at: number): Reader => new Reader(pages.bytes(at, Math.min(at + MOST_HEADER, end)), at, "the data section");
  const head = readerAt(start);
  const segments: Segment[] = [];
  let count = head.u32();
  for (let at = head.offset; count > 0; count--) {
    const reader = readerAt(at);
    const address = takes(reader, PASSIVE) ? addresses.get(segments.length) : activeAddress(reader);
    if (address === undefined) throw new FormatError("a data segment of another kind", at);
    const byteLength = reader.u32();
    segments.push({ address, byteLength, offset: reader.offset });
    at = reader.offset + byteLength;
    if (at > end) throw new FormatError("a data segment ends behind its section", reader.offset);
  }
  return segments;
}

function activeAddress(reader: Reader): number | undefined {
  if (!takes(reader, ACTIVE, I32_CONST)) return undefined;
  const address = signed(reader) >>> 0;
  return takes(reader, END) ? address : undefined;
}

/** LEB128 of 32 bits. */
function signed(reader: Reader): number {
  const start = reader.offset;
  let value = 0;
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = reader.byte();
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return shift < 28 && (byte & 0x40) !== 0 ? value | (-1 << (shift + 7)) : value;
  }
  throw new FormatError("a number does not fit in 32 bits", start);
}

const PAGE_LENGTH = 1 << 16;
const MOST_PAGES = 64;
/** What is read at once of contents. */
const PIECE_LENGTH = 1 << 20;

/** Reads a file here and there, and keeps what was read last. */
class Pages {
  readonly #source: Chunk;
  readonly #pages = new Map<number, Uint8Array>();
  readonly #piece: Uint8Array;

  constructor(source: Chunk) {
    this.#source = source;
    this.#piece = new Uint8Array(source instanceof Uint8Array ? 0 : PIECE_LENGTH);
  }

  /** Views of the file, or of bytes that nobody changes. */
  bytes(start: number, end: number): Uint8Array {
    if (start > end || end > this.#source.byteLength) throw new FormatError("unexpected end of the input", start);
    if (this.#source instanceof Uint8Array) return this.#source.subarray(start, end);
    const first = Math.floor(start / PAGE_LENGTH);
    const page = this.#page(first);
    if (end <= (first + 1) * PAGE_LENGTH) return page.subarray(start - first * PAGE_LENGTH, end - first * PAGE_LENGTH);
    const bytes = new Uint8Array(end - start);
    for (let at = start; at < end;) {
      const index = Math.floor(at / PAGE_LENGTH);
      const from = this.#page(index).subarray(at - index * PAGE_LENGTH, end - index * PAGE_LENGTH);
      bytes.set(from, at - start);
      at += from.length;
    }
    return bytes;
  }

  chunk(start: number, end: number): Chunk {
    return sliceOf(this.#source, start, end);
  }

  /** Each lasts until the next is asked for. */
  *pieces(start: number, end: number): Iterable<Uint8Array> {
    if (start > end || end > this.#source.byteLength) throw new FormatError("unexpected end of the input", start);
    if (end - start <= PAGE_LENGTH) yield this.bytes(start, end);
    else for (let at = start; at < end; at += PIECE_LENGTH) yield bytesIn(this.#source, at, Math.min(at + PIECE_LENGTH, end), this.#piece);
  }

  #page(index: number): Uint8Array {
    const known = this.#pages.get(index);
    if (known !== undefined) return known;
    const start = index * PAGE_LENGTH;
    const page = new Uint8Array(Math.min(PAGE_LENGTH, this.#source.byteLength - start));
    bytesIn(this.#source, start, start + page.length, page);
    const [oldest] = this.#pages.keys();
    if (this.#pages.size === MOST_PAGES && oldest !== undefined) this.#pages.delete(oldest);
    this.#pages.set(index, page);
    return page;
  }
}
