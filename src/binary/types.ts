/**
 * Types of functions, components, instances and resources, and what they declare
 * (Binary.md, "Type Definitions"; the types of values are in `val-types.ts`).
 */
import { type Alias, alias } from "./aliases.ts";
import { byte, choice, type Codec, nested, optional, struct, u32, vec } from "./codec.ts";
import { coreType, type CoreType } from "./core-type-decl.ts";
import { type ExportDecl, exportDecl, type Import, importDef } from "./externs.ts";
import {
  compoundCases,
  type CompoundValType,
  type DefValType,
  type LabelledType,
  labelledType,
  primFirstBytes,
  primValType,
  type ValType,
  valType,
} from "./val-types.ts";

export type ResultList = { readonly kind: "one"; readonly type: ValType } | { readonly kind: "none" };

export interface Signature {
  readonly params: readonly LabelledType[];
  readonly result: ResultList;
}

export type FuncType = ({ readonly kind: "func" } & Signature) | ({ readonly kind: "async func" } & Signature);

export interface ComponentType {
  readonly kind: "component";
  readonly decls: readonly Decl[];
}

export interface InstanceType {
  readonly kind: "instance";
  /** Never an import. */
  readonly decls: readonly Decl[];
}

export interface ResourceType {
  readonly kind: "resource";
  /** A core value type's byte, `0x7f` for i32. */
  readonly rep: number;
  readonly dtor: number | undefined;
}

export type Type = DefValType | FuncType | ComponentType | InstanceType | ResourceType;

export type Decl =
  | { readonly kind: "core type"; readonly type: CoreType }
  | { readonly kind: "type"; readonly type: Type }
  | { readonly kind: "alias"; readonly alias: Alias }
  | { readonly kind: "import"; readonly import: Import }
  | { readonly kind: "export"; readonly export: ExportDecl };

/** `resultlist ::= 0x00 t:<valtype> | 0x01 0x00` */
export const resultList: Codec<ResultList> = choice<ResultList>("result list", {
  one: [0x00, struct({ type: valType })],
  none: [[0x01, 0x00], struct({})],
});

/** `functype ::= 0x40 ps:<paramlist> rs:<resultlist> | 0x43 ps:<paramlist> rs:<resultlist>` */
const signature = struct<Signature>({ params: vec(labelledType), result: resultList });

/** `componenttype ::= 0x41 cd*:vec(<componentdecl>)` */
const componentDecls: Codec<readonly Decl[]> = vec(nested(() => decl));

/** `instancetype ::= 0x42 id*:vec(<instancedecl>)` */
const instanceDecls: Codec<readonly Decl[]> = vec(nested(() => instanceDecl));

/** `deftype ::= dt:<defvaltype> | ft:<functype> | ct:<componenttype> | it:<instancetype> | rt:<resourcetype>` */
const typeByOpcode = choice<CompoundValType | FuncType | ComponentType | InstanceType | ResourceType>("type", {
  ...compoundCases,
  func: [0x40, signature],
  "async func": [0x43, signature],
  component: [0x41, struct({ decls: componentDecls })],
  instance: [0x42, struct({ decls: instanceDecls })],
  /** `resourcetype ::= 0x3f t:<core:valtype> f?:<core:funcidx>?` */
  resource: [0x3f, struct({ rep: byte, dtor: optional(u32) })],
});

/** `type ::= dt:<deftype>`; a primitive's opcode is its value, so it is no row of the table. */
export const type: Codec<Type> = {
  read: (reader) => (primFirstBytes.has(reader.peek()) ? { kind: "primitive", type: primValType.read(reader) } : typeByOpcode.read(reader)),
  write(writer, value) {
    if (value.kind === "primitive") primValType.write(writer, value.type);
    else typeByOpcode.write(writer, value);
  },
};

const instanceDeclCases = {
  "core type": [0x00, struct<{ readonly type: CoreType }>({ type: coreType })],
  type: [0x01, struct<{ readonly type: Type }>({ type })],
  alias: [0x02, struct<{ readonly alias: Alias }>({ alias })],
  export: [0x04, struct<{ readonly export: ExportDecl }>({ export: exportDecl })],
} as const;

/** `instancedecl ::= 0x00 t:<core:type> | 0x01 t:<type> | 0x02 a:<alias> | 0x04 ed:<exportdecl>` */
const instanceDecl = choice<Exclude<Decl, { readonly kind: "import" }>>("declaration of an instance type", instanceDeclCases);

/** `componentdecl ::= 0x03 id:<importdecl> | id:<instancedecl>` */
const decl: Codec<Decl> = choice<Decl>("declaration of a component type", {
  ...instanceDeclCases,
  import: [0x03, struct({ import: importDef })],
});
