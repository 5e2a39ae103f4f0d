/**
 * The outer component: the host's interfaces imported once each, the app byte for byte beside the parts,
 * and every import of the app wired to whoever provides it. Names no particular part.
 *
 *   import host ...     instance types pruned to what app and parts use
 *   component app, parts
 *   instance parts      with (host instances, types of other parts)
 *   instance app        with (host instances, part instances)
 *   export ...          interfaces of parts, aliases of the app's exports
 *
 * Without an app it is an adapter for others to plug in.
 */
import { byteLength, type Chunk } from "../binary/chunk.ts";
import type { InstantiateArg } from "../binary/instances.ts";
import type { Interfaces } from "../component/interfaces.ts";
import { keyOf } from "../component/names.ts";
import { type Exports, type Extern, type FuncType, isNamed, type Named, type Resource, resourcesOf } from "../component/types.ts";
import type { World } from "../component/world.ts";
import { LinkError } from "../errors.ts";
import { ComponentWriter } from "./component-writer.ts";
import { close, ImportedInterfaces, type Selection } from "./imported-interfaces.ts";
import { isHosts, type OwnerOf } from "./ownership.ts";
import { NO_INTERFACE, type Part } from "./part.ts";
import { hostNeeds, type PartComponent, partComponent } from "./part-component.ts";
import { namesFromHost, type Reexport, type ReexportComponent, reexportComponent } from "./reexport.ts";
import { TypeEncoder } from "./type-encoder.ts";

export interface Composition {
  readonly app: { readonly bytes: Uint8Array; readonly world: World } | undefined;
  readonly interfaces: Interfaces;
  readonly parts: readonly Part[];
  /** Interfaces of the host that reach the app through shims. */
  readonly reexports: readonly Reexport[];
  /** Interfaces to export before what the app exports, each after those that it depends on. */
  readonly exports: readonly Reexport[];
  /** Who provides an interface: "host" or a part's id. */
  providerOf(key: string): string;
  readonly custom: readonly { readonly name: string; readonly bytes: Uint8Array }[];
}

export interface Composed {
  readonly chunks: readonly Chunk[];
  /** What is imported from the host, in order. */
  readonly host: Selection;
  /** Bytes of each part by id. */
  readonly partBytes: ReadonlyMap<string, number>;
}

