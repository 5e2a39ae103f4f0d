/**
 * The parts of an output, made by the plan: adapters with their images, stubs, and the shims that go with
 * them; and which interfaces of the host reach the app through re-exports.
 */
import type { Provider } from "./adapters/adapter-module.ts";
import { type Adapter, linkAdapter, type Shimmed, unknownFunctions } from "./adapters/link.ts";
import { byteLength } from "./binary/chunk.ts";
import type { Interfaces } from "./component/interfaces.ts";
import { importKey } from "./component/names.ts";
import { type Exports, type Resource, resourcesIn, resourcesOf } from "./component/types.ts";
import type { Selection } from "./compose/imported-interfaces.ts";
import { NO_INTERFACE, type Part } from "./compose/part.ts";
import type { Reexport } from "./compose/reexport.ts";
import type { Image } from "./image/image.ts";
import type { Plan } from "./plan.ts";
import type { FilesReport } from "./adapters/filesystem/report.ts";
import type { Settings } from "./settings.ts";
import type { Denial } from "./shim/refusal.ts";
import { stubParts } from "./shim/stubs.ts";

export interface Built {
  readonly parts: readonly Part[];
  readonly adapters: readonly Adapter[];
  readonly reexports: readonly Reexport[];
  readonly files: FilesReport | undefined;
  readonly warnings: readonly string[];
}

/** `handedOn` are interfaces of the host's of which every function is wrapped: jco has no exports that are imports. */
export function partsOf(imports: Exports, interfaces: Interfaces, plan: Plan, settings: Settings, handedOn: ReadonlySet<string>): Built {
  const provided = (provider: Provider): Selection => {
    const wanted = new Map<string, Set<string>>();
    for (const [name, item] of imports) {
      const key = importKey(name, item);
      if (item.kind !== "instance" || plan.providers.get(key) !== provider) continue;
      const names = wanted.get(key) ?? new Set();
      for (const label of item.exports.keys()) names.add(label);
      wanted.set(key, names);
    }
    return wanted;
  };
  const adapters: Adapter[] = [];
  const warnings: string[] = [];
  const parts: Part[] = [];
  const reexports = new Map<string, Map<string, { readonly part: string; readonly exportName: string }>>();
  const [denied, fromHost] = [provided("deny"), provided("host")];
  for (const { id, make } of plan.cores) {
    const provides = provided(id);
    if (provides.size === 0) continue;
    const adapter = make();
    adapters.push(adapter);
    const shimmed = toShim(fromHost, provides, handedOn, plan, interfaces);
    const unknown = unknownFunctions(adapter, provides, interfaces);
    parts.push(linkAdapter(adapter, provides, { shimmed, unknown, denial: settings.deny }, interfaces));
    warnings.push(...unknown.map(({ key, name }) => `\`${interfaces.get(key)?.name}\` \`${name}\` is not known: it is denied`));
  }
  const denialOf = (key: string): Denial => plan.denials.get(key) ?? settings.deny;
  const textOf = (key: string): string => plan.denialTexts.get(key) ?? "";
  parts.push(...stubParts({ interfaces: denied, denialOf, textOf, functions: plan.deniedFunctions }, interfaces));
  for (const part of parts) {
    for (const { key, name, exportName } of [...part.substitutes, ...(part.shims?.functions ?? [])]) {
      if (exportName === undefined || key === NO_INTERFACE) continue;
      const shims = reexports.get(key) ?? new Map();
      reexports.set(key, shims.set(name, { part: part.id, exportName }));
    }
  }
  // A type of a part reaches the app under the host's interfaces too, whether or not a function comes with it.
  const isHosts = (resource: Resource): boolean => (plan.providers.get(interfaces.homeOf(resource)?.key ?? "") ?? "host") === "host";
  for (const [key, names] of fromHost) {
    if (
      !reexports.has(key) &&
      interfaces.pick(key, names).some(([, item]) => item.kind === "type" && !resourcesIn(item.type).every(isHosts))
    )
      reexports.set(key, new Map());
  }
  return {
    parts,
    adapters,
    files: adapters.find(({ files }) => files !== undefined)?.files,
    warnings,
    reexports: [...reexports].map(([key, shims]) => ({ key, ofHost: true, shims, names: fromHost.get(key) ?? new Set() })),
  };
}

/**
 * The host's functions that mention a resource which is virtual for the app, and those of what is handed on: these are handed on
 * by whoever has resources.
 */
function toShim(
  fromHost: Selection,
  virtual: Selection,
  handedOn: ReadonlySet<string>,
  { deniedFunctions }: Plan,
  interfaces: Interfaces,
): readonly Shimmed[] {
  const isDenied = (key: string, name: string): boolean => deniedFunctions.some((each) => each.key === key && each.name === name);
  const isVirtual = (resource: Resource): boolean => virtual.has(interfaces.homeOf(resource)?.key ?? "");
  const hasResources = [...virtual].some(([key, names]) =>
    interfaces.pick(key, names).some(([, item]) => item.kind === "type" && typeof item.type === "object" && item.type.kind === "resource"),
  );
  return [...fromHost].flatMap(([key, names]) =>
    interfaces
      .pick(key, names)
      .flatMap(([name, item]) =>
        item.kind === "func" && !isDenied(key, name) && ((hasResources && handedOn.has(key)) || [...resourcesOf(item.type)].some(isVirtual))
          ? [{ key, name, type: item.type }]
          : [],
      ),
  );
}

export const imageBytes = (image: Image): number => image.segments.reduce((sum, { chunks }) => sum + byteLength(chunks), 0);
