/**
 * Index spaces of a component, or of a type of instances or components, with every index resolved as it is read, and
 * the rules for what enters them (Explainer.md, "Index Spaces" to "Import and Export Definitions").
 * A scope only grows, and an index only looks back.
 */
import { article } from "../article.ts";
import type { Alias } from "../binary/aliases.ts";
import { readCoreType } from "../binary/core-type-decl.ts";
import { Reader } from "../binary/codec.ts";
import type { ExternName, ExternType } from "../binary/externs.ts";
import type { Sort } from "../binary/sorts.ts";
import type { Decl, Type } from "../binary/types.ts";
import { typeOfDecls } from "./core-modules.ts";
import { type CoreExports, type CoreExtern, type CoreTypeId, CoreTypes, type ModuleType } from "./core-types.ts";
import { freeResources, freeResourcesOf, resourcesNamedBy } from "./free-resources.ts";
import { MAX_DEPTH, MAX_ITEMS_OF, MAX_PARTS, Work } from "./limits.ts";
import { type Direction, Names } from "./naming.ts";
import { type AnyType, renamed, Substitution } from "./substitution.ts";
import { Subtyping } from "./subtyping.ts";
import {
  type ComponentType,
  type Exports,
  type Extern,
  type FuncType,
  type InstanceType,
  type Resource,
  sortOf,
  type ValType,
} from "./types.ts";
import { defineFuncType, defineValueType } from "./value-types.ts";

/** What all scopes of one validation share. */
export class Validation {
  readonly work: Work = new Work();
  readonly coreTypes: CoreTypes = new CoreTypes(this.work);
  readonly subtyping: Subtyping = new Subtyping(this.work, this.coreTypes);
}

const CORE_KINDS = {
  "core func": "func",
  "core table": "table",
  "core memory": "memory",
  "core global": "global",
  "core tag": "tag",
} as const;
type CoreItemSort = keyof typeof CORE_KINDS;

const COUNTED: Readonly<Record<Exclude<Sort, "value">, keyof typeof MAX_ITEMS_OF>> = {
  "core func": "functions",
  "core table": "core tables",
  "core memory": "core memories",
  "core global": "core globals",
  "core tag": "core tags",
  "core type": "types",
  "core module": "core modules",
  "core instance": "instances",
  func: "functions",
  type: "types",
  component: "components",
  instance: "instances",
};

export type ScopeKind = "component" | "instance type" | "component type";

export class Scope {
  readonly kind: ScopeKind;
  readonly parent: Scope | undefined;
  readonly validation: Validation;
  readonly types: AnyType[] = [];
  readonly funcs: FuncType[] = [];
  readonly instances: Exports[] = [];
  readonly components: ComponentType[] = [];
  readonly coreTypes: (CoreTypeId | ModuleType)[] = [];
  readonly coreModules: ModuleType[] = [];
  readonly coreInstances: CoreExports[] = [];
  readonly coreItems: { readonly [S in CoreItemSort]: CoreExtern[] } = {
    "core func": [],
    "core table": [],
    "core memory": [],
    "core global": [],
    "core tag": [],
  };
  /** Resources that come in. */
  readonly imported: Resource[] = [];
  /** Resources that are new in each instance; with their representation where they are defined here. */
  readonly defined: Map<Resource, "i32" | undefined> = new Map();
  readonly exports: Names;
  readonly imports: Names;
  readonly #counts = new Map<string, number>();

  constructor(kind: ScopeKind, validation: Validation, parent?: Scope) {
    this.kind = kind;
    this.parent = parent;
    this.validation = validation;
    this.exports = new Names("export", validation.work);
    this.imports = new Names("import", validation.work, this.exports);
  }

  get work(): Work {
    return this.validation.work;
  }

  fail(message: string): never {
    return this.work.fail(message);
  }

