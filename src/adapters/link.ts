/**
 * Makes modules of a part of a prebuilt core module: picks for each function that the app imports the
 * variant that the options ask for, and drops the rest. How the guest names things:
 *
 *   exports   `<package>_<interface>__<function>[__<variant>][__post]`, and `..._dtor` for a resource; with `p3_` before it, of
 *             WASI 0.3; `p3_loop__...` is what feeds streams
 *   lent      `lent__<package>_<interface>__<function>[__<variant>]`, what other guests may call in the place of the host's
 *   imports   host functions under interface and function, `own` for built-ins of its own resources, `async` for those of streams
 */
import type { Assembler, ModuleItem } from "../binary/assembler.ts";
import type { Func, Global } from "../binary/instructions.ts";
import { FunctionsInMemoryModule } from "../binary/memory-functions.ts";
import type { CoreModule, Import } from "../binary/prebuilt-module.ts";
import { pruneCore } from "../binary/prune-core.ts";
import { hasEnd } from "../component/canonical-abi.ts";
import type { Interfaces } from "../component/interfaces.ts";
import { type Extern, type FuncType, isResource, type Resource, resourcesOf, signatureTypes } from "../component/types.ts";
import type { Selection } from "../compose/imported-interfaces.ts";
import {
  type CoreExport,
  type CoreImport,
  MEMORY,
  type LinkedModule,
  linkedModule,
  moduleName,
  type PartLoop,
  type Substitute,
  type LinkedPart,
} from "../compose/part.ts";
import type { Denial } from "../shim/refusal.ts";
import type { Generated, ShimContext } from "../shim/shim.ts";
import { takesHandle } from "../shim/handles.ts";
import { shimModule } from "../shim/shims.ts";
import type { Image } from "../image/image.ts";
import { LinkError } from "../errors.ts";
import { IMAGE_BASE, RETURN_AREA } from "../image/layout.ts";
import { ASYNC, asyncBuiltIn } from "./async-built-ins.ts";
import { checkType } from "./known-types.ts";
import type { GuestCore } from "./prebuilt-core.ts";
import type { FilesReport } from "./filesystem/report.ts";
import { ASYNC_SERIES, SERIES, wasiKey } from "./series.ts";

/** A function of the host that mentions resources of an adapter. */
export interface Shimmed {
  readonly key: string;
  readonly name: string;
  readonly type: FuncType;
}

export interface Adapter {
  readonly id: string;
  readonly core: CoreModule;
  readonly image: Image;
  /** In the place of the host's wall clock: one that stands still, at these seconds since the epoch. */
  readonly frozenClock: number | undefined;
  /** Or the adapter, by its id, that lends its own. */
  readonly clockOf?: string;
  /** Functions that have no other answer in WASI 0.3 are those of 0.2. */
  readonly isAlike?: true;
  /** Interfaces under other names, by these: their functions are those of the names behind them. */
  readonly sameAs?: Readonly<Record<string, string>>;
  /** The key of the only interface of the host's that it needs, where that is of no series of WASI. */
  readonly hostKey?: string;
  /** The variants to take of a function where they exist, the best first. */
  variantsOf(base: string, func: string, series: string): readonly string[];
  /** Whether a function's handles may stand for the host's, and the core leaves these to the host. */
  isShared(base: string, func: string, series: string): boolean;
  /** Whether a shared function has to refuse handles of the host's that nothing may be changed through. */
  isChange(base: string, func: string): boolean;
  /** Nothing may be changed through any handle of the host's. */
  readonly isReadOnly: boolean;
  /** What of files the report tells. */
  readonly files?: FilesReport;
}

/** An adapter that has nothing to do with handles, files or clocks of the host's. */
export function plainAdapter(id: string, guest: GuestCore, image: Image, variantsOf: Adapter["variantsOf"] = () => []): Adapter {
  const none = (): boolean => false;
  return { id, ...guest, image, frozenClock: undefined, isAlike: true, variantsOf, isShared: none, isChange: none, isReadOnly: false };
}

