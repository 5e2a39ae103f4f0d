/** Which interfaces reach the app through re-exports: those of the host's of which parts have some functions, or types. */
import type { Provider } from "../adapters/adapter-module.ts";
import type { Interfaces } from "../component/interfaces.ts";
import { importKey } from "../component/names.ts";
import { type Exports, type Resource, resourcesIn } from "../component/types.ts";
import type { Selection } from "../compose/imported-interfaces.ts";
import { NO_INTERFACE, type Part } from "../compose/part.ts";
import type { Reexport } from "../compose/reexport.ts";

/** Of what is imported, that which somebody provides: names by interface. */
export function providedBy(provider: Provider, imports: Exports, providerOf: (key: string) => Provider): Selection {
  const wanted = new Map<string, Set<string>>();
  for (const [name, item] of imports) {
    const key = importKey(name, item);
    if (item.kind !== "instance" || providerOf(key) !== provider) continue;
    const names = wanted.get(key) ?? new Set();
    for (const label of item.exports.keys()) names.add(label);
    wanted.set(key, names);
  }
  return wanted;
}

export function reexportsOf(
  parts: readonly Part[],
  imports: Exports,
  interfaces: Interfaces,
  providerOf: (key: string) => Provider,
): readonly Reexport[] {
  const fromHost = providedBy("host", imports, providerOf);
  const reexports = new Map<string, Map<string, { readonly part: string; readonly exportName: string }>>();
  for (const part of parts) {
    for (const { key, name, exportName } of part.substitutes) {
      if (key === NO_INTERFACE) continue;
      const shims = reexports.get(key) ?? new Map();
      reexports.set(key, shims.set(name, { part: part.id, exportName }));
    }
  }
  // A type of a part reaches the app under the host's interfaces too, whether or not a function comes with it.
  const isHosts = (resource: Resource): boolean => providerOf(interfaces.homeOf(resource)?.key ?? "") === "host";
  for (const [key, names] of fromHost) {
    if (
      !reexports.has(key) &&
      interfaces.pick(key, names).some(([, item]) => item.kind === "type" && !resourcesIn(item.type).every(isHosts))
    )
      reexports.set(key, new Map());
  }
  return [...reexports].map(([key, shims]) => ({ key, ofHost: true, shims, names: fromHost.get(key) ?? new Set() }));
}
