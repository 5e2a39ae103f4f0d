/**
 * Index spaces of a component, or of a type of instances or components, with every index resolved as it is read
 * (Explainer.md, "Index Spaces"). A scope only grows, and an index only looks back. What enters it is the business of a
 * file for each chapter: `alias-definitions.ts`, `type-definitions.ts`, `extern-definitions.ts`, `instantiation.ts` and
 * `canonical-definitions.ts`.
 */
import { article } from "../article.ts";
import type { Sort } from "../binary/sorts.ts";
import { type CoreExports, type CoreExtern, type CoreTypeId, CoreTypes, type ModuleType } from "./core-types.ts";
import { MAX_DEPTH, MAX_ITEMS_OF, MAX_PARTS, Work } from "./limits.ts";
import { Names } from "./naming.ts";
import type { AnyType } from "./substitution.ts";
import { Subtyping } from "./subtyping.ts";
import {
  type ComponentType,
  type Exports,
  type Extern,
  type FuncType,
  type InstanceType,
  isResource,
  type Resource,
  type ValType,
} from "./types.ts";

/** What all scopes of one validation share. */
export class Validation {
  readonly work: Work = new Work();
  readonly coreTypes: CoreTypes = new CoreTypes(this.work);
  readonly subtyping: Subtyping = new Subtyping(this.work, this.coreTypes);
  /** Whether a function has been lowered with the option `async`. */
  lowersAsync = false;
}

export const CORE_KINDS = {
  "core func": "func",
  "core table": "table",
  "core memory": "memory",
  "core global": "global",
  "core tag": "tag",
} as const;
export type CoreItemSort = keyof typeof CORE_KINDS;

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
        return this.refuseValues();
      default:
        return this.fail(`${article(sort)}, which is nothing that a component can have`);
    }
  }

  refuseValues(): never {
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

  instanceType(index: number): InstanceType {
    const type = this.type(index);
    return typeof type === "object" && type.kind === "instance type" ? type : this.fail(`type ${index} is not an instance type`);
  }

  componentType(index: number): ComponentType {
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

  pushCore(sort: CoreItemSort, item: CoreExtern): void {
    this.count(sort);
    this.coreItems[sort].push(item);
  }

  checkSize({ size, depth }: { readonly size: number; readonly depth: number }): void {
    if (size > MAX_PARTS) this.fail(`a type of more than ${MAX_PARTS} parts, more than any host accepts`);
    if (depth > MAX_DEPTH) this.fail(`types lie more than ${MAX_DEPTH} deep in each other`);
  }

  /** Checks that the core function at `index` has these parameters and results. */
  checkCoreFunc(index: number, params: readonly string[], results: readonly string[], what: string): void {
    const id = this.coreFunc(index);
    const found = id === undefined ? undefined : this.validation.coreTypes.signature(id);
    if (found !== undefined && (found.params.join() !== params.join() || found.results.join() !== results.join()))
      this.fail(`core function ${index} is ${what} and not of the type (${params.join(", ")}) -> (${results.join(", ")})`);
  }
}

export function itemOf(type: AnyType): Extern {
  if (typeof type !== "string" && (type.kind === "func" || type.kind === "instance type" || type.kind === "component type"))
    return { kind: "item type", type };
  return { kind: "type", type };
}
