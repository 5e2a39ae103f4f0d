/**
 * All generated functions of an adapter as one core module, to be instantiated after the adapter's main
 * module: shims of the host's functions, and functions of the adapter's own interfaces that the prebuilt
 * module does not have.
 */
import { Assembler } from "../binary/assembler.ts";
import type { CoreFuncType } from "../binary/core-module.ts";
import { Code, type Func, type Global, op } from "../binary/instructions.ts";
import { coreSignature } from "../component/canonical-abi.ts";
import { type CoreExport, type LinkedModule, MEMORY } from "../compose/part.ts";
import type { Counted } from "./counted-calls.ts";
import { type Around, asyncCall } from "./async-call.ts";
import { FunctionImports, MAIN, MEMORY_MODULE } from "./function-imports.ts";
import { answerSome, codeOf, type Generated, isConcurrent, needsPostReturn, type ShimContext, tellAround } from "./shim.ts";

const POST_RETURN = "p";
const callbackName = (index: number): string => `c${index}`;
const CALLBACK: CoreFuncType = { params: ["i32", "i32", "i32"], results: ["i32"] };

export interface Shims {
  readonly module: Omit<LinkedModule, "id">;
  /** In the order of what they were generated for. */
  readonly functions: readonly Omit<CoreExport, "module">[];
}

export function shimModule(generated: readonly Generated[], context: ShimContext): Shims {
  const module = new Assembler(context.name);
  const functions = new FunctionImports(module);
  module.importMemory(MEMORY_MODULE, MEMORY.memory);
  const arena = module.importGlobal(MEMORY_MODULE, MEMORY.arena, true);
  const arenaBase = module.importGlobal(MEMORY_MODULE, MEMORY.arenaBase, true);
  const going = generated.some((each) => isConcurrent(each, context)) ? module.global(0) : undefined;
  const reset = (code: Code): Code => {
    const empty = (): Code => code.getGlobal(arenaBase).setGlobal(arena);
    return going === undefined ? empty() : code.getGlobal(going).op(op.i32Eqz).if(empty);
  };

  const declared = generated.map((each) => {
    const { type } = coreSignature(each.type, "lift");
    const lifted = isConcurrent(each, context) ? { ...type, results: ["i32"] as const } : type;
    return { each, func: module.func(lifted, undefined, `${context.interfaceName(each.key)}#${each.name}`) };
  });
  const postReturn = module.func({ params: ["i32"], results: [] }, reset(new Code(1)));
  const counters = new Map<Counted, Global>();
  const counter = (counted: Counted): Global => {
    const found = counters.get(counted) ?? module.global(0);
    counters.set(counted, found);
    return found;
  };
  const emission = { functions, context, reset, counter, trap: (name: string) => module.trap(name) };
  const define = (each: Generated, func: Func): Func | undefined => {
    if ((each.kind !== "watched" && each.kind !== "traced") || going === undefined || !isConcurrent(each, context)) {
      module.define(func, codeOf(each, emission));
      return undefined;
    }
    const asyncContext = {
      functions,
      going,
      reset,
      func: (params: readonly "i32"[], code: Code) => module.func({ params, results: [] }, code),
    };
    const around: Around =
      each.kind === "traced"
        ? tellAround(each, emission)
        : { before: (code, _, end) => answerSome(each.rules, code, emission, ({ memory }) => end(memory)) };
    const { start, callback } = asyncCall(each, asyncContext, around);
    module.define(func, start);
    return module.func(CALLBACK, callback);
  };
  const callbacks = declared.map(({ each, func }) => define(each, func));
  declared.forEach(({ func }, i) => module.export(String(i), func));
  callbacks.forEach((callback, i) => callback && module.export(callbackName(i), callback));
  module.export(POST_RETURN, postReturn);
  return {
    module: { module, bytes: module.finish(), imports: functions.core, memoryAs: MEMORY_MODULE, mainAs: MAIN },
    functions: generated.map((each, i) => ({
      name: String(i),
      postReturn: needsPostReturn(each, context) ? POST_RETURN : undefined,
      callback: callbacks[i] && callbackName(i),
    })),
  };
}
