/**
 * A part: a nested component of ours that provides interfaces to the app. Its root exports are those of all
 * its interfaces together, so that one instance can be handed to the app under each of their names and every
 * type is written once. That works as long as no two of the interfaces use one name for different things.
 */
import type { Chunk } from "../binary/chunk.ts";
import type { Chunks } from "../binary/component.ts";
import type { FuncType, Resource } from "../component/types.ts";
import type { Selection } from "./imported-interfaces.ts";

/** What a core module of a part imports, each under the module name "" and its own field name. */
export type CoreImport = { readonly field: string } & (
  | { readonly kind: "host func"; readonly key: string; readonly name: string }
  /** `view` says whose the handle is: the host's, or the one that the app gets to see. */
  | { readonly kind: "resource.drop"; readonly resource: Resource; readonly view: "host" | "given" }
  | { readonly kind: "resource.new" | "resource.rep"; readonly resource: Resource }
);

export interface CoreExport {
  readonly name: string;
  readonly postReturn: string | undefined;
}

/** A module that owns the memory, to be instantiated before everything that lies in it. */
export interface MemoryModule {
  readonly bytes: Chunks;
  /** Under which name the main module imports it. */
  readonly importedAs: string;
  /** The export that stands for a resource's destructor. */
  readonly destructors: ReadonlyMap<Resource, string>;
}

/** Stands for the interface's key of a function that is imported by itself. */
export const NO_INTERFACE = "";

/** A function that is generated from its type. */
export interface GeneratedFunction {
  readonly key: string;
  readonly name: string;
  readonly type: FuncType;
  /** The name under which the part exports a function of an interface of others; its own ones go by their own names. */
  readonly exportName: string | undefined;
  readonly core: CoreExport;
}

/** Generated functions: a module beside the main one. */
export interface ShimModule {
  readonly bytes: readonly Chunk[];
  /** Under which names it imports the main module and the memory module. */
  readonly mainAs: string;
  readonly memoryAs: string;
  readonly imports: readonly CoreImport[];
  readonly functions: readonly GeneratedFunction[];
}

export interface Part {
  readonly id: string;
  readonly role: "adapter" | "stubs";
  /** What it exports. Closed. */
  readonly provides: Selection;
  readonly main: Chunks;
  readonly imports: readonly CoreImport[];
  readonly memory: MemoryModule | undefined;
  readonly shims: ShimModule | undefined;
  /** Generated functions of the main module that take the place of others'. */
  readonly substitutes: readonly GeneratedFunction[];
  /** The core function behind an exported function, if it is not a generated one. */
  coreExport(key: string, func: string): CoreExport;
}

/** What hosts call a part's core module in traces: the main one, or one beside it. */
export const moduleName = (part: string, module?: "memory" | "shims"): string =>
  `wasi-nest:${part}${module === undefined ? "" : `-${module}`}`;

/** The fixed export names that memory is found by, in whichever module has it. */
export const MEMORY = { memory: "m", realloc: "r", arena: "a", arenaBase: "b", table: "t", now: "n" } as const;
