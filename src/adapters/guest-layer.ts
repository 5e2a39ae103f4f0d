/**
 * A layer that is a guest of ours: it has functions for some interfaces, and stands in front of theirs.
 */
import { implementedBy } from "../component/attributes.ts";
import type { Interfaces } from "../component/interfaces.ts";
import { keyOf } from "../component/names.ts";
import type { World } from "../component/world.ts";
import type { Part } from "../compose/part.ts";
import type { Denied } from "../shim/stubs.ts";
import { type Adapter, isInFront, linkLayer, type Shimmed } from "./link.ts";
import { linkPart } from "./link-part.ts";
import { isServer } from "./server.ts";

export interface InFrontOf {
  /** Keys of interfaces of which a function that the guest does not know is denied. */
  readonly guarded: ReadonlySet<string>;
  /** Functions of other interfaces that the guest takes the place of, as far as it knows them: the rest is what lies below. */
  readonly single?: { readonly keys: ReadonlySet<string>; readonly names: ReadonlySet<string> };
}

/** `undefined` where nothing of it is imported. */
export function guestLayer(adapter: Adapter, { guarded, single }: InFrontOf, world: World, interfaces: Interfaces): Part | undefined {
  const known: Shimmed[] = [];
  const unknown: Shimmed[] = [];
  const seen = new Set<string>();
  for (const [imported, item] of world.imports) {
    const key = keyOf(imported);
    // What only implements an interface is another import than that: whoever decides denies it.
    if (item.kind !== "instance" || !(guarded.has(key) || single?.keys.has(key)) || implementedBy(item) !== undefined) continue;
    for (const name of item.exports.keys()) {
      const found = interfaces.get(key)?.exports.get(name);
      if (found?.kind !== "func" || seen.has(`${key} ${name}`)) continue;
      seen.add(`${key} ${name}`);
      const isTaken = guarded.has(key) || single?.names.has(name) === true;
      if (isTaken && isInFront(adapter, key, name)) known.push({ key, name, type: found.type });
      else if (guarded.has(key)) unknown.push({ key, name, type: found.type });
    }
  }
  if (known.length === 0 && unknown.length === 0) return undefined;
  const functions = unknown.map((each) => ({ ...each, denial: "error", text: "; no rule is known for it" }) as const);
  const denied: Denied = { interfaces: new Map(), denialOf: () => "error", textOf: () => "", functions };
  return linkPart(known.length === 0 ? [] : [linkLayer(adapter, known, interfaces)], denied, interfaces, isServer(world));
}
