/**
 * Shims of random signatures, run as core modules between an app and a host that are both played here: what
 * the app says reaches the host with the host's handles in it, what the host says reaches the app wrapped,
 * borrows are given back, and the arguments' memory too.
 */
import { describe, expect, test } from "vitest";
import { bytesOf } from "../../src/binary/chunk.ts";
import type { FuncType, Resource, ValType } from "../../src/component/types.ts";
import { shimModule } from "../../src/shim/shims.ts";
import { randomOf } from "../compose/apps.ts";
import { randomFunc, randomValue, type Value } from "./random-types.ts";
import { alignment, type CoreValue, flatTypes, lift, load, lower, size, type Space, store } from "./reference-abi.ts";

const VIRTUAL: readonly Resource[] = [
  { kind: "resource", name: "input-stream" },
  { kind: "resource", name: "error" },
];
const HOSTS: readonly Resource[] = [
  { kind: "resource", name: "request" },
  { kind: "resource", name: "body" },
];
const ARENA = 4096;
const RETURN_AREA = { address: 1024, byteLength: 24 };

/** How the adapter that is played here counts: the host's handle 7 is our representation 1007 and handle 2007. */
const REPRESENTATION = 1000;
const OWN = 2000;
const NOT_HOSTS = 0;

class World implements Space {
  /** Empty until the first use. */
  readonly memory = new WebAssembly.Memory({ initial: 0 });
  readonly arena = new WebAssembly.Global({ value: "i32", mutable: true }, ARENA);
  readonly arenaBase = new WebAssembly.Global({ value: "i32", mutable: true }, ARENA);
  readonly dropped: number[] = [];
  readonly taken: number[] = [];
  readonly #func: FuncType;
  readonly #exports: WebAssembly.Exports;
  /** What the host got, and what it is to answer. */
  received: Value | undefined;
  answer: Value | undefined;

  constructor(func: FuncType) {
    this.#func = func;
    const {
      module: { bytes, imports },
      functions,
    } = shimModule([{ kind: "shim", key: "acme:store/blobs", name: "put", type: func }], {
      name: "shims",
      isOwned: (resource) => VIRTUAL.includes(resource),
      mainExport: (operation) => operation,
      interfaceName: (key) => key,
      returnArea: RETURN_AREA,
    });
    const supplied = imports.map((each): [string, (...args: CoreValue[]) => unknown] => {
      if (each.kind === "host func") return [each.field, (...args) => this.#host(args)];
      if (each.kind !== "resource.drop" || each.view !== "host") throw new Error(`unexpected import: ${each.kind}`);
      return [each.field, (handle) => this.dropped.push(Number(handle))];
    });
    const instance = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(bytesOf([bytes].flat()))), {
      "": Object.fromEntries(supplied),
      m: {
        m: this.memory,
        a: this.arena,
        b: this.arenaBase,
        f: () => this.#fill(),
        r: (_: number, __: number, align: number, length: number) => this.allocate(align, length),
      },
      i: {
        wrap: (handle: number) => handle + OWN,
        unwrap: (representation: number) => (representation === NOT_HOSTS ? 0 : representation - REPRESENTATION),
        take: (handle: number) => this.taken.push(handle) && (handle === NOT_HOSTS ? 0 : handle - OWN),
      },
    });
    this.#exports = instance.exports;
    this.postReturn = functions[0]?.postReturn;
  }

  readonly postReturn: string | undefined;

  #fill(): void {
    this.memory.grow(4);
  }

  allocate(align: number, byteLength: number): number {
    if (this.memory.buffer.byteLength === 0) this.#fill();
    const at = Math.ceil((this.arena.value as number) / align) * align;
    this.arena.value = at + byteLength;
    if (at + byteLength > this.memory.buffer.byteLength) this.memory.grow(4);
    return at;
  }

  /** Calls the shim as a host's runtime does, and gives what the app would read. */
  call(args: readonly Value[]): Value | undefined {
    const types = this.#func.params.map((param) => param.type);
    // Who has a handle of the adapter's has called the adapter before.
    const isGiven = (type: ValType): boolean =>
      typeof type === "object" && (type.kind === "own" || type.kind === "borrow") && VIRTUAL.includes(type.resource);
    if (types.some(isGiven) && this.memory.buffer.byteLength === 0) this.#fill();
    const tuple: ValType = { kind: "tuple", types };
    let flat: readonly CoreValue[];
    if (types.flatMap(flatTypes).length > 16) {
      const at = this.allocate(alignment(tuple), size(tuple));
      store(this, tuple, args, at);
      flat = [at];
    } else flat = lower(this, tuple, args);
    const result: unknown = (this.#exports["0"] as CallableFunction)(...flat);
    const { result: type } = this.#func;
    if (type === undefined) return undefined;
    const value = flatTypes(type).length > 1 ? load(this, type, result as number) : lift(this, type, [result as CoreValue]);
    if (this.postReturn !== undefined) (this.#exports[this.postReturn] as CallableFunction)(result);
    return value;
  }

  #host(args: CoreValue[]): CoreValue | undefined {
    expect(this.dropped).toEqual([]);
    const types = this.#func.params.map((param) => param.type);
    const { result } = this.#func;
    const resultAt = result !== undefined && flatTypes(result).length > 1 ? Number(args.pop()) : undefined;
    const tuple: ValType = { kind: "tuple", types };
    const flat = types.flatMap(flatTypes);
    this.received = flat.length > 16 ? load(this, tuple, Number(args[0])) : lift(this, tuple, [...args]);
    if (result === undefined) return undefined;
    if (resultAt === undefined) return lower(this, result, this.answer!)[0];
    expect(resultAt % alignment(result)).toBe(0);
    store(this, result, this.answer!, resultAt);
    return undefined;
  }
}

