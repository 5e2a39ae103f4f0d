/**
 * The names under which a part exports what it provides. All its interfaces lie at its root, each thing under its own
 * name, so that one instance can stand for many interfaces. Where a name is taken by something else, such as `now` of
 * one clock by that of another, what comes later is exported under another name. An interface with such a name is not
 * to be had of the part's instance as it is: a re-export gives the names back. (An instance that is put together of exports
 * cannot have methods.) An interface with a façade has a re-export anyway, so others get the names if that leaves less to
 * re-export: of files of WASI 0.2 and 0.3 in one part, only those of 0.3 are re-exported.
 */
import { ownerOf } from "../component/interface-items.ts";
import type { Interfaces } from "../component/interfaces.ts";
import { isNamed } from "../component/types.ts";
import type { Part, PartLoop } from "./part.ts";
import type { Reexport } from "./reexport.ts";

/** Under which names a part exports a loop of it. */
export interface LoopNames {
  readonly start: string;
  readonly isRunning: string;
}

export function loopNames(index: number): LoopNames {
  const suffix = index === 0 ? "" : String(index);
  return { start: `loop${suffix}`, isRunning: `is-running${suffix}` };
}

/** The loop that a function's streams need, by its index. */
const loopOf = (loops: readonly PartLoop[] | undefined, key: string, name: string): number =>
  (loops ?? []).findIndex(({ streaming }) => streaming.has(`${key} ${name}`));

export interface ExportNames {
  /** What an item of one of the part's interfaces is exported as. */
  nameOf(key: string, name: string): string;
  /** Whether nothing is exported under a name, or one that hosts take for the same. */
  isFree(name: string): boolean;
  /** Keys of the interfaces that are not to be had of the part's instance: some names are others, or a façade is in front. */
  readonly renamed: ReadonlySet<string>;
}

type Provided = readonly (readonly [key: string, names: ReadonlySet<string>])[];

export function exportNames(part: Part, interfaces: Interfaces): ExportNames {
  const inOrder = namesInOrder(part, interfaces, [...part.provides]);
  if ((part.loops ?? []).length === 0) return inOrder;
  const facadesLast = namesInOrder(part, interfaces, withFacadesLast(part, interfaces));
  const reexported = ({ renamed }: ExportNames): number =>
    [...renamed].reduce((sum, key) => sum + interfaces.pick(key, part.provides.get(key) ?? new Set()).length, 0);
  return reexported(facadesLast) < reexported(inOrder) ? facadesLast : inOrder;
}

/** What is provided first keeps its name. */
function namesInOrder(part: Part, interfaces: Interfaces, provided: Provided): ExportNames {
  const ofLoops = (part.loops ?? []).flatMap((_, i) => Object.values(loopNames(i)));
  const fixed = [...part.substitutes.map(({ exportName }) => exportName), ...ofLoops];
  const taken = new Map<string, { readonly name: string; readonly type: unknown }>(
    fixed.map((name) => [comparable(name), { name, type: undefined }]),
  );
  const others = new Map<string, string>();
  const renamed = new Set<string>();
  const isFree = (name: string): boolean => !taken.has(comparable(name));
  const freshName = (): string => {
    let count = others.size;
    while (!isFree(`r${count}`)) count++;
    return `r${count}`;
  };
  for (const [key, names] of provided) {
    for (const [name, item] of interfaces.pick(key, names)) {
      const before = taken.get(comparable(name));
      const type = item.kind === "func" || item.kind === "type" ? item.type : item;
      if (loopOf(part.loops, key, name) >= 0) renamed.add(key);
      if (before?.name === name && before.type === type) continue;
      // A method can only have the name of its resource.
      const isOwnerRenamed = others.has(`${key} ${ownerOf(name) ?? ""}`);
      const exported = before === undefined && !isOwnerRenamed ? name : freshName();
      taken.set(comparable(exported), { name: exported, type });
      if (exported === name) continue;
      others.set(`${key} ${name}`, exported);
      renamed.add(key);
    }
  }
  return { nameOf: (key, name) => others.get(`${key} ${name}`) ?? name, isFree, renamed };
}

/** At the end those with a façade, and those that share types with them. */
function withFacadesLast({ provides, loops }: Part, interfaces: Interfaces): Provided {
  const homesOf = (key: string, names: ReadonlySet<string>): ReadonlySet<string> => {
    const types = interfaces.pick(key, names).flatMap(([, item]) => (item.kind === "type" && isNamed(item.type) ? [item.type] : []));
    return new Set([key, ...types.map((type) => interfaces.homeOf(type)?.key ?? key)]);
  };
  const entries = [...provides].map((entry) => ({ entry, homes: homesOf(...entry) }));
  const facades = entries.filter(({ entry: [key, names] }) => [...names].some((name) => loopOf(loops, key, name) >= 0));
  const isLast = ({ homes }: (typeof entries)[number]): boolean => facades.some((each) => [...homes].some((home) => each.homes.has(home)));
  return [...entries.filter((each) => !isLast(each)), ...entries.filter(isLast)].map(({ entry }) => entry);
}

/** No two exports may have the same of it: the specification's "strongly unique". */
function comparable(name: string): string {
  const plain = name.toLowerCase();
  return plain.startsWith("[constructor]") ? plain : plain.replace(/^\[[^\]]*\]/, "");
}

/** An interface of which a part provides everything. */
export function wholeInterface(part: Part, key: string, { nameOf }: ExportNames, interfaces: Interfaces): Reexport {
  const { id } = part;
  const names = part.provides.get(key) ?? new Set<string>();
  const functions = interfaces.pick(key, names).filter(([, item]) => item.kind === "func");
  const shims = new Map(functions.map(([name]) => [name, { part: id, exportName: nameOf(key, name) }]));
  const streaming = functions.map(([name]) => name).filter((name) => loopOf(part.loops, key, name) >= 0);
  const [first] = streaming;
  if (first === undefined) return { key, ofHost: false, names, shims };
  // An interface is of one adapter, which has one loop.
  return {
    key,
    ofHost: false,
    names,
    shims,
    streaming: { part: id, names: new Set(streaming), loop: loopNames(loopOf(part.loops, key, first)) },
  };
}
