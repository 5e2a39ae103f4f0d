import { print } from "@bytecodealliance/jco";
import { expect, test } from "vitest";
import { Assembler } from "../../src/binary/assembler.ts";
import { bytesOf } from "../../src/binary/chunk.ts";
import type { CoreFuncType } from "../../src/binary/core-module.ts";
import { Code, op } from "../../src/binary/instructions.ts";

const NUMBER: CoreFuncType = { params: [], results: ["i32"] };
const CHANGE: CoreFuncType = { params: ["i32"], results: ["i32"] };

type Exports = Record<string, (...values: number[]) => number>;

/** What the engine, which validates it, makes of the module. */
const run = (module: Assembler, imports: WebAssembly.Imports = {}): Exports =>
  new WebAssembly.Instance(new WebAssembly.Module(bytesOf(module.finish()) as BufferSource), imports).exports as unknown as Exports;

test("calls find their function, whatever is imported while code is written", () => {
  const module = new Assembler("late");
  const last = module.func(NUMBER);
  const first = module.func(NUMBER, new Code(0).call(last));
  module.export("first", first);
  const code = new Code(0).constant(40);
  module.define(last, code);
  code.call(module.importFunc("host", "add", CHANGE));
  code.call(module.importFunc("host", "double", CHANGE));
  expect(run(module, { host: { add: (value: number) => value + 2, double: (value: number) => value * 2 } })["first"]?.()).toBe(84);
});

test("everything that is imported comes before what is the module's own", () => {
  const module = new Assembler("mixed");
  const own = module.global(5);
  const memory = module.importMemory("env", "memory");
  const given = module.importGlobal("env", "given", false);
  const sum = module.func(NUMBER, new Code(0).getGlobal(own).getGlobal(given).op(op.i32Add).constant(8).load(op.i32Load, 4).op(op.i32Add));
  module.importFunc("env", "unused", CHANGE);
  module.export("sum", sum);
  module.export("memory", memory);
  module.data(12, [Uint8Array.of(100)]);
  const given7 = new WebAssembly.Global({ value: "i32" }, 7);
  const env = { memory: new WebAssembly.Memory({ initial: 1 }), given: given7, unused: () => 0 };
  expect(run(module, { env })["sum"]?.()).toBe(112);
});

test("a type is written once, whatever has it", async () => {
  const module = new Assembler("types");
  module.importFunc("host", "a", CHANGE);
  module.func(CHANGE, new Code(1).get(0));
  module.func(NUMBER, new Code(0).constant(1));
  const text = await print(bytesOf(module.finish()));
  expect(text.match(/\(type \(;\d+;\) \(func/g)).toHaveLength(2);
});

test("a trap of a name is one function, and a trace shows the name", () => {
  const module = new Assembler("traps");
  const trap = module.trap("secret#of is denied");
  expect(module.trap("secret#of is denied")).toBe(trap);
  module.export("f", module.func({ params: [], results: [] }, new Code(0).call(trap), "f"));
  const { f } = run(module);
  expect(() => f?.()).toThrow(WebAssembly.RuntimeError);
  const stack = (() => {
    try {
      return String(f?.());
    } catch (error) {
      return String((error as Error).stack);
    }
  })();
  expect(stack).toContain("traps.secret#of is denied");
});

test("the value of a global may be known last", () => {
  const module = new Assembler("value");
  let value = 0;
  const global = module.global(() => value, false);
  module.export("get", module.func(NUMBER, new Code(0).getGlobal(global)));
  value = -3;
  expect(run(module)["get"]?.()).toBe(-3);
});

test("locals lie behind the parameters", () => {
  const module = new Assembler("locals");
  const code = new Code(1);
  const [one, two] = [code.local(), code.local()];
  code.get(0).set(one).constant(1000).set(two).get(one).get(two).op(op.i32Add);
  module.export("f", module.func(CHANGE, code));
  expect(run(module)["f"]?.(1)).toBe(1001);
});

test("empty data is left out", () => {
  const module = new Assembler("data");
  module.memory(1);
  module.data(0, []);
  module.data(8, [new Uint8Array()]);
  expect(bytesOf(module.finish()).length).toBe(bytesOf(withMemory()).length);
});

function withMemory(): ReturnType<Assembler["finish"]> {
  const module = new Assembler("data");
  module.memory(1);
  return module.finish();
}

test.each<[string, (module: Assembler) => void]>([
  ["a function without code", (module) => module.func(NUMBER)],
  ["a function of another module", (module) => module.export("f", new Assembler("other").func(NUMBER, new Code(0).constant(1)))],
  ["code that refers to what is nowhere", (module) => module.func(NUMBER, new Code(0).getGlobal({ kind: "global" }))],
])("refuses %s", (_what, make) => {
  const module = new Assembler("wrong");
  make(module);
  expect(() => module.finish()).toThrow(/has no code|of another module/);
});

test("refuses a second code of a function, and that of an import", () => {
  const module = new Assembler("twice");
  const func = module.func(NUMBER, new Code(0).constant(1));
  expect(() => module.define(func, new Code(0).constant(2))).toThrow("has its code already");
  expect(() => module.define(module.importFunc("a", "b", NUMBER), new Code(0).constant(2))).toThrow("is imported");
});

test("code puts passive data into memory, whatever lies before it", () => {
  const module = new Assembler("data");
  module.export("memory", module.memory(1));
  module.data(0, [Uint8Array.of(9)]);
  const [first, second] = [module.passiveData([Uint8Array.of(1, 2)]), module.passiveData([Uint8Array.of(3)])];
  module.export("fill", module.func({ params: [], results: [] }, new Code(0).memoryInit(100, second).memoryInit(101, first)));
  const exports = run(module) as unknown as { readonly memory: WebAssembly.Memory; readonly fill: () => void };
  const lying = (): readonly number[] => [0, 100, 101, 102].map((at) => new Uint8Array(exports.memory.buffer)[at] ?? -1);
  expect(lying()).toEqual([9, 0, 0, 0]);
  exports.fill();
  expect(lying()).toEqual([9, 3, 1, 2]);
});
