/**
 * A library whose exports mention the resource, record and variant of an interface that an adapter provides: the
 * interface is exported too, so that a caller can name them, use them there and hand them back. On Wasmtime in every
 * way. jco 1.35 keeps a handle in the table of the instance that gave it, so there it can only go back as an own.
 */

import { componentEmbed, componentNew, parse } from "@bytecodealliance/jco";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type Plug, virtualize } from "../../src/index.ts";
import { transpiled } from "../hosts/jco.ts";
import { runChild } from "../hosts/outcome.ts";
import { cacheConfiguration, PYTHON, WASMTIME_MISSING, wasmtimeAvailable } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, expectValid, importsOf, RUN_MILLISECONDS } from "./on-hosts.ts";

const STORE = "acme:kv/store@1.0.0";
const PACKAGE = `package acme:kv@1.0.0 {
  interface store {
    record entry { key: string, value: u32 }
    variant failure { empty, no-such-key(string) }
    resource bucket {
      constructor(first: entry);
      get: func() -> result<entry, failure>;
    }
    live: func() -> u32;
  }
}`;
const KEEPER = `import ${STORE}; export keeper: interface {
  use ${STORE}.{bucket, entry, failure};
  open: func(first: entry) -> bucket;
  next: func(after: entry) -> entry;
  read: func(it: borrow<bucket>) -> result<entry, failure>;
  close: func(it: bucket) -> result<entry, failure>;
  live: func() -> u32;
}`;

/** Arguments are never freed: a test makes few. */
const MEMORY = `(memory (export "memory") 1)
  (global $free (mut i32) (i32.const 1024))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (global.set $free (i32.and (i32.add (global.get $free) (i32.const 7)) (i32.const -8)))
    (global.get $free)
    (global.set $free (i32.add (global.get $free) (local.get 3))))`;

const IMPORTS = `
  (import "${STORE}" "[constructor]bucket" (func $bucket (param i32 i32 i32) (result i32)))
  (import "${STORE}" "[method]bucket.get" (func $get (param i32 i32)))
  (import "${STORE}" "[resource-drop]bucket" (func $drop (param i32)))
  (import "${STORE}" "live" (func $live (result i32)))`;

/** Lends what it is lent, drops what it is given, and adds one to a value. Results lie at 0. */
const LIBRARY = `(module ${IMPORTS} ${MEMORY}
  (func (export "keeper#open") (param i32 i32 i32) (result i32) (call $bucket (local.get 0) (local.get 1) (local.get 2)))
  (func (export "keeper#next") (param i32 i32 i32) (result i32)
    (i32.store (i32.const 0) (local.get 0)) (i32.store (i32.const 4) (local.get 1))
    (i32.store (i32.const 8) (i32.add (local.get 2) (i32.const 1))) (i32.const 0))
  (func $read (export "keeper#read") (param i32) (result i32)
    (call $get (local.get 0) (i32.const 0)) (call $drop (local.get 0)) (i32.const 0))
  (func (export "keeper#close") (param i32) (result i32) (call $read (local.get 0)))
  (func (export "keeper#live") (result i32) (call $live)))`;

/** A bucket is its entry in memory. The value 1 is a missing key. */
const BUCKETS = `(module
  (import "[export]${STORE}" "[resource-new]bucket" (func $new (param i32) (result i32)))
  ${MEMORY}
  (global $live (mut i32) (i32.const 0))
  (global $last (mut i32) (i32.const 256))
  (func (export "${STORE}#[constructor]bucket") (param i32 i32 i32) (result i32)
    (global.set $live (i32.add (global.get $live) (i32.const 1)))
    (global.set $last (i32.add (global.get $last) (i32.const 16)))
    (i32.store (global.get $last) (local.get 0)) (i32.store offset=4 (global.get $last) (local.get 1))
    (i32.store offset=8 (global.get $last) (local.get 2))
    (call $new (global.get $last)))
  (func (export "${STORE}#[method]bucket.get") (param $entry i32) (result i32) (local $missing i32)
    (local.set $missing (i32.eq (i32.load offset=8 (local.get $entry)) (i32.const 1)))
    (i32.store (i32.const 0) (local.get $missing))
    (i32.store (i32.const 4) (local.get $missing))
    (memory.copy (i32.add (i32.const 4) (i32.mul (local.get $missing) (i32.const 4))) (local.get $entry) (i32.const 12))
    (i32.const 0))
  (func (export "${STORE}#[dtor]bucket") (param i32) (global.set $live (i32.sub (global.get $live) (i32.const 1))))
  (func (export "${STORE}#live") (result i32) (global.get $live)))`;

