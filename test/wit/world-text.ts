/**
 * What the functions of a world are, as text that is the same for worlds of the same types: value types are written out,
 * a resource is called by the interface that it comes from, and the order does not matter. Like WIT, it has one
 * interface of a name: what is imported and exported is there once, with the functions of both.
 */
import { type Exports, type Extern, isResource, type Named, type Resource } from "../../src/component/types.ts";
import { itemText } from "../../src/component/wit.ts";
import type { World } from "../../src/component/world.ts";

export function worldText({ imports, exports }: World): string {
  const homes = new Map<Resource, string>();
  const enter = (name: string, item: Extern): void => {
    if (item.kind === "instance") for (const [label, each] of item.exports) enter(`${name}#${label}`, each);
    else if (item.kind === "type" && isResource(item.type) && !homes.has(item.type)) homes.set(item.type, name);
  };
  const nameOf = (type: Named): string | undefined => (isResource(type) ? (homes.get(type) ?? "a resource of nobody") : undefined);
  const functions = (items: Exports, prefix = ""): readonly string[] =>
    [...items].flatMap(([label, item]) => {
      if (item.kind === "instance") return functions(item.exports, `${label} `);
      return item.kind === "func" ? [`${prefix}${label}: ${itemText(label, item, nameOf)}`] : [];
    });
  for (const [name, item] of [...imports, ...exports]) enter(name, item);
  const isBoth = (name: string): boolean => imports.has(name) && exports.has(name);
  const only = (items: Exports): Exports => new Map([...items].filter(([name]) => !isBoth(name)));
  const both = [imports, exports].flatMap((items) => functions(new Map([...items].filter(([name]) => isBoth(name)))));
  const section = (title: string, lines: readonly string[]): readonly string[] => [title, ...[...new Set(lines)].sort()];
  return [...section("imports", functions(only(imports))), ...section("exports", functions(only(exports))), ...section("both", both)].join(
    "\n",
  );
}
