import { parse } from "@bytecodealliance/jco";
import { expect, test } from "vitest";
import { pruneCore } from "../../src/binary/prune-core.ts";

test("keeps the globals that are used, of either integer type", async () => {
  const core = await parse(`(module
    (global $unused (mut i32) (i32.const 1))
    (global $long (mut i64) (i64.const -1234567890123))
    (global $short i32 (i32.const 77))
    (func (export "long") (result i64) global.get $long)
    (func (export "short") (result i32) global.get $short)
    (func (export "unused") (result i32) global.get $unused))`);
  const kept = new Map([
    ["long", "a"],
    ["short", "b"],
  ]);
  const { bytes } = pruneCore(core, {
    name: "pruned",
    exports: kept,
    rename: (module, field) => [module, field],
    table: { from: ["m", "t"], functions: [] },
  });
  const { a, b } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(bytes))).exports as Record<string, () => unknown>;
  expect([a?.(), b?.()]).toEqual([-1234567890123n, 77]);
  expect(bytes.length).toBeLessThan(core.length);
});

test("exports fill the memory that they find empty, and only then", async () => {
  const core = await parse(`(module
    (import "env" "memory" (memory 1))
    (import "env" "unused" (func))
    (import "env" "plus" (func $plus (param i32 i32) (result i32)))
    (func (export "read") (param $at i32) (result i32) (local $sum i32) (local $long i64)
      (local.set $sum (call $plus (i32.load (local.get $at)) (i32.const 1)))
      (local.get $sum))
    (func (export "size") (result i32) memory.size))`);
  const exports = new Map([
    ["read", "read"],
    ["size", "size"],
  ]);
  const { bytes } = pruneCore(core, {
    name: "pruned",
    exports,
    rename: (module, field) => [module, field],
    fill: { from: ["env", "fill"], exports: new Set(["read"]) },
    table: { from: ["m", "t"], functions: [] },
  });
  const memory = new WebAssembly.Memory({ initial: 0 });
  let filled = 0;
  const fill = (): void => {
    filled++;
    memory.grow(1);
    new Uint8Array(memory.buffer)[8] = 41;
  };
  const env = { memory, fill, plus: (left: number, right: number) => left + right };
  const { read, size } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(bytes)), { env }).exports as unknown as Record<
    "read" | "size",
    (at?: number) => number
  >;
  expect([size(), read(8), read(8), size(), filled]).toEqual([0, 42, 42, 1, 1]);
});
