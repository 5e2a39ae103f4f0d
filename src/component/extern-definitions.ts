/** Imports and exports: what enters a scope by them, and what types they make (Explainer.md, "Import and Export Definitions"). */
import type { Export, ExternName, ExternType } from "../binary/externs.ts";
import { freeResources, resourcesNamedBy } from "./free-resources.ts";
import type { Direction } from "./naming.ts";
import { itemOf, type Scope } from "./scope.ts";
import { type AnyType, renamed, Substitution } from "./substitution.ts";
import { type ComponentType, type Extern, type InstanceType, isResource, type Resource } from "./types.ts";

/** An import, or an export that a type declares: an item that is new, of the given type. */
export function declare(scope: Scope, direction: Direction, name: ExternName, type: ExternType): void {
  enterNamed(scope, direction, name, bind(scope, direction, name.name, type));
}

/** Enters an item that is imported or exported. */
function enterNamed(scope: Scope, direction: Direction, name: ExternName, item: Extern): void {
  const names = direction === "import" ? scope.imports : scope.exports;
  scope.push(item);
  if (item.kind === "type" && isResource(item.type)) names.nameResource(item.type, name.name);
  // The type of instances may mention what is named around it.
  if (scope.kind !== "instance type" && !names.register(item))
    scope.fail(`${direction} \`${name.name}\` mentions a type that no ${direction} before it names`);
  names.add(name, item);
}

/** What an item of a type is: an instance has resources of its own. */
function bind(scope: Scope, direction: Direction, name: string, type: ExternType): Extern {
  const add = (resource: Resource): Resource => {
    if (direction === "import") scope.imported.push(resource);
    else scope.defined.set(resource, undefined);
    return resource;
  };
  switch (type.kind) {
    case "func":
      return { kind: "func", type: scope.func(type.type) };
    case "type":
      if (type.bound.kind === "sub resource") return { kind: "type", type: add({ kind: "resource", name }) };
      return itemOf(renamed(scope.type(type.bound.type)));
    case "instance": {
      const found = scope.instanceType(type.type);
      if (found.resources.length === 0) return { kind: "instance", exports: found.exports };
      const fresh = new Substitution(scope.work);
      for (const resource of found.resources) fresh.replace(resource, add({ ...resource }));
      return { kind: "instance", exports: fresh.items(found.exports) };
    }
    case "component":
      return { kind: "component", type: scope.componentType(type.type) };
    case "core module": {
      const found = scope.at(scope.coreTypes, type.type, "core type");
      return typeof found === "number"
        ? scope.fail(`core type ${type.type} is not the type of modules`)
        : { kind: "core module", type: found };
    }
    case "value":
      return scope.refuseValues();
  }
}

/** `export`: the item under a name, or as what it is said to be. */
export function enterExport(scope: Scope, { name, item: { sort, idx }, type: ascribed }: Export): void {
  const actual = scope.item(sort, idx);
  if (ascribed === undefined) {
    const isType = actual.kind === "type" || actual.kind === "item type";
    return enterNamed(scope, "export", name, isType ? itemOf(renamed<AnyType>(actual.type)) : actual);
  }
  // Resources of its type would be new ones and never those of the item: so there are none.
  const item = bind(scope, "export", name.name, ascribed);
  if (!scope.validation.subtyping.fits(actual, item)) scope.fail(`export \`${name.name}\` is not of the type that it is said to be`);
  enterNamed(scope, "export", name, item);
}

/** The type whose exports a scope has declared. */
export function instanceTypeOf(scope: Scope): InstanceType {
  return { kind: "instance type", exports: scope.exports.items, resources: [...scope.defined.keys()] };
}

/**
 * The type of the component that a scope is, or whose imports and exports it has declared.
 * @throws FormatError where resources of its own are in what it imports, or in what it exports without a name
 */
export function componentTypeOf(scope: Scope): ComponentType {
  const [imports, exports] = [scope.imports.items, scope.exports.items];
  const taken = freeResources(imports.values(), scope.work);
  const given = freeResources(exports.values(), scope.work);
  const named = resourcesNamedBy(exports);
  const defined = [...scope.defined.keys()];
  if (defined.some((resource) => taken.has(resource))) scope.fail("an import mentions a resource that the component itself makes");
  const shown = defined.filter((resource) => given.has(resource));
  if (shown.some((resource) => !named.has(resource))) scope.fail("an export mentions a resource that is not exported itself");
  return { kind: "component type", imports, exports, imported: scope.imported, defined: shown };
}