/** The same value with every virtual handle replaced. */
function mapped(value: Value | undefined, change: (handle: number, of: Resource) => number): unknown {
  if (Array.isArray(value)) return value.map((each: Value) => mapped(each, change));
  if (typeof value !== "object") return value;
  if ("handle" in value) return { handle: VIRTUAL.includes(value.of) ? change(value.handle, value.of) : value.handle, of: value.of };
  if ("case" in value) return { case: value.case, value: mapped(value.value, change) };
  return value;
}

describe("shims of random functions", () => {
  const seen = { spilled: 0, large: 0, borrows: 0, taken: 0, wrapped: 0 };

  test.for(Array.from({ length: 60 }, (_, seed) => seed))("hand on what they are given (seed %i)", (seed) => {
    for (let round = 0; round < 25; round++) {
      const random = randomOf(seed * 1000 + round);
      const func = randomFunc(random, [...VIRTUAL, ...HOSTS]);
      const world = new World(func);
      for (let calls = 0; calls < 3; calls++) {
        let next = 1;
        const borrowed: number[] = [];
        const taken: number[] = [];
        const args = func.params.map(({ type }) =>
          randomValue(random, type, (resource, kind) => {
            const handle = next++;
            if (!VIRTUAL.includes(resource)) {
              if (kind === "borrow") borrowed.push(handle);
              return handle;
            }
            if (kind === "own") taken.push(handle + OWN);
            return kind === "own" ? handle + OWN : handle + REPRESENTATION;
          }),
        );
        world.answer = func.result === undefined ? undefined : randomValue(random, func.result, () => next++);
        world.dropped.length = 0;
        world.taken.length = 0;
        const result = world.call(args);
        expect(world.received).toEqual(mapped(args, (handle) => handle - (handle >= OWN ? OWN : REPRESENTATION)));
        expect(result).toEqual(mapped(world.answer, (handle) => handle + OWN));
        expect(world.dropped).toEqual(borrowed);
        expect(world.taken).toEqual(taken);
        expect(world.arena.value).toBe(world.arenaBase.value);
        if (func.params.flatMap((param) => flatTypes(param.type)).length > 16) seen.spilled++;
        if (func.result !== undefined && size(func.result) > RETURN_AREA.byteLength) seen.large++;
        seen.borrows += borrowed.length;
        seen.taken += taken.length;
        mapped(world.answer, () => ++seen.wrapped);
      }
    }
  });

  test("come in all shapes", () => {
    for (const [shape, count] of Object.entries(seen)) expect(count, shape).toBeGreaterThan(100);
  });
});

describe("a function that adapter and host share", () => {
  const borrow: ValType = { kind: "borrow", resource: VIRTUAL[0]! };
  const type: FuncType = {
    kind: "func",
    async: false,
    params: [
      { label: "self", type: borrow },
      { label: "by", type: "u64" },
      { label: "other", type: borrow },
    ],
    result: "u32",
  };
  const {
    module: { bytes, imports },
  } = shimModule(
    [
      {
        kind: "dispatch",
        key: "k",
        name: "f",
        type,
        own: "own",
        mixed: "mixed",
        readOnly: undefined,
        isReadOnly: false,
        postReturn: false,
      },
    ],
    {
      name: "shims",
      isOwned: () => true,
      mainExport: (operation) => operation,
      interfaceName: (key) => key,
      returnArea: RETURN_AREA,
    },
  );
  const tell = (who: string) => (self: number, by: bigint, other: number) => (calls.push(`${who} ${self} ${by} ${other}`), 5);
  const calls: string[] = [];
  const world = { memory: new WebAssembly.Memory({ initial: 1 }), arena: new WebAssembly.Global({ value: "i32", mutable: true }, ARENA) };
  const instance = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(bytesOf([bytes].flat()))), {
    "": { [imports[0]!.field]: tell("host") },
    m: { m: world.memory, a: world.arena, b: world.arena },
    i: {
      unwrap: (representation: number) => (representation < REPRESENTATION ? 0 : representation - REPRESENTATION),
      own: tell("own"),
      mixed: tell("mixed"),
    },
  });

  test.each([
    ["own 3 9 4", 3, 4],
    ["mixed 3 9 1004", 3, 1004],
    ["mixed 1003 9 4", 1003, 4],
    ["host 3 9 4", 1003, 1004],
  ])("is answered by whose its handles are: %s", (expected, self, other) => {
    calls.length = 0;
    expect((instance.exports["0"] as CallableFunction)(self, 9n, other)).toBe(5);
    expect(calls).toEqual([expected]);
  });
});

