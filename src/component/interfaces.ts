/**
 * The interfaces that an output deals with, each once per series of versions: what the app imports as
 * 0.2.0 and as 0.2.12 becomes one interface with the functions of both. Types that stand for each other
 * become one object, so identity goes on telling resources apart.
 */
import type { Attribute } from "../binary/externs.ts";
import { LinkError } from "../errors.ts";
import { sameAttributes } from "./attributes.ts";
import { difference } from "./difference.ts";
import { compareVersions, keyOf, parseInterfaceName } from "./names.ts";
import {
  type Attributed,
  type DefinedType,
  type Exports,
  type Extern,
  type FuncType,
  isNamed,
  type Named,
  parts,
  type Resource,
  shapeOf,
  type ValType,
  withParts,
} from "./types.ts";
import { itemText } from "./wit.ts";

export interface Interface {
  readonly key: string;
  /** The name without its version. */
  readonly base: string;
  /** The name under the highest version that was asked for, or for `addOldest` the lowest that has all that was asked for. */
  readonly name: string;
  readonly exports: Exports;
  /** What the name says beside itself where it is imported. */
  readonly attributes: readonly Attribute[];
}

interface Entry {
  key: string;
  base: string;
  name: string;
  version: string | undefined;
  exports: Map<string, Extern>;
  attributes: readonly Attribute[];
  /** The import that each of the exports was first seen in. */
  sources: Map<string, string>;
  /** The lowest version that each of the exports was seen in. */
  since: Map<string, Since>;
}

interface Since {
  readonly name: string;
  readonly version: string | undefined;
}

/** Is told of two items of one name that are not the same. */
type Disagreement = (source: string, label: string, item: Extern, existing: Extern) => void;

export class Interfaces {
  readonly #entries = new Map<string, Entry>();
  readonly #homes = new Map<Named, { readonly key: string; readonly name: string }>();
  /** What types are called where they are exported. */
  readonly #names = new Map<Named, string>();
  /** What an object of a later version is replaced by. */
  readonly #canonical = new Map<object, object>();

