/**
 * Takes from a prebuilt core module (prebuilt-module.ts) the functions that an output uses.
 * https://webassembly.github.io/spec/core/binary/
 */
import { Assembler } from "./assembler.ts";
import type { CoreFuncType } from "./core-module.ts";
import { Graft } from "./graft.ts";
import { type Body, Code, type Func, type Global, op } from "./instructions.ts";
import type { FunctionsInMemoryModule } from "./memory-functions.ts";
import { type CoreFuncImport, type CoreModule, type Import, importsOf, rootOf, typeOf } from "./prebuilt-module.ts";

export interface PruneOptions {
  /** What hosts call the result in traces. */
  readonly name: string;
  /** Exports to keep, by their name in the prebuilt module, and the name each gets. */
  readonly exports: ReadonlyMap<string, string>;
  /** The name under which an import appears in the result. */
  readonly rename: (module: string, field: string) => readonly [module: string, field: string];
  /** The code of a function that stands in the place of an import. */
  readonly instead?: (each: Import, paramCount: number) => Body | undefined;
  /** A function of another core that is put in the place of an import, with what it reaches. Its own imports are some of this one's. */
  readonly inside?: (each: Import) => { readonly core: CoreModule; readonly exportName: string } | undefined;
  /** A core that is taken in for functions in the place of some of this one's. */
  readonly beside?: Beside | undefined;
  /** An import that gives back what it is given: its calls are left out. */
  readonly isIdentity?: (each: Import) => boolean;
  /** The module that has the memory. */
  readonly memory: {
    /** Under which name it is imported. */
    readonly from: string;
    /** Its function that fills the memory: exports call it if they find that empty. */
    readonly fill: string;
    readonly first: ReadonlySet<string>;
    readonly functions?: FunctionsInMemoryModule;
  };
}

/** Functions of another core, by the names of its exports. */
export interface Beside {
  readonly core: CoreModule;
  /** Those in the place of imports of that name in the module `as`, and of functions that are exported here by the names. */
  readonly as: string;
  readonly instead: ReadonlyMap<string, string>;
  /** What some functions, by the names of their exports here, call first with a number. */
  readonly first: string;
  readonly numbers: ReadonlyMap<string, number>;
  /** What is called when some of the exports are over, with the result, which it gives back, a parameter, and two that follow each other. */
  readonly last: string;
  readonly ends: ReadonlyMap<string, readonly [one: number, two: number | undefined]>;
  /** The module from which it imports exports of this core; those that this one does not have are never called. */
  readonly from: string;
}

export interface PrunedCore {
  readonly module: Assembler;
  readonly imports: readonly CoreFuncImport[];
}

/**
 * The module with nothing but what `options.exports` reach, and is not in the module of the memory.
 * Memory imports stay; functions, types and globals that nobody uses go, and indices close up.
 * @throws FormatError where an export to keep does not exist
 */
export function pruneCore(
  core: CoreModule,
  { name, exports, rename, instead, inside, beside, isIdentity, memory }: PruneOptions,
): PrunedCore {
  const module = new Assembler(name);
  const imports: CoreFuncImport[] = [];
  const memories = importsOf(core, "memory");
  for (const each of memories) module.importMemory(...rename(each.module, each.name));
  const { functions } = memory;
  let fill: Func | undefined;
  const shared = new Map<string, Func | Global>();
  /** An item of the module that has the memory. */
  const ofMemory = <T extends Func | Global>(item: string | undefined, make: (field: string) => T): T | undefined => {
    if (item === undefined) return undefined;
    const known = shared.get(item) as T | undefined; // a name is of one kind
    const found = known ?? make(item);
    shared.set(item, found);
    return found;
  };
  const globals = new Map<string, Global>();
  const importedGlobal = (each: Import): Global => {
    const [from, field] = rename(each.module, each.name);
    const found = globals.get(`${from} ${field}`) ?? module.importGlobal(from, field, each.type);
    globals.set(`${from} ${field}`, found);
    return found;
  };
  let taken: Graft | undefined;
  const lent = new Map<string, Func>();
  const lentFunc = ({ name: field }: Import, type: CoreFuncType): Func => {
    const isHere = core.exports.has(field);
    const func = module.func(type, isHere ? undefined : new Code(type.params.length).op(op.unreachable), field);
    if (isHere) lent.set(field, func);
    return func;
  };
  const importedFunc = (each: Import, type: CoreFuncType): Func => {
    if (taken !== undefined && each.module === beside?.as) return taken.exported(beside.instead.get(each.name)!);
    const other = inside?.(each);
    if (other !== undefined)
      return new Graft(module, other.core, { importedFunc, importedGlobal, exports: [other.exportName], first: new Set() }).exported(
        other.exportName,
      );
    const code = instead?.(each, type.params.length);
    if (code !== undefined) return module.func(type, code);
    imports.push({ module: each.module, name: each.name });
    return module.importFunc(...rename(each.module, each.name), type);
  };
  taken =
    beside &&
    new Graft(module, beside.core, {
      ...{ importedGlobal, exports: [beside.first, beside.last, ...beside.instead.values()], first: new Set() },
      importedFunc: (each, type) => (each.module === beside.from ? lentFunc(each, type) : importedFunc(each, type)),
    });
  const replaced = new Map(
    [...(beside?.instead ?? [])].flatMap(([own, other]) => (core.exports.has(own) ? [[rootOf(core, own), taken!.exported(other)]] : [])),
  );
  const beginning = beside && {
    func: taken!.exported(beside.first),
    numbers: new Map([...beside.numbers].map(([own, number]) => [rootOf(core, own), number])),
  };
  const graft = new Graft(module, core, {
    ...{ exports: [...exports.keys(), ...lent.keys()], importedFunc, importedGlobal },
    declared: new Map([...lent].map(([own, func]) => [rootOf(core, own), func])),
    ...(isIdentity && { isIdentity }),
    beginning,
    isElsewhere: (func) => replaced.has(func) || functions?.has("func", func) === true,
    funcElsewhere: (index) =>
      replaced.get(index) ??
      ofMemory(functions?.nameOf("func", index), (field) => module.importFunc(memory.from, field, typeOf(core, index))),
    globalElsewhere: (index) =>
      ofMemory(functions?.nameOf("global", index), (field) => module.importGlobal(memory.from, field, functions!.globalType(index))),
    fill: () => (fill ??= module.importFunc(memory.from, memory.fill, { params: [], results: [] })),
    // A module without memory uses none.
    first: new Set(memories.length === 0 ? [] : [...memory.first].map((each) => rootOf(core, each))),
  });
  /** The function with what is called when it is over. */
  const ended = (exportName: string, [one, two]: readonly [number, number | undefined], last: Func): Func => {
    const type = typeOf(core, rootOf(core, exportName));
    const code = new Code(type.params.length);
    type.params.forEach((_, each) => code.get(each));
    code.call(graft.exported(exportName)).get(one);
    if (two === undefined) code.constant(0).constant(0);
    else code.get(two).get(two + 1);
    return module.func(type, code.call(last));
  };
  for (const [old, renamed] of exports) {
    const end = beside?.ends.get(old);
    module.export(renamed, end === undefined ? graft.exported(old) : ended(old, end, taken!.exported(beside!.last)));
  }
  return { module, imports };
}
