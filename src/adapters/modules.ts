/** Which module looks after an interface, and what follows from that for everybody who asks. */
import { meaningOf } from "../component/attributes.ts";
import { parseInterfaceName } from "../component/names.ts";
import type { Attributed, Exports } from "../component/types.ts";
import type { Chunk } from "../binary/chunk.ts";
import type { Bound, Guard, Registered } from "./adapter-module.ts";
import { ALL_SERIES, ASYNC_SERIES, wasiKey } from "./series.ts";
import type { Learned, Observed } from "./observed.ts";
import type { Check, FlagTable, Option, Sample } from "./option-table.ts";
import { ADAPTERS, type Options, type Policy } from "./registry.ts";

type Module = Registered<Options<Chunk>>;

interface Owned {
  readonly module: Module;
  readonly word: string;
}

/** Interfaces between layers of ours and their cores. */
export const PRIVATE_INTERFACES: ReadonlyMap<string, Exports> = new Map(
  ADAPTERS.flatMap(({ privateInterfaces }) => [...(privateInterfaces ?? [])]),
);

/** Whether an import is one of these, in whatever version, or under whatever name. */
export const isPrivate = (name: string, attributed: Attributed): boolean =>
  PRIVATE_INTERFACES.has(parseInterfaceName(meaningOf(name, attributed))?.base ?? name);

const owned: ReadonlyMap<string, Owned> = new Map(
  ADAPTERS.flatMap((module) => [
    ...Object.entries(module.interfaces).map(([name, word]) => [name, { module, word }] as const),
    ...[...(module.privateInterfaces?.keys() ?? [])].map((name) => [name, { module, word: "other" }] as const),
  ]),
);
const packages: ReadonlySet<string> = new Set([...owned.keys()].map(packageOf));

function packageOf(name: string): string {
  return name.replace(/\/.*/, "");
}

const ownedAs = (base: string): Owned | undefined => owned.get(base) ?? owned.get(`${packageOf(base)}/*`);

/** Who decides about what nobody looks after. */
export const REST: Module = ADAPTERS.find(({ name }) => name === "rest") ?? refuseRegistry();

function refuseRegistry(): never {
  throw new Error("the registry has no module for the rest");
}

/** Who looks after an interface of WASI, whatever its version. */
export const moduleOf = (base: string): Module => ownedAs(base)?.module ?? REST;

/** What was there in 0.2 alone: in 0.3, streams are types of their own. */
const isGone = (base: string, series: string): boolean => series === ASYNC_SERIES && packageOf(base) === "wasi:io";

/** Whether an interface of WASI, known or not, is of a series that we deal with. */
export const isServed = (base: string, key: string): boolean =>
  ALL_SERIES.some((series) => key === wasiKey(base, series) && !isGone(base, series));

/** Who looks after exactly this one; `undefined` for another version of it, and for what is not ours. */
export function moduleOfKey(base: string, key: string): Module | undefined {
  const found = ownedAs(base)?.module;
  if (isServed(base, key) || found?.hasAnyVersion === true) return found;
  // Of WASI the list has names without version, and such an import may be of any.
  return base.startsWith("wasi:") ? undefined : owned.get(key)?.module;
}

/** The word that inspections have for an interface of WASI; `undefined` where there is none. */
export const wordFor = (base: string): string | undefined => ownedAs(base)?.word;

/** Whether it is of a package of which we know something: another version of it may be anything. */
export const isOfKnownPackage = (base: string): boolean => packages.has(packageOf(base));

/** All words, in the order of the alphabet. */
export const WORDS: readonly string[] = [...new Set(ADAPTERS.flatMap(({ interfaces }) => Object.values(interfaces)))]
  .filter((word) => word !== "io" && word !== "other")
  .sort();

/** With which flags of the command a denied interface is let through; `undefined` for what only its name can deny. */
export function flagsAllowing(base: string): string | undefined {
  return parseInterfaceName(base)?.namespace === "wasi" ? (moduleOf(base).allowing?.(base).flags ?? "--allow-all") : undefined;
}

/** The same in the words of the library. */
export const optionsAllowing = (base: string): string => moduleOf(base).allowing?.(base).options ?? `allow \`${base}\``;

/** What stands behind "is denied" where an interface is denied because no option allows it. */
export function allowedByText(base: string): string {
  const flags = flagsAllowing(base);
  return flags === undefined ? "" : `; ${flags} lets it through`;
}

