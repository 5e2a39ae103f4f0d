/**
 * The module that owns a part's memory: the image as data segments, an arena behind it for what the
 * canonical ABI allocates, and trampolines to the destructors (a resource type is defined before the module
 * that implements its destructor exists; that module fills the table). It may have a clock that stands still.
 *
 *   0        unused
 *   16       header of the image
 *   1024     static data of the adapter
 *   2048     the image
 *   arena    grows with the memory; reset by the adapter when a call is over
 */
import { byteLength, type Chunk } from "../binary/chunk.ts";
import { CoreModuleWriter, encode, encodeBody, encodeExport, encodeFuncType, s32 } from "../binary/core-module.ts";
import { MEMORY } from "../compose/part.ts";
import type { Image } from "./image.ts";

const PAGE = 0x10000;
/** What the arena has before memory must grow. */
const ARENA_START = 8192;

/**
 * `realloc(old, oldSize, align, newSize)`: a block at the arena's end, the old content copied.
 *
 *   p = (arena + align - 1) & -align;  end = p + newSize;  trap if end < p
 *   grow memory if end lies beyond it, trap if it cannot
 *   arena = end;  memory.copy(p, old, oldSize);  return p
 */
const REALLOC: readonly number[] = [
  ...[0x23, 0, 0x20, 2, 0x6a, 0x41, 1, 0x6b, 0x41, 0, 0x20, 2, 0x6b, 0x71, 0x22, 4], // p
  ...[0x20, 3, 0x6a, 0x22, 5, 0x20, 4, 0x49, 0x04, 0x40, 0x00, 0x0b], // end; if (end < p) unreachable
  ...[0x20, 5, 0x3f, 0, 0x41, 16, 0x74, 0x41, 1, 0x6b, 0x4b, 0x04, 0x40], // if (end > (memory.size << 16) - 1)
  ...[0x20, 5, 0x41, 16, 0x76, 0x3f, 0, 0x6b, 0x41, 1, 0x6a, 0x40, 0, 0x41, 0x7f, 0x46, 0x04, 0x40, 0x00, 0x0b, 0x0b],
  ...[0x20, 5, 0x24, 0], // arena = end
  ...[0x20, 4, 0x20, 0, 0x20, 1, 0xfc, 0x0a, 0, 0], // memory.copy
  ...[0x20, 4, 0x0b],
];

export interface MemoryOptions {
  /** What hosts call it in traces. */
  readonly name: string;
  /** How many trampolines are exported, as "0", "1", ... */
  readonly destructorCount: number;
  /** The seconds, in a word, that a `now` of wasi:clocks/wall-clock always writes, over zeros; none without it. */
  readonly frozenClock: number | undefined;
}

export function memoryModule({ segments, end }: Image, { name, destructorCount, frozenClock }: MemoryOptions): readonly Chunk[] {
  const arena = Math.ceil(end / 16) * 16;
  const pages = Math.ceil((arena + ARENA_START) / PAGE);
  const global = encode((writer) => {
    for (const byte of [0x7f, 0x01, 0x41]) writer.byte(byte);
    s32(writer, arena);
    writer.byte(0x0b);
  });
  const destructors = Array.from({ length: destructorCount }, (_, i) => i);
  const clocks = frozenClock === undefined ? [] : [destructorCount + 1];
  return new CoreModuleWriter()
    .section("type", [
      encodeFuncType({ params: ["i32", "i32", "i32", "i32"], results: ["i32"] }),
      ...(destructorCount + clocks.length > 0 ? [encodeFuncType({ params: ["i32"], results: [] })] : []),
    ])
    .section("function", [Uint8Array.of(0), ...[...destructors, ...clocks].map(() => Uint8Array.of(1))])
    .section("table", destructorCount > 0 ? [Uint8Array.of(0x70, 0x00, destructorCount)] : [])
    .section("memory", [
      encode((writer) => {
        writer.byte(0);
        writer.u32(pages);
      }),
    ])
    .section("global", [global, global])
    .section("export", [
      encodeExport(MEMORY.memory, "memory", 0),
      encodeExport(MEMORY.realloc, "func", 0),
      encodeExport(MEMORY.arena, "global", 0),
      encodeExport(MEMORY.arenaBase, "global", 1),
      ...(destructorCount > 0 ? [encodeExport(MEMORY.table, "table", 0)] : []),
      ...destructors.map((i) => encodeExport(String(i), "func", i + 1)),
      ...clocks.map((index) => encodeExport(MEMORY.now, "func", index)),
    ])
    .section("code", [
      encodeBody(Uint8Array.from(REALLOC), [[2, 0x7f]]),
      ...destructors.map((i) => encodeBody(Uint8Array.of(0x20, 0, 0x41, i, 0x11, 1, 0, 0x0b))),
      ...clocks.map(() => encodeBody(nowBody(frozenClock ?? 0))),
    ])
    .section(
      "data",
      segments
        .filter(({ chunks }) => byteLength(chunks) > 0)
        .map(({ address, chunks }) => [segmentHeader(address, byteLength(chunks)), ...chunks]),
    )
    .names(name)
    .finish();
}

/** Writes the seconds: `local.get 0  i32.const seconds  i32.store`. */
function nowBody(seconds: number): Uint8Array {
  return encode((writer) => {
    for (const byte of [0x20, 0, 0x41]) writer.byte(byte);
    s32(writer, seconds);
    for (const byte of [0x36, 2, 0, 0x0b]) writer.byte(byte);
  });
}

/** `0x00 (i32.const address) end length` */
function segmentHeader(address: number, length: number): Uint8Array {
  return encode((writer) => {
    writer.byte(0);
    writer.byte(0x41);
    s32(writer, address);
    writer.byte(0x0b);
    writer.u32(length);
  });
}
