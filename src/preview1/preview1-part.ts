/**
 * A core module of preview 1 inside of a part, with a guest of ours that answers its calls:
 *
 *   calls    what the module imports: each goes through a table, because the guest comes later
 *   app      the module, byte for byte
 *   bridge   words of its memory, for the guest, which has the memory of the part
 *   copies   what goes between the two memories, where the host may have instructions for that
 *   own      functions of adapters in this part, called as if they were imported
 *   guest    preview 1 by way of WASI 0.2, of the host or of adapters in this part
 *   run      puts the guest's functions into the table, and has what the component exports
 *
 * Nothing is asked of the module but its memory. Lists of the host's functions lie right in there: `realloc` gives the address
 * that the module said.
 */
import { guestCore } from "../adapters/prebuilt-core.ts";
import { preview1BridgeCore, preview1Core } from "../adapters/prebuilt.ts";
import type { ProgramChoices } from "../adapters/adapter-module.ts";
import { memoryField } from "../adapters/guest-imports.ts";
import { wasiKey } from "../adapters/series.ts";
import { Assembler } from "../binary/assembler.ts";
import type { CoreFuncType } from "../binary/core-module.ts";
import { Code, type Func, op } from "../binary/instructions.ts";
import { type CoreModule, rootOf, typeOf } from "../binary/prebuilt-module.ts";
import { pruneCore } from "../binary/prune-core.ts";
import { hasHandle } from "../component/canonical-abi.ts";
import type { Interfaces } from "../component/interfaces.ts";
import type { FuncType, Resource } from "../component/types.ts";
import type { Selection } from "../compose/imported-interfaces.ts";
import {
  type CoreImport,
  type CoreItem,
  type ListsIn,
  MEMORY,
  moduleName,
  type Part,
  type PartModule,
  type PlainHandles,
} from "../compose/part.ts";
import { LinkError } from "../errors.ts";
import { IMAGE_BASE } from "../image/layout.ts";
import { memoryModule } from "../image/memory-module.ts";
import { type OwnCall, ownCalls } from "./own-calls.ts";
import { ERROR_CODE, outOfReach } from "./out-of-reach.ts";
import { MEMORY_NAME } from "./core-names.ts";
import { PREVIEW1, type Preview1Program, typeText } from "./module.ts";
import { RUN } from "./run.ts";
import { canonicalTyped, laterFunctions, listsIn, ownWorld, typedImports } from "./typed-part.ts";

export const ID = "preview1";

const MEMORY_AS = "m";
const APP_MODULE = "app";
const COPIES_MODULE = "copies";
/** The functions of the bridge that an instruction can stand for. The second answers whether it does. */
const COPY_IN = "copy_in";
const COPIED_OUT = "copied_out";
/** What the guest imports from such a module has its lists in the app's memory. */
const INTO_APP = "app ";
const TABLE = "t";
/** Stands in the place of `ERROR_CODE`. */
const NONE = "none";
/** What the bridge writes at once. */
const BLOCK = Array<"f64">(8).fill("f64");
/** The functions of preview 1 that move what may be large, and whose interfaces say how. */
const FILES = "wasi:filesystem/types";
const STREAMS = "wasi:io/streams";
const BULK: Readonly<Record<string, readonly string[]>> = {
  fd_read: [FILES, STREAMS],
  fd_write: [FILES, STREAMS],
  fd_pread: [FILES],
  fd_pwrite: [FILES],
  random_get: ["wasi:random/random"],
};

/** How preview 1 is answered. */
export interface Preview1Choices extends Pick<ProgramChoices, "exitsWithCode" | "multiMemory"> {
  /** Whether an interface, by its key, is the host's. */
  isHosts(key: string): boolean;
  /** Whether files of ours say where bytes go that are written. */
  readonly placesWrites?: boolean;
}

const guest = (): CoreModule => guestCore(preview1Core).core;

/** The guest's function for one of preview 1. */
function guestName(name: string, { isHosts, exitsWithCode, placesWrites = false }: Preview1Choices): string {
  const ours = (base: string): string => (placesWrites && base === FILES && name.endsWith("write") ? "p" : "o");
  const letters = (BULK[name] ?? []).map((base) => (isHosts(wasiKey(base)) ? "h" : ours(base))).join("");
  const variant = letters !== "" ? letters : name === "proc_exit" && exitsWithCode ? "code" : "";
  const found = `${ID}__${name}${variant === "" ? "" : `__${variant}`}`;
  if (!guest().exports.has(found))
    throw new LinkError(`the core module imports \`${name}\` of \`${PREVIEW1}\`, which has no such function`);
  return found;
}

/**
 * What a program needs of WASI 0.2: names by the keys of interfaces.
 * @throws LinkError for a function that preview 1 does not have, or one of another type
 */
