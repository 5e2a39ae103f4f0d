/**
 * Code of memories of ours. Allocators only ever go up: `realloc` is made of that. And a memory may be empty until its first
 * use: hosts make an empty one in a third of the time, and an app may never call what needs it.
 */
import { Code, type Data, type Func, op } from "./instructions.ts";

/** `address -> address`, at a multiple of a power of two that is in a local: `(address + alignment - 1) & -alignment`. */
export function alignUp(code: Code, alignment: number): Code {
  code.get(alignment).op(op.i32Add).constant(1).op(op.i32Sub);
  return code.constant(0).get(alignment).op(op.i32Sub).op(op.i32And);
}

const PAGE_BITS = 16;

/** Grows memory so that it reaches to where `end` says, and traps if it cannot: `if (end > (memory.size << 16) - 1)`. */
export function growTo(code: Code, end: () => Code): void {
  end().memorySize().constant(PAGE_BITS).op(op.i32Shl).constant(1).op(op.i32Sub);
  code.op(op.i32GtU).if(() => {
    end().constant(PAGE_BITS).op(op.i32ShrU).memorySize().op(op.i32Sub).constant(1).op(op.i32Add).memoryGrow();
    code
      .constant(-1)
      .op(op.i32Eq)
      .if(() => code.op(op.unreachable));
  });
}

/** Where a segment goes. */
export interface Filling {
  readonly address: number;
  readonly data: Data;
}

/** Makes an empty memory this large, with what lies in it at the start. part-memory.ts reads this. */
export function fillCode(pageCount: number, fillings: readonly Filling[]): Code {
  const code = new Code(0).constant(pageCount).memoryGrow().constant(-1).op(op.i32Eq);
  code.if(() => code.op(op.unreachable));
  for (const { address, data } of fillings) code.memoryInit(address, data);
  return code;
}

/** Has the memory filled if this is the first use of it. */
export function atFirstUse(code: Code, fill: Func): Code {
  return code
    .memorySize()
    .op(op.i32Eqz)
    .if(() => code.call(fill));
}
