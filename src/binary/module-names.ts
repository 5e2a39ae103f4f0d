/**
 * Gives core modules of a component what hosts call them in traces, where they have no such name, and names functions
 * that they export (https://webassembly.github.io/spec/core/appendix/custom.html#name-section).
 */
import { FormatError } from "../errors.ts";
import { bytesOf, type Chunk } from "./chunk.ts";
import { PREAMBLE_LENGTH } from "./component.ts";
import { CORE_NAME_SECTION, encode, encodeNameMap, encodeNameSection, encodeSection, EXTERNAL_KIND, SECTION } from "./core-module.ts";
import { readVec } from "./core-type-decl.ts";
import { Reader } from "./reader.ts";
import { rewriteModules } from "./rewrite-modules.ts";

export interface ModuleNames {
  readonly module: string;
  /** What the function of an export is called; `undefined` leaves it as it is. */
  readonly functionOf: (exportName: string) => string | undefined;
}

/** Subsections come in this order, and others behind them. */
const MODULE_NAME = 0;
const FUNCTION_NAMES = 1;

export function withModuleNames(component: Uint8Array, names: ModuleNames): Uint8Array {
  return bytesOf(rewriteModules(component, { module: (bytes) => named(bytes, names) }));
}

function named(module: Uint8Array, { module: name, functionOf }: ModuleNames): readonly Chunk[] {
  const chunks: Chunk[] = [module.subarray(0, PREAMBLE_LENGTH)];
  const functions = new Map<number, string>();
  let known: ReadonlyMap<number, Uint8Array> = new Map();
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
        if (kind === EXTERNAL_KIND.func && label !== undefined) functions.set(index, label);
      }
    }
    if (id === SECTION.custom && contents.name() === CORE_NAME_SECTION) known = subsectionsOf(contents);
    else chunks.push(...encodeSection(id, [bytes]));
  }
  const moduleName = known.get(MODULE_NAME) ?? encode((writer) => writer.name(name));
  const functionNames = new Map([...decodedNames(known.get(FUNCTION_NAMES)), ...functions]);
  const sorted = [...functionNames].sort(([left], [right]) => left - right);
  const others = [...known].filter(([id]) => id > FUNCTION_NAMES);
  return [...chunks, ...encodeNameSection([[MODULE_NAME, moduleName], [FUNCTION_NAMES, encodeNameMap(sorted)], ...others])];
}

/** By their ids. */
function subsectionsOf(reader: Reader): ReadonlyMap<number, Uint8Array> {
  return unlessMalformed(() => {
    const found = new Map<number, Uint8Array>();
    while (!reader.done) found.set(reader.byte(), reader.bytes(reader.u32()));
    return found;
  });
}

/** What a core module calls itself, if it does; of one that is not well-formed, nothing. */
export function coreModuleName(module: Uint8Array): string | undefined {
  try {
    const reader = new Reader(module, 0, "the core module", PREAMBLE_LENGTH);
    while (!reader.done) {
      const id = reader.byte();
      const contents = new Reader(reader.bytes(reader.u32()));
      if (id !== SECTION.custom || contents.name() !== CORE_NAME_SECTION) continue;
      const name = subsectionsOf(contents).get(MODULE_NAME);
      return name === undefined ? undefined : new Reader(name).name();
    }
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
  }
  return undefined;
}

/** What a name section, from behind its own name on, calls functions. */
export function functionNames(section: Reader): ReadonlyMap<number, string> {
  return decodedNames(subsectionsOf(section).get(FUNCTION_NAMES));
}

function decodedNames(bytes: Uint8Array = Uint8Array.of(0)): ReadonlyMap<number, string> {
  return unlessMalformed(() => new Map(readVec(new Reader(bytes), (reader) => [reader.u32(), reader.name()] as const)));
}

/** A name section means nothing to a host, so one that is malformed is as good as none. */
function unlessMalformed<T>(read: () => ReadonlyMap<number, T>): ReadonlyMap<number, T> {
  try {
    return read();
  } catch (error) {
    if (error instanceof FormatError) return new Map();
    throw error;
  }
}
