/**
 * The world of a program in its part: functions that it imports are lowered with its memory, and those that it exports are lifted
 * with that. What needs the memory, or is a destructor, goes through the table of calls, because it is there before the program.
 */
import type { CoreFuncType } from "../binary/core-module.ts";
import { coreSignature } from "../component/canonical-abi.ts";
import type { Interfaces } from "../component/interfaces.ts";
import { type Exports, type Extern, isNamed, type Named, type Resource, signatureTypes, type ValType, walk } from "../component/types.ts";
import type { Selection } from "../compose/imported-interfaces.ts";
import { canonicalType } from "../compose/plain-imports.ts";
import { type CoreExport, type CoreImport, type CoreItem, type ListsIn, NO_INTERFACE, type OwnWorld } from "../compose/part.ts";
import { RUN, RUN_EXPORTS, RUN_VERSION } from "./run.ts";
import { functionKey, type TypedImport, type TypedProgram } from "./typed-program.ts";

/** What the calls have a place for beside preview 1. */
export interface LaterFunction {
  /** Under which name they export it. */
  readonly name: string;
  readonly type: CoreFuncType;
  readonly what:
    | { readonly kind: "func"; readonly key: string; readonly name: string }
    | { readonly kind: "destructor"; readonly name: string };
}

const needsMemory = (what: TypedImport): boolean => what.kind === "func" && coreSignature(what.type, "lower").memory;

const callName = (index: number): string => `call ${index}`;
const destructorName = (exported: string): string => `destructor ${exported}`;

/** Each once, in the order of the table. */
export function laterFunctions({ used, resources }: TypedProgram): readonly LaterFunction[] {
  return [
    ...used.flatMap(({ what }, i): LaterFunction[] =>
      what.kind === "func" && needsMemory(what) ? [{ name: callName(i), type: coreSignature(what.type, "lower").type, what }] : [],
    ),
    ...[...resources.values()].flatMap((name): LaterFunction[] =>
      name === undefined
        ? []
        : [{ name: destructorName(name), type: { params: ["i32"], results: [] }, what: { kind: "destructor", name } }],
    ),
  ];
}

/** What the program imports of its world; `calls` is the index of the module that has what comes later. */
export function typedImports({ used }: TypedProgram, calls: number): readonly CoreImport[] {
  return used.map(({ module: as, name: field, what }, i): CoreImport => {
    if (needsMemory(what)) return { as, field, kind: "core func", module: calls, name: callName(i) };
    if (what.kind === "func") return { as, field, kind: "host func", key: what.key, name: what.name };
    if (what.kind === "drop") return { as, field, kind: "resource.drop", resource: what.resource, view: "host" };
    return { as, field, kind: `resource.${what.kind}`, resource: what.resource };
  });
}

/** The program's own memory, `app` being the index of its module. */
export function listsIn({ realloc, encoding }: TypedProgram, app: number, memory: string | undefined): ListsIn {
  const item = (name: string | undefined): CoreItem | undefined => (name === undefined ? undefined : { module: app, name });
  return { memory: item(memory), realloc: item(realloc), encoding };
}

/** `typed` with its types as `interfaces` have them, which has its imports. */
export function canonicalTyped(typed: TypedProgram, interfaces: Interfaces): TypedProgram {
  const canonical = (what: TypedImport): TypedImport =>
    what.kind === "func"
      ? { ...what, type: interfaces.canonicalFunc(what.type) }
      : { ...what, resource: interfaces.canonicalResource(what.resource) };
  const itemOf = (item: Extern): Extern => {
    if (item.kind === "func") return { ...item, type: interfaces.canonicalFunc(item.type) };
    if (item.kind === "instance") return { ...item, exports: itemsOf(item.exports) };
    return item.kind === "type" ? { ...item, type: canonicalType(item.type, interfaces) } : item;
  };
  const itemsOf = (items: Exports): Exports => new Map([...items].map(([name, item]) => [name, itemOf(item)]));
  return {
    ...typed,
    imports: typed.imports.map(([name, item]) => [name, itemOf(item)]),
    exports: itemsOf(typed.exports),
    used: typed.used.map((each) => ({ ...each, what: canonical(each.what) })),
  };
}

/** What of its world the program needs of the host: what it calls, and all types that it exports something with. */
export function typedNeeds({ used, exports, imports }: TypedProgram, interfaces: Interfaces): Pick<OwnWorld, "types" | "plain"> {
  const mentioned = new Set<Named>();
  const mention = (type: ValType | Resource): void => walk(type, (each) => void (isNamed(each) && mentioned.add(each)));
  const mentionItem = (item: Extern): void => {
    if (item.kind === "func") for (const type of signatureTypes(item.type)) mention(type);
    else if (item.kind === "type") mention(item.type);
    else if (item.kind === "instance") for (const each of item.exports.values()) mentionItem(each);
  };
  for (const item of exports.values()) mentionItem(item);
  const called = new Set(used.flatMap(({ what }) => (what.kind === "func" && what.key === NO_INTERFACE ? [what.name] : [])));
  for (const { what } of used) {
    if (what.kind === "func") mentionItem({ kind: "func", type: what.type });
    else mention(what.resource);
  }
  const isNeeded = ([name, item]: TypedProgram["imports"][number]): boolean =>
    item.kind === "func" ? called.has(name) : item.kind === "type" && isNamed(item.type) && mentioned.has(item.type);
  const plain = new Map(imports.filter(isNeeded));
  const types = new Map<string, Set<string>>();
  const need = (key: string, name: string): void => void types.set(key, (types.get(key) ?? new Set()).add(name));
  for (const type of mentioned) {
    const home = interfaces.homeOf(type);
    if (home !== undefined) need(home.key, home.name);
  }
  return { types, plain };
}

/** `run` is the index of the module that runs the program, if it is a command. */
export function ownWorld(
  typed: TypedProgram,
  at: { readonly app: number; readonly calls: number; readonly run?: number },
  memory: string | undefined,
  interfaces: Interfaces,
): OwnWorld {
  const lists = listsIn(typed, at.app, memory);
  const run = `${RUN}@${RUN_VERSION}`;
  return {
    ...typedNeeds(typed, interfaces),
    exports: new Map([...typed.exports, ...(at.run === undefined ? [] : [[run, { kind: "instance", exports: RUN_EXPORTS }] as const])]),
    resources: new Map(
      [...typed.resources].map(([resource, name]) => [
        resource,
        name === undefined ? undefined : { module: at.calls, name: destructorName(name) },
      ]),
    ),
    coreExport(name, func): CoreExport {
      if (name === run && at.run !== undefined) return { module: at.run, name: func, postReturn: undefined };
      const found = typed.functions.get(functionKey(name, func));
      if (found === undefined) throw new Error(`the program has no function \`${func}\` of \`${name}\``);
      return { module: at.app, name: found.core, postReturn: found.postReturn, lists };
    },
  };
}

/** What of the interfaces of its world the program calls, by the keys of these. */
export function typedCalls({ used }: TypedProgram, interfaces: Interfaces): Selection {
  const calls = new Map<string, Set<string>>();
  for (const { what } of used) {
    const home =
      what.kind === "func" ? (what.key === NO_INTERFACE ? undefined : what) : what.isOwn ? undefined : interfaces.homeOf(what.resource);
    if (home !== undefined) calls.set(home.key, (calls.get(home.key) ?? new Set()).add(home.name));
  }
  return calls;
}
