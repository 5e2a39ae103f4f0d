/** Each rule against what wasm-tools writes for it, and by hand where its text format has no words for it. */
import { parse } from "@bytecodealliance/jco-transpile/wasm-tools";
import { describe, expect, test } from "vitest";
import type { Canon } from "../../src/binary/canon.ts";
import { decodeComponent, encodeComponent, PREAMBLE, type NewSection, type Section } from "../../src/binary/component.ts";
import type { ExternName, ExternType } from "../../src/binary/externs.ts";
import type { Type } from "../../src/binary/types.ts";

type ItemSection = Extract<Section, { readonly items: readonly unknown[] }>;

/** The items of all sections of one kind, in a component that is written as it was read. */
async function itemsOf(kind: ItemSection["kind"], text: string): Promise<ItemSection["items"][number][]> {
  const bytes = await parse(`(component ${text})`);
  const sections = decodeComponent(bytes);
  expect(encodeComponent(sections)).toEqual(bytes);
  return sections.flatMap<ItemSection["items"][number]>((section) => (section.kind === kind && "items" in section ? section.items : []));
}

/** For what cannot be said in text: these bytes mean this section, and back. */
function expectSection(section: NewSection, ...bytes: readonly number[]): void {
  const file = Uint8Array.from([...PREAMBLE, ...bytes]);
  // Behind the preamble, the section's id and its size of one byte.
  expect(decodeComponent(file)).toEqual([{ ...section, offset: PREAMBLE.length + 2 }]);
  expect(encodeComponent([section])).toEqual(file);
}

describe("canonical definitions", () => {
  test.each<readonly [string, Canon]>([
    ["backpressure.inc", { kind: "backpressure.inc" }],
    ["backpressure.dec", { kind: "backpressure.dec" }],
    ["task.return", { kind: "task.return", result: { kind: "none" }, options: [] }],
    [
      "task.return (result u32) (memory (core memory 0))",
      { kind: "task.return", result: { kind: "one", type: "u32" }, options: [{ kind: "memory", memory: 0 }] },
    ],
    ["task.cancel", { kind: "task.cancel" }],
    ["context.get i32 0", { kind: "context.get", type: 0x7f, slot: 0 }],
    ["context.set i64 1", { kind: "context.set", type: 0x7e, slot: 1 }],
    ["subtask.cancel", { kind: "subtask.cancel", async: false }],
    ["subtask.cancel async", { kind: "subtask.cancel", async: true }],
    ["subtask.drop", { kind: "subtask.drop" }],
    ["stream.new 3", { kind: "stream.new", type: 3 }],
    [
      "stream.read 3 async (memory (core memory 1))",
      { kind: "stream.read", type: 3, options: [{ kind: "async" }, { kind: "memory", memory: 1 }] },
    ],
    ["stream.write 3 (realloc (core func 4))", { kind: "stream.write", type: 3, options: [{ kind: "realloc", func: 4 }] }],
    ["stream.cancel-read 3 async", { kind: "stream.cancel-read", type: 3, async: true }],
    ["stream.cancel-write 3", { kind: "stream.cancel-write", type: 3, async: false }],
    ["stream.drop-readable 3", { kind: "stream.drop-readable", type: 3 }],
    ["stream.drop-writable 3", { kind: "stream.drop-writable", type: 3 }],
    ["future.new 3", { kind: "future.new", type: 3 }],
    ["future.read 3 async", { kind: "future.read", type: 3, options: [{ kind: "async" }] }],
    ["future.write 3", { kind: "future.write", type: 3, options: [] }],
    ["future.cancel-read 3", { kind: "future.cancel-read", type: 3, async: false }],
    ["future.cancel-write 3 async", { kind: "future.cancel-write", type: 3, async: true }],
    ["future.drop-readable 3", { kind: "future.drop-readable", type: 3 }],
    ["future.drop-writable 3", { kind: "future.drop-writable", type: 3 }],
    [
      "error-context.new (memory (core memory 0)) string-encoding=latin1+utf16",
      { kind: "error-context.new", options: [{ kind: "memory", memory: 0 }, { kind: "latin1+utf16" }] },
    ],
    ["error-context.debug-message string-encoding=utf8", { kind: "error-context.debug-message", options: [{ kind: "utf8" }] }],
    ["error-context.drop", { kind: "error-context.drop" }],
    ["waitable-set.new", { kind: "waitable-set.new" }],
    ["waitable-set.wait (memory (core memory 2))", { kind: "waitable-set.wait", cancellable: false, memory: 2 }],
    ["waitable-set.poll (memory (core memory 2))", { kind: "waitable-set.poll", cancellable: false, memory: 2 }],
    ["waitable-set.drop", { kind: "waitable-set.drop" }],
    ["waitable.join", { kind: "waitable.join" }],
    ["thread.index", { kind: "thread.index" }],
    ["thread.new-indirect 1 (core table 2)", { kind: "thread.new-indirect", type: 1, table: 2 }],
    ["thread.resume-later", { kind: "thread.resume-later" }],
    ["thread.suspend", { kind: "thread.suspend", cancellable: false }],
    ["thread.yield", { kind: "thread.yield", cancellable: false }],
    ["thread.suspend-then-resume", { kind: "thread.suspend-then-resume", cancellable: false }],
    ["thread.yield-then-resume", { kind: "thread.yield-then-resume", cancellable: false }],
    ["thread.suspend-then-promote", { kind: "thread.suspend-then-promote", cancellable: false }],
    ["thread.yield-then-promote", { kind: "thread.yield-then-promote", cancellable: false }],
    ["resource.new 5", { kind: "resource.new", resource: 5 }],
    ["resource.drop 300", { kind: "resource.drop", resource: 300 }],
    ["resource.rep 5", { kind: "resource.rep", resource: 5 }],
    [
      "lower (func 1) (memory (core memory 0)) string-encoding=utf16",
      { kind: "lower", func: 1, options: [{ kind: "memory", memory: 0 }, { kind: "utf16" }] },
    ],
    ["lower (func 1) gc (core-type 2)", { kind: "lower", func: 1, options: [{ kind: "gc" }, { kind: "core-type", type: 2 }] }],
  ])("%s", async (text, expected) => {
    expect(await itemsOf("canon", `(core func (canon ${text}))`)).toEqual([expected]);
  });

  test("lift", async () => {
    const text =
      "(type (func)) (func (type 0) (canon lift (core func 7) (memory (core memory 0)) (realloc (core func 2)) (post-return (core func 3)) async (callback (core func 4))))";
    const options = [
      { kind: "memory", memory: 0 },
      { kind: "realloc", func: 2 },
      { kind: "post-return", func: 3 },
      { kind: "async" },
      { kind: "callback", func: 4 },
    ] as const;
    expect(await itemsOf("canon", text)).toEqual([{ kind: "lift", func: 7, options, type: 0 }]);
  });

  test("what wasm-tools has no words for, or other bytes", () => {
    expectSection({ kind: "canon", items: [{ kind: "thread.spawn-ref", shared: true, type: 3 }] }, 8, 4, 1, 0x40, 1, 3);
    expectSection({ kind: "canon", items: [{ kind: "thread.spawn-indirect", shared: false, type: 3, table: 4 }] }, 8, 5, 1, 0x41, 0, 3, 4);
    expectSection({ kind: "canon", items: [{ kind: "waitable-set.wait", cancellable: true, memory: 0 }] }, 8, 4, 1, 0x20, 1, 0);
    expectSection({ kind: "canon", items: [{ kind: "thread.available-parallelism", shared: true }] }, 8, 3, 1, 0x42, 1);
  });
});

