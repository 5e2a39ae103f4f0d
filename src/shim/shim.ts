/**
 * The code of one generated function of an adapter. It runs inside the adapter's component, beside its main
 * module and on its memory, because that is where the host's handles live. Strings and lists are not copied:
 * both sides read them in the same memory.
 *
 *   shim       a function of the host: the app's handles are replaced by the host's own, wherever they lie in
 *              the parameters; what comes back is wrapped; the host's borrows are dropped
 *   dispatch   the adapter's function, unless its handles stand for the host's: then it is a shim
 *   stub       a function that nobody has: it refuses
 *   watched    a function of the host, but for some calls that are answered here
 *   traced     a function of the host, and the main module is told of each call and of its result
 */
import { atFirstUse } from "../binary/arena-code.ts";
import type { CoreFuncType } from "../binary/core-module.ts";
import { Code, type Func, type Global, op } from "../binary/instructions.ts";
import { coreSignature, flatten, hasEnd, hasPointer, layoutOf } from "../component/canonical-abi.ts";
import type { FuncType, Resource, ValType } from "../component/types.ts";
import { LinkError } from "../errors.ts";
import type { Around } from "./async-call.ts";
import { count, type Counted, isDue } from "./counted-calls.ts";
import type { FunctionImports } from "./function-imports.ts";
import { concerns, eachFlatHandle, eachStoredHandle, type HandleAction, takesHandle } from "./handles.ts";
import { type Denial, type Refusal, refusal } from "./refusal.ts";

/** What a generated function is to be. */
export type Generated = {
  readonly key: string;
  readonly name: string;
  readonly type: FuncType;
} & (
  | { readonly kind: "shim" }
  | { readonly kind: "stub"; readonly denial: Denial }
  /** Of rules that are about one call, the first answers. */
  | { readonly kind: "watched"; readonly rules: readonly CallRule[] }
  /** Exports of the main module, both of `described` and the address of values: parameters, and the result. */
  | { readonly kind: "traced"; readonly described: number; readonly before: string; readonly after: string }
  /** Exports of the main module with this function's signature; `mixed` is for handles of both sides in one call. */
  | {
      readonly kind: "dispatch";
      readonly own: string;
      readonly mixed: string | undefined;
      /** For the host's handles that nothing may be changed through: an export, or that the function refuses. */
      readonly readOnly: { readonly own: string } | "refuse" | undefined;
      /** There are no others of the host's. */
      readonly isReadOnly: boolean;
      readonly postReturn: boolean;
    }
);

export interface CallRule {
  readonly counted: Counted;
  /** Without it, the call traps. */
  readonly answer: Refusal | undefined;
  /** What the trap is called. */
  readonly trap: string;
  /** What tells of the first of these calls: a function of the host's, and the address and length of a text. */
  readonly telling?: Teller;
}

interface Teller {
  readonly key: string;
  readonly name: string;
  readonly type: FuncType;
  readonly text: readonly [address: number, byteLength: number];
}

export interface ShimContext {
  /** Whether the adapter owns a resource. */
  isOwned(resource: Resource): boolean;
  /**
   * Export of the main module: `wrap` makes a handle of ours of the host's. `unwrap` makes the host's handle
   * of a representation, `take` of an own handle, which is gone then; both give 0 if it is not the host's.
   * `read_only` tells of a representation whether nothing may be changed through it.
   */
  mainExport(operation: "wrap" | "unwrap" | "take" | "read_only", resource: Resource): string;
  /** What hosts call the module in traces. */
  readonly name: string;
  /** An interface's name as messages give it, with its version. */
  interfaceName(key: string): string;
  /** Whether who calls goes on while an asynchronous function is called, so that others are called meanwhile. */
  readonly goesOnMeanwhile?: boolean | undefined;
  /** Where results may lie, and how many bytes. */
  readonly returnArea: { readonly address: number; readonly byteLength: number };
}

