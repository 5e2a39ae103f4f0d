/**
 * The instances of a component as they are drawn: an app that has adapters of the user's below it is one component with them
 * (compose/plug.ts), and is taken apart, so that all of them stand beside what else there is.
 */
import { behindStage } from "../compose/continuation.ts";
import { ownersOfModule, RUNS_PROGRAM } from "../compose/part.ts";
import type { NestedComponent, NestedInstance, Role, Source, Wire } from "./nesting.ts";

export interface FlatComponent {
  readonly instances: readonly FlatInstance[];
  readonly exports: readonly Wire[];
}

/** Sources are indices among the flat instances. */
export interface FlatInstance {
  /** Made up where it has none. */
  readonly name: string;
  /** `undefined` for a component that came in from outside. */
  readonly component: NestedComponent | undefined;
  readonly role: Role | "plug" | null;
  readonly args: readonly Wire[];
  /** Of a part of ours that does more than one thing: what that is. */
  readonly tasks: readonly Task[];
  /** The component, if its own instances are shown in it. What the user's adapters are made of is their engine's. */
  readonly opened: NestedComponent | undefined;
}

/** An adapter, or the stubs, in a part of ours: some of its core modules. */
export interface Task {
  /** As core modules are called, for people: `io`, `deny`. */
  readonly name: string;
  readonly byteLength: number;
  /** Whether it can call functions of what the part imports. */
  readonly callsOut: boolean;
}

/** Whether a component is nothing but others, put together. */
export function isComposed({ coreModules, instances }: NestedComponent): boolean {
  return coreModules === 0 && instances.length > 0;
}

/** Where a source of one component is found among the flat instances. */
type Place = (source: Source) => readonly Source[];

export function flattened(component: NestedComponent): FlatComponent {
  const instances: FlatInstance[] = [];
  const levels = component.metadata?.policy?.adapters?.length ?? 0;
  const exports = add({ component, isPlugged: false, levels, importPlace: (source) => [source] }, instances);
  return { instances, exports };
}

interface Opened {
  readonly component: NestedComponent;
  /** It is an adapter, and the app or what has further ones. */
  readonly isPlugged: boolean;
  /** How many such may lie in its app. */
  readonly levels: number;
  readonly importPlace: Place;
}

/** Adds the instances of a component and gives its exports. */
function add({ component, isPlugged, levels, importPlace }: Opened, instances: FlatInstance[]): readonly Wire[] {
  const places: Place[] = [];
  let merged: { readonly args: readonly Wire[]; readonly byteLength: number } | undefined;
  const placeOf: Place = (source) => {
    if (source.kind === "import") return importPlace(source);
    return source.kind === "instance" ? (places[source.instance]?.(source) ?? []) : [source];
  };
  const placed = (wires: readonly Wire[]): readonly Wire[] => wires.map((wire) => ({ ...wire, from: wire.from.flatMap(placeOf) }));
  component.instances.forEach((instance, i) => {
    const nested = instance.component === null ? undefined : component.components[instance.component];
    const args = placed(instance.args);
    const isApp = isPlugged ? i === component.instances.length - 1 : instance.role === "app";
    if (levels > 0 && isApp && nested !== undefined && canBePlugged(nested)) {
      const given = new Map(args.map(({ name, from }) => [name, from]));
      const importPlace: Place = (source) => (source.kind === "import" ? (given.get(source.name) ?? []) : []);
      const exports = add({ component: nested, isPlugged: true, levels: levels - 1, importPlace }, instances);
      const named = new Map(exports.map(({ name, from }) => [name, from]));
      places.push((source) =>
        source.kind === "instance" && source.export !== null ? (named.get(source.export) ?? []) : exports.flatMap(({ from }) => from),
      );
      return;
    }
    const index = instances.length;
    if (isPartOfNext(component, i)) {
      places.push((source) => [source.kind === "instance" ? { ...source, instance: index } : source]);
      merged = { args, byteLength: nested?.byteLength ?? 0 };
      return;
    }
    const role = isPlugged ? (isApp ? "app" : "plug") : instance.role;
    const isClosed = role === "re-export" || role === "plug";
    places.push((source) => [source.kind === "instance" ? { ...source, instance: index } : source]);
    // Namespaces of an adapter's imports may have a prefix, which those that it is given have not.
    const taken = isPlugged && !isApp ? args.map((wire, at) => renamed(wire, instance.args[at])) : args;
    const before = merged;
    merged = undefined;
    instances.push({
      name: nameOf(instance),
      component: before === undefined || nested === undefined ? nested : { ...nested, byteLength: nested.byteLength + before.byteLength },
      role,
      tasks: role === "adapter" && nested !== undefined ? tasksOf(nested) : [],
      opened: nested !== undefined && !isClosed && isComposed(nested) ? nested : undefined,
      args: before === undefined ? taken : [...taken.flatMap((wire) => withoutOwn(wire, index)), ...before.args],
    });
  });
  return placed(component.exports);
}

