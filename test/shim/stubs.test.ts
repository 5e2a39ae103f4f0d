/** Stubs, run: what a denied function answers, and what becomes of the handles that it was given. */
import { beforeAll, describe, expect, test } from "vitest";
import { Interfaces } from "../../src/component/interfaces.ts";
import type { Extern, FuncType, Resource, ValType } from "../../src/component/types.ts";
import type { Part } from "../../src/compose/part.ts";
import { coreSignature } from "../../src/component/canonical-abi.ts";
import type { Denial } from "../../src/shim/refusal.ts";
import { stubPart } from "../../src/shim/stubs.ts";
import { bytesOf } from "../compose/apps.ts";

const foreign: Resource = { kind: "resource", name: "foreign" };
const denied: Resource = { kind: "resource", name: "denied" };
const own = (resource: Resource): ValType => ({ kind: "own", resource });
const borrow = (resource: Resource): ValType => ({ kind: "borrow", resource });
const list = (element: ValType): ValType => ({ kind: "list", element });
const option = (some: ValType): ValType => ({ kind: "option", some });
const errorCode: ValType = { kind: "enum", labels: ["busy", "access"] };
const failing = (ok?: ValType): ValType => ({ kind: "result", ok, error: errorCode });
const func = (params: readonly ValType[], result?: ValType): FuncType => ({
  kind: "func",
  async: false,
  params: params.map((type, i) => ({ label: `p${i}`, type })),
  result,
});

/** Handed out by a function that cannot say no. */
const made: Resource = { kind: "resource", name: "made" };

const unmade: Resource = { kind: "resource", name: "unmade" };

const FUNCTIONS: Readonly<Record<string, FuncType>> = {
  open: func(["string"], failing(own(denied))),
  close: func([], failing()),
  size: func([], failing("u64")),
  "set-flags": func([], { kind: "result", ok: undefined, error: undefined }),
  directories: func([], list("string")),
  lookup: func(["string", list("u8")], option("string")),
  bytes: func(["u64"], list("u8")),
  exit: func([{ kind: "result", ok: undefined, error: undefined }]),
  "[method]denied.read": func([borrow(denied)], failing("u64")),
  "code-of": func([borrow(foreign)], option(errorCode)),
  take: func([own(foreign), "u64", borrow(foreign)], failing()),
  "close-all": func([list(own(denied))], failing()),
  "take-all": func([list(own(foreign))], failing()),
  "[constructor]made": func(["string"], own(made)),
  "[method]made.read": func([borrow(made)], failing("u64")),
  "[method]made.length": func([borrow(made)], "u32"),
  "[method]made.copy": func([borrow(made)], own(made)),
  // Nobody can call it, so nobody has what it makes.
  "make-of-denied": func([own(denied)], own(unmade)),
  "[method]unmade.read": func([borrow(unmade)], failing()),
  spend: func([own(made), borrow(made)], failing()),
  "take-some": func([option(own(foreign)), { kind: "result", ok: "u64", error: borrow(foreign) }], failing()),
  many: func(
    Array.from({ length: 20 }, () => "u32" as const),
    failing(),
  ),
  "many-and-one": func([...Array.from({ length: 20 }, () => "u32" as const), own(foreign), list(own(denied))], failing()),
};

/** What a trap says behind "is denied". */
const TEXT = "; --allow-kit lets it through";
const KEY = "acme:kit/denied@1";
const NAME = "acme:kit/denied@1.2.3";

/** The only stub part of an interface that has `FUNCTIONS`, and the wasm names of its traps. */
function part(denial: Denial = "error"): Part {
  const interfaces = new Interfaces();
  interfaces.add("acme:kit/foreign@1.0.0", new Map<string, Extern>([["foreign", { kind: "type", type: foreign }]]));
  const items = Object.entries(FUNCTIONS).map(([name, type]): [string, Extern] => [name, { kind: "func", type }]);
  interfaces.add(
    NAME,
    new Map<string, Extern>([
      ["denied", { kind: "type", type: denied }],
      ["made", { kind: "type", type: made }],
      ["unmade", { kind: "type", type: unmade }],
      ["error-code", { kind: "type", type: errorCode }],
      ...items,
    ]),
  );
  const whole = new Map([[KEY, new Set(["denied", "made", "unmade", "error-code", ...Object.keys(FUNCTIONS)])]]);
  const stubs = stubPart({ interfaces: whole, denialOf: () => denial, textOf: () => TEXT, functions: [] }, interfaces);
  if (stubs === undefined) throw new Error("nothing is denied");
  return stubs;
}