const OWN = "own";
/** What names of a guest begin with that are for other guests. */
const LENT_PREFIX = "lent__";
/** What names of a guest begin with that are of the series 0.3, and what feeds its streams. */
const ASYNC_PREFIX = "p3_";
const LOOP_PREFIX = `${ASYNC_PREFIX}loop__`;
const CALLBACK = `${LOOP_PREFIX}callback`;
const MEMORY_FIELDS: Readonly<Record<string, string>> = {
  memory: MEMORY.memory,
  realloc: MEMORY.realloc,
  arena: MEMORY.arena,
  "arena-base": MEMORY.arenaBase,
};
/** The host function that a frozen clock stands for. */
const WALL_CLOCK = "wasi:clocks/wall-clock";
const NOW = "now";

const MEMORY_MODULES = new Set(["memory", "env"]);
/** The memory module's name in the pruned core. */
const IMPORTED_AS = "m";

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
    ...(loop !== undefined && { loop }),
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
    kept.first.add(guestName);
    const core = { module: MAIN, name: kept.keep(guestName), postReturn: kept.keepKnown(`${guestName}__post`) };
    return { key, name, type, exportName: `s${i}`, core };
  });
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

/** Whether a guest has a function to stand in front of another. */
export const isInFront = (adapter: Adapter, key: string, name: string): boolean => guestFunction(adapter, key, name) !== undefined;

/** Indices of an adapter's modules: of the guest's functions, and of those that are generated. */
const [MAIN, SHIMS] = [0, 1];

/** The functions of a guest that are used, and the names under which the pruned core exports them. */
class Kept {
  readonly names = new Map<string, string>();
  /** Those that may be the first to use the memory. */
  readonly first = new Set<string>();
  readonly #adapter: Adapter;

  constructor(adapter: Adapter) {
    this.#adapter = adapter;
  }

  keep(guestName: string): string {
    const short = this.names.get(guestName) ?? this.names.size.toString(36);
    this.names.set(guestName, short);
    return short;
  }

  /** The same of a function that there may be. */
  keepKnown(guestName: string): string | undefined {
    return this.#adapter.core.exports.has(guestName) ? this.keep(guestName) : undefined;
  }
}

/** Keeps a function for other guests, which know it by the name of the host's. */
function lend(adapter: Adapter, name: string, kept: Kept): void {
  const [base = "", func = ""] = name.split(" ");
  const found = find(adapter, LENT_PREFIX + guestNameOf(wasiKey(base), func), adapter.variantsOf(base, func, SERIES));
  if (found === undefined) throw new Error(`the ${adapter.id} adapter does not lend \`${name}\``);
  kept.names.set(found, name);
}

function borrowedBy({ imports }: LinkedModule, series: string): ReadonlyMap<string, Lent> {
  const found = new Map<string, Lent>();
  for (const each of imports)
    if (each.kind === "lent func" && each.of !== undefined)
      found.set(each.of, { names: [...(found.get(each.of)?.names ?? []), each.name], series });
  return found;
}

interface GuestFunctions {
  /** By key and name. */
  readonly exports: Map<string, CoreExport>;
  /** Those whose handles may stand for the host's. */
  readonly dispatched: readonly Generated[];
}

function guestFunctions(adapter: Adapter, provides: Selection, kept: Kept, interfaces: Interfaces): GuestFunctions {
  const exports = new Map<string, CoreExport>();
  const dispatched: Generated[] = [];
  for (const [key, names] of provides) {
    const base = interfaces.get(key)?.base ?? key;
    for (const [name, item] of interfaces.pick(key, names)) {
      if (item.kind !== "func") continue;
      const guestName = guestFunction(adapter, key, name);
      if (guestName === undefined) continue;
      checkType(key, name, interfaces, `the ${adapter.id} adapter has`);
      const own = kept.keep(guestName);
      const post = `${guestName}__post`;
      if (!adapter.isShared(base, name, seriesOf(key))) {
        const callback = kept.keepKnown(`${guestName}__callback`);
        exports.set(`${key} ${name}`, { module: MAIN, name: own, postReturn: kept.keepKnown(post), callback });
        if (!takesHandle(item.type, (resource) => provides.has(interfaces.homeOf(resource)?.key ?? ""))) kept.first.add(guestName);
        continue;
      }
      const plainName = guestNameOf(key, name);
      const mixed = find(adapter, `${plainName}__mixed`, adapter.variantsOf(base, name, seriesOf(key)));
      dispatched.push({
        kind: "dispatch",
        ...{ key, name, type: item.type, own, postReturn: adapter.core.exports.has(post) },
        mixed: mixed === undefined ? undefined : kept.keep(mixed),
        readOnly: adapter.isChange(base, name) ? readOnly(plainName, kept) : undefined,
        isReadOnly: adapter.isReadOnly,
      });
    }
  }
  return { exports, dispatched };
}

