/** Options that were checked, and the modules that they configure. */
import type { Configured, Layer, Registered, General } from "../adapters/adapter-module.ts";
import { EXCLUSIONS, excludeText, isOptionGiven, RECORDED } from "../adapters/modules.ts";
import type { Recorded } from "../adapters/option-table.ts";
import { ADAPTERS, type Options, type Policy } from "../adapters/registry.ts";
import { type DeniedImport, deniedImports } from "../adapters/rest/index.ts";
import type { Chunk } from "../binary/chunk.ts";
import type { Exports } from "../component/types.ts";
import { OptionError } from "../errors.ts";
import { checkOptions, type Shape } from "../shapes.ts";

export interface Settings extends General {
  /** In the order of the registry. */
  readonly modules: readonly ConfiguredModule[];
  /** What stands in front of the rest, in no order. */
  readonly layers: readonly Layer[];
  /** Of two that mean an import the last decides. */
  readonly denyImports: readonly Required<DeniedImport>[];
  /** Interfaces that the output exports beside what the app exports, in full. */
  readonly exported: ReadonlyMap<string, Exports>;
  /** Those that an adapter without an app exports besides. */
  readonly alone: ReadonlyMap<string, Exports>;
}

export type ConfiguredModule = Configured & { readonly module: Registered<Options<Chunk>> };

/** The shape of each option. */
export const SHAPES: Readonly<Record<string, Shape>> = Object.fromEntries(
  ADAPTERS.flatMap(({ options }) => Object.entries(options).map(([name, { shape }]) => [name, shape] as const)),
);

/**
 * `more` are the shapes of options that are not for the settings.
 * @throws OptionError for what no option is, for a value that it does not take, and for options that exclude each other
 */
export function settingsOf(options: Options<Chunk>, more: Readonly<Record<string, Shape>> = {}): Settings {
  checkOptions({ ...SHAPES, ...more }, options);
  for (const [one, other] of EXCLUSIONS)
    if (isOptionGiven(options, one) && isOptionGiven(options, other)) throw new OptionError(one, excludeText(one, other));
  // A copy for this call: what modules remember of it must not outlive a change of the caller's.
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const implied = ADAPTERS.map((module) => module.implies?.(options));
  const own: Options<Chunk> = Object.assign({}, ...implied, given) as Options<Chunk>; // what is implied are options
  const general = { allowAll: own.allowAll === true, deny: own.deny ?? "error", traceDenied: own.traceDenied === true } as const;
  const modules = ADAPTERS.map((module) => ({ ...module.configure(own, general), module }));
  return {
    ...general,
    modules,
    layers: modules.flatMap(({ layers = [] }) => layers),
    denyImports: deniedImports(options),
    exported: new Map(modules.flatMap(({ exported }) => [...(exported ?? [])])),
    alone: new Map(modules.flatMap(({ alone }) => [...(alone ?? [])])),
  };
}

/** What an output tells of its options, in the order of the table of checks. */
export function policyOf({ modules }: Settings): Policy {
  const allow = modules.flatMap(({ isAllowed, module }) => (isAllowed === true ? [module.name] : [])).sort();
  const all: Readonly<Record<string, Recorded | undefined>> = Object.assign(
    { allow: allow.length > 0 ? allow : undefined },
    ...modules.map(({ recorded }) => recorded),
  );
  // Each module records what its own policy says.
  return Object.fromEntries(Object.keys(RECORDED).flatMap((key) => (all[key] === undefined ? [] : [[key, all[key]]]))) as Policy;
}
