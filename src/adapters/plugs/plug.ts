/**
 * Components of the user's that provide interfaces to the app, one below the other: the first stands right below
 * the app, and what it imports itself is the next one's, ours or the host's.
 */
import { bytesOf } from "../../binary/chunk.ts";
import { nameOf } from "../../binary/name-section.ts";
import { implementedBy } from "../../component/attributes.ts";
import { isMeant, keyOf } from "../../component/names.ts";
import { checkNestable } from "../../component/nestable.ts";
import type { Exports } from "../../component/types.ts";
import { type World, worldOf } from "../../component/world.ts";
import { plug } from "../../compose/plug.ts";
import { FormatError, LinkError, OptionError } from "../../errors.ts";
import { byNearness } from "../../suggestion.ts";

/** A component that exports what the app imports. */
export interface UserAdapter {
  /** `acme:kv/store`, with or without version, or `acme:kv/*`. */
  readonly interface: string;
  readonly component: Uint8Array;
  /** What it is called in messages and in the output; the interface by default. */
  readonly name?: string;
  /** What stands before the namespaces of its imports and exports and is not meant; nothing by default. */
  readonly prefix?: string;
  /** For the report. */
  readonly warnings?: readonly string[];
}

export interface WithAdapters {
  /** The app as it was given. */
  readonly app: { readonly name: string | undefined; readonly byteLength: number; readonly imports: Exports };
  readonly bytes: Uint8Array;
  readonly world: World;
  /** The imports of the app that are served, by name, and the adapter's name. */
  readonly plugged: ReadonlyMap<string, string>;
  /** Of each adapter: its name, what it provides and imports, under the names of the interfaces that are meant, and its bytes. */
  readonly adapters: readonly PluggedAdapter[];
}

export interface PluggedAdapter {
  readonly name: string;
  readonly provides: readonly string[];
  readonly imports: readonly string[];
  readonly byteLength: number;
}

/** Each lies in a component of its own with what stands above it, and hosts read components to a depth of 100. */
const MOST_ADAPTERS = 64;

/**
 * @throws OptionError for an interface that nobody imports, or for more adapters than there can be
 * @throws LinkError where an adapter does not fit
 */
export function withAdapters(component: Uint8Array, adapters: readonly UserAdapter[]): WithAdapters {
  if (adapters.length > MOST_ADAPTERS)
    throw new OptionError(
      "adapters",
      `there are ${adapters.length} adapters, and no more than ${MOST_ADAPTERS} can stand one below the other`,
    );
  let top = { bytes: component, world: worldOf(component) };
  checkNestable(top.world, "the component");
  const app = { name: nameOf(component), byteLength: component.length, imports: top.world.imports };
  const plugged = new Map<string, string>();
  const found: PluggedAdapter[] = [];
  for (const adapter of adapters) {
    const { interface: wanted, name = wanted, prefix = "" } = adapter;
    const meaning = (each: string): string => (each.startsWith(prefix) ? each.slice(prefix.length) : each);
    const world = worldOfAdapter(adapter, name);
    checkNestable(world, `the adapter \`${name}\``);
    const names = meantBy(wanted, top.world);
    const isWildcard = wanted.endsWith("/*");
    const offered = new Set([...world.exports.keys()].map((each) => keyOf(meaning(each))));
    const taken = isWildcard ? names.filter((each) => offered.has(keyOf(each))) : names;
    if (names.length === 0) throw new OptionError("adapters", nobodyImports(wanted, name, top.world));
    if (taken.length === 0)
      throw new LinkError(
        `\`${name}\` exports nothing of \`${wanted}\` that is imported: ${names.map((each) => `\`${each}\``).join(", ")}`,
      );
    const provides = new Set(taken.map(keyOf));
    for (const each of taken) if (app.imports.has(each) && !plugged.has(each)) plugged.set(each, name);
    const own = new Set([...world.imports].map(([each, { kind }]) => (kind === "instance" ? meaning(each) : each)));
    found.push({ name, provides: taken, imports: [...own], byteLength: adapter.component.length });
    const bytes = bytesOf(plug(top, { bytes: adapter.component, world, name, provides, meaning }));
    top = { bytes, world: worldOf(bytes) };
  }
  return { ...top, app, plugged, adapters: found };
}

function worldOfAdapter({ component }: UserAdapter, name: string): World {
  try {
    return worldOf(component);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new LinkError(`the adapter \`${name}\` is not well-formed`, { cause: error });
  }
}

/**
 * Of the top component's imports, the names of those that `wanted` means.
 * @throws LinkError for one of that interface under another name, which nobody could tell apart from the rest
 */
export function meantBy(wanted: string, { imports }: World): readonly string[] {
  for (const [each, item] of imports) {
    const implemented = implementedBy(item);
    if (implemented !== undefined && isMeant(wanted, implemented) && !isMeant(wanted, each))
      throw new LinkError(
        `import \`${each}\` is \`${implemented}\` under a name of its own, which an adapter for \`${wanted}\` cannot provide: one for \`${each}\` can`,
      );
  }
  return [...imports].flatMap(([each, { kind }]) => (kind === "instance" && isMeant(wanted, each) ? [each] : []));
}

/** A name with as much of its package and version as the one that somebody wrote. */
function asWritten(wanted: string, name: string): string {
  const versioned = wanted.includes("@") ? name : name.replace(/@.*/, "");
  if (wanted.includes(":")) return versioned;
  return versioned.replace(wanted.includes("/") ? /^.*:/ : /^.*\//, "");
}

/** As many as may have been meant. */
const MOST_CANDIDATES = 3;

/** Says so, and what is imported, the nearest names first. */
export function nobodyImports(wanted: string, adapter: string | undefined, { imports }: World): string {
  const names = [...imports].flatMap(([name, { kind }]) => (kind === "instance" ? [name] : []));
  const nearest = byNearness(wanted, names, (name) => asWritten(wanted, name));
  const shown = nearest.slice(0, MOST_CANDIDATES).map((each) => `\`${each}\``);
  const others = names.length - shown.length;
  const all = [...shown, ...(others === 0 ? [] : [`${others} ${others === 1 ? "other" : "others"}`])];
  const list = all.length < 2 ? all.join("") : `${all.slice(0, -1).join(", ")} and ${all.at(-1)}`;
  const hint = names.length === 0 ? "no interface is imported" : `imported ${names.length === 1 ? "is" : "are"} ${list}`;
  return `nobody imports \`${wanted}\`${adapter === undefined ? "" : `, which \`${adapter}\` is to provide`}; ${hint}`;
}
