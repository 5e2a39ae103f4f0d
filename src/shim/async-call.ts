/**
 * A call of an asynchronous function that is handed on, while the part can be called again: the function is lifted with a callback,
 * and the one behind it lowered `async`. What belongs to a call lies in a cell of its own until the call is over:
 *
 *   0     subtask, the call that it waits for
 *   4     the waitable set that has it
 *   8     address of the parameters, as a tuple
 *   16    the parameters, unless they came in memory
 *   …     the result
 *
 * Streams and futures go through as the handles that they are. The arena is emptied when no call is going on.
 */
import { Code, type Func, type Global, op } from "../binary/instructions.ts";
import { asyncLowered, coreSignature, layoutOf, taskReturned } from "../component/canonical-abi.ts";
import type { FuncType, Resource, ValType } from "../component/types.ts";
import { loadFlat, storeFlat } from "./flat-values.ts";
import type { FunctionImports } from "./function-imports.ts";
import { eachStoredHandle } from "./handles.ts";

/** What is done around a call. The locals have addresses of the parameters and of the result in memory. */
export interface Around {
  /** When it comes; `answer` is code that ends it with a result, and the function behind it is not called. */
  before?(code: Code, params: number, answer: (result: Uint8Array) => void): void;
  /** When its result is there, also one of `answer`. */
  after?(code: Code, params: number, result: number): void;
}

export interface AsyncCallContext {
  readonly functions: FunctionImports;
  /** How many calls are going on. */
  readonly going: Global;
  /** Makes a function of the module. */
  func(params: readonly "i32"[], code: Code): Func;
  /** Makes the arena empty, if no call is going on. */
  reset(code: Code): void;
}

export interface AsyncCall {
  /** What is lifted. */
  readonly start: Code;
  readonly callback: Code;
}

/** How a task goes on. */
const [EXIT, WAIT] = [0, 2];
/** Events, and how far a call is. */
const CANCELLED_EVENT = 6;
const [RETURNED, CANCELLED_BEFORE_STARTED] = [2, 3];

const [SUBTASK, SET, PARAMS_AT, PARAMS] = [0, 4, 8, 16];
const ALIGNMENT = 8;

/** A function of an interface. */
export interface Called {
  readonly key: string;
  readonly name: string;
  readonly type: FuncType;
}

export function asyncCall({ key, name, type }: Called, context: AsyncCallContext, around: Around = {}): AsyncCall {
  const { functions, going } = context;
  const lift = coreSignature(type, "lift");
  const lower = asyncLowered(type);
  const params: ValType = { kind: "tuple", types: type.params.map((each) => each.type) };
  const paramsLength = lift.paramsSpilled ? 0 : layoutOf(params).size;
  const result = Math.ceil((PARAMS + paramsLength) / ALIGNMENT) * ALIGNMENT;
  const cellLength = result + (type.result === undefined ? 0 : layoutOf(type.result).size);
  const drop = (code: Code, at: number, kind: "own" | "borrow"): void =>
    eachStoredHandle(
      code,
      {
        replaces: false,
        applies: (handle) => handle.kind === kind,
        emit: (_, { resource }: { readonly resource: Resource }) => code.call(functions.drop(resource, "host")),
      },
      params,
      at,
    );
  const end = context.func(["i32"], endCode());
  return { start: startCode(), callback: callbackCode() };

  /** `cell -> `: the result is there. */
  function endCode(): Code {
    const code = new Code(1);
    const [cell, at, resultAt] = [0, code.local(), code.local()];
    code.get(cell).load(op.i32Load, PARAMS_AT).set(at);
    code.get(cell).constant(result).op(op.i32Add).set(resultAt);
    around.after?.(code, at, resultAt);
    drop(code, at, "borrow");
    if (taskReturned(type.result).paramsSpilled) code.get(resultAt);
    else if (type.result !== undefined) loadFlat(code, type.result, resultAt);
    code.call(functions.taskReturn(key, name, type));
    context.reset(code);
    return code;
  }

  function startCode(): Code {
    const code = new Code(lift.type.params.length);
    const [cell, at, status] = [code.local(), code.local(), code.local()];
    code.constant(0).constant(0).constant(ALIGNMENT).constant(cellLength).call(functions.realloc()).set(cell);
    if (lift.paramsSpilled) code.get(0).set(at);
    else {
      code.get(cell).constant(PARAMS).op(op.i32Add).set(at);
      storeFlat(code, params, 0, lift.type.params, at);
    }
    code.get(cell).get(at).store(op.i32Store, PARAMS_AT);
    around.before?.(code, at, (answer) => {
      drop(code, at, "own");
      answer.forEach((byte, i) =>
        code
          .get(cell)
          .constant(byte)
          .store(op.i32Store8, result + i),
      );
      code.get(cell).call(end).constant(EXIT).op(op.return);
    });
    if (lower.paramsSpilled) code.get(at);
    else lift.type.params.forEach((_, i) => code.get(i));
    if (type.result !== undefined) code.get(cell).constant(result).op(op.i32Add);
    code
      .call(functions.hostAsync(key, name, type))
      .tee(status)
      .constant(RETURNED)
      .op(op.i32Eq)
      .if(() => code.get(cell).call(end).constant(EXIT).op(op.return));
    code.getGlobal(going).constant(1).op(op.i32Add).setGlobal(going);
    code.get(cell).get(status).constant(4).op(op.i32ShrU).store(op.i32Store, SUBTASK);
    code.get(cell).call(functions.builtIn("waitable-set.new")).store(op.i32Store, SET);
    code.get(cell).load(op.i32Load, SUBTASK).get(cell).load(op.i32Load, SET).call(functions.builtIn("waitable.join"));
    code.get(cell).call(functions.builtIn("context.set"));
    return wait(code, cell);
  }

  /** `event subtask status -> ` how it goes on. */
  function callbackCode(): Code {
    const code = new Code(3);
    const [event, status, cell, at] = [0, 2, code.local(), code.local()];
    code.call(functions.builtIn("context.get")).set(cell);
    code
      .get(event)
      .constant(CANCELLED_EVENT)
      .op(op.i32Eq)
      .if(() => {
        code.get(cell).load(op.i32Load, SUBTASK).constant(0).call(functions.builtIn("waitable.join"));
        code.get(cell).load(op.i32Load, SUBTASK).call(functions.builtIn("subtask.cancel")).set(status);
      });
    code
      .get(status)
      .constant(RETURNED)
      .op(op.i32LtU)
      .if(() => wait(code, cell).op(op.return));
    code.get(cell).load(op.i32Load, SUBTASK).call(functions.builtIn("subtask.drop"));
    code.get(cell).load(op.i32Load, SET).call(functions.builtIn("waitable-set.drop"));
    code.getGlobal(going).constant(1).op(op.i32Sub).setGlobal(going);
    code
      .get(status)
      .constant(RETURNED)
      .op(op.i32Eq)
      .if(() => code.get(cell).call(end).constant(EXIT).op(op.return));
    // It was cancelled: what had not been handed over is still here.
    code.get(cell).load(op.i32Load, PARAMS_AT).set(at);
    code
      .get(status)
      .constant(CANCELLED_BEFORE_STARTED)
      .op(op.i32Eq)
      .if(() => drop(code, at, "own"));
    drop(code, at, "borrow");
    code.call(functions.builtIn("task.cancel"));
    context.reset(code);
    return code.constant(EXIT);
  }

  function wait(code: Code, cell: number): Code {
    return code.get(cell).load(op.i32Load, SET).constant(4).op(op.i32Shl).constant(WAIT).op(op.i32Or);
  }
}
