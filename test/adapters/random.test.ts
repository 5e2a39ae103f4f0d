/** `--random zero`: all that a component gets of `wasi:random` is zero, on each host, and nothing is asked of the host. */
import { parse } from "@bytecodealliance/jco";
import { beforeAll, describe, expect, test } from "vitest";
import { worldOf } from "../../src/component/world.ts";
import { OptionError, virtualize } from "../../src/index.ts";
import { expectValid, hosts, virtualized } from "../run/on-hosts.ts";

/** A command that asks for everything and fails unless it is zero; its memory is full of ones before. */
const APP = `(component
  (import "wasi:random/random@0.2.0" (instance $random
    (export "get-random-bytes" (func (param "len" u64) (result (list u8)))) (export "get-random-u64" (func (result u64)))))
  (import "wasi:random/insecure@0.2.0" (instance $insecure
    (export "get-insecure-random-bytes" (func (param "len" u64) (result (list u8))))
    (export "get-insecure-random-u64" (func (result u64)))))
  (import "wasi:random/insecure-seed@0.2.0" (instance $seed (export "insecure-seed" (func (result (tuple u64 u64))))))
  (core module $store
    (memory (export "m") 2)
    (global $end (mut i32) (i32.const 65536))
    (func $fill (memory.fill (i32.const 0) (i32.const 255) (i32.const 131072)))
    (start $fill)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32)
      (global.get $end) (global.set $end (i32.add (global.get $end) (local.get 3)))))
  (core instance $store (instantiate $store))
  (core func $bytes (canon lower (func $random "get-random-bytes")
    (memory (core memory $store "m")) (realloc (core func $store "realloc"))))
  (core func $insecure-bytes (canon lower (func $insecure "get-insecure-random-bytes")
    (memory (core memory $store "m")) (realloc (core func $store "realloc"))))
  (core func $u64 (canon lower (func $random "get-random-u64")))
  (core func $insecure-u64 (canon lower (func $insecure "get-insecure-random-u64")))
  (core func $seed' (canon lower (func $seed "insecure-seed") (memory (core memory $store "m"))))
  (core instance $functions (export "bytes" (func $bytes)) (export "insecure-bytes" (func $insecure-bytes))
    (export "u64" (func $u64)) (export "insecure-u64" (func $insecure-u64)) (export "seed" (func $seed')))
  (core module $m
    (import "store" "m" (memory 2))
    (import "" "bytes" (func $bytes (param i64 i32)))
    (import "" "insecure-bytes" (func $insecure-bytes (param i64 i32)))
    (import "" "u64" (func $u64 (result i64)))
    (import "" "insecure-u64" (func $insecure-u64 (result i64)))
    (import "" "seed" (func $seed (param i32)))
    (func $other (param $list i32) (param $length i32) (result i32) (local $at i32)
      (if (i32.ne (i32.load offset=4 (local.get $list)) (local.get $length)) (then (return (i32.const 1))))
      (loop $next
        (if (i32.lt_u (local.get $at) (local.get $length)) (then
          (if (i32.load8_u (i32.add (i32.load (local.get $list)) (local.get $at))) (then (return (i32.const 1))))
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (br $next))))
      (i32.const 0))
    (func (export "run") (result i32)
      (call $bytes (i64.const 20000) (i32.const 16))
      (call $insecure-bytes (i64.const 7) (i32.const 32))
      (call $seed (i32.const 48))
      (i32.or (i64.ne (i64.or (call $u64) (call $insecure-u64)) (i64.const 0))
        (i32.or (i64.ne (i64.or (i64.load (i32.const 48)) (i64.load (i32.const 56))) (i64.const 0))
          (i32.or (call $other (i32.const 16) (i32.const 20000)) (call $other (i32.const 32) (i32.const 7)))))))
  (core instance $i (instantiate $m (with "" (instance $functions)) (with "store" (instance $store))))
  (type $result (result))
  (func $run (result $result) (canon lift (core func $i "run")))
  (instance $api (export "run" (func $run)))
  (export "wasi:cli/run@0.2.0" (instance $api)))`;

let app: Uint8Array;
beforeAll(async () => void (app = await parse(APP)));

describe.each(hosts)("on $name", ({ available, run }) => {
  test.skipIf(!available)("everything is zero", async () => {
    const output = virtualized(app, { random: "zero" });
    expect([...worldOf(output).imports.keys()]).toEqual([]);
    await expectValid(output);
    expect(await run(output)).toMatchObject({ exitCode: 0 });
    // The host's is not, so the command can tell.
    expect(await run(virtualized(app, { allowRandom: true }))).toMatchObject({ exitCode: 1 });
  });
});

test("what is denied by its name stays denied", () => {
  const { report } = virtualize(app, { random: "zero", denyImports: ["wasi:random/insecure"] });
  expect(report.imports.map(({ name, outcome }) => `${name.replace(/@.*/, "")} ${outcome}`)).toEqual([
    "wasi:random/random virtualized",
    "wasi:random/insecure denied",
    "wasi:random/insecure-seed virtualized",
  ]);
});

test("it has precedence over all that is allowed, and excludes the host's", () => {
  expect(virtualize(app, { random: "zero", allowAll: true }).report.hostImports).toEqual([]);
  expect(() => virtualize(app, { random: "zero", allowRandom: true })).toThrow(OptionError);
});
