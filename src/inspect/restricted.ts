/**
 * Which of an app's imports stand behind rules, as far as the wiring shows it. Recorded rules are about functions: nothing in the
 * output may get one of these as the host has it, but the part that has the rules. What that part does with it is its code, and is
 * not looked at.
 */
import type { Guard } from "../adapters/adapter-module.ts";
import { guardsOf } from "../adapters/modules.ts";
import { decodeComponent } from "../binary/component.ts";
import { meaningOf } from "../component/attributes.ts";
import { callablesIn } from "../component/callables.ts";
import { type World, worldOf } from "../component/world.ts";
import { ownersOfModule } from "../compose/part.ts";
import { FormatError } from "../errors.ts";
import { canBePlugged } from "./flattened.ts";
import { detailsOf, type LoweredFunc, type NestedComponent, type NestedCore, type NestedInstance, ofImport, type Wire } from "./nesting.ts";
import type { FoundProgram } from "./program.ts";

/** Functions of the host that lead around a rule. */
export interface Bypass {
  /** What the rule is about, `http`. */
  readonly rules: string;
  readonly import: string;
  /** Those that the component may call past the rule; without any, it cannot be told which. */
  readonly functions: readonly string[];
}

export interface Restrictions {
  /** The app's imports of which functions stand behind rules. */
  readonly restricted: ReadonlySet<string>;
  readonly bypasses: readonly Bypass[];
}

/** A component with what it is instantiated with, in another one. */
interface Level {
  readonly component: NestedComponent;
  readonly bytes: Uint8Array;
  readonly args: readonly Wire[];
  readonly around: Level | undefined;
}

/** Somebody who may call what it is given. */
interface User extends Level {
  readonly around: Level;
  readonly isApp: boolean;
}

/** A function of the host's, by its interface and name; `null` where it may be any. */
interface Reached {
  readonly import: string;
  readonly label: string | null;
}

interface Known {
  readonly world: World;
  readonly program: FoundProgram | undefined;
}

export function restrictionsOf(bytes: Uint8Array, component: NestedComponent, { world: { imports }, program }: Known): Restrictions {
  const guards = guardsOf(component.metadata?.policy ?? {});
  const restricted = new Set<string>();
  const found = new Map<string, Set<string>>();
  const users = guards.length === 0 ? [] : usersIn({ component, bytes, args: [], around: undefined });
  for (const user of users) {
    for (const guard of guards) {
      if (owns(user.component, guard) || (guard.isOfApp === true && !user.isApp)) continue;
      const edge = edgeFor(guard, user);
      const given = edge === undefined ? imports : worldOf(edge.bytes).imports;
      for (const [name, { meaning, labels }] of takenBy(user)) {
        const reached = user.args
          .filter((arg) => arg.name === name)
          .flatMap((arg) => labels.flatMap((label) => reachedBy(user.around, arg, { label, edge })));
        const past = reached.filter((each) => {
          const item = given.get(each.import);
          return item !== undefined && guard.isAbout(meaningOf(each.import, item), each.label);
        });
        for (const each of past) {
          const key = JSON.stringify([guard.rules, each.import]);
          const functions = found.get(key) ?? new Set();
          found.set(key, each.label === null ? functions : functions.add(each.label));
        }
        if (user.isApp && past.length === 0 && labels.some((label) => guard.isAbout(meaning, label))) restricted.add(name);
      }
    }
  }
  for (const guard of guards) {
    for (const { name, label } of program === undefined ? [] : pastInPart(program, guard)) {
      const item = imports.get(name);
      if (item === undefined || !guard.isAbout(meaningOf(name, item), label ?? null)) continue;
      const key = JSON.stringify([guard.rules, name]);
      const functions = found.get(key) ?? new Set();
      found.set(key, label === undefined ? functions : functions.add(label));
    }
  }
  const bypasses = [...found].map(([key, functions]): Bypass => {
    const [rules, name] = JSON.parse(key) as [string, string];
    return { rules, import: name, functions: [...functions] };
  });
  for (const each of bypasses) restricted.delete(each.import);
  return { restricted, bypasses };
}

/** What core modules of a program's part have of the host, but that with the rules. The part has the host's instances as they are. */
function pastInPart({ part }: FoundProgram, guard: Guard): readonly LoweredFunc[] {
  return part.cores.flatMap((each) => (isOf(each, guard) ? [] : (detailsOf(each)?.lowered ?? [])));
}

