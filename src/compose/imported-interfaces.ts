/**
 * The instances that a component imports from the host, with nothing in their types but what is used:
 * the functions asked for, the types that these mention, and whatever these types are made of.
 */
import { article } from "../article.ts";
import type { Decl, InstanceType } from "../binary/types.ts";
import type { Interface, Interfaces } from "../component/interfaces.ts";
import { externNameOf } from "../component/attributes.ts";
import { isDefinition, itemsOf, mentionedBy, ownerOf } from "../component/interface-items.ts";
import { isNamed, isResource, type Named } from "../component/types.ts";
import { LinkError } from "../errors.ts";
import type { ComponentWriter } from "./component-writer.ts";
import { TypeEncoder } from "./type-encoder.ts";

/** Export names by interface key. */
export type Selection = ReadonlyMap<string, ReadonlySet<string>>;

/** `wanted` with all that its functions and types need, other interfaces' types included. */
export function close(interfaces: Interfaces, wanted: Selection): Selection {
  const closed = new Map<string, Set<string>>();
  const require = (key: string, name: string): void => {
    const names = closed.get(key) ?? new Set();
    closed.set(key, names);
    if (names.has(name)) return;
    names.add(name);
    const found = interfaceOf(interfaces, key);
    const item = found.exports.get(name);
    if (item === undefined) throw new LinkError(`\`${found.name}\` has no \`${name}\``);
    const owner = ownerOf(name);
    if (owner !== undefined && found.exports.has(owner)) require(key, owner);
    for (const type of mentionedBy(found, name, item, interfaces)) {
      const home = homeOf(interfaces, type);
      require(home.key, home.name);
    }
  };
  for (const [key, names] of wanted) for (const name of names) require(key, name);
  return closed;
}

function interfaceOf(interfaces: Interfaces, key: string): Interface {
  const found = interfaces.get(key);
  if (found === undefined) throw new LinkError(`nothing is known of the interface \`${key}\``);
  return found;
}

function homeOf(interfaces: Interfaces, type: Named): { readonly key: string; readonly name: string } {
  const home = interfaces.homeOf(type);
  if (home === undefined) throw new LinkError(`${article(type.kind)} of an import's type belongs to no interface`);
  return home;
}

export class ImportedInterfaces {
  readonly #writer: ComponentWriter;
  readonly #interfaces: Interfaces;
  readonly #selection: Selection;
  readonly #instances = new Map<string, number>();
  readonly #types = new Map<Named, number>();
  readonly #begun = new Set<string>();

  /** `selection` must be closed. */
  constructor(writer: ComponentWriter, interfaces: Interfaces, selection: Selection) {
    this.#writer = writer;
    this.#interfaces = interfaces;
    this.#selection = selection;
  }

  /** The keys of what has been imported so far, in order. */
  get keys(): readonly string[] {
    return [...this.#instances.keys()];
  }

  importAll(): void {
    for (const key of this.#selection.keys()) this.instance(key);
  }

  /** The index of the imported instance. */
  instance(key: string): number {
    const known = this.#instances.get(key);
    if (known !== undefined) return known;
    const found = interfaceOf(this.#interfaces, key);
    if (this.#begun.has(key)) throw new LinkError(`\`${found.name}\` and an interface that it uses need types of each other`);
    this.#begun.add(key);
    const type = this.#writer.type(this.#instanceType(found));
    const index = this.#writer.import(found.name, { kind: "instance", type }, found);
    this.#instances.set(key, index);
    return index;
  }

  has(type: Named): boolean {
    const home = this.#interfaces.homeOf(type);
    return home !== undefined && this.#selection.get(home.key)?.has(home.name) === true;
  }

  /** The index of a resource or named type, aliased from the instance that it belongs to. */
  type(type: Named): number {
    const known = this.#types.get(type);
    if (known !== undefined) return known;
    const home = homeOf(this.#interfaces, type);
    const index = this.#writer.exportOf("type", this.instance(home.key), home.name);
    this.#types.set(type, index);
    return index;
  }

  #instanceType({ key }: Interface): InstanceType {
    const decls: Decl[] = [];
    let typeCount = 0;
    const declare = (decl: Decl): number => {
      decls.push(decl);
      return typeCount++;
    };
    const encoder = new TypeEncoder({
      define: (type) => declare({ kind: "type", type }),
      foreign: (type) => declare({ kind: "alias", alias: { sort: "type", target: { kind: "outer", count: 1, idx: this.type(type) } } }),
    });
    for (const [name, item] of itemsOf(this.#interfaces, key, this.#selection.get(key) ?? new Set())) {
      const exportName = externNameOf(name, item);
      if (item.kind === "func") {
        decls.push({ kind: "export", export: { name: exportName, type: { kind: "func", type: encoder.func(item.type) } } });
      } else if (item.kind === "type") {
        const { type } = item;
        const isFurtherName = isNamed(type) && !isDefinition(this.#interfaces, key, name, type);
        const bound =
          isResource(type) && !isFurtherName
            ? ({ kind: "sub resource" } as const)
            : ({ kind: "eq", type: isFurtherName ? encoder.named(type) : encoder.typeEntry(type) } as const);
        const index = declare({ kind: "export", export: { name: exportName, type: { kind: "type", bound } } });
        if (typeof type === "object") encoder.bind(type, index);
      } else throw new LinkError(`\`${key}\` exports \`${name}\`, ${article(item.kind)}: only functions and types can be handed on`);
    }
    return { kind: "instance", decls };
  }
}
