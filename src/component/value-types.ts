/**
 * The definitions of value and function types with every index resolved, and the rules for them
 * (Explainer.md, "Type Definitions"; Binary.md, the conditions behind its rules).
 */
import { article } from "../article.ts";
import type { FuncType as BinaryFuncType } from "../binary/types.ts";
import type { DefValType, PrimValType, ValType as BinaryValType } from "../binary/val-types.ts";
import { isLabel } from "./extern-names.ts";
import { MAX_FLAGS, MAX_MEMBERS, type Work } from "./limits.ts";
import { originOf } from "./substitution.ts";
import type { Field, FuncType, Resource, ValType } from "./types.ts";

/** What an index of the index space of types stands for. */
export interface TypeIndices {
  readonly work: Work;
  value(index: number): ValType;
  resource(index: number): Resource;
}

/** `keytype ::= bool | s8 | ... | char | string`: what the keys of a map can be. */
const KEYS: ReadonlySet<PrimValType> = new Set(["bool", "s8", "u8", "s16", "u16", "s32", "u32", "s64", "u64", "char", "string"]);

export function defineValueType(type: DefValType, indices: TypeIndices): ValType {
  const { work } = indices;
  const value = (each: BinaryValType): ValType => (typeof each === "string" ? each : indices.value(each));
  const maybe = (each: BinaryValType | undefined): ValType | undefined => (each === undefined ? undefined : value(each));
  switch (type.kind) {
    case "primitive":
      return type.type;
    case "record":
      checkLabels(type.fields, "field of a record", work);
      return { kind: "record", fields: type.fields.map((each) => ({ label: each.label, type: value(each.type) })) };
    case "variant":
      checkLabels(type.cases, "case of a variant", work);
      return { kind: "variant", cases: type.cases.map((each) => ({ label: each.label, type: maybe(each.type) })) };
    case "list":
      return { kind: "list", element: value(type.element) };
    case "fixed list":
      if (type.length === 0) work.fail("a list of a fixed length of 0");
      return { kind: "fixed list", element: value(type.element), length: type.length };
    case "map": {
      const key = value(type.key);
      if (typeof key !== "string" || !KEYS.has(key)) work.fail("the keys of a map are not of a type that keys can be of");
      return { kind: "map", key, value: value(type.value) };
    }
    case "tuple":
      checkCount(type.types.length, "type of a tuple", work);
      return { kind: "tuple", types: type.types.map(value) };
    case "flags":
    case "enum":
      checkLabels(
        type.labels.map((label) => ({ label })),
        type.kind === "flags" ? "flag" : "case of an enum",
        work,
      );
      if (type.kind === "flags" && type.labels.length > MAX_FLAGS) work.fail(`${type.labels.length} flags, the limit is ${MAX_FLAGS}`);
      return { kind: type.kind, labels: type.labels };
    case "option":
      return { kind: "option", some: value(type.some) };
    case "result":
      return { kind: "result", ok: maybe(type.ok), error: maybe(type.error) };
    case "own":
    case "borrow":
      return { kind: type.kind, resource: indices.resource(type.resource) };
    case "stream":
    case "future": {
      const element = maybe(type.element);
      if (element !== undefined && work.sizes.of(element).hasBorrow) work.fail(`${article(type.kind)} of borrowed handles`);
      if (type.kind === "stream" && element === "char") work.fail("a stream of `char`, which no stream can be of");
      return { kind: type.kind, element };
    }
  }
}

/** `functype`: `(if borrow not in rs)`, and parameters are told apart by their labels. */
export function defineFuncType({ kind, params, result }: BinaryFuncType, indices: TypeIndices): FuncType {
  const { work } = indices;
  const value = (each: BinaryValType): ValType => (typeof each === "string" ? each : indices.value(each));
  if (params.length > 0) checkLabels(params, "parameter", work);
  const resolved = params.map((each): Field => ({ label: each.label, type: value(each.type) }));
  const found = result.kind === "one" ? value(result.type) : undefined;
  if (found !== undefined && work.sizes.of(found).hasBorrow) work.fail("the result of a function type holds a borrowed handle");
  return { kind: "func", async: kind === "async func", params: resolved, result: found };
}

function checkCount(count: number, what: string, work: Work): void {
  if (count === 0) work.fail(`not one ${what}`);
  if (count > MAX_MEMBERS) work.fail(`${count} times ${article(what)}, the limit is ${MAX_MEMBERS}`);
}

/** Each in kebab case and once, whatever its case. */
function checkLabels(members: readonly { readonly label: string }[], what: string, work: Work): void {
  checkCount(members.length, what, work);
  work.step(members.length);
  const seen = new Set<string>();
  for (const { label } of members) {
    if (!isLabel(label)) work.fail(`\`${label}\`, ${article(what)}, is not in kebab case`);
    const key = label.toLowerCase();
    if (seen.has(key)) work.fail(`\`${label}\`, ${article(what)}, is there twice`);
    seen.add(key);
  }
}

/** The resource of a handle that is `kind`. */
export function handled(type: ValType | undefined, kind: "own" | "borrow"): Resource | undefined {
  if (type === undefined) return undefined;
  const origin = originOf<ValType>(type);
  return typeof origin === "object" && (origin.kind === "own" || origin.kind === "borrow") && origin.kind === kind
    ? origin.resource
    : undefined;
}
