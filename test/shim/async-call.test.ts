/**
 * Calls of asynchronous functions of random signatures that are handed on while others go on, between an app and a host that are
 * both played here: what the app says reaches the host, what the host says ends the app's task, handles are given back once, and
 * the memory is empty when no call is going on.
 */
import { expect, test } from "vitest";
import { bytesOf } from "../../src/binary/chunk.ts";
import type { FuncType, Resource, ValType } from "../../src/component/types.ts";
import type { CoreImport } from "../../src/compose/part.ts";
import { shimModule } from "../../src/shim/shims.ts";
import { randomOf } from "../compose/apps.ts";
import { below, randomFunc, randomType, randomValue, type Value } from "./random-types.ts";
import { alignment, type CoreValue, flatTypes, lift, load, lower, size, type Space, store } from "./reference-abi.ts";

const RESOURCES: readonly Resource[] = [
  { kind: "resource", name: "request" },
  { kind: "resource", name: "body" },
];
const ARENA = 4096;
const [EXIT, WAIT] = [0, 2];
const [STARTING, STARTED, RETURNED, CANCELLED_BEFORE_STARTED, CANCELLED_BEFORE_RETURNED] = [0, 1, 2, 3, 4];
const [SUBTASK_EVENT, CANCELLED_EVENT] = [1, 6];
/** The call that a rule answers, and how. */
const ANSWERED = 3;
const ERROR: ValType = { kind: "enum", labels: ["busy", "access", "closed"] };
const canFail = ({ result }: FuncType): boolean => typeof result === "object" && result.kind === "result" && result.error === ERROR;
const REFUSAL: Value = { case: 1, value: { case: 2, value: undefined } };

/** A task of the app's and the call behind it. */
interface Task {
  readonly number: number;
  readonly args: readonly Value[];
  readonly own: readonly number[];
  readonly borrowed: readonly number[];
  context: number;
  set: number;
  received: Value | undefined;
  /** Reads what was handed over, when the host begins with it. */
  begin: () => void;
  resultAt: number;
  ended: { readonly result: Value | undefined } | "cancelled" | undefined;
}

class World implements Space {
  readonly memory = new WebAssembly.Memory({ initial: 0 });
  readonly arena = new WebAssembly.Global({ value: "i32", mutable: true }, ARENA);
  readonly arenaBase = new WebAssembly.Global({ value: "i32", mutable: true }, ARENA);
  readonly subtasks = new Map<number, Task>();
  readonly sets = new Map<number, Set<number>>();
  readonly dropped: number[] = [];
  readonly #func: FuncType;
  readonly #exports: WebAssembly.Exports;
  readonly #callback: string;
  #next = 1;
  #current: Task | undefined;
  /** How far the next call is when the host gives it back. */
  status = RETURNED;
  answer: Value | undefined;
  cancelsAs = CANCELLED_BEFORE_RETURNED;

  constructor(func: FuncType) {
    this.#func = func;
    const counted = { kind: "numbered", first: ANSWERED, last: ANSWERED } as const;
    const memory = new Uint8Array(func.result === undefined ? 0 : size(func.result));
    const rules = canFail(func) ? [{ counted, answer: { memory: refusalIn(func.result!, memory), flat: 0 }, trap: "" }] : [];
    const { module, functions } = shimModule([{ kind: "watched", key: "acme:store/blobs", name: "put", type: func, rules }], {
      name: "calls",
      isOwned: () => false,
      mainExport: (operation) => operation,
      interfaceName: (key) => key,
      goesOnMeanwhile: true,
      returnArea: { address: 1024, byteLength: 24 },
    });
    this.#callback = functions[0]?.callback ?? "";
    expect(functions[0]?.postReturn).toBeUndefined();
    const supplied = module.imports.map((each) => [each.field, this.#supplied(each)]);
    const instance = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(bytesOf([module.bytes].flat()))), {
      "": Object.fromEntries(supplied) as WebAssembly.ModuleImports,
      m: {
        m: this.memory,
        a: this.arena,
        b: this.arenaBase,
        f: () => this.memory.grow(4),
        r: (_: number, __: number, align: number, length: number) => this.allocate(align, length),
      },
    });
    this.#exports = instance.exports;
  }

  allocate(align: number, byteLength: number): number {
    if (this.memory.buffer.byteLength === 0) this.memory.grow(4);
    const at = Math.ceil((this.arena.value as number) / align) * align;
    this.arena.value = at + byteLength;
    if (at + byteLength > this.memory.buffer.byteLength) this.memory.grow(4);
    return at;
  }

