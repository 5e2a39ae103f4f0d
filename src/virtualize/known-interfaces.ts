/**
 * The interfaces that a component imports, and what else is known: of those of WASI and ours.
 */
import { PRIVATE_INTERFACES } from "../adapters/modules.ts";
import { KEPT_ASYNC, keptAsync } from "../adapters/own-interfaces.ts";
import { ASYNC_SERIES, SERIES, wasiKey } from "../adapters/series.ts";
import { asyncCatalogue, catalogue, ownCatalogue } from "../adapters/prebuilt-core.ts";
import { Interfaces } from "../component/interfaces.ts";
import { compareVersions, importKey, parseInterfaceName } from "../component/names.ts";
import type { Exports, Extern } from "../component/types.ts";

/** What every host of 0.2 has. */
const FIRST_VERSION = `${SERIES}.0`;

/** Imports of one component, or of several. */
type Imports = Iterable<readonly [name: string, item: Extern]>;

/** Everything that is imported, and the full types of what adapters may need, under the same versions. */
export function interfacesOf(imports: Imports, along: ReadonlyMap<string, Exports> = new Map()): Interfaces {
  const interfaces = new Interfaces();
  for (const [name, item] of imports)
    if (item.kind === "instance") interfaces.add(item.as ?? name, item.exports, item.as === undefined ? item : {});
  for (const [name, exports] of along) interfaces.add(name, exports);
  addKnown(interfaces, catalogue().imports, versionsOf(imports));
  addKnown(interfaces, ownCatalogue().imports, versionsOf(imports));
  for (const [name, exports] of PRIVATE_INTERFACES) if (exports.size > 0) interfaces.addKnown(name, exports);
  if (importsAsync(imports)) {
    for (const [name, item] of asyncCatalogue().imports) if (item.kind === "instance") interfaces.addOldest(name, item.exports);
    interfaces.addKnown(KEPT_ASYNC, keptAsync());
  }
  return interfaces;
}

const importsAsync = (imports: Imports): boolean => [...imports].some(([name, item]) => importKey(name, item).endsWith(`@${ASYNC_SERIES}`));

export function addKnown(interfaces: Interfaces, known: Exports, versionOf: Versions): void {
  for (const [name, item] of known) {
    const parsed = parseInterfaceName(name);
    if (item.kind !== "instance" || parsed === undefined) continue;
    interfaces.addKnown(parsed.key === wasiKey(parsed.base) ? `${parsed.base}@${versionOf(name)}` : name, item.exports);
  }
}

/** The version under which a component would import an interface. */
export type Versions = (name: string) => string;

/**
 * The highest version that is imported of the interface's package, or of any of WASI 0.2, or that of its own name; for a component
 * of WASI 0.3 alone, the first of 0.2.
 */
export function versionsOf(imports: Imports): Versions {
  const versions = new Map<string, string>();
  if (importsAsync(imports)) versions.set("wasi", FIRST_VERSION);
  for (const [name, item] of imports) {
    const parsed = parseInterfaceName((item.kind === "instance" ? item.as : undefined) ?? name);
    if (parsed?.version === undefined || parsed.key !== wasiKey(parsed.base)) continue;
    for (const scope of [parsed.package, parsed.namespace]) {
      const highest = versions.get(scope);
      if (highest === undefined || compareVersions(parsed.version, highest) > 0) versions.set(scope, parsed.version);
    }
  }
  return (name) => {
    const parsed = parseInterfaceName(name);
    return (
      (parsed === undefined ? undefined : (versions.get(parsed.package) ?? versions.get(parsed.namespace) ?? parsed.version)) ?? SERIES
    );
  };
}