export function needsOf(program: Preview1Program, exitsWithCode: boolean): Selection {
  const needs = new Map<string, Set<string>>();
  for (const { module, name } of prunedGuest(program, { isHosts: () => true, exitsWithCode, multiMemory: false }, () => ["", ""]).imports) {
    const base = module.startsWith(INTO_APP) ? module.slice(INTO_APP.length) : module;
    if (!base.startsWith("wasi:")) continue;
    const [, resource] = /^\[resource-drop\](.+)$/.exec(name) ?? [];
    needs.set(wasiKey(base), (needs.get(wasiKey(base)) ?? new Set()).add(resource ?? name));
  }
  return needs;
}

function prunedGuest(
  { imports }: Preview1Program,
  choices: Preview1Choices,
  rename: (module: string, name: string) => readonly [string, string],
): ReturnType<typeof pruneCore> {
  const core = guest();
  const names = new Map([...imports.keys()].map((name) => [guestName(name, choices), name]));
  for (const [found, name] of names) {
    const { params, results } = typeOf(core, rootOf(core, found));
    const wanted = imports.get(name);
    if (params.join() !== wanted?.params.join() || results.join() !== wanted.results.join())
      throw new LinkError(
        `the core module imports \`${name}\` of \`${PREVIEW1}\` with the type ${typeText(wanted)}, and it is ${typeText({ params, results })}`,
      );
  }
  const answerWithout = outOfReach(imports.keys());
  return pruneCore(core, {
    name: moduleName(ID),
    exports: new Map([...names.keys()].map((found, i) => [found, String(i)])),
    memory: { from: MEMORY_AS, fill: MEMORY.fill, first: new Set(names.keys()) },
    rename,
    instead(each, paramCount) {
      if (each.module === APP_MODULE && each.name === COPIED_OUT && !choices.multiMemory) return new Code(paramCount).constant(0);
      return answerWithout(each, paramCount);
    },
  });
}

/**
 * The part with the program in it: it exports nothing but `run`, and what it provided is for the program alone.
 * `part` is undefined where everything is the host's.
 */
export function withProgram(part: Part | undefined, given: Preview1Program, choices: Preview1Choices, interfaces: Interfaces): Part {
  const typed = given.typed && canonicalTyped(given.typed, interfaces);
  const program = { ...given, typed };
  const modules: PartModule[] = [...(part?.modules ?? [])];
  const add = (module: Omit<PartModule, "mainAs">): number => modules.push({ ...module, mainAs: undefined }) - 1;
  const types = [...program.imports].map(([name]) => {
    const core = guest();
    return [name, typeOf(core, rootOf(core, guestName(name, choices)))] as const;
  });
  const calls = add(callsModule(types, program));
  const app = add({
    id: "app",
    bytes: program.chunks,
    imports: [
      ...program.stubs.map(
        ({ module: as, name: field }, i) => ({ as, field, kind: "core func", module: calls, name: stubName(i) }) as const,
      ),
      ...(typed === undefined ? [] : typedImports(typed, calls)),
    ],
    memoryAs: undefined,
    instances: types.length > 0 ? [{ as: PREVIEW1, module: calls }] : [],
  });
  const memory = program.memory === undefined ? { module: add(emptyMemory()), name: MEMORY_NAME } : { module: app, name: program.memory };
  const bridge = add(bridgeModule(calls, memory, choices.multiMemory));
  const copies = choices.multiMemory ? add(copiesModule(memory)) : undefined;
  const own = modules.length;
  const isOwn = (resource: Resource): boolean => part?.provides.has(interfaces.homeOf(resource)?.key ?? "") === true;
  const lists: ListsIn = { memory, realloc: { module: bridge, name: "realloc" } };
  const ownFunctions: OwnCall[] = [];
  const fields = new Map<string, string>();
  const supply = (module: string, name: string, field: string): CoreImport => {
    const isInApp = module.startsWith(INTO_APP);
    const key = wasiKey(isInApp ? module.slice(INTO_APP.length) : module);
    const [, resource] = /^\[resource-drop\](.+)$/.exec(name) ?? [];
    const item = interfaces.get(key)?.exports.get(resource ?? name);
    if (item?.kind === "type" && typeof item.type === "object" && item.type.kind === "resource")
      return { field, kind: "resource.drop", resource: item.type, view: isOwn(item.type) ? "given" : "host" };
    if (item?.kind !== "func") throw new Error(`\`${key}\` has no function \`${name}\``);
    const substitute = part?.substitutes.find((each) => each.key === key && each.name === name);
    if (part?.provides.has(key) !== true && substitute === undefined)
      return { field, kind: "host func", key, name, ...(isInApp && { lists }) };
    // Of an error of the host's that is lent to files of ours, nobody knows more.
    if (name === ERROR_CODE && lendsOthers(item.type, isOwn)) return { field, kind: "core func", module: calls, name: NONE };
    const core = substitute?.core ?? part!.coreExport(key, name);
    // Shims and stubs know that the handle stays the guest's; anybody else would drop it.
    const drops = part?.modules[core.module]?.imports.some(
      (each) => each.kind === "resource.drop" && !isOwn(each.resource) && !each.isLent,
    );
    if (drops === true && lendsOthers(item.type, isOwn)) throw new Error(`\`${key}\` \`${name}\` is lent what is the host's`);
    const at = ownFunctions.push({ type: item.type, core }) - 1;
    return { field, kind: "core func", module: own, name: String(at) };
  };
  const pruned = prunedGuest(program, choices, (module, name) => {
    const ofMemory = memoryField(module, name, undefined);
    if (ofMemory !== undefined) return [MEMORY_AS, ofMemory];
    if (module === APP_MODULE) return [choices.multiMemory && (name === COPY_IN || name === COPIED_OUT) ? COPIES_MODULE : module, name];
    const field = fields.get(`${module} ${name}`) ?? String(fields.size);
    fields.set(`${module} ${name}`, field);
    return ["", field];
  });
  const imports = pruned.imports.flatMap(({ module, name }) => {
    const field = fields.get(`${module} ${name}`);
    return field === undefined ? [] : [supply(module, name, field)];
  });
  if (ownFunctions.length > 0) modules.push(ownCalls(ID, moduleName(ID, "shims"), ownFunctions));
  const instances = [{ as: APP_MODULE, module: bridge }, ...(copies === undefined ? [] : [{ as: COPIES_MODULE, module: copies }])];
  const main = add({ id: ID, bytes: pruned.module.finish(), imports, memoryAs: MEMORY_AS, instances });
  const run = add(runModule(program, types, { calls, main, app }));
  const isCommand = program.entries.length > 0;
  return {
    id: part?.id ?? ID,
    role: "adapter",
    provides: new Map(typed === undefined ? [[wasiKey(RUN), new Set(["run"])]] : []),
    ...(typed !== undefined && { world: ownWorld(typed, { app, calls, ...(isCommand && { run }) }, program.memory, interfaces) }),
    memory: part?.memory ?? {
      bytes: memoryModule({ segments: [], end: IMAGE_BASE }, { name: moduleName(ID, "memory"), frozenClock: undefined, isKept: false }),
      imports: [],
      destructors: new Map(),
    },
    modules,
    substitutes: [],
    ...(part !== undefined && { handles: plainHandles() }),
    coreExport: () => ({ module: run, name: "run", postReturn: undefined }),
  };
}

