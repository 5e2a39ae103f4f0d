/**
 * Component-level types with every index resolved: what a decoded component means.
 * Value types are compared by structure, resources by identity (the object itself).
 * A type that several exports name is one object, so identity also tells which name a type was given.
 */
import type { Attribute } from "../binary/externs.ts";
import type { PrimValType } from "../binary/val-types.ts";
import type { ModuleType } from "./core-types.ts";

export type { ModuleType, PrimValType };

/** A resource type; two resources are the same only if they are the same object. */
export interface Resource {
  readonly kind: "resource";
  /** The export name under which it was first seen, for messages. */
  readonly name: string;
}

export interface Field {
  readonly label: string;
  readonly type: ValType;
}
export interface Case {
  readonly label: string;
  readonly type: ValType | undefined;
}

export type DefinedType =
  | { readonly kind: "record"; readonly fields: readonly Field[] }
  | { readonly kind: "variant"; readonly cases: readonly Case[] }
  | { readonly kind: "list"; readonly element: ValType }
  | { readonly kind: "fixed list"; readonly element: ValType; readonly length: number }
  | { readonly kind: "map"; readonly key: ValType; readonly value: ValType }
  | { readonly kind: "tuple"; readonly types: readonly ValType[] }
  | { readonly kind: "flags"; readonly labels: readonly string[] }
  | { readonly kind: "enum"; readonly labels: readonly string[] }
  | { readonly kind: "option"; readonly some: ValType }
  | { readonly kind: "result"; readonly ok: ValType | undefined; readonly error: ValType | undefined }
  | { readonly kind: "own"; readonly resource: Resource }
  | { readonly kind: "borrow"; readonly resource: Resource }
  | { readonly kind: "stream"; readonly element: ValType | undefined }
  | { readonly kind: "future"; readonly element: ValType | undefined };

export type ValType = PrimValType | DefinedType;

export interface FuncType {
  readonly kind: "func";
  readonly async: boolean;
  readonly params: readonly Field[];
  readonly result: ValType | undefined;
}

/** Nobody but a host or a component has instances of it, so it says what they export; each has resources of its own. */
export interface InstanceType {
  readonly kind: "instance type";
  readonly exports: Exports;
  /** Those that are new in each instance. */
  readonly resources: readonly Resource[];
}

export interface ComponentType {
  readonly kind: "component type";
  readonly imports: Exports;
  readonly exports: Exports;
  /** Those that an instance is given. */
  readonly imported: readonly Resource[];
  /** Those that are new in each instance. */
  readonly defined: readonly Resource[];
}

/** What the types of items are that are not values: they can be exported and have no name in WIT. */
export type ItemType = FuncType | InstanceType | ComponentType;

/** What a name of an instance, an import or an export stands for. */
export type Extern = (
  | { readonly kind: "func"; readonly type: FuncType }
  | { readonly kind: "type"; readonly type: ValType | Resource }
  /** `as` is the name of the interface as which it is served, where its own name does not say it. */
  | { readonly kind: "instance"; readonly exports: Exports; readonly as?: string }
  | { readonly kind: "component"; readonly type: ComponentType }
  | { readonly kind: "core module"; readonly type: ModuleType }
  /** A type that is not that of values. */
  | { readonly kind: "item type"; readonly type: ItemType }
) &
  Attributed;

export interface Attributed {
  /** What the name says beside itself: no part of the type. Absent where it says nothing. */
  readonly attributes?: readonly Attribute[];
}

/** Exports by name, in the order of the binary: a type comes before its uses. */
export type Exports = ReadonlyMap<string, Extern>;

/** Types with a name of their own: the validator wants these exported before they are used. */
export type Named = Resource | DefinedType;

export function isNamed(type: ValType | Resource): type is Named {
  return typeof type === "object" && (type.kind === "resource" || isNominal(type));
}

export const isResource = (type: string | { readonly kind: string }): type is Resource =>
  typeof type === "object" && type.kind === "resource";

export function isNominal(type: DefinedType): boolean {
  return type.kind === "record" || type.kind === "variant" || type.kind === "enum" || type.kind === "flags";
}

/** The types that make up `type`, one level down. */
export function parts(type: ValType): readonly (ValType | Resource)[] {
  if (typeof type === "string") return [];
  switch (type.kind) {
    case "record":
      return type.fields.map((field) => field.type);
    case "variant":
      return type.cases.flatMap((each) => (each.type === undefined ? [] : [each.type]));
    case "list":
    case "fixed list":
      return [type.element];
    case "map":
      return [type.key, type.value];
    case "tuple":
      return type.types;
    case "flags":
    case "enum":
      return [];
    case "option":
      return [type.some];
    case "result":
      return [type.ok, type.error].filter((part) => part !== undefined);
    case "own":
    case "borrow":
      return [type.resource];
    case "stream":
    case "future":
      return type.element === undefined ? [] : [type.element];
  }
}

