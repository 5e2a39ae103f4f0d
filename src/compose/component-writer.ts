/**
 * Writes a component section by section. Nobody counts indices: everything that is added returns the index
 * it got in the index space of its sort. Neighbouring items of one kind share a section.
 */
import type { Alias } from "../binary/aliases.ts";
import type { Canon } from "../binary/canon.ts";
import { byteLength, type Chunk } from "../binary/chunk.ts";
import { type Chunks, encodeSections, MAX_NESTED_BYTES, type NewSection as Section } from "../binary/component.ts";
import type { ExternType } from "../binary/externs.ts";
import type { CoreInstance, Instance } from "../binary/instances.ts";
import { encodeNames, NAME_SECTION } from "../binary/name-section.ts";
import type { Sort, SortIdx } from "../binary/sorts.ts";
import type { Type } from "../binary/types.ts";
import { externNameOf } from "../component/attributes.ts";
import type { Attributed } from "../component/types.ts";
import { LinkError } from "../errors.ts";

type ItemSection = Extract<Section, { readonly items: readonly unknown[] }>;
type Item<K extends ItemSection["kind"]> = Extract<ItemSection, { readonly kind: K }>["items"][number];

/** @throws LinkError for a component that no engine loads inside another */
export function checkNested(byteLength: number, what: string): void {
  if (byteLength <= MAX_NESTED_BYTES) return;
  throw new LinkError(
    `${what} has ${byteLength} bytes, and engines load at most ${MAX_NESTED_BYTES} (1 GiB) of a component inside another`,
  );
}

export class ComponentWriter {
  readonly #name: string | undefined;
  readonly #sections: Section[] = [];
  readonly #counts = new Map<Sort, number>();
  /** Names of exports by what they are without their case. */
  readonly #exported = new Map<string, string>();
  readonly #names = new Map<Sort, Map<number, string>>();

  /** `name` is what other tools call the component: for people only, as all names. */
  constructor(name?: string) {
    this.#name = name;
  }

  type(type: Type): number {
    return this.#item("type", "type", type);
  }

  alias(sort: Sort, target: Alias["target"]): number {
    return this.#item("alias", sort, { sort, target });
  }

  /** An alias of what an instance exports. */
  exportOf(sort: Sort, instance: number, name: string): number {
    return this.alias(sort, { kind: "export", instance, name });
  }

  /** An alias of what a core instance exports. */
  coreExportOf(sort: Sort, instance: number, name: string): number {
    return this.alias(sort, { kind: "core export", instance, name });
  }

  import(name: string, type: ExternType, attributed: Attributed = {}): number {
    return this.#item("import", type.kind, { name: externNameOf(name, attributed), type });
  }

  /** @throws LinkError where another export's name is the same but for its case */
  export(name: string, item: SortIdx, attributed: Attributed = {}): number {
    this.#checkCase(name);
    return this.#item("export", item.sort, { name: externNameOf(name, attributed), item, type: undefined });
  }

  /** Interfaces may be spelled as each likes, but a part exports what several of them name. */
  #checkCase(name: string): void {
    const other = this.#exported.get(name.toLowerCase()) ?? name;
    if (other !== name) throw new LinkError(`\`${other}\` and \`${name}\` differ in their case alone, and no component can export both`);
    this.#exported.set(name.toLowerCase(), name);
  }

  /** An export under a type of its own choosing, which the item's type must fit. */
  exportAs(name: string, item: SortIdx, type: ExternType): number {
    this.#checkCase(name);
    return this.#item("export", item.sort, { name: { kind: "plain", name }, item, type });
  }

  instance(instance: Instance): number {
    return this.#item("instance", "instance", instance);
  }

  coreInstance(instance: CoreInstance): number {
    return this.#item("core instance", "core instance", instance);
  }

  canon(canon: Canon): number {
    return this.#item("canon", canon.kind === "lift" ? "func" : "core func", canon);
  }

  coreModule(bytes: Chunks): number {
    this.#sections.push({ kind: "core module", bytes });
    return this.#count("core module");
  }

  /**
   * `what` says in errors whose component it is. Core modules, which have the same limit, only lie in such components.
   * @throws LinkError for one that no engine loads inside another
   */
  component(bytes: Chunks, what = "a component"): number {
    checkNested(bytes instanceof Uint8Array ? bytes.length : byteLength(bytes), what);
    this.#sections.push({ kind: "component", bytes });
    return this.#count("component");
  }

  custom(name: string, bytes: Uint8Array): void {
    this.#sections.push({ kind: "custom", name, bytes });
  }

  /** What other tools call an item. */
  name(sort: Sort, index: number, name: string): void {
    this.#names.set(sort, (this.#names.get(sort) ?? new Map()).set(index, name));
  }

  /** The whole component; modules and nested components by reference. */
  finish(): readonly Chunk[] {
    if (this.#name !== undefined || this.#names.size > 0)
      this.custom(NAME_SECTION, encodeNames({ component: this.#name, items: this.#names }));
    return encodeSections(this.#sections);
  }

  #count(sort: Sort): number {
    const index = this.#counts.get(sort) ?? 0;
    this.#counts.set(sort, index + 1);
    return index;
  }

  #item<K extends ItemSection["kind"]>(kind: K, sort: Sort, item: Item<K>): number {
    const last = this.#sections.at(-1);
    if (last?.kind === kind) (last as unknown as { items: unknown[] }).items.push(item); // ours, made below
    else this.#sections.push({ kind, items: [item] } as unknown as Section); // `kind` and `item` belong together
    return this.#count(sort);
  }
}
