/**
 * Calls from one core module to another of the same part, for a module that calls functions as an import is called (`lower`)
 * while the other has them as exports are (`lift`): handles of the part's own resources become representations, and a result
 * is copied to where the caller wants it. Lists are not copied: both use one memory. So nothing crosses a component's border.
 */
import { Assembler } from "../binary/assembler.ts";
import { Code, type Func } from "../binary/instructions.ts";
import { coreSignature, layoutOf } from "../component/canonical-abi.ts";
import type { FuncType, Resource, ValType } from "../component/types.ts";
import { type CoreExport, type CoreImport, type LinkedModule, linkedModule, MEMORY } from "../compose/part.ts";
import { eachFlatHandle } from "../shim/handles.ts";

export interface OwnCall {
  readonly type: FuncType;
  readonly core: CoreExport;
}

const MEMORY_AS = "m";

/** Functions under the numbers of `calls`. */
export function ownCalls(id: string, name: string, calls: readonly OwnCall[], isOwn: (resource: Resource) => boolean): LinkedModule {
  const module = new Assembler(name);
  module.importMemory(MEMORY_AS, MEMORY.memory);
  const imports: CoreImport[] = [];
  const supplied = (each: CoreImport): string => {
    imports.push(each);
    return each.field;
  };
  const newField = (): string => String(imports.length);
  const representations = new Map<Resource, Func>();
  const representationOf = (resource: Resource): Func => {
    const known = representations.get(resource);
    if (known !== undefined) return known;
    const field = supplied({ field: newField(), kind: "resource.rep", resource });
    const func = module.importFunc("", field, { params: ["i32"], results: ["i32"] });
    representations.set(resource, func);
    return func;
  };
  calls.forEach(({ type, core }, i) => {
    const [lift, lower] = [coreSignature(type, "lift"), coreSignature(type, "lower")];
    if (lift.paramsSpilled) throw new Error(`a function with more than 16 flat parameters is called within a part`);
    const imported = (name: string, results: typeof lift.type): Func =>
      module.importFunc("", supplied({ field: newField(), kind: "core func", module: core.module, name }), results);
    const code = new Code(lower.type.params.length);
    const params: ValType = { kind: "tuple", types: type.params.map((each) => each.type) };
    eachFlatHandle(
      code,
      {
        replaces: true,
        applies: ({ kind, resource }) => kind === "borrow" && isOwn(resource),
        emit: (_, { resource }) => code.call(representationOf(resource)),
      },
      params,
      0,
      lift.type.params,
    );
    lift.type.params.forEach((_, at) => code.get(at));
    code.call(imported(core.name, lift.type));
    if (lift.resultSpilled && type.result !== undefined) {
      const result = code.local();
      code.set(result);
      code.get(lift.type.params.length).get(result).constant(layoutOf(type.result).size).memoryCopy();
      if (core.postReturn !== undefined) code.get(result).call(imported(core.postReturn, { params: ["i32"], results: [] }));
    } else if (core.postReturn !== undefined) throw new Error("a function without a result in memory has something to do afterwards");
    module.export(String(i), module.func(lower.type, code));
  });
  return linkedModule({ id, module, imports, memoryAs: MEMORY_AS, mainAs: undefined });
}