export interface Emission {
  readonly functions: FunctionImports;
  readonly context: ShimContext;
  /** A function that traps, by the name that a trace shows. */
  trap(name: string): Func;
  /** Where calls are counted. */
  counter(counted: Counted): Global;
  /** Code that makes the arguments' memory free again. */
  reset(code: Code): void;
}

/** Whether something must be done when the result has been read. */
export const needsPostReturn = (generated: Generated, context: ShimContext): boolean => {
  const { type } = generated;
  if (type.result === undefined || isConcurrent(generated, context)) return false;
  if (generated.kind === "dispatch" && generated.postReturn) return true;
  return (generated.kind !== "stub" && hasPointer(type.result)) || layoutOf(type.result).size > context.returnArea.byteLength;
};

/** Whether the part is called again while it hands a call on. */
export const isConcurrent = ({ kind, type }: Generated, { goesOnMeanwhile }: ShimContext): boolean =>
  (kind === "watched" || kind === "traced") && type.async && goesOnMeanwhile === true;

export function codeOf(generated: Generated, emission: Emission): Code {
  const { type } = generated;
  if (type.async && generated.kind !== "stub" && generated.kind !== "watched" && generated.kind !== "traced")
    throw new LinkError(
      `\`${emission.context.interfaceName(generated.key)}\` \`${generated.name}\` cannot be handed on beside virtualized streams: it is async`,
    );
  const call = new Call(type, emission);
  if (!takesHandle(type, (resource) => emission.context.isOwned(resource))) atFirstUse(call.code, emission.functions.fill());
  if (generated.kind === "traced") {
    traced(generated, call, emission);
    return call.code;
  }
  if (generated.kind === "watched")
    answerSome(generated.rules, call.code, emission, (answer) => {
      answerInstead(call, answer, emission);
      call.code.op(op.return);
    });
  if (generated.kind === "stub") stub(generated, call, emission);
  else if (generated.kind !== "dispatch" || !dispatch(generated, call, emission)) shim(generated, call, emission);
  return call.code;
}

/** A call as it arrives: where its parameters are. */
class Call {
  readonly code: Code;
  readonly lift: ReturnType<typeof coreSignature>;
  readonly type: FuncType;
  readonly #emission: Emission;

  constructor(type: FuncType, emission: Emission) {
    this.type = type;
    this.#emission = emission;
    this.lift = coreSignature(type, "lift");
    this.code = new Code(this.lift.type.params.length);
  }

  eachHandle(action: HandleAction): void {
    const params: ValType = { kind: "tuple", types: this.type.params.map((param) => param.type) };
    if (this.lift.paramsSpilled) eachStoredHandle(this.code, action, params, 0);
    else eachFlatHandle(this.code, action, params, 0, this.lift.type.params);
  }

  /** All parameters as they are now. */
  getAll(): void {
    this.lift.type.params.forEach((_, i) => this.code.get(i));
  }

  /** The arguments' memory is free again, unless the result lies there too. */
  reset(): void {
    if (this.lift.realloc) this.#emission.reset(this.code);
  }
}

/** The address of a result: memory for it alone if it is large. */
function placeOfResult(code: Code, result: ValType, functions: FunctionImports, { address, byteLength }: ShimContext["returnArea"]): Code {
  const { size, alignment } = layoutOf(result);
  if (size <= byteLength) return code.constant(address);
  return code.constant(0).constant(0).constant(alignment).constant(size).call(functions.realloc());
}

