/**
 * Shims: functions of the host whose signatures mention a resource that an adapter owns. A shim takes the
 * app's handles apart, calls the host with the host's own handles, and wraps what comes back. It runs inside
 * the adapter's component, beside its main module and on its memory, because that is where the host's
 * handles are. Strings and lists are not touched: both sides of the shim read them in the same memory.
 *
 * Handles of adapters in parameters must be parameters themselves; in results they may lie anywhere.
 */
import { type CoreFuncType, CoreModuleWriter, encode, encodeBody, encodeExport, encodeFuncType, s32 } from "../binary/core-module.ts";
import type { Writer } from "../binary/writer.ts";
import { casesOf, coreSignature, flatten, hasPointer, layoutOf, membersOf, place, variantLayout } from "../component/canonical-abi.ts";
import { type FuncType, type Resource, resourcesIn, type ValType } from "../component/types.ts";
import { type CoreImport, MEMORY, type ShimModule } from "../compose/part.ts";
import { LinkError } from "../errors.ts";

/** A function of the host to be wrapped. */
export interface Shimmed {
  readonly key: string;
  readonly name: string;
  readonly type: FuncType;
}

export interface ShimContext {
  /** Whether the adapter owns a resource. */
  isOwned(resource: Resource): boolean;
  /** Export of the main module: `(host's handle) -> handle` for `wrap`, `(representation) -> host's handle or 0`. */
  mainExport(operation: "wrap" | "unwrap", resource: Resource): string;
  /** Where results may lie, and how many bytes. */
  readonly returnArea: { readonly address: number; readonly byteLength: number };
}

/** Module names that the shim module imports from. */
const MAIN = "i";
const MEMORY_MODULE = "m";

const I32 = 0x7f;
const op = {
  unreachable: 0x00,
  loop: 0x03,
  if: 0x04,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  call: 0x10,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  globalGet: 0x23,
  globalSet: 0x24,
  i32Load: 0x28,
  i32Load8U: 0x2d,
  i32Load16U: 0x2f,
  i32Store: 0x36,
  i32Const: 0x41,
  i32Eqz: 0x45,
  i32Eq: 0x46,
  i32Add: 0x6a,
  i32Sub: 0x6b,
} as const;
const EMPTY_BLOCK = 0x40;

interface ImportedFunction {
  readonly module: string;
  readonly field: string;
  readonly type: CoreFuncType;
}

/** All shims of an adapter as one module. */
export function shimModule(shimmed: readonly Shimmed[], context: ShimContext): ShimModule {
  const imports: CoreImport[] = [];
  const functions = new FunctionImports(imports, context);
  const bodies = shimmed.map((each) => ({
    signature: coreSignature(each.type, "lift"),
    code: shimCode(each, functions, context),
    hasPost: each.type.result !== undefined && hasPointer(each.type.result),
  }));
  const types: string[] = [];
  const typeIndex = (type: CoreFuncType): number => {
    const text = JSON.stringify(type);
    const known = types.indexOf(text);
    return known >= 0 ? known : types.push(text) - 1;
  };
  const importCount = functions.all.length;
  const reset = importCount + bodies.length;
  const resetType = typeIndex({ params: ["i32"], results: [] });
  const importEntry = (module: string, field: string, description: readonly number[]): Uint8Array =>
    encode((writer) => {
      writer.name(module);
      writer.name(field);
      for (const byte of description) writer.u32(byte);
    });
  const functionImports = functions.all.map((each) => importEntry(each.module, each.field, [0, typeIndex(each.type)]));
  const functionTypes = bodies.map((each) => encode((writer) => writer.u32(typeIndex(each.signature.type))));
  const resetBody = Uint8Array.of(op.globalGet, 1, op.globalSet, 0, op.end);
  const module = new CoreModuleWriter()
    .section(
      "type",
      types.map((type) => encodeFuncType(JSON.parse(type) as CoreFuncType)),
    )
    .section("import", [
      ...functionImports,
      importEntry(MEMORY_MODULE, MEMORY.memory, [2, 0, 0]),
      importEntry(MEMORY_MODULE, MEMORY.arena, [3, I32, 1]),
      importEntry(MEMORY_MODULE, MEMORY.arenaBase, [3, I32, 1]),
    ])
    .section("function", [...functionTypes, Uint8Array.of(resetType)])
    .section("export", [...bodies.map((_, i) => encodeExport(String(i), "func", importCount + i)), encodeExport("p", "func", reset)])
    .section("code", [...bodies.map(({ code }) => code), encodeBody(resetBody)])
    .functionNames(bodies.map((_, i) => [importCount + i, `${shimmed[i]?.key}#${shimmed[i]?.name} with a virtual handle`] as const))
    .finish();
  return {
    bytes: module,
    mainAs: MAIN,
    memoryAs: MEMORY_MODULE,
    imports,
    functions: shimmed.map(({ key, name, type }, i) => ({
      key,
      name,
      type,
      exportName: `s${i}`,
      core: { name: String(i), postReturn: bodies[i]?.hasPost === true ? "p" : undefined },
    })),
  };
}