/** Calls `visit` for `type` and everything that it is made of, each once; a `false` answer does not go deeper. */
export function walk(type: ValType | Resource, visit: (type: ValType | Resource) => boolean | void): void {
  walkFrom(type, visit, new Set());
}

function walkFrom(type: ValType | Resource, visit: (type: ValType | Resource) => boolean | void, seen: Set<object>): void {
  if (typeof type === "object") {
    if (seen.has(type)) return;
    seen.add(type);
  }
  if (visit(type) === false) return;
  if (typeof type === "object" && type.kind === "resource") return;
  for (const part of parts(type)) walkFrom(part, visit, seen);
}

/** `type` with every part replaced: the same object where none is another. */
export function withParts(
  type: DefinedType,
  valueOf: (part: ValType) => ValType,
  resourceOf: (resource: Resource) => Resource,
): DefinedType {
  const maybe = (each: ValType | undefined): ValType | undefined => (each === undefined ? undefined : valueOf(each));
  switch (type.kind) {
    case "record": {
      const fields = type.fields.map((each) => ({ label: each.label, type: valueOf(each.type) }));
      return fields.every((each, i) => each.type === type.fields[i]?.type) ? type : { kind: "record", fields };
    }
    case "variant": {
      const cases = type.cases.map((each) => ({ label: each.label, type: maybe(each.type) }));
      return cases.every((each, i) => each.type === type.cases[i]?.type) ? type : { kind: "variant", cases };
    }
    case "list":
    case "fixed list": {
      const element = valueOf(type.element);
      return element === type.element ? type : { ...type, element };
    }
    case "map": {
      const [key, value] = [valueOf(type.key), valueOf(type.value)];
      return key === type.key && value === type.value ? type : { kind: "map", key, value };
    }
    case "tuple": {
      const types = type.types.map(valueOf);
      return types.every((each, i) => each === type.types[i]) ? type : { kind: "tuple", types };
    }
    case "flags":
    case "enum":
      return type;
    case "option": {
      const some = valueOf(type.some);
      return some === type.some ? type : { kind: "option", some };
    }
    case "result": {
      const [ok, error] = [maybe(type.ok), maybe(type.error)];
      return ok === type.ok && error === type.error ? type : { kind: "result", ok, error };
    }
    case "own":
    case "borrow": {
      const resource = resourceOf(type.resource);
      return resource === type.resource ? type : { kind: type.kind, resource };
    }
    case "stream":
    case "future": {
      const element = maybe(type.element);
      return element === type.element ? type : { kind: type.kind, element };
    }
  }
}

/** The index space that an item is in. */
export function sortOf({ kind }: Extern): Exclude<Extern["kind"], "item type"> {
  return kind === "item type" ? "type" : kind;
}

/** The value types of a signature, parameters first. */
export function signatureTypes(type: FuncType): readonly ValType[] {
  const params = type.params.map((param) => param.type);
  return type.result === undefined ? params : [...params, type.result];
}

/** The resources that a type mentions. */
export function resourcesIn(type: ValType | Resource): readonly Resource[] {
  const found: Resource[] = [];
  walk(type, (each) => {
    if (typeof each === "object" && each.kind === "resource") found.push(each);
  });
  return found;
}

/** The resources that a signature mentions, each once. */
export function resourcesOf(type: FuncType): ReadonlySet<Resource> {
  return new Set(signatureTypes(type).flatMap(resourcesIn));
}

/** All of a type but its parts, as text: labels, lengths, and which optional parts there are. */
export function shapeOf(type: DefinedType): string {
  const mark = (part: ValType | undefined): string => (part === undefined ? "-" : "+");
  switch (type.kind) {
    case "record":
      return type.fields.map((each) => each.label).join();
    case "variant":
      return type.cases.map((each) => each.label + mark(each.type)).join();
    case "flags":
    case "enum":
      return type.labels.join();
    case "tuple":
      return String(type.types.length);
    case "fixed list":
      return String(type.length);
    case "result":
      return mark(type.ok) + mark(type.error);
    case "stream":
    case "future":
      return mark(type.element);
    default:
      return "";
  }
}