  begin(task: Task): void {
    const tuple: ValType = { kind: "tuple", types: this.#func.params.map((param) => param.type) };
    let flat: readonly CoreValue[];
    if (flatTypes(tuple).length > 16) {
      const at = this.allocate(alignment(tuple), size(tuple));
      store(this, tuple, task.args, at);
      flat = [at];
    } else flat = lower(this, tuple, task.args);
    this.#run(task, () => (this.#exports["0"] as CallableFunction)(...flat) as number);
  }

  /** The call behind a task has come so far. */
  tell(subtask: number, status: number): void {
    const task = this.subtasks.get(subtask)!;
    expect(this.sets.get(task.set)).toContain(subtask);
    if (status === RETURNED) this.#return(task);
    this.#run(task, () => (this.#exports[this.#callback] as CallableFunction)(SUBTASK_EVENT, subtask, status) as number);
  }

  cancel(task: Task): void {
    this.#run(task, () => (this.#exports[this.#callback] as CallableFunction)(CANCELLED_EVENT, 0, 0) as number);
  }

  #run(task: Task, call: () => number): void {
    this.#current = task;
    const next = call();
    this.#current = undefined;
    if (task.ended !== undefined) expect(next).toBe(EXIT);
    else {
      expect(next & 15).toBe(WAIT);
      task.set = next >> 4;
    }
  }

  #supplied(each: CoreImport): (...args: CoreValue[]) => unknown {
    const numbers = (does: (...args: number[]) => unknown) => does as (...args: CoreValue[]) => unknown;
    switch (each.kind) {
      case "host func":
        expect(each.isAsync).toBe(true);
        return (...args) => this.#call(args);
      case "resource.drop":
        return numbers((handle) => this.dropped.push(handle));
      case "task.return":
        return (...args) => this.#ended({ result: this.#result(args) });
      case "task.cancel":
        return () => this.#ended("cancelled");
      case "context.set":
        return numbers((value) => (this.#current!.context = value));
      case "context.get":
        return () => this.#current!.context;
      case "waitable-set.new":
        return () => {
          this.sets.set(++this.#next, new Set());
          return this.#next;
        };
      case "waitable-set.drop":
        return numbers((set) => {
          expect(this.sets.get(set)?.size).toBe(0);
          this.sets.delete(set);
        });
      case "waitable.join":
        return numbers((waitable, set) => {
          for (const known of this.sets.values()) known.delete(waitable);
          if (set !== 0) this.sets.get(set)!.add(waitable);
        });
      case "subtask.drop":
        return numbers((subtask) => {
          expect(this.subtasks.delete(subtask)).toBe(true);
          for (const known of this.sets.values()) known.delete(subtask);
        });
      case "subtask.cancel":
        return numbers(() => {
          if (this.cancelsAs === RETURNED) this.#return(this.#current!);
          return this.cancelsAs;
        });
      default:
        throw new Error(`unexpected import: ${each.kind}`);
    }
  }

  #ended(how: Task["ended"]): void {
    expect(this.#current!.ended).toBeUndefined();
    this.#current!.ended = how;
  }

  #result(args: CoreValue[]): Value | undefined {
    const { result } = this.#func;
    if (result === undefined) return undefined;
    return flatTypes(result).length > 16 ? load(this, result, Number(args[0])) : lift(this, result, args);
  }

  #call(args: CoreValue[]): number {
    const task = this.#current!;
    const { result, params } = this.#func;
    if (result !== undefined) {
      task.resultAt = Number(args.pop());
      expect(task.resultAt % alignment(result)).toBe(0);
    }
    const tuple: ValType = { kind: "tuple", types: params.map((param) => param.type) };
    const isStored = flatTypes(tuple).length > 4;
    if (isStored) expect(Number(args[0]) % alignment(tuple)).toBe(0);
    // Strings and lists stay where they are until the host begins.
    task.begin = () => (task.received = isStored ? load(this, tuple, Number(args[0])) : lift(this, tuple, [...args]));
    if (this.status !== STARTING) task.begin();
    if (this.status === RETURNED) {
      this.#return(task);
      return RETURNED;
    }
    const subtask = ++this.#next;
    this.subtasks.set(subtask, task);
    return (subtask << 4) | this.status;
  }

  #return(task: Task): void {
    const { result } = this.#func;
    if (result !== undefined) store(this, result, this.answer!, task.resultAt);
  }
}

