/**
 * Interfaces to export beside what the app exports: an export such as `parse: func(in: input-stream)` can
 * only be used if its caller can name the type, and make or read what is of it. So the interface that a
 * virtual resource lives in is exported too, in full, with all that its own functions mention. Of records and
 * the like only the types are needed.
 */
import { has, importsOf, newestVersion } from "./adapters/wasi-versions.ts";
import { Interfaces } from "./component/interfaces.ts";
import { keyOf, parseInterfaceName } from "./component/names.ts";
import {
  type Exports,
  type Extern,
  isNamed,
  type Named,
  type Resource,
  resourcesIn,
  resourcesOf,
  signatureTypes,
  type ValType,
  walk,
} from "./component/types.ts";
import type { World } from "./component/world.ts";
import type { Selection } from "./compose/imported-interfaces.ts";
import { LinkError } from "./errors.ts";
import { type Subsystem, subsystemOf } from "./options.ts";
import type { Plan } from "./plan.ts";

/** What gives a component the resources of a subsystem. */
const ALLOWING: Readonly<Record<Subsystem, string>> = {
  clocks: "`allowClocks` gives the host's",
  exit: "`allowExit` gives the host's",
  filesystem: "`mounts` or `allowFs` give some",
  http: "`allowHttp` gives the host's",
  random: "`allowRandom` gives the host's",
  sockets: "`allowSockets` gives the host's",
};

export interface Along {
  /** In full, by name under the app's versions. */
  readonly interfaces: ReadonlyMap<string, Exports>;
  /** Of others, types alone: records and the like that can be had without any function of theirs. */
  readonly types: Selection;
}

/**
 * What to export along: nothing where the app's exports mention the host's types alone.
 * @throws LinkError where an export mentions a resource of a denied interface, or the app has an export of such a name
 */
export function exportsAlong(world: World, interfaces: Interfaces, { providers }: Plan): Along {
  const wanted = new Set<string>();
  const types = new Map<string, Set<string>>();
  for (const { where, type } of mentionsOf(world, interfaces)) {
    const home = interfaces.homeOf(type);
    const provider = providers.get(home?.key ?? "") ?? "host";
    if (home === undefined || provider === "host") continue;
    if (type.kind !== "resource") {
      if (resourcesIn(type).length > 0) wanted.add(home.key);
      else types.set(home.key, (types.get(home.key) ?? new Set()).add(home.name));
      continue;
    }
    const { base } = interfaces.get(home.key) ?? { base: home.key };
    if (provider === "deny") {
      const subsystem = subsystemOf(base);
      throw new LinkError(
        `export ${where} mentions the resource \`${home.name}\` of \`${base}\`, which is denied: nobody could ever have one; ${subsystem === undefined ? `allow \`${base}\`` : ALLOWING[subsystem]}`,
      );
    }
    wanted.add(home.key);
  }
  const along = wanted.size === 0 ? new Map<string, Exports>() : inFull(wanted, interfaces, providers);
  const full = new Set([...along.keys()].map(keyOf));
  for (const key of full) types.delete(key);
  for (const name of world.exports.keys()) {
    if (full.has(keyOf(name)) || types.has(keyOf(name)))
      throw new LinkError(
        `the component exports \`${name}\` of its own, beside types of the virtualized one, which would have to be exported too`,
      );
  }
  return { interfaces: along, types };
}

/** These interfaces as WASI has them, with those whose resources their functions mention, but for the host's. */
function inFull(wanted: ReadonlySet<string>, interfaces: Interfaces, providers: Plan["providers"]): ReadonlyMap<string, Exports> {
  const wasi = new Interfaces();
  for (const [name, item] of importsOf(newestVersion())) if (item.kind === "instance") wasi.add(name, item.exports);
  const keys = new Set(wanted);
  for (const key of keys) {
    for (const item of wasi.get(key)?.exports.values() ?? []) {
      for (const resource of item.kind === "func" ? resourcesOf(item.type) : []) {
        const home = wasi.homeOf(resource);
        if (home !== undefined && providers.get(home.key) !== "host") keys.add(home.key);
      }
    }
  }
  const along = new Map<string, Exports>();
  for (const key of wasi.keys()) {
    if (!keys.has(key)) continue;
    const found = wasi.get(key);
    const { base, name } = interfaces.get(key) ?? found ?? { base: key, name: key };
    const version = parseInterfaceName(name)?.version ?? newestVersion();
    along.set(name, new Map([...(found?.exports ?? [])].filter(([label]) => has(version, base, label))));
  }
  return along;
}

interface Mention {
  readonly where: string;
  readonly type: Named;
}

/** The resources and named types that exports mention; functions first, a type may be there for one of them alone. */
function mentionsOf({ exports }: World, interfaces: Interfaces): readonly Mention[] {
  const mentions = (where: string, item: Extern, local: ReadonlySet<unknown>): readonly Mention[] => {
    const found: Mention[] = [];
    for (const type of typesOf(item, interfaces)) {
      walk(type, (each) => {
        if (isNamed(each) && !local.has(each)) found.push({ where, type: each });
      });
    }
    return found;
  };
  return [...exports].flatMap(([name, item]) => {
    if (item.kind !== "instance") return mentions(`\`${name}\``, item, new Set());
    const inner = [...item.exports].sort(([, left], [, right]) => Number(right.kind === "func") - Number(left.kind === "func"));
    // A record that is exported beside the function has its name there; a resource is where its methods are.
    const local = new Set(
      inner.flatMap(([, each]) => (each.kind === "type" ? typesOf(each, interfaces) : [])).filter((type) => !isResource(type)),
    );
    return inner.flatMap(([label, each]) => mentions(`\`${name}\` \`${label}\``, each, local));
  });
}

const isResource = (type: ValType | Resource): type is Resource => typeof type === "object" && type.kind === "resource";

/** The types of a function's signature, or the type that is exported. */
function typesOf(item: Extern, interfaces: Interfaces): readonly (ValType | Resource)[] {
  if (item.kind === "func") return signatureTypes(interfaces.canonicalFunc(item.type));
  if (item.kind !== "type") return [];
  return [isResource(item.type) ? interfaces.canonicalResource(item.type) : interfaces.canonical(item.type)];
}
