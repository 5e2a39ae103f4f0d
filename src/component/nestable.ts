/** Whether a component can lie in another one: hosts (Wasmtime) take types of items as exports at the root only. */
import { LinkError } from "../errors.ts";
import { type Exports, type Extern, isNamed, type ItemType, type Named, signatureTypes, walk } from "./types.ts";
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
  if (found !== undefined)
    throw new LinkError(
      `${what} exports \`${found.name}\`, a type of ${OF[found.type.kind]}: no host takes a component inside another that does`,
    );
  checkOwnTypes(exports, what);
}

/**
 * Around the component, a type that it exports by itself gets a name that what mentions the type does not know. In
 * worlds of WIT there is no such type.
 */
function checkOwnTypes(exports: Exports, what: string): void {
  const own = new Map<Named, string>();
  for (const [name, item] of exports) {
    for (const type of namedTypesIn(item)) {
      // It may go by two names.
      const mentioned = item.kind === "type" && item.type === type ? undefined : own.get(type);
      if (mentioned !== undefined)
        throw new LinkError(
          `${what} exports the type \`${mentioned}\` by itself, and \`${name}\` mentions it: only an interface can export both`,
        );
    }
    if (item.kind === "type" && isNamed(item.type)) own.set(item.type, name);
  }
}

/** What an item mentions, or is. */
function namedTypesIn(item: Extern): ReadonlySet<Named> {
  const found = new Set<Named>();
  const look = (each: Extern): void => {
    if (each.kind === "instance") for (const inner of each.exports.values()) look(inner);
    const types = each.kind === "func" ? signatureTypes(each.type) : each.kind === "type" ? [each.type] : [];
    for (const type of types) {
      walk(type, (part) => {
        if (isNamed(part)) found.add(part);
      });
    }
  };
  look(item);
  return found;
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
