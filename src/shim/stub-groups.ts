/**
 * Which denied interfaces share a stub part: a part exports everything at its root, so two interfaces that use
 * one name for different things (`error-code`) need two.
 */
import type { Interfaces } from "../component/interfaces.ts";
import { resourcesIn, resourcesOf } from "../component/types.ts";
import type { Selection } from "../compose/imported-interfaces.ts";

/** Each interface goes into the first group where its names are free, but none before those whose resources it uses. */
export function withoutCollisions(denied: Selection, interfaces: Interfaces): readonly Selection[] {
  const groups: { readonly selection: Map<string, ReadonlySet<string>>; readonly names: Map<string, unknown> }[] = [];
  const placed = new Map<string, number>();
  /** By the name of a function: the first group that has none of it. No two interfaces have one function in common. */
  const firstWithout = new Map<string, number>();
  const place = (key: string, names: ReadonlySet<string>): number => {
    const known = placed.get(key);
    if (known !== undefined) return known;
    const items = interfaces
      .pick(key, names)
      .flatMap(([name, item]) => (item.kind === "func" || item.kind === "type" ? [[name, item.type] as const] : []));
    let index = 0;
    placed.set(key, index);
    for (const [, type] of items) {
      for (const resource of typeof type === "object" && type.kind === "func" ? resourcesOf(type) : resourcesIn(type)) {
        const home = interfaces.homeOf(resource)?.key ?? key;
        const needed = home === key ? undefined : denied.get(home);
        if (needed !== undefined) index = Math.max(index, place(home, needed));
      }
    }
    const isFree = (group: (typeof groups)[number] | undefined): boolean =>
      items.every(([name, type]) => group?.names.has(name) !== true || group.names.get(name) === type);
    for (const [name, type] of items)
      if (typeof type === "object" && type.kind === "func") index = Math.max(index, firstWithout.get(name) ?? 0);
    while (!isFree(groups[index])) index++;
    const group = (groups[index] ??= { selection: new Map(), names: new Map() });
    group.selection.set(key, names);
    for (const [name, type] of items) group.names.set(name, type);
    for (const [name] of items) {
      let first = firstWithout.get(name) ?? 0;
      while (groups[first]?.names.has(name) === true) first++;
      firstWithout.set(name, first);
    }
    placed.set(key, index);
    return index;
  };
  for (const [key, names] of denied) place(key, names);
  return groups.map((group) => group.selection);
}
