/**
 * The outer component: the host's interfaces imported once each, the app byte for byte beside the parts,
 * and every import of the app wired to whoever provides it. Names no particular part.
 *
 *   import host ...     instance types pruned to what app and parts use
 *   component app, parts
 *   instance parts      with (host instances, types of other parts)
 *   instance app        with (host instances, part instances)
 *   export ...          interfaces of parts, what programs in parts export, aliases of the app's exports
 *
 * Without an app it is an adapter for others to plug in.
 */
import { byteLength, type Chunk } from "../binary/chunk.ts";
import type { InstantiateArg } from "../binary/instances.ts";
import type { SortIdx } from "../binary/sorts.ts";
import { isDefinition, itemsOf } from "../component/interface-items.ts";
import type { Interfaces } from "../component/interfaces.ts";
import { importKey, keyOf } from "../component/names.ts";
import { type Extern, isNamed, type Named, sortOf } from "../component/types.ts";
import { LinkError } from "../errors.ts";
import { ComponentWriter } from "./component-writer.ts";
import type { Composition, Role } from "./composition.ts";
import { exportNames, type ExportNames, wholeInterface } from "./export-names.ts";
import { hostSelection } from "./host-selection.ts";
import { close, ImportedInterfaces, type Selection } from "./imported-interfaces.ts";
import { isHosts, type OwnerOf } from "./ownership.ts";
import type { Part } from "./part.ts";
import { type PartComponent, partComponent } from "./part-component.ts";
import { canonicalType, importPlain, type Substitutes, substitutesIn, typeOfPart } from "./plain-imports.ts";
import { type Reexport, type ReexportComponent, reexportComponent, type TypesOf } from "./reexport.ts";
import { TypeEncoder } from "./type-encoder.ts";

export interface Composed {
  readonly chunks: readonly Chunk[];
  /** What is imported from the host, in order. */
  readonly host: Selection;
  /** Bytes of each part by id. */
  readonly partBytes: ReadonlyMap<string, number>;
}

/** @throws LinkError where the parts do not fit the app */
export function compose(composition: Composition): Composed {
  const outer = new Outer(composition);
  outer.addParts();
  outer.addExports();
  if (composition.app !== undefined) outer.addApp(composition.app);
  return outer.finish();
}

type App = NonNullable<Composition["app"]>;

/** The outer component while it is written, in the order of the drawing. */
class Outer {
  readonly #composition: Composition;
  readonly #interfaces: Interfaces;
  readonly #ownerOf: OwnerOf;
  readonly #writer: ComponentWriter;
  /** Of each part, by its id. */
  readonly #names: ReadonlyMap<string, ExportNames>;
  readonly #partsByKey: ReadonlyMap<string, Part>;
  /** Interfaces that are exported before what the app exports. */
  readonly #exports: readonly Reexport[];
  readonly #selection: Selection;
  readonly #host: ImportedInterfaces;
  readonly #substitutes: Substitutes;
  /** What the app imports outside of interfaces and the host has, by name. */
  readonly #plain = new Map<string, InstantiateArg>();
  /** Of parts, by their ids. */
  readonly #instances = new Map<string, number>();
  /** Of what is exported, by key. */
  readonly #exported = new Map<string, number>();
  readonly #partBytes = new Map<string, number>();
  readonly #roles: Role[] = [];
  /** Writes types as they are given to parts. */
  readonly #given: TypeEncoder;

