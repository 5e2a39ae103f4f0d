/**
 * What answers `exit` of a stage of a script: it runs the rest inside the call, and then exits for all. So stages need not return,
 * and nothing is entered twice: each has one of its own, which is instantiated before it and after all stages that come later.
 *
 *   go     runs the next stage, or hands on to the one whose stage that is
 *   exit   says how its stage has ended, and runs what comes then
 *   run    of the first, which has no stage: begins the script
 */
import { Assembler } from "../binary/assembler.ts";
import type { Chunk } from "../binary/chunk.ts";
import type { CoreFuncType } from "../binary/core-module.ts";
import { Code, type Func, op } from "../binary/instructions.ts";
import type { FuncType, ValType } from "../component/types.ts";
import { ComponentWriter } from "./component-writer.ts";
import { moduleName } from "./part.ts";
import { TypeEncoder } from "./type-encoder.ts";

export const RESULT: ValType = { kind: "result", ok: undefined, error: undefined };
const func = (params: FuncType["params"], result: ValType | undefined): FuncType => ({ kind: "func", async: false, params, result });

/** `run: func() -> result` of a command. */
export const RUN: FuncType = func([], RESULT);
/** Takes how the last stage ended, and gives the number of the next one, or how the script ended. */
export const NEXT: FuncType = func([{ label: "ended", type: "u32" }], "u32");
const GO = func([{ label: "stage", type: "u32" }], "u32");
export const EXIT: FuncType = func([{ label: "status", type: RESULT }], undefined);
export const EXIT_WITH_CODE: FuncType = func([{ label: "status-code", type: "u8" }], undefined);

/** The functions of `wasi:cli/exit`, by their names. */
export const EXITS: ReadonlySet<string> = new Set(["exit", "exit-with-code"]);

/** What tools call the instance that goes on behind a stage. */
export const behindStage = (stage: string): string => `behind ${stage}`;

/** What it imports, where there is any. */
const TYPES = { exit: EXIT, "exit-with-code": EXIT_WITH_CODE, next: NEXT, run: RUN, go: GO } as const;
export type ContinuationImport = "exit" | "exit-with-code" | "next" | "run" | "go";

export interface Continuation {
  /** That of the stage whose `exit` it answers; 0: it begins the script. */
  readonly number: number;
  /** What traces call the next stage; `undefined`: there is none. */
  readonly next: string | undefined;
  /** The script ends by `exit-with-code` where it ends with another code than 0 and 1. */
  readonly exitsWithCode: boolean;
  /** In the place of what a stage ended with. */
  readonly begin: number;
  /** The bit that says that the script has ended. */
  readonly ended: number;
}

export interface ContinuationComponent {
  readonly bytes: readonly Chunk[];
  /** The functions that it imports, by their names. */
  readonly imports: readonly ContinuationImport[];
}

export const LARGEST_CODE = 255;

export function continuationComponent(continuation: Continuation): ContinuationComponent {
  const { number, next, exitsWithCode, begin, ended } = continuation;
  const isFirst = number === 0;
  const writer = new ComponentWriter(next ?? "end");
  const encoder = new TypeEncoder({ define: (type) => writer.type(type), foreign: () => unreachable() });
  const module = new Assembler(moduleName(next === undefined ? "end" : `stage-${number + 1}`));
  const imports: ContinuationImport[] = [];
  const fields: { readonly name: string; readonly sort: "core func"; readonly idx: number }[] = [];
  const imported = (name: ContinuationImport, type: CoreFuncType): Func => {
    imports.push(name);
    const index = writer.import(name, { kind: "func", type: encoder.func(TYPES[name]) });
    fields.push({ name, sort: "core func", idx: writer.canon({ kind: "lower", func: index, options: [] }) });
    return module.importFunc("", name, type);
  };
  const nextStage = imported("next", { params: ["i32"], results: ["i32"] });
  const exit = isFirst ? undefined : imported("exit", { params: ["i32"], results: [] });
  const exitWithCode = exitsWithCode ? imported("exit-with-code", { params: ["i32"], results: [] }) : undefined;
  const run = next === undefined ? undefined : imported("run", { params: [], results: ["i32"] });
  const go = next === undefined ? undefined : imported("go", { params: ["i32"], results: ["i32"] });
  const exported: { readonly name: string; readonly type: FuncType }[] = [];
  const add = (name: string, type: FuncType, added: Func): Func => {
    exported.push({ name, type });
    module.export(name, added);
    return added;
  };

  // The last one is never asked to go on: no stage comes after it.
  const own = new Code(1);
  if (run === undefined || go === undefined) own.op(op.unreachable);
  else
    own
      .get(0)
      .constant(number + 1)
      .op(op.i32Eq)
      .if(() =>
        own
          .call(run)
          .call(nextStage)
          .tee(0)
          .constant(ended)
          .op(op.i32And)
          .if(() => own.get(0).op(op.return)),
      )
      .get(0)
      .call(go);
  const goOn = add("go", GO, module.func({ params: ["i32"], results: ["i32"] }, own, next ?? "end"));
  const toTheEnd = (code: Code, local: number): Code =>
    code
      .call(nextStage)
      .tee(local)
      .constant(ended)
      .op(op.i32And)
      .op(op.i32Eqz)
      .if(() => code.get(local).call(goOn).set(local))
      .get(local)
      .constant(LARGEST_CODE)
      .op(op.i32And)
      .tee(local);
  /** A code that `exit` has no word for. */
  const endWithCode = (code: Code, local: number): void => {
    code.constant(1).op(op.i32GtU);
    code.if(() => {
      if (exitWithCode === undefined) code.constant(1).set(local);
      else code.get(local).call(exitWithCode).op(op.unreachable);
    });
  };
  if (exit === undefined) {
    const code = new Code(0);
    const local = code.local();
    endWithCode(toTheEnd(code.constant(begin), local), local);
    add("run", RUN, module.func({ params: [], results: ["i32"] }, code.get(local), "script"));
  } else {
    const end = new Code(1);
    endWithCode(toTheEnd(end.get(0), 0), 0);
    end.get(0).call(exit).op(op.unreachable);
    const ending = module.func({ params: ["i32"], results: [] }, end, "exit");
    add("exit", EXIT, ending);
    add("exit-with-code", EXIT_WITH_CODE, ending);
  }

  const bundle = writer.coreInstance({ kind: "exports", exports: fields });
  const instance = writer.coreInstance({
    kind: "instantiate",
    module: writer.coreModule(module.finish()),
    args: [{ name: "", instance: bundle }],
  });
  for (const { name, type } of exported) {
    const core = writer.coreExportOf("core func", instance, name);
    const idx = writer.canon({ kind: "lift", func: core, options: [], type: encoder.func(type) });
    writer.export(name, { sort: "func", idx });
  }
  return { bytes: writer.finish(), imports };
}

function unreachable(): never {
  throw new Error("a script hands on no types that have names");
}
