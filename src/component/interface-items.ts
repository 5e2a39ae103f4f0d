/**
 * The items that an interface is written with, as its WIT text would have them: those that are asked for, and before
 * each of them the types that it mentions. A type of another interface is among them under a name of its own, which
 * is what `use` makes of it: without one, tools cannot say in WIT what they read.
 */
import type { Interface, Interfaces } from "./interfaces.ts";
import { type Extern, isNamed, type Named, parts, type Resource, signatureTypes, type ValType, walk } from "./types.ts";

export type Item = readonly [name: string, item: Extern];

/** The items of `key` that have one of `names`, and what they mention. */
export function itemsOf(interfaces: Interfaces, key: string, names: ReadonlySet<string>): readonly Item[] {
  const found = interfaces.get(key);
  if (found === undefined) return [];
  const local = localNames(found, interfaces);
  const begun = new Set<string>();
  const items: Item[] = [];
  const write = (name: string, item: Extern): void => {
    if (begun.has(name)) return;
    begun.add(name);
    const owner = ownerOf(name);
    const resource = owner === undefined ? undefined : found.exports.get(owner);
    if (owner !== undefined && resource !== undefined) write(owner, resource);
    for (const type of mentionedBy(found, name, item, interfaces)) {
      const label = local.get(type);
      if (label !== undefined) write(label, { kind: "type", type });
    }
    items.push([name, item]);
  };
  for (const [name, item] of found.exports) if (names.has(name)) write(name, item);
  return items;
}

/** The resource that a constructor, method or static function belongs to. */
export const ownerOf = (name: string): string | undefined => /^\[(?:constructor|method|static)\]([^.]*)/.exec(name)?.[1];

/**
 * The types with a name that an item cannot do without: those that a function mentions, those that a type is made of
 * where it is defined, and the type itself where it is a further name of what is defined elsewhere.
 */
export function mentionedBy({ key }: Interface, name: string, item: Extern, interfaces: Interfaces): ReadonlySet<Named> {
  if (item.kind === "type" && isNamed(item.type) && !isDefinition(interfaces, key, name, item.type)) return new Set([item.type]);
  const found = new Set<Named>();
  for (const type of typesIn(item)) {
    walk(type, (each) => {
      if (!isNamed(each)) return true;
      found.add(each);
      return false;
    });
  }
  return found;
}

/** Whether a type is defined by this item; otherwise the item is a further name of it. */
export function isDefinition(interfaces: Interfaces, key: string, name: string, type: ValType | Resource): boolean {
  const home = isNamed(type) ? interfaces.homeOf(type) : undefined;
  return home === undefined || (home.key === key && home.name === name);
}

function typesIn(item: Extern): readonly (ValType | Resource)[] {
  if (item.kind === "func") return signatureTypes(item.type);
  if (item.kind !== "type") return [];
  return typeof item.type === "object" && item.type.kind === "resource" ? [] : parts(item.type);
}

/**
 * What an interface calls the types that it mentions. One that it has no name for goes by that of its home; which one
 * that is must not depend on what is used of the interface, or one component could not stand for another's import.
 */
function localNames(found: Interface, interfaces: Interfaces): ReadonlyMap<Named, string> {
  const names = new Map<Named, string>();
  const taken = new Set(found.exports.keys());
  for (const [name, item] of found.exports) {
    if (item.kind === "type" && isNamed(item.type) && !names.has(item.type)) names.set(item.type, name);
  }
  for (const [name, item] of found.exports) {
    for (const type of mentionedBy(found, name, item, interfaces)) {
      const home = interfaces.homeOf(type);
      if (names.has(type) || home === undefined) continue;
      let label = home.name;
      for (let count = 2; taken.has(label); count++) label = `${home.name}-${count}`;
      names.set(type, label);
      taken.add(label);
    }
  }
  return names;
}
