/**
 * What became of each import, and what the output asks of its host.
 */
import { byteLength } from "../binary/chunk.ts";
import type { Interfaces } from "../component/interfaces.ts";
import { isPrivate, guardsOf } from "../adapters/modules.ts";
import { callablesIn } from "../component/callables.ts";
import { implementedBy, meaningOf } from "../component/attributes.ts";
import { importKey, keyOf } from "../component/names.ts";
import type { Exports } from "../component/types.ts";
import type { World } from "../component/world.ts";
import { NO_INTERFACE } from "../compose/part.ts";
import type { Composed } from "../compose/outer.ts";
import type { FilesReport } from "../adapters/filesystem/report.ts";
import type { Policy } from "../adapters/registry.ts";
import { isGiven, reasonOf } from "../inspect/reasons.ts";
import { wordOf } from "../inspect/subsystems.ts";
import type { Plan } from "./plan.ts";
import type { PluggedComponent } from "./stack.ts";

/** "restricted": the host's behind rules; "plugged": a component of the user's provides it. */
export type Outcome = "allowed" | "restricted" | "denied" | "virtualized" | "plugged";

export interface Report {
  /** What the app imports; without an app, all that there is to import. */
  readonly imports: readonly { readonly name: string; readonly outcome: Outcome; readonly plug?: string }[];
  /** Components of the user's, the first right below the app: what becomes of their own imports. */
  readonly plugs: readonly {
    readonly name: string;
    readonly provides: readonly string[];
    readonly imports: readonly { readonly name: string; readonly outcome: Outcome; readonly plug?: string }[];
    readonly byteLength: number;
  }[];
  /** Of a script, its commands in order. */
  readonly stages?: readonly StageReport[];
  /** What the output imports: functions, and why. */
  readonly hostImports: readonly { readonly name: string; readonly functions: readonly string[]; readonly reason: string }[];
  readonly exports: readonly string[];
  readonly files: FilesReport;
  /** Bytes: of the app, of the user's components, of the parts without what they embed, of what they embed, of the rest, of all. */
  readonly sizes: {
    readonly app: number;
    readonly plugged: number;
    readonly adapters: number;
    readonly image: number;
    readonly outer: number;
    readonly total: number;
  };
  readonly warnings: readonly string[];
}

export interface StageReport {
  /** The word that the script has for it. */
  readonly program: string;
  /** What the program imports. */
  readonly imports: Report["imports"];
}

interface Facts {
  readonly appBytes: number;
  /** The app lies in one of the parts. */
  readonly isAppInPart: boolean;
  /** Of what was virtualized. */
  readonly world: World | undefined;
  readonly imports: Exports;
  /** Imports of the app that plugs provide, and their names. */
  readonly plugged: ReadonlyMap<string, string>;
  readonly plugs: readonly PluggedComponent[];
  readonly exports: readonly string[];
  readonly interfaces: Interfaces;
  readonly plan: Plan;
  readonly policy: Policy;
  readonly composed: Composed;
  /** What each part needs of the host, by what it is called in a reason. */
  readonly needs: ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>;
  readonly imageBytes: number;
  readonly files: Report["files"] | undefined;
}

/** What becomes of an import; `world` is that of the app, if there is one. */
export function outcomeOf(name: string, plan: Plan, world: World | undefined): Outcome {
  if (plan.deniedFunctions.some((each) => each.key === NO_INTERFACE && each.name === name)) return "denied";
  const item = world?.imports.get(name);
  const provider = plan.providers.get(item === undefined ? keyOf(name) : importKey(name, item)) ?? "host";
  return provider === "host" ? "allowed" : provider === "deny" ? "denied" : "virtualized";
}

export function reportOf({
  appBytes,
  isAppInPart,
  world,
  imports,
  plugged,
  plugs,
  exports,
  interfaces,
  plan,
  policy,
  composed,
  needs,
  imageBytes,
  files,
}: Facts): Report {
  const guards = guardsOf(policy);
  const isRestricted = (name: string): boolean => {
    const item = imports.get(name);
    const meaning = item === undefined ? name : meaningOf(name, item);
    const labels = item === undefined ? [] : callablesIn(item).map(({ path }) => path);
    return guards.some((guard) => labels.some((label) => guard.isAbout(meaning, label)));
  };
  const left = world && new Set([...world.imports.keys()].map(keyOf));
  const entryOf = (name: string, plug: string | undefined): Report["imports"][number] => {
    if (plug !== undefined) return { name, outcome: "plugged", plug };
    const outcome = outcomeOf(name, plan, world);
    if (outcome !== "allowed") return { name, outcome };
    // A layer of ours answers all of it, and asks for none of it.
    if (left !== undefined && !left.has(keyOf(name))) return { name, outcome: "virtualized" };
    return { name, outcome: isRestricted(name) ? "restricted" : outcome };
  };
  const hostImports = [...composed.host].map(([key, names]) => {
    const functions = interfaces.pick(key, names).flatMap(([name, item]) => (item.kind === "func" ? [name] : []));
    const users = [...needs].flatMap(([user, wanted]) => (wanted.has(key) ? [user] : []));
    const { name, attributes } = interfaces.get(key) ?? { name: key, attributes: [] };
    const isAllowed = plan.providers.get(key) === "host" || isGiven(wordOf(implementedBy({ attributes }) ?? name, functions), policy);
    return { name, functions, reason: reasonOf({ name, functions, isAllowed, users }) };
  });
  const total = byteLength(composed.chunks);
  const parts = [...composed.partBytes.values()].reduce((sum, bytes) => sum + bytes, isAppInPart ? -appBytes : 0);
  const ofUser = plugs.reduce((sum, { byteLength: bytes }) => sum + bytes, 0);
  return {
    imports: [...imports].flatMap(([name, item]) => (isPrivate(name, item) ? [] : [entryOf(name, plugged.get(name))])),
    plugs: plugs.map(({ imports: own, ...plug }, i) => {
      const next = (name: string): string | undefined =>
        plugs.slice(i + 1).find(({ provides }) => provides.some((each) => keyOf(each) === keyOf(name)))?.name;
      return { ...plug, imports: own.map((name) => entryOf(name, next(name))) };
    }),
    hostImports,
    exports,
    files: files ?? {
      count: 0,
      bytes: 0,
      storedBytes: 0,
      compressed: null,
      writable: [],
      preopens: [],
      hostFiles: [],
      hidden: [],
      protected: [],
      limits: {},
      streams: {},
    },
    sizes: {
      app: appBytes,
      plugged: ofUser,
      adapters: parts - imageBytes,
      image: imageBytes,
      outer: total - parts - appBytes - ofUser,
      total,
    },
    warnings: plan.warnings,
  };
}