function refusalIn(type: ValType, bytes: Uint8Array): Uint8Array {
  const memory = new WebAssembly.Memory({ initial: 1 });
  store({ memory, allocate: () => 0 }, type, REFUSAL, 0);
  bytes.set(new Uint8Array(memory.buffer, 0, bytes.length));
  return bytes;
}

const seen = { spilled: 0, stored: 0, large: 0, returned: 0, cancelled: 0, refused: 0, borrows: 0, together: 0, unbegun: 0 };

/** Half of the results can say no, and some are long. */
function randomCalled(random: () => number): FuncType {
  const { params, result } = randomFunc(random, RESOURCES);
  const limits = { resources: RESOURCES, depth: 2, borrows: false };
  const types = Array.from({ length: 12 }, () => randomType(random, limits));
  const ok: ValType | undefined = random() < 0.2 ? { kind: "tuple", types } : result;
  return { kind: "func", async: true, params, result: random() < 0.5 ? ok : { kind: "result", ok, error: ERROR } };
}

test.for(Array.from({ length: 20 }, (_, seed) => seed))("calls of random functions go on together (seed %i)", (seed) => {
  for (let round = 0; round < 8; round++) {
    const random = randomOf(seed * 1000 + round);
    const func = randomCalled(random);
    const world = new World(func);
    const tasks: Task[] = [];
    let handle = 0;
    const isRefused = (task: Task): boolean => task.number === ANSWERED && canFail(func);

    const check = (task: Task, before: number): void => {
      const dropped = world.dropped.slice(before).sort((left, right) => left - right);
      if (task.ended === undefined) {
        expect(dropped).toEqual([]);
        return;
      }
      if (isRefused(task)) {
        seen.refused++;
        expect(task.received).toBeUndefined();
        expect(task.ended).toEqual({ result: REFUSAL });
        expect(dropped).toEqual([...task.own, ...task.borrowed].sort((left, right) => left - right));
        return;
      }
      const isUnbegun = task.received === undefined;
      if (isUnbegun) {
        seen.unbegun++;
        expect(task.ended).toBe("cancelled");
      } else expect(task.received).toEqual(task.args);
      if (task.ended === "cancelled") seen.cancelled++;
      else {
        seen.returned++;
        expect(task.ended).toEqual({ result: world.answer });
      }
      seen.borrows += task.borrowed.length;
      expect(dropped).toEqual([...(isUnbegun ? task.own : []), ...task.borrowed].sort((left, right) => left - right));
    };
    const begin = (): void => {
      const [own, borrowed]: [number[], number[]] = [[], []];
      const args = func.params.map(({ type }) =>
        randomValue(random, type, (_, kind) => {
          (kind === "own" ? own : borrowed).push(++handle);
          return handle;
        }),
      );
      world.status = [STARTING, STARTED, STARTED, RETURNED][below(random, 4)]!;
      const rest = { context: 0, set: 0, received: undefined, begin: () => {}, resultAt: 0, ended: undefined };
      const task: Task = { number: tasks.length + 1, args, own, borrowed, ...rest };
      tasks.push(task);
      const before = world.dropped.length;
      world.begin(task);
      check(task, before);
    };
    const goOn = (): void => {
      const [subtask, task] = [...world.subtasks][below(random, world.subtasks.size)]!;
      const isBegun = task.received !== undefined;
      const before = world.dropped.length;
      if (random() < 0.3) {
        world.cancelsAs = !isBegun ? CANCELLED_BEFORE_STARTED : random() < 0.5 ? RETURNED : CANCELLED_BEFORE_RETURNED;
        world.cancel(task);
      } else {
        if (!isBegun) task.begin();
        world.tell(subtask, !isBegun && random() < 0.5 ? STARTED : RETURNED);
      }
      check(task, before);
    };

    for (let step = 0; step < 20 || world.subtasks.size > 0; step++) {
      world.answer = func.result === undefined ? undefined : randomValue(random, func.result, () => ++handle);
      if (world.subtasks.size > 0 && (step >= 20 || random() < 0.5)) goOn();
      else begin();
      if (world.subtasks.size > 1) seen.together++;
      if (world.subtasks.size === 0) expect(world.arena.value).toBe(world.arenaBase.value);
    }
    expect(world.sets.size).toBe(0);
    const flat = func.params.flatMap((param) => flatTypes(param.type)).length;
    if (flat > 16) seen.spilled++;
    else if (flat > 4) seen.stored++;
    if (func.result !== undefined && flatTypes(func.result).length > 16) seen.large++;
  }
});

test("calls come in all shapes", () => {
  for (const [shape, count] of Object.entries(seen)) expect(count, shape).toBeGreaterThan(15);
});
