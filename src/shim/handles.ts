/**
 * Finds the handles in values while they cross a boundary and does something about each: in the flat form,
 * spread over locals, and in memory. The layout is the canonical ABI's; where a value lies behind the case
 * of a variant, the code looks at the case first.
 */
import type { CoreValType } from "../binary/core-module.ts";
import { type Code, op } from "../binary/instructions.ts";
import { casesOf, flatten, hasHandle, layoutOf, membersOf, place, variantLayout } from "../component/canonical-abi.ts";
import type { DefinedType, FuncType, Resource, ValType } from "../component/types.ts";

export type Handle = Extract<DefinedType, { readonly kind: "own" | "borrow" }>;

/** What to do about handles. */
export interface HandleAction {
  /** Which handles it is about. */
  applies(handle: Handle): boolean;
  /** Code that takes a handle from the stack and, if it `replaces` it, leaves another one there. */
  emit(code: Code, handle: Handle): void;
  readonly replaces: boolean;
}

/** Whether `action` is about anything in a value. */
export const concerns = (action: HandleAction, type: ValType): boolean => hasHandle(type, (handle) => action.applies(handle));

/** In a value that lies flat in the locals from `first` on; `slots` are the types of these locals. */
export function eachFlatHandle(code: Code, action: HandleAction, type: ValType, first: number, slots: readonly CoreValType[]): void {
  if (typeof type === "string" || !concerns(action, type)) return;
  // In a variant, 32 bits may share their place with a wider value.
  const get = (slot: number): Code => (slots[slot] === "i64" ? code.get(first + slot).op(op.i32WrapI64) : code.get(first + slot));
  if (type.kind === "own" || type.kind === "borrow") {
    get(0);
    action.emit(code, type);
    if (!action.replaces) return;
    if (slots[0] === "i64") code.op(op.i64ExtendI32U);
    code.set(first);
    return;
  }
  const members = membersOf(type);
  if (members !== undefined) {
    let index = 0;
    for (const member of members) {
      eachFlatHandle(code, action, member, first + index, slots.slice(index));
      index += flatten(member).length;
    }
    return;
  }
  const cases = casesOf(type);
  if (cases !== undefined) {
    cases.forEach((payload, i) => {
      if (payload === undefined || !concerns(action, payload)) return;
      get(0)
        .constant(i)
        .op(op.i32Eq)
        .if(() => eachFlatHandle(code, action, payload, first + 1, slots.slice(1)));
    });
    return;
  }
  const element = elementOf(type);
  if (element === undefined) return;
  const [address, left] = [code.local(), code.local()];
  get(0).set(address);
  get(1);
  eachElement(code, action, element, address, left);
}

/** In a value in memory, `offset` bytes behind the address in the local `base`. */
export function eachStoredHandle(code: Code, action: HandleAction, type: ValType, base: number, offset = 0): void {
  if (typeof type === "string" || !concerns(action, type)) return;
  if (type.kind === "own" || type.kind === "borrow") {
    if (action.replaces) code.get(base);
    code.get(base).load(op.i32Load, offset);
    action.emit(code, type);
    if (action.replaces) code.store(op.i32Store, offset);
    return;
  }
  const members = membersOf(type);
  if (members !== undefined) {
    const { offsets } = place(members);
    members.forEach((member, i) => eachStoredHandle(code, action, member, base, offset + (offsets[i] ?? 0)));
    return;
  }
  const cases = casesOf(type);
  if (cases !== undefined) {
    const { discriminantSize, payloadOffset } = variantLayout(cases);
    const load = ({ 1: op.i32Load8U, 2: op.i32Load16U, 4: op.i32Load } as const)[discriminantSize];
    cases.forEach((payload, i) => {
      if (payload === undefined || !concerns(action, payload)) return;
      code
        .get(base)
        .load(load, offset)
        .constant(i)
        .op(op.i32Eq)
        .if(() => eachStoredHandle(code, action, payload, base, offset + payloadOffset));
    });
    return;
  }
  const element = elementOf(type);
  if (element === undefined) return;
  const [address, left] = [code.local(), code.local()];
  code.get(base).load(op.i32Load, offset).set(address);
  code.get(base).load(op.i32Load, offset + 4);
  eachElement(code, action, element, address, left);
}

/** A list's elements, or a map's entries. */
function elementOf(type: DefinedType): ValType | undefined {
  if (type.kind === "list") return type.element;
  return type.kind === "map" ? { kind: "tuple", types: [type.key, type.value] } : undefined;
}

/** Counts down from the length, which is on the stack, the address going up. */
function eachElement(code: Code, action: HandleAction, element: ValType, address: number, left: number): void {
  code.tee(left).if(() => {
    code.loop(() => {
      eachStoredHandle(code, action, element, address);
      code.get(address).constant(layoutOf(element).size).op(op.i32Add).set(address);
      code.get(left).constant(1).op(op.i32Sub).tee(left);
    });
  });
}

/**
 * Whether nobody can call a function without a handle of such a resource. Who makes these has filled the memory before: so
 * only other functions look whether it is empty.
 */
export function takesHandle({ params }: FuncType, isOfThese: (resource: Resource) => boolean): boolean {
  return params.some(({ type }) => typeof type === "object" && (type.kind === "own" || type.kind === "borrow") && isOfThese(type.resource));
}
