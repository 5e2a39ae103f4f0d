/**
 * A part: a nested component of ours that provides interfaces to the app. Its root exports are those of all
 * its interfaces together, so that one instance can be handed to the app under each of their names and every
 * type is written once; export-names.ts says what becomes of names that collide. It has one memory at most, which its
 * core modules share. Each of these gets those functions of the host's that its own code calls, and no others.
 */
import type { Assembler } from "../binary/assembler.ts";
import type { Chunks } from "../binary/component.ts";
import type { DefinedType, Exports, FuncType, Resource, ValType } from "../component/types.ts";
import type { Selection } from "./imported-interfaces.ts";

/** What a core module of a part imports, each under its own field name, and the module name "" or the one of `as`. */
export type CoreImport = { readonly field: string; readonly as?: string } &
  /** Lists lie in the memory of the part, or where `lists` says. */
  /** `key` is `NO_INTERFACE` for one that `OwnWorld` has by itself. */
  (
    | { readonly kind: "host func"; readonly key: string; readonly name: string; readonly isAsync?: boolean; readonly lists?: ListsIn }
    /** What another core module exports, by its index in the part or `IN_MEMORY_MODULE`; it is instantiated before. */
    | { readonly kind: "core func" | "core memory" | "core table"; readonly module: number; readonly name: string }
    /** `view` says whose the handle is: the host's, or the one that the app gets to see; it does not count for those of `OwnWorld`. */
    | {
        readonly kind: "resource.drop";
        readonly resource: Resource;
        readonly view: "host" | "given";
        /** For handles that are lent: with `PlainHandles`, they are the caller's own. */
        readonly isLent?: boolean;
      }
    | { readonly kind: "resource.new" | "resource.rep"; readonly resource: Resource }
    /** What a module of another adapter exports for others, or the one of the memory; it is instantiated before. */
    | { readonly kind: "lent func"; readonly of: string | undefined; readonly name: string }
    /** Of a stream or future; those that copy do not wait, and get the memory of the part. */
    | { readonly kind: CopyBuiltIn | EndBuiltIn; readonly type: DefinedType }
    | { readonly kind: TaskBuiltIn }
    | { readonly kind: "task.return"; readonly result?: ValType }
  );

/** A memory that is not the part's: where lists lie that a function takes and gives. Absent is what no function needs. */
export interface ListsIn {
  readonly memory: CoreItem | undefined;
  readonly realloc: CoreItem | undefined;
  /** Of strings; UTF-8 if nothing is said. */
  readonly encoding?: StringEncoding;
}

export type StringEncoding = "utf8" | "utf16" | "latin1+utf16";

export interface CoreItem {
  /** The index of a module of the part. */
  readonly module: number;
  readonly name: string;
}

export type CopyBuiltIn = "stream.read" | "stream.write" | "future.read" | "future.write";
export type EndBuiltIn = `${"stream" | "future"}.${"new" | "drop-readable" | "drop-writable"}`;
export type TaskBuiltIn =
  | "waitable-set.new"
  | "waitable-set.drop"
  | "waitable.join"
  | "subtask.drop"
  | "subtask.cancel"
  | "task.cancel"
  | ContextBuiltIn;
/** Of the one word that tasks keep. */
export type ContextBuiltIn = "context.get" | "context.set";

export interface CoreExport {
  /** Index of the part's core module that has it, or `IN_MEMORY_MODULE`. */
  readonly module: number;
  readonly name: string;
  /** Of the same module. */
  readonly postReturn: string | undefined;
  /** Of the same module: the function is over when that says so. */
  readonly callback?: string | undefined;
  /** Lists lie in the memory of the part, or where this says. */
  readonly lists?: ListsIn;
}

/** A module without imports whose functions stand for the built-ins of the part's own resources: a handle is the representation. */
export interface PlainHandles {
  readonly bytes: Chunks;
  /** For `resource.new` and `resource.rep`: gives back what it is given. */
  readonly same: string;
  /** For `resource.drop` of what has no destructor, or is lent. */
  readonly nothing: string;
}

