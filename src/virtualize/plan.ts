/**
 * Who provides each interface that the app imports: the host, an adapter, or a stub that refuses. Modules decide, import by
 * import, and finish what depends on others, in the order of the registry.
 */
import type { Core, Draft, Provider } from "../adapters/adapter-module.ts";
import { ALL_SERIES } from "../adapters/series.ts";
import { allowedByText, BY_NAME } from "../adapters/modules.ts";
import { article } from "../article.ts";
import { implementedBy, meaningOf } from "../component/attributes.ts";
import type { Interfaces } from "../component/interfaces.ts";
import { importKey, parseInterfaceName } from "../component/names.ts";
import { type Extern, type FuncType, resourcesOf } from "../component/types.ts";
import type { World } from "../component/world.ts";
import { deniedFunctions } from "./denied-functions.ts";
import { LinkError } from "../errors.ts";
import { nothingToDeny, untoldHosts } from "./plan-warnings.ts";
import { decide, denialOf, isDeniedByName, namedDenial, wouldProvide } from "./policy.ts";
import type { Settings } from "./settings.ts";
import type { Denial } from "../shim/refusal.ts";
import type { DeniedFunction } from "../shim/stubs.ts";

export interface Plan {
  /** By interface key. */
  readonly providers: ReadonlyMap<string, Provider>;
  /** How the interfaces say no that are denied. */
  readonly denials: ReadonlyMap<string, Denial>;
  /** What the names of their functions that trap say behind "is denied". */
  readonly denialTexts: ReadonlyMap<string, string>;
  /** Functions of the host's interfaces that mention a denied resource. */
  readonly deniedFunctions: readonly DeniedFunction[];
  /** What there is to link where it provides anything, in the order of the registry. */
  readonly cores: readonly Core[];
  readonly warnings: readonly string[];
}

/** @throws LinkError for an import that cannot be decided about */
export function planOf(world: World, interfaces: Interfaces, settings: Settings): Plan {
  const decided = decideAll(world, settings);
  const { providers, denials, denialTexts, bases } = decided;
  const warnings: string[] = [];
  let hostResources: ReadonlySet<string> | undefined;
  const handedOn = new Set<string>();
  const cores: Core[] = [];
  const draft: Draft = {
    world,
    get undecided() {
      return new Map([...bases].filter(([key]) => !providers.has(key)));
    },
    imports: (wanted) => [...bases.values()].some((base) => base === wanted || `${base.replace(/\/.*/, "")}/*` === wanted),
    providerOf: (key) => providers.get(key),
    wouldProvide: (base, series) => wouldProvide(base, settings, world, series),
    isDeniedByName: (base) => isDeniedByName(base, world, settings),
    get hostResources() {
      return (hostResources ??= resourcesOfHost(world, interfaces, decided));
    },
    provide: (key, provider) => void providers.set(key, provider),
    isLender: (id) => cores.some(({ lenders = [] }) => lenders.includes(id)),
    handOn: (key, resource) => void handedOn.add(`${key} ${resource}`),
    reaches: (key, resource) => [...handedOn, ...resourcesOfHost(world, interfaces, decided)].some((each) => each === `${key} ${resource}`),
    warn: (text) => void warnings.push(text),
  };
  for (const module of settings.modules) cores.push(...[module.finish?.(draft) ?? []].flat());
  warnings.push(...nothingToDeny(world, settings), ...untoldHosts(world));
  return {
    providers,
    denials,
    denialTexts,
    cores,
    deniedFunctions: deniedFunctions(world, interfaces, { ...decided, warnings }),
    warnings,
  };
}

interface Decided {
  readonly providers: Map<string, Provider>;
  readonly denials: ReadonlyMap<string, Denial>;
  readonly denialTexts: ReadonlyMap<string, string>;
  /** Of each key of an interface, its name without version. */
  readonly bases: ReadonlyMap<string, string>;
}

/** Import by import. What depends on the others has no provider yet. */
function decideAll(world: World, settings: Settings): Decided {
  const refused: string[] = [];
  const providers = new Map<string, Provider>();
  const denials = new Map<string, Denial>();
  const denialTexts = new Map<string, string>();
  const bases = new Map<string, string>();
  for (const [name, item] of world.imports) {
    const decision = decide(name, item, settings, world);
    if (decision === "other series") refused.push(name);
    if (item.kind !== "instance") {
      if (item.kind === "type" ? namedDenial(name, item, settings) === undefined : decision === "host") continue;
      if (decision === "deny" && item.kind !== "func")
        throw new LinkError(`import \`${name}\` is ${article(item.kind)}, only interfaces and functions can be denied`, {
          import: name,
          wanted: "instance or func",
          found: item.kind,
        });
      if (decision === "deny") {
        providers.set(name, decision);
        denials.set(name, denialOf(name, item, settings));
        denialTexts.set(name, denialText(name, item, settings));
      } else if (decision !== "other series")
        throw new LinkError(
          `import \`${name}\` is ${article(item.kind)}: an interface of that name is virtualized, and this can only be denied`,
          { import: name, wanted: "instance", found: item.kind },
        );
      continue;
    }
    const key = importKey(name, item);
    bases.set(key, parseInterfaceName(implementedBy(item) ?? name)?.base ?? name);
    // Imported under several versions, it is one interface: denied if any of them is.
    if (decision !== "depends" && decision !== "other series" && providers.get(key) !== "deny") providers.set(key, decision);
    if (denials.get(key) !== "trap") denials.set(key, denialOf(name, item, settings));
    if (denialTexts.get(key) !== BY_NAME) denialTexts.set(key, denialText(name, item, settings));
  }
  if (refused.length > 0) {
    const names = refused.map((name) => `\`${name}\``).join(", ");
    const way = settings.allowAll ? "leave out the options that decide about them" : "`allowAll` allows them";
    throw new LinkError(
      `imports of WASI that are neither ${ALL_SERIES.join(" nor ")} cannot be virtualized and would be the host's: ${names}; ${way}, or \`denyImports\` denies them`,
    );
  }
  return { providers, denials, denialTexts, bases };
}

/** What stands behind "is denied": which option denies an import, or which would not. */
const denialText = (name: string, item: Extern, settings: Settings): string =>
  namedDenial(name, item, settings) === undefined ? allowedByText(parseInterfaceName(meaningOf(name, item))?.base ?? name) : BY_NAME;

/** The resources that functions of the host's mention, but for functions that mention denied ones. */
function resourcesOfHost({ imports }: World, interfaces: Interfaces, { providers, denials }: Decided): ReadonlySet<string> {
  const found = [...imports].flatMap(([name, item]) => {
    const isHosts = item.kind === "func" ? !denials.has(name) : providers.get(importKey(name, item)) === "host";
    return (isHosts ? functionsOf(interfaces, name, item) : []).flatMap((type) => {
      const homes = [...resourcesOf(type)].flatMap((resource) => interfaces.homeOf(resource) ?? []);
      return homes.some(({ key }) => providers.get(key) === "deny") ? [] : homes.map((home) => `${home.key} ${home.name}`);
    });
  });
  return new Set(found);
}

function functionsOf(interfaces: Interfaces, name: string, imported: Extern): readonly FuncType[] {
  if (imported.kind === "func") return [interfaces.canonicalFunc(imported.type)];
  if (imported.kind !== "instance") return [];
  return [...imported.exports.keys()].flatMap((label) => {
    const item = interfaces.get(importKey(name, imported))?.exports.get(label);
    return item?.kind === "func" ? [item.type] : [];
  });
}
