/**
 * Layers in front of what lies below: each is folded over the app, and what comes of it is an app again, whose imports the next
 * layer, ours or the host answers. So a layer gets no more than what stands above it might have had, and what is denied is denied
 * to all.
 *
 *   app → layers by their order → adapters, the host, or stubs
 */
import type { Around, Layer, PartLayer } from "../adapters/adapter-module.ts";
import { isPrivate } from "../adapters/modules.ts";
import { meantBy, MOST_PLUGS, nobodyImports, type Plug } from "../adapters/plugs/plug.ts";
import { bytesOf } from "../binary/chunk.ts";
import { nameOf } from "../binary/name-section.ts";
import { keyOf } from "../component/names.ts";
import { checkNestable } from "../component/nestable.ts";
import type { Exports } from "../component/types.ts";
import { type World, worldOf } from "../component/world.ts";
import { compose } from "../compose/outer.ts";
import { plug } from "../compose/plug.ts";
import { FormatError, LinkError, OptionError } from "../errors.ts";
import { interfacesOf } from "./known-interfaces.ts";
import { reexportsOf } from "./reexports.ts";

export interface Stacked {
  /** The app as it was given. */
  readonly app: { readonly name: string | undefined; readonly byteLength: number; readonly imports: Exports };
  readonly bytes: Uint8Array;
  readonly world: World;
  /** The imports of the app that plugs serve, by name, and the plug's name. */
  readonly plugged: ReadonlyMap<string, string>;
  /** Of each plug: its name, what it provides and imports, under the names of the interfaces that are meant, and its bytes. */
  readonly plugs: readonly PluggedComponent[];
  /** Of layers. */
  readonly warnings: readonly string[];
}

export interface PluggedComponent {
  readonly name: string;
  readonly provides: readonly string[];
  readonly imports: readonly string[];
  readonly byteLength: number;
}

interface Top {
  readonly bytes: Uint8Array;
  readonly world: World;
}

/**
 * Of one order, the first stands nearest to the app. `isOurs`: the component is one that we have made of others.
 * @throws OptionError for an interface that nobody imports, or for more plugs than there can be
 * @throws LinkError where a layer does not fit
 */
export function stack(component: Uint8Array, layers: readonly Layer[], isOurs = false): Stacked {
  const count = layers.filter(({ kind }) => kind === "component").length;
  if (count > MOST_PLUGS)
    throw new OptionError("adapters", `there are ${count} adapters, and no more than ${MOST_PLUGS} can stand one below the other`);
  let top: Top = { bytes: component, world: worldOf(component) };
  if (!isOurs) checkGiven(top.world, "the component");
  const app = { name: nameOf(component), byteLength: component.length, imports: top.world.imports };
  const plugged = new Map<string, string>();
  const plugs: PluggedComponent[] = [];
  const warnings: string[] = [];
  for (const layer of layers.toSorted((left, right) => left.order - right.order)) {
    if (layer.kind === "part") {
      const plugImports = plugs.flatMap(({ imports }) => imports.map(keyOf));
      top = behind(top, layer, { plugImports, warn: (text) => void warnings.push(text) });
      continue;
    }
    const [below, bytes] = putBelow(top, layer.plug);
    for (const each of below.provides) if (app.imports.has(each) && !plugged.has(each)) plugged.set(each, below.name);
    plugs.push(below);
    top = { bytes, world: worldOf(bytes) };
  }
  return { ...top, app, plugged, plugs, warnings };
}

/** A component of the user's below the top one, which gets whole interfaces from it. */
function putBelow(top: Top, { interface: wanted, name = wanted, prefix = "", component }: Plug): readonly [PluggedComponent, Uint8Array] {
  const meaning = (each: string): string => (each.startsWith(prefix) ? each.slice(prefix.length) : each);
  const world = worldOfPlug(component, name);
  checkGiven(world, `the adapter \`${name}\``, meaning);
  const visible = withoutPrivate(top.world);
  const names = meantBy(wanted, visible);
  const offered = new Set([...world.exports.keys()].map((each) => keyOf(meaning(each))));
  const taken = wanted.endsWith("/*") ? names.filter((each) => offered.has(keyOf(each))) : names;
  if (names.length === 0) throw new OptionError("adapters", nobodyImports(wanted, name, visible));
  if (taken.length === 0)
    throw new LinkError(`\`${name}\` exports nothing of \`${wanted}\` that is imported: ${names.map((each) => `\`${each}\``).join(", ")}`);
  const own = new Set([...world.imports].map(([each, { kind }]) => (kind === "instance" ? meaning(each) : each)));
  const found = { name, provides: taken, imports: [...own], byteLength: component.length };
  return [found, bytesOf(plug(top, { bytes: component, world, name, provides: new Set(taken.map(keyOf)), meaning }))];
}

/**
 * Whether a component of the user's may be nested.
 * @throws LinkError if not
 */
export function checkGiven(world: World, what: string, meaning: (name: string) => string = (name) => name): void {
  checkNestable(world, what);
  for (const [name, item] of world.imports)
    if (isPrivate(meaning(name), item))
      throw new LinkError(`${what} imports \`${name}\`, which is between parts of wasi-nest: no other component may import it`, {
        import: name,
      });
}

/** What layers and options are about. */
export function withoutPrivate(world: World): World {
  return { ...world, imports: new Map([...world.imports].filter(([name, item]) => !isPrivate(name, item))) };
}

function worldOfPlug(component: Uint8Array, name: string): World {
  try {
    return worldOf(component);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new LinkError(`the adapter \`${name}\` is not well-formed`, { cause: error });
  }
}

/** A part of ours in front of some functions of interfaces; everything else is what lies below. */
function behind(top: Top, { partOf }: PartLayer, around: Around): Top {
  const interfaces = interfacesOf(top.world.imports);
  const part = partOf(withoutPrivate(top.world), interfaces, around);
  if (part === undefined) return top;
  const { chunks } = compose({
    name: part.id,
    app: top,
    interfaces,
    parts: [part],
    reexports: reexportsOf(part.around === undefined ? [part] : [], top.world.imports, interfaces, () => "host"),
    exports: [],
    exportedTypes: new Map(),
    providerOf: () => "host",
    custom: () => [],
  });
  const bytes = bytesOf(chunks);
  return { bytes, world: worldOf(bytes) };
}