/** Whether a function is lent resources that are not the part's. */
function lendsOthers({ params }: FuncType, isOwn: (resource: Resource) => boolean): boolean {
  return params.some(({ type }) => hasHandle(type, ({ kind, resource }) => kind === "borrow" && !isOwn(resource)));
}

type Types = readonly (readonly [name: string, type: CoreFuncType])[];
type Module = Omit<PartModule, "mainAs">;

/** How the calls have a function that traps. */
const stubName = (index: number): string => `stub ${index}`;

/** The functions of preview 1 under all their names, and those that trap; the rest writes what the bridge reads. */
function callsModule(types: Types, { again, stubs, typed }: Preview1Program): Module {
  const module = new Assembler(moduleName(ID, "calls"));
  const later = typed === undefined ? [] : laterFunctions(typed);
  const table = module.table(types.length + later.length);
  module.export(TABLE, table);
  const functions = new Map<string, Func>();
  [...types, ...later.map(({ name, type }) => [name, type] as const)].forEach(([name, type], i) => {
    const code = new Code(type.params.length);
    type.params.forEach((_, at) => code.get(at));
    const func = module.func(type, code.constant(i).callIndirect(type, table), name);
    functions.set(name, func);
    module.export(name, func);
  });
  for (const [other, name] of again) module.export(other, functions.get(name)!); // it is imported under its own name, too
  stubs.forEach(({ module: from, name, type }, i) => {
    const code = new Code(type.params.length).call(module.trap(`${from}#${name} is denied; it is not of WASI`)).op(op.unreachable);
    module.export(stubName(i), module.func(type, code));
  });
  module.importMemory(MEMORY_AS, MEMORY.memory);
  const block = new Code(1 + BLOCK.length);
  BLOCK.forEach((_, i) =>
    block
      .get(0)
      .get(1 + i)
      .store(op.f64Store, 8 * i),
  );
  module.export("store_block", module.func({ params: ["i32", ...BLOCK], results: [] }, block));
  module.export("store64", module.func({ params: ["i32", "i64"], results: [] }, new Code(2).get(0).get(1).store(op.i64Store, 0)));
  module.export("store8", module.func({ params: ["i32", "i32"], results: [] }, new Code(2).get(0).get(1).store(op.i32Store8, 0)));
  module.export(NONE, module.func({ params: ["i32", "i32"], results: [] }, new Code(2).get(1).constant(0).store(op.i32Store8, 0)));
  return { id: ID, bytes: module.finish(), imports: [], memoryAs: MEMORY_AS };
}

