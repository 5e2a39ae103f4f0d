/**
 * Functions between core WebAssembly and components, and the built-in ones (Explainer.md, "Canonical Definitions";
 * CanonicalABI.md): which options they can have and which core types they are of.
 */
import type { Canon, CanonOpt } from "../binary/canon.ts";
import { flatten, hasPointer, MAX_FLAT_ASYNC_PARAMS, MAX_FLAT_PARAMS, MAX_FLAT_RESULTS } from "./canonical-abi.ts";
import { MAX_CANON_OPTIONS } from "./limits.ts";
import type { Scope } from "./scope.ts";
import { originOf } from "./substitution.ts";
import type { FuncType, ValType } from "./types.ts";

type Signature = readonly [params: readonly string[], results: readonly string[]];

const I32 = "i32";
/** Built-in functions that are always of the same core type. */
const SIGNATURES: { readonly [K in Canon["kind"]]?: Signature } = {
  "resource.new": [[I32], [I32]],
  "resource.drop": [[I32], []],
  "resource.rep": [[I32], [I32]],
  "backpressure.inc": [[], []],
  "backpressure.dec": [[], []],
  "task.cancel": [[], []],
  "subtask.cancel": [[I32], [I32]],
  "subtask.drop": [[I32], []],
  "stream.new": [[], ["i64"]],
  "stream.read": [[I32, I32, I32], [I32]],
  "stream.write": [[I32, I32, I32], [I32]],
  "stream.cancel-read": [[I32], [I32]],
  "stream.cancel-write": [[I32], [I32]],
  "stream.drop-readable": [[I32], []],
  "stream.drop-writable": [[I32], []],
  "future.new": [[], ["i64"]],
  "future.read": [[I32, I32], [I32]],
  "future.write": [[I32, I32], [I32]],
  "future.cancel-read": [[I32], [I32]],
  "future.cancel-write": [[I32], [I32]],
  "future.drop-readable": [[I32], []],
  "future.drop-writable": [[I32], []],
  "error-context.new": [[I32, I32], [I32]],
  "error-context.debug-message": [[I32, I32], []],
  "error-context.drop": [[I32], []],
  "waitable-set.new": [[], [I32]],
  "waitable-set.wait": [[I32, I32], [I32]],
  "waitable-set.poll": [[I32, I32], [I32]],
  "waitable-set.drop": [[I32], []],
  "waitable.join": [[I32, I32], []],
  "thread.index": [[], [I32]],
  "thread.new-indirect": [[I32, I32], [I32]],
  "thread.resume-later": [[I32], []],
  "thread.yield": [[], [I32]],
  "thread.suspend": [[], [I32]],
  "thread.suspend-then-resume": [[I32], [I32]],
  "thread.yield-then-resume": [[I32], [I32]],
  "thread.suspend-then-promote": [[I32], [I32]],
  "thread.yield-then-promote": [[I32], [I32]],
  "thread.spawn-indirect": [[I32, I32], [I32]],
  "thread.available-parallelism": [[], [I32]],
};

/** Enters the function that a canonical definition makes. */
export function defineCanon(scope: Scope, canon: Canon): void {
  if (canon.kind === "lift") {
    const type = scope.func(canon.type);
    checkLift(scope, canon.func, type, new Options(scope, canon.options));
    scope.push({ kind: "func", type });
    return;
  }
  const [params, results] = coreSignature(scope, canon);
  scope.pushCore("core func", { kind: "func", type: scope.validation.coreTypes.func(params, results) });
}