  /**
   * Adds an imported instance.
   * @throws LinkError where two versions of one series disagree about a function, a type or the attributes of the name
   */
  add(name: string, exports: Exports, attributed?: Attributed): void {
    const before = this.#entries.get(keyOf(name));
    if (before !== undefined && attributed !== undefined && !sameAttributes(before, attributed))
      throw new LinkError(`imports \`${before.name}\` and \`${name}\` have other attributes, and the two cannot be one interface`, {
        import: name,
      });
    this.#add(name, exports, (source, label, canonical, existing) => {
      const { here, there, why } = this.#compare(label, canonical, existing);
      throw new LinkError(
        `import \`${name}\` has \`${here}\`, and \`${source}\`, which is imported too, \`${there}\`: ${why}, and the two cannot be one interface`,
        { import: name, wanted: here, found: there },
      );
    });
    const entry = this.#entries.get(keyOf(name));
    if (entry !== undefined && attributed?.attributes !== undefined) entry.attributes = attributed.attributes;
  }

  /**
   * Adds an instance that stands for an imported one.
   * @throws LinkError where it is another; `what` is its subject
   */
  addFitting(name: string, exports: Exports, what: string): void {
    this.#add(name, exports, (source, label, canonical, existing) => {
      const { here, there, why } = this.#compare(label, canonical, existing);
      throw new LinkError(`${what} with \`${here}\`, and \`${source}\`, which is imported, has \`${there}\`: ${why}`, {
        import: source,
        wanted: there,
        found: here,
      });
    });
  }

  #compare(label: string, canonical: Extern, existing: Extern): { readonly here: string; readonly there: string; readonly why: string } {
    const names = { left: this.nameOf, right: this.nameOf };
    return {
      here: itemText(label, canonical, this.nameOf),
      there: itemText(label, existing, this.nameOf),
      why: difference(canonical, existing, names) ?? "they mention different resources",
    };
  }

  /** Adds what is known of an interface: it raises no version, and is left out where it disagrees. */
  addKnown(name: string, exports: Exports): void {
    this.#add(name, exports, undefined);
  }

  /**
   * The same of a version that every host of its series has. What was imported goes by the name of the lowest version that has all of
   * it, which is this one or one that was asked for. A name that says more than itself stays.
   */
  addOldest(name: string, exports: Exports): void {
    const { key, version } = parseInterfaceName(name) ?? { key: name, version: undefined };
    const entry = this.#entries.get(key);
    const imported = new Map(entry?.since);
    const differing = new Set<string>();
    this.#add(name, exports, (_source, label) => void differing.add(label), "oldest");
    if (entry === undefined || entry.attributes.length > 0) return;
    const needed = [...imported].map(([label, since]) => (exports.has(label) && !differing.has(label) ? { name, version } : since));
    const last = needed.toSorted(bySince).at(-1);
    if (last === undefined) return;
    entry.version = last.version;
    entry.name = last.name;
  }

  /** What a type is called by those who export it. */
  readonly nameOf = (type: Named): string | undefined => this.#homes.get(type)?.name ?? this.#names.get(type);

  #add(name: string, exports: Exports, disagree: Disagreement | undefined, age: "newest" | "oldest" = "newest"): void {
    const parsed = parseInterfaceName(name);
    const key = parsed?.key ?? name;
    const entry = this.#entries.get(key) ?? {
      key,
      base: parsed?.base ?? name,
      name,
      version: parsed?.version,
      exports: new Map<string, Extern>(),
      attributes: [],
      sources: new Map<string, string>(),
      since: new Map<string, Since>(),
    };
    if (
      disagree !== undefined &&
      age === "newest" &&
      parsed?.version !== undefined &&
      entry.version !== undefined &&
      compareVersions(parsed.version, entry.version) > 0
    ) {
      entry.version = parsed.version;
      entry.name = name;
    }
    this.#entries.set(key, entry);
    for (const [label, item] of exports) {
      this.#addExport(entry, label, item, disagree);
      if (!entry.sources.has(label)) entry.sources.set(label, name);
      const here = { name, version: parsed?.version };
      const since = entry.since.get(label);
      if (since === undefined || bySince(here, since) < 0) entry.since.set(label, here);
    }
  }

  get(key: string): Interface | undefined {
    return this.#entries.get(key);
  }

  /** What an interface exports under some of its names, in its order. */
  pick(key: string, names: ReadonlySet<string>): readonly (readonly [name: string, item: Extern])[] {
    return [...(this.#entries.get(key)?.exports ?? [])].filter(([name]) => names.has(name));
  }

  /** All keys, each after those that it depends on. */
  keys(): readonly string[] {
    return [...this.#entries.keys()];
  }

  /** The interface that first exported a resource or named type. */
  homeOf(type: Named): { readonly key: string; readonly name: string } | undefined {
    return this.#homes.get(type);
  }

  /** `type` with every part replaced by what stands for it. */
  canonicalFunc(type: FuncType): FuncType {
    const params = type.params.map((param) => ({ label: param.label, type: this.canonical(param.type) }));
    return { kind: "func", async: type.async, params, result: type.result === undefined ? undefined : this.canonical(type.result) };
  }

  canonical(type: ValType): ValType {
    if (typeof type === "string") return type;
    const known = this.#canonical.get(type);
    if (known !== undefined) return known as DefinedType;
    const rebuilt = withParts(
      type,
      (part) => this.canonical(part),
      (resource) => this.canonicalResource(resource),
    );
    this.#canonical.set(type, rebuilt);
    return rebuilt;
  }

  #addExport(entry: Entry, label: string, item: Extern, disagree: Disagreement | undefined): void {
    const existing = entry.exports.get(label);
    const canonical = this.#canonicalItem(item);
    if (canonical.kind === "type" && isNamed(canonical.type) && !this.#names.has(canonical.type)) this.#names.set(canonical.type, label);
    if (existing === undefined) {
      entry.exports.set(label, canonical);
      if (canonical.kind === "type" && isNamed(canonical.type) && !this.#homes.has(canonical.type)) {
        this.#homes.set(canonical.type, { key: entry.key, name: label });
      }
      return;
    }
    if (
      canonical.kind === "type" &&
      existing.kind === "type" &&
      isObject(existing.type) &&
      isObject(canonical.type) &&
      canonical.type !== existing.type
    ) {
      const bothResources = canonical.type.kind === "resource" && existing.type.kind === "resource";
      if (bothResources || (isNamed(canonical.type) && isNamed(existing.type) && sameType(canonical.type, existing.type))) {
        this.#canonical.set(item.kind === "type" && isObject(item.type) ? item.type : canonical.type, existing.type);
        this.#canonical.set(canonical.type, existing.type);
        return;
      }
    }
    if (!sameItem(canonical, existing)) disagree?.(entry.sources.get(label) ?? entry.name, label, canonical, existing);
  }

  #canonicalItem(item: Extern): Extern {
    if (item.kind === "func") return { ...item, type: this.canonicalFunc(item.type) };
    if (item.kind !== "type" || !isObject(item.type)) return item;
    if (item.type.kind === "resource") return { ...item, type: this.canonicalResource(item.type) };
    return { ...item, type: this.canonical(item.type) };
  }

  canonicalResource(resource: Resource): Resource {
    return (this.#canonical.get(resource) as Resource | undefined) ?? resource;
  }
}

const bySince = (left: Since, right: Since): number => compareVersions(left.version ?? "0", right.version ?? "0");

const isObject = <T extends Named>(type: T | string | undefined): type is T => typeof type === "object";

function sameItem(left: Extern, right: Extern): boolean {
  if (left.kind === "func" && right.kind === "func") return sameFunc(left.type, right.type);
  if (left.kind === "type" && right.kind === "type") return sameType(left.type, right.type);
  return left.kind === right.kind;
}

function sameFunc(left: FuncType, right: FuncType): boolean {
  return (
    left.async === right.async &&
    left.params.length === right.params.length &&
    left.params.every((param, i) => param.label === right.params[i]?.label && sameType(param.type, right.params[i].type)) &&
    sameType(left.result, right.result)
  );
}

/** Equal structure; resources by identity. */
function sameType(left: ValType | Resource | undefined, right: ValType | Resource | undefined): boolean {
  if (left === right) return true;
  if (!isObject(left) || !isObject(right) || left.kind !== right.kind) return false;
  if (left.kind === "resource" || right.kind === "resource") return false;
  if (shapeOf(left) !== shapeOf(right)) return false;
  const others = parts(right);
  return parts(left).every((part, i) => sameType(part, others[i]));
}
