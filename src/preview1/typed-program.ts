/**
 * A core module that carries its world (world-section.ts): which of its imports and exports are those of the world, and whether they
 * are as the canonical ABI has them.
 */
import { coreSignature, hasEnd } from "../component/canonical-abi.ts";
import type { CoreFunc, CoreTypes, ModuleType } from "../component/core-types.ts";
import { difference } from "../component/difference.ts";
import { keyOf } from "../component/names.ts";
import { type Exports, type Extern, type FuncType, isResource, type Resource, signatureTypes, walk } from "../component/types.ts";
import { NO_INTERFACE, type StringEncoding } from "../compose/part.ts";
import { LinkError } from "../errors.ts";
import { article } from "../article.ts";
import { type CoreNames, coreNamesOf, importedFrom, type ResourceFunc } from "./core-names.ts";
import type { WorldSection } from "./world-section.ts";

/** What an import of the core module is, of its world. */
export type TypedImport =
  /** `key` is `NO_INTERFACE` for a function that is imported by itself. */
  | { readonly kind: "func"; readonly key: string; readonly name: string; readonly type: FuncType }
  /** `isOwn`: the module defines it, and exports it. */
  | { readonly kind: ResourceFunc; readonly resource: Resource; readonly isOwn: boolean };

/** The core functions behind what is exported. */
export interface TypedExport {
  readonly core: string;
  readonly postReturn: string | undefined;
}

export interface TypedProgram {
  /** Of all its worlds: an interface is there as often as one of them imports it. */
  readonly imports: readonly (readonly [name: string, item: Extern])[];
  readonly exports: Exports;
  readonly encoding: StringEncoding;
  /** What it imports under these names. */
  readonly used: readonly { readonly module: string; readonly name: string; readonly what: TypedImport }[];
  /** By the name of the interface, or `NO_INTERFACE`, and that of the function. */
  readonly functions: ReadonlyMap<string, TypedExport>;
  /** Those that it defines, with their destructors. */
  readonly resources: ReadonlyMap<Resource, string | undefined>;
  readonly realloc: string | undefined;
  /** To be called before anything else. */
  readonly initialize: string | undefined;
  /** What its memory is called. */
  readonly memory: string;
}

export const functionKey = (name: string, func: string): string => `${name} ${func}`;

/** What is asynchronous in such modules has names like these. */
const ASYNC = /^\[(?!resource-|constructor\]|method\]|static\])/;

/**
 * `originalOf` says what an import was called that has another name because it is there twice.
 * @throws LinkError for what is not as the worlds say
 */
export function typedProgramOf(
  type: ModuleType,
  coreTypes: CoreTypes,
  sections: readonly WorldSection[],
  originalOf: (module: string, name: string) => string,
): TypedProgram {
  return new Matching(type, coreTypes, sections, originalOf).program();
}

class Matching {
  readonly #type: ModuleType;
  readonly #coreTypes: CoreTypes;
  readonly #sections: readonly WorldSection[];
  readonly #names: CoreNames;
  readonly #originalOf: (module: string, name: string) => string;

  constructor(
    type: ModuleType,
    coreTypes: CoreTypes,
    sections: readonly WorldSection[],
    originalOf: (module: string, name: string) => string,
  ) {
    this.#originalOf = originalOf;
    this.#type = type;
    this.#coreTypes = coreTypes;
    this.#sections = sections;
    this.#names = coreNamesOf(type);
  }

