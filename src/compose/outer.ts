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
import { isDefinition, itemsOf } from "../component/interface-items.ts";
import { importKey } from "../component/names.ts";
import { isNamed, type Named, sortOf } from "../component/types.ts";
import { LinkError } from "../errors.ts";
import { ComponentWriter } from "./component-writer.ts";
import type { Composition, Role } from "./composition.ts";
import { exportNames, wholeInterface } from "./export-names.ts";
import { hostSelection } from "./host-selection.ts";
import { close, ImportedInterfaces, type Selection } from "./imported-interfaces.ts";
import { isHosts, type OwnerOf } from "./ownership.ts";
import type { Part } from "./part.ts";
import { type PartComponent, partComponent } from "./part-component.ts";
import { canonicalType, importPlain, substitutesIn, typeOfPart } from "./plain-imports.ts";
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
  const { app, interfaces, parts, providerOf } = composition;
  const ownerOf: OwnerOf = (resource) => {
    const home = interfaces.homeOf(resource);
    return home === undefined ? "host" : providerOf(home.key);
  };

  const names = new Map(parts.map((part) => [part.id, exportNames(part, interfaces)]));
  const partsOfKeys = new Map(parts.flatMap((part) => [...part.provides.keys()].map((key) => [key, part] as const)));
  const wholeOf = (key: string): Reexport => {
    const part = partsOfKeys.get(key);
    const partNames = part && names.get(part.id);
    if (part !== undefined && partNames !== undefined) return wholeInterface(part, key, partNames, interfaces);
    return composition.reexports.find((each) => each.key === key) ?? unreachable(key);
  };
  const exportedAlong = composition.exports.map(wholeOf);
  const selection = close(interfaces, hostSelection(composition, exportedAlong, ownerOf));
  const writer = new ComponentWriter(composition.name);
  const host = new ImportedInterfaces(writer, interfaces, selection);
  host.importAll();
  const encoder = new TypeEncoder({ define: (type) => writer.type(type), foreign: (type) => host.type(type) });
  const plain = new Map<string, InstantiateArg>();
  const substitutes = substitutesIn(parts);
  for (const [name, item] of app?.world.imports ?? []) {
    if (item.kind === "instance" || substitutes.has(name)) continue;
    if (typeOfPart(name, item, interfaces, providerOf) === undefined)
      plain.set(name, { name, item: importPlain(writer, encoder, interfaces, name, item) });
  }

  const instances = new Map<string, number>();
  const partBytes = new Map<string, number>();
  const givenType = (type: Named): number => {
    const home = interfaces.homeOf(type);
    const part = home && parts.find(({ id }) => id === providerOf(home.key));
    const instance = part && instances.get(part.id);
    if (home !== undefined && part !== undefined && instance !== undefined && part.provides.get(home.key)?.has(home.name) === true)
      return writer.exportOf("type", instance, names.get(part.id)?.nameOf(home.key, home.name) ?? home.name);
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
  const received = ({ hostKeys, types }: PartComponent | ReexportComponent, typeOf: (type: Named) => number): InstantiateArg[] => [
    ...hostKeys.map((key) => ({ name: interfaces.get(key)?.name ?? key, item: { sort: "instance", idx: host.instance(key) } as const })),
    ...types.map(({ name, type }) => ({ name, item: { sort: "type", idx: typeOf(type) } as const })),
  ];
  const roles: Role[] = [];
  const instantiate = (role: Role, name: string, component: number, args: readonly InstantiateArg[]): number => {
    roles.push(role);
    const index = writer.instance({ kind: "instantiate", component, args });
    writer.name("component", component, name);
    writer.name("instance", index, name);
    return index;
  };
  for (const { part, built } of inOrder(
    parts,
    (part) => partComponent(part, names.get(part.id) ?? unreachable(part.id), interfaces, ownerOf),
    ownerOf,
  )) {
    const component = writer.component(built.bytes, `the part \`${part.id}\``);
    partBytes.set(part.id, byteLength(built.bytes));
    instances.set(part.id, instantiate(part.role, part.id, component, received(built, givenType)));
  }

  const reexport = (each: Reexport, typesOf: TypesOf): number => {
    const built = reexportComponent(each, interfaces, ownerOf, typesOf);
    const component = writer.component(built.bytes, `\`${each.key}\``);
    partBytes.set(each.key, (partBytes.get(each.key) ?? 0) + byteLength(built.bytes));
    const funcs = built.funcs.map(({ name, part, exportName }) => ({
      name,
      item: { sort: "func", idx: writer.exportOf("func", instances.get(part) ?? unreachable(part), exportName) } as const,
    }));
    return instantiate("re-export", interfaces.get(each.key)?.base ?? each.key, component, [...received(built, exportedType), ...funcs]);
  };
  const exportTypes = (key: string, names: ReadonlySet<string>): void => {
    const types = itemsOf(interfaces, key, names).flatMap(([name, item]) =>
      item.kind === "type" && isNamed(item.type) ? [{ name, type: item.type }] : [],
    );
    // What was named before is a further name here: a component gives it one, the instance alone does not.
    const isFurther = ({ name, type }: (typeof types)[number]): boolean =>
      !isDefinition(interfaces, key, name, type) || (isHosts(type, ownerOf) && host.has(type));
    const further = new Set(types.filter(isFurther).map(({ name }) => name));
    const given = further.size === 0 ? 0 : reexport({ key, ofHost: false, names: further, shims: new Map() }, "given");
    const exports = types.map(({ name, type }) => {
      const idx = further.has(name) ? writer.exportOf("type", given, name) : exportedType(type);
      return { name: { kind: "plain", name }, item: { sort: "type", idx } } as const;
    });
    writer.export(interfaces.get(key)?.name ?? key, { sort: "instance", idx: writer.instance({ kind: "exports", exports }) });
  };
  for (const [key, names] of composition.exportedTypes) exportTypes(key, names);
  for (const each of exportedAlong) {
    const idx = reexport(each, "export");
    exported.set(each.key, writer.export(interfaces.get(each.key)?.name ?? each.key, { sort: "instance", idx }));
  }
  if (app !== undefined) {
    const renamed = [...names.values()].flatMap((each) => [...each.renamed].map(wholeOf));
    const reexports = [...composition.reexports, ...renamed].filter(({ key }) => !exported.has(key));
    const reexported = new Map(reexports.map((each) => [each.key, reexport(each, "app")] as const));
    const component = writer.component([app.bytes], "the component");
    const args = [...app.world.imports].map(([name, item]): InstantiateArg => {
      // A type that the app imports by itself is no import of the host if it is a part's, or made of what is.
      if (item.kind === "type" && typeof item.type === "object" && !plain.has(name))
        return { name, item: { sort: "type", idx: exportedType(canonicalType(item.type, interfaces)) } };
      const substitute = substitutes.get(name);
      if (substitute !== undefined) {
        const instance = instances.get(substitute.part) ?? unreachable(substitute.part);
        return { name, item: { sort: "func", idx: writer.exportOf("func", instance, substitute.exportName) } };
      }
      if (item.kind !== "instance") return plain.get(name) ?? unreachable(name);
      const key = importKey(name, item);
      return {
        name,
        item: {
          sort: "instance",
          idx: exported.get(key) ?? reexported.get(key) ?? instances.get(providerOf(key)) ?? host.instance(key),
        },
      };
    });
    const instance = instantiate("app", "app", component, args);
    for (const [name, item] of app.world.exports)
      writer.export(name, { sort: sortOf(item), idx: writer.exportOf(sortOf(item), instance, name) }, item);
  }
  for (const { name, bytes } of composition.custom(roles)) writer.custom(name, bytes);
  return { chunks: writer.finish(), host: selection, partBytes };
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