/** What feeds the streams that functions hand out or take, if any of them does. */
function loopOf(adapter: Adapter, provides: Selection, kept: Kept, interfaces: Interfaces): PartLoop | undefined {
  const streaming = [...provides].flatMap(([key, names]) =>
    interfaces
      .pick(key, names)
      .flatMap(([name, item]) =>
        item.kind === "func" && signatureTypes(item.type).some(hasEnd) && guestFunction(adapter, key, name) !== undefined
          ? [`${key} ${name}`]
          : [],
      ),
  );
  if (streaming.length === 0) return undefined;
  const exportOf = (name: string): CoreExport => {
    kept.first.add(`${LOOP_PREFIX}${name}`);
    return { module: MAIN, name: kept.keep(`${LOOP_PREFIX}${name}`), postReturn: undefined };
  };
  const callback = kept.keep(find(adapter, CALLBACK, adapter.variantsOf("", CALLBACK, ASYNC_SERIES)) ?? CALLBACK);
  return {
    start: { ...exportOf("start"), callback },
    isRunning: exportOf("is_running"),
    streaming: new Set(streaming),
  };
}

/** For a handle of the host's through which nothing may be changed: the guest's answer, or that the function refuses. */
function readOnly(guestName: string, kept: Kept): { readonly own: string } | "refuse" {
  const own = kept.keepKnown(`${guestName}__ro`);
  return own === undefined ? "refuse" : { own };
}