/** The same where an option denies it by its name. */
export const BY_NAME = " by --deny-import";

/** What a policy file may give of an interface of WASI with these functions. */
export function samplesOf(base: string, labels: readonly string[]): readonly Sample[] {
  const wanted = [base, ...labels.map((label) => `${base}#${label}`)];
  return moduleOf(base).samples?.filter(({ of = [base] }) => of.some((each) => wanted.includes(each))) ?? [];
}

/** What a run of a program needed of a module, as options that give no more. */
export function learnedOf(module: Module, observed: Observed): Learned {
  const own = module.learned?.(observed) ?? { settings: [], notes: [] };
  const called = [...observed.functions].map((each) => each.split("#") as [base: string, label: string]);
  const samples = called.flatMap(([base, label]) => (moduleOf(base) === module ? samplesOf(base, [label]) : []));
  const settings = [...own.settings, ...samples.filter(({ isHosts }) => isHosts === true)];
  return { ...own, settings: [...new Map(settings.map((each) => [each.flag, each])).values()] };
}

/** The flags of modules. */
export const flagsOf = (modules: readonly Module[]): FlagTable => Object.assign({}, ...modules.map(({ flags }) => flags)) as FlagTable; // each is one

/** The headings of the help, and the flags below each. */
export function groupsOf(modules: readonly Module[]): readonly (readonly [heading: string, names: readonly string[]])[] {
  const found = new Map<string, readonly string[]>();
  for (const { heading, flags } of modules) {
    const names = Object.keys(flags);
    if (names.length > 0) found.set(heading, [...(found.get(heading) ?? []), ...names]);
  }
  return [...found];
}

/** Pairs of options that cannot be given together, by their names in the library. */
export const EXCLUSIONS: readonly (readonly [one: string, other: string])[] = ADAPTERS.flatMap(({ options }) =>
  Object.entries(options).flatMap(([one, { excludes = [] }]) => excludes.map((other) => [one, other] as const)),
);

/** What is said of the two, as whoever gave them calls them. */
export const excludeText = (one: string, other: string): string => `\`${one}\` and \`${other}\` exclude each other`;

/** Whether an option was given: `false` says no more than nothing. */
export const isGiven = (value: unknown): boolean => value !== undefined && value !== false;

/** The same of an option of the library: a list of places without any gives nothing either. */
export function isOptionGiven(options: object, option: string): boolean {
  const value = (options as Readonly<Record<string, unknown>>)[option];
  const isEmpty = rowOf(option)?.isNothingIfEmpty === true && Array.isArray(value) && value.length === 0;
  return isGiven(value) && !isEmpty;
}

const rowOf = (option: string): Option<unknown> | undefined =>
  ADAPTERS.find(({ options }) => Object.hasOwn(options, option))?.options[option];

/** The flag that stands for an option of the library. */
export const flagOf = (option: string): string | undefined => rowOf(option)?.flag;

/** What outputs may tell of their options, in its order. */
export const RECORDED: Readonly<Record<string, Check>> = Object.assign({}, ...ADAPTERS.map(({ recorded }) => recorded?.checks)) as Readonly<
  Record<string, Check>
>; // each is one

/** What of it is as we write it; whoever made the output may have written anything. */
export function checkedPolicy(policy: Readonly<Record<string, unknown>>): Policy {
  const known = Object.entries(RECORDED).filter(([key, check]) => key in policy && check(policy[key]));
  return Object.fromEntries(known.map(([key]) => [key, policy[key]])) as Policy; // each was checked
}

/** A label and a text for each thing that the options gave. */
export function policyRows(policy: Policy): readonly (readonly [label: string, text: string])[] {
  const values = policy as Readonly<Record<string, unknown>>;
  return ADAPTERS.flatMap(({ recorded }) => recorded?.shown(values) ?? []);
}

/** What of it bounds what the app gets of the host's, by its keys. */
export const BOUNDS: Readonly<Record<string, Bound>> = Object.assign({}, ...ADAPTERS.map(({ recorded }) => recorded?.bounds)) as Readonly<
  Record<string, Bound>
>; // each is one

/** The rules among it. */
export function guardsOf(policy: Policy): readonly Guard[] {
  const values = policy as Readonly<Record<string, unknown>>;
  return ADAPTERS.flatMap(({ recorded }) => recorded?.guards?.(values) ?? []);
}
