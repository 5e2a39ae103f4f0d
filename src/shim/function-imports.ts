/**
 * The functions that a generated module calls, each imported once: the host's, the drops of handles, and
 * what the adapter's main module and memory module export.
 */
import type { Assembler } from "../binary/assembler.ts";
import type { CoreFuncType } from "../binary/core-module.ts";
import type { Func } from "../binary/instructions.ts";
import { asyncLowered, coreSignature, taskReturned } from "../component/canonical-abi.ts";
import type { FuncType, Resource } from "../component/types.ts";
import { type CoreImport, MEMORY, type TaskBuiltIn } from "../compose/part.ts";

/** Module names that the generated module imports from; what is not here comes from "". */
export const MAIN = "i";
export const MEMORY_MODULE = "m";

const DROP: CoreFuncType = { params: ["i32"], results: [] };
const CONVERT: CoreFuncType = { params: ["i32"], results: ["i32"] };
const REALLOC: CoreFuncType = { params: ["i32", "i32", "i32", "i32"], results: ["i32"] };
const TAKES_NOTHING: CoreFuncType = { params: [], results: [] };
const GIVES: CoreFuncType = { params: [], results: ["i32"] };

const TASK_BUILT_INS: Readonly<Record<TaskBuiltIn, CoreFuncType>> = {
  "waitable-set.new": GIVES,
  "waitable-set.drop": DROP,
  "waitable.join": { params: ["i32", "i32"], results: [] },
  "subtask.drop": DROP,
  "subtask.cancel": CONVERT,
  "task.cancel": TAKES_NOTHING,
  "context.get": GIVES,
  "context.set": DROP,
};

export class FunctionImports {
  /** What the component around the module has to supply under "". */
  readonly core: CoreImport[] = [];
  readonly #module: Assembler;
  readonly #known = new Map<string | Resource, Func>();
  readonly #lent = new Map<Resource, Func>();

  constructor(module: Assembler) {
    this.#module = module;
  }

  host(key: string, name: string, type: FuncType): Func {
    return this.#supplied(`host ${key} ${name}`, coreSignature(type, "lower").type, (field) => ({ field, kind: "host func", key, name }));
  }

  /** The same, which the caller does not wait for. */
  hostAsync(key: string, name: string, type: FuncType): Func {
    const describe = (field: string): CoreImport => ({ field, kind: "host func", key, name, isAsync: true });
    return this.#supplied(`async ${key} ${name}`, asyncLowered(type).type, describe);
  }

  /** Ends a task with a result. */
  taskReturn(key: string, name: string, { result }: FuncType): Func {
    const describe = (field: string): CoreImport => ({ field, kind: "task.return", ...(result !== undefined && { result }) });
    return this.#supplied(`task.return ${key} ${name}`, taskReturned(result).type, describe);
  }

  builtIn(kind: TaskBuiltIn): Func {
    return this.#supplied(kind, TASK_BUILT_INS[kind], (field) => ({ field, kind }));
  }

  /** Drops a handle of a resource that is `view`'s. A resource is only ever one of them to a module. */
  drop(resource: Resource, view: "host" | "given"): Func {
    return this.#supplied(resource, DROP, (field) => ({ field, kind: "resource.drop", resource, view }));
  }

  /** The same of a handle of the host's that is lent. */
  dropLent(resource: Resource): Func {
    const known = this.#lent.get(resource);
    if (known !== undefined) return known;
    const field = String(this.core.length);
    this.core.push({ field, kind: "resource.drop", resource, view: "host", isLent: true });
    const func = this.#module.importFunc("", field, DROP);
    this.#lent.set(resource, func);
    return func;
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
