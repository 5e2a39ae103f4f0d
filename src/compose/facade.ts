/**
 * The code in front of functions that hand out or take streams, where a part feeds these: a component is not entered again
 * while it is called, so somebody outside of the part has to start the loop of it that goes on when the call is over. A façade
 * hands the call on, drops the handles that were lent, and starts the loop if it is not running. docs/wasi-0.3.md has a drawing.
 */
import { Assembler } from "../binary/assembler.ts";
import type { Canon, CanonOpt } from "../binary/canon.ts";
import type { CoreFuncType } from "../binary/core-module.ts";
import { Code, type Func, op } from "../binary/instructions.ts";
import { coreSignature, type CoreSignature, flatten, hasPointer } from "../component/canonical-abi.ts";
import { type FuncType, type Resource, signatureTypes } from "../component/types.ts";
import type { ComponentWriter } from "./component-writer.ts";
import { MEMORY, moduleName } from "./part.ts";
import type { TypeEncoder } from "./type-encoder.ts";

/** The loop of a part, as it exports it: `async func()`, over at once for its caller. */
export const LOOP: FuncType = { kind: "func", async: true, params: [], result: undefined };
/** Whether it is running. */
export const IS_RUNNING: FuncType = { kind: "func", async: false, params: [], result: "bool" };

export interface Streaming {
  readonly name: string;
  readonly type: FuncType;
  /** The part's function. */
  readonly func: number;
}

interface Loop {
  readonly start: number;
  readonly isRunning: number;
}

/** Where results lie that are more than one value. */
const RESULT = 16;

/** The functions with the façade in front of them, by name. */
export function facade(
  id: string,
  functions: readonly Streaming[],
  loop: Loop,
  writer: ComponentWriter,
  encoder: TypeEncoder,
): ReadonlyMap<string, number> {
  const lower = functions.map(({ type }) => coreSignature(type, "lower"));
  const memory = lower.some((each) => each.memory) ? ownMemory(id, writer) : undefined;
  const optionsOf = (each: CoreSignature): CanonOpt[] => (each.memory && memory !== undefined ? [{ kind: "memory", memory }] : []);
  const exports: { readonly name: string; readonly sort: "core func"; readonly idx: number }[] = [];
  const module = new Assembler(moduleName(id));
  const given = (canon: Canon, type: CoreFuncType): Func => {
    const name = String(exports.length);
    exports.push({ name, sort: "core func", idx: writer.canon(canon) });
    return module.importFunc("", name, type);
  };
  const start = given({ kind: "lower", func: loop.start, options: [{ kind: "async" }] }, { params: [], results: ["i32"] });
  const isRunning = given({ kind: "lower", func: loop.isRunning, options: [] }, { params: [], results: ["i32"] });
  const drops = new Map<Resource, Func>();
  const dropOf = (resource: Resource): Func => {
    const known =
      drops.get(resource) ?? given({ kind: "resource.drop", resource: encoder.named(resource) }, { params: ["i32"], results: [] });
    drops.set(resource, known);
    return known;
  };
  functions.forEach(({ name, type, func }, i) => {
    const signature = lower[i] ?? coreSignature(type, "lower");
    const handOn = given({ kind: "lower", func, options: optionsOf(signature) }, signature.type);
    const lent = type.params.flatMap((each) => {
      const drop = typeof each.type === "object" && each.type.kind === "borrow" ? dropOf(each.type.resource) : undefined;
      return flatten(each.type).map(() => drop);
    });
    module.export(
      String(i),
      module.func(coreSignature(type, "lift").type, codeOf(type, signature, { handOn, lent, start, isRunning }), name),
    );
  });
  const bundle = writer.coreInstance({ kind: "exports", exports });
  const instance = writer.coreInstance({
    kind: "instantiate",
    module: writer.coreModule(module.finish()),
    args: [{ name: "", instance: bundle }],
  });
  return new Map(
    functions.map(({ name, type }, i) => {
      const func = writer.coreExportOf("core func", instance, String(i));
      const options = optionsOf(coreSignature(type, "lift"));
      return [name, writer.canon({ kind: "lift", func, options, type: encoder.func(type) })];
    }),
  );
}

interface Called {
  readonly handOn: Func;
  /** For each core value that is given, what drops it when it was lent. */
  readonly lent: readonly (Func | undefined)[];
  readonly start: Func;
  readonly isRunning: Func;
}

/** Parameters and results are handles and numbers, or may be absent: nothing of them lies in memory but a result of several. */
function codeOf(func: FuncType, { type, paramsSpilled, resultSpilled }: CoreSignature, called: Called): Code {
  if (paramsSpilled || signatureTypes(func).some(hasPointer)) throw new Error("a stream comes with more than a façade hands on");
  const code = new Code(called.lent.length);
  called.lent.forEach((_, i) => code.get(i));
  if (resultSpilled) code.constant(RESULT);
  code.call(called.handOn);
  const result = type.results.length === 1 ? code.local() : undefined;
  if (result !== undefined) code.set(result);
  called.lent.forEach((drop, i) => drop && code.get(i).call(drop));
  code
    .call(called.isRunning)
    .op(op.i32Eqz)
    // However the call comes back, the loop has been started.
    .if(() => code.call(called.start).op(op.drop));
  if (resultSpilled) code.constant(RESULT);
  else if (result !== undefined) code.get(result);
  return code;
}

function ownMemory(id: string, writer: ComponentWriter): number {
  const module = new Assembler(moduleName(id, "memory"));
  module.export(MEMORY.memory, module.memory(1));
  const instance = writer.coreInstance({ kind: "instantiate", module: writer.coreModule(module.finish()), args: [] });
  return writer.coreExportOf("core memory", instance, MEMORY.memory);
}