/** What goes on behind a stage of a script (compose/continuation.ts) is shown as the stage's: it does nothing by itself. */
function isPartOfNext({ instances }: NestedComponent, at: number): boolean {
  const [instance, next] = [instances[at], instances[at + 1]];
  const stage = next?.name ?? undefined;
  if (next === undefined || stage === undefined || instance?.name !== behindStage(stage)) return false;
  return next.args.some(({ from }) => from.some((source) => source.kind === "instance" && source.instance === at));
}

/** What an instance has from others. */
function withoutOwn(wire: Wire, index: number): readonly Wire[] {
  const from = wire.from.filter((source) => source.kind !== "instance" || source.instance !== index);
  return from.length === 0 && wire.from.length > 0 ? [] : [{ ...wire, from }];
}

/** What is of nobody else, in a part with a program of preview 1. */
const PROGRAM = "program";

/** Whose functions a core module has. */
function ownersOf(name: string, isOfProgram: boolean): readonly string[] {
  const owners = ownersOfModule(name);
  if (owners === undefined) return [isOfProgram ? PROGRAM : "other code"];
  // Nobody but the program asks for what is in it.
  if (isOfProgram && owners.hasMemory) return ["memory", ...owners.answering];
  return owners.answering.length > 0 ? owners.answering : ["other code"];
}

function tasksOf({ cores }: NestedComponent): readonly Task[] {
  const tasks = new Map<string, Task>();
  // What a program of preview 1 calls, it calls inside of the part.
  const isOfProgram = cores.some(({ name }) => name === RUNS_PROGRAM);
  const answering = cores
    .filter(({ answers }) => isOfProgram || answers.length > 0)
    .map((core) => ({ ...core, owners: ownersOf(core.name ?? "", isOfProgram) }));
  // A program comes first, and what lies in the module of the memory last.
  const place = ({ owners }: { readonly owners: readonly string[] }): number => (owners[0] === PROGRAM ? 0 : owners.length);
  for (const { owners, byteLength, calls } of answering.toSorted((left, right) => place(left) - place(right))) {
    const owner = owners.join(", ");
    const before = tasks.get(owner) ?? { name: owner, byteLength: 0, callsOut: false };
    tasks.set(owner, { name: owner, byteLength: before.byteLength + byteLength, callsOut: before.callsOut || calls.length > 0 });
  }
  return new Set(answering.flatMap(({ owners }) => owners)).size < 2 ? [] : [...tasks.values()];
}

/** The options of an output tell how often there is such a component, and this whether it can be one. */
export function canBePlugged({ coreModules, instances, metadata }: NestedComponent): boolean {
  return coreModules === 0 && instances.length === 2 && metadata === null;
}

function nameOf({ name, component }: NestedInstance): string {
  return name ?? (component === null ? "imported component" : `component ${component}`);
}

/** Under the name that the import around it has. */
function renamed(wire: Wire, inside: Wire | undefined): Wire {
  const [source] = inside?.from ?? [];
  return source?.kind === "import" ? { ...wire, name: source.name } : wire;
}
