/**
 * The functions that a generated module calls, each imported once: the host's, the drops of handles, and
 * what the adapter's main module and memory module export.
 */
import type { Assembler } from "../binary/assembler.ts";
import type { CoreFuncType } from "../binary/core-module.ts";
import type { Func } from "../binary/instructions.ts";
import { coreSignature } from "../component/canonical-abi.ts";
import type { FuncType, Resource } from "../component/types.ts";
import { type CoreImport, MEMORY } from "../compose/part.ts";

/** Module names that the generated module imports from; what is not here comes from "". */
export const MAIN = "i";
export const MEMORY_MODULE = "m";

const DROP: CoreFuncType = { params: ["i32"], results: [] };
const CONVERT: CoreFuncType = { params: ["i32"], results: ["i32"] };
const REALLOC: CoreFuncType = { params: ["i32", "i32", "i32", "i32"], results: ["i32"] };

export class FunctionImports {
  /** What the component around the module has to supply under "". */
  readonly core: CoreImport[] = [];
  readonly #module: Assembler;
  readonly #known = new Map<string | Resource, Func>();

  constructor(module: Assembler) {
    this.#module = module;
  }

  host(key: string, name: string, type: FuncType): Func {
    return this.#supplied(`host ${key} ${name}`, coreSignature(type, "lower").type, (field) => ({ field, kind: "host func", key, name }));
  }

  /** Drops a handle of a resource that is `view`'s. A resource is only ever one of them to a module. */
  drop(resource: Resource, view: "host" | "given"): Func {
    return this.#supplied(resource, DROP, (field) => ({ field, kind: "resource.drop", resource, view }));
  }

  /** `handle -> handle` of the main module. */
  convert(field: string): Func {
    return this.main(field, CONVERT);
  }

  main(field: string, type: CoreFuncType): Func {
    return this.#imported(`main ${field}`, MAIN, field, type);
  }

  realloc(): Func {
    return this.#imported("realloc", MEMORY_MODULE, MEMORY.realloc, REALLOC);
  }

  /** Fills the memory. */
  fill(): Func {
    return this.#imported("fill", MEMORY_MODULE, MEMORY.fill, { params: [], results: [] });
  }

  #supplied(id: string | Resource, type: CoreFuncType, describe: (field: string) => CoreImport): Func {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const field = String(this.core.length);
    this.core.push(describe(field));
    return this.#imported(id, "", field, type);
  }

  #imported(id: string | Resource, module: string, field: string, type: CoreFuncType): Func {
    const func = this.#known.get(id) ?? this.#module.importFunc(module, field, type);
    this.#known.set(id, func);
    return func;
  }
}