/** All that has code, but what the app itself is made of; parts that stand in front of the app lie around it. */
function usersIn(level: Level, plugs = level.component.metadata?.policy?.adapters?.length ?? 0): readonly User[] {
  const { instances } = level.component;
  const isOutermost = level.around === undefined;
  return instances.flatMap((instance, i): readonly User[] => {
    const inside = insideOf(level, instance);
    const isApp = isOutermost ? instance.role === "app" : i === instances.length - 1;
    const isBehindPart = isApp && isBehind(inside.component);
    if (isApp && (isBehindPart || (plugs > 0 && canBePlugged(inside.component)))) return usersIn(inside, isBehindPart ? plugs : plugs - 1);
    const { coreModules, components, instances: nested } = inside.component;
    const isCode = isApp || instance.component === null || coreModules + components.length + nested.length > 0;
    return isCode ? [{ ...inside, isApp }] : [];
  });
}

const UNKNOWN: NestedComponent = {
  ...{ name: null, byteLength: 0, coreModules: 0, metadata: null, embedded: null },
  ...{ cores: [], components: [], instances: [], exports: [] },
};

function insideOf(level: Level, { component, args }: NestedInstance): User {
  const nested = decodeComponent(level.bytes).flatMap((each) => (each.kind === "component" ? [each.bytes] : []));
  const found = component === null ? undefined : level.component.components[component];
  const bytes = (component === null ? undefined : nested[component]) ?? new Uint8Array();
  return { component: found ?? UNKNOWN, bytes, args, around: level, isApp: false };
}

/** Whether a component is a part of ours, what hands on the names of interfaces, and what stands behind them. */
function isBehind({ coreModules, metadata, instances, components }: NestedComponent): boolean {
  const [first] = instances;
  const part = first === undefined || first.component === null ? undefined : components[first.component];
  return coreModules === 0 && metadata === null && instances.length > 1 && (part?.cores.some(({ name }) => isOurs(name)) ?? false);
}

const isOurs = (name: string | null): boolean => ownersOfModule(name ?? "") !== undefined;

const owns = ({ cores }: NestedComponent, guard: Guard): boolean => cores.some((each) => isOf(each, guard));

function isOf({ name }: NestedCore, { core }: Guard): boolean {
  const owners = ownersOfModule(name ?? "");
  return owners !== undefined && (owners.using === core || owners.answering.includes(core));
}

/** What a component imports: as which interface, and which functions of it; `null` where any may be. */
function takenBy({ bytes, args }: User): ReadonlyMap<string, { readonly meaning: string; readonly labels: readonly (string | null)[] }> {
  try {
    const { imports } = worldOf(bytes);
    return new Map(
      [...imports].map(([name, item]) => {
        const labels = item.kind === "instance" ? callablesIn(item).map(({ path }) => path) : item.kind === "type" ? [] : [null];
        return [name, { meaning: meaningOf(name, item), labels }];
      }),
    );
  } catch (error) {
    // It needs what is around it.
    if (!(error instanceof FormatError)) throw error;
    return new Map(args.map(({ name }) => [name, { meaning: name, labels: [null] }]));
  }
}

/** Where what the app calls has to have come by its rules: the component that has their part. All of the output, if none has. */
function edgeFor(guard: Guard, user: User): Level | undefined {
  let level: Level | undefined = guard.isOfApp === true ? user.around : undefined;
  while (level !== undefined && !level.component.components.some((each) => owns(each, guard))) level = level.around;
  return level;
}

interface Taken {
  readonly label: string | null;
  readonly edge: Level | undefined;
}

/** The functions of imports of the edge that one of what is handed on is, unless code in between answers it. */
function reachedBy(level: Level, wire: Wire, { label, edge }: Taken): readonly Reached[] {
  if (wire.sort === "type") return [];
  const { label: own, isBundle } = ofImport(wire);
  return wire.from.flatMap((source): readonly Reached[] => {
    if (source.kind === "import") {
      const inside = own === undefined || label === null ? (own ?? label) : `${own}/${label}`;
      const taken = isBundle === true ? null : inside;
      const { around } = level;
      if (around === undefined || level.component === edge?.component) return [{ import: source.name, label: taken }];
      return level.args.filter(({ name }) => name === source.name).flatMap((arg) => reachedBy(around, arg, { label: taken, edge }));
    }
    const instance = source.kind === "instance" ? level.component.instances[source.instance] : undefined;
    if (source.kind !== "instance" || instance === undefined) return [];
    if (instance.component === null) return instance.args.flatMap((arg) => reachedBy(level, arg, { label: null, edge }));
    const inside = insideOf(level, instance);
    const answered = new Set(inside.component.cores.flatMap(({ answers }) => answers));
    const wanted = source.export ?? (isBundle === true ? null : label);
    return inside.component.exports
      .filter(({ name }) => (wanted === null || name === wanted) && !answered.has(name))
      .flatMap((each) => reachedBy(inside, each, { label: source.export === null ? null : label, edge }));
  });
}
