/**
 * Makes modules of a part of a prebuilt core module: picks for each function that the app imports the variant that the options
 * ask for, and drops the rest.
 */
import { Assembler, type ModuleItem } from "../binary/assembler.ts";
import type { CoreFuncType } from "../binary/core-module.ts";
import { Code, type Func, type Global } from "../binary/instructions.ts";
import { FunctionsInMemoryModule } from "../binary/memory-functions.ts";
import type { Import } from "../binary/prebuilt-module.ts";
import { type Beside, pruneCore } from "../binary/prune-core.ts";
import { coreSignature } from "../component/canonical-abi.ts";
import type { Interfaces } from "../component/interfaces.ts";
import { type Extern, type FuncType, type Resource, resourcesOf } from "../component/types.ts";
import type { Selection } from "../compose/imported-interfaces.ts";
import {
  type CoreExport,
  type CoreImport,
  type LinkedModule,
  linkedModule,
  type LinkedPart,
  MEMORY,
  moduleName,
  type Substitute,
} from "../compose/part.ts";
import { LinkError } from "../errors.ts";
import { IMAGE_BASE, RETURN_AREA } from "../image/layout.ts";
import type { Denial } from "../shim/refusal.ts";
import type { Generated, ShimContext } from "../shim/shim.ts";
import { shimModule } from "../shim/shims.ts";
import type { Adapter } from "./adapter.ts";
import { destructorsOf, guestFunctions, Kept, lend, loopOf, MAIN } from "./guest-functions.ts";
import { type ImportOf, importsOf, memoryField, OWN } from "./guest-imports.ts";
import { find, guestFunction, guestNameOf, seriesOf, untold } from "./guest-names.ts";
import { checkType } from "./known-types.ts";
import { ASYNC_SERIES, SERIES } from "./series.ts";

/** A function of the host that mentions resources of an adapter. */
export interface Shimmed {
  readonly key: string;
  readonly name: string;
  readonly type: FuncType;
}

/** The memory module's name in the pruned core. */
const IMPORTED_AS = "m";
/** Under which name a module beside it imports the guest. */
const GUEST = "g";
/** The index of an adapter's module that has what is generated beside the guest's functions. */
const SHIMS = 1;

/** What of interfaces that an adapter provides is none of its functions. */
export function unknownFunctions(adapter: Adapter, provides: Selection, interfaces: Interfaces): readonly Shimmed[] {
  return [...provides].flatMap(([key, names]) => {
    const exports = interfaces.get(key)?.exports ?? new Map<string, Extern>();
    return [...exports].flatMap(([name, item]) =>
      item.kind === "func" && names.has(name) && guestFunction(adapter, key, name) === undefined ? [{ key, name, type: item.type }] : [],
    );
  });
}

/** Functions to generate: those of the host that mention the adapter's resources, and those that nobody knows. */
export interface ToGenerate {
  readonly shimmed: readonly Shimmed[];
  readonly unknown: readonly Shimmed[];
  /** How unknown functions say no. */
  readonly denial: Denial;
}

/** Functions of an adapter that others call in the place of the host's, and the series of those. */
export interface Lent {
  readonly names: readonly string[];
  readonly series: string;
}

const NOTHING_LENT: Lent = { names: [], series: SERIES };

/** The modules of an adapter, to be joined with others into a part. */
export interface LinkedAdapter extends LinkedPart {
  readonly adapter: Adapter;
  /** What other adapters in front of it lend it, `wasi:clocks/wall-clock now` say, by their ids. */
  readonly borrows: ReadonlyMap<string, Lent>;
  /** The exports of the memory's module that are its resources' destructors. */
  readonly destructors: ReadonlyMap<Resource, string>;
  /** Puts them into that module and among what it exports, `own`, and gives what they import. */
  addToMemory(module: Assembler, own: Map<string, ModuleItem>, newField: () => string): readonly CoreImport[];
}

/**
 * What an adapter does for an app, in four steps: the guest's function for each of the app's, the destructors, code that is
 * generated beside the guest's, and the core with nothing but what all that uses. `newName` gives names of the exports of the
 * memory's module.
 */
