/**
 * Interfaces to export beside what the app exports: an export such as `parse: func(in: input-stream)` can
 * only be used if its caller can name the type, and make or read what is of it. So the interface that a
 * virtual resource lives in is exported too, in full, with all that its own functions mention. Of records and
 * the like only the types are needed.
 */
import type { Provider } from "../adapters/adapter-module.ts";
import { optionsAllowing } from "../adapters/modules.ts";
import { has, importsOf, newestVersion } from "../adapters/wasi-versions.ts";
import { Interfaces } from "../component/interfaces.ts";
import { importKey, keyOf, parseInterfaceName } from "../component/names.ts";
import {
  type Exports,
  type Extern,
  isNamed,
  isResource,
  type Named,
  type Resource,
  resourcesIn,
  resourcesOf,
  signatureTypes,
  type ValType,
  walk,
} from "../component/types.ts";
import type { World } from "../component/world.ts";
import type { Selection } from "../compose/imported-interfaces.ts";
import { LinkError } from "../errors.ts";
import type { Plan } from "./plan.ts";

export interface Along {
  /** In full, by name under the app's versions. */
  readonly interfaces: ReadonlyMap<string, Exports>;
  /** Of others, types alone: records and the like that can be had without any function of theirs. */
  readonly types: Selection;
  /** Keys of those among the interfaces that the host provides, and the app gets through re-exports. */
  readonly handedOn: ReadonlySet<string>;
}

/**
 * What to export along: nothing where the app's exports mention the host's types alone.
 * @throws LinkError where an export mentions a resource of a denied interface, or the app has an export of such a name
 */
export function exportsAlong(world: World, interfaces: Interfaces, { providers }: Plan): Along {
  const wanted = new Set<string>();
  const handedOn = new Map<string, Exports>();
  const types = new Map<string, Set<string>>();
  const providerOf = (key: string | undefined): Provider => providers.get(key ?? "") ?? "host";
  const mentions = mentionsOf(world.exports, interfaces);
  const hosts = new Set<string>();
  /** Of an interface, what the app imports. */
  const usedOf = (key: string): Exports => {
    const imported = [...world.imports].flatMap(([name, item]) =>
      item.kind === "instance" && importKey(name, item) === key ? [item.exports] : [],
    );
    return new Map([...(interfaces.get(key)?.exports ?? [])].filter(([label]) => imported.some((each) => each.has(label))));
  };
  const mentionsIn = (key: string): readonly Mention[] =>
    mentionsOf(new Map([[key, { kind: "instance", exports: usedOf(key) }]]), interfaces);
  const handOn = (key: string): void => {
    if (handedOn.has(key)) return;
    handedOn.set(key, usedOf(key));
    mentions.push(...mentionsIn(key));
  };
  const want = (key: string): void => {
    if (wanted.has(key)) return;
    wanted.add(key);
    mentions.push(...mentionsIn(key).filter(({ type }) => isResource(type)));
  };
  const look = ({ where, type }: Mention): void => {
    const home = interfaces.homeOf(type);
    if (home === undefined) return;
    const { base } = interfaces.get(home.key) ?? { base: home.key };
    const provider = providerOf(home.key);
    if (provider === "host") {
      hosts.add(home.key);
      // What of a host's interface is made of a part's resources is another type than the host's: the re-export has it.
      if (resourcesIn(type).some((each) => providerOf(interfaces.homeOf(each)?.key) !== "host")) handOn(home.key);
      return;
    }
    if (type.kind !== "resource") {
      if (resourcesIn(type).length > 0) want(home.key);
      else types.set(home.key, (types.get(home.key) ?? new Set()).add(home.name));
      return;
    }
    if (provider === "deny") {
      throw new LinkError(
        `export ${where} mentions the resource \`${home.name}\` of \`${base}\`, which is denied: nobody could ever have one; ${optionsAllowing(base)}`,
      );
    }
    want(home.key);
  };
  /** Of what is exported along, an interface of the host's knows another: for the app it is made of what is exported. */
  const isMadeOfExported = (key: string): boolean =>
    mentionsIn(key).some(({ type }) => {
      const home = interfaces.homeOf(type)?.key ?? key;
      return wanted.has(home) || handedOn.has(home) || (home !== key && providerOf(home) === "host" && isMadeOfExported(home));
    });
  const isNameable = ({ type }: Mention): boolean => type.kind !== "resource" || providerOf(interfaces.homeOf(type)?.key) !== "deny";
  do {
    for (const mention of mentions.splice(0)) look(mention);
    for (const key of hosts) if (isMadeOfExported(key) && mentionsIn(key).every(isNameable)) handOn(key);
  } while (mentions.length > 0);
  const along = new Map([
    ...(wanted.size === 0 ? [] : inFull(wanted, interfaces, { providers, usedOf })),
    ...[...handedOn].map(([key, exports]) => [interfaces.get(key)?.name ?? key, exports] as const),
  ]);
  const full = new Set([...along.keys()].map(keyOf));
  for (const key of full) types.delete(key);
  for (const name of world.exports.keys()) {
    if (full.has(keyOf(name)) || types.has(keyOf(name)))
      throw new LinkError(
        `the component exports \`${name}\` of its own, beside types of the virtualized one, which would have to be exported too`,
      );
  }
  return { interfaces: along, types, handedOn: new Set(handedOn.keys()) };
}

/**
 * These interfaces as WASI has them, with those whose resources their functions mention, but for the host's. What WASI
 * does not have is there as the app uses it.
 */
function inFull(
  wanted: ReadonlySet<string>,
  interfaces: Interfaces,
  { providers, usedOf }: { readonly providers: Plan["providers"]; readonly usedOf: (key: string) => Exports },
): ReadonlyMap<string, Exports> {
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
  for (const key of wanted) if (wasi.get(key) === undefined) along.set(interfaces.get(key)?.name ?? key, usedOf(key));
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
function mentionsOf(exports: Exports, interfaces: Interfaces): Mention[] {
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
    // A type that is exported beside the function has its name there, and that is enough if nothing with a name is in it.
    const local = new Set(inner.flatMap(([, each]) => (each.kind === "type" ? typesOf(each, interfaces) : [])).filter(isSimple));
    return inner.flatMap(([label, each]) => mentions(`\`${name}\` \`${label}\``, each, local));
  });
}

function isSimple(type: ValType | Resource): boolean {
  let isMadeOfNamed = isResource(type);
  walk(type, (each) => {
    if (each !== type && isNamed(each)) isMadeOfNamed = true;
  });
  return !isMadeOfNamed;
}

/** The types of a function's signature, or the type that is exported. */
function typesOf(item: Extern, interfaces: Interfaces): readonly (ValType | Resource)[] {
  if (item.kind === "func") return signatureTypes(interfaces.canonicalFunc(item.type));
  if (item.kind !== "type") return [];
  return [isResource(item.type) ? interfaces.canonicalResource(item.type) : interfaces.canonical(item.type)];
}
