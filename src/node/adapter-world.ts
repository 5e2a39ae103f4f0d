/**
 * What an adapter of the user's has to be to fit below a component, as WIT: a world that exports the functions
 * which the component imports, and imports what the adapter asks for itself. All namespaces have a prefix, so
 * that no tool takes an interface in part for the whole that it knows.
 */
import { PIPES_INTERFACE } from "../adapters/own-interfaces.ts";
import { ownCatalogue } from "../adapters/prebuilt-core.ts";
import { importsOf, isKnownVersion, isStable, newestVersion } from "../adapters/wasi-versions.ts";
import type { Interfaces } from "../component/interfaces.ts";
import { keyOf, parseInterfaceName } from "../component/names.ts";
import { packagesText } from "../component/wit-package.ts";
import { type Exports, type Extern, type FuncType, isNamed, type Resource, resourcesOf } from "../component/types.ts";
import { worldOf } from "../component/world.ts";
import { close } from "../compose/imported-interfaces.ts";
import { OptionError } from "../errors.ts";
import { addKnown, interfacesOf, versionsOf } from "../virtualize/known-interfaces.ts";
import { layersOf, meantBy, nobodyImports, type Plug } from "../adapters/plugs/plug.ts";
import { stack, withoutPrivate } from "../virtualize/stack.ts";

export const ADAPTER_PREFIX = "adapter-";
export const ADAPTER_WORLD = "adapter";

export interface ExportedInterface {
  readonly name: string;
  readonly functions: readonly string[];
  /** By their labels. */
  readonly types: FunctionTypes;
  /** Those that are its own, by their labels; also without functions. */
  readonly resources: ReadonlyMap<string, Resource>;
}

/** The types of an interface's functions. */
export type FunctionTypes = ReadonlyMap<string, FuncType>;

/** Which functions of an interface are named where it is imported; "all": whatever there is. */
export type Named = "all" | ((label: string) => boolean);

export interface AdapterWorld {
  /** Names of the interfaces to export, as the component has them. */
  readonly exports: readonly ExportedInterface[];
  /** The name of the interface that is meant by a name with or without version; `undefined` if there is none to import. */
  importName(name: string): string | undefined;
  /** All that can be imported, without versions. */
  readonly importable: readonly string[];
  /** What of an interface can be imported, by the name that `importName` gave. */
  functionsOf(name: string): readonly string[];
  /**
   * The WIT of the world `adapter`, with its packages, where it imports these interfaces: what the component does, what is
   * named, and all that can be done with the handles that it is given.
   */
  wit(imports: Iterable<readonly [name: string, named: Named]>): string;
  /** The functions that this world imports, by interface. */
  imports(imports: Iterable<readonly [name: string, named: Named]>): ReadonlyMap<string, FunctionTypes>;
}

/**
 * `above`: the adapters between the component and the new one, which messages call `name`.
 * @throws OptionError for an interface that nobody imports
 */
export function adapterWorld(
  component: Uint8Array,
  wanted: string,
  { above = [], name }: { readonly above?: readonly Plug[]; readonly name?: string } = {},
): AdapterWorld {
  // Stages of a script ask for what is between parts of ours; no adapter can provide or import it.
  const world = withoutPrivate(above.length === 0 ? worldOf(component) : stack(component, layersOf(above), true).world);
  const names = meantBy(wanted, world);
  if (names.length === 0) throw new OptionError("adapters", nobodyImports(wanted, name, world));
  return new WorldBelow(world.imports, new Set(names.map(keyOf)));
}

type Imports = Iterable<readonly [name: string, named: Named]>;

class WorldBelow implements AdapterWorld {
  readonly exports: readonly ExportedInterface[];
  readonly importable: readonly string[];
  readonly #interfaces: Interfaces;
  /** Of the interfaces that are exported. */
  readonly #keys: ReadonlySet<string>;
  /** What the component imports. */
  readonly #used: Labels;
  readonly #importable: Labels;
  readonly #keysByBase: ReadonlyMap<string, string>;