/** The functions that shims call, each imported once. */
class FunctionImports {
  readonly all: ImportedFunction[] = [];
  readonly #indices = new Map<string, number>();
  readonly #core: CoreImport[];
  readonly #context: ShimContext;

  constructor(core: CoreImport[], context: ShimContext) {
    this.#core = core;
    this.#context = context;
  }

  host({ key, name, type }: Shimmed): number {
    return this.#add(`host ${key} ${name}`, coreSignature(type, "lower").type, (field) => ({ field, kind: "host func", key, name }));
  }

  drop(resource: Resource): number {
    return this.#add(resource, { params: ["i32"], results: [] }, (field) => ({ field, kind: "resource.drop", resource, view: "host" }));
  }

  main(operation: "wrap" | "unwrap", resource: Resource): number {
    const field = this.#context.mainExport(operation, resource);
    const id = `main ${field}`;
    return this.#indices.get(id) ?? this.#push(id, { module: MAIN, field, type: { params: ["i32"], results: ["i32"] } });
  }

  readonly #drops = new Map<Resource, number>();

  #add(id: string | Resource, type: CoreFuncType, describe: (field: string) => CoreImport): number {
    const known = typeof id === "string" ? this.#indices.get(id) : this.#drops.get(id);
    if (known !== undefined) return known;
    const field = String(this.#core.length);
    this.#core.push(describe(field));
    const index = this.#push(typeof id === "string" ? id : `drop ${field}`, { module: "", field, type });
    if (typeof id !== "string") this.#drops.set(id, index);
    return index;
  }

  #push(id: string, func: ImportedFunction): number {
    const index = this.all.push(func) - 1;
    this.#indices.set(id, index);
    return index;
  }
}

function shimCode(shimmed: Shimmed, functions: FunctionImports, context: ShimContext): Uint8Array {
  const { type } = shimmed;
  const lift = coreSignature(type, "lift");
  const { returnArea } = context;
  const refuse = (why: string): never => {
    throw new LinkError(`\`${shimmed.key}\` \`${shimmed.name}\` cannot be handed on beside virtualized streams: ${why}`);
  };
  if (type.async) refuse("it is async");
  if (type.result !== undefined && layoutOf(type.result).size > returnArea.byteLength) refuse("its result is too large");

  let locals = lift.type.params.length;
  const local = (): number => locals++;
  const code = encode((writer) => {
    const borrowed: [param: number, resource: Resource][] = [];
    let index = 0;
    for (const param of type.params) {
      const isHandle = typeof param.type === "object" && (param.type.kind === "own" || param.type.kind === "borrow");
      if (!isHandle || lift.paramsSpilled) {
        if (resourcesIn(param.type).some((each) => context.isOwned(each)))
          refuse(`its parameter \`${param.label}\` holds a virtualized handle`);
        if (containsBorrow(param.type)) refuse(`its parameter \`${param.label}\` holds borrowed handles`);
        for (const _ of lift.paramsSpilled ? [] : flatten(param.type)) localGet(writer, index++);
        continue;
      }
      const { kind, resource } = param.type as { kind: "own" | "borrow"; resource: Resource };
      localGet(writer, index);
      if (context.isOwned(resource)) {
        if (kind === "own") refuse(`its parameter \`${param.label}\` gives a virtualized handle away`);
        // A handle that is not the host's cannot be lent to it.
        const host = local();
        emit(
          writer,
          op.call,
          functions.main("unwrap", resource),
          op.localTee,
          host,
          op.i32Eqz,
          op.if,
          EMPTY_BLOCK,
          op.unreachable,
          op.end,
          op.localGet,
          host,
        );
      } else if (kind === "borrow") borrowed.push([index, resource]);
      index++;
    }
    if (lift.paramsSpilled) localGet(writer, 0);
    if (lift.resultSpilled) constant(writer, returnArea.address);
    emit(writer, op.call, functions.host(shimmed));

    if (
      type.result !== undefined &&
      !lift.resultSpilled &&
      typeof type.result === "object" &&
      type.result.kind === "own" &&
      context.isOwned(type.result.resource)
    ) {
      emit(writer, op.call, functions.main("wrap", type.result.resource));
    }
    if (type.result !== undefined && lift.resultSpilled) {
      const base = local();
      constant(writer, returnArea.address);
      emit(writer, op.localSet, base);
      wrapInMemory(writer, type.result, { base, offset: 0 }, { functions, context, local });
    }
    for (const [param, resource] of borrowed) {
      localGet(writer, param);
      emit(writer, op.call, functions.drop(resource));
    }
    if (lift.realloc && !(type.result !== undefined && hasPointer(type.result))) emit(writer, op.globalGet, 1, op.globalSet, 0);
    if (lift.resultSpilled) constant(writer, returnArea.address);
    writer.byte(op.end);
  });
  const added = locals - lift.type.params.length;
  return encodeBody(code, added > 0 ? [[added, I32]] : []);
}