/** The guest's destructors of the resources that the adapter defines. */
function destructorsOf(adapter: Adapter, provides: Selection, interfaces: Interfaces): ReadonlyMap<Resource, string> {
  const destructors = new Map<Resource, string>();
  for (const [key, names] of provides) {
    for (const [name, item] of interfaces.pick(key, names)) {
      if (item.kind !== "type" || !isResource(item.type) || interfaces.homeOf(item.type)?.key !== key) continue;
      const destructor = find(adapter, `${guestNameOf(key, name)}_dtor`, adapter.variantsOf(baseOf(key), name, seriesOf(key)));
      if (destructor !== undefined) destructors.set(item.type, destructor);
    }
  }
  return destructors;
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

/** The adapter's core with nothing but these exports, and what they need that is not in the memory's module. */
function prunedModule(
  { id, core, frozenClock }: Adapter,
  kept: Kept,
  inMemory: FunctionsInMemoryModule | undefined,
  importOf: ImportOf,
): LinkedModule {
  const fields = new Map<string, string>();
  const pruned = pruneCore(core, {
    name: moduleName(id),
    exports: kept.names,
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

/** What the memory's module exports in the place of an import of a guest, if it does. */
function memoryField(module: string, name: string, frozenClock: number | undefined): string | undefined {
  if (frozenClock !== undefined && module === WALL_CLOCK && name === NOW) return MEMORY.now;
  return MEMORY_MODULES.has(module) ? (MEMORY_FIELDS[name] ?? name) : undefined;
}

/** What the component has to supply for an import of a guest, under this field. */
type ImportOf = (module: string, name: string, field: string) => CoreImport;

function importsOf(adapter: Adapter, series: string, interfaces: Interfaces): ImportOf {
  const isAsyncOnly = series === ASYNC_SERIES;
  return (module, name, field) => {
    if (module === ASYNC) return asyncBuiltIn(name, field);
    if (adapter.hostKey !== undefined) return { field, kind: "host func", key: adapter.hostKey, name };
    if (adapter.clockOf !== undefined && module === WALL_CLOCK && name === NOW)
      return { field, kind: "lent func", of: adapter.clockOf, name: `${module} ${name}` };
    const later =
      isAsyncOnly && module !== OWN && !ASKED_IN_FIRST.test(module) && !module.includes("@") ? laterName(module, name) : undefined;
    checkType(later?.key ?? keyOfModule(module), later?.name ?? name, interfaces, `the ${adapter.id} adapter needs`);
    return later === undefined ? coreImport({ module, name, field }, interfaces) : { field, kind: "host func", ...later };
  };
}

/** Guests say the series of what they ask in 0.3 alone. */
const keyOfModule = (module: string): string => (module.includes("@") ? module : wasiKey(module));

const baseOf = (key: string): string => key.replace(/@.*/, "");
const seriesOf = (key: string): string => key.replace(/^[^@]*@?/, "");

/** `wasi:io/streams@0.2`, `[method]input-stream.read` → `io_streams__input_stream_read` */
function guestNameOf(key: string, name: string): string {
  const plain = name.replace(/^\[[^\]]*\]/, "");
  const prefix = seriesOf(key) === ASYNC_SERIES ? ASYNC_PREFIX : "";
  return prefix + `${baseOf(key).replace(/^[^:]*:/, "")}__${plain}`.replace("/", "_").replace(/[-.]/g, "_");
}

function guestFunction(adapter: Adapter, key: string, name: string): string | undefined {
  const variants = adapter.variantsOf(baseOf(key), name, seriesOf(key));
  const found = find(adapter, guestNameOf(key, name), variants);
  if (found !== undefined || adapter.isAlike !== true) return found;
  const base = baseOf(key);
  return find(adapter, guestNameOf(wasiKey(adapter.sameAs?.[base] ?? base), name), variants);
}

function find(adapter: Adapter, guestName: string, variants: readonly string[]): string | undefined {
  return [...variants.map((variant) => `${guestName}__${variant}`), guestName].find((name) => adapter.core.exports.has(name));
}

/** What guests ask of the host in 0.2, whatever the app imports: there no function suspends who calls it. */
const ASKED_IN_FIRST = /^wasi:(io\/|filesystem\/|cli\/std)/;

/** What WASI 0.3 calls a function of the host's that it has as well, and which is lowered in the same way. */
function laterName(module: string, name: string): { readonly key: string; readonly name: string } {
  const [base = "", label = ""] = LATER_NAMES.get(`${module} ${name}`) ?? [module, name];
  return { key: wasiKey(base, ASYNC_SERIES), name: label };
}
const LATER_NAMES: ReadonlyMap<string, readonly [base: string, name: string]> = new Map([
  [`${WALL_CLOCK} ${NOW}`, ["wasi:clocks/system-clock", NOW]],
  ["wasi:cli/environment initial-cwd", ["wasi:cli/environment", "get-initial-cwd"]],
]);

function coreImport({ module, name, field }: { module: string; name: string; field: string }, interfaces: Interfaces): CoreImport {
  const builtIn = /^\[resource-(new|rep|drop)\](?:(.+)#)?(.+)$/.exec(name);
  if (builtIn === null) return { field, kind: "host func", key: keyOfModule(module), name };
  const [, operation, base, label] = builtIn;
  const key = module === OWN ? (base?.includes("@") === true ? base : wasiKey(base ?? "")) : keyOfModule(module);
  const item = interfaces.get(key)?.exports.get(label ?? "");
  if (item?.kind !== "type" || typeof item.type !== "object" || item.type.kind !== "resource")
    throw new Error(`\`${key}\` has no resource \`${label}\``);
  if (operation === "drop") return { field, kind: "resource.drop", resource: item.type, view: module === OWN ? "given" : "host" };
  return { field, kind: operation === "new" ? "resource.new" : "resource.rep", resource: item.type };
}
