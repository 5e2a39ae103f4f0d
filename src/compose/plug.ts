/**
 * One component below another: what the app imports and the plug exports is taken from there, and what both
 * import beside that, once from the host. The result is a component like any other, to be virtualized: so the
 * plug gets no more of the host than the app does.
 *
 *   import ...        of both
 *   instance plug     with (imports)
 *   instance app      with (imports, exports of plug)
 *   export ...        of the app
 */
import { article } from "../article.ts";
import type { Chunk } from "../binary/chunk.ts";
import type { InstantiateArg } from "../binary/instances.ts";
import { nameOf } from "../binary/name-section.ts";
import { Interfaces } from "../component/interfaces.ts";
import { keyOf } from "../component/names.ts";
import { type Exports, type Extern, isNamed, resourcesOf, signatureTypes, sortOf, walk } from "../component/types.ts";
import type { World } from "../component/world.ts";
import { LinkError } from "../errors.ts";
import { ComponentWriter } from "./component-writer.ts";
import { close, ImportedInterfaces } from "./imported-interfaces.ts";
import { importPlain } from "./plain-imports.ts";
import { TypeEncoder } from "./type-encoder.ts";

const APP = "app";

export interface Pluggable {
  readonly bytes: Uint8Array;
  readonly world: World;
}

/** What is put below, what it is called in messages, and the keys of the interfaces that are taken from it. */
export interface PlugBelow extends Pluggable {
  readonly name: string;
  readonly provides: ReadonlySet<string>;
  /** What is meant by a name of its imports and exports. */
  readonly meaning: (name: string) => string;
}

/** @throws LinkError where the plug does not fit the app */
export function plug(app: Pluggable, plugged: PlugBelow): readonly Chunk[] {
  const { meaning } = plugged;
  const exported = new Map([...plugged.world.exports].map(([name, item]) => [keyOf(meaning(name)), { name, item }]));
  const interfaces = new Interfaces();
  const wanted = new Map<string, Set<string>>();
  const plain = new Map<string, Extern>();
  const isTaken = (name: string): boolean => plugged.provides.has(keyOf(name));
  const want = (imports: Iterable<readonly [string, Extern]>, isHosts: (name: string) => boolean): void => {
    for (const [name, item] of imports) {
      if (item.kind !== "instance") plain.set(name, item);
      else {
        interfaces.add(name, item.exports, item);
        if (isHosts(name)) wanted.set(keyOf(name), new Set([...(wanted.get(keyOf(name)) ?? []), ...item.exports.keys()]));
      }
    }
  };
  const imported = [...plugged.world.imports].map(([name, item]) => [item.kind === "instance" ? meaning(name) : name, item] as const);
  want(imported, () => true);
  want(app.world.imports, (name) => !isTaken(name));
  for (const [name, item] of app.world.imports) {
    if (item.kind === "instance" && isTaken(name)) checkFit(name, item.exports, exported.get(keyOf(name)), plugged, interfaces);
  }
  checkTypes(app.world.imports, plugged, interfaces);

  const writer = new ComponentWriter(nameOf(app.bytes) ?? APP);
  const host = new ImportedInterfaces(writer, interfaces, close(interfaces, wanted));
  host.importAll();
  const encoder = new TypeEncoder({ define: (type) => writer.type(type), foreign: (type) => host.type(type) });
  const plainArgs = new Map([...plain].map(([name, item]) => [name, importPlain({ writer, encoder, interfaces, host }, name, item)]));
  const instantiate = (label: string, { bytes, world }: Pluggable, instanceOf: (name: string) => number): number => {
    const component = writer.component([bytes], label === APP ? "the component" : `\`${label}\``);
    const args = [...world.imports.keys()].map((name): InstantiateArg => ({
      name,
      item: plainArgs.get(name) ?? { sort: "instance", idx: instanceOf(name) },
    }));
    const instance = writer.instance({ kind: "instantiate", component, args });
    writer.name("component", component, label);
    writer.name("instance", instance, label);
    return instance;
  };
  const below = instantiate(plugged.name, plugged, (name) => host.instance(keyOf(meaning(name))));
  const along = mentionedBy(app.world.exports, plugged.provides, interfaces);
  const given = new Map<string, number>();
  for (const key of plugged.provides) {
    const { name } = exported.get(key) ?? { name: key };
    const idx = writer.exportOf("instance", below, name);
    // The types of an export must be those of an import or of an earlier export.
    given.set(key, along.has(key) ? writer.export(meaning(name), { sort: "instance", idx }) : idx);
  }
  const above = instantiate(APP, app, (name) => given.get(keyOf(name)) ?? host.instance(keyOf(name)));
  for (const [name, item] of app.world.exports)
    writer.export(name, { sort: sortOf(item), idx: writer.exportOf(sortOf(item), above, name) }, item);
  return writer.finish();
}