/** @throws LinkError where the parts do not fit the app */
export function compose(composition: Composition): Composed {
  const { app, interfaces, parts, providerOf } = composition;
  const ownerOf: OwnerOf = (resource) => {
    const home = interfaces.homeOf(resource);
    return home === undefined ? "host" : providerOf(home.key);
  };

  const selection = close(interfaces, hostSelection(composition, ownerOf));
  const writer = new ComponentWriter();
  const host = new ImportedInterfaces(writer, interfaces, selection);
  host.importAll();
  const encoder = new TypeEncoder({ define: (type) => writer.type(type), foreign: (type) => host.type(type) });
  // A type of a part that the app imports by itself is no import of the host.
  const isGiven = (item: Extern): item is Extract<Extern, { readonly kind: "type" }> =>
    item.kind === "type" && typeof item.type === "object" && !isHosts(canonicalType(item.type, interfaces), ownerOf);
  const plain = new Map<string, InstantiateArg>();
  const substitutes = substitutesIn(parts);
  for (const [name, item] of app?.world.imports ?? []) {
    if (item.kind === "func") checkPlain(name, item.type, interfaces, substitutes.has(name) ? () => "host" : ownerOf);
    if (item.kind !== "instance" && !isGiven(item) && !substitutes.has(name))
      plain.set(name, { name, item: importPlain(writer, encoder, interfaces, name, item) });
  }

  const instances = new Map<string, number>();
  const partBytes = new Map<string, number>();
  const givenType = (type: Named): number => {
    const home = interfaces.homeOf(type);
    const part = home && parts.find(({ id }) => id === providerOf(home.key));
    const instance = part && instances.get(part.id);
    if (instance !== undefined && part?.provides.get(home?.key ?? "")?.has(home?.name ?? "") === true)
      return writer.exportOf("type", instance, home?.name ?? "");
    // Where nobody exports it, equal structure is enough: only resources have an identity.
    return type.kind === "resource" || (isHosts(type, ownerOf) && host.has(type)) ? host.type(type) : given.definition(type);
  };
  const given = new TypeEncoder({ define: (type) => writer.type(type), foreign: givenType });
  // What is exported may only mention types by the name of an import or of an earlier export.
  const exported = new Map<string, number>();
  const exportedType = (type: Named): number => {
    const home = interfaces.homeOf(type);
    const instance = exported.get(home?.key ?? "");
    return instance === undefined || home === undefined ? givenType(type) : writer.exportOf("type", instance, home.name);
  };
  const received = ({ hostKeys, types }: PartComponent | ReexportComponent, typeOf = givenType): InstantiateArg[] => [
    ...hostKeys.map((key) => ({ name: interfaces.get(key)?.name ?? key, item: { sort: "instance", idx: host.instance(key) } as const })),
    ...types.map(({ name, type }) => ({ name, item: { sort: "type", idx: typeOf(type) } as const })),
  ];
  const named = (name: string, component: number, args: readonly InstantiateArg[]): number => {
    const index = writer.instance({ kind: "instantiate", component, args });
    writer.name("component", component, name);
    writer.name("instance", index, name);
    return index;
  };
  for (const { part, built } of inOrder(parts, (part) => partComponent(part, interfaces, ownerOf), ownerOf)) {
    const component = writer.component(built.bytes);
    partBytes.set(part.id, byteLength(built.bytes));
    instances.set(part.id, named(part.id, component, received(built)));
  }

  const reexport = (each: Reexport, typeOf = givenType): number => {
    const built = reexportComponent(each, interfaces, ownerOf);
    const component = writer.component(built.bytes);
    partBytes.set(each.key, (partBytes.get(each.key) ?? 0) + byteLength(built.bytes));
    const funcs = built.funcs.map(({ name, part, exportName }) => ({
      name,
      item: { sort: "func", idx: writer.exportOf("func", instances.get(part) ?? unreachable(part), exportName) } as const,
    }));
    return named(interfaces.get(each.key)?.base ?? each.key, component, [...received(built, typeOf), ...funcs]);
  };
  for (const each of composition.exports) {
    const idx = reexport(each, exportedType);
    exported.set(each.key, writer.export(interfaces.get(each.key)?.name ?? each.key, { sort: "instance", idx }));
  }
  if (app !== undefined) {
    const reexported = new Map(composition.reexports.map((each) => [each.key, reexport(each)] as const));
    const component = writer.component([app.bytes]);
    const args = [...app.world.imports].map(([name, item]): InstantiateArg => {
      if (isGiven(item) && typeof item.type === "object")
        return { name, item: { sort: "type", idx: givenType(canonicalType(item.type, interfaces)) } };
      const substitute = substitutes.get(name);
      if (substitute !== undefined) {
        const instance = instances.get(substitute.part) ?? unreachable(substitute.part);
        return { name, item: { sort: "func", idx: writer.exportOf("func", instance, substitute.exportName) } };
      }
      if (item.kind !== "instance") return plain.get(name) ?? unreachable(name);
      const key = keyOf(name);
      return {
        name,
        item: { sort: "instance", idx: exported.get(key) ?? reexported.get(key) ?? instances.get(providerOf(key)) ?? host.instance(key) },
      };
    });
    const instance = named("app", component, args);
    for (const [name, { kind: sort }] of app.world.exports) writer.export(name, { sort, idx: writer.exportOf(sort, instance, name) });
  }
  for (const { name, bytes } of composition.custom) writer.custom(name, bytes);
  return { chunks: writer.finish(), host: selection, partBytes };
}

