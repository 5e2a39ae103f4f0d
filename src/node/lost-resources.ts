/**
 * Functions of a module that are given one of the module's own resources for good, which both engines do wrong: they mistake
 * the number of the handle for the one that the resource has in a table of theirs.
 *
 * - componentize-js 0.23 hands over the right one, and takes that of the other number out of its table: it traps when it is
 *   used next, and is never disposed of.
 * - qjs 0.4.5 hands over another one, or traps. So the text around a module always traps (qjs-guard.ts).
 *
 * A resource that is lent is right with both.
 */
import type { AdapterWorld } from "./adapter-world.ts";
import { type FuncType, type Resource, type ValType, walk } from "../component/types.ts";
import type { Engine } from "./engines.ts";

/** A warning that names the functions which are given such resources; none where there are none. */
export function lostResources(world: AdapterWorld, engine: Engine, file: string): readonly string[] {
  const own = ownResources(world);
  const labels = world.exports.flatMap(({ types }) => [...types].filter(([, type]) => isGiven(type, own)).map(([label]) => `\`${label}\``));
  if (labels.length === 0) return [];
  const list = labels.join(", ");
  return [
    engine === "qjs"
      ? `\`${file}\`: QuickJS mistakes one resource of the module's for another when a function is given one, so it traps in ${list}`
      : `\`${file}\`: StarlingMonkey loses a resource of the module's when ${list} is given one: another one may trap when it is used next, and is not disposed of`,
  ];
}

/** The resources that are the module's own. */
export const ownResources = (world: AdapterWorld): ReadonlySet<Resource> =>
  new Set(world.exports.flatMap(({ resources }) => [...resources.values()]));

/** Whether a function is given one of these for good. */
export const isGiven = ({ params }: FuncType, resources: ReadonlySet<Resource>): boolean =>
  params.some(({ type }) => holdsOneOf(resources, type));

function holdsOneOf(resources: ReadonlySet<Resource>, type: ValType): boolean {
  let found = false;
  walk(type, (part) => {
    if (typeof part === "object" && part.kind === "own") found ||= resources.has(part.resource);
  });
  return found;
}