describe("types", () => {
  test.each<readonly [string, Type]>([
    ["u32", { kind: "primitive", type: "u32" }],
    ["error-context", { kind: "primitive", type: "error-context" }],
    [
      '(record (field "a" u8) (field "b" 9))',
      {
        kind: "record",
        fields: [
          { label: "a", type: "u8" },
          { label: "b", type: 9 },
        ],
      },
    ],
    [
      '(variant (case "a") (case "b" string))',
      {
        kind: "variant",
        cases: [
          { label: "a", type: undefined },
          { label: "b", type: "string" },
        ],
      },
    ],
    ["(list char)", { kind: "list", element: "char" }],
    ["(list u8 4)", { kind: "fixed list", element: "u8", length: 4 }],
    ["(map string 200)", { kind: "map", key: "string", value: 200 }],
    ["(tuple bool s8 s16 u16 s32)", { kind: "tuple", types: ["bool", "s8", "s16", "u16", "s32"] }],
    ['(flags "a" "b")', { kind: "flags", labels: ["a", "b"] }],
    ['(enum "a" "b")', { kind: "enum", labels: ["a", "b"] }],
    ["(option f32)", { kind: "option", some: "f32" }],
    ["(result)", { kind: "result", ok: undefined, error: undefined }],
    ["(result s64 (error f64))", { kind: "result", ok: "s64", error: "f64" }],
    ["(own 70)", { kind: "own", resource: 70 }],
    ["(borrow 1)", { kind: "borrow", resource: 1 }],
    ["(stream)", { kind: "stream", element: undefined }],
    ["(stream u64)", { kind: "stream", element: "u64" }],
    ["(future 64)", { kind: "future", element: 64 }],
    ["(func)", { kind: "func", params: [], result: { kind: "none" } }],
    [
      '(func async (param "a" u32) (result 3))',
      { kind: "async func", params: [{ label: "a", type: "u32" }], result: { kind: "one", type: 3 } },
    ],
    ["(resource (rep i32))", { kind: "resource", rep: 0x7f, dtor: undefined }],
    ["(resource (rep i64) (dtor (core func 3)))", { kind: "resource", rep: 0x7e, dtor: 3 }],
    ["(instance)", { kind: "instance", decls: [] }],
    [
      '(component (type u8) (alias outer 1 0 (type)) (import "a" (func (type 0))) (export "b" (type (eq 1))))',
      {
        kind: "component",
        decls: [
          { kind: "type", type: { kind: "primitive", type: "u8" } },
          { kind: "alias", alias: { sort: "type", target: { kind: "outer", count: 1, idx: 0 } } },
          { kind: "import", import: { name: { kind: "plain", name: "a" }, type: { kind: "func", type: 0 } } },
          { kind: "export", export: { name: { kind: "plain", name: "b" }, type: { kind: "type", bound: { kind: "eq", type: 1 } } } },
        ],
      },
    ],
  ])("%s", async (text, expected) => {
    expect(await itemsOf("type", `(type ${text})`)).toEqual([expected]);
  });

  test.each([
    "(type (func (param i32 i64 f32 f64 v128 externref funcref (ref null func) (ref 0))))",
    "(type (array (mut (ref null 1))))",
    "(type (sub (func)))",
    "(type (sub final 0 (struct)))",
    '(type (module (type (func)) (type (sub (struct))) (alias outer 1 0 (type)) (import "a" "f" (func (type 0))) (import "a" "g" (global (mut i32))) (import "a" "g2" (global funcref)) (export "m" (memory 1)) (export "s" (memory 1 2 shared)) (export "l" (memory i64 1 0x100000000)) (export "t" (table 0 externref)) (export "e" (tag (param i32)))))',
  ])("core types in an instance type: %s", async (text) => {
    const [found] = await itemsOf("type", `(type (instance (core ${text.slice(1)} (type u8)))`);
    if (found === undefined || !("decls" in found)) throw new Error("no instance type");
    expect(found.decls.map((decl) => decl.kind)).toEqual(["core type", "type"]);
  });

  test("a group of core types in an instance type", () => {
    const group = [0x4e, 2, 0x5f, 1, 0x78, 0x01, 0x50, 1, 0, 0x5e, 0x7f, 0x00];
    const decls = [{ kind: "core type", type: { bytes: Uint8Array.from(group) } }] as const;
    expectSection({ kind: "type", items: [{ kind: "instance", decls }] }, 7, 16, 1, 0x42, 1, 0, ...group);
  });

  test("the core type section stays bytes", async () => {
    const bytes = await parse('(component (core type (func)) (core type (module (export "f" (func)))))');
    const [section] = decodeComponent(bytes);
    expect(section).toMatchObject({ kind: "core type", count: 2 });
    expect(encodeComponent(decodeComponent(bytes))).toEqual(bytes);
  });
});

