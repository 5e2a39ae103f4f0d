/** Instances: what they are made of and what they export (Explainer.md, "Instance Definitions"). */
import { article } from "../article.ts";
import type { CoreInstance, Instance } from "../binary/instances.ts";
import type { CoreExports, CoreExtern } from "./core-types.ts";
import { MAX_ARGS } from "./limits.ts";
import { Names } from "./naming.ts";
import type { Scope } from "./scope.ts";
import type { Exports, Extern, Resource } from "./types.ts";

export function instantiateCore(scope: Scope, instance: CoreInstance): CoreExports {
  const { coreTypes } = scope.validation;
  if (instance.kind === "exports") {
    const exports = new Map<string, CoreExtern>();
    for (const { name, sort, idx } of instance.exports) {
      if (sort === "core type" || sort === "core module" || sort === "core instance")
        return scope.fail(`\`${name}\` is ${article(sort)}, which no core instance can export`);
      if (exports.has(name)) scope.fail(`a core instance exports \`${name}\` twice`);
      exports.set(name, scope.at(scope.coreItems[sort], idx, sort));
    }
    return exports;
  }
  const module = scope.at(scope.coreModules, instance.module, "core module");
  const args = new Map<string, CoreExports>();
  for (const { name, instance: idx } of instance.args) {
    if (args.has(name)) scope.fail(`a core module is given \`${name}\` twice`);
    args.set(name, scope.at(scope.coreInstances, idx, "core instance"));
  }
  for (const { module: from, name, item } of module.imports) {
    const found = (args.get(from) ?? scope.fail(`a core module lacks its argument \`${from}\``)).get(name);
    if (found === undefined) return scope.fail(`\`${from}\`, which a core module is given, does not export \`${name}\``);
    if (!coreTypes.fits(found, item)) scope.fail(`\`${name}\` of \`${from}\` is not of the type that a core module imports`);
  }
  return module.exports;
}

export function instantiate(scope: Scope, instance: Instance): Exports {
  if (instance.kind === "exports") {
    // Nothing is named here: the items have the types that they have.
    const names = new Names("export", scope.work);
    for (const { name, item } of instance.exports) names.add(name, scope.item(item.sort, item.idx));
    return names.items;
  }
  const component = scope.at(scope.components, instance.component, "component");
  if (instance.args.length > MAX_ARGS) scope.fail(`${instance.args.length} arguments, the limit is ${MAX_ARGS}`);
  const args = new Map<string, Extern>();
  for (const { name, item } of instance.args) {
    if (args.has(name)) scope.fail(`a component is given \`${name}\` twice`);
    args.set(name, scope.item(item.sort, item.idx));
  }
  const given = scope.validation.subtyping.open(args, component.imports, component.imported);
  if ("misfit" in given) return scope.fail(`component ${instance.component} is instantiated and ${given.misfit}`);
  for (const resource of component.defined) {
    const own: Resource = { ...resource };
    scope.defined.set(own, undefined);
    given.replace(resource, own);
  }
  const exports = given.items(component.exports);
  scope.checkSize(scope.work.sizes.ofItems(exports));
  return exports;
}
