/**
 * Index spaces of a component, and of the types inside it, with every index resolved as it is read.
 * A scope only grows, and an index only looks back, so a scope may be kept by what was defined in it.
 */
import type { Alias } from "../binary/aliases.ts";
import type { Section } from "../binary/component.ts";
import type { ExternType } from "../binary/externs.ts";
import type { Sort } from "../binary/sorts.ts";
import type { Decl, Type } from "../binary/types.ts";
import type { ValType as BinaryValType } from "../binary/val-types.ts";
import { FormatError } from "../errors.ts";
import { attributed } from "./attributes.ts";
import { type Exports, type Extern, type Field, type FuncType, parts, type Resource, signatureTypes, type ValType } from "./types.ts";

/** The type of instances (or components); each use of it makes its own resources. */
interface Template {
  readonly kind: "instance type" | "component type";
  readonly decls: readonly Decl[];
  readonly scope: Scope;
}

/** A component that was defined: its sections, and where its outer aliases lead. */
export interface ComponentClosure {
  readonly sections: () => readonly Section[];
  readonly scope: Scope;
}

type Component = Extract<Extern, { readonly kind: "component" | "core module" | "value" }>;

/** What is in a component, whichever way it went; nobody can look into one that came in from outside. */
const closures = new WeakMap<Component, ComponentClosure>();

export type TypeEntry = ValType | Resource | FuncType | Template;

export class Scope {
  readonly types: TypeEntry[] = [];
  readonly funcs: FuncType[] = [];
  readonly instances: Exports[] = [];
  readonly components: Component[] = [];
  readonly parent: Scope | undefined;
  /** Where in the file the section lies that is being entered, for errors. */
  offset = 0;

  constructor(parent?: Scope) {
    this.parent = parent;
    this.offset = parent?.offset ?? 0;
  }

  /** Enters `item` into the index space of its sort. */
  push(item: Extern): void {
    if (item.kind === "func") this.funcs.push(item.type);
    else if (item.kind === "type") this.types.push(item.type);
    else if (item.kind === "instance") this.instances.push(item.exports);
    else if (item.kind === "component") this.components.push(item);
  }

  /** Enters a component that is defined here. */
  defineComponent(sections: () => readonly Section[]): void {
    const component: Component = { kind: "component" };
    closures.set(component, { sections, scope: this });
    this.components.push(component);
  }

