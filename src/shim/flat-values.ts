/**
 * Takes values from the form in which functions are called with them into memory, and back: core values in locals and on the stack
 * on one side, the layout of the canonical ABI on the other. Strings, lists and handles are the numbers that they are.
 */
import type { CoreValType } from "../binary/core-module.ts";
import { type Code, type Load, op, type Store } from "../binary/instructions.ts";
import { casesOf, flatten, layoutOf, membersOf, place, variantLayout } from "../component/canonical-abi.ts";
import type { ValType } from "../component/types.ts";

/** How a number is copied, by the core value that it is and its bytes in memory. In a variant, it may share a wider one. */
const STORES: Readonly<Record<CoreValType, Readonly<Record<number, Store>>>> = {
  i32: { 1: op.i32Store8, 2: op.i32Store16, 4: op.i32Store },
  i64: { 1: op.i64Store8, 2: op.i64Store16, 4: op.i64Store32, 8: op.i64Store },
  f32: { 4: op.f32Store },
  f64: { 8: op.f64Store },
};
const LOADS: Readonly<Record<CoreValType, Readonly<Record<number, Load>>>> = {
  i32: { 1: op.i32Load8U, 2: op.i32Load16U, 4: op.i32Load },
  i64: { 1: op.i64Load8U, 2: op.i64Load16U, 4: op.i64Load32U, 8: op.i64Load },
  f32: { 4: op.f32Load },
  f64: { 8: op.f64Load },
};
const SIGNED: Readonly<Record<string, Load>> = {
  "i32 1": op.i32Load8S,
  "i32 2": op.i32Load16S,
  "i64 1": op.i64Load8S,
  "i64 2": op.i64Load16S,
};

/** Puts a value that lies flat in the locals from `first` on, of the types `slots`, at `offset` behind the address in `base`. */
export function storeFlat(code: Code, type: ValType, first: number, slots: readonly CoreValType[], base: number, offset = 0): void {
  const members = membersOf(type);
  if (members !== undefined) {
    const { offsets } = place(members);
    let slot = 0;
    members.forEach((member, i) => {
      storeFlat(code, member, first + slot, slots.slice(slot), base, offset + (offsets[i] ?? 0));
      slot += flatten(member).length;
    });
    return;
  }
  const cases = casesOf(type);
  if (cases === undefined) {
    for (const leaf of leavesOf(type))
      code
        .get(base)
        .get(first + leaf.slot)
        .store(known(STORES[slots[leaf.slot] ?? "i32"][leaf.size]), offset + leaf.offset);
    return;
  }
  const { discriminantSize, payloadOffset } = variantLayout(cases);
  const [shared = "i32"] = slots;
  code.get(base).get(first).store(known(STORES[shared][discriminantSize]), offset);
  cases.forEach((payload, i) => {
    if (payload === undefined) return;
    code.get(first);
    if (shared === "i64") code.op(op.i32WrapI64);
    code
      .constant(i)
      .op(op.i32Eq)
      .if(() => storeFlat(code, payload, first + 1, slots.slice(1), base, offset + payloadOffset));
  });
}

/** Leaves a value on the stack as it is flattened, from `offset` behind the address in `base`. */
export function loadFlat(code: Code, type: ValType, base: number, offset = 0): void {
  flatten(type).forEach((as, slot) => loadSlot(code, type, { slot, as, base, offset }));
}

interface Slot {
  readonly slot: number;
  readonly as: CoreValType;
  readonly base: number;
  readonly offset: number;
}

/** One core value of a value. Of a variant, that of its case; where there is none, it means nothing. */
function loadSlot(code: Code, type: ValType, { slot, as, base, offset }: Slot): void {
  const members = membersOf(type);
  if (members !== undefined) {
    const { offsets } = place(members);
    let before = 0;
    for (const [i, member] of members.entries()) {
      const { length } = flatten(member);
      if (slot < before + length) return loadSlot(code, member, { slot: slot - before, as, base, offset: offset + (offsets[i] ?? 0) });
      before += length;
    }
    return;
  }
  const cases = casesOf(type);
  if (cases === undefined) {
    for (const leaf of leavesOf(type)) {
      const load = (leaf.isSigned && SIGNED[`${as} ${leaf.size}`]) || known(LOADS[as][leaf.size]);
      if (leaf.slot === slot) code.get(base).load(load, offset + leaf.offset);
    }
    return;
  }
  const { discriminantSize, payloadOffset } = variantLayout(cases);
  const loadCase = (to: CoreValType): Code => code.get(base).load(known(LOADS[to][discriminantSize]), offset);
  if (slot === 0) {
    loadCase(as);
    return;
  }
  let isFirst = true;
  cases.forEach((payload, i) => {
    if (payload === undefined || flatten(payload).length < slot) return;
    loadSlot(code, payload, { slot: slot - 1, as, base, offset: offset + payloadOffset });
    // What was loaded before, or this if it is this case.
    if (!isFirst) loadCase("i32").constant(i).op(op.i32Eq).op(op.i32Eqz).op(op.select);
    isFirst = false;
  });
}

interface Leaf {
  readonly slot: number;
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
  readonly isSigned: boolean;
}

/** The numbers that a value is which is neither a record nor a variant. */
function leavesOf(type: ValType): readonly Leaf[] {
  const { length } = flatten(type);
  const size = layoutOf(type).size / length;
  const isSigned = type === "s8" || type === "s16";
  return Array.from({ length }, (_, slot) => ({ slot, offset: slot * size, size, isSigned }));
}

function known<T>(instruction: T | undefined): T {
  if (instruction === undefined) throw new Error("a number of a size that no core value has");
  return instruction;
}