describe("imports and exports", () => {
  test.each<readonly [string, ExternName]>([
    ['"a"', { kind: "plain", name: "a" }],
    ['"a:b/c@1.0.0"', { kind: "plain", name: "a:b/c@1.0.0" }],
    ['"a" (implements "a:b/c@1.2.3")', { kind: "attributed", name: "a", attributes: [{ kind: "implements", interface: "a:b/c@1.2.3" }] }],
    ['"a:b/c@1" (versionsuffix ".2.3")', { kind: "attributed", name: "a:b/c@1", attributes: [{ kind: "versionsuffix", suffix: ".2.3" }] }],
    ['"a" (external-id "f g")', { kind: "attributed", name: "a", attributes: [{ kind: "external-id", id: "f g" }] }],
  ])("the name %s", async (text, name) => {
    expect(await itemsOf("import", `(type (instance)) (import ${text} (instance (type 0)))`)).toEqual([
      { name, type: { kind: "instance", type: 0 } },
    ]);
  });

  test("the older byte of an interface's name", () => {
    expectSection(
      { kind: "import", items: [{ name: { kind: "interface", name: "a:b/c" }, type: { kind: "instance", type: 0 } }] },
      10,
      10,
      1,
      1,
      5,
      0x61,
      0x3a,
      0x62,
      0x2f,
      0x63,
      5,
      0,
    );
  });

  test.each<readonly [string, ExternType]>([
    ["(core module (type 3))", { kind: "core module", type: 3 }],
    ["(func (type 3))", { kind: "func", type: 3 }],
    ["(component (type 3))", { kind: "component", type: 3 }],
    ["(instance (type 3))", { kind: "instance", type: 3 }],
    ["(type (eq 3))", { kind: "type", bound: { kind: "eq", type: 3 } }],
    ["(type (sub resource))", { kind: "type", bound: { kind: "sub resource" } }],
  ])("the type %s", async (text, type) => {
    expect(await itemsOf("import", `(import "a" ${text})`)).toEqual([{ name: { kind: "plain", name: "a" }, type }]);
  });

  test("values", () => {
    const name = { kind: "plain", name: "v" } as const;
    expectSection(
      { kind: "import", items: [{ name, type: { kind: "value", bound: { kind: "eq", value: 4 } } }] },
      10,
      7,
      1,
      0,
      1,
      0x76,
      2,
      0,
      4,
    );
    expectSection(
      { kind: "import", items: [{ name, type: { kind: "value", bound: { kind: "type", type: "u32" } } }] },
      10,
      7,
      1,
      0,
      1,
      0x76,
      2,
      1,
      0x79,
    );
    expectSection({ kind: "value", items: [{ type: "u8", bytes: Uint8Array.of(42) }] }, 12, 4, 1, 0x7d, 1, 42);
    expectSection({ kind: "start", func: 1, args: [2, 3], results: 4 }, 9, 5, 1, 2, 2, 3, 4);
  });

  test("an export with and without a type", async () => {
    const found = await itemsOf(
      "export",
      '(export "a" (func 2)) (export "b" (core module 0)) (export "c" (func 2) (func (type 1))) (export "d" (type 4))',
    );
    expect(found).toEqual([
      { name: { kind: "plain", name: "a" }, item: { sort: "func", idx: 2 }, type: undefined },
      { name: { kind: "plain", name: "b" }, item: { sort: "core module", idx: 0 }, type: undefined },
      { name: { kind: "plain", name: "c" }, item: { sort: "func", idx: 2 }, type: { kind: "func", type: 1 } },
      { name: { kind: "plain", name: "d" }, item: { sort: "type", idx: 4 }, type: undefined },
    ]);
  });
});

