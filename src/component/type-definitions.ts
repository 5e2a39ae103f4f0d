/** Types, and what types of instances and components declare (Explainer.md, "Type Definitions"). */
import { readCoreType } from "../binary/core-type-decl.ts";
import { Reader } from "../binary/codec.ts";
import type { Decl, Type } from "../binary/types.ts";
import { enterAlias } from "./alias-definitions.ts";
import { typeOfDecls } from "./core-modules.ts";
import type { CoreTypeId } from "./core-types.ts";
import { componentTypeOf, declare, instanceTypeOf } from "./extern-definitions.ts";
import { itemOf, Scope } from "./scope.ts";
import type { AnyType } from "./substitution.ts";
import type { Resource } from "./types.ts";
import { defineFuncType, defineValueType } from "./value-types.ts";

type ResourceType = Extract<Type, { readonly kind: "resource" }>;

/** Enters a type definition. */
export function enterType(scope: Scope, type: Type): void {
  const resolved = resolve(scope, type);
  scope.checkSize(scope.work.sizes.of(resolved));
  scope.push(itemOf(resolved));
}

function resolve(scope: Scope, type: Type): AnyType {
  switch (type.kind) {
    case "func":
    case "async func":
      return defineFuncType(type, scope);
    case "resource":
      return resourceOf(scope, type);
    case "instance":
      return instanceTypeOf(inner(scope, "instance type", type.decls));
    case "component":
      return componentTypeOf(inner(scope, "component type", type.decls));
    default:
      return defineValueType(type, scope);
  }
}

/** `resourcetype`: only in a component, represented by an `i32`, with a destructor that takes one. */
function resourceOf(scope: Scope, { rep, dtor }: ResourceType): Resource {
  if (scope.kind !== "component") scope.fail("a resource is defined in a type: only components define them");
  if (rep !== 0x7f) scope.fail("a resource that is not represented by an `i32`");
  if (dtor !== undefined) scope.checkCoreFunc(dtor, ["i32"], [], "a destructor");
  const resource: Resource = { kind: "resource", name: "resource" };
  scope.defined.set(resource, "i32");
  return resource;
}

function inner(parent: Scope, kind: "instance type" | "component type", decls: readonly Decl[]): Scope {
  const scope = new Scope(kind, parent.validation, parent);
  for (const decl of decls) enterDecl(scope, decl);
  return scope;
}

/** Enters what a type of instances or components declares. */
export function enterDecl(scope: Scope, decl: Decl): void {
  switch (decl.kind) {
    case "type":
      return enterType(scope, decl.type);
    case "core type":
      return enterCoreType(scope, new Reader(decl.type.bytes, scope.work.offset, "a core type"));
    case "alias":
      return enterAlias(scope, decl.alias);
    case "import":
      return declare(scope, "import", decl.import.name, decl.import.type);
    case "export":
      return declare(scope, "export", decl.export.name, decl.export.type);
  }
}

/** Enters the core type that comes next. */
export function enterCoreType(scope: Scope, reader: Reader): void {
  const type = readCoreType(reader);
  scope.count("core type");
  const { coreTypes } = scope.validation;
  if (type.kind === "rec") return coreTypes.define(type, scope.coreTypes);
  const outer = (count: number, index: number): CoreTypeId => {
    let from = scope;
    for (let up = 0; up < count; up++) from = from.parent ?? scope.fail("a core type of a scope further out than there are");
    return coreTypes.typeAt(from.coreTypes, index);
  };
  scope.coreTypes.push(typeOfDecls(type.decls, outer, coreTypes, scope.work));
}
