/**
 * A core module of WASI preview 1: what it imports, how it begins, and what has to change in it before it can be nested.
 * https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md
 */
import type { Chunk } from "../binary/chunk.ts";
import { PREAMBLE_LENGTH } from "../binary/component.ts";
import { CORE_VAL_TYPES, type CoreFuncType, encode, encodeExport, encodeSection, SECTION } from "../binary/core-module.ts";
import { Reader } from "../binary/reader.ts";
import { typeOfModule } from "../component/core-modules.ts";
import { type CoreExtern, type CoreFunc, CoreTypes, type ModuleType } from "../component/core-types.ts";
import { Work } from "../component/limits.ts";
import { LinkError } from "../errors.ts";
import { wasiKey } from "../adapters/series.ts";
import { keyOf } from "../component/names.ts";
import { RUN } from "./run.ts";
import { MEMORY_NAME } from "./core-names.ts";
import { withEachImportOnce } from "./repeated-imports.ts";
import { type Section, sectionsOf } from "./sections.ts";
import { functionKey, type TypedProgram, typedProgramOf } from "./typed-program.ts";
import { worldSections } from "./world-section.ts";

/** The name of the module that preview 1's functions are imported from. */
export const PREVIEW1 = "wasi_snapshot_preview1";
/** Under which of these a command begins; the latter is the default export, as hosts call it. */
export const ENTRIES: readonly string[] = ["_start", ""];
/** What came before it, with other types under the same names. */
const SNAPSHOT_0 = "wasi_unstable";
/** The name under which the start function is exported where it is not to run at once. */
const START_NAME = "wasi-nest:start";
/** Of the limits of a memory. */
const HAS_MAXIMUM = 1;
/** As many exports as are told. */
const MOST_SHOWN = 8;

export interface Preview1Program {
  /** Its start function is exported, if it has one. */
  readonly chunks: readonly Chunk[];
  /** The functions of preview 1 that it imports, in order, each once. */
  readonly imports: ReadonlyMap<string, CoreFunc>;
  /** Names of functions that it imports once more, by the names under which it does. */
  readonly again: ReadonlyMap<string, string>;
  /** Functions of others that are to trap. */
  readonly stubs: readonly Stub[];
  /** The functions to call for it to run, in order: its start function, and `_start`. None of a library. */
  readonly entries: readonly string[];
  /** The functions to call as soon as it is there, in order. */
  readonly beginnings: readonly string[];
  /** What the memory is exported as that functions of preview 1 read and write. */
  readonly memory: string | undefined;
  /** Of a module that says what world it is made for. */
  readonly typed: TypedProgram | undefined;
}

export interface Stub {
  readonly module: string;
  readonly name: string;
  readonly type: CoreFuncType;
}

/**
 * `stubImports`: functions that are none of preview 1 are there, and trap.
 * @throws FormatError for what is no core module
 * @throws LinkError for a module that is no command of preview 1
 */
export function programOf(module: Uint8Array, stubImports = false): Preview1Program {
  const { bytes, names } = withEachImportOnce(module, sectionsOf(module));
  const sections = sectionsOf(bytes);
  const worlds = worldSections(bytes, sections);
  const again = names.get(PREVIEW1) ?? new Map<string, string>();
  const work = new Work();
  const coreTypes = new CoreTypes(work);
  const type = typeOfModule(bytes, 0, coreTypes, work);
  const originalOf = (from: string, name: string): string => names.get(from)?.get(name) ?? name;
  const typed = worlds.length === 0 ? undefined : typedProgramOf(type, coreTypes, worlds, originalOf);
  const ofWorld = new Set(typed?.used.map((each) => functionKey(each.module, each.name)));
  const imports = new Map<string, CoreFunc>();
  const stubs: Stub[] = [];
  for (const { module, name, item } of type.imports) {
    if (ofWorld.has(functionKey(module, name))) continue;
    const func = item.kind === "func" ? coreTypes.signature(item.type) : undefined;
    if (module !== PREVIEW1) {
      if (!stubImports || module === SNAPSHOT_0 || func === undefined || !isPlain(func))
        throw otherImport(module, name, item, stubImports, typed !== undefined);
      stubs.push({ module, name, type: func });
      continue;
    }
    if (func === undefined) throw new LinkError(`the core module imports \`${module}\` \`${name}\`, and it is no function`);
    const first = again.get(name);
    if (first === undefined) imports.set(name, func);
    else if (typeText(func) !== typeText(imports.get(first)))
      throw new LinkError(
        `the core module imports \`${module}\` \`${first}\` twice, with the types ${typeText(imports.get(first))} and ${typeText(func)}`,
      );
  }
  const entry = entryOf(type, coreTypes, typed);
  const start = sections.find(({ id }) => id === SECTION.start);
  if (start !== undefined && type.exports.has(START_NAME))
    throw new LinkError(`the core module exports \`${START_NAME}\`, the name that its start function is to have`);
  const [started, entered] = [start === undefined ? [] : [START_NAME], entry === undefined ? [] : [entry]];
  const memory = [typed?.memory ?? MEMORY_NAME, MEMORY_NAME].find((name) => hasMemory(type, name));
  return {
    chunks: start === undefined ? [bytes] : withoutStart(bytes, sections, start),
    imports,
    again,
    stubs,
    entries: typed === undefined ? [...started, ...entered] : entered,
    beginnings: typed === undefined ? [] : [...started, ...(typed.initialize === undefined ? [] : [typed.initialize])],
    memory,
    typed,
  };
}

