/**
 * The use case: a component and options in, a component in which WASI is what the options say out.
 *
 *   decode → plan who provides what → build the parts → encode the outer component
 */
import { environmentAdapter } from "./adapters/environment.ts";
import { type IoAdapter, ioAdapter } from "./adapters/io.ts";
import { type Adapter, linkAdapter, type Shimmed, wasiKey } from "./adapters/link.ts";
import { catalogue } from "./adapters/prebuilt-core.ts";
import { byteLength, type Chunk } from "./binary/chunk.ts";
import { encode } from "./binary/core-module.ts";
import { Interfaces } from "./component/interfaces.ts";
import { compareVersions, keyOf, parseInterfaceName } from "./component/names.ts";
import { type Resource, resourcesIn, resourcesOf } from "./component/types.ts";
import { type World, worldOf } from "./component/world.ts";
import type { Selection } from "./compose/imported-interfaces.ts";
import type { Reexport } from "./compose/reexport.ts";
import { compose } from "./compose/outer.ts";
import type { Part } from "./compose/part.ts";
import { hostNeeds } from "./compose/part-component.ts";
import type { Image } from "./image/image.ts";
import { metadataSection } from "./inspect/metadata.ts";
import { type Options, type Settings, settingsOf } from "./options.ts";
import { type Plan, planOf, type Provider } from "./plan.ts";
import { type Report, reportOf } from "./report.ts";
import type { Denial } from "./shim/refusal.ts";
import { stubParts } from "./shim/stubs.ts";
import { VERSION } from "./version.ts";

export interface Virtualized<C extends Chunk = Uint8Array> {
  /** The output's bytes in order; the app and file contents are those that were given. */
  readonly chunks: readonly (Uint8Array | C)[];
  readonly report: Report;
}

/**
 * Nests `component` (WASI 0.2, binary) so that it sees the WASI that `options` describe.
 * The same input gives the same bytes.
 * @throws FormatError if `component` is not a well-formed component
 * @throws LinkError if its imports or exports cannot be served
 * @throws OptionError if an option's value is not acceptable
 */
export function virtualize<C extends Chunk = Uint8Array>(component: Uint8Array, options: Options<C> = {}): Virtualized<C> {
  const settings = settingsOf(options);
  const world = worldOf(component);
  const interfaces = interfacesOf(world);
  const plan = planOf(world, interfaces, settings);
  const { parts, adapters, reexports, files } = partsOf(world, interfaces, plan, settings);
  const partOf = new Map(parts.flatMap((part) => [...part.provides.keys()].map((key) => [key, part.id] as const)));
  const composed = compose({
    app: component,
    world,
    interfaces,
    parts,
    reexports,
    providerOf: (key) => partOf.get(key) ?? "host",
    custom: [{ name: "producers", bytes: producers() }, metadataSection(settings)],
  });
  const needs = new Map(parts.map((part) => [part.id, hostNeeds(part, interfaces)]));
  return {
    chunks: composed.chunks as Virtualized<C>["chunks"], // what is not bytes came with the options
    report: reportOf({
      component,
      world,
      interfaces,
      plan,
      composed,
      needs,
      files,
      imageBytes: adapters.reduce((sum, { image }) => sum + imageBytes(image), 0),
    }),
  };
}

/** Everything that the app imports, and the full types of what adapters may need, under the app's versions. */
function interfacesOf(world: World): Interfaces {
  const interfaces = new Interfaces();
  for (const [name, item] of world.imports) if (item.kind === "instance") interfaces.add(name, item.exports);
  const versions = new Map<string, string>();
  for (const name of world.imports.keys()) {
    const parsed = parseInterfaceName(name);
    if (parsed?.version === undefined || parsed.key !== wasiKey(parsed.base)) continue;
    for (const scope of [parsed.package, parsed.namespace]) {
      const highest = versions.get(scope);
      if (highest === undefined || compareVersions(parsed.version, highest) > 0) versions.set(scope, parsed.version);
    }
  }
  for (const [name, item] of catalogue().imports) {
    const parsed = parseInterfaceName(name);
    if (item.kind !== "instance" || parsed === undefined) continue;
    const version = versions.get(parsed.package) ?? versions.get(parsed.namespace) ?? parsed.version;
    interfaces.add(`${parsed.base}@${version}`, item.exports, false);
  }
  return interfaces;
}

