/**
 * A denied `exit`: its trap tells the status with which the program ended. Hosts show the names of functions, so there is
 * a function for each status that is told apart; the exact one lies in a global, for who runs the component in JavaScript.
 */
import { type Code, type Func, type Global, op } from "../binary/instructions.ts";
import type { FuncType } from "../component/types.ts";

export const EXIT = "wasi:cli/exit";

/** The export of the global, which is -1 before. */
export const EXIT_STATUS = "exit-status";

/** What the functions that trap are called, by status; the last one stands for all from there on. */
export type Endings = readonly string[];

const OF_RESULT: Endings = ["exit status 0", "exit status 1"];
const OF_CODE: Endings = [...OF_RESULT, "exit status 2 or more"];

/** Those of a function of `wasi:cli/exit`; `undefined` for one that is given no status. */
export function endingsOf({ params: [status, ...others] }: FuncType): Endings | undefined {
  if (status === undefined || others.length > 0) return undefined;
  const { type } = status;
  if (type === "u8") return OF_CODE;
  const isBare = typeof type === "object" && type.kind === "result" && type.ok === undefined && type.error === undefined;
  return isBare ? OF_RESULT : undefined;
}

/** Ends `code`; `traps` are the functions that trap, by status; the last one stands for all from there on. */
export function exitBody(code: Code, traps: readonly Func[], status: Global): Code {
  code.get(0).setGlobal(status);
  traps.forEach((trap, i) => {
    if (i === traps.length - 1) code.call(trap);
    else
      code
        .get(0)
        .constant(i)
        .op(op.i32Eq)
        .if(() => code.call(trap));
  });
  return code;
}
