/**
 * The functions that a generated module calls, each imported once: the host's, the drops of handles, and
 * what the adapter's main module and memory module export.
 */
import type { CoreFuncType } from "../binary/core-module.ts";
import { coreSignature } from "../component/canonical-abi.ts";
import type { FuncType, Resource } from "../component/types.ts";
import { type CoreImport, MEMORY } from "../compose/part.ts";

/** Module names that the generated module imports from; what is not here comes from "". */
export const MAIN = "i";
export const MEMORY_MODULE = "m";

export interface ImportedFunction {
  readonly module: string;
  readonly field: string;
  readonly type: CoreFuncType;
}

const DROP: CoreFuncType = { params: ["i32"], results: [] };
const CONVERT: CoreFuncType = { params: ["i32"], results: ["i32"] };
const REALLOC: CoreFuncType = { params: ["i32", "i32", "i32", "i32"], results: ["i32"] };

export class FunctionImports {
  readonly all: ImportedFunction[] = [];
  /** What the component around the module has to supply under "". */
  readonly core: CoreImport[] = [];
  readonly #indices = new Map<string | Resource, number>();

  host(key: string, name: string, type: FuncType): number {
    return this.#supplied(`host ${key} ${name}`, coreSignature(type, "lower").type, (field) => ({ field, kind: "host func", key, name }));
  }

  /** Drops a handle of a resource that is `view`'s. A resource is only ever one of them to a module. */
  drop(resource: Resource, view: "host" | "given"): number {
    return this.#supplied(resource, DROP, (field) => ({ field, kind: "resource.drop", resource, view }));
  }

  /** `handle -> handle` of the main module. */
  convert(field: string): number {
    return this.main(field, CONVERT);
  }

  main(field: string, type: CoreFuncType): number {
    return this.#add(`main ${field}`, { module: MAIN, field, type });
  }

  realloc(): number {
    return this.#add("realloc", { module: MEMORY_MODULE, field: MEMORY.realloc, type: REALLOC });
  }

  #supplied(id: string | Resource, type: CoreFuncType, describe: (field: string) => CoreImport): number {
    const known = this.#indices.get(id);
    if (known !== undefined) return known;
    const field = String(this.core.length);
    this.core.push(describe(field));
    return this.#add(id, { module: "", field, type });
  }

  #add(id: string | Resource, func: ImportedFunction): number {
    const index = this.#indices.get(id) ?? this.all.push(func) - 1;
    this.#indices.set(id, index);
    return index;
  }
}
