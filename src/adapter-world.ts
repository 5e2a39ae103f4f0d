/**
 * What an adapter of the user's has to be to fit below a component, as WIT: a world that exports the functions
 * which the component imports, and imports what the adapter asks for itself. All namespaces have a prefix, so
 * that no tool takes an interface in part for the whole that it knows.
 */
import { Interfaces } from "./component/interfaces.ts";
import { keyOf, parseInterfaceName } from "./component/names.ts";
import { packagesText } from "./component/wit-package.ts";
import { isNamed } from "./component/types.ts";
import { worldOf } from "./component/world.ts";
import { close } from "./compose/imported-interfaces.ts";
import { OptionError } from "./errors.ts";
import { meantBy, nobodyImports, type UserAdapter, withAdapters } from "./user-adapters.ts";

export const ADAPTER_PREFIX = "adapter-";
export const ADAPTER_WORLD = "adapter";

export interface ExportedInterface {
  readonly name: string;
  readonly functions: readonly string[];
  /** Those that are its own, also without functions. */
  readonly resources: readonly string[];
}

export interface AdapterWorld {
  /** Names of the interfaces to export, as the component has them. */
  readonly exports: readonly ExportedInterface[];
  /** The name of the interface that is meant by a name with or without version; `undefined` if there is none to import. */
  importName(name: string): string | undefined;
  /** What of an interface can be imported, by the name that `importName` gave. */
  functionsOf(name: string): readonly string[];
  /** The WIT of the world `adapter`, with its packages, where it imports these interfaces. */
  wit(imports: Iterable<string>): string;
}

/**
 * `above`: the adapters between the component and the new one.
 * @throws OptionError for an interface that nobody imports
 */
export function adapterWorld(component: Uint8Array, wanted: string, above: readonly UserAdapter[] = []): AdapterWorld {
  const { world } = above.length === 0 ? { world: worldOf(component) } : withAdapters(component, above);
  const names = meantBy(wanted, world);
  if (names.length === 0) throw new OptionError("adapters", nobodyImports(wanted, undefined, world));
  const interfaces = new Interfaces();
  for (const [name, item] of world.imports) if (item.kind === "instance") interfaces.add(name, item.exports);
  const byBase = new Map(interfaces.keys().map((key) => [interfaces.get(key)?.base ?? key, key]));
  const nameOf = (key: string): string => interfaces.get(key)?.name ?? key;
  const keys = [...new Set(names.map(keyOf))];
  const importKey = (name: string): string | undefined =>
    interfaces.get(keyOf(name)) === undefined ? byBase.get(parseInterfaceName(name)?.base ?? name) : keyOf(name);
  const functionsOf = (key: string): readonly string[] =>
    [...(interfaces.get(key)?.exports ?? [])].flatMap(([label, { kind }]) => (kind === "func" ? [label] : []));
  const resourcesOf = (key: string): readonly string[] =>
    [...(interfaces.get(key)?.exports ?? [])].flatMap(([label, item]) => {
      if (item.kind !== "type" || !isNamed(item.type) || item.type.kind !== "resource") return [];
      const home = interfaces.homeOf(item.type);
      return home?.key === key && home.name === label ? [label] : [];
    });
  return {
    exports: keys.map((key) => ({ name: nameOf(key), functions: functionsOf(key), resources: resourcesOf(key) })),
    functionsOf: (name) => functionsOf(keyOf(name)),
    importName(name) {
      const key = importKey(name);
      return key === undefined ? undefined : nameOf(key);
    },
    wit(imports) {
      const imported = [...new Set([...imports].flatMap((name) => importKey(name) ?? []))];
      const whole = new Map([...imported, ...keys].map((key) => [key, new Set(interfaces.get(key)?.exports.keys())]));
      const lines = [
        ...imported.map((key) => `  import ${ADAPTER_PREFIX}${nameOf(key)};\n`),
        ...keys.map((key) => `  export ${ADAPTER_PREFIX}${nameOf(key)};\n`),
      ];
      const packages = packagesText(interfaces, close(interfaces, whole), ADAPTER_PREFIX);
      return `package wasi-nest:adapter;\n\nworld ${ADAPTER_WORLD} {\n${lines.join("")}}\n\n${packages}`;
    },
  };
}