  /** Counts an item of `sort` that is about to enter its index space. */
  count(sort: keyof typeof COUNTED): void {
    this.work.step();
    const what = COUNTED[sort];
    const count = (this.#counts.get(what) ?? 0) + 1;
    if (count > MAX_ITEMS_OF[what]) this.fail(`more than ${MAX_ITEMS_OF[what]} ${what} in a component`);
    this.#counts.set(what, count);
  }

  /** Enters `item` into the index space of its sort. */
  push(item: Extern): void {
    switch (item.kind) {
      case "func":
        this.count("func");
        this.funcs.push(item.type);
        break;
      case "type":
      case "item type":
        this.count("type");
        this.types.push(item.type);
        break;
      case "instance":
        this.count("instance");
        this.instances.push(item.exports);
        break;
      case "component":
        this.count("component");
        this.components.push(item.type);
        break;
      case "core module":
        this.count("core module");
        this.coreModules.push(item.type);
    }
  }

  /** The item at `index` of the index space of `sort`. */
  item(sort: Sort, index: number): Extern {
    switch (sort) {
      case "func":
        return { kind: "func", type: this.at(this.funcs, index, sort) };
      case "type":
        return itemOf(this.type(index));
      case "instance":
        return { kind: "instance", exports: this.at(this.instances, index, sort) };
      case "component":
        return { kind: "component", type: this.at(this.components, index, sort) };
      case "core module":
        return { kind: "core module", type: this.at(this.coreModules, index, sort) };
      case "value":
        return this.#refuseValues();
      default:
        return this.fail(`${article(sort)}, which is nothing that a component can have`);
    }
  }

  #refuseValues(): never {
    return this.fail("a value or a start function, which no host takes yet");
  }

  type(index: number): AnyType {
    return this.at(this.types, index, "type");
  }

  value(index: number): ValType {
    const found = this.type(index);
    const item = itemOf(found);
    if (item.kind !== "type" || isResource(item.type)) return this.fail(`type ${index} is not a value type`);
    return item.type;
  }

  resource(index: number): Resource {
    const found = this.type(index);
    return isResource(found) ? found : this.fail(`type ${index} is not a resource type`);
  }

  func(index: number): FuncType {
    const type = this.type(index);
    return typeof type === "object" && type.kind === "func" ? type : this.fail(`type ${index} is not a function type`);
  }