export function linkAdapter(
  adapter: Adapter,
  provides: Selection,
  { shimmed, unknown, denial }: ToGenerate,
  newName: () => string,
  interfaces: Interfaces,
  lent: Lent = NOTHING_LENT,
): LinkedAdapter {
  const kept = new Kept(adapter);
  for (const name of lent.names) lend(adapter, name, kept);
  const { exports, dispatched } = guestFunctions(adapter, provides, kept, interfaces);
  const loop = loopOf(adapter, provides, kept, interfaces);
  const guestDestructors = destructorsOf(adapter, provides, interfaces);
  const destructors = new Map([...guestDestructors.keys()].map((resource) => [resource, newName()]));
  const inMemory = new FunctionsInMemoryModule(
    adapter.core,
    new Map([...guestDestructors].map(([resource, guestName]) => [guestName, destructors.get(resource) ?? ""])),
    newName,
  );
  const generated: Generated[] = [
    ...shimmed.map((each) => ({ kind: "shim", ...each }) as const),
    ...unknown.map((each) => ({ kind: "stub", denial, ...each }) as const),
    ...dispatched,
  ];
  const shims = generated.length === 0 ? undefined : shimModule(generated, shimContext(adapter, provides, generated, kept, interfaces));
  const substitutes: Substitute[] = [];
  shims?.functions.forEach((core, i) => {
    const each = generated[i];
    if (each === undefined) return;
    const { key, name, type } = each;
    if (each.kind === "shim") substitutes.push({ key, name, type, exportName: `s${i}`, core: { module: SHIMS, ...core } });
    else exports.set(`${key} ${name}`, { module: SHIMS, ...core });
  });
  const keys = [...provides.keys()];
  const series = (keys.length === 0 ? [lent.series] : keys.map(seriesOf)).every((each) => each === ASYNC_SERIES) ? ASYNC_SERIES : SERIES;
  const importOf = importsOf(adapter, series, interfaces);
  const main = prunedModule(adapter, kept, inMemory, importOf);
  return {
    id: adapter.id,
    role: "adapter",
    provides,
    memory: undefined,
    modules: [main, ...(shims === undefined ? [] : [{ id: adapter.id, ...shims.module }])],
    substitutes,
    ...(loop !== undefined && { loops: [loop] }),
    coreExport(key, func) {
      const found = exports.get(`${key} ${func}`);
      if (found === undefined) throw new Error(`the ${adapter.id} adapter has no \`${key}\` \`${func}\``);
      return found;
    },
    adapter,
    borrows: borrowedBy(main, series),
    destructors,
    addToMemory(module, own, newField) {
      const imports: CoreImport[] = [];
      const ownItem = <T extends Func | Global>({ module: from, name }: Import): T | undefined =>
        own.get(memoryField(from, name, adapter.frozenClock) ?? "") as T | undefined; // of the kind that is imported
      const exported = inMemory.addTo(module, {
        importedFunc(each, type) {
          const known = ownItem<Func>(each);
          if (known !== undefined) return known;
          const field = newField();
          const supplied = importOf(each.module, each.name, field);
          if (each.module === OWN || supplied.kind === "host func" || supplied.kind === "lent func")
            throw new Error(
              `a destructor of the ${adapter.id} adapter uses \`${each.name}\`, which nothing has yet when the memory is made`,
            );
          imports.push(supplied);
          return module.importFunc("", field, type);
        },
        importedGlobal(each) {
          const known = ownItem<Global>(each);
          if (known === undefined) throw new Error(`the memory's module has no \`${each.name}\``);
          return known;
        },
      });
      for (const each of exported) own.set(...each);
      return imports;
    },
  };
}

/**
 * What a guest does in front of functions of others, which it calls itself: resources stay those of what lies below. Each must be
 * one of the guest's (`isInFront`).
 */
export function linkLayer(adapter: Adapter, functions: readonly Shimmed[], interfaces: Interfaces): LinkedAdapter {
  const kept = new Kept(adapter);
  const substitutes = functions.map(({ key, name, type }, i): Substitute => {
    const guestName = guestFunction(adapter, key, name);
    if (guestName === undefined) throw new Error(`the ${adapter.id} adapter has no \`${key}\` \`${name}\``);
    checkType(key, name, interfaces, `the ${adapter.id} adapter has`);
    return { key, name, type, exportName: `s${i}`, core: coreOf(kept, guestName) };
  });
  return layerOf(adapter, kept, substitutes, interfaces);
}