  constructor(imports: Exports, keys: ReadonlySet<string>) {
    this.#interfaces = interfacesOf(imports);
    this.#keys = keys;
    this.#used = labelsOf(imports);
    const offered = offeredBeside(imports, this.#interfaces);
    // What it provides it may import only as the component does: in WIT both are one interface, and all of it is exported.
    this.#importable = new Map(
      [...this.#used, ...offered].map(([key]) => [
        key,
        new Set([...this.#usedOf(key), ...(keys.has(key) ? [] : (offered.get(key) ?? []))]),
      ]),
    );
    // Those that the component imports come first, in whatever version it does.
    this.#keysByBase = new Map([...offered.keys(), ...this.#used.keys()].map((key) => [this.#interfaces.get(key)?.base ?? key, key]));
    this.importable = [...this.#keysByBase.keys()];
    this.exports = [...keys].map((key) => ({
      name: this.#nameOf(key),
      functions: [...this.#typesOf(key, this.#used).keys()],
      types: this.#typesOf(key, this.#used),
      resources: this.#ownResources(key),
    }));
  }

  importName(name: string): string | undefined {
    const key = this.#importKey(name);
    return key === undefined ? undefined : this.#nameOf(key);
  }

  functionsOf(name: string): readonly string[] {
    return [...this.#typesOf(keyOf(name), this.#importable).keys()];
  }

  imports(imports: Imports): ReadonlyMap<string, FunctionTypes> {
    const selected = this.#selectedBy(imports);
    return new Map([...selected.keys()].map((key) => [this.#nameOf(key), this.#typesOf(key, selected)]));
  }

  wit(imports: Imports): string {
    const selected = this.#selectedBy(imports);
    const lines = [
      ...[...selected.keys()].map((key) => `  import ${ADAPTER_PREFIX}${this.#nameOf(key)};\n`),
      ...[...this.#keys].map((key) => `  export ${ADAPTER_PREFIX}${this.#nameOf(key)};\n`),
    ];
    for (const key of this.#keys) selected.set(key, new Set([...(selected.get(key) ?? []), ...this.#usedOf(key)]));
    const packages = packagesText(this.#interfaces, close(this.#interfaces, selected), ADAPTER_PREFIX);
    return `package wasi-nest:adapter;\n\nworld ${ADAPTER_WORLD} {\n${lines.join("")}}\n\n${packages}`;
  }

  #usedOf(key: string): ReadonlySet<string> {
    return this.#used.get(key) ?? new Set();
  }

  #nameOf(key: string): string {
    return this.#interfaces.get(key)?.name ?? key;
  }

  #importKey(name: string): string | undefined {
    return this.#importable.has(keyOf(name)) ? keyOf(name) : this.#keysByBase.get(parseInterfaceName(name)?.base ?? name);
  }

  #typesOf(key: string, labels: Labels): FunctionTypes {
    const items = this.#interfaces.pick(key, labels.get(key) ?? new Set());
    return new Map(items.flatMap(([label, item]) => (item.kind === "func" ? [[label, item.type]] : [])));
  }

  #ownResources(key: string): ReadonlyMap<string, Resource> {
    return new Map(
      this.#interfaces.pick(key, this.#usedOf(key)).flatMap(([label, item]) => {
        if (item.kind !== "type" || !isNamed(item.type) || item.type.kind !== "resource") return [];
        const home = this.#interfaces.homeOf(item.type);
        return home?.key === key && home.name === label ? [[label, item.type] as const] : [];
      }),
    );
  }

  /** What is imported of the interfaces that are named, and of others for the handles that come with it, by key. */
  #selectedBy(imports: Imports): Map<string, ReadonlySet<string>> {
    const selected = new Map<string, ReadonlySet<string>>();
    for (const [name, named] of imports) {
      const key = this.#importKey(name);
      if (key !== undefined) selected.set(key, new Set([...(selected.get(key) ?? []), ...this.#imported(key, named)]));
    }
    this.#addMethods(selected);
    return selected;
  }

  #imported(key: string, named: Named): ReadonlySet<string> {
    if (named === "all") return this.#used.get(key) ?? new Set(this.#importable.get(key));
    return new Set([...this.#usedOf(key), ...[...this.#typesOf(key, this.#importable).keys()].filter(named)]);
  }

  /** What can be done with the handles that functions of these interfaces, and of the exports, mention. */
  #addMethods(selected: Map<string, ReadonlySet<string>>): void {
    const seen = new Set<Resource>();
    const look = (key: string, labels: ReadonlySet<string>): void => {
      for (const [, item] of this.#interfaces.pick(key, labels)) {
        for (const resource of item.kind === "func" ? resourcesOf(item.type) : []) {
          const home = this.#interfaces.homeOf(resource);
          if (home === undefined || seen.has(resource) || this.#keys.has(home.key)) continue;
          seen.add(resource);
          const all = this.#typesOf(home.key, this.#importable).keys();
          const methods = [...all].filter((label) => label.startsWith(`[method]${home.name}.`));
          if (methods.length === 0) continue;
          selected.set(home.key, new Set([...(selected.get(home.key) ?? []), ...methods]));
          look(home.key, new Set(methods));
        }
      }
    };
    const exported = [...this.#keys].map((each) => [each, this.#usedOf(each)] as const);
    for (const [key, labels] of [...selected, ...exported]) look(key, labels);
  }
}

type Labels = ReadonlyMap<string, ReadonlySet<string>>;

/** By key. */
function labelsOf(imports: Exports): Labels {
  const found = new Map<string, Set<string>>();
  for (const [name, item] of imports) {
    if (item.kind !== "instance") continue;
    found.set(keyOf(name), new Set([...(found.get(keyOf(name)) ?? []), ...item.exports.keys()]));
  }
  return found;
}

/** What an adapter may import that the component does not: what every host has of WASI, and streams of its own. */
function offeredBeside(imports: Exports, interfaces: Interfaces): Labels {
  const versionOf = versionsOf(imports);
  const offered = new Map<string, Extern>();
  for (const [name, item] of importsOf(newestVersion())) {
    const { base } = parseInterfaceName(name) ?? { base: name };
    const version = isKnownVersion(versionOf(name)) ? versionOf(name) : newestVersion();
    if (item.kind !== "instance") continue;
    const exports = new Map([...item.exports].filter(([label]) => isStable(version, base, label)));
    if (exports.size > 0) offered.set(name, { kind: "instance", exports });
  }
  const pipes = ownCatalogue().imports.get(PIPES_INTERFACE);
  if (pipes !== undefined) offered.set(PIPES_INTERFACE, pipes);
  addKnown(interfaces, offered, versionOf);
  return labelsOf(offered);
}
