/**
 * What starts the stages of a script where some of them run at once: `run` of the whole. It asks which stage is next, begins its
 * `run`, and asks again, until there is none; then it waits until one of those that run has ended. In its memory, by the number of
 * the stage:
 *
 *   8 n      what its `run` has returned
 *   8 n + 4  the subtask that it is, or 0
 */
import { Assembler } from "../binary/assembler.ts";
import type { Canon, CanonOpt } from "../binary/canon.ts";
import type { Chunk } from "../binary/chunk.ts";
import type { CoreFuncType } from "../binary/core-module.ts";
import { Code, type Func, op } from "../binary/instructions.ts";
import type { FuncType } from "../component/types.ts";
import { ComponentWriter } from "./component-writer.ts";
import { EXIT_WITH_CODE, LARGEST_CODE, RESULT, RUN } from "./continuation.ts";
import { MEMORY, moduleName } from "./part.ts";
import { TypeEncoder } from "./type-encoder.ts";

/** `run: async func() -> result`, of WASI 0.3. */
export const RUN_LATER: FuncType = { ...RUN, async: true };
/** Takes the number of a stage and how it has ended, or 0 twice; gives the number of the next, or how the script has ended, or 0. */
export const PROCEED: FuncType = {
  kind: "func",
  async: false,
  params: [
    { label: "stage", type: "u32" },
    { label: "ended", type: "u32" },
  ],
  result: "u32",
};

export interface Starter {
  /** Of the stages, in order: whether its `run` is of WASI 0.3. */
  readonly stages: readonly { readonly isLater: boolean }[];
  /** It ends by `exit-with-code` where it ends with another code than 0 and 1. */
  readonly exitsWithCode: boolean;
  /** The bit that says that the script has ended. */
  readonly ended: number;
}

/** How a task goes on, and how far a call is. */
const [TASK_EXIT, TASK_WAIT] = [0, 2];
const RETURNED = 2;
const SUBTASK_EVENT = 1;
const SLOT_SHIFT = 3;
const SLOT = 1 << SLOT_SHIFT;
const PAGE = 65536;

