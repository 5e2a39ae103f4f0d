/** Whether a component can lie in another one: hosts (Wasmtime) take types of items as exports at the root only. */
import { LinkError } from "../errors.ts";
import type { Exports, Extern, ItemType } from "./types.ts";
import type { World } from "./world.ts";

const OF: Readonly<Record<ItemType["kind"], string>> = {
  func: "functions",
  "instance type": "instances",
  "component type": "components",
};

/**
 * `what` is the subject of the message.
 * @throws LinkError where `world` exports what no nested component can
 */
export function checkNestable({ imports, exports }: World, what: string): void {
  if (imports.size === 0 && exports.size > 0 && [...exports.values()].every(isPackage))
    throw new LinkError(`${what} is a WIT package: it exports types alone and holds no code`);
  const found = itemTypeIn(exports);
  if (found === undefined) return;
  throw new LinkError(
    `${what} exports \`${found.name}\`, a type of ${OF[found.type.kind]}: no host takes a component inside another that does`,
  );
}

/** Worlds and interfaces are exported as types of components. */
const isPackage = (item: Extern): boolean => item.kind === "item type" && item.type.kind === "component type";

function itemTypeIn(exports: Exports): { readonly name: string; readonly type: ItemType } | undefined {
  for (const [name, item] of exports) {
    if (item.kind === "item type") return { name, type: item.type };
    const inner = item.kind === "instance" ? itemTypeIn(item.exports) : undefined;
    if (inner !== undefined) return inner;
  }
  return undefined;
}
