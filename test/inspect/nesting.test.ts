import { parse } from "@bytecodealliance/jco";
import { expect, test } from "vitest";
import { FormatError } from "../../src/errors.ts";
import { MAX_NESTING, nestingOf, type Wire } from "../../src/inspect/nesting.ts";
import { decodeDeep } from "../binary/components.ts";
import { ComponentWriter } from "../../src/compose/component-writer.ts";
import { decodeComponent, encodeComponent } from "../../src/binary/component.ts";
import { NAME_SECTION } from "../../src/binary/name-section.ts";
import { virtualize } from "../../src/index.ts";
import { appOf, wasi } from "../compose/app-of.ts";
import { bytesOf } from "../compose/apps.ts";

const arg = (name: string, ...from: Wire["from"]): Wire => ({ name, sort: "instance", from });

/** What a tool such as wac makes: a logger that is fed to a store, both to an app, one bundle among the arguments. */
const COMPOSED = await parse(`
  (component $whole
    (type $log (instance (export "write" (func))))
    (import "host:log/sink" (instance $sink (type $log)))
    (component $logger
      (import "host:log/sink" (instance $sink (export "write" (func))))
      (export "log" (instance $sink)))
    (component $store (import "acme:log/log" (instance $in (export "write" (func)))) (export "acme:kv/store" (instance $in)))
    (instance $logger (instantiate $logger (with "host:log/sink" (instance $sink))))
    (alias export $logger "log" (instance $log))
    (instance $first (instantiate $store (with "acme:log/log" (instance $log))))
    (instance $second (instantiate $store (with "acme:log/log" (instance $sink))))
    (alias export $first "acme:kv/store" (instance $kv))
    (alias export $kv "write" (func $write))
    (alias export $sink "write" (func $raw))
    (instance $bundle (export "write" (func $write)) (export "raw" (func $raw)))
    (component $app (import "both" (instance (export "write" (func)) (export "raw" (func)))) (import "one" (func)))
    (instance $app (instantiate $app (with "both" (instance $bundle)) (with "one" (func $write))))
    (alias export $bundle "raw" (func $again))
    (export "kv" (instance $kv))
    (export "again" (func $again)))`);

test("tells who instantiates what with what", () => {
  const { name, components, instances, exports, coreModules, metadata, byteLength } = nestingOf(COMPOSED);
  expect({ name, coreModules, metadata, byteLength }).toEqual({
    name: "whole",
    coreModules: 0,
    metadata: null,
    byteLength: COMPOSED.length,
  });
  expect(components.map((each) => each.name)).toEqual(["logger", "store", "app"]);
  const kv = { kind: "instance", instance: 1, export: "acme:kv/store" } as const;
  const sink = { kind: "import", name: "host:log/sink" } as const;
  expect(instances).toEqual([
    { name: "logger", component: 0, role: null, args: [arg("host:log/sink", sink)] },
    { name: "first", component: 1, role: null, args: [arg("acme:log/log", { kind: "instance", instance: 0, export: "log" })] },
    { name: "second", component: 1, role: null, args: [arg("acme:log/log", sink)] },
    { name: "app", component: 2, role: null, args: [arg("both", kv, sink), { name: "one", sort: "func", from: [kv] }] },
  ]);
  expect(exports).toEqual([arg("kv", kv), { name: "again", sort: "func", from: [sink] }]);
});

test("goes into what is nested, at any depth, and counts core modules", async () => {
  const component = await parse(`
    (component
      (component $middle
        (core module)
        (core module)
        (component $inner (core module))
        (instance $it (instantiate $inner))))`);
  const [middle] = nestingOf(component).components;
  expect(middle).toMatchObject({ name: "middle", coreModules: 2, instances: [{ name: "it", component: 0 }] });
  expect(middle?.components).toMatchObject([{ name: "inner", coreModules: 1, components: [], instances: [] }]);
});

test("a component from outside, or of a scope around, is none of the nested ones", async () => {
  const component = await parse(`
    (component
      (import "dep" (component $dep))
      (component $mine)
      (instance (instantiate $dep))
      (component (alias outer 1 $mine (component $theirs)) (instance (instantiate $theirs)))
      (component $taker (import "c" (component)))
      (instance (instantiate $taker (with "c" (component $mine)))))`);
  const { instances, components } = nestingOf(component);
  expect(instances.map((each) => each.component)).toEqual([null, 2]);
  expect(instances[1]?.args).toEqual([{ name: "c", sort: "component", from: [{ kind: "own" }] }]);
  expect(components[1]?.instances).toEqual([{ name: null, component: null, role: null, args: [] }]);
});