function coreSignature(scope: Scope, canon: Exclude<Canon, { readonly kind: "lift" }>): Signature {
  switch (canon.kind) {
    case "lower": {
      const options = new Options(scope, canon.options).ofLower();
      scope.validation.lowersAsync ||= options.async;
      return lowered(scope.at(scope.funcs, canon.func, "func"), options);
    }
    case "task.return": {
      const type = canon.result.kind === "none" ? undefined : valueAt(scope, canon.result.type);
      const options = new Options(scope, canon.options).ofLower();
      if (options.realloc !== undefined || options.async) scope.fail("`task.return` with the option `realloc` or `async`");
      const params = type === undefined ? [] : [{ label: "v", type }];
      return lowered({ kind: "func", async: false, params, result: undefined }, options);
    }
    case "resource.new":
    case "resource.rep":
      if (scope.defined.get(originOf(scope.resource(canon.resource))) === undefined)
        scope.fail(`\`${canon.kind}\` of a resource that is not defined in this component`);
      break;
    case "resource.drop":
      scope.resource(canon.resource);
      break;
    case "context.get":
    case "context.set":
      return contextSignature(scope, canon);
    case "waitable-set.wait":
    case "waitable-set.poll":
      checkMemory(scope, canon.memory);
      break;
    case "stream.read":
    case "stream.write":
    case "future.read":
    case "future.write": {
      const element = elementOf(scope, canon.type, canon.kind);
      const options = new Options(scope, canon.options);
      if (canon.kind !== "future.write") options.ofLower();
      if (element !== undefined) {
        options.needMemory();
        if (canon.kind.endsWith("read") && hasPointer(element)) options.needRealloc();
      }
      break;
    }
    case "stream.new":
    case "stream.cancel-read":
    case "stream.cancel-write":
    case "stream.drop-readable":
    case "stream.drop-writable":
    case "future.new":
    case "future.cancel-read":
    case "future.cancel-write":
    case "future.drop-readable":
    case "future.drop-writable":
      elementOf(scope, canon.type, canon.kind);
      break;
    case "error-context.new":
    case "error-context.debug-message": {
      const options = new Options(scope, canon.options).ofLower();
      if (options.async) scope.fail(`\`${canon.kind}\` with the option \`async\``);
      options.needMemory();
      if (canon.kind === "error-context.debug-message") options.needRealloc();
      break;
    }
    case "thread.new-indirect":
    case "thread.spawn-ref":
    case "thread.spawn-indirect": {
      const { coreTypes } = scope.validation;
      const start = coreTypes.typeAt(scope.coreTypes, canon.type);
      const found = coreTypes.signature(start);
      if (found?.params.join() !== I32 || found.results.length > 0)
        scope.fail(`\`${canon.kind}\` of a function that does not take one \`i32\``);
      if (canon.kind === "thread.spawn-ref") return [[`(ref null #${start})`, I32], [I32]];
      scope.at(scope.coreItems["core table"], canon.table, "core table");
      break;
    }
    default:
  }
  return SIGNATURES[canon.kind] ?? scope.fail(`unknown canonical definition \`${canon.kind}\``);
}

function valueAt(scope: Scope, type: number | ValType): ValType {
  return typeof type === "number" ? scope.value(type) : type;
}

/** What a stream or future is of. */
function elementOf(scope: Scope, index: number, name: string): ValType | undefined {
  const kind = name.startsWith("stream.") ? "stream" : "future";
  const type = originOf<ValType>(scope.value(index));
  return typeof type === "object" && (type.kind === "stream" || type.kind === "future") && type.kind === kind
    ? type.element
    : scope.fail(`\`${name}\` of type ${index}, which is no ${kind}`);
}

/** All slots of a component are of one core type. */
function contextSignature(scope: Scope, { kind, type, slot }: Extract<Canon, { readonly kind: "context.get" | "context.set" }>): Signature {
  if (type !== 0x7f) scope.fail(`\`${kind}\` of something that is no \`i32\``);
  if (slot > 1) scope.fail(`\`${kind}\` of slot ${slot}`);
  return kind === "context.get" ? [[], [I32]] : [[I32], []];
}

/** A memory that values are passed in: neither shared nor of 64 bits. */
function checkMemory(scope: Scope, index: number): void {
  const memory = scope.at(scope.coreItems["core memory"], index, "core memory");
  if (memory.kind === "memory" && (memory.limits.flags & 6) !== 0) scope.fail("a memory for values that is shared or has 64 bits");
}

/** `canonopt`s, each at most once. */
class Options {
  readonly #scope: Scope;
  readonly memory: number | undefined;
  readonly realloc: number | undefined;
  readonly postReturn: number | undefined;
  readonly callback: number | undefined;
  readonly async: boolean;