/** What a program in a part says itself that it imports and exports, with types of its own. */
export interface OwnWorld {
  /** Types of the host's interfaces that what it exports mentions. */
  readonly types: Selection;
  /** What it imports outside of interfaces, in order. */
  readonly plain: Exports;
  /** Interfaces and functions, each after those whose types it mentions. */
  readonly exports: Exports;
  /** Those that it defines, and what destroys them. */
  readonly resources: ReadonlyMap<Resource, CoreItem | undefined>;
  /** The core function behind one of an interface, or of `NO_INTERFACE`. */
  coreExport(name: string, func: string): CoreExport;
}

/** The index of a part's module that owns its memory. */
export const IN_MEMORY_MODULE = -1;

/** A core module of a part. */
export interface PartModule {
  /** Whose it is: of what adapter, or of the stubs. */
  readonly id: string;
  readonly bytes: Chunks;
  readonly imports: readonly CoreImport[];
  /** Under which name it imports the module that owns the memory, if it does. */
  readonly memoryAs: string | undefined;
  /** Under which name it imports the module before it, if it does. */
  readonly mainAs: string | undefined;
  /** Modules of the part, by index, of which it imports what they export under its own name. */
  readonly instances?: readonly { readonly as: string; readonly module: number }[];
}

/** A module that owns the memory, to be instantiated before everything that lies in it. */
export interface MemoryModule {
  readonly bytes: Chunks;
  /** By the adapter whose functions are in it. */
  readonly imports: readonly Pick<PartModule, "id" | "imports">[];
  /** The exports that are resources' destructors. */
  readonly destructors: ReadonlyMap<Resource, string>;
}

/** Stands for the interface's key of a function that is imported by itself. */
export const NO_INTERFACE = "";

/** A function that stands in the place of one of others: of an interface of theirs, or one that is imported by itself. */
export interface Substitute {
  readonly key: string;
  readonly name: string;
  readonly type: FuncType;
  /** The name under which the part exports it. */
  readonly exportName: string;
  readonly core: CoreExport;
}

/** What feeds streams of a part, long after the calls that they came from. */
export interface PartLoop {
  /** A task that is over at once for its caller, and goes on by its callback. */
  readonly start: CoreExport;
  /** Whether it goes on. */
  readonly isRunning: CoreExport;
  /** The functions that hand out or take streams, by key and name: a façade in front of them starts the loop. */
  readonly streaming: ReadonlySet<string>;
}

/** What core modules of a part import, each with the adapter or the stubs that need it. */
export const coreImports = ({ modules, memory }: Pick<Part, "modules" | "memory">): readonly Pick<PartModule, "id" | "imports">[] => [
  ...(memory?.imports ?? []),
  ...modules,
];

export interface Part {
  readonly id: string;
  readonly role: "adapter" | "stubs";
  /** What it exports. Closed. */
  readonly provides: Selection;
  /** Without it, a module whose functions need memory exports its own. */
  readonly memory: MemoryModule | undefined;
  /** In the order in which they are instantiated. */
  readonly modules: readonly PartModule[];
  readonly substitutes: readonly Substitute[];
  /** One for each adapter that has streams. */
  readonly loops?: readonly PartLoop[];
  /** The key of an interface that the app exports, and around whose functions its substitutes stand: it gets that from the app. */
  readonly around?: string;
  /** Where no resource of its own is given to others, nor to the host. */
  readonly handles?: PlainHandles;
  /** What is exported beside what it provides. */
  readonly world?: OwnWorld;
  /** The core function behind a function of the interfaces that it provides. */
  coreExport(key: string, func: string): CoreExport;
}

/** A core module that may still be taken into another: `bytes` writes it. */
export interface LinkedModule extends PartModule {
  readonly module: Assembler;
}

export const linkedModule = (linked: Omit<LinkedModule, "bytes">): LinkedModule => ({
  ...linked,
  get bytes() {
    return linked.module.finish();
  },
});

/** A part that may be joined with others. */
export interface LinkedPart extends Part {
  readonly modules: readonly LinkedModule[];
  /** What stands in the place of functions of parts that it is joined with, by key and name. */
  readonly inFront?: ReadonlyMap<string, CoreExport>;
}

/**
 * One part that does what several do, with a memory that their modules share. `inMemory` are modules that lie in the one of the
 * memory, each with what its exports are called there.
 */
