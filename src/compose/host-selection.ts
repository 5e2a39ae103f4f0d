/**
 * All that the outer component uses of the host, by interface: what goes to the app, what parts need, and the
 * types by which all these are named.
 */
import type { Interfaces } from "../component/interfaces.ts";
import { importKey } from "../component/names.ts";
import { isNamed, type Named, signatureTypes, walk } from "../component/types.ts";
import type { Composition } from "./composition.ts";
import type { Selection } from "./imported-interfaces.ts";
import type { OwnerOf } from "./ownership.ts";
import { needsOfPart } from "./part-component.ts";
import { plainResources, substitutesIn } from "./plain-imports.ts";
import { namesFromHost, type Reexport } from "./reexport.ts";

/** `exports` are the interfaces that are exported. */
export function hostSelection(
  { app, interfaces, parts, providerOf, reexports }: Composition,
  exports: readonly Reexport[],
  ownerOf: OwnerOf,
): Selection {
  const wanted = new Map<string, Set<string>>();
  const want = (key: string, names: Iterable<string>): void => {
    const all = wanted.get(key) ?? new Set();
    for (const name of names) all.add(name);
    wanted.set(key, all);
  };
  const wantType = (type: Named): void => {
    const home = interfaces.homeOf(type);
    if (home !== undefined && providerOf(home.key) === "host") want(home.key, [home.name]);
  };
  const isReexported = new Map(reexports.map((each) => [each.key, each]));
  for (const [name, item] of app?.world.imports ?? []) {
    const key = importKey(name, item);
    if (item.kind !== "instance" || providerOf(key) !== "host") continue;
    const reexport = isReexported.get(key);
    want(key, reexport === undefined ? item.exports.keys() : namesFromHost(reexport, interfaces, ownerOf));
  }
  for (const part of parts) {
    for (const [key, names] of needsOfPart(part, interfaces)) if (key !== part.around) want(key, names);
    for (const [key, names] of part.provides) {
      for (const type of namedTypes(key, names, interfaces)) if (type.kind === "resource") wantType(type);
    }
  }
  for (const each of exports) {
    if (each.ofHost) want(each.key, namesFromHost(each, interfaces, ownerOf));
    // What it defines itself is nobody else's.
    for (const type of namedTypes(each.key, each.names, interfaces)) if (interfaces.homeOf(type)?.key !== each.key) wantType(type);
  }
  if (app !== undefined) for (const resource of plainResources(app.world, substitutesIn(parts), interfaces)) wantType(resource);
  return wanted;
}

/** The types with a name that functions of an interface mention, or that its types are made of. */
function namedTypes(key: string, names: ReadonlySet<string>, interfaces: Interfaces): ReadonlySet<Named> {
  const found = new Set<Named>();
  for (const [, item] of interfaces.pick(key, names)) {
    for (const type of item.kind === "func" ? signatureTypes(item.type) : item.kind === "type" ? [item.type] : []) {
      walk(type, (each) => {
        if (isNamed(each)) found.add(each);
      });
    }
  }
  return found;
}
