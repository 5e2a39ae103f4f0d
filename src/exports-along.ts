/**
 * Interfaces to export beside what the app exports: an export such as `parse: func(in: input-stream)` can
 * only be used if its caller can name the type, and make or read what is of it. So the interface that a
 * virtual resource lives in is exported too, in full, with all that its own functions mention.
 */
import { has, importsOf, newestVersion } from "./adapters/wasi-versions.ts";
import { Interfaces } from "./component/interfaces.ts";
import { keyOf, parseInterfaceName } from "./component/names.ts";
import { type Exports, type Extern, type Resource, resourcesIn, resourcesOf } from "./component/types.ts";
import type { World } from "./component/world.ts";
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

/**
 * What to export along, under the app's versions: empty where the app's exports mention the host's types alone.
 * @throws LinkError where an export mentions a resource of a denied interface, or the app has an export of such a name
 */
export function interfacesAlong(world: World, interfaces: Interfaces, { providers }: Plan): ReadonlyMap<string, Exports> {
  const wanted = new Set<string>();
  for (const { where, resource } of mentionsOf(world, interfaces)) {
    const home = interfaces.homeOf(resource);
    const provider = providers.get(home?.key ?? "") ?? "host";
    if (home === undefined || provider === "host") continue;
    const { base } = interfaces.get(home.key) ?? { base: home.key };
    const mentions = `export ${where} mentions the resource \`${home.name}\` of \`${base}\``;
    if (provider === "deny") {
      const subsystem = subsystemOf(base);
      throw new LinkError(
        `${mentions}, which is denied: nobody could ever have one; ${subsystem === undefined ? `allow \`${base}\`` : ALLOWING[subsystem]}`,
      );
    }
    wanted.add(home.key);
  }
  if (wanted.size === 0) return new Map();
  const along = inFull(wanted, interfaces, providers);
  const taken = new Set([...along.keys()].map(keyOf));
  for (const name of world.exports.keys()) {
    if (taken.has(keyOf(name)))
      throw new LinkError(
        `the component exports \`${name}\` of its own, beside types of the virtualized one, which would have to be exported too`,
      );
  }
  return along;
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
  readonly resource: Resource;
}

/** The resources that exported functions and types mention, functions first: a type may be there for one of them alone. */
function mentionsOf({ exports }: World, interfaces: Interfaces): readonly Mention[] {
  const mentions = (where: string, item: Extern): readonly Mention[] => {
    if (item.kind === "func") return [...resourcesOf(interfaces.canonicalFunc(item.type))].map((resource) => ({ where, resource }));
    if (item.kind !== "type") return [];
    return resourcesIn(item.type).map((resource) => ({ where, resource: interfaces.canonicalResource(resource) }));
  };
  return [...exports].flatMap(([name, item]) => {
    if (item.kind !== "instance") return mentions(`\`${name}\``, item);
    const inner = [...item.exports].sort(([, left], [, right]) => Number(right.kind === "func") - Number(left.kind === "func"));
    return inner.flatMap(([label, each]) => mentions(`\`${name}\` \`${label}\``, each));
  });
}