export function joined(
  id: string,
  parts: readonly LinkedPart[],
  memory: MemoryModule | undefined,
  inMemory: ReadonlyMap<LinkedModule, (name: string) => string> = new Map(),
): Part {
  const modules = parts.flatMap((part) => part.modules).filter((each) => !inMemory.has(each));
  const moved = (part: LinkedPart, core: CoreExport): CoreExport => {
    const module = part.modules[core.module];
    if (module === undefined) throw new Error(`\`${core.name}\` is in a module that is not there`);
    const renamed = inMemory.get(module);
    if (renamed === undefined) return { ...core, module: modules.indexOf(module) };
    const renamedIf = (name: string | undefined): string | undefined => name && renamed(name);
    return {
      module: IN_MEMORY_MODULE,
      name: renamed(core.name),
      postReturn: renamedIf(core.postReturn),
      callback: renamedIf(core.callback),
    };
  };
  const lenders = new Map([...inMemory].map(([{ id: lender }, renamed]) => [lender, renamed]));
  const lentByMemory = (each: CoreImport): CoreImport => {
    const renamed = each.kind === "lent func" ? lenders.get(each.of ?? "") : undefined;
    return each.kind === "lent func" && renamed !== undefined ? { ...each, of: undefined, name: renamed(each.name) } : each;
  };
  const partOf = new Map(parts.flatMap((part) => [...part.provides.keys()].map((key) => [key, part] as const)));
  return {
    id,
    role: parts.every(({ role }) => role === "stubs") ? "stubs" : "adapter",
    provides: new Map(parts.flatMap(({ provides }) => [...provides])),
    memory,
    modules: modules.map((each) => ({ ...each, imports: each.imports.map(lentByMemory) })),
    substitutes: parts
      .flatMap((part) => part.substitutes.map((each) => ({ ...each, core: moved(part, each.core) })))
      .map((each, i) => ({ ...each, exportName: `s${i}` })),
    loops: parts.flatMap((part) =>
      (part.loops ?? []).map((loop) => ({ ...loop, start: moved(part, loop.start), isRunning: moved(part, loop.isRunning) })),
    ),
    coreExport(key, func) {
      const before = parts.find(({ inFront }) => inFront?.has(`${key} ${func}`));
      const replaced = before?.inFront?.get(`${key} ${func}`);
      if (before !== undefined && replaced !== undefined) return moved(before, replaced);
      const part = partOf.get(key);
      if (part === undefined) throw new Error(`no part provides \`${key}\``);
      return moved(part, part.coreExport(key, func));
    },
  };
}

/** What else than an adapter or stubs a core module may be: the last four of programs of preview 1 (../preview1). */
const SUFFIXES = ["shims", "memory", "handles", "calls", "bridge", "copies", "run"] as const;
const NAME = new RegExp(`^wasi-nest:(.*?)(-(?:${SUFFIXES.join("|")}))?((?:\\+[^+]+)*)$`);

/** What hosts call a core module in traces: that of an adapter or of stubs, one beside it, or the memory of a part. */
export const moduleName = (id: string, module?: (typeof SUFFIXES)[number]): string =>
  `wasi-nest:${id}${module === undefined ? "" : `-${module}`}`;

/** The module that runs a program of preview 1, in the part that has it. */
export const RUNS_PROGRAM: string = moduleName("preview1", "run");

/** The same of a memory in whose module all of others lies. */
export const memoryName = (id: string, inside: readonly string[]): string => [moduleName(id, "memory"), ...inside].join("+");

/** What the name of a core module of ours says. */
export interface ModuleOwners {
  /** Whose functions answer. */
  readonly answering: readonly string[];
  /** Whose functions use what it imports. */
  readonly using: string;
  /** It has the memory of its part. */
  readonly hasMemory: boolean;
}

export function ownersOfModule(name: string): ModuleOwners | undefined {
  const [, using, suffix, inside] = NAME.exec(name) ?? [];
  if (using === undefined) return undefined;
  return {
    answering: [...(suffix === "-memory" ? [] : [using]), ...(inside?.split("+").slice(1) ?? [])],
    using,
    hasMemory: suffix === "-memory",
  };
}

/** The fixed export names that memory is found by, in whichever module has it. */
export const MEMORY = { memory: "m", realloc: "r", arena: "a", arenaBase: "b", now: "n", fill: "f" } as const;