/** All that app and parts use of the host, by interface. */
function hostSelection(
  { app, interfaces, parts, providerOf, reexports, exports }: Composition,
  ownerOf: OwnerOf,
): Map<string, Set<string>> {
  const wanted = new Map<string, Set<string>>();
  const want = (key: string, names: Iterable<string>): void => {
    const all = wanted.get(key) ?? new Set();
    for (const name of names) all.add(name);
    wanted.set(key, all);
  };
  const isReexported = new Map(reexports.map((each) => [each.key, each]));
  for (const [name, item] of app?.world.imports ?? []) {
    const key = keyOf(name);
    if (item.kind !== "instance" || providerOf(key) !== "host") continue;
    const reexport = isReexported.get(key);
    want(key, reexport === undefined ? item.exports.keys() : namesFromHost(reexport, interfaces, ownerOf));
  }
  for (const each of exports) if (each.ofHost) want(each.key, namesFromHost(each, interfaces, ownerOf));
  for (const part of parts) {
    for (const [key, names] of hostNeeds(part, interfaces)) want(key, names);
    for (const [key, names] of part.provides) {
      for (const resource of resourcesAmong(names, interfaces.get(key)?.exports)) {
        const home = interfaces.homeOf(resource);
        if (home !== undefined && providerOf(home.key) === "host") want(home.key, [home.name]);
      }
    }
  }
  for (const type of app === undefined ? [] : plainTypes(app.world, substitutesIn(parts), interfaces)) {
    const home = interfaces.homeOf(type);
    if (home !== undefined) want(home.key, [home.name]);
  }
  return wanted;
}

/** The resources that some functions of an interface mention. */
function resourcesAmong(names: ReadonlySet<string>, exports: Exports = new Map()): readonly Resource[] {
  return [...exports].flatMap(([name, item]) => (item.kind === "func" && names.has(name) ? [...resourcesOf(item.type)] : []));
}

type Substitutes = ReadonlyMap<string, { readonly part: string; readonly exportName: string }>;

/** What parts put in the place of functions that the app imports by themselves. */
function substitutesIn(parts: readonly Part[]): Substitutes {
  return new Map(
    parts.flatMap(({ id, substitutes }) =>
      substitutes.flatMap(({ key, name, exportName }) =>
        key === NO_INTERFACE && exportName !== undefined ? [[name, { part: id, exportName }]] : [],
      ),
    ),
  );
}

/** Resources that functions imported outside any interface mention, if these are the host's. */
function plainTypes(world: World, substitutes: Substitutes, interfaces: Interfaces): readonly Resource[] {
  return [...world.imports].flatMap(([name, item]) =>
    item.kind === "func" && !substitutes.has(name) ? [...resourcesOf(interfaces.canonicalFunc(item.type))] : [],
  );
}

/** Resources of parts are no use to the host's functions, and only those of interfaces are wrapped. */
function checkPlain(name: string, type: FuncType, interfaces: Interfaces, ownerOf: OwnerOf): void {
  const virtual = [...resourcesOf(interfaces.canonicalFunc(type))].find((each) => ownerOf(each) !== "host");
  if (virtual === undefined) return;
  const home = interfaces.homeOf(virtual);
  const what = `\`${home?.name}\` of \`${interfaces.get(home?.key ?? "")?.base}\``;
  throw new LinkError(
    `import \`${name}\` mentions the resource ${what}, which is virtualized: only functions of interfaces can be wrapped for it, this one can be denied`,
  );
}

/** What stands for a type that the app imports by itself. */
function canonicalType(type: Named, interfaces: Interfaces): Named {
  return type.kind === "resource" ? interfaces.canonicalResource(type) : (interfaces.canonical(type) as Named); // the same kind
}

function importPlain(
  writer: ComponentWriter,
  encoder: TypeEncoder,
  interfaces: Interfaces,
  name: string,
  item: Extern,
): InstantiateArg["item"] {
  if (item.kind === "func")
    return { sort: "func", idx: writer.import(name, { kind: "func", type: encoder.func(interfaces.canonicalFunc(item.type)) }) };
  if (item.kind === "type") {
    const type = typeof item.type === "object" ? canonicalType(item.type, interfaces) : item.type;
    const isNew = typeof type === "object" && type.kind === "resource" && interfaces.homeOf(type) === undefined;
    const bound = isNew ? ({ kind: "sub resource" } as const) : ({ kind: "eq", type: encoder.typeEntry(type) } as const);
    const idx = writer.import(name, { kind: "type", bound });
    if (isNamed(type)) encoder.bind(type, idx);
    return { sort: "type", idx };
  }
  throw new LinkError(`import \`${name}\` is a ${item.kind}: only instances, functions and types can be handed on`);
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
    waiting = waiting.filter((each) => !ready.includes(each));
  }
}

function unreachable(name: string): never {
  throw new Error(`import \`${name}\` was not prepared`);
}