/** The same of each stage of a script: `staged` guest functions have one parameter more, the stage's number, which comes first. */
export function linkStaged(
  adapter: Adapter,
  functions: readonly (Shimmed & { readonly guest: string; readonly stage: number | undefined })[],
  interfaces: Interfaces,
): LinkedAdapter {
  const kept = new Kept(adapter);
  const module = new Assembler(moduleName(adapter.id, "calls"));
  const known = new Map<string, Func>();
  const imported = (name: string, type: CoreFuncType): Func => {
    const func = known.get(name) ?? module.importFunc(GUEST, name, type);
    known.set(name, func);
    return func;
  };
  const substitutes = functions.map(({ key, name, type, guest, stage }, i): Substitute => {
    const guestName = find(adapter, guest, adapter.variantsOf(key, name, SERIES));
    if (guestName === undefined) throw new Error(`the ${adapter.id} adapter has no \`${guest}\``);
    const core = coreOf(kept, guestName);
    const exportName = `s${i}`;
    if (stage === undefined) return { key, name, type, exportName, core };
    const lifted = coreSignature(type, "lift").type;
    const code = new Code(lifted.params.length).constant(stage);
    lifted.params.forEach((_, each) => code.get(each));
    code.call(imported(core.name, { params: ["i32", ...lifted.params], results: lifted.results }));
    module.export(exportName, module.func(lifted, code, name));
    const after = core.postReturn && `${exportName}p`;
    if (core.postReturn !== undefined && after !== undefined) {
      const postType: CoreFuncType = { params: lifted.results, results: [] };
      const post = new Code(lifted.results.length);
      lifted.results.forEach((_, each) => post.get(each));
      module.export(after, module.func(postType, post.call(imported(core.postReturn, postType)), `${name} ends`));
    }
    return { key, name, type, exportName, core: { module: SHIMS, name: exportName, postReturn: after } };
  });
  const linked = layerOf(adapter, kept, substitutes, interfaces);
  return {
    ...linked,
    modules: [...linked.modules, linkedModule({ id: adapter.id, module, imports: [], memoryAs: undefined, mainAs: GUEST })],
  };
}

function coreOf(kept: Kept, guestName: string): CoreExport {
  kept.first.add(guestName);
  return {
    ...{ module: MAIN, name: kept.keep(guestName), postReturn: kept.keepKnown(`${untold(guestName)}__post`) },
    callback: kept.keepKnown(`${guestName}__callback`) ?? kept.keepKnown(`${untold(guestName)}__callback`),
  };
}

function layerOf(adapter: Adapter, kept: Kept, substitutes: readonly Substitute[], interfaces: Interfaces): LinkedAdapter {
  return {
    id: adapter.id,
    role: "adapter",
    provides: new Map(),
    memory: undefined,
    modules: [prunedModule(adapter, kept, undefined, importsOf(adapter, SERIES, interfaces))],
    substitutes,
    coreExport: (key, func) => {
      throw new Error(`the ${adapter.id} adapter provides no \`${key}\` \`${func}\``);
    },
    adapter,
    borrows: new Map(),
    destructors: new Map(),
    addToMemory: () => [],
  };
}

/** Functions of a guest that code beside it calls: a module that has them, and what they are called there. */
export function linkFunctions(
  adapter: Adapter,
  names: readonly string[],
  interfaces: Interfaces,
): { readonly module: LinkedModule; exportOf(name: string): string } {
  const kept = new Kept(adapter);
  for (const name of names) kept.keep(name);
  const module = prunedModule(adapter, kept, undefined, importsOf(adapter, SERIES, interfaces));
  return { module, exportOf: (name) => kept.keep(name) };
}

function borrowedBy({ imports }: LinkedModule, series: string): ReadonlyMap<string, Lent> {
  const found = new Map<string, Lent>();
  for (const each of imports)
    if (each.kind === "lent func" && each.of !== undefined)
      found.set(each.of, { names: [...(found.get(each.of)?.names ?? []), each.name], series });
  return found;
}

