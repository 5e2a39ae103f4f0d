/**
 * Whether a function has the type that the adapters were made for: a later version of WASI may bring functions
 * that nobody knows yet, but one that is known must be what it was.
 */
import { difference } from "../component/difference.ts";
import type { Interfaces } from "../component/interfaces.ts";
import { keyOf } from "../component/names.ts";
import type { Exports } from "../component/types.ts";
import { itemText, namesIn } from "../component/wit.ts";
import type { World } from "../component/world.ts";
import { LinkError } from "../errors.ts";
import { asyncCatalogue, catalogue } from "./prebuilt-core.ts";
import { ASYNC_SERIES } from "./series.ts";

const known = new Map<() => World, ReadonlyMap<string, Exports>>();

function knownExports(key: string): Exports | undefined {
  const list = key.endsWith(`@${ASYNC_SERIES}`) ? asyncCatalogue : catalogue;
  const exports =
    known.get(list) ??
    new Map([...list().imports].flatMap(([name, item]) => (item.kind === "instance" ? [[keyOf(name), item.exports]] : [])));
  known.set(list, exports);
  return exports.get(key);
}

/** Whether an interface has a function in the versions that adapters were made for. */
export const isKnown = (key: string, name: string): boolean => knownExports(key)?.has(name) === true;

/** @throws LinkError if `name` of an interface is another function than ours, which `who` "has" or "needs" */
export function checkType(key: string, name: string, interfaces: Interfaces, who: string): void {
  const imported = interfaces.get(key);
  const wanted = imported?.exports.get(name);
  const exports = knownExports(key);
  const ours = exports?.get(name);
  if (imported === undefined || wanted === undefined || exports === undefined || ours === undefined) return;
  const nameOf = namesIn(exports);
  const found = difference(wanted, ours, { left: interfaces.nameOf, right: nameOf });
  if (found === undefined) return;
  const texts = { wanted: itemText(name, wanted, interfaces.nameOf), found: itemText(name, ours, nameOf) };
  throw new LinkError(`import \`${imported.name}\`: the component wants \`${texts.wanted}\`, ${who} \`${texts.found}\`: ${found}`, {
    import: imported.name,
    ...texts,
  });
}