function shim(generated: Generated, call: Call, { functions, context, trap }: Emission): void {
  const { key, name, type } = generated;
  const { code, lift } = call;
  const { returnArea } = context;
  let handle: number | undefined;
  call.eachHandle({
    replaces: true,
    applies: ({ resource }) => context.isOwned(resource),
    emit(_, { kind, resource }) {
      handle ??= code.local();
      code
        .call(functions.convert(context.mainExport(kind === "own" ? "take" : "unwrap", resource)))
        .tee(handle)
        .op(op.i32Eqz)
        .if(() => code.call(trap(`${context.interfaceName(key)}#${name} was given a virtual ${resource.name}`)))
        .get(handle);
    },
  });

  call.getAll();
  const { result } = type;
  const address = code.local();
  if (result !== undefined && lift.resultSpilled) {
    placeOfResult(code, result, functions, returnArea).tee(address);
  }
  code.call(functions.host(key, name, type));

  const wrap: HandleAction = {
    replaces: true,
    applies: ({ resource }) => context.isOwned(resource),
    emit: (_, { resource }) => code.call(functions.convert(context.mainExport("wrap", resource))),
  };
  if (result !== undefined && lift.resultSpilled) eachStoredHandle(code, wrap, result, address);
  else if (result !== undefined && concerns(wrap, result)) {
    code.set(address);
    eachFlatHandle(code, wrap, result, address, flatten(result));
    code.get(address);
  }
  call.eachHandle({
    replaces: false,
    applies: ({ kind, resource }) => kind === "borrow" && !context.isOwned(resource),
    emit: (_, { resource }) => code.call(functions.dropLent(resource)),
  });
  if (!needsPostReturn(generated, context)) call.reset();
  if (lift.resultSpilled) code.get(address);
}

/** Bytes of a core value in memory while it is shown. */
const SLOT = 8;
const TOLD: CoreFuncType = { params: ["i32", "i32"], results: [] };

type Traced = Extract<Generated, { readonly kind: "traced" }>;

/** Tells the main module of a call that goes on while others are made. */
export const tellAround = ({ described, before, after }: Traced, { functions }: Emission): Around => ({
  before: (code, params) => void code.constant(described).get(params).call(functions.main(before, TOLD)),
  after: (code, _, result) => void code.constant(described).get(result).call(functions.main(after, TOLD)),
});

function traced(generated: Traced, call: Call, emission: Emission): void {
  const { code, lift, type } = call;
  const { functions, context } = emission;
  // It is free until the result comes.
  const slots = context.returnArea.address;
  const tell = (field: string, getAddress: () => Code): Code => {
    code.constant(generated.described);
    return getAddress().call(functions.main(field, TOLD));
  };
  if (!lift.paramsSpilled)
    lift.type.params.forEach((each, i) => {
      // In a slot of 8 bytes, what is behind 4 is never read.
      code
        .constant(slots)
        .get(i)
        .store(STORES[each], i * SLOT);
    });
  tell(generated.before, () => (lift.paramsSpilled ? code.get(0) : code.constant(slots)));
  const [flat] = lift.type.results;
  if (flat === undefined || type.result === undefined) {
    shim(generated, call, emission);
    tell(generated.after, () => code.constant(slots));
  } else if (lift.resultSpilled) {
    const address = code.local();
    shim(generated, call, emission);
    code.set(address);
    tell(generated.after, () => code.get(address));
    code.get(address);
  } else {
    code.constant(slots);
    shim(generated, call, emission);
    code.store(STORES[flat], 0);
    tell(generated.after, () => code.constant(slots));
    code.constant(slots).load(LOADS[flat], 0);
  }
}

const STORES = { i32: op.i32Store, i64: op.i64Store, f32: op.f32Store, f64: op.f64Store } as const;
const LOADS = { i32: op.i32Load, i64: op.i64Load, f32: op.f32Load, f64: op.f64Load } as const;

