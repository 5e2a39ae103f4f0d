/**
 * Names that a scope gives to its imports and exports: each is well formed, told from the others, fits the item that
 * it names, and names all types that the item mentions (Explainer.md, "Import and Export Definitions" and
 * "Type Definitions": what is imported or exported mentions types only by names).
 */
import { article } from "../article.ts";
import type { ExternName } from "../binary/externs.ts";
import { attributed, implementedBy } from "./attributes.ts";
import { parseExternName, type ParsedName, uniqueKeyOf } from "./extern-names.ts";
import { MAX_PARTS, type Work } from "./limits.ts";
import { type AnyType, originOf } from "./substitution.ts";
import { type Extern, type FuncType, isNominal, parts, type Resource, signatureTypes, type ValType } from "./types.ts";
import { handled } from "./value-types.ts";

export type Direction = "import" | "export";

/** The imports or the exports of one scope. */
export class Names {
  readonly items: Map<string, Extern> = new Map();
  /** Types that have a name here. */
  readonly #named = new Set<object>();
  /** Types without a name that are made of those; once is for ever. */
  readonly #madeOfNamed = new Set<object>();
  /** Exports, for imports: a type that is imported has a name for them too. */
  readonly #others: Names | undefined;
  readonly #direction: Direction;
  readonly #work: Work;
  readonly #keys = new Set<string>();
  /** What resources are called. */
  readonly #resources = new Map<object, string>();
  readonly #resourceNames = new Set<string>();
  /** Parts of all items. */
  #size = 1;

  constructor(direction: Direction, work: Work, others?: Names) {
    this.#direction = direction;
    this.#work = work;
    this.#others = others;
  }

  /** Gives `item` a name. Its types are registered already. */
  add(name: ExternName, item: Extern): void {
    const text = name.name;
    const suffix = name.kind === "attributed" ? name.attributes.find((each) => each.kind === "versionsuffix")?.suffix : undefined;
    if (suffix !== undefined && item.kind !== "instance") this.#fail(text, "has a version suffix and is no instance");
    const parsed = parseExternName(text, suffix);
    if (typeof parsed === "string") return this.#fail(text, `is no name of an ${this.#direction}: ${parsed}`);
    if (this.#direction === "export" && ["dependency", "url", "hash"].includes(parsed.kind)) this.#fail(text, "is no name of an export");
    this.#checkItem(text, parsed, item);
    const key = uniqueKeyOf(text, parsed);
    if (this.#keys.has(key) || this.items.has(text)) this.#fail(text, "is like the name of another one");
    this.#keys.add(key);
    const complete = attributed(item, name, this.#work.offset);
    const implemented = implementedBy(complete);
    if (implemented !== undefined) {
      const interfaceName = parseExternName(implemented);
      if (typeof interfaceName === "string" || interfaceName.kind !== "interface" || parsed.kind !== "label")
        this.#fail(text, `implements \`${implemented}\`: only plain names can implement interfaces`);
    }
    this.items.set(text, complete);
    this.#size += this.#work.sizes.ofItem(item).size;
    if (this.#size > MAX_PARTS) this.#work.fail(`all ${this.#direction}s have more than ${MAX_PARTS} parts`);
  }

  /** A resource that is called `name` from now on. */
  nameResource(resource: object, name: string): void {
    this.#resources.set(resource, name);
    this.#resourceNames.add(name);
  }

  /** `[constructor]`, `[method]` and `[static]` functions are of a resource that is named before them. */
  #checkItem(name: string, parsed: ParsedName, item: Extern): void {
    if (parsed.kind !== "constructor" && parsed.kind !== "method" && parsed.kind !== "static") return;
    if (item.kind !== "func") return this.#fail(name, `is ${article(item.kind)}, not a function`);
    const { type } = item;
    if (parsed.kind === "static") {
      if (!this.#resourceNames.has(parsed.resource)) this.#fail(name, "is a function of a resource that is not named");
      return;
    }
    const resource = parsed.kind === "method" ? selfOf(type) : madeBy(type);
    if (parsed.kind === "constructor" && type.async) this.#fail(name, "is async");
    if (resource === undefined || this.#resources.get(resource) !== parsed.resource)
      this.#fail(name, parsed.kind === "method" ? "does not take its resource as `self`" : "does not make its resource");
  }

  #fail(name: string, what: string): never {
    return this.#work.fail(`${this.#direction} \`${name}\` ${what}`);
  }

  /** Whether all types that `item` mentions have names; its own then have them too. */
  register(item: Extern): boolean {
    this.#work.step();
    switch (item.kind) {
      case "type":
      case "item type":
        if (!this.#isMadeOfNamed(item.type)) return false;
        if (typeof item.type === "object") this.#name(item.type);
        return true;
      case "func":
        return this.#areNamed(signatureTypes(item.type));
      case "instance":
        return [...item.exports.values()].every((each) => this.register(each));
      default:
        return true;
    }
  }

  #name(type: object): void {
    this.#named.add(type);
    if (this.#others !== undefined) this.#others.#name(type);
  }

  /** Whether what `type` is made of has names: the type itself needs none. */
  #isMadeOfNamed(type: AnyType): boolean {
    if (typeof type === "string" || type.kind === "resource" || type.kind === "component type") return true;
    if (type.kind === "func") return this.#areNamed(signatureTypes(type));
    if (type.kind === "instance type") return [...type.exports.values()].every((item) => this.#isItemNamed(item));
    return this.#areNamed(parts(type));
  }

  #isItemNamed(item: Extern): boolean {
    if (item.kind === "component" || item.kind === "core module") return true;
    if (item.kind === "instance") return [...item.exports.values()].every((each) => this.#isItemNamed(each));
    return this.#isMadeOfNamed(item.type);
  }

  #areNamed(types: readonly (ValType | Resource)[]): boolean {
    return types.every((type) => {
      this.#work.step();
      if (typeof type === "string" || this.#named.has(type) || this.#madeOfNamed.has(type)) return true;
      if (type.kind === "resource" || isNominal(type) || !this.#areNamed(parts(type))) return false;
      this.#madeOfNamed.add(type);
      return true;
    });
  }
}

/** `[method]r.m` takes `(param "self" (borrow $r))` first. */
function selfOf({ params }: FuncType): Resource | undefined {
  const [self] = params;
  return self?.label === "self" ? handled(self.type, "borrow") : undefined;
}

/** `[constructor]r` gives `(own $r)` or `(result (own $r))`. */
function madeBy({ result }: FuncType): Resource | undefined {
  const origin = result === undefined ? undefined : originOf<ValType>(result);
  return typeof origin === "object" && origin.kind === "result" ? handled(origin.ok, "own") : handled(result, "own");
}