interface Place {
  /** The local that holds an address, and how many bytes behind it. */
  readonly base: number;
  readonly offset: number;
}

interface Emission {
  readonly functions: FunctionImports;
  readonly context: ShimContext;
  readonly local: () => number;
}

/** Replaces every handle of an adapter's resource in a value in memory by one of our own around it. */
function wrapInMemory(writer: Writer, type: ValType, { base, offset }: Place, emission: Emission): void {
  if (typeof type === "string" || !resourcesIn(type).some((each) => emission.context.isOwned(each))) return;
  if (type.kind === "own") {
    localGet(writer, base);
    localGet(writer, base);
    emit(writer, op.i32Load, 2, offset, op.call, emission.functions.main("wrap", type.resource), op.i32Store, 2, offset);
    return;
  }
  const members = membersOf(type);
  if (members !== undefined) {
    const { offsets } = place(members);
    members.forEach((member, i) => wrapInMemory(writer, member, { base, offset: offset + (offsets[i] ?? 0) }, emission));
    return;
  }
  const cases = casesOf(type);
  if (cases !== undefined) {
    const { discriminantSize, payloadOffset } = variantLayout(cases);
    const load = { 1: op.i32Load8U, 2: op.i32Load16U, 4: op.i32Load }[discriminantSize];
    cases.forEach((payload, i) => {
      if (payload === undefined || !resourcesIn(payload).some((each) => emission.context.isOwned(each))) return;
      localGet(writer, base);
      emit(writer, load, 0, offset);
      constant(writer, i);
      emit(writer, op.i32Eq, op.if, EMPTY_BLOCK);
      wrapInMemory(writer, payload, { base, offset: offset + payloadOffset }, emission);
      writer.byte(op.end);
    });
    return;
  }
  if (type.kind === "list") wrapList(writer, type.element, { base, offset }, emission);
}

/** Counts down from the length, the address going up. */
function wrapList(writer: Writer, element: ValType, { base, offset }: Place, emission: Emission): void {
  const [address, left] = [emission.local(), emission.local()];
  localGet(writer, base);
  emit(writer, op.i32Load, 2, offset, op.localSet, address);
  localGet(writer, base);
  emit(writer, op.i32Load, 2, offset + 4, op.localTee, left, op.if, EMPTY_BLOCK, op.loop, EMPTY_BLOCK);
  wrapInMemory(writer, element, { base: address, offset: 0 }, emission);
  localGet(writer, address);
  constant(writer, layoutOf(element).size);
  emit(writer, op.i32Add, op.localSet, address);
  localGet(writer, left);
  constant(writer, 1);
  emit(writer, op.i32Sub, op.localTee, left, op.brIf, 0, op.end, op.end);
}

function containsBorrow(type: ValType): boolean {
  if (typeof type === "string") return false;
  if (type.kind === "borrow") return true;
  const inner = membersOf(type) ?? casesOf(type) ?? (type.kind === "list" ? [type.element] : []);
  return inner.some((each) => each !== undefined && containsBorrow(each));
}

function emit(writer: Writer, ...numbers: readonly number[]): void {
  for (const number of numbers) writer.u32(number);
}

function localGet(writer: Writer, index: number): void {
  emit(writer, op.localGet, index);
}

function constant(writer: Writer, value: number): void {
  writer.byte(op.i32Const);
  s32(writer, value);
}