  #instanceType(index: number): InstanceType {
    const type = this.type(index);
    return typeof type === "object" && type.kind === "instance type" ? type : this.fail(`type ${index} is not an instance type`);
  }

  #componentType(index: number): ComponentType {
    const type = this.type(index);
    return typeof type === "object" && type.kind === "component type" ? type : this.fail(`type ${index} is not a component type`);
  }

  coreFunc(index: number): CoreTypeId | undefined {
    const found = this.at(this.coreItems["core func"], index, "core func");
    return found.kind === "func" ? found.type : undefined;
  }

  at<T>(space: readonly T[], index: number, sort: string): T {
    if (index >= space.length) this.fail(`${sort} index ${index}, where there are ${space.length}`);
    return space[index] as T; // it is there: checked right above
  }

  alias({ sort, target }: Alias): void {
    if (this.kind !== "component" && !isAliasOfType({ sort, target })) this.fail("in a type, aliases are of types and instances");
    switch (target.kind) {
      case "export": {
        const found = this.at(this.instances, target.instance, "instance").get(target.name);
        if (found === undefined) return this.fail(`alias of \`${target.name}\`, which the instance does not export`);
        const { attributes: _, ...item } = found;
        if (sortOf(item) !== sort) this.fail(`alias of \`${target.name}\`, which is no ${sort}`);
        return this.push(item);
      }
      case "core export": {
        if (!(sort in CORE_KINDS)) return this.fail(`alias of ${article(sort)} of a core instance`);
        const coreSort = sort as CoreItemSort; // checked right above
        const found = this.at(this.coreInstances, target.instance, "core instance").get(target.name);
        if (found === undefined) return this.fail(`alias of \`${target.name}\`, which the core instance does not export`);
        if ((found.kind === "unknown" ? found.sort : found.kind) !== CORE_KINDS[coreSort])
          this.fail(`alias of \`${target.name}\`, which is no ${sort}`);
        return this.pushCore(coreSort, found);
      }
      case "outer":
        return this.#outerAlias(sort, target.count, target.idx);
    }
  }

  pushCore(sort: CoreItemSort, item: CoreExtern): void {
    this.count(sort);
    this.coreItems[sort].push(item);
  }

  #outerAlias(sort: Sort, count: number, index: number): void {
    let target: Scope = this;
    let below: Scope | undefined;
    for (let up = 0; up < count; up++) {
      below = target;
      target = target.parent ?? this.fail(`outer alias ${count} levels up, deeper than the nesting`);
    }
    switch (sort) {
      case "type": {
        const type = target.type(index);
        // A component can be taken out of the one around it, so it must not know that one's resources.
        if (below?.kind === "component" && freeResourcesOf(type, this.work).size > 0)
          this.fail(`outer alias of type ${index}, which mentions a resource of the component around this one`);
        return this.push(itemOf(type));
      }
      case "component":
      case "core module":
        return this.push(target.item(sort, index));
      case "core type":
        this.count("core type");
        this.coreTypes.push(this.at(target.coreTypes, index, sort));
        return;
      default:
        return this.fail(`outer alias of ${article(sort)}`);
    }
  }

  /** Enters a type definition. */
  define(type: Type): void {
    const resolved = this.#resolve(type);
    this.checkSize(this.work.sizes.of(resolved));
    this.push(itemOf(resolved));
  }

  checkSize({ size, depth }: { readonly size: number; readonly depth: number }): void {
    if (size > MAX_PARTS) this.fail(`a type of more than ${MAX_PARTS} parts, more than any host accepts`);
    if (depth > MAX_DEPTH) this.fail(`types lie more than ${MAX_DEPTH} deep in each other`);
  }

  #resolve(type: Type): AnyType {
    switch (type.kind) {
      case "func":
      case "async func":
        return defineFuncType(type, this);
      case "resource":
        return this.#defineResource(type.rep, type.dtor);
      case "instance":
        return this.#inner("instance type", type.decls).instanceType();
      case "component":
        return this.#inner("component type", type.decls).componentType();
      default:
        return defineValueType(type, this);
    }
  }

  /** `resourcetype`: only in a component, represented by an `i32`, with a destructor that takes one. */
  #defineResource(rep: number, dtor: number | undefined): Resource {
    if (this.kind !== "component") this.fail("a resource is defined in a type: only components define them");
    if (rep !== 0x7f) this.fail("a resource that is not represented by an `i32`");
    if (dtor !== undefined) this.checkCoreFunc(dtor, ["i32"], [], "a destructor");
    const resource: Resource = { kind: "resource", name: "resource" };
    this.defined.set(resource, "i32");
    return resource;
  }

  /** Checks that the core function at `index` has these parameters and results. */
  checkCoreFunc(index: number, params: readonly string[], results: readonly string[], what: string): void {
    const id = this.coreFunc(index);
    const found = id === undefined ? undefined : this.validation.coreTypes.signature(id);
    if (found !== undefined && (found.params.join() !== params.join() || found.results.join() !== results.join()))
      this.fail(`core function ${index} is ${what} and not of the type (${params.join(", ")}) -> (${results.join(", ")})`);
  }

  #inner(kind: "instance type" | "component type", decls: readonly Decl[]): Scope {
    const scope = new Scope(kind, this.validation, this);
    for (const decl of decls) scope.declaration(decl);
    return scope;
  }

  /** Enters what a type of instances or components declares. */
  declaration(decl: Decl): void {
    switch (decl.kind) {
      case "type":
        return this.define(decl.type);
      case "core type":
        return this.defineCore(new Reader(decl.type.bytes, this.work.offset, "a core type"));
      case "alias":
        return this.alias(decl.alias);
      case "import":
        return this.declare("import", decl.import.name, decl.import.type);
      case "export":
        return this.declare("export", decl.export.name, decl.export.type);
    }
  }

  /** Enters the core type that comes next. */
  defineCore(reader: Reader): void {
    const type = readCoreType(reader);
    this.count("core type");
    const { coreTypes } = this.validation;
    if (type.kind === "rec") return coreTypes.define(type, this.coreTypes);
    const outer = (count: number, index: number): CoreTypeId => {
      let scope: Scope = this;
      for (let up = 0; up < count; up++) scope = scope.parent ?? this.fail("a core type of a scope further out than there are");
      return coreTypes.typeAt(scope.coreTypes, index);
    };
    this.coreTypes.push(typeOfDecls(type.decls, outer, coreTypes, this.work));
  }

  /** An import, or an export that a type declares: an item that is new, of the given type. */
  declare(direction: Direction, name: ExternName, type: ExternType): void {
    this.name(direction, name, this.bind(direction, name.name, type));
  }

  /** Enters an item that is imported or exported. */
  name(direction: Direction, name: ExternName, item: Extern): void {
    const names = direction === "import" ? this.imports : this.exports;
    this.push(item);
    if (item.kind === "type" && isResource(item.type)) names.nameResource(item.type, name.name);
    // The type of instances may mention what is named around it.
    if (this.kind !== "instance type" && !names.register(item))
      this.fail(`${direction} \`${name.name}\` mentions a type that no ${direction} before it names`);
    names.add(name, item);
  }

  /** What an item of a type is: an instance has resources of its own. */
  bind(direction: Direction, name: string, type: ExternType): Extern {
    const add = (resource: Resource): Resource => {
      if (direction === "import") this.imported.push(resource);
      else this.defined.set(resource, undefined);
      return resource;
    };
    switch (type.kind) {
      case "func":
        return { kind: "func", type: this.func(type.type) };
      case "type":
        if (type.bound.kind === "sub resource") return { kind: "type", type: add({ kind: "resource", name }) };
        return itemOf(renamed(this.type(type.bound.type)));
      case "instance": {
        const found = this.#instanceType(type.type);
        if (found.resources.length === 0) return { kind: "instance", exports: found.exports };
        const fresh = new Substitution(this.work);
        for (const resource of found.resources) fresh.replace(resource, add({ ...resource }));
        return { kind: "instance", exports: fresh.items(found.exports) };
      }
      case "component":
        return { kind: "component", type: this.#componentType(type.type) };
      case "core module": {
        const found = this.at(this.coreTypes, type.type, "core type");
        return typeof found === "number"
          ? this.fail(`core type ${type.type} is not the type of modules`)
          : { kind: "core module", type: found };
      }
      case "value":
        return this.#refuseValues();
    }
  }

  /** `export`: the item under a name, or as what it is said to be. */
  export(name: ExternName, sort: Sort, index: number, ascribed: ExternType | undefined): void {
    const actual = this.item(sort, index);
    if (ascribed === undefined) {
      const isType = actual.kind === "type" || actual.kind === "item type";
      return this.name("export", name, isType ? itemOf(renamed<AnyType>(actual.type)) : actual);
    }
    // Resources of its type would be new ones and never those of the item: so there are none.
    const item = this.bind("export", name.name, ascribed);
    if (!this.validation.subtyping.fits(actual, item)) this.fail(`export \`${name.name}\` is not of the type that it is said to be`);
    this.name("export", name, item);
  }

  instanceType(): InstanceType {
    return { kind: "instance type", exports: this.exports.items, resources: [...this.defined.keys()] };
  }

  /** @throws FormatError where resources of its own are in what it imports, or in what it exports without a name */
  componentType(): ComponentType {
    const [imports, exports] = [this.imports.items, this.exports.items];
    const taken = freeResources(imports.values(), this.work);
    const given = freeResources(exports.values(), this.work);
    const named = resourcesNamedBy(exports);
    const defined = [...this.defined.keys()];
    if (defined.some((resource) => taken.has(resource))) this.fail("an import mentions a resource that the component itself makes");
    const shown = defined.filter((resource) => given.has(resource));
    if (shown.some((resource) => !named.has(resource))) this.fail("an export mentions a resource that is not exported itself");
    return { kind: "component type", imports, exports, imported: this.imported, defined: shown };
  }
}

export function itemOf(type: AnyType): Extern {
  if (typeof type !== "string" && (type.kind === "func" || type.kind === "instance type" || type.kind === "component type"))
    return { kind: "item type", type };
  return { kind: "type", type };
}

function isAliasOfType({ sort, target }: Alias): boolean {
  if (target.kind === "export") return sort === "type" || sort === "instance";
  return target.kind === "outer" && (sort === "type" || sort === "core type");
}

const isResource = (type: AnyType): type is Resource => typeof type === "object" && type.kind === "resource";
