/**
 * Calls from one core module to another of the same part, for a module that calls functions as an import is called (`lower`)
 * while the other has them as exports are (`lift`): a result is copied to where the caller wants it. Handles of the part's own resources
 * are representations on both sides, and lists are not copied, as both use one memory. So nothing crosses a component's border.
 */
import { Assembler } from "../binary/assembler.ts";
import { Code, type Func, op } from "../binary/instructions.ts";
import { coreSignature, layoutOf } from "../component/canonical-abi.ts";
import type { FuncType } from "../component/types.ts";
import { type CoreExport, type CoreImport, type LinkedModule, linkedModule, MEMORY } from "../compose/part.ts";

export interface OwnCall {
  readonly type: FuncType;
  readonly core: CoreExport;
}

const MEMORY_AS = "m";

/** Functions under the numbers of `calls`. */
export function ownCalls(id: string, name: string, calls: readonly OwnCall[]): LinkedModule {
  const module = new Assembler(name);
  module.importMemory(MEMORY_AS, MEMORY.memory);
  const imports: CoreImport[] = [];
  const supplied = (each: CoreImport): string => {
    imports.push(each);
    return each.field;
  };
  const newField = (): string => String(imports.length);
  calls.forEach(({ type, core }, i) => {
    const [lift, lower] = [coreSignature(type, "lift"), coreSignature(type, "lower")];
    if (lift.paramsSpilled) throw new Error(`a function with more than 16 flat parameters is called within a part`);
    const imported = (name: string, results: typeof lift.type): Func =>
      module.importFunc("", supplied({ field: newField(), kind: "core func", module: core.module, name }), results);
    const code = new Code(lower.type.params.length);
    lift.type.params.forEach((_, at) => code.get(at));
    code.call(imported(core.name, lift.type));
    if (lift.resultSpilled && type.result !== undefined) {
      const result = code.local();
      code.set(result);
      const [to, { size }] = [lift.type.params.length, layoutOf(type.result)];
      // Most results are where the caller wants them already: there is one area for them.
      code.get(to).get(result).op(op.i32Ne);
      code.if(() => code.get(to).get(result).constant(size).memoryCopy());
      if (core.postReturn !== undefined) code.get(result).call(imported(core.postReturn, { params: ["i32"], results: [] }));
    } else if (core.postReturn !== undefined) throw new Error("a function without a result in memory has something to do afterwards");
    module.export(String(i), module.func(lower.type, code));
  });
  return linkedModule({ id, module, imports, memoryAs: MEMORY_AS, mainAs: undefined });
}
