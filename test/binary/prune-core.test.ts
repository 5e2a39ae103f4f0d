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
