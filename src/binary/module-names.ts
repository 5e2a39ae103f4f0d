/**
 * Gives core modules of a component what hosts call them in traces, where they have no such name, and names functions
 * that they export (https://webassembly.github.io/spec/core/appendix/custom.html#name-section).
 */
import { FormatError } from "../errors.ts";
import { bytesOf, type Chunk } from "./chunk.ts";
import { encode, SECTION } from "./core-module.ts";
import { Reader } from "./reader.ts";
import { PREAMBLE_LENGTH, rewriteModules, section } from "./rewrite-modules.ts";

export interface ModuleNames {
  readonly module: string;
  /** What the function of an export is called; `undefined` leaves it as it is. */
  readonly functionOf: (exportName: string) => string | undefined;
}

const NAME_SECTION = "name";
/** Subsections come in this order, and others behind them. */
const MODULE_NAME = 0;
const FUNCTION_NAMES = 1;
const FUNC = 0;

export function withModuleNames(component: Uint8Array, names: ModuleNames): Uint8Array {
  return bytesOf(rewriteModules(component, { module: (bytes) => named(bytes, names) }));
}

function named(module: Uint8Array, { module: name, functionOf }: ModuleNames): readonly Chunk[] {
  const chunks: Chunk[] = [module.subarray(0, PREAMBLE_LENGTH)];
  const functions = new Map<number, string>();
  let known = new Map<number, Uint8Array>();
  const reader = new Reader(module, 0, "the core module", PREAMBLE_LENGTH);
  while (!reader.done) {
    const id = reader.byte();
    const bytes = reader.bytes(reader.u32());
    const contents = new Reader(bytes);
    if (id === SECTION.export) {
      for (let count = contents.u32(); count > 0; count--) {
        const label = functionOf(contents.name());
        const kind = contents.byte();
        const index = contents.u32();
        if (kind === FUNC && label !== undefined) functions.set(index, label);
      }
    }
    if (id === SECTION.custom && contents.name() === NAME_SECTION) known = subsectionsOf(contents);
    else chunks.push(...section(id, [bytes]));
  }
  const moduleName = known.get(MODULE_NAME) ?? encode((writer) => writer.name(name));
  const functionNames = namesOf(new Map([...decodedNames(known.get(FUNCTION_NAMES)), ...functions]));
  const others = [...known].filter(([id]) => id > FUNCTION_NAMES);
  const subsections = [[MODULE_NAME, moduleName] as const, [FUNCTION_NAMES, functionNames] as const, ...others];
  const title = encode((writer) => writer.name(NAME_SECTION));
  return [...chunks, ...section(SECTION.custom, [title, ...subsections.flatMap(([id, contents]) => section(id, [contents]))])];
}

/** By their ids; none where the section is malformed, which is as good as none. */
function subsectionsOf(reader: Reader): Map<number, Uint8Array> {
  const found = new Map<number, Uint8Array>();
  try {
    while (!reader.done) found.set(reader.byte(), reader.bytes(reader.u32()));
    return found;
  } catch (error) {
    if (error instanceof FormatError) return new Map();
    throw error;
  }
}

function decodedNames(bytes: Uint8Array = Uint8Array.of(0)): ReadonlyMap<number, string> {
  const reader = new Reader(bytes);
  const names = new Map<number, string>();
  try {
    for (let count = reader.u32(); count > 0; count--) names.set(reader.u32(), reader.name());
    return names;
  } catch (error) {
    if (error instanceof FormatError) return new Map();
    throw error;
  }
}

function namesOf(names: ReadonlyMap<number, string>): Uint8Array {
  const sorted = [...names].sort(([left], [right]) => left - right);
  return encode((writer) => {
    writer.u32(sorted.length);
    for (const [index, name] of sorted) {
      writer.u32(index);
      writer.name(name);
    }
  });
}