function checkFit(
  name: string,
  exports: Exports,
  found: { readonly name: string; readonly item: Extern } | undefined,
  { name: file, meaning }: PlugBelow,
  interfaces: Interfaces,
): void {
  if (found === undefined) throw new LinkError(`\`${file}\` does not export \`${name}\``, { import: name });
  if (found.item.kind !== "instance")
    throw new LinkError(`\`${file}\` exports \`${name}\` as ${article(found.item.kind)}, not as an interface`, {
      import: name,
      wanted: "instance",
      found: found.item.kind,
    });
  const offered = found.item.exports;
  const subject = `\`${file}\` exports \`${meaning(found.name)}\``;
  const missing = [...exports].flatMap(([label, { kind }]) => (kind === "func" && !offered.has(label) ? [label] : []));
  if (missing.length > 0)
    throw new LinkError(`${subject} without ${missing.map((label) => `\`${label}\``).join(", ")}, which the component imports`, {
      import: name,
      wanted: missing.join(", "),
    });
  interfaces.addFitting(meaning(found.name), new Map([...offered].filter(([label]) => exports.has(label))), subject);
}

/** What stays the host's must not mention a resource of the plug's. */
function checkTypes(imports: Exports, { provides, name: file }: PlugBelow, interfaces: Interfaces): void {
  for (const [name, item] of imports) {
    if (provides.has(keyOf(name))) continue;
    const functions = item.kind === "instance" ? [...item.exports] : [[name, item] as const];
    for (const [label, each] of functions) {
      if (each.kind !== "func") continue;
      for (const resource of resourcesOf(interfaces.canonicalFunc(each.type))) {
        const home = interfaces.homeOf(resource);
        if (home === undefined || !provides.has(home.key)) continue;
        const { base } = interfaces.get(home.key) ?? { base: home.key };
        throw new LinkError(
          `\`${file}\` provides \`${base}\`, and \`${label}\` of \`${name}\` mentions its resource \`${home.name}\`: it has to provide that interface too`,
          { import: name },
        );
      }
    }
  }
}

/** The interfaces among these whose types the exports mention. */
function mentionedBy(exports: Exports, keys: ReadonlySet<string>, interfaces: Interfaces): ReadonlySet<string> {
  const found = new Set<string>();
  const look = (item: Extern): void => {
    if (item.kind === "instance") for (const each of item.exports.values()) look(each);
    const types =
      item.kind === "func"
        ? signatureTypes(interfaces.canonicalFunc(item.type))
        : item.kind === "type" && typeof item.type === "object" && item.type.kind !== "resource"
          ? [interfaces.canonical(item.type)]
          : [];
    for (const type of types) {
      walk(type, (each) => {
        const home = isNamed(each) ? interfaces.homeOf(each) : undefined;
        if (home !== undefined && keys.has(home.key)) found.add(home.key);
      });
    }
  };
  for (const item of exports.values()) look(item);
  return found;
}