test("what is lifted or defined here is its own, and what comes with an import is the import's", async () => {
  const component = await parse(`
    (component
      (import "a:b/c" (instance $c (export "r" (type (sub resource))) (export "inner" (instance (export "f" (func))))))
      (alias export $c "r" (type $r))
      (alias export $c "inner" (instance $inner))
      (alias export $inner "f" (func $f))
      (core module $m (func (export "g")))
      (core instance $i (instantiate $m))
      (core func $lowered (canon lower (func $f)))
      (func $g (canon lift (core func $i "g")))
      (alias export $inner "f" (func $again))
      (component $n (import "f" (func)) (import "g" (func)) (import "again" (func)) (import "r" (type (sub resource))))
      (instance (instantiate $n (with "f" (func $f)) (with "g" (func $g)) (with "again" (func $again)) (with "r" (type $r)))))`);
  const c = { kind: "import", name: "a:b/c" };
  expect(nestingOf(component).instances[0]?.args).toEqual([
    { name: "f", sort: "func", from: [c] },
    { name: "g", sort: "func", from: [{ kind: "own" }] },
    { name: "again", sort: "func", from: [c] },
    { name: "r", sort: "type", from: [c] },
  ]);
});

test("an instance without a name of its own goes by its component's, and a bundle names each source once", async () => {
  const component = await parse(`
    (component
      (import "a:b/c" (instance $c (export "f" (func)) (export "g" (func))))
      (alias export $c "f" (func $f))
      (alias export $c "g" (func $g))
      (component $taker (import "both" (instance (export "f" (func)) (export "g" (func)))))
      (instance $bundle (export "f" (func $f)) (export "g" (func $g)))
      (instance (instantiate $taker (with "both" (instance $bundle)))))`);
  expect(nestingOf(component).instances).toEqual([
    { name: "taker", component: 0, role: null, args: [arg("both", { kind: "import", name: "a:b/c" })] },
  ]);
});

test("an alias of the scope itself is what it stands for", () => {
  const writer = new ComponentWriter();
  const nested = writer.component(new ComponentWriter().finish());
  const alias = writer.alias("component", { kind: "outer", count: 0, idx: nested });
  writer.instance({ kind: "instantiate", component: alias, args: [] });
  expect(nestingOf(bytesOf(writer.finish())).instances).toMatchObject([{ component: 0 }]);
});

test("the number of nested components is that of the binary", () => {
  const count = (component: ReturnType<typeof nestingOf>): number => component.components.reduce((sum, each) => sum + count(each), 1);
  expect(count(nestingOf(COMPOSED))).toBe([...decodeDeep({ label: "", bytes: COMPOSED })].length);
});

test("is as deep as allowed and no deeper", () => {
  const nested = (depth: number): Uint8Array => {
    const writer = new ComponentWriter();
    if (depth > 0) writer.component(nested(depth - 1));
    return bytesOf(writer.finish());
  };
  expect(() => nestingOf(nested(MAX_NESTING))).not.toThrow();
  expect(() => nestingOf(nested(MAX_NESTING + 1))).toThrow(
    new FormatError(`components lie more than ${MAX_NESTING} deep in each other`, offsetOf(MAX_NESTING + 1)),
  );

  /** Where the innermost begins: everything in it is one preamble, around it one more and a section's head. */
  function offsetOf(depth: number): number {
    return nested(depth).length - nested(0).length;
  }
});

test("an index that is nothing is an error that says where", () => {
  const writer = new ComponentWriter();
  writer.instance({ kind: "instantiate", component: 3, args: [] });
  expect(() => nestingOf(bytesOf(writer.finish()))).toThrow("component index 3, where there are 0 (at offset 0xa)");
});

test("a section of ours that somebody else wrote badly counts as none", () => {
  const writer = new ComponentWriter();
  writer.custom("wasi-nest", new TextEncoder().encode("{"));
  writer.custom("component-name", new Uint8Array([1, 200]));
  expect(nestingOf(bytesOf(writer.finish()))).toMatchObject({ name: null, metadata: null });
});

test("an output of before, whose parts had no names inside, is inspected like one of today", () => {
  const output = bytesOf(virtualize(appOf(wasi("wasi:cli", "wasi:io")), { env: { A: "b" } }).chunks);
  let removed = 0;
  const before = decodeComponent(output).map((section) => {
    if (section.kind !== "component") return section;
    const kept = decodeComponent(section.bytes).filter((each) => each.kind !== "custom" || each.name !== NAME_SECTION);
    const bytes = encodeComponent(kept);
    removed += section.bytes.length - bytes.length;
    return { kind: "component", bytes } as const;
  });
  expect(removed).toBeGreaterThan(20);
  const told = (bytes: Uint8Array): unknown =>
    JSON.parse(JSON.stringify(nestingOf(bytes), (key, value: unknown) => (key === "byteLength" ? 0 : value)));
  expect(told(encodeComponent(before))).toEqual(told(output));
  expect(nestingOf(output).instances.map(({ role }) => role)).toEqual(["adapter", "app"]);
});