function shimContext(
  adapter: Adapter,
  provides: Selection,
  generated: readonly Generated[],
  kept: Kept,
  interfaces: Interfaces,
): ShimContext {
  const nameOf = (resource: Resource): string => {
    const home = interfaces.homeOf(resource);
    return home === undefined ? resource.name : guestNameOf(home.key, home.name);
  };
  return {
    name: moduleName(adapter.id, "shims"),
    isOwned: (resource) => provides.has(interfaces.homeOf(resource)?.key ?? ""),
    mainExport(operation, resource) {
      const known = kept.keepKnown(`${operation}__${nameOf(resource)}`);
      if (known !== undefined) return known;
      const mentions = generated.filter(({ type }) => resourcesOf(type).has(resource)).map(({ key, name }) => `\`${key}\` \`${name}\``);
      throw new LinkError(
        `the resource \`${resource.name}\` is virtualized: no function of the host can be handed on that mentions it, as ${mentions.join(", ")} ${mentions.length > 1 ? "do" : "does"}`,
      );
    },
    interfaceName: (key) => interfaces.get(key)?.name ?? key,
    returnArea: { address: RETURN_AREA, byteLength: IMAGE_BASE - RETURN_AREA },
  };
}

/** The import in whose place the code is, if there are compressed files, and what that exports (virt-adapters/compressed). */
const isInflating = (each: Import): boolean => each.module === "compressed";
/** The import by which an output tells that it has been written to (virt-adapters/io/alter.ts). */
const isOfLimit = (each: Import): boolean => each.module === "wasi-nest:trace/limit";
const INFLATE_FILE = "compressed__inflate_file";

/** Where guests import what tells what they refuse. */
const TOLD_AS = "told";
/** And where that imports what it asks them. */
const FILES_AS = "files";

/** The core that does, where that is wanted (virt-adapters/telling). */
function toldBy({ telling }: Adapter, kept: Kept): Beside | undefined {
  if (telling === undefined) return undefined;
  const told = [...kept.names.keys()].flatMap((name) => {
    const found = telling.toldOf(name);
    return found === undefined ? [] : [[name, found] as const];
  });
  const ends = told.flatMap(([name, { place }]) => (place === undefined ? [] : [[name, place] as const]));
  return {
    ...{ core: telling.core, as: TOLD_AS, from: FILES_AS, first: "told__begin", last: "told__end", ends: new Map(ends) },
    instead: new Map(telling.isRuled ? [["refused", "told__refused"] as const, ["rules__said_of", "told__said_of"] as const] : []),
    numbers: new Map(told.map(([name, { word }]) => [name, word])),
  };
}

/** The adapter's core with nothing but these exports, and what they need that is not in the memory's module. */
function prunedModule(adapter: Adapter, kept: Kept, inMemory: FunctionsInMemoryModule | undefined, importOf: ImportOf): LinkedModule {
  const { id, core, frozenClock, inflating, lenders } = adapter;
  const beside = toldBy(adapter, kept);
  const fields = new Map<string, string>();
  const pruned = pruneCore(core, {
    name: moduleName(id),
    exports: kept.names,
    // What makes compressed files readable.
    inside: (each) => (isInflating(each) && inflating !== undefined ? { core: inflating, exportName: INFLATE_FILE } : undefined),
    beside,
    isIdentity: (each) =>
      (isInflating(each) && inflating === undefined) ||
      (each.module === TOLD_AS && beside?.instead.has(each.name) !== true) ||
      (isOfLimit(each) && lenders?.[`${each.module} ${each.name}`] === undefined),
    memory: { from: IMPORTED_AS, fill: MEMORY.fill, first: kept.first, ...(inMemory !== undefined && { functions: inMemory }) },
    rename(module, field) {
      const ofMemory = memoryField(module, field, frozenClock);
      if (ofMemory !== undefined) return [IMPORTED_AS, ofMemory];
      const key = `${module} ${field}`;
      const short = fields.get(key) ?? fields.size.toString(36);
      fields.set(key, short);
      return ["", short];
    },
  });
  const imports = pruned.imports.flatMap(({ module, name }): CoreImport[] => {
    const field = fields.get(`${module} ${name}`);
    return field === undefined ? [] : [importOf(module, name, field)];
  });
  return linkedModule({ id, module: pruned.module, imports, memoryAs: IMPORTED_AS, mainAs: undefined });
}