describe("a function that nobody has", () => {
  const context = {
    name: "shims",
    isOwned: (resource: Resource) => VIRTUAL.includes(resource),
    mainExport: (operation: string) => operation,
    interfaceName: (key: string) => key,
    returnArea: RETURN_AREA,
  };
  const stub = (
    type: FuncType,
  ): { readonly call: (...args: CoreValue[]) => number; readonly dropped: string[]; readonly memory: WebAssembly.Memory } => {
    const {
      module: { bytes, imports },
    } = shimModule([{ kind: "stub", denial: "error", key: "wasi:io/streams@0.2.99", name: "peek", type }], context);
    const dropped: string[] = [];
    const memory = new WebAssembly.Memory({ initial: 1 });
    new Uint8Array(memory.buffer).fill(0xff, RETURN_AREA.address, RETURN_AREA.address + RETURN_AREA.byteLength);
    const global = new WebAssembly.Global({ value: "i32", mutable: true }, ARENA);
    const drops = imports.map(
      (each) => [each.field, (handle: number) => dropped.push(`${"view" in each ? each.view : "?"} ${handle}`)] as const,
    );
    const instance = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(bytesOf([bytes].flat()))), {
      "": Object.fromEntries(drops),
      m: { m: memory, a: global, b: global, r: () => ARENA },
      i: {},
    });
    return { call: instance.exports["0"] as (...args: CoreValue[]) => number, dropped, memory };
  };
  const params = [
    { label: "ours", type: { kind: "borrow", resource: VIRTUAL[0]! } },
    { label: "given", type: { kind: "own", resource: VIRTUAL[1]! } },
    { label: "theirs", type: { kind: "option", some: { kind: "borrow", resource: HOSTS[0]! } } },
  ] as const;

  test("refuses as its signature can, and keeps no handle", () => {
    const error: ValType = { kind: "enum", labels: ["busy", "not-permitted"] };
    const { call, dropped, memory } = stub({ kind: "func", async: false, params, result: { kind: "result", ok: "u8", error } });
    const at = call(11, 12, 1, 13);
    expect([...new Uint8Array(memory.buffer, at, 2)]).toEqual([1, 1]);
    expect(dropped).toEqual(["given 12", "host 13"]);
  });

  test("refuses in memory of its own if the answer is larger than where answers lie", () => {
    const fields = Array.from({ length: 9 }, (_, i) => ({ label: `a${i}`, type: "u32" }) as const);
    const ok: ValType = { kind: "record", fields };
    const error: ValType = { kind: "enum", labels: ["busy", "not-permitted"] };
    const type: FuncType = { kind: "func", async: false, params, result: { kind: "result", ok, error } };
    const { call, memory } = stub(type);
    const behind = RETURN_AREA.address + RETURN_AREA.byteLength;
    new Uint8Array(memory.buffer).fill(0xff, behind);
    const at = call(11, 12, 1, 13);
    expect(at).toBe(ARENA);
    expect([...new Uint8Array(memory.buffer, at, 5), ...new Uint8Array(memory.buffer, at + 36, 5)]).toEqual([
      ...[1, 0, 0, 0, 1],
      ...[0, 0, 0, 0, 0xff],
    ]);
    // An image lies there.
    expect(new Uint8Array(memory.buffer)[behind]).toBe(0xff);
    expect(shimModule([{ kind: "stub", denial: "error", key: "k", name: "f", type }], context).functions[0]?.postReturn).toBeDefined();
  });

  test("traps where it cannot, and says who it is", () => {
    const { call } = stub({ kind: "func", async: false, params, result: "u32" });
    let stack = "";
    try {
      call(11, 12, 1, 13);
    } catch (error) {
      stack = String((error as Error).stack);
    }
    expect(stack).toContain("wasi:io/streams@0.2.99#peek is denied");
  });
});

test.each(["own", "borrow"] as const)(
  "a virtual handle that the host could not use, by %s, ends in a trap that names the function",
  (kind) => {
    const type: ValType = { kind: "list", element: { kind: "option", some: { kind, resource: VIRTUAL[0]! } } };
    const world = new World({ kind: "func", async: false, params: [{ label: "it", type }], result: undefined });
    let stack = "";
    try {
      world.call([
        [
          { case: 0, value: undefined },
          { case: 1, value: { handle: NOT_HOSTS, of: VIRTUAL[0]! } },
        ],
      ]);
    } catch (error) {
      stack = String((error as Error).stack);
    }
    expect(stack).toContain("acme:store/blobs#put was given a virtual input-stream");
    expect(world.received).toBeUndefined();
  },
);