interface Running {
  /** The core function's answer. */
  call(name: string, ...args: readonly (number | bigint)[]): unknown;
  bytes(address: unknown, length: number): readonly number[];
  realloc(byteLength: number, alignment?: number): number;
  store(address: number, ...words: readonly number[]): void;
  readonly pages: () => number;
  /** Handles that were dropped: of which resource. */
  readonly dropped: (readonly [resource: string, handle: number])[];
}

const MADE_HANDLE = 77;

let running: Running;
let trapping: Running;
beforeAll(async () => void ([running, trapping] = await Promise.all([instantiate(part()), instantiate(part("trap"))])));

async function instantiate(stubs: Part): Promise<Running> {
  const dropped: (readonly [string, number])[] = [];
  const [module] = stubs.modules;
  const fields = (module?.imports ?? []).map((each): readonly [string, (given: number) => number | void] => {
    if (each.kind === "resource.new") return [each.field, (representation) => (representation > 0 ? MADE_HANDLE : 0)];
    if (each.kind !== "resource.drop") throw new Error(each.kind);
    expect(each.view).toBe("given");
    return [each.field, (handle) => void dropped.push([each.resource.name, handle])];
  });
  const bytes = bytesOf([module?.bytes ?? []].flat());
  const { instance } = await WebAssembly.instantiate(bytes as Uint8Array<ArrayBuffer>, { "": Object.fromEntries(fields) });
  const exports = instance.exports as Record<string, (...args: readonly (number | bigint)[]) => unknown>;
  const memory = Object.values(instance.exports).find((each) => each instanceof WebAssembly.Memory) as WebAssembly.Memory;
  return {
    call: (name, ...args) => exports[stubs.coreExport(KEY, name).name]?.(...args),
    bytes: (address, length) => [...new Uint8Array(memory.buffer, Number(address), length)],
    realloc: (byteLength, alignment = 1) => exports["r"]?.(0, 0, alignment, byteLength) as number,
    store: (address, ...words) => new Uint32Array(memory.buffer, address, words.length).set(words),
    pages: () => memory.buffer.byteLength / 65_536,
    dropped,
  };
}

