/**
 * Writes resolved types into an index space: that of a component or of an instance type.
 * Equal types are written once. Types that have a name (records, variants, flags, enums, resources) must be
 * exported before they are used: `bind` says which index a type has from then on.
 */
import type { Type } from "../binary/types.ts";
import type { ValType as BinaryValType } from "../binary/val-types.ts";
import { type DefinedType, type FuncType, isNominal, type Named, type Resource, type ValType } from "../component/types.ts";

export interface TypeSpace {
  /** Adds a definition and returns its index. */
  define(type: Type): number;
  /** The index of a resource or named type that comes from elsewhere. */
  foreign(type: Named): number;
}

export class TypeEncoder {
  readonly #space: TypeSpace;
  readonly #bound = new Map<object, number>();
  readonly #named = new Set<object>();
  readonly #defined = new Map<string, number>();

  constructor(space: TypeSpace) {
    this.#space = space;
  }

  /**
   * From now on, `index` (an import or export) stands for `type`. The first name stays: `trailers` may be
   * another name of `fields`, but methods belong to `fields`.
   */
  bind(type: object, index: number): void {
    if (this.#named.has(type)) return;
    this.#named.add(type);
    this.#bound.set(type, index);
  }

  /** Whether `type` has got a name here. */
  has(type: object): boolean {
    return this.#named.has(type);
  }

  /** The index of a type that has a name; it comes from elsewhere if it is not bound. */
  named(type: Named): number {
    const known = this.#bound.get(type);
    if (known !== undefined) return known;
    const index = this.#space.foreign(type);
    this.#bound.set(type, index);
    return index;
  }

  val(type: ValType): BinaryValType {
    if (typeof type === "string") return type;
    return isNominal(type) ? this.named(type) : this.definition(type);
  }

  func(type: FuncType): number {
    const params = type.params.map((param) => ({ label: param.label, type: this.val(param.type) }));
    const result = type.result === undefined ? ({ kind: "none" } as const) : ({ kind: "one", type: this.val(type.result) } as const);
    return this.#define({ kind: type.async ? "async func" : "func", params, result });
  }

  /** The index of a definition of `type` by structure, whether or not it has a name too. */
  definition(type: DefinedType): number {
    return this.#bound.get(type) ?? this.#define(this.#structure(type));
  }

  /** An index that stands for `type`, to export it by. */
  typeEntry(type: ValType | Resource): number {
    if (typeof type === "string") return this.#define({ kind: "primitive", type });
    if (type.kind === "resource") return this.named(type);
    return this.definition(type);
  }

  /** The same, with whatever `type` is made of under the names that it has by now. */
  freshEntry(type: ValType | Resource): number {
    return typeof type === "string" || type.kind === "resource" ? this.typeEntry(type) : this.#define(this.#structure(type));
  }

  #define(type: Type): number {
    const key = JSON.stringify(type);
    const known = this.#defined.get(key);
    if (known !== undefined) return known;
    const index = this.#space.define(type);
    this.#defined.set(key, index);
    return index;
  }

  #structure(type: DefinedType): Type {
    const maybe = (each: ValType | undefined): BinaryValType | undefined => (each === undefined ? undefined : this.val(each));
    switch (type.kind) {
      case "record":
        return { kind: "record", fields: type.fields.map((each) => ({ label: each.label, type: this.val(each.type) })) };
      case "variant":
        return { kind: "variant", cases: type.cases.map((each) => ({ label: each.label, type: maybe(each.type) })) };
      case "list":
        return { kind: "list", element: this.val(type.element) };
      case "fixed list":
        return { kind: "fixed list", element: this.val(type.element), length: type.length };
      case "map":
        return { kind: "map", key: this.val(type.key), value: this.val(type.value) };
      case "tuple":
        return { kind: "tuple", types: type.types.map((each) => this.val(each)) };
      case "flags":
      case "enum":
        return { kind: type.kind, labels: type.labels };
      case "option":
        return { kind: "option", some: this.val(type.some) };
      case "result":
        return { kind: "result", ok: maybe(type.ok), error: maybe(type.error) };
      case "own":
      case "borrow":
        return { kind: type.kind, resource: this.named(type.resource) };
      case "stream":
      case "future":
        return { kind: type.kind, element: maybe(type.element) };
    }
  }
}