  program(): TypedProgram {
    const [first] = this.#sections;
    const other = this.#sections.find(({ encoding }) => encoding !== first?.encoding);
    if (first === undefined) throw new Error("a module without a world");
    if (other !== undefined)
      throw new LinkError(
        `the sections \`${first.name}\` and \`${other.name}\` of the core module encode strings as ${first.encoding} and ${other.encoding}`,
      );
    const imports = this.#sections.flatMap(({ world }) => [...world.imports]);
    const exports = this.#allExports();
    const resources = this.#resourcesOf(imports, exports);
    return {
      imports,
      exports,
      encoding: first.encoding,
      used: this.#used(imports, exports, resources),
      functions: this.#functions(exports),
      resources: new Map([...resources].map(([resource, name]) => [resource, this.#optional(name, { params: ["i32"], results: [] })])),
      realloc: this.#optional(this.#names.realloc, { params: ["i32", "i32", "i32", "i32"], results: ["i32"] }),
      initialize: this.#optional(this.#names.initialize, { params: [], results: [] }),
      memory: this.#names.memory,
    };
  }

  #allExports(): Exports {
    const exports = new Map<string, Extern>();
    const keys = new Map<string, string>();
    for (const [name, item] of this.#sections.flatMap(({ world }) => [...world.exports])) {
      const before = keys.get(keyOf(name));
      if (before === name) throw new LinkError(`the core module's worlds export \`${name}\` twice`);
      if (before !== undefined)
        throw new LinkError(`the core module's world exports both \`${before}\` and \`${name}\`, which are one interface`);
      if (item.kind !== "func" && item.kind !== "instance")
        throw new LinkError(
          `the core module's world exports \`${name}\`, ${article(item.kind)}: only interfaces and functions can be exported`,
        );
      if (item.attributes !== undefined)
        throw new LinkError(`the core module's world exports \`${name}\` with attributes, which are not known here`);
      keys.set(keyOf(name), name);
      exports.set(name, item);
    }
    return exports;
  }

  /** The names of the destructors of the resources that it defines. */
  #resourcesOf(imports: TypedProgram["imports"], exports: Exports): ReadonlyMap<Resource, string> {
    const known = new Set<Resource>();
    for (const [, item] of imports)
      for (const [, each] of itemsIn("", item)) if (each.kind === "type" && isResource(each.type)) known.add(each.type);
    const own = new Map<Resource, string>();
    for (const [name, item] of exports) {
      for (const [label, each] of itemsIn(name, item)) {
        if (each.kind !== "type" || !isResource(each.type) || known.has(each.type)) continue;
        known.add(each.type);
        own.set(each.type, this.#names.destructor(name, label));
      }
    }
    return own;
  }

  #used(imports: TypedProgram["imports"], exports: Exports, own: ReadonlyMap<Resource, string>): TypedProgram["used"] {
    const names = this.#names;
    const known = new Map<string, TypedImport>();
    const know = (module: string, name: string, what: TypedImport): void => {
      const before = known.get(functionKey(module, name));
      const differs = before?.kind === "func" && what.kind === "func" && difference(asItem(before.type), asItem(what.type), NAMELESS);
      if (typeof differs === "string") throw new LinkError(`the core module's worlds import \`${name}\` in two ways: ${differs}`);
      known.set(functionKey(module, name), before ?? what);
    };
    for (const [name, item] of imports) {
      if (item.kind !== "func" && item.kind !== "type" && item.kind !== "instance")
        throw new LinkError(
          `the core module's world imports \`${name}\`, ${article(item.kind)}: only interfaces, functions and types can be imported`,
        );
      if (item.attributes !== undefined)
        throw new LinkError(`the core module's world imports \`${name}\` with attributes, which are not known here`);
      const key = item.kind === "instance" ? keyOf(name) : undefined;
      for (const [label, each] of itemsIn(name, item)) {
        if (each.kind === "func")
          know(names.imported(key), label, { kind: "func", key: key ?? NO_INTERFACE, name: label, type: each.type });
        else if (each.kind === "type" && isResource(each.type))
          know(names.imported(key), names.resourceFunc("drop", label), { kind: "drop", resource: each.type, isOwn: false });
      }
    }
    for (const [name, item] of exports) {
      for (const [label, each] of itemsIn(name, item)) {
        if (each.kind !== "type" || !isResource(each.type) || !own.has(each.type)) continue;
        for (const kind of ["drop", "new", "rep"] as const)
          know(names.exported(keyOf(name)), names.resourceFunc(kind, label), { kind, resource: each.type, isOwn: true });
      }
    }
    return this.#type.imports.flatMap(({ module, name, item }) => {
      const what = known.get(functionKey(importedFrom(module), this.#originalOf(module, name)));
      if (what === undefined) {
        if (ASYNC.test(name))
          throw new LinkError(`the core module imports \`${name}\` of \`${module}\`, which is of WASI 0.3: ${ONLY_SYNCHRONOUS}`);
        return [];
      }
      const func = item.kind === "func" ? this.#coreTypes.signature(item.type) : undefined;
      checkCore(`imports \`${name}\` of \`${module}\``, func, what.kind === "func" ? this.#lowered(what) : BUILT_IN[what.kind]);
      return [{ module, name, what }];
    });
  }

  #lowered({ key, name, type }: Extract<TypedImport, { readonly kind: "func" }>): CoreFunc {
    checkSynchronous(key === NO_INTERFACE ? `imports \`${name}\`` : `imports \`${name}\` of \`${key}\``, type);
    const { type: core, memory, realloc } = coreSignature(type, "lower");
    this.#checkMemory(name, { memory, realloc });
    return core;
  }

  #functions(exports: Exports): TypedProgram["functions"] {
    const names = this.#names;
    const found = new Map<string, TypedExport>();
    for (const [name, item] of exports) {
      for (const [label, each] of itemsIn(name, item)) {
        if (each.kind === "type") continue;
        const what = item.kind === "func" ? `\`${label}\`` : `\`${label}\` of \`${name}\``;
        if (each.kind !== "func")
          throw new LinkError(
            `the core module's world exports ${what}, ${article(each.kind)}: only functions and types can be in an interface`,
          );
        checkSynchronous(`exports ${what}`, each.type);
        const core = names.exportOf(item.kind === "func" ? undefined : name, label);
        const signature = coreSignature(each.type, "lift");
        this.#checkMemory(label, signature);
        if (!this.#type.exports.has(core))
          throw new LinkError(`the core module exports no function \`${core}\`, which is to be ${what} of its world`);
        this.#optional(core, signature.type);
        const postReturn = this.#optional(names.postReturn(core), { params: signature.type.results, results: [] });
        found.set(functionKey(item.kind === "func" ? NO_INTERFACE : name, label), { core, postReturn });
      }
    }
    return found;
  }

  #checkMemory(name: string, { memory, realloc }: { readonly memory: boolean; readonly realloc: boolean }): void {
    if (memory && this.#type.exports.get(this.#names.memory)?.kind !== "memory")
      throw new LinkError(`the core module exports no memory \`${this.#names.memory}\`, and \`${name}\` of its world needs one`);
    if (realloc && !this.#type.exports.has(this.#names.realloc))
      throw new LinkError(`the core module exports no function \`${this.#names.realloc}\`, and \`${name}\` of its world needs one`);
  }

  /** The name of an export, if there is one. */
  #optional(name: string, wanted: CoreFunc): string | undefined {
    const item = this.#type.exports.get(name);
    if (item === undefined) return undefined;
    checkCore(`exports \`${name}\``, item.kind === "func" ? this.#coreTypes.signature(item.type) : undefined, wanted);
    return name;
  }
}

const ONLY_SYNCHRONOUS = "of core modules, only synchronous functions are known";
const NAMELESS = { left: () => undefined, right: () => undefined };
const BUILT_IN: Readonly<Record<ResourceFunc, CoreFunc>> = {
  drop: { params: ["i32"], results: [] },
  new: { params: ["i32"], results: ["i32"] },
  rep: { params: ["i32"], results: ["i32"] },
};

const asItem = (type: FuncType): Extern => ({ kind: "func", type });

/** What is in an instance; anything else is by itself. */
function itemsIn(name: string, item: Extern): Iterable<readonly [name: string, item: Extern]> {
  return item.kind === "instance" ? item.exports : [[name, item]];
}

const coreText = ({ params, results }: CoreFunc): string => `(${params.join(", ")}) -> (${results.join(", ")})`;

function checkCore(what: string, found: CoreFunc | undefined, wanted: CoreFunc): void {
  if (found === undefined) throw new LinkError(`the core module ${what}, and it is no function`);
  if (coreText(found) !== coreText(wanted))
    throw new LinkError(`the core module ${what} with the type ${coreText(found)}, and by its world it is ${coreText(wanted)}`);
}

function checkSynchronous(what: string, type: FuncType): void {
  let isLater = type.async || signatureTypes(type).some(hasEnd);
  for (const each of signatureTypes(type)) walk(each, (part) => void (isLater ||= part === "error-context"));
  if (isLater) throw new LinkError(`the core module ${what}, which is of WASI 0.3: ${ONLY_SYNCHRONOUS}`);
}