describe("a denied exit tells the status", () => {
  const result: ValType = { kind: "result", ok: undefined, error: undefined };
  const functions = { exit: func([result]), "exit-with-code": func(["u8"]), lines: func([list("u8")], list("u8")) };

  /** The names in the trap's stack, and the status that a host in JavaScript finds. */
  async function told(names: readonly (keyof typeof functions)[], called: keyof typeof functions, status: number): Promise<unknown> {
    const interfaces = new Interfaces();
    interfaces.add("wasi:cli/exit@0.2.12", new Map<string, Extern>(names.map((name) => [name, { kind: "func", type: functions[name] }])));
    const denied = new Map([["wasi:cli/exit@0.2", new Set(names)]]);
    const stubs = stubPart({ interfaces: denied, denialOf: () => "error", textOf: () => TEXT, functions: [] }, interfaces);
    const bytes = bytesOf([stubs?.modules[0]?.bytes ?? []].flat()) as Uint8Array<ArrayBuffer>;
    const { exports } = (await WebAssembly.instantiate(bytes)).instance;
    const before = (exports["exit-status"] as WebAssembly.Global).value;
    const call = exports[stubs?.coreExport("wasi:cli/exit@0.2", called).name ?? ""] as (status: number) => void;
    try {
      call(status);
      return "no trap";
    } catch (error) {
      const frames = [...((error as Error).stack ?? "").matchAll(/^ +at \S+?\.(.*) \(wasm/gm)].map(([, name]) => name);
      return [before, ...frames, (exports["exit-status"] as WebAssembly.Global).value];
    }
  }
  const denied = (name: string): string => `wasi:cli/exit@0.2.12#${name} is denied${TEXT}`;

  test.each([0, 1])("of a result: %i", async (status) => {
    expect(await told(["exit"], "exit", status)).toEqual([-1, `exit status ${status}`, denied("exit"), status]);
  });

  test.each([
    [0, "exit status 0"],
    [1, "exit status 1"],
    [2, "exit status 2 or more"],
    [255, "exit status 2 or more"],
  ])("of a code: %i", async (status, ending) => {
    expect(await told(["exit-with-code"], "exit-with-code", status)).toEqual([-1, ending, denied("exit-with-code"), status]);
  });

  test("of both, beside a function with an arena", async () => {
    const all = ["lines", "exit", "exit-with-code"] as const;
    expect(await told(all, "exit", 1)).toEqual([-1, "exit status 1", denied("exit"), 1]);
    expect(await told(all, "exit-with-code", 7)).toEqual([-1, "exit status 2 or more", denied("exit-with-code"), 7]);
  });
});

describe("answers", () => {
  test("an error code", () => {
    expect(running.bytes(running.call("close"), 2)).toEqual([1, 1]);
    expect(running.bytes(running.call("open", 0, 0), 8)).toEqual([1, 0, 0, 0, 1, 0, 0, 0]);
  });

  test("an error code behind the alignment of a number", () => {
    const address = running.call("size");
    expect(Number(address) % 8).toBe(0);
    expect(running.bytes(address, 16)).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
  });

  test("an error without a payload as a core value", () => {
    expect(running.call("set-flags")).toBe(1);
  });

  test("an empty list, and none", () => {
    expect(running.bytes(running.call("directories"), 8)).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    expect(running.bytes(running.call("lookup", 0, 0, 0, 0), 12)).toEqual(Array.from({ length: 12 }, () => 0));
  });

  test("to parameters that lie in memory too", () => {
    expect(running.bytes(running.call("many", 0), 2)).toEqual([1, 1]);
  });
});

/** The name of the function that trapped, as a stack trace has it. */
function trapOf(stubs: Running, name: string, ...args: readonly (number | bigint)[]): string {
  try {
    stubs.call(name, ...args);
  } catch (error) {
    expect(error).toBeInstanceOf(WebAssembly.RuntimeError);
    return /^ +at (.*) \(wasm/m.exec((error as Error).stack ?? "")?.[1] ?? "";
  }
  return "no trap";
}

describe("traps", () => {
  test.for([
    ["exit", 0],
    ["bytes", 0n],
    ["[method]made.length", 1],
  ] as const)("say which function is denied: %s", ([name, ...args]) => {
    expect(trapOf(running, name, ...args)).toContain(`${NAME}#${name} is denied${TEXT}`);
  });

  test("in methods of resources that nobody can have, without a name", () => {
    expect(trapOf(running, "[method]denied.read", 1)).not.toContain("is denied");
    expect(trapOf(running, "[method]unmade.read", 1)).not.toMatch(/no trap|is denied/);
  });

  test("are all that there is where denying means trapping", () => {
    for (const [name, type] of Object.entries(FUNCTIONS)) {
      const args = coreSignature(type, "lift").type.params.map((each) => (each === "i64" ? 0n : 0));
      const trap = trapOf(trapping, name, ...args);
      const callable = !type.params.some(({ type: each }) => typeof each === "object" && "resource" in each && each.resource !== foreign);
      if (callable) expect(trap).toContain(`${NAME}#${name} is denied`);
      else expect(trap).not.toBe("no trap");
    }
    expect(trapping.dropped).toEqual([]);
  });
});

describe("handles of other interfaces", () => {
  test("are dropped, each once", () => {
    running.dropped.length = 0;
    running.call("code-of", 7);
    running.call("take", 8, 1n, 9);
    expect(running.dropped).toEqual([
      ["foreign", 7],
      ["foreign", 8],
      ["foreign", 9],
    ]);
  });
});

describe("handles inside parameters", () => {
  test("are dropped in lists, and arguments beside these are left alone", () => {
    running.dropped.length = 0;
    const address = running.realloc(12, 4);
    running.store(address, 5, 6, 7);
    expect(running.realloc(1)).toBeGreaterThanOrEqual(address + 12);
    expect(running.bytes(running.call("take-all", address, 3), 2)).toEqual([1, 1]);
    expect(running.dropped.map(([, handle]) => handle)).toEqual([5, 6, 7]);
  });

  test("are dropped in the cases of variants that are there", () => {
    running.dropped.length = 0;
    running.call("take-some", 0, 0, 0, 9n);
    running.call("take-some", 1, 5, 1, 6n);
    expect(running.dropped.map(([, handle]) => handle)).toEqual([5, 6]);
  });

  test("are dropped in parameters that lie in memory", () => {
    running.dropped.length = 0;
    const address = running.realloc(92, 4);
    running.store(address + 80, 5, 0, 0);
    expect(running.bytes(running.call("many-and-one", address), 2)).toEqual([1, 1]);
    expect(running.dropped.map(([, handle]) => handle)).toEqual([5]);
  });

  test("are none, where there can be no such handles", () => {
    expect(running.bytes(running.call("close-all", 0, 0), 2)).toEqual([1, 1]);
  });
});

describe("handles of the interface itself", () => {
  test("are handed out by functions that cannot say no, and do nothing", () => {
    expect(running.call("[constructor]made", 0, 0)).toBe(MADE_HANDLE);
    expect(running.call("[method]made.copy", 1)).toBe(MADE_HANDLE);
    expect(running.bytes(running.call("[method]made.read", 1), 9)).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 1]);
  });

  test("are dropped where they are given away; a borrow of one is no handle here", () => {
    running.dropped.length = 0;
    running.call("spend", 5, 1);
    expect(running.dropped).toEqual([["made", 5]]);
  });
});

