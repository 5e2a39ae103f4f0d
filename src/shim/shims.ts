/**
 * All generated functions of an adapter as one core module, to be instantiated after the adapter's main
 * module: shims of the host's functions, and functions of the adapter's own interfaces that the prebuilt
 * module does not have.
 */
import { Assembler } from "../binary/assembler.ts";
import { Code, type Global } from "../binary/instructions.ts";
import { coreSignature } from "../component/canonical-abi.ts";
import { type LinkedModule, MEMORY } from "../compose/part.ts";
import type { Counted } from "./counted-calls.ts";
import { FunctionImports, MAIN, MEMORY_MODULE } from "./function-imports.ts";
import { codeOf, type Generated, needsPostReturn, type ShimContext } from "./shim.ts";

const POST_RETURN = "p";

export interface Shims {
  readonly module: Omit<LinkedModule, "id">;
  /** In the order of what they were generated for. */
  readonly functions: readonly { readonly name: string; readonly postReturn: string | undefined }[];
}

export function shimModule(generated: readonly Generated[], context: ShimContext): Shims {
  const module = new Assembler(context.name);
  const functions = new FunctionImports(module);
  module.importMemory(MEMORY_MODULE, MEMORY.memory);
  const arena = module.importGlobal(MEMORY_MODULE, MEMORY.arena, true);
  const arenaBase = module.importGlobal(MEMORY_MODULE, MEMORY.arenaBase, true);
  const reset = (code: Code): Code => code.getGlobal(arenaBase).setGlobal(arena);

  const declared = generated.map((each) => {
    const { type } = coreSignature(each.type, "lift");
    return { each, func: module.func(type, undefined, `${context.interfaceName(each.key)}#${each.name}`) };
  });
  const postReturn = module.func({ params: ["i32"], results: [] }, reset(new Code(1)));
  const counters = new Map<Counted, Global>();
  const counter = (counted: Counted): Global => {
    const found = counters.get(counted) ?? module.global(0);
    counters.set(counted, found);
    return found;
  };
  const emission = { functions, context, reset, counter, trap: (name: string) => module.trap(name) };
  for (const { each, func } of declared) module.define(func, codeOf(each, emission));
  declared.forEach(({ func }, i) => module.export(String(i), func));
  module.export(POST_RETURN, postReturn);
  return {
    module: { module, bytes: module.finish(), imports: functions.core, memoryAs: MEMORY_MODULE, mainAs: MAIN },
    functions: generated.map((each, i) => ({ name: String(i), postReturn: needsPostReturn(each, context) ? POST_RETURN : undefined })),
  };
}