interface Built {
  readonly parts: readonly Part[];
  readonly adapters: readonly Adapter[];
  readonly reexports: readonly Reexport[];
  readonly files: IoAdapter["files"] | undefined;
}

function partsOf(world: World, interfaces: Interfaces, plan: Plan, settings: Settings): Built {
  const provided = (provider: Provider): Selection => {
    const wanted = new Map<string, Set<string>>();
    for (const [name, item] of world.imports) {
      const key = keyOf(name);
      if (item.kind !== "instance" || plan.providers.get(key) !== provider) continue;
      const names = wanted.get(key) ?? new Set();
      for (const label of item.exports.keys()) names.add(label);
      wanted.set(key, names);
    }
    return wanted;
  };
  const adapters: Adapter[] = [];
  const parts: Part[] = [];
  const reexports = new Map<string, Map<string, { readonly part: string; readonly exportName: string }>>();
  const add = <A extends Adapter>(adapter: A, provides: Selection, shimmed: readonly Shimmed[] = []): A => {
    adapters.push(adapter);
    const part = linkAdapter(adapter, provides, shimmed, interfaces);
    parts.push(part);
    return adapter;
  };
  const [environment, streams, denied, fromHost] = [provided("environment"), provided("io"), provided("deny"), provided("host")];
  if (environment.size > 0) add(environmentAdapter(settings.environment), environment);
  const io =
    streams.size > 0
      ? add(ioAdapter({ ...settings, ...plan, ownPollables: !plan.hostPollables }), streams, toShim(fromHost, streams, plan, interfaces))
      : undefined;
  const denialOf = (key: string): Denial => plan.denials.get(key) ?? settings.deny;
  parts.push(...stubParts({ interfaces: denied, denialOf, functions: plan.deniedFunctions }, interfaces));
  for (const part of parts) {
    for (const { key, name, exportName } of [...part.substitutes, ...(part.shims?.functions ?? [])]) {
      if (exportName === undefined) continue;
      const shims = reexports.get(key) ?? new Map();
      reexports.set(key, shims.set(name, { part: part.id, exportName }));
    }
  }
  // A type of a part reaches the app under the host's interfaces too, whether or not a function comes with it.
  const isHosts = (resource: Resource): boolean => (plan.providers.get(interfaces.homeOf(resource)?.key ?? "") ?? "host") === "host";
  for (const [key, names] of fromHost) {
    const items = [...(interfaces.get(key)?.exports ?? [])].filter(([name]) => names.has(name));
    if (!reexports.has(key) && items.some(([, item]) => item.kind === "type" && !resourcesIn(item.type).every(isHosts)))
      reexports.set(key, new Map());
  }
  return {
    parts,
    adapters,
    files: io?.files,
    reexports: [...reexports].map(([key, shims]) => ({ key, shims, names: fromHost.get(key) ?? new Set() })),
  };
}

/** The host's functions that mention a resource which is virtual for the app. */
function toShim(fromHost: Selection, virtual: Selection, { deniedFunctions }: Plan, interfaces: Interfaces): readonly Shimmed[] {
  const isDenied = (key: string, name: string): boolean => deniedFunctions.some((each) => each.key === key && each.name === name);
  const isVirtual = (resource: Resource): boolean => virtual.has(interfaces.homeOf(resource)?.key ?? "");
  return [...fromHost].flatMap(([key, names]) =>
    [...(interfaces.get(key)?.exports ?? [])].flatMap(([name, item]) =>
      item.kind === "func" && names.has(name) && !isDenied(key, name) && [...resourcesOf(item.type)].some(isVirtual)
        ? [{ key, name, type: item.type }]
        : [],
    ),
  );
}

const imageBytes = (image: Image): number => image.segments.reduce((sum, { chunks }) => sum + byteLength(chunks), 0);

function producers(): Uint8Array {
  return encode((writer) => {
    writer.u32(1);
    writer.name("processed-by");
    writer.u32(1);
    writer.name("wasi-nest");
    writer.name(VERSION);
  });
}