export const typeText = (type: { readonly params: readonly string[]; readonly results: readonly string[] } | undefined): string =>
  `(${type?.params.join(", ") ?? ""}) -> (${type?.results.join(", ") ?? ""})`;

/** Whether a function has no parameters and results but numbers. */
function isPlain(func: CoreFunc): func is CoreFuncType {
  return [...func.params, ...func.results].every((each) => each in CORE_VAL_TYPES);
}

function otherImport(module: string, name: string, { kind }: CoreExtern, stubImports: boolean, isTyped: boolean): LinkError {
  const what = `the core module imports the ${kind === "func" ? "function" : kind} \`${name}\` of \`${module}\``;
  if (module === SNAPSHOT_0) return new LinkError(`${what}, the WASI before preview 1: it has to be compiled for a later one`);
  const hint = kind === "func" && !stubImports ? "; when it is virtualized, `--stub-imports` makes it a trap" : "";
  const whose = isTyped ? "neither of WASI preview 1 nor of its world" : "not of WASI preview 1";
  return new LinkError(`${what}, which is ${whose}: nothing in a component can provide it${hint}`);
}

/** Under which name it begins; a library with a world does not. */
function entryOf({ exports }: ModuleType, coreTypes: CoreTypes, typed: TypedProgram | undefined): string | undefined {
  const exportsRun = [...(typed?.exports.keys() ?? [])].some((name) => keyOf(name) === wasiKey(RUN));
  for (const name of exportsRun ? [] : ENTRIES) {
    const item = exports.get(name);
    if (item === undefined) continue;
    const func = item.kind === "func" ? coreTypes.signature(item.type) : undefined;
    if (func === undefined || func.params.length + func.results.length > 0)
      throw new LinkError(`the core module exports \`${name}\`, and it is no function without parameters and results`);
    return name;
  }
  if (typed !== undefined) {
    if (typed.exports.size > 0) return undefined;
    throw new LinkError("the core module is no command: it exports no `_start`, and its world exports nothing");
  }
  const functions = [...exports].filter(([, { kind }]) => kind === "func").map(([name]) => `\`${name}\``);
  if (functions.length === 0) throw new LinkError("the core module is no command: it exports neither `_start` nor any other function");
  const shown = `${functions.slice(0, MOST_SHOWN).join(", ")}${functions.length > MOST_SHOWN ? " and more" : ""}`;
  throw new LinkError(
    `the core module is no command: it exports no \`_start\`, but the core functions ${shown}, which no component can export without their types`,
  );
}

/**
 * Whether there is a memory for results.
 * @throws LinkError for one of 64 bits, of several threads, or of other pages: programs of preview 1 have none
 */
function hasMemory({ exports }: ModuleType, name: string): boolean {
  const memory = exports.get(name);
  if (memory?.kind !== "memory") return false;
  if ((memory.limits.flags & ~HAS_MAXIMUM) !== 0)
    throw new LinkError(
      `the core module's memory is of 64 bits, of several threads, or of other pages than 64 KB: preview 1 has no such memory`,
    );
  return true;
}

/** The start function is an export: it would call WASI before anything of that is there. */
function withoutStart(bytes: Uint8Array, sections: readonly Section[], start: Section): readonly Chunk[] {
  const entry = encodeExport(START_NAME, "func", new Reader(bytes.subarray(start.contents, start.end)).u32());
  const chunks: Chunk[] = [bytes.subarray(0, PREAMBLE_LENGTH)];
  for (const { id, start: from, contents, end } of sections) {
    if (id === SECTION.start) continue;
    if (id !== SECTION.export) {
      chunks.push(bytes.subarray(from, end));
      continue;
    }
    const reader = new Reader(bytes.subarray(contents, end));
    const count = encode((writer) => writer.u32(1 + reader.u32()));
    chunks.push(...encodeSection(SECTION.export, [count, bytes.subarray(contents + reader.offset, end), entry]));
  }
  return chunks;
}
