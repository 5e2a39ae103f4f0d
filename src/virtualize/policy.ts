/**
 * What the settings say of an import, by what it is and not by how it is called: an instance is the interface that
 * its name or its attribute `implements` says.
 */
import type { Asked, Provider } from "../adapters/adapter-module.ts";
import { ALL_SERIES, wasiKey } from "../adapters/series.ts";
import { isOfKnownPackage, isPrivate, isServed, moduleOf, moduleOfKey, REST } from "../adapters/modules.ts";
import { implementedBy, meaningOf } from "../component/attributes.ts";
import { isHarmless } from "../component/callables.ts";
import { keyOf, meaningsOf, parseInterfaceName } from "../component/names.ts";
import type { Attributed, Extern } from "../component/types.ts";
import type { World } from "../component/world.ts";
import { LinkError } from "../errors.ts";
import type { ConfiguredModule, Settings } from "./settings.ts";
import type { Denial } from "../shim/refusal.ts";

/** "depends": on the other interfaces. "other series": of a WASI that cannot be virtualized, nor does an option leave it to the host. */
export type Decision = Provider | "depends" | "other series";

type Denials = Pick<Settings, "denyImports">;

/** How an import is denied by its name, or by that of the interface that it is; `undefined` if it is not. */
export function namedDenial(name: string, attributed: Attributed, { denyImports }: Denials): Denial | undefined {
  const rules = rulesOf(denyImports);
  const found = importMeanings(name, attributed).flatMap((meaning) => rules.get(meaning) ?? []);
  return found.toSorted((left, right) => left.at - right.at).at(-1)?.deny;
}

/** Whether an interface of ours to provide is imported and denied by its name. */
export function isDeniedByName(base: string, { imports }: World, settings: Denials): boolean {
  return [...imports].some(
    ([name, item]) => isServed(base, keyOf(implementedBy(item) ?? name)) && namedDenial(name, item, settings) !== undefined,
  );
}

/** The keys of all rules that are about an import. */
export function importMeanings(name: string, attributed: Attributed): readonly string[] {
  if (isPrivate(name, attributed)) return [];
  const implemented = implementedBy(attributed);
  return implemented === undefined ? meaningsOf(name) : [...meaningsOf(name), ...meaningsOf(implemented)];
}

interface Rule {
  /** Of two rules the later one counts. */
  readonly at: number;
  readonly deny: Denial;
}

const known = new WeakMap<Settings["denyImports"], ReadonlyMap<string, Rule>>();

/** By key, so that nobody goes through all of them for each import; made once for each list. */
function rulesOf(denyImports: Settings["denyImports"]): ReadonlyMap<string, Rule> {
  const rules = known.get(denyImports) ?? new Map(denyImports.map(({ name, deny }, at) => [keyOf(name), { at, deny }]));
  known.set(denyImports, rules);
  return rules;
}

/** How a denied import says no. */
export function denialOf(name: string, attributed: Attributed, settings: Settings): Denial {
  const { base } = parseInterfaceName(implementedBy(attributed) ?? name) ?? { base: name };
  return namedDenial(name, attributed, settings) ?? moduleOf(base).denial ?? settings.deny;
}

/**
 * The world with its instances of interfaces of WASI that are ours to provide marked as such, whatever they are called.
 * Others that implement an interface are denied, or the host's, under their own names: it may tell them apart. `hosts`
 * are names of those that turned out to be the host's, as streams are where nothing is virtual.
 */
export function served(world: World, settings: Settings, hosts: ReadonlySet<string> = new Set()): World {
  const imports = new Map<string, Extern>();
  for (const [name, item] of world.imports) {
    const as = item.kind === "instance" && !hosts.has(name) ? implementedBy(item) : undefined;
    const isOurs = as !== undefined && !["host", "deny", "other series"].includes(decide(name, item, settings, world));
    imports.set(name, isOurs && item.kind === "instance" ? { ...item, as } : item);
  }
  return { ...world, imports };
}

/** @throws LinkError for an import that cannot be decided about */
export function decide(name: string, item: Extern, settings: Settings, world: World): Decision {
  const named = namedDenial(name, item, settings);
  if (/^[a-z-]+=</.test(name) && named === undefined && !settings.allowAll)
    throw new LinkError(
      `import \`${name}\` is a dependency by its own kind of name, which may be anything: \`allowAll\` leaves it to the host`,
      { import: name },
    );
  const parsed = parseInterfaceName(meaningOf(name, item));
  if (parsed === undefined) return named === undefined ? "host" : "deny";
  const { base, namespace, key, version } = parsed;
  const module = moduleOfKey(base, key);
  if (named !== undefined && module?.decidesDenied !== true) return "deny";
  if (module === undefined && namespace !== "wasi") return "host";
  if (module === undefined && !isServed(base, key) && isOfKnownPackage(base)) {
    if (version === undefined || version.includes("-")) {
      const why = version === undefined ? "it has no version" : `version ${version} has other types than ${version.slice(0, 3)}`;
      throw new LinkError(
        `import \`${name}\`: ${why}, and only ${ALL_SERIES.map((each) => `${each}.x`).join(" and ")} can be virtualized`,
        {
          import: name,
        },
      );
    }
    return isHarmless(item) || configuredOf(moduleOf(base), settings).isHosts(base) ? "host" : "other series";
  }
  const asked: Asked = {
    ...{ base, item, named, world },
    denial: denialOf(name, item, settings),
    isDeniedByName: (other) => isDeniedByName(other, world, settings),
  };
  return configuredOf(module ?? REST, settings).decide(asked) ?? "depends";
}

/** Who would provide an interface of WASI that the app does not import. */
export function wouldProvide(base: string, settings: Settings, world: World, series?: string): Provider {
  const name = wasiKey(base, series);
  const decision = decide(name, { kind: "instance", exports: new Map() }, settings, world);
  return decision === "depends" || decision === "other series" ? "deny" : decision;
}

function configuredOf(module: ConfiguredModule["module"], { modules }: Settings): ConfiguredModule {
  const found = modules.find((each) => each.module === module);
  if (found === undefined) throw new Error(`the module \`${module.name}\` is not configured`);
  return found;
}
