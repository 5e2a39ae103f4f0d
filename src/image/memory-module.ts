/**
 * The module that owns a part's memory: the image as data segments, an arena behind it for what the
 * canonical ABI allocates, and functions of adapters that have to be there before their resource types are, such as
 * destructors. It may have a clock that stands still.
 *
 *   0        unused
 *   16       header of the image
 *   1024     static data of the adapter
 *   2048     the image
 *   arena    grows with the memory; reset by the adapter when a call is over
 */
import { alignUp, atFirstUse, fillCode, growTo } from "../binary/arena-code.ts";
import { Assembler, type ModuleItem } from "../binary/assembler.ts";
import { byteLength, type Chunk } from "../binary/chunk.ts";
import type { CoreFuncType } from "../binary/core-module.ts";
import { Code, type Func, type Global, op } from "../binary/instructions.ts";
import { MEMORY } from "../compose/part.ts";
import type { Image } from "./image.ts";

const PAGE = 0x10000;
/** What the arena has before memory must grow. */
const ARENA_START = 8192;

/** What is copied at the first use: more than some 35 kB take longer than to have the host map them at each instantiation. */
const MOST_COPIED = 0x8000;

const NO_PARAMS: CoreFuncType = { params: [], results: [] };
const REALLOC: CoreFuncType = { params: ["i32", "i32", "i32", "i32"], results: ["i32"] };
/** Of a clock's `now`. */
const TAKES_ONE: CoreFuncType = { params: ["i32"], results: [] };

export interface MemoryOptions {
  /** What hosts call it in traces. */
  readonly name: string;
  /** The seconds, in a word, that a `now` of wasi:clocks/wall-clock always writes, over zeros; none without it. */
  readonly frozenClock: number | undefined;
  /** It is there from the beginning, however small: for hosts that keep memories for the next instance. */
  readonly isKept: boolean;
  /** What is allocated takes an even number of bytes: so nothing lies between blocks that are aligned to two bytes at most. */
  readonly hasEvenBlocks?: boolean;
  /** Puts more functions into it; `own` has what the module exports, by `MEMORY`. */
  add?(module: Assembler, own: Map<string, ModuleItem>): void;
}

export function memoryModule(
  { segments, end }: Image,
  { name, frozenClock, isKept, hasEvenBlocks = false, add }: MemoryOptions,
): readonly Chunk[] {
  const { arenaStart, pageCount, isSmall } = placeOfArena(end);
  const module = new Assembler(name);
  const isEmptyAtFirst = !isKept && isSmall;
  const [arena, arenaBase] = [module.global(arenaStart), module.global(arenaStart)];
  const fill = module.func(NO_PARAMS);
  const own = new Map<string, ModuleItem>([
    [MEMORY.memory, module.memory(isEmptyAtFirst ? 0 : pageCount)],
    [MEMORY.realloc, module.func(REALLOC, reallocCode(arena, fill, hasEvenBlocks))],
    [MEMORY.fill, fill],
    [MEMORY.arena, arena],
    [MEMORY.arenaBase, arenaBase],
  ]);
  if (frozenClock !== undefined) {
    // Its zeros are never written to.
    const now = new Code(1).get(0).constant(frozenClock).store(op.i32Store, 0);
    own.set(MEMORY.now, module.func(TAKES_ONE, now));
  }
  for (const [field, item] of own) module.export(field, item);
  if (isEmptyAtFirst) {
    const fillings = segments.flatMap(({ address, chunks }) =>
      byteLength(chunks) > 0 ? [{ address, data: module.passiveData(chunks) }] : [],
    );
    module.define(fill, fillCode(pageCount, fillings));
  } else {
    for (const { address, chunks } of segments) module.data(address, chunks);
    module.define(fill, new Code(0));
  }
  add?.(module, own);
  return module.finish();
}

/** Behind the images, whose end this is: where the arena begins, the pages at first, and whether it may be filled at the first use. */
export function placeOfArena(end: number): { readonly arenaStart: number; readonly pageCount: number; readonly isSmall: boolean } {
  const arenaStart = Math.ceil(end / 16) * 16;
  return { arenaStart, pageCount: Math.ceil((arenaStart + ARENA_START) / PAGE), isSmall: arenaStart <= MOST_COPIED };
}

/** `realloc(old, oldSize, alignment, newSize)`: a block at the arena's end, the old content copied. */
function reallocCode(arena: Global, fill: Func, hasEvenBlocks: boolean): Code {
  const [old, oldSize, alignment, newSize] = [0, 1, 2, 3];
  const code = atFirstUse(new Code(4), fill);
  const [pointer, end] = [code.local(), code.local()];
  alignUp(code.getGlobal(arena), alignment).tee(pointer);
  code.get(newSize).op(op.i32Add).tee(end);
  code
    .get(pointer)
    .op(op.i32LtU)
    .if(() => code.op(op.unreachable));
  growTo(code, () => code.get(end));
  code.get(end);
  if (hasEvenBlocks) code.get(end).constant(1).op(op.i32And).op(op.i32Add);
  code.setGlobal(arena);
  // Hosts call a function for a copy, also for one of nothing.
  code.get(oldSize).if(() => code.get(pointer).get(old).get(oldSize).memoryCopy());
  return code.get(pointer);
}