/** Nothing but `run` leaves the part, so nobody else has a handle. */
function plainHandles(): PlainHandles {
  const module = new Assembler(moduleName(ID, "handles"));
  const same = "same";
  const nothing = "nothing";
  module.export(same, module.func({ params: ["i32"], results: ["i32"] }, new Code(1).get(0)));
  module.export(nothing, module.func({ params: ["i32"], results: [] }, new Code(1)));
  return { bytes: module.finish(), same, nothing };
}

/** In the place of the memory of a program that has none. */
function emptyMemory(): Module {
  const module = new Assembler(moduleName(ID, "memory"));
  module.export(MEMORY_NAME, module.memory(0));
  return { id: ID, bytes: module.finish(), imports: [], memoryAs: undefined };
}

/** On the memory of the part, which comes first, and the program's. */
function copiesModule(memory: CoreItem): Module {
  const module = new Assembler(moduleName(ID, "copies"));
  module.importMemory(MEMORY_AS, MEMORY.memory);
  module.importMemory(APP_MODULE, MEMORY_NAME);
  const [ours, programs] = [0, 1];
  const params: CoreFuncType["params"] = ["i32", "i32", "i32"];
  const all = (): Code => new Code(params.length).get(0).get(1).get(2);
  module.export(COPY_IN, module.func({ params, results: [] }, all().memoryCopy(ours, programs)));
  module.export(COPIED_OUT, module.func({ params, results: ["i32"] }, all().memoryCopy(programs, ours).constant(1)));
  const imports: CoreImport[] = [{ as: APP_MODULE, field: MEMORY_NAME, kind: "core memory", ...memory }];
  return { id: ID, bytes: module.finish(), imports, memoryAs: MEMORY_AS };
}

/** On the program's memory. */
function bridgeModule(calls: number, memory: CoreItem, multiMemory: boolean): Module {
  const core = guestCore(preview1BridgeCore).core;
  const prefix = "bridge__";
  const isNeeded = (name: string): boolean => name.startsWith(prefix) && !(multiMemory && name === prefix + COPY_IN);
  const { module, imports: used } = pruneCore(core, {
    name: moduleName(ID, "bridge"),
    exports: new Map([...core.exports.keys()].filter(isNeeded).map((each) => [each, each.slice(prefix.length)])),
    memory: { from: MEMORY_AS, fill: MEMORY.fill, first: new Set() },
    rename: (from, name) => (name === MEMORY_NAME ? [APP_MODULE, name] : [from, name]),
  });
  const imports: CoreImport[] = [{ as: APP_MODULE, field: MEMORY_NAME, kind: "core memory", ...memory }];
  const instances = [...new Set(used.map((each) => each.module))].map((as) => ({ as, module: calls }));
  return { id: ID, bytes: module.finish(), imports, memoryAs: undefined, instances };
}

/** Has the calls answered, begins with what is to be called first, and runs the program. */
function runModule(program: Preview1Program, types: Types, from: Readonly<Record<"calls" | "main" | "app", number>>): Module {
  const { entries, beginnings, typed, memory } = program;
  const module = new Assembler(moduleName(ID, "run"));
  const later = typed === undefined ? [] : laterFunctions(typed);
  const table = module.importTable("calls", TABLE, types.length + later.length);
  const ofApp = (name: string, type: CoreFuncType = { params: [], results: [] }): Func => module.importFunc("app", name, type);
  const imports: CoreImport[] = [];
  const lists = typed === undefined ? undefined : listsIn(typed, from.app, memory);
  const functions = later.map(({ name: field, type, what }) => {
    if (what.kind === "destructor") return ofApp(what.name, type);
    imports.push({ field, kind: "host func", key: what.key, name: what.name, ...(lists !== undefined && { lists }) });
    return module.importFunc("", field, type);
  });
  module.elements(table, [...types.map(([, type], i) => module.importFunc("main", String(i), type)), ...functions]);
  const calling = (names: readonly string[], code = new Code(0)): Code => {
    for (const each of names) code.call(ofApp(each));
    return code;
  };
  if (entries.length > 0) module.export("run", module.func({ params: [], results: ["i32"] }, calling(entries).constant(0), RUN));
  if (beginnings.length > 0) module.start(module.func({ params: [], results: [] }, calling(beginnings)));
  const instances = Object.entries(from).map(([as, index]) => ({ as, module: index }));
  return { id: ID, bytes: module.finish(), imports, memoryAs: undefined, instances };
}