describe("instances and aliases", () => {
  test("core instances", async () => {
    const text =
      '(core instance (instantiate 3 (with "a" (instance 4)))) (core instance (export "f" (func 0)) (export "t" (table 1)) (export "m" (memory 2)) (export "g" (global 3)) (export "e" (tag 4)))';
    expect(await itemsOf("core instance", text)).toEqual([
      { kind: "instantiate", module: 3, args: [{ name: "a", instance: 4 }] },
      {
        kind: "exports",
        exports: [
          { name: "f", sort: "core func", idx: 0 },
          { name: "t", sort: "core table", idx: 1 },
          { name: "m", sort: "core memory", idx: 2 },
          { name: "g", sort: "core global", idx: 3 },
          { name: "e", sort: "core tag", idx: 4 },
        ],
      },
    ]);
  });

  test("instances", async () => {
    const text =
      '(instance (instantiate 1 (with "a:b/c" (instance 2)) (with "t" (type 3)) (with "m" (core module 4)))) (instance (export "f" (func 5)) (export "c" (component 6)))';
    expect(await itemsOf("instance", text)).toEqual([
      {
        kind: "instantiate",
        component: 1,
        args: [
          { name: "a:b/c", item: { sort: "instance", idx: 2 } },
          { name: "t", item: { sort: "type", idx: 3 } },
          { name: "m", item: { sort: "core module", idx: 4 } },
        ],
      },
      {
        kind: "exports",
        exports: [
          { name: { kind: "plain", name: "f" }, item: { sort: "func", idx: 5 } },
          { name: { kind: "plain", name: "c" }, item: { sort: "component", idx: 6 } },
        ],
      },
    ]);
  });

  test("aliases", async () => {
    const text =
      '(alias export 1 "f" (func)) (alias core export 2 "m" (core memory)) (alias outer 0 3 (type)) (alias outer 0 4 (core module)) (alias outer 0 5 (component)) (alias outer 0 6 (core type))';
    expect(await itemsOf("alias", text)).toEqual([
      { sort: "func", target: { kind: "export", instance: 1, name: "f" } },
      { sort: "core memory", target: { kind: "core export", instance: 2, name: "m" } },
      { sort: "type", target: { kind: "outer", count: 0, idx: 3 } },
      { sort: "core module", target: { kind: "outer", count: 0, idx: 4 } },
      { sort: "component", target: { kind: "outer", count: 0, idx: 5 } },
      { sort: "core type", target: { kind: "outer", count: 0, idx: 6 } },
    ]);
  });

  test("an alias of a value", () => {
    expectSection(
      { kind: "alias", items: [{ sort: "value", target: { kind: "export", instance: 0, name: "v" } }] },
      6,
      6,
      1,
      2,
      0,
      0,
      1,
      0x76,
    );
  });
});
