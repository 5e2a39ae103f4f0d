/** Resources that items mention and do not make themselves. */
import type { Work } from "./limits.ts";
import { type AnyType, originOf } from "./substitution.ts";
import { type Exports, type Extern, parts, type Resource, signatureTypes } from "./types.ts";

export function freeResources(items: Iterable<Extern>, work: Work): ReadonlySet<Resource> {
  const search = new Search(work);
  for (const item of items) search.item(item);
  return search.free();
}

export function freeResourcesOf(type: AnyType, work: Work): ReadonlySet<Resource> {
  const search = new Search(work);
  search.type(type);
  return search.free();
}

/** Resources that items are, in instances too. */
export function resourcesNamedBy(items: Exports, found: Set<Resource> = new Set()): ReadonlySet<Resource> {
  for (const item of items.values()) {
    if (item.kind === "instance") resourcesNamedBy(item.exports, found);
    else if (item.kind === "type" && typeof item.type === "object" && item.type.kind === "resource") found.add(originOf(item.type));
  }
  return found;
}

class Search {
  readonly #seen = new Set<object>();
  readonly #mentioned = new Set<Resource>();
  /** Those of types of instances and components, which are mentioned nowhere else. */
  readonly #bound = new Set<Resource>();
  readonly #work: Work;

  constructor(work: Work) {
    this.#work = work;
  }

  free(): ReadonlySet<Resource> {
    return new Set([...this.#mentioned].filter((resource) => !this.#bound.has(resource)));
  }

  item(item: Extern): void {
    this.#work.step();
    if (item.kind === "instance") this.#items(item.exports);
    else if (item.kind !== "core module") this.type(item.type);
  }

  #items(items: Exports): void {
    if (this.#seen.has(items)) return;
    this.#seen.add(items);
    for (const item of items.values()) this.item(item);
  }

  type(type: AnyType): void {
    if (typeof type === "string" || this.#seen.has(type)) return;
    this.#seen.add(type);
    this.#work.step();
    switch (type.kind) {
      case "resource":
        this.#mentioned.add(originOf(type));
        break;
      case "func":
        for (const each of signatureTypes(type)) this.type(each);
        break;
      case "instance type":
        for (const each of type.resources) this.#bound.add(each);
        this.#items(type.exports);
        break;
      case "component type":
        for (const each of [...type.imported, ...type.defined]) this.#bound.add(each);
        this.#items(type.imports);
        this.#items(type.exports);
        break;
      default:
        for (const part of parts(type)) this.type(part);
    }
  }
}
