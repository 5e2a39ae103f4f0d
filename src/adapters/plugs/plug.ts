/**
 * Components of the user's that provide interfaces to the app, one below the other: the first stands right below
 * the app, and what it imports itself is the next one's, ours or the host's.
 */
import { implementedBy } from "../../component/attributes.ts";
import { isMeant } from "../../component/names.ts";
import type { World } from "../../component/world.ts";
import { LinkError } from "../../errors.ts";
import type { Layer } from "../adapter-module.ts";
import { byNearness } from "../../suggestion.ts";

/** A component that exports what the app imports. */
export interface Plug {
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

/** Among the layers: there is room on both sides. */
const ORDER = 50;

/** The first stands right below the app. */
export const layersOf = (plugs: readonly Plug[]): readonly Layer[] => plugs.map((plug) => ({ kind: "component", order: ORDER, plug }));

/** Each lies in a component of its own with what stands above it, and hosts read components to a depth of 100. */
export const MOST_PLUGS = 64;

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
        { import: each },
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
