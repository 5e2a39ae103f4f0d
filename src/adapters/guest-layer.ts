/** A layer that is a guest of ours: it has functions for some interfaces, and stands in front of theirs. */
import { implementedBy } from "../component/attributes.ts";
import type { Interfaces } from "../component/interfaces.ts";
import { keyOf, parseInterfaceName } from "../component/names.ts";
import type { World } from "../component/world.ts";
import type { Part } from "../compose/part.ts";
import type { Denied } from "../shim/stubs.ts";
import type { Configured, Guard, Layer } from "./adapter-module.ts";
import type { Adapter } from "./adapter.ts";
import { isInFront } from "./guest-names.ts";
import { linkLayer, type Shimmed } from "./link.ts";
import { linkPart } from "./link-part.ts";
import { asyncCatalogue, wholeCatalogue } from "./prebuilt-core.ts";
import { ASYNC_SERIES } from "./series.ts";
import { isServer } from "./server.ts";

/** Behind all that looks at calls, and in front of plugs; and behind these. */
const [IN_FRONT_OF_PLUGS, BELOW_PLUGS] = [30, 90];

/**
 * Who provides an interface behind rules: the host, if it is one of `bases`. What only implements such an interface is in front
 * of no rule, and denied.
 */
export const decideBehindRules =
  (bases: readonly string[]): Configured["decide"] =>
  ({ base, item, named }) =>
    named === undefined && item.kind === "instance" && implementedBy(item) === undefined && bases.includes(base) ? "host" : "deny";

/** What such rules are about, as outputs record them: functions that the guest checks, and what nobody knows. */
export const guardOf = (rules: string, core: string, bases: readonly string[], names: ReadonlySet<string>): Guard => ({
  rules,
  core,
  isAbout(name, label) {
    const { base, key } = parseInterfaceName(name) ?? { base: name, key: name };
    return bases.includes(base) && (label === null || names.has(label) || !isKnown(key, label));
  },
});

export interface InFrontOf {
  /** Of interfaces. What of them nobody knows is denied, because it could do what the guest is to prevent. */
  readonly keys: ReadonlySet<string>;
  /** The functions that the guest takes the place of. The others that are known are what lies below. */
  readonly names: ReadonlySet<string>;
}

/** `undefined` where nothing of it is imported. */
export function guestLayer(adapter: Adapter, { keys, names }: InFrontOf, world: World, interfaces: Interfaces): Part | undefined {
  const known: Shimmed[] = [];
  const unknown: Shimmed[] = [];
  const seen = new Set<string>();
  for (const [imported, item] of world.imports) {
    const key = keyOf(imported);
    // What only implements an interface is another import than that: whoever decides denies it.
    if (item.kind !== "instance" || !keys.has(key) || implementedBy(item) !== undefined) continue;
    for (const name of item.exports.keys()) {
      const found = interfaces.get(key)?.exports.get(name);
      if (found?.kind !== "func" || seen.has(`${key} ${name}`)) continue;
      seen.add(`${key} ${name}`);
      if (names.has(name) && isInFront(adapter, key, name)) known.push({ key, name, type: found.type });
      // A function that the guest has in another series is not open in this one.
      else if (names.has(name) || !isKnown(key, name)) unknown.push({ key, name, type: found.type });
    }
  }
  if (known.length === 0 && unknown.length === 0) return undefined;
  const functions = unknown.map((each) => ({ ...each, denial: "error", text: "; no rule is known for it" }) as const);
  const denied: Denied = { interfaces: new Map(), denialOf: () => "error", textOf: () => "", functions };
  return linkPart(known.length === 0 ? [] : [linkLayer(adapter, known, interfaces)], denied, interfaces, isServer(world));
}

/** Whether a function of WASI was there when the rules were made. */
function isKnown(key: string, name: string): boolean {
  const { imports } = key.endsWith(`@${ASYNC_SERIES}`) ? asyncCatalogue() : wholeCatalogue();
  return [...imports].some(([each, item]) => keyOf(each) === key && item.kind === "instance" && item.exports.has(name));
}

/**
 * Layers of rules: nearer to the app than plugs, and once more in front of the host where a plug imports what the rules are about.
 */
export function ruleLayers(adapter: Adapter, inFrontOf: readonly InFrontOf[]): readonly Layer[] {
  const layersAt = (order: number, isNeeded: (keys: ReadonlySet<string>, plugImports: readonly string[]) => boolean): readonly Layer[] =>
    inFrontOf.map((each) => ({
      kind: "part",
      order,
      partOf: (world, interfaces, { plugImports }) =>
        isNeeded(each.keys, plugImports) ? guestLayer(adapter, each, world, interfaces) : undefined,
    }));
  return [
    ...layersAt(IN_FRONT_OF_PLUGS, () => true),
    ...layersAt(BELOW_PLUGS, (keys, plugImports) => plugImports.some((key) => keys.has(key))),
  ];
}