/** Its buckets are those of what stands behind it; it has ten more of them. */
const COUNTER = `(module ${IMPORTS}
  (import "[export]${STORE}" "[resource-new]bucket" (func $new (param i32) (result i32)))
  ${MEMORY}
  (func (export "${STORE}#[constructor]bucket") (param i32 i32 i32) (result i32)
    (call $new (call $bucket (local.get 0) (local.get 1) (local.get 2))))
  (func (export "${STORE}#[method]bucket.get") (param i32) (result i32) (call $get (local.get 0) (i32.const 0)) (i32.const 0))
  (func (export "${STORE}#[dtor]bucket") (param i32) (call $drop (local.get 0)))
  (func (export "${STORE}#live") (result i32) (i32.add (call $live) (i32.const 10))))`;

async function component(text: string, world: string): Promise<Uint8Array> {
  const witSource = `package test:kv;\nworld it { ${world} }\n${PACKAGE}`;
  return new Uint8Array(await componentNew(await componentEmbed({ binary: await parse(text), witSource, world: "it" })));
}

async function called(caller: string, output: Uint8Array): Promise<unknown> {
  const folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-keeper-"));
  try {
    const file = path.join(folder, "keeper.wasm");
    await writeFile(file, output);
    const isPython = caller.endsWith(".py");
    const given = isPython ? [file, await cacheConfiguration()] : [path.join(await transpiled(output), "component.js")];
    const script = path.join(import.meta.dirname, "callers", caller);
    const { stdout, stderr } = await runChild(isPython ? PYTHON : process.execPath, [script, ...given]);
    expect(stderr.toString()).toBe("");
    return JSON.parse(stdout.toString()) as unknown;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe.each([
  { name: "one adapter", worlds: [[BUCKETS, ""]], more: 0 },
  {
    name: "one adapter before another",
    worlds: [
      [COUNTER, `import ${STORE};`],
      [BUCKETS, ""],
    ],
    more: 10,
  },
] as const)("above $name", ({ worlds, more }) => {
  let output: Uint8Array;

  beforeAll(async () => {
    const adapters: Plug[] = [];
    for (const [text, imports] of worlds)
      adapters.push({ interface: "acme:kv/store", component: await component(text, `${imports} export ${STORE};`) });
    const { chunks, report } = virtualize(await component(LIBRARY, KEEPER), { adapters });
    expect(report.exports).toEqual([STORE, "keeper"]);
    output = Buffer.concat(chunks);
  }, BUILD_MILLISECONDS);

  test("nothing is left to import", { timeout: RUN_MILLISECONDS }, async () => {
    await expectValid(output);
    expect(await importsOf(output)).toEqual([]);
  });

  test("the types are the caller's too on Wasmtime", { timeout: RUN_MILLISECONDS }, async ({ skip }) => {
    skip(!wasmtimeAvailable(), WASMTIME_MISSING);
    expect(await called("call-keeper.py", output)).toEqual({
      kept: more + 1,
      read: "one=5",
      next: "two=7",
      along: "one=5",
      failure: "no such key: gone",
      closed: "one=5",
      left: more,
    });
  });

  test("the types are the caller's too on jco", { timeout: RUN_MILLISECONDS }, async () => {
    expect(await called("call-keeper.mjs", output)).toEqual({
      isBucket: true,
      kept: more + 1,
      next: "two=7",
      closed: "one=5",
      failure: "no-such-key gone",
      left: more,
    });
  });
});
