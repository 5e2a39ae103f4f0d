/**
 * What guests import: host functions under interface and function, `own` for built-ins of their own resources, `async` for
 * those of streams, and what the module of the memory has.
 */
import type { Interfaces } from "../component/interfaces.ts";
import { type CoreImport, MEMORY } from "../compose/part.ts";
import type { Adapter } from "./adapter.ts";
import { ASYNC, asyncBuiltIn } from "./async-built-ins.ts";
import { checkType } from "./known-types.ts";
import { ASYNC_SERIES, wasiKey } from "./series.ts";

export const OWN = "own";
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

/** What the memory's module exports in the place of an import of a guest, if it does. */
export function memoryField(module: string, name: string, frozenClock: number | undefined): string | undefined {
  if (frozenClock !== undefined && module === WALL_CLOCK && name === NOW) return MEMORY.now;
  return MEMORY_MODULES.has(module) ? (MEMORY_FIELDS[name] ?? name) : undefined;
}

/** What the component has to supply for an import of a guest, under this field. */
export type ImportOf = (module: string, name: string, field: string) => CoreImport;

export function importsOf(adapter: Adapter, series: string, interfaces: Interfaces): ImportOf {
  const isAsyncOnly = series === ASYNC_SERIES;
  return (module, name, field) => {
    if (module === ASYNC) return asyncBuiltIn(name, field, interfaces);
    const lender = adapter.lenders?.[`${module} ${name}`];
    if (lender !== undefined) return { field, kind: "lent func", of: lender, name: `${module} ${name}` };
    if (adapter.hostKey !== undefined) return { field, kind: "host func", key: adapter.hostKey, name };
    const later =
      isAsyncOnly && module !== OWN && !ASKED_IN_FIRST.test(module) && !module.includes("@") ? laterName(module, name) : undefined;
    checkType(later?.key ?? keyOfModule(module), later?.name ?? name, interfaces, `the ${adapter.id} adapter needs`);
    return later === undefined ? coreImport({ module, name, field }, interfaces) : { field, kind: "host func", ...later };
  };
}

/** Guests say the series of what they ask in 0.3 alone; interfaces of ours have none. */
const keyOfModule = (module: string): string => (module.includes("@") || !module.startsWith("wasi:") ? module : wasiKey(module));

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
  const [, prefix, func = ""] = /^\[(async-lower|task-return)\](.+)$/.exec(name) ?? [];
  if (prefix === "async-lower") return { field, kind: "host func", key: module, name: func, isAsync: true };
  if (prefix === "task-return") {
    const ended = interfaces.get(module)?.exports.get(func);
    if (ended?.kind !== "func") throw new Error(`\`${module}\` has no function \`${func}\``);
    return ended.type.result === undefined ? { field, kind: "task.return" } : { field, kind: "task.return", result: ended.type.result };
  }
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
