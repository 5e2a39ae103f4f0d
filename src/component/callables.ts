/**
 * What of an import or export can be called or instantiated, however deep it lies in instances: all that is more
 * than a type.
 */
import type { Extern } from "./types.ts";

export interface Callable {
  /** Labels from the outermost instance inwards, with a slash between them. */
  readonly path: string;
  readonly kind: Exclude<Extern["kind"], "type" | "item type" | "instance">;
}

export function callablesIn(item: Extern, path = ""): readonly Callable[] {
  if (item.kind === "type" || item.kind === "item type") return [];
  if (item.kind !== "instance") return [{ path, kind: item.kind }];
  return [...item.exports].flatMap(([label, each]) => callablesIn(each, path === "" ? label : `${path}/${label}`));
}

/** A type alone does nothing, and neither do the types of an interface. */
export function isHarmless(item: Extern): boolean {
  return callablesIn(item).length === 0;
}
