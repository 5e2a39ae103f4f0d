/** Values as jco takes and gives them in JavaScript, where handles are objects. */
import type { Resource, ValType } from "../../src/component/types.ts";
import type { HandleValue, Value } from "../shim/random-types.ts";

type Chosen = { readonly case: number; readonly value: Value | undefined };

export function toJavascript(type: ValType, value: Value, objectOf: (handle: HandleValue) => unknown): unknown {
  const convert = (each: ValType, inner: Value): unknown => toJavascript(each, inner, objectOf);
  if (typeof type === "string") return value;
  const chosen = value as Chosen;
  const members = value as readonly Value[];
  const payload = (each: ValType | undefined): unknown => (each === undefined ? undefined : convert(each, chosen.value!));
  switch (type.kind) {
    case "own":
    case "borrow":
      return objectOf(value as HandleValue);
    case "record":
      return Object.fromEntries(type.fields.map((field, i) => [field.label, convert(field.type, members[i]!)]));
    case "tuple":
      return type.types.map((each, i) => convert(each, members[i]!));
    case "flags":
      return Object.fromEntries(type.labels.map((label, i) => [label, members[i]]));
    case "enum":
      return type.labels[chosen.case];
    case "variant": {
      const { label, type: inner } = type.cases[chosen.case]!;
      return inner === undefined ? { tag: label } : { tag: label, val: payload(inner) };
    }
    case "result":
      return chosen.case === 0 ? { tag: "ok", val: payload(type.ok) } : { tag: "err", val: payload(type.error) };
    case "option": {
      if (isOption(type.some)) return chosen.case === 0 ? { tag: "none" } : { tag: "some", val: payload(type.some) };
      return chosen.case === 0 ? undefined : payload(type.some);
    }
    case "list":
      return members.map((each) => convert(type.element, each));
    default:
      throw new Error(`no ${type.kind} here`);
  }
}

export function fromJavascript(type: ValType, value: unknown, handleOf: (object: object, of: Resource) => number): Value {
  const convert = (each: ValType, inner: unknown): Value => fromJavascript(each, inner, handleOf);
  if (typeof type === "string") return value as Value;
  const chosen = value as { readonly tag: string; readonly val: unknown };
  const fields = value as Readonly<Record<string, unknown>>;
  const choice = (index: number, payload: ValType | undefined): Value => ({
    case: index,
    value: payload === undefined ? undefined : convert(payload, chosen.val),
  });
  switch (type.kind) {
    case "own":
    case "borrow":
      return { handle: handleOf(value as object, type.resource), of: type.resource };
    case "record":
      return type.fields.map((field) => convert(field.type, fields[field.label]));
    case "tuple":
      return type.types.map((each, i) => convert(each, (value as readonly unknown[])[i]));
    case "flags":
      return type.labels.map((label) => fields[label] === true);
    case "enum":
      return { case: type.labels.indexOf(value as string), value: undefined };
    case "variant": {
      const index = type.cases.findIndex((each) => each.label === chosen.tag);
      return choice(index, type.cases[index]?.type);
    }
    case "result":
      return chosen.tag === "ok" ? choice(0, type.ok) : choice(1, type.error);
    case "option":
      if (isOption(type.some)) return chosen.tag === "none" ? choice(0, undefined) : choice(1, type.some);
      return value === undefined ? { case: 0, value: undefined } : { case: 1, value: convert(type.some, value) };
    case "list":
      return Array.from(value as Iterable<unknown>, (each) => convert(type.element, each));
    default:
      throw new Error(`no ${type.kind} here`);
  }
}

/** An option in an option needs a tag, as both may be absent. */
const isOption = (type: ValType): boolean => typeof type === "object" && type.kind === "option";
