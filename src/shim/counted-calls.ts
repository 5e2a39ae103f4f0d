/**
 * Code that counts calls and tells which of them a rule is about. A counter stops at its largest value: no number of calls makes
 * it begin again.
 */
import { type Code, type Global, op } from "../binary/instructions.ts";

/** Numbers of calls, from 1 on. The same object is the same counter. */
export type Counted =
  /** `last` is absent if there is none. */
  | { readonly kind: "numbered"; readonly first: number; readonly last: number | undefined }
  /** Of 2^32 calls, so many, by chance; the same ones for the same seed. */
  | { readonly kind: "by chance"; readonly share: number; readonly seed: number };

export function count(code: Code, counter: Global): void {
  code
    .getGlobal(counter)
    .constant(-1)
    .op(op.i32Eq)
    .op(op.i32Eqz)
    .if(() => code.getGlobal(counter).constant(1).op(op.i32Add).setGlobal(counter));
}

/** Leaves on the stack whether the call that was counted last is one of them. */
export function isDue(code: Code, counted: Counted, counter: Global): Code {
  if (counted.kind === "by chance") {
    code
      .getGlobal(counter)
      .constant(GOLDEN | 0)
      .op(op.i32Mul)
      .constant(counted.seed | 0)
      .op(op.i32Add);
    return mixed(code)
      .constant(counted.share | 0)
      .op(op.i32LtU);
  }
  const { first, last } = counted;
  if (last === undefined)
    return code
      .getGlobal(counter)
      .constant((first - 1) | 0)
      .op(op.i32GtU);
  return code
    .getGlobal(counter)
    .constant(first | 0)
    .op(op.i32Sub)
    .constant((last - first + 1) | 0)
    .op(op.i32LtU);
}

/** 2^32 divided by the golden ratio. */
const GOLDEN = 0x9e3779b9;
/** Of MurmurHash3's last steps: shifts, and what is multiplied with behind each. */
const STEPS: readonly (readonly [shift: number, factor: number])[] = [
  [16, 0x85ebca6b],
  [13, 0xc2b2ae35],
  [16, 1],
];

function mixed(code: Code): Code {
  const value = code.local();
  for (const [shift, factor] of STEPS) {
    code.tee(value).get(value).constant(shift).op(op.i32ShrU).op(op.i32Xor);
    if (factor !== 1) code.constant(factor | 0).op(op.i32Mul);
  }
  return code;
}

/** A seed for one of several rules. */
export function seedOf(seed: number, rule: number): number {
  let value = (seed + Math.imul(rule + 1, GOLDEN)) >>> 0;
  for (const [shift, factor] of STEPS) value = Math.imul(value ^ (value >>> shift), factor) >>> 0;
  return value;
}
