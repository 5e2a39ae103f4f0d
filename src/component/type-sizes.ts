/** How large types are when they are written out, how deep, and whether they hold borrowed handles; computed once for each. */
import type { AnyType } from "./substitution.ts";
import { type Exports, type Extern, parts, type Resource, signatureTypes } from "./types.ts";

export interface TypeSize {
  /** Parts, counted as often as they occur. */
  readonly size: number;
  readonly depth: number;
  readonly hasBorrow: boolean;
}

const ONE: TypeSize = { size: 1, depth: 1, hasBorrow: false };

/** What is known of the types of one validation. */
export class TypeSizes {
  readonly #known = new Map<object, TypeSize>();

  of(type: AnyType): TypeSize {
    if (typeof type === "string" || type.kind === "resource") return ONE;
    return this.#known.get(type) ?? this.#remember(type, this.#compute(type));
  }

  /** Of an instance, by what it exports. */
  ofItems(items: Exports): TypeSize {
    return this.#known.get(items) ?? this.#remember(items, sum([...items.values()].map((item) => this.ofItem(item))));
  }

  ofItem(item: Extern): TypeSize {
    if (item.kind === "instance") return this.ofItems(item.exports);
    if (item.kind !== "core module") return this.of(item.type);
    return { size: 1 + item.type.imports.length + item.type.exports.size, depth: 1, hasBorrow: false };
  }

  #remember(key: object, size: TypeSize): TypeSize {
    this.#known.set(key, size);
    return size;
  }

  #compute(type: Exclude<AnyType, string | Resource>): TypeSize {
    switch (type.kind) {
      case "func":
        return this.#sum(signatureTypes(type));
      case "instance type":
        return this.ofItems(type.exports);
      case "component type":
        return sum([this.ofItems(type.imports), this.ofItems(type.exports)]);
      case "fixed list": {
        const { size, depth, hasBorrow } = this.of(type.element);
        return { size: 1 + size * type.length, depth: depth + 1, hasBorrow };
      }
      default: {
        const found = this.#sum(parts(type));
        return type.kind === "borrow" ? { ...found, hasBorrow: true } : found;
      }
    }
  }

  #sum(types: readonly AnyType[]): TypeSize {
    return sum(types.map((type) => this.of(type)));
  }
}

function sum(sizes: readonly TypeSize[]): TypeSize {
  let [size, depth, hasBorrow] = [1, 0, false];
  for (const each of sizes) {
    size += each.size;
    depth = Math.max(depth, each.depth);
    hasBorrow ||= each.hasBorrow;
  }
  return { size, depth: depth + 1, hasBorrow };
}