  /** What is in the component at `index`. */
  closure(index: number): ComponentClosure {
    const closure = closures.get(this.#at(this.components, index, "component"));
    if (closure === undefined) throw new FormatError(`instantiation of component ${index}, whose content is not known`, this.offset);
    return closure;
  }

  /** The item at `index` of the index space of `sort`. */
  item(sort: Sort, index: number): Extern {
    switch (sort) {
      case "func":
        return { kind: "func", type: this.#at(this.funcs, index, sort) };
      case "type": {
        const type = this.#at(this.types, index, sort);
        return isOpaque(type) ? { kind: "component" } : { kind: "type", type };
      }
      case "instance":
        return { kind: "instance", exports: this.#at(this.instances, index, sort) };
      case "component":
        return this.#at(this.components, index, sort);
      case "value":
        return { kind: "value" };
      default:
        return { kind: "core module" };
    }
  }

  alias({ sort, target }: Alias): void {
    if (target.kind === "core export") return;
    if (target.kind === "export") {
      const found = this.#at(this.instances, target.instance, "instance").get(target.name);
      if (found === undefined) throw new FormatError(`alias of \`${target.name}\`, which the instance does not export`, this.offset);
      return this.push(found);
    }
    let scope: Scope | undefined = this;
    for (let up = 0; up < target.count; up++) scope = scope?.parent;
    if (scope === undefined) throw new FormatError(`outer alias ${target.count} levels up, deeper than the nesting`, this.offset);
    if (sort === "type") this.types.push(this.#at(scope.types, target.idx, sort));
    else if (sort === "component") this.components.push(this.#at(scope.components, target.idx, sort));
  }

  /** Enters a type definition. */
  define(type: Type): void {
    const resolved = this.#resolve(type);
    if (sizeOf(resolved) > MAX_TYPE_SIZE)
      throw new FormatError(`a type of more than ${MAX_TYPE_SIZE} parts, more than any host accepts`, this.offset);
    this.types.push(resolved);
  }

  /** A fresh item of the given type: its resources are new. */
  bind(name: string, type: ExternType): Extern {
    switch (type.kind) {
      case "func":
        return { kind: "func", type: this.func(type.type) };
      case "type": {
        if (type.bound.kind === "sub resource") return { kind: "type", type: { kind: "resource", name } };
        const bound = this.#at(this.types, type.bound.type, "type");
        return isOpaque(bound) ? { kind: "component" } : { kind: "type", type: bound };
      }
      case "instance": {
        const template = this.#at(this.types, type.type, "type");
        if (!isTemplate(template) || template.kind !== "instance type")
          throw new FormatError(`the type of \`${name}\` is not an instance type`, this.offset);
        return { kind: "instance", exports: exportsOf(template) };
      }
      case "component":
      case "core module":
      case "value":
        return { kind: type.kind };
    }
  }

  func(index: number): FuncType {
    const type = this.#at(this.types, index, "type");
    if (typeof type === "string" || type.kind !== "func") throw new FormatError(`type ${index} is not a function type`, this.offset);
    return type;
  }

  #resolve(type: Type): TypeEntry {
    const value = (each: BinaryValType): ValType => this.#value(each);
    const maybe = (each: BinaryValType | undefined): ValType | undefined => (each === undefined ? undefined : value(each));
    const fields = (all: readonly { label: string; type: BinaryValType }[]): readonly Field[] =>
      all.map((each) => ({ label: each.label, type: value(each.type) }));
    switch (type.kind) {
      case "primitive":
        return type.type;
      case "record":
        return { kind: "record", fields: fields(type.fields) };
      case "variant":
        return { kind: "variant", cases: type.cases.map((each) => ({ label: each.label, type: maybe(each.type) })) };
      case "list":
        return { kind: "list", element: value(type.element) };
      case "fixed list":
        return { kind: "fixed list", element: value(type.element), length: type.length };
      case "map":
        return { kind: "map", key: value(type.key), value: value(type.value) };
      case "tuple":
        return { kind: "tuple", types: type.types.map(value) };
      case "flags":
      case "enum":
        return { kind: type.kind, labels: type.labels };
      case "option":
        return { kind: "option", some: value(type.some) };
      case "result":
        return { kind: "result", ok: maybe(type.ok), error: maybe(type.error) };
      case "own":
      case "borrow":
        return { kind: type.kind, resource: this.#resource(type.resource) };
      case "stream":
      case "future":
        return { kind: type.kind, element: maybe(type.element) };
      case "func":
      case "async func":
        return {
          kind: "func",
          async: type.kind === "async func",
          params: fields(type.params),
          result: type.result.kind === "one" ? value(type.result.type) : undefined,
        };
      case "resource":
        return { kind: "resource", name: "resource" };
      case "instance":
        return { kind: "instance type", decls: type.decls, scope: this };
      case "component":
        return { kind: "component type", decls: type.decls, scope: this };
    }
  }

  #value(type: BinaryValType): ValType {
    if (typeof type === "string") return type;
    const found = this.#at(this.types, type, "type");
    if (typeof found === "string") return found;
    if (found.kind === "resource" || isOpaque(found)) throw new FormatError(`type ${type} is not a value type`, this.offset);
    return found;
  }

  #resource(index: number): Resource {
    const found = this.#at(this.types, index, "type");
    if (typeof found === "string" || found.kind !== "resource") throw new FormatError(`type ${index} is not a resource type`, this.offset);
    return found;
  }

  #at<T>(space: readonly T[], index: number, sort: string): T {
    if (index >= space.length) throw new FormatError(`${sort} index ${index}, where there are ${space.length}`, this.offset);
    return space[index] as T;
  }
}

/** What validators allow: written down, a type can be small and still be made of no end of parts. */
const MAX_TYPE_SIZE = 1_000_000;

const sizes = new WeakMap<object, number>();

/** How many parts a value or function type is made of, counted as often as they occur. */
function sizeOf(type: TypeEntry): number {
  if (typeof type === "string" || isTemplate(type) || type.kind === "resource") return 1;
  const known = sizes.get(type);
  if (known !== undefined) return known;
  const inner = type.kind === "func" ? signatureTypes(type) : parts(type);
  const size = 1 + inner.reduce((sum, each) => sum + sizeOf(each), 0) * (type.kind === "fixed list" ? type.length : 1);
  sizes.set(type, size);
  return size;
}

/** The exports of a new instance of an instance type. */
function exportsOf(template: Template): Exports {
  const scope = new Scope(template.scope);
  const exports = new Map<string, Extern>();
  for (const decl of template.decls) {
    if (decl.kind === "type") scope.define(decl.type);
    else if (decl.kind === "alias") scope.alias(decl.alias);
    else if (decl.kind === "export") {
      const item = scope.bind(decl.export.name.name, decl.export.type);
      scope.push(item);
      exports.set(decl.export.name.name, attributed(item, decl.export.name, scope.offset));
    }
  }
  return exports;
}

function isTemplate(type: TypeEntry): type is Template {
  return typeof type === "object" && (type.kind === "instance type" || type.kind === "component type");
}

/** Types that interfaces do not export: those of instances, components and functions. */
function isOpaque(type: TypeEntry): type is Template | FuncType {
  return isTemplate(type) || (typeof type === "object" && type.kind === "func");
}
