/** Aliases: items of instances, of core instances and of the scopes around (Explainer.md, "Alias Definitions"). */
import { article } from "../article.ts";
import type { Alias } from "../binary/aliases.ts";
import type { Sort } from "../binary/sorts.ts";
import { freeResourcesOf } from "./free-resources.ts";
import { CORE_KINDS, type CoreItemSort, itemOf, type Scope } from "./scope.ts";
import { sortOf } from "./types.ts";

type OuterTarget = Extract<Alias["target"], { readonly kind: "outer" }>;

export function enterAlias(scope: Scope, { sort, target }: Alias): void {
  if (scope.kind !== "component" && !isAliasOfType({ sort, target })) scope.fail("in a type, aliases are of types and instances");
  switch (target.kind) {
    case "export": {
      const found = scope.at(scope.instances, target.instance, "instance").get(target.name);
      if (found === undefined) return scope.fail(`alias of \`${target.name}\`, which the instance does not export`);
      const { attributes: _, ...item } = found;
      if (sortOf(item) !== sort) scope.fail(`alias of \`${target.name}\`, which is no ${sort}`);
      return scope.push(item);
    }
    case "core export": {
      if (!(sort in CORE_KINDS)) return scope.fail(`alias of ${article(sort)} of a core instance`);
      const coreSort = sort as CoreItemSort; // checked right above
      const found = scope.at(scope.coreInstances, target.instance, "core instance").get(target.name);
      if (found === undefined) return scope.fail(`alias of \`${target.name}\`, which the core instance does not export`);
      if ((found.kind === "unknown" ? found.sort : found.kind) !== CORE_KINDS[coreSort])
        scope.fail(`alias of \`${target.name}\`, which is no ${sort}`);
      return scope.pushCore(coreSort, found);
    }
    case "outer":
      return enterOuter(scope, sort, target);
  }
}

function enterOuter(scope: Scope, sort: Sort, { count, idx: index }: OuterTarget): void {
  let target = scope;
  let below: Scope | undefined;
  for (let up = 0; up < count; up++) {
    below = target;
    target = target.parent ?? scope.fail(`outer alias ${count} levels up, deeper than the nesting`);
  }
  switch (sort) {
    case "type": {
      const type = target.type(index);
      // A component can be taken out of the one around it, so it must not know that one's resources.
      if (below?.kind === "component" && freeResourcesOf(type, scope.work).size > 0)
        scope.fail(`outer alias of type ${index}, which mentions a resource of the component around this one`);
      return scope.push(itemOf(type));
    }
    case "component":
    case "core module":
      return scope.push(target.item(sort, index));
    case "core type":
      scope.count("core type");
      scope.coreTypes.push(scope.at(target.coreTypes, index, sort));
      return;
    default:
      return scope.fail(`outer alias of ${article(sort)}`);
  }
}

function isAliasOfType({ sort, target }: Alias): boolean {
  if (target.kind === "export") return sort === "type" || sort === "instance";
  return target.kind === "outer" && (sort === "type" || sort === "core type");
}