/** Goes on only if every handle stands for one of the host's; true if there is nothing to go on with. */
function dispatch(generated: Extract<Generated, { readonly kind: "dispatch" }>, call: Call, emission: Emission): boolean {
  const { functions, context, trap } = emission;
  const { key, name, own, mixed, readOnly, isReadOnly, type } = generated;
  const { code, lift } = call;
  const hosts = code.local();
  let count = 0;
  call.eachHandle({
    replaces: false,
    applies: ({ resource }) => context.isOwned(resource),
    emit(_, { resource }) {
      count++;
      code.call(functions.convert(context.mainExport("unwrap", resource)));
      code.op(op.i32Eqz).op(op.i32Eqz).get(hosts).op(op.i32Add).set(hosts);
    },
  });
  const answer = (field: string): void => {
    call.getAll();
    code.call(functions.main(field, lift.type)).op(op.return);
  };
  code
    .get(hosts)
    .op(op.i32Eqz)
    .if(() => answer(own));
  if (count > 1) {
    code
      .get(hosts)
      .constant(count)
      .op(op.i32Eq)
      .op(op.i32Eqz)
      .if(() => {
        if (mixed === undefined)
          code.call(trap(`${context.interfaceName(key)}#${name} was given a virtual handle beside one of the host`)).op(op.unreachable);
        else answer(mixed);
      });
  }
  if (readOnly === undefined) return false;
  const answerReadOnly = (): void => {
    if (readOnly !== "refuse") return answer(readOnly.own);
    const refused = refusal(type, ["read-only"]);
    if (refused === undefined) throw new LinkError(`\`${key}\` \`${name}\` cannot say that a directory is read-only`);
    refuse(call, refused, emission);
    code.op(op.return);
  };
  if (isReadOnly) {
    answerReadOnly();
    return true;
  }
  const fixed = code.local();
  call.eachHandle({
    replaces: false,
    applies: ({ resource }) => context.isOwned(resource),
    emit(_, { resource }) {
      code.call(functions.convert(context.mainExport("read_only", resource)));
      code.get(fixed).op(op.i32Or).set(fixed);
    },
  });
  code.get(fixed).if(answerReadOnly);
  return false;
}

/** Counts the call, and goes on only if no rule answers it; `end` is code that ends it with an answer. */
export function answerSome(
  rules: readonly CallRule[],
  code: Code,
  { counter, functions, trap }: Pick<Emission, "counter" | "functions" | "trap">,
  end: (answer: Refusal) => void,
): void {
  for (const { counted } of rules) count(code, counter(counted));
  for (const { counted, answer, trap: text, telling } of rules) {
    isDue(code, counted, counter(counted)).if(() => {
      if (telling !== undefined && counted.kind === "numbered")
        isDue(code, { ...counted, last: counted.first }, counter(counted)).if(() => {
          for (const word of telling.text) code.constant(word);
          code.call(functions.host(telling.key, telling.name, telling.type));
        });
      if (answer === undefined) code.call(trap(text)).op(op.unreachable);
      else end(answer);
    });
  }
}

function stub(generated: Extract<Generated, { readonly kind: "stub" }>, call: Call, emission: Emission): void {
  const { key, name, type } = generated;
  const { context, trap } = emission;
  const { code } = call;
  // What it is given to read it cannot drop.
  const answer = generated.denial === "trap" || type.params.some((each) => hasEnd(each.type)) ? undefined : refusal(type);
  if (answer === undefined) {
    code.call(trap(`${context.interfaceName(key)}#${name} is denied`)).op(op.unreachable);
    return;
  }
  answerInstead(call, answer, emission);
}

/** Drops the handles that were given, and leaves the answer as the function's result. */
function answerInstead(call: Call, answer: Refusal, emission: Emission): void {
  const { functions, context } = emission;
  const { code } = call;
  call.eachHandle({
    replaces: false,
    applies: ({ kind, resource }) => kind === "own" || !context.isOwned(resource),
    emit: (_, { kind, resource }) =>
      code.call(kind === "borrow" ? functions.dropLent(resource) : functions.drop(resource, context.isOwned(resource) ? "given" : "host")),
  });
  refuse(call, answer, emission);
}

/** Leaves the answer as the function's result. */
function refuse(call: Call, { memory, flat }: Refusal, { functions, context }: Emission): void {
  const { code, lift, type } = call;
  call.reset();
  if (!lift.resultSpilled || type.result === undefined) {
    code.constant(flat);
    return;
  }
  const address = code.local();
  placeOfResult(code, type.result, functions, context.returnArea).set(address);
  memory.forEach((byte, i) => code.get(address).constant(byte).store(op.i32Store8, i));
  code.get(address);
}