describe("memory for arguments", () => {
  test("does not overlap the answers", () => {
    const block = running.realloc(100);
    running.call("lookup", 0, 0, 0, 0);
    expect(running.realloc(100)).toBe(block);
    const answers = ["close", "size", "directories"].map((name) => Number(running.call(name)));
    expect(Math.max(...answers) + 16).toBeLessThanOrEqual(block);
  });

  test("is aligned, and of its own for each argument of a call", () => {
    running.call("lookup", 0, 0, 0, 0);
    const first = running.realloc(3);
    const second = running.realloc(10, 8);
    expect(second % 8).toBe(0);
    expect(second).toBeGreaterThanOrEqual(first + 3);
    expect(running.realloc(1)).toBe(second + 10);
  });

  test("grows to what is asked for, and is used again by the next call", () => {
    let pages = 0;
    for (let call = 0; call < 10; call++) {
      const block = running.realloc(300_000);
      expect(running.pages() * 65_536).toBeGreaterThanOrEqual(block + 300_000);
      if (call > 0) expect(running.pages()).toBe(pages);
      pages = running.pages();
      running.call("lookup", block, 300_000, 0, 0);
    }
  });
});

test("interfaces that use one name for different things, and need each other, are one part", () => {
  const interfaces = new Interfaces();
  const [a, b, c]: readonly Resource[] = ["a", "b", "c"].map((name) => ({ kind: "resource", name }));
  if (a === undefined || b === undefined || c === undefined) throw new Error("three names");
  const type = (each: Resource): Extern => ({ kind: "type", type: each });
  interfaces.add(
    "acme:kit/a@1.0.0",
    new Map<string, Extern>([
      ["a", type(a)],
      ["ask", { kind: "func", type: func([], "u8") }],
    ]),
  );
  // Uses `a`, and means something else by `ask`.
  interfaces.add(
    "acme:kit/b@1.0.0",
    new Map<string, Extern>([
      ["b", type(b)],
      ["a", type(a)],
      ["ask", { kind: "func", type: func([borrow(a)]) }],
    ]),
  );
  interfaces.add(
    "acme:kit/c@1.0.0",
    new Map<string, Extern>([
      ["c", type(c)],
      ["b", type(b)],
    ]),
  );
  const denied = new Map(interfaces.keys().map((key) => [key, new Set(interfaces.get(key)?.exports.keys())]));
  const part = stubPart({ interfaces: denied, denialOf: () => "error", textOf: () => "", functions: [] }, interfaces);
  expect([...(part?.provides.keys() ?? [])]).toEqual(["acme:kit/a@1", "acme:kit/b@1", "acme:kit/c@1"]);
});