  constructor(scope: Scope, options: readonly CanonOpt[]) {
    this.#scope = scope;
    if (options.length > MAX_CANON_OPTIONS) scope.fail(`${options.length} canonical options, the limit is ${MAX_CANON_OPTIONS}`);
    const found = new Map<string, number>();
    for (const option of options) {
      if (option.kind === "gc" || option.kind === "core-type") scope.fail("garbage-collected values, which no host passes yet");
      const isEncoding = option.kind === "utf8" || option.kind === "utf16" || option.kind === "latin1+utf16";
      const what = isEncoding ? "string-encoding" : option.kind;
      if (found.has(what)) scope.fail(`the canonical option \`${what}\` is there twice`);
      found.set(what, "func" in option ? option.func : "memory" in option ? option.memory : 0);
    }
    this.memory = found.get("memory");
    this.realloc = found.get("realloc");
    this.postReturn = found.get("post-return");
    this.callback = found.get("callback");
    this.async = found.has("async");
    if (this.memory !== undefined) checkMemory(scope, this.memory);
    if (this.realloc !== undefined) {
      this.needMemory();
      scope.checkCoreFunc(this.realloc, [I32, I32, I32, I32], [I32], "`realloc`");
    }
    if (this.callback !== undefined && !this.async) scope.fail("the canonical option `callback` without `async`");
    if (this.postReturn !== undefined && this.async) scope.fail("the canonical option `post-return` beside `async`");
  }

  needMemory(): void {
    if (this.memory === undefined) this.#scope.fail("the canonical option `memory` is missing");
  }

  needRealloc(): void {
    this.needMemory();
    if (this.realloc === undefined) this.#scope.fail("the canonical option `realloc` is missing");
  }

  ofLower(): this {
    if (this.postReturn !== undefined || this.callback !== undefined)
      this.#scope.fail("a canonical option that is only for what is lifted");
    return this;
  }

  fail(message: string): never {
    return this.#scope.fail(message);
  }
}

function checkAsync(type: FuncType, options: Options): void {
  if (options.async && !type.async) options.fail("the canonical option `async` for a function that is not");
}

/** The core type of a function that core WebAssembly calls. */
function lowered(type: FuncType, options: Options): Signature {
  checkAsync(type, options);
  const { params, result } = type;
  const flat = flattenAll(params.map((each) => each.type));
  const spills = flat.length > (options.async ? MAX_FLAT_ASYNC_PARAMS : MAX_FLAT_PARAMS);
  if (spills || params.some((each) => hasPointer(each.type))) options.needMemory();
  if (result !== undefined && hasPointer(result)) options.needRealloc();
  const core = spills ? [I32] : flat;
  if (options.async) {
    if (result !== undefined) options.needMemory();
    return [result === undefined ? core : [...core, I32], [I32]];
  }
  const flatResult = result === undefined ? [] : flatten(result);
  if (flatResult.length <= MAX_FLAT_RESULTS) return [core, flatResult];
  options.needMemory();
  return [[...core, I32], []];
}

/** Checks that the core function is of the type that a function to be called from outside has. */
function checkLift(scope: Scope, core: number, type: FuncType, options: Options): void {
  checkAsync(type, options);
  const { params, result } = type;
  const flat = flattenAll(params.map((each) => each.type));
  const spills = flat.length > MAX_FLAT_PARAMS;
  if (spills || params.some((each) => hasPointer(each.type))) options.needRealloc();
  const flatResult = result === undefined ? [] : flatten(result);
  if (result !== undefined) {
    const returnsSpilled = flatResult.length > (options.async ? MAX_FLAT_PARAMS : MAX_FLAT_RESULTS);
    if (returnsSpilled || (options.async && hasPointer(result))) options.needMemory();
  }
  const coreResult = options.async
    ? options.callback === undefined
      ? []
      : [I32]
    : flatResult.length > MAX_FLAT_RESULTS
      ? [I32]
      : flatResult;
  scope.checkCoreFunc(core, spills ? [I32] : flat, coreResult, "lifted");
  if (options.postReturn !== undefined) scope.checkCoreFunc(options.postReturn, coreResult, [], "`post-return`");
  if (options.callback !== undefined) checkCallback(scope, options.callback);
}

/** It is called with an event and two numbers; hosts let it take the event alone, and do not look at what it gives. */
function checkCallback(scope: Scope, index: number): void {
  const id = scope.coreFunc(index);
  const params = id === undefined ? undefined : scope.validation.coreTypes.signature(id)?.params.join();
  if (params !== undefined && params !== "i32" && params !== "i32,i32,i32")
    scope.fail(`core function ${index} is \`callback\` and takes ${params}`);
}

/** As many as it takes to know that they are too many. */
function flattenAll(types: readonly ValType[]): readonly string[] {
  const flat: string[] = [];
  for (const type of types) {
    flat.push(...flatten(type));
    if (flat.length > MAX_FLAT_PARAMS) break;
  }
  return flat;
}