/** It imports `proceed`, `run1` and so on, and `exit-with-code`. */
export function starterComponent({ stages, exitsWithCode, ended }: Starter): readonly Chunk[] {
  const writer = new ComponentWriter("script");
  const encoder = new TypeEncoder({ define: (type) => writer.type(type), foreign: () => unreachable() });
  const memoryModule = new Assembler(moduleName("script", "memory"));
  memoryModule.export(MEMORY.memory, memoryModule.memory(Math.ceil(((stages.length + 1) * SLOT) / PAGE)));
  const owner = writer.coreInstance({ kind: "instantiate", module: writer.coreModule(memoryModule.finish()), args: [] });
  const memory: CanonOpt = { kind: "memory", memory: writer.coreExportOf("core memory", owner, MEMORY.memory) };

  const module = new Assembler(moduleName("script"));
  module.importMemory("m", MEMORY.memory);
  const fields: { readonly name: string; readonly sort: "core func"; readonly idx: number }[] = [];
  const given = (canon: Canon, type: CoreFuncType): Func => {
    const name = String(fields.length);
    fields.push({ name, sort: "core func", idx: writer.canon(canon) });
    return module.importFunc("", name, type);
  };
  const imported = (name: string, type: FuncType, core: CoreFuncType, options: readonly CanonOpt[] = []): Func =>
    given({ kind: "lower", func: writer.import(name, { kind: "func", type: encoder.func(type) }), options }, core);
  const proceed = imported("proceed", PROCEED, { params: ["i32", "i32"], results: ["i32"] });
  const runs = stages.map(({ isLater }, i) =>
    imported(`run${i + 1}`, isLater ? RUN_LATER : RUN, { params: ["i32"], results: ["i32"] }, [{ kind: "async" }, memory]),
  );
  const exitWithCode = exitsWithCode ? imported("exit-with-code", EXIT_WITH_CODE, { params: ["i32"], results: [] }) : undefined;
  const newSet = given({ kind: "waitable-set.new" }, { params: [], results: ["i32"] });
  const join = given({ kind: "waitable.join" }, { params: ["i32", "i32"], results: [] });
  const drop = given({ kind: "subtask.drop" }, { params: ["i32"], results: [] });
  const result = { kind: "one", type: encoder.val(RESULT) } as const;
  const taskReturn = given({ kind: "task.return", result, options: [] }, { params: ["i32"], results: [] });

  const set = module.global(0);
  const wait = (code: Code): Code => code.getGlobal(set).constant(4).op(op.i32Shl).constant(TASK_WAIT).op(op.i32Or);

  /** `stage -> `, how far its call is. */
  const start = new Code(1);
  runs.forEach((run, i) =>
    start
      .get(0)
      .constant(i + 1)
      .op(op.i32Eq)
      .if(() =>
        start
          .constant((i + 1) * SLOT)
          .call(run)
          .op(op.return),
      ),
  );
  const startStage = module.func({ params: ["i32"], results: ["i32"] }, start.op(op.unreachable), "start");

  /** `ended -> `: the script is over. */
  const end = new Code(1);
  const code = end.local();
  end.get(0).constant(LARGEST_CODE).op(op.i32And).set(code);
  if (exitWithCode !== undefined)
    end
      .get(code)
      .constant(1)
      .op(op.i32GtU)
      .if(() => end.get(code).call(exitWithCode).op(op.unreachable));
  const endScript = module.func({ params: ["i32"], results: [] }, end.get(code).constant(0).op(op.i32Ne).call(taskReturn), "end");

  /** `stage ended -> `, how the task goes on. */
  const goOn = new Code(2);
  const [stage, status, next, state] = [0, 1, goOn.local(), goOn.local()];
  goOn.loop(() => {
    goOn.get(stage).get(status).call(proceed).set(next);
    goOn
      .get(next)
      .constant(ended)
      .op(op.i32And)
      .if(() => goOn.get(next).call(endScript).constant(TASK_EXIT).op(op.return));
    goOn
      .get(next)
      .op(op.i32Eqz)
      .if(() => wait(goOn).op(op.return));
    goOn.get(next).call(startStage).set(state);
    goOn.get(next).constant(SLOT).op(op.i32Mul).set(status);
    goOn.get(state).constant(RETURNED).op(op.i32Eq);
    goOn.if(() => goOn.get(next).set(stage).get(status).load(op.i32Load8U, 0).set(status));
    goOn.get(state).constant(RETURNED).op(op.i32Ne);
    goOn.if(() => {
      goOn.get(status).get(state).constant(4).op(op.i32ShrU).store(op.i32Store, 4);
      goOn.get(status).load(op.i32Load, 4).getGlobal(set).call(join);
      goOn.constant(0).set(stage).constant(0).set(status);
    });
    goOn.constant(1);
  });
  const going = module.func({ params: ["i32", "i32"], results: ["i32"] }, goOn.op(op.unreachable), "script");

  const begin = new Code(0).call(newSet).setGlobal(set).constant(0).constant(0).call(going);
  module.export("run", module.func({ params: [], results: ["i32"] }, begin, "run"));

  const callback = new Code(3);
  const [event, subtask, how, at] = [0, 1, 2, callback.local()];
  const isOver = (): Code =>
    callback.get(event).constant(SUBTASK_EVENT).op(op.i32Eq).get(how).constant(RETURNED).op(op.i32Eq).op(op.i32And);
  isOver()
    .op(op.i32Eqz)
    .if(() => wait(callback).op(op.return));
  callback.get(subtask).constant(0).call(join).get(subtask).call(drop);
  callback.loop(() => callback.get(at).constant(SLOT).op(op.i32Add).tee(at).load(op.i32Load, 4).get(subtask).op(op.i32Ne));
  callback.get(at).constant(0).store(op.i32Store, 4);
  callback.get(at).constant(SLOT_SHIFT).op(op.i32ShrU).get(at).load(op.i32Load8U, 0).call(going);
  module.export("callback", module.func({ params: ["i32", "i32", "i32"], results: ["i32"] }, callback, "callback"));

  const bundle = writer.coreInstance({ kind: "exports", exports: fields });
  const instance = writer.coreInstance({
    kind: "instantiate",
    module: writer.coreModule(module.finish()),
    args: [
      { name: "", instance: bundle },
      { name: "m", instance: owner },
    ],
  });
  const coreFunc = (name: string): number => writer.coreExportOf("core func", instance, name);
  const options: readonly CanonOpt[] = [{ kind: "async" }, { kind: "callback", func: coreFunc("callback") }];
  const idx = writer.canon({ kind: "lift", func: coreFunc("run"), options, type: encoder.func(RUN_LATER) });
  writer.export("run", { sort: "func", idx });
  return writer.finish();
}

function unreachable(): never {
  throw new Error("a script hands on no types that have names");
}
