/**
 * Where two items that should be one differ, in words. Resources are the same here if they have the same name,
 * because the two sides know nothing of each other's.
 */
import { article } from "../article.ts";
import { type DefinedType, type Extern, type Field, type FuncType, isNamed, type Resource, type ValType } from "./types.ts";
import { type NameOf, typeText } from "./wit.ts";

/** Of the two sides, what their types are called. */
export interface Names {
  readonly left: NameOf;
  readonly right: NameOf;
}

/** "parameter `len` is `u32`, not `u64`": the left one, not the right one; `undefined` where there is no difference. */
export function difference(left: Extern, right: Extern, names: Names): string | undefined {
  if (left.kind === "func" && right.kind === "func") return funcDifference(left.type, right.type, names);
  if (left.kind === "type" && right.kind === "type") return typeDifference("it", left.type, right.type, names);
  return left.kind === right.kind ? undefined : `it is ${article(left.kind)}, not ${article(right.kind)}`;
}

function funcDifference(left: FuncType, right: FuncType, names: Names): string | undefined {
  if (left.async !== right.async) return left.async ? "it is async" : "it is not async";
  const labels = (params: readonly Field[]): string =>
    params.length === 0 ? "none" : params.map(({ label }) => `\`${label}\``).join(", ");
  if (labels(left.params) !== labels(right.params)) return `the parameters are ${labels(left.params)}, not ${labels(right.params)}`;
  for (const [i, { label, type }] of left.params.entries()) {
    const found = typeDifference(`parameter \`${label}\``, type, right.params[i]?.type, names);
    if (found !== undefined) return found;
  }
  return typeDifference("the result", left.result, right.result, names);
}

type AnyType = ValType | Resource | undefined;

/** `what` is the place of the two types. */
function typeDifference(what: string, left: AnyType, right: AnyType, names: Names): string | undefined {
  if (left === right) return undefined;
  const text = (type: AnyType, nameOf: NameOf): string => (type === undefined ? "nothing" : `\`${typeText(type, nameOf)}\``);
  const asTheyAre = `${what} is ${text(left, names.left)}, not ${text(right, names.right)}`;
  if (typeof left !== "object" || typeof right !== "object" || left.kind !== right.kind) return asTheyAre;
  if (left.kind === "resource" || right.kind === "resource")
    return left.kind === "resource" && right.kind === "resource" && left.name === right.name ? undefined : asTheyAre;
  const name = isNamed(left) ? (names.left(left) ?? names.right(right)) : undefined;
  const here = name === undefined ? what : `\`${name}\``;
  const [before, after] = [membersOf(left), membersOf(right)];
  if (left.kind === "tuple" && before.length !== after.length) return asTheyAre;
  const [added, missing] = [without(before, after), without(after, before)];
  if (added.length > 0) return `${here} has ${added.join(", ")}`;
  if (missing.length > 0) return `${here} lacks ${missing.join(", ")}`;
  if (before.some(({ label }, i) => label !== after[i]?.label)) return `${here} has another order`;
  if (left.kind === "fixed list" && right.kind === "fixed list" && left.length !== right.length) return asTheyAre;
  for (const [i, { label, type }] of before.entries()) {
    const found = typeDifference(label === "" ? here : `\`${label}\` of ${here}`, type, after[i]?.type, names);
    if (found !== undefined) return found;
  }
  return undefined;
}

interface Member {
  /** Empty where it needs none. */
  readonly label: string;
  readonly type: AnyType;
}

function membersOf(type: DefinedType): readonly Member[] {
  const unnamed = (...types: readonly AnyType[]): readonly Member[] => types.map((each) => ({ label: "", type: each }));
  switch (type.kind) {
    case "record":
      return type.fields;
    case "variant":
      return type.cases;
    case "flags":
    case "enum":
      return type.labels.map((label) => ({ label, type: undefined }));
    case "list":
    case "fixed list":
      return unnamed(type.element);
    case "map":
      return unnamed(type.key, type.value);
    case "tuple":
      return type.types.map((each, i) => ({ label: String(i), type: each }));
    case "option":
      return unnamed(type.some);
    case "result":
      return [
        { label: "ok", type: type.ok },
        { label: "error", type: type.error },
      ];
    case "own":
    case "borrow":
      return unnamed(type.resource);
    case "stream":
    case "future":
      return unnamed(type.element);
  }
}

const without = (members: readonly Member[], others: readonly Member[]): readonly string[] =>
  members.filter(({ label }) => others.every((each) => each.label !== label)).map(({ label }) => `\`${label}\``);