  constructor(composition: Composition) {
    const { interfaces, parts, providerOf } = composition;
    this.#composition = composition;
    this.#interfaces = interfaces;
    this.#ownerOf = (resource) => {
      const home = interfaces.homeOf(resource);
      return home === undefined ? "host" : providerOf(home.key);
    };
    this.#names = new Map(parts.map((part) => [part.id, exportNames(part, interfaces)]));
    this.#partsByKey = new Map(parts.flatMap((part) => [...part.provides.keys()].map((key) => [key, part] as const)));
    this.#exports = composition.exports.map((key) => this.#wholeOf(key));
    this.#selection = close(interfaces, hostSelection(composition, this.#exports, this.#ownerOf));
    this.#writer = new ComponentWriter(composition.name);
    this.#host = new ImportedInterfaces(this.#writer, interfaces, this.#selection);
    this.#given = new TypeEncoder({ define: (type) => this.#writer.type(type), foreign: (type) => this.#givenType(type) });
    this.#substitutes = substitutesIn(parts);
    this.#host.importAll();
    this.#importPlain();
  }

  addParts(): void {
    const inFront = this.#composition.parts.filter(({ around }) => around === undefined);
    const build = (part: Part): PartComponent => partComponent(part, this.#namesOf(part.id), this.#interfaces, this.#ownerOf);
    for (const { part, built } of inOrder(inFront, build, this.#ownerOf)) {
      const component = this.#writer.component(built.bytes, `the part \`${part.id}\``);
      this.#partBytes.set(part.id, byteLength(built.bytes));
      const plain = [...(part.world?.plain.keys() ?? [])].map((name) => this.#plain.get(name) ?? unreachable(name));
      const args = [...this.#received(built, (type) => this.#givenType(type)), ...plain];
      this.#instances.set(part.id, this.#instantiate(part.role, part.id, component, args));
    }
  }

  addExports(): void {
    for (const [key, names] of this.#composition.exportedTypes) this.#exportTypes(key, names);
    for (const each of this.#exports) {
      const idx = this.#reexport(each, "export");
      this.#exported.set(each.key, this.#writer.export(this.#nameOf(each.key), { sort: "instance", idx }));
    }
    for (const { id, world } of this.#composition.parts) {
      for (const [name, item] of world?.exports ?? []) {
        const idx = this.#writer.exportOf(sortOf(item), this.#instances.get(id) ?? unreachable(id), name);
        this.#writer.export(name, { sort: sortOf(item), idx });
      }
    }
  }

  addApp({ bytes, world }: App): void {
    const renamed = [...this.#names.values()].flatMap((each) => [...each.renamed].map((key) => this.#wholeOf(key)));
    const reexports = [...this.#composition.reexports, ...renamed].filter(({ key }) => !this.#exported.has(key));
    const reexported = new Map(reexports.map((each) => [each.key, this.#reexport(each, "app")] as const));
    const component = this.#writer.component([bytes], "the component");
    const args = [...world.imports].map(([name, item]) => this.#argument(name, item, reexported));
    const instance = this.#instantiate("app", "app", component, args);
    for (const [name, item] of world.exports) {
      const idx = this.#writer.exportOf(sortOf(item), instance, name);
      this.#writer.export(name, { sort: sortOf(item), idx: item.kind === "instance" ? this.#surrounded(name, item, idx) : idx }, item);
    }
  }

  /** An instance that the app exports, with those functions around which a part stands. */
  #surrounded(name: string, { exports }: Extract<Extern, { readonly kind: "instance" }>, instance: number): number {
    const key = keyOf(name);
    const part = this.#composition.parts.find(({ around }) => around === key);
    if (part === undefined) return instance;
    const built = partComponent(part, this.#namesOf(part.id), this.#interfaces, this.#ownerOf);
    const component = this.#writer.component(built.bytes, `the part \`${part.id}\``);
    const args = this.#received(built, (type) => this.#givenType(type), new Map([[key, instance]]));
    this.#instances.set(part.id, this.#instantiate(part.role, part.id, component, args));
    const around = [...exports].map(([label, item]) => {
      const substitute = part.substitutes.find((each) => each.name === label);
      const own = (): SortIdx => ({ sort: sortOf(item), idx: this.#writer.exportOf(sortOf(item), instance, label) });
      return {
        name: { kind: "plain", name: label } as const,
        item: substitute === undefined ? own() : this.#partFunc(part.id, substitute.exportName),
      };
    });
    return this.#writer.instance({ kind: "exports", exports: around });
  }

  finish(): Composed {
    for (const { name, bytes } of this.#composition.custom(this.#roles)) this.#writer.custom(name, bytes);
    return { chunks: this.#writer.finish(), host: this.#selection, partBytes: this.#partBytes };
  }

  /** What the app, or a program in a part, imports outside of interfaces, but for what parts put in its place. */
  #importPlain(): void {
    const { app, parts, providerOf } = this.#composition;
    const encoder = new TypeEncoder({ define: (type) => this.#writer.type(type), foreign: (type) => this.#host.type(type) });
    const from = { writer: this.#writer, encoder, interfaces: this.#interfaces, host: this.#host };
    for (const [name, item] of [app?.world.imports, ...parts.map(({ world }) => world?.plain)].flatMap((each) => [...(each ?? [])])) {
      if (item.kind === "instance" || this.#substitutes.has(name)) continue;
      if (typeOfPart(name, item, this.#interfaces, providerOf) === undefined)
        this.#plain.set(name, { name, item: importPlain(from, name, item) });
    }
  }

  #namesOf(part: string): ExportNames {
    return this.#names.get(part) ?? unreachable(part);
  }

  #nameOf(key: string): string {
    return this.#interfaces.get(key)?.name ?? key;
  }

  /** An interface of a part, or one of the host's that is re-exported. */
  #wholeOf(key: string): Reexport {
    const part = this.#partsByKey.get(key);
    if (part !== undefined) return wholeInterface(part, key, this.#namesOf(part.id), this.#interfaces);
    return this.#composition.reexports.find((each) => each.key === key) ?? unreachable(key);
  }

  #givenType(type: Named): number {
    const home = this.#interfaces.homeOf(type);
    const part = home && this.#composition.parts.find(({ id }) => id === this.#composition.providerOf(home.key));
    const instance = part && this.#instances.get(part.id);
    if (home !== undefined && part !== undefined && instance !== undefined && part.provides.get(home.key)?.has(home.name) === true)
      return this.#writer.exportOf("type", instance, this.#namesOf(part.id).nameOf(home.key, home.name));
    // Where nobody exports it, equal structure is enough: only resources have an identity.
    return type.kind === "resource" || this.#isHostType(type) ? this.#host.type(type) : this.#given.definition(type);
  }

  #isHostType(type: Named): boolean {
    return isHosts(type, this.#ownerOf) && this.#host.has(type);
  }

  /** What is exported may only mention types by the name of an import or of an earlier export. */
  #exportedType(type: Named): number {
    const home = this.#interfaces.homeOf(type);
    const instance = this.#exported.get(home?.key ?? "");
    return instance === undefined || home === undefined ? this.#givenType(type) : this.#writer.exportOf("type", instance, home.name);
  }

  /** `given` are instances to have in the place of the host's, by key. */
  #received(
    { hostKeys, types }: PartComponent | ReexportComponent,
    typeOf: (type: Named) => number,
    given: ReadonlyMap<string, number> = new Map(),
  ): InstantiateArg[] {
    const instanceOf = (key: string): number => given.get(key) ?? this.#host.instance(key);
    return [
      ...hostKeys.map((key) => ({ name: this.#nameOf(key), item: { sort: "instance", idx: instanceOf(key) } as const })),
      ...types.map(({ name, type }) => ({ name, item: { sort: "type", idx: typeOf(type) } as const })),
    ];
  }

  #instantiate(role: Role, name: string, component: number, args: readonly InstantiateArg[]): number {
    this.#roles.push(role);
    const index = this.#writer.instance({ kind: "instantiate", component, args });
    this.#writer.name("component", component, name);
    this.#writer.name("instance", index, name);
    return index;
  }

  #partFunc(part: string, exportName: string): { readonly sort: "func"; readonly idx: number } {
    return { sort: "func", idx: this.#writer.exportOf("func", this.#instances.get(part) ?? unreachable(part), exportName) };
  }

  #reexport(each: Reexport, typesOf: TypesOf): number {
    const { key } = each;
    const built = reexportComponent(each, this.#interfaces, this.#ownerOf, typesOf);
    const component = this.#writer.component(built.bytes, `\`${key}\``);
    this.#partBytes.set(key, (this.#partBytes.get(key) ?? 0) + byteLength(built.bytes));
    const funcs = built.funcs.map(({ name, part, exportName }) => ({ name, item: this.#partFunc(part, exportName) }));
    const received = this.#received(built, (type) => this.#exportedType(type));
    return this.#instantiate("re-export", this.#interfaces.get(key)?.base ?? key, component, [...received, ...funcs]);
  }

  /** Types without the functions of their interface. */
  #exportTypes(key: string, names: ReadonlySet<string>): void {
    const types = itemsOf(this.#interfaces, key, names).flatMap(([name, item]) =>
      item.kind === "type" && isNamed(item.type) ? [{ name, type: item.type }] : [],
    );
    // What was named before is a further name here: a component gives it one, the instance alone does not.
    const isFurther = ({ name, type }: (typeof types)[number]): boolean =>
      !isDefinition(this.#interfaces, key, name, type) || this.#isHostType(type);
    const further = new Set(types.filter(isFurther).map(({ name }) => name));
    const given = further.size === 0 ? 0 : this.#reexport({ key, ofHost: false, names: further, shims: new Map() }, "given");
    const exports = types.map(({ name, type }) => {
      const idx = further.has(name) ? this.#writer.exportOf("type", given, name) : this.#exportedType(type);
      return { name: { kind: "plain", name }, item: { sort: "type", idx } } as const;
    });
    const idx = this.#writer.instance({ kind: "exports", exports });
    this.#writer.export(this.#nameOf(key), { sort: "instance", idx });
  }

  /** What the app gets for one of its imports. */
  #argument(name: string, item: Extern, reexported: ReadonlyMap<string, number>): InstantiateArg {
    // A type that the app imports by itself is no import of the host if it is a part's, or made of what is.
    if (item.kind === "type" && typeof item.type === "object" && !this.#plain.has(name))
      return { name, item: { sort: "type", idx: this.#exportedType(canonicalType(item.type, this.#interfaces)) } };
    const substitute = this.#substitutes.get(name);
    if (substitute !== undefined) return { name, item: this.#partFunc(substitute.part, substitute.exportName) };
    if (item.kind !== "instance") return this.#plain.get(name) ?? unreachable(name);
    const key = importKey(name, item);
    const ours = this.#exported.get(key) ?? reexported.get(key) ?? this.#instances.get(this.#composition.providerOf(key));
    return { name, item: { sort: "instance", idx: ours ?? this.#host.instance(key) } };
  }
}

/** Parts after those whose types they need. */
function* inOrder<T extends { readonly types: readonly { readonly type: Named }[] }>(
  parts: readonly Part[],
  build: (part: Part) => T,
  ownerOf: OwnerOf,
): Iterable<{ readonly part: Part; readonly built: T }> {
  let waiting = parts.map((part) => ({ part, built: build(part) }));
  const done = new Set(["host"]);
  while (waiting.length > 0) {
    const ready = waiting.filter(({ built }) => built.types.every(({ type }) => type.kind !== "resource" || done.has(ownerOf(type))));
    if (ready.length === 0) throw new LinkError(`${waiting.map(({ part }) => `\`${part.id}\``).join(" and ")} need types of each other`);
    yield* ready;
    for (const { part } of ready) done.add(part.id);
    const gone = new Set(ready);
    waiting = waiting.filter((each) => !gone.has(each));
  }
}

function unreachable(name: string): never {
  throw new Error(`import \`${name}\` was not prepared`);
}
