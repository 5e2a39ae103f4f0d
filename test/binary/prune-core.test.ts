import { parse } from "@bytecodealliance/jco";
import { expect, test } from "vitest";
import { bytesOf } from "../../src/binary/chunk.ts";
import { decodeCore } from "../../src/binary/prebuilt-module.ts";
import { pruneCore, type PruneOptions } from "../../src/binary/prune-core.ts";

const pruned = (core: Uint8Array, options: Omit<PruneOptions, "name">): Uint8Array<ArrayBuffer> =>
  new Uint8Array(bytesOf(pruneCore(decodeCore(core), { name: "pruned", ...options }).module.finish()));
const NONE: PruneOptions["memory"] = { from: "m", fill: "f", first: new Set() };

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
  const bytes = pruned(core, { exports: kept, rename: (module, field) => [module, field], memory: NONE });
  const { a, b } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as Record<string, () => unknown>;
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
  const bytes = pruned(core, {
    exports,
    rename: (module, field) => [module, field],
    memory: { from: "env", fill: "fill", first: new Set(["read"]) },
  });
  const memory = new WebAssembly.Memory({ initial: 0 });
  let filled = 0;
  const fill = (): void => {
    filled++;
    memory.grow(1);
    new Uint8Array(memory.buffer)[8] = 41;
  };
  const env = { memory, fill, plus: (left: number, right: number) => left + right };
  const { read, size } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env }).exports as unknown as Record<
    "read" | "size",
    (at?: number) => number
  >;
  expect([size(), read(8), read(8), size(), filled]).toEqual([0, 42, 42, 1, 1]);
});
