/**
 * The module of a part's memory (memory-module.ts) with other data in it: its segments, where its arena begins, how large it is at
 * first. All else in it stays as it is.
 */
import { fillCode } from "../binary/arena-code.ts";
import type { Chunk } from "../binary/chunk.ts";
import { byteLength } from "../binary/chunk.ts";
import { PREAMBLE_LENGTH } from "../binary/component.ts";
import { encode, encodeSection, EXTERNAL_KIND, SECTION } from "../binary/core-module.ts";
import { constantExpression, type Data } from "../binary/instructions.ts";
import { Code } from "../binary/instructions.ts";
import { Reader } from "../binary/reader.ts";
import { MEMORY } from "../compose/part.ts";
import { FormatError } from "../errors.ts";
import type { Segment } from "./image.ts";
import { placeOfArena } from "./memory-module.ts";

/** What a core module is made of, in order. */
interface ModuleSection {
  readonly id: number;
  readonly offset: number;
  readonly contents: Uint8Array;
}

/**
 * `end` is the first free address behind all that is in memory. `offset` is where in the file the module begins.
 * @throws FormatError for a module that is not as `memoryModule` writes it
 */
export function refilledModule(
  module: Uint8Array,
  { segments, end, offset }: { readonly segments: readonly Segment[]; readonly end: number; readonly offset: number },
): readonly Chunk[] {
  const sections = sectionsOf(module, offset);
  const readerOf = (id: number): Reader => {
    const found = sections.find((each) => each.id === id);
    if (found === undefined) throw new FormatError("the memory's module lacks a section", offset);
    return new Reader(found.contents, found.offset, "the section");
  };
  const exports = exportsOf(readerOf(SECTION.export));
  const hadNoPages = pagesOf(readerOf(SECTION.memory)) === 0;
  const { arenaStart, pageCount, isSmall } = placeOfArena(end);
  const isEmptyAtFirst = hadNoPages && isSmall;
  const filled = segments.filter(({ chunks }) => byteLength(chunks) > 0);
  const data = filled.map(({ chunks }): Data => ({ kind: "data", byteLength: byteLength(chunks) }));
  const fill = isEmptyAtFirst
    ? fillCode(
        pageCount,
        filled.map(({ address }, i) => ({ address, data: data[i] as Data })), // as many
      )
    : new Code(0);
  const imported = sections.some(({ id }) => id === SECTION.import) ? readerOf(SECTION.import).u32() : 0;
  const made: Readonly<Record<number, readonly Chunk[] | undefined>> = {
    [SECTION.memory]: [Uint8Array.of(1, 0), encode((writer) => writer.u32(isEmptyAtFirst ? 0 : pageCount))],
    [SECTION.global]: withGlobals(readerOf(SECTION.global), new Set([exports.arena, exports.arenaBase]), constantExpression(arenaStart)),
    [SECTION.code]: withBody(
      readerOf(SECTION.code),
      exports.fill - imported,
      fill.encode((item) => data.indexOf(item as Data)),
    ),
    [SECTION.dataCount]: [encode((writer) => writer.u32(filled.length))],
    [SECTION.data]: [encode((writer) => writer.u32(filled.length)), ...filled.flatMap((each) => segmentOf(each, isEmptyAtFirst))],
  };
  return [
    module.subarray(0, PREAMBLE_LENGTH),
    // Only code that mentions data needs the count.
    ...sections.flatMap(({ id, contents }) =>
      id === SECTION.dataCount && !isEmptyAtFirst ? [] : encodeSection(id, made[id] ?? [contents]),
    ),
  ];
}

function sectionsOf(module: Uint8Array, offset: number): readonly ModuleSection[] {
  const reader = new Reader(module, offset, "the core module", PREAMBLE_LENGTH);
  const sections: ModuleSection[] = [];
  while (!reader.done) {
    const id = reader.byte();
    const length = reader.u32();
    sections.push({ id, offset: reader.offset, contents: reader.bytes(length) });
  }
  return sections;
}

/** The indices of what `memoryModule` exports. */
function exportsOf(reader: Reader): Readonly<Record<"arena" | "arenaBase" | "fill", number>> {
  const found = new Map<string, { readonly kind: number; readonly index: number }>();
  const { offset } = reader;
  for (let count = reader.u32(); count > 0; count--) {
    const name = reader.name();
    found.set(name, { kind: reader.byte(), index: reader.u32() });
  }
  const indexOf = (name: string, kind: number): number => {
    const item = found.get(name);
    if (item?.kind !== kind) throw new FormatError(`the memory's module does not export \`${name}\` as it should`, offset);
    return item.index;
  };
  indexOf(MEMORY.memory, EXTERNAL_KIND.memory);
  return {
    arena: indexOf(MEMORY.arena, EXTERNAL_KIND.global),
    arenaBase: indexOf(MEMORY.arenaBase, EXTERNAL_KIND.global),
    fill: indexOf(MEMORY.fill, EXTERNAL_KIND.func),
  };
}

/** Of the only memory, which has no maximum. */
function pagesOf(reader: Reader): number {
  const { offset } = reader;
  if (reader.u32() !== 1 || reader.byte() !== 0) throw new FormatError("the memory's module has another memory than ours have", offset);
  return reader.u32();
}

/** Numbers that globals begin with, and how many bytes of LEB128 or others they take: `i32.const` and so on. */
const [I32_CONST, I64_CONST, F32_CONST, F64_CONST, GLOBAL_GET, END] = [0x41, 0x42, 0x43, 0x44, 0x23, 0x0b];

/** The section with these globals' values replaced. */
function withGlobals(reader: Reader, replaced: ReadonlySet<number>, value: Uint8Array): readonly Uint8Array[] {
  const count = reader.u32();
  const pieces = [encode((writer) => writer.u32(count))];
  for (let index = 0; index < count; index++) {
    pieces.push(reader.bytes(2));
    const { offset } = reader;
    const expression: number[] = [reader.byte()];
    const [opcode] = expression;
    if (opcode === F32_CONST || opcode === F64_CONST) expression.push(...reader.bytes(opcode === F32_CONST ? 4 : 8));
    else if (opcode === I32_CONST || opcode === I64_CONST || opcode === GLOBAL_GET) {
      do expression.push(reader.byte());
      while ((expression.at(-1) ?? 0) >= 0x80);
    }
    expression.push(reader.byte());
    if (expression.at(-1) !== END) throw new FormatError("a global has another value than ours have", offset);
    pieces.push(replaced.has(index) ? value : Uint8Array.from(expression));
  }
  return pieces;
}

/** The section with another function body, which has its size in front of it, in the place of that of an index. */
function withBody(reader: Reader, index: number, body: Uint8Array): readonly Uint8Array[] {
  const count = reader.u32();
  const pieces = [encode((writer) => writer.u32(count))];
  for (let i = 0; i < count; i++) {
    const length = reader.u32();
    const own = reader.bytes(length);
    if (i === index) pieces.push(body);
    else
      pieces.push(
        encode((writer) => writer.u32(length)),
        own,
      );
  }
  return pieces;
}

const [ACTIVE, PASSIVE] = [0, 1];

function segmentOf({ address, chunks }: Segment, isPassive: boolean): readonly Chunk[] {
  const header = encode((writer) => {
    writer.byte(isPassive ? PASSIVE : ACTIVE);
    if (!isPassive) writer.bytes(constantExpression(address));
    writer.u32(byteLength(chunks));
  });
  return [header, ...chunks];
}
