/** Code of allocators that only ever go up: what `realloc` of a memory of ours is made of. */
import { type Code, op } from "./instructions.ts";

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
