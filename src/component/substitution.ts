/**
 * Types in place of others: the resources of a new instance in place of those of its type, arguments in place of
 * imports. And types under another name, which are the same and yet have that name.
 */
import type { Work } from "./limits.ts";
import {
  type ComponentType,
  type Exports,
  type Extern,
  type FuncType,
  type InstanceType,
  type ItemType,
  type Resource,
  type ValType,
  withParts,
} from "./types.ts";

/** Whatever is in the index space of types. */
export type AnyType = ValType | Resource | ItemType;

const origins = new WeakMap<object, object>();
/** Of a type with a name, the one that was given the name: it may itself be one with a name. */
const bases = new WeakMap<object, object>();

/** `type` as an import or export names it: another object, and the same type. */
export function renamed<T extends AnyType>(type: T): T {
  if (typeof type === "string") return type;
  const copy = { ...(type as T & object) };
  origins.set(copy, originOf<AnyType>(type) as object); // a string has just been ruled out
  bases.set(copy, type);
  return copy;
}

/** What a type was before it was named. */
export function originOf<T extends AnyType>(type: T): T {
  return typeof type === "string" ? type : ((origins.get(type) as T | undefined) ?? type); // `renamed` has put it there
}

/** Replaces types wherever they are mentioned. */
export class Substitution {
  /** What stands in the place of types and of instances' exports; what stays is its own replacement. */
  readonly #replacements = new Map<object, object>();
  readonly #work: Work;
  readonly #keepsNames: boolean;

  /** Without names, what is one type becomes one object, whoever names it. */
  constructor(work: Work, keepsNames = true) {
    this.#work = work;
    this.#keepsNames = keepsNames;
  }

  replace(type: object, by: object): void {
    this.#work.step();
    this.#replacements.set(type, by);
  }

  has(type: object): boolean {
    return this.#replacements.has(type);
  }

  item(item: Extern): Extern {
    this.#work.step();
    if (item.kind === "core module") return item;
    if (item.kind === "instance") {
      const exports = this.items(item.exports);
      return exports === item.exports ? item : { ...item, exports };
    }
    const type = this.type(item.type);
    // A replacement is of the kind of what it replaces.
    return type === item.type ? item : ({ ...item, type } as Extern);
  }

  items(items: Exports): Exports {
    return this.#computed(items, () => {
      const replaced = new Map([...items].map(([name, item]) => [name, this.item(item)]));
      return [...replaced].every(([name, item]) => item === items.get(name)) ? items : replaced;
    });
  }

  type<T extends AnyType>(type: T): T {
    if (typeof type === "string") return type;
    // What is exported may be the import by another name: so the names are followed one by one, to the first with a replacement.
    const names: object[] = [];
    let base: object = type as T & object;
    for (let next = bases.get(base); next !== undefined && !this.#replacements.has(base); next = bases.get(base)) {
      names.push(base);
      base = next;
    }
    let replaced: object = this.#computed(base, () => this.#structure(base as Exclude<AnyType, string>)); // all that is above are types
    for (const name of names.reverse()) {
      this.#work.step();
      if (this.#keepsNames) replaced = replaced === bases.get(name) ? name : (renamed(replaced as AnyType) as object); // of the same kind
      this.#replacements.set(name, replaced);
    }
    return replaced as T & object; // of the same kind
  }

  #structure(type: Exclude<AnyType, string>): Exclude<AnyType, string> {
    switch (type.kind) {
      case "resource":
        return type;
      case "func":
        return this.#func(type);
      case "instance type":
        return this.#instanceType(type);
      case "component type":
        return this.#componentType(type);
      default:
        return withParts(
          type,
          (part) => this.type(part),
          (resource) => this.type(resource),
        );
    }
  }

  #func(type: FuncType): FuncType {
    const params = type.params.map(({ label, type: param }) => ({ label, type: this.type(param) }));
    const result = type.result === undefined ? undefined : this.type(type.result);
    const isSame = result === type.result && params.every((each, i) => each.type === type.params[i]?.type);
    return isSame ? type : { ...type, params, result };
  }

  #instanceType(type: InstanceType): InstanceType {
    const exports = this.items(type.exports);
    return exports === type.exports ? type : { ...type, exports };
  }

  #componentType(type: ComponentType): ComponentType {
    const [imports, exports] = [this.items(type.imports), this.items(type.exports)];
    return imports === type.imports && exports === type.exports ? type : { ...type, imports, exports };
  }

  #computed<T extends object>(key: T, compute: () => T): T {
    const known = this.#replacements.get(key);
    if (known !== undefined) return known as T; // of the same kind
    this.#work.step();
    const found = compute();
    this.#replacements.set(key, found);
    return found;
  }
}
