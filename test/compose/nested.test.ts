/**
 * Apps that are compositions themselves, after the component model's own examples: a parent that virtualizes a
 * store for its children, each in a window of its own, and a component whose resources wrap other resources and
 * are used by its neighbour. With our parts below them they do what their authors say.
 */
import { parse } from "@bytecodealliance/jco";
import { describe, expect, test } from "vitest";
import { createAdapter, type Options, virtualize } from "../../src/index.ts";
import { runOnJco } from "../hosts/jco.ts";
import { runOnWasmtime, validate, WASMTIME_MISSING, wasmtimeAvailable } from "../hosts/wasmtime.ts";
import { bytesOf } from "./apps.ts";
import { plug } from "./plug.ts";

const RUN = `(export "wasi:cli/run@0.2.6" (instance $api))`;

/** `run` is ok if each child finds what it wrote, and neither wrote where the other did, nor outside its window. */
const WINDOWS = `(component
  (import "wasi:random/insecure@0.2.6" (instance $random (export "get-insecure-random-u64" (func (result u64)))))
  (component $store
    (core module $m
      (memory 1)
      (func (export "get") (param i32) (result i32) (i32.load8_u (local.get 0)))
      (func (export "set") (param i32 i32) (i32.store8 (local.get 0) (local.get 1))))
    (core instance $i (instantiate $m))
    (func (export "get") (param "at" u32) (result u32) (canon lift (core func $i "get")))
    (func (export "set") (param "at" u32) (param "to" u32) (canon lift (core func $i "set"))))
  (component $window
    (import "store" (instance $store
      (export "get" (func (param "at" u32) (result u32)))
      (export "set" (func (param "at" u32) (param "to" u32)))))
    (import "place" (core module $place (export "start" (global i32))))
    (core instance $where (instantiate $place))
    (core func $get (canon lower (func $store "get")))
    (core func $set (canon lower (func $store "set")))
    (core module $m
      (import "store" "get" (func $get (param i32) (result i32)))
      (import "store" "set" (func $set (param i32 i32)))
      (import "where" "start" (global $start i32))
      (func (export "get") (param i32) (result i32) (call $get (i32.add (local.get 0) (global.get $start))))
      (func (export "set") (param i32 i32) (call $set (i32.add (local.get 0) (global.get $start)) (local.get 1))))
    (core instance $i (instantiate $m
      (with "store" (instance (export "get" (func $get)) (export "set" (func $set))))
      (with "where" (instance $where))))
    (func (export "get") (param "at" u32) (result u32) (canon lift (core func $i "get")))
    (func (export "set") (param "at" u32) (param "to" u32) (canon lift (core func $i "set"))))
  (component $child
    (import "store" (instance $store
      (export "get" (func (param "at" u32) (result u32)))
      (export "set" (func (param "at" u32) (param "to" u32)))))
    (import "random" (func $random (result u64)))
    (core func $get (canon lower (func $store "get")))
    (core func $set (canon lower (func $store "set")))
    (core func $roll (canon lower (func $random)))
    (core module $m
      (import "" "get" (func $get (param i32) (result i32)))
      (import "" "set" (func $set (param i32 i32)))
      (import "" "roll" (func $roll (result i64)))
      (func (export "work") (param i32) (result i32)
        (drop (call $roll))
        (call $set (i32.const 10) (local.get 0))
        (i32.mul (call $get (i32.const 10)) (i32.const 2))))
    (core instance $i (instantiate $m (with "" (instance
      (export "get" (func $get)) (export "set" (func $set)) (export "roll" (func $roll))))))
    (func (export "work") (param "with" u32) (result u32) (canon lift (core func $i "work"))))
  (core module $low (global (export "start") i32 (i32.const 256)))
  (core module $high (global (export "start") i32 (i32.const 512)))
  (alias export $random "get-insecure-random-u64" (func $roll))
  (instance $real (instantiate $store))
  (instance $first (instantiate $window (with "store" (instance $real)) (with "place" (core module $low))))
  (instance $second (instantiate $window (with "store" (instance $real)) (with "place" (core module $high))))
  (instance $one (instantiate $child (with "store" (instance $first)) (with "random" (func $roll))))
  (instance $two (instantiate $child (with "store" (instance $second)) (with "random" (func $roll))))
  (core func $work-one (canon lower (func $one "work")))
  (core func $work-two (canon lower (func $two "work")))
  (core func $peek (canon lower (func $real "get")))
  (core module $m
    (import "" "one" (func $one (param i32) (result i32)))
    (import "" "two" (func $two (param i32) (result i32)))
    (import "" "peek" (func $peek (param i32) (result i32)))
    (func (export "run") (result i32)
      (if (i32.ne (call $one (i32.const 42)) (i32.const 84)) (then (return (i32.const 1))))
      (if (i32.ne (call $two (i32.const 7)) (i32.const 14)) (then (return (i32.const 1))))
      (if (i32.ne (call $peek (i32.const 266)) (i32.const 42)) (then (return (i32.const 1))))
      (if (i32.ne (call $peek (i32.const 522)) (i32.const 7)) (then (return (i32.const 1))))
      (call $peek (i32.const 10))))
  (core instance $i (instantiate $m (with "" (instance
    (export "one" (func $work-one)) (export "two" (func $work-two)) (export "peek" (func $peek))))))
  (type $result (result))
  (func $run (result $result) (canon lift (core func $i "run")))
  (instance $api (export "run" (func $run)))
  ${RUN})`;

/** `run` is ok if two readers, each around a stream of its own, skip what there is, and both destructors are called. */
const READERS = `(component
  (import "wasi:io/error@0.2.6" (instance $errors (export "error" (type (sub resource)))))
  (alias export $errors "error" (type $error))
  (import "wasi:io/streams@0.2.6" (instance $streams
    (export "input-stream" (type $stream (sub resource)))
    (alias outer 1 $error (type $outer))
    (export "error" (type $error (eq $outer)))
    (type $stream-error' (variant (case "last-operation-failed" (own $error)) (case "closed")))
    (export "stream-error" (type $stream-error (eq $stream-error')))
    (export "[method]input-stream.blocking-skip"
      (func (param "self" (borrow $stream)) (param "len" u64) (result (result u64 (error $stream-error)))))))
  (alias export $streams "input-stream" (type $stream))
  (import "wasi:cli/stdin@0.2.6" (instance $stdin
    (alias outer 1 $stream (type $outer))
    (export "input-stream" (type $stream (eq $outer)))
    (export "get-stdin" (func (result (own $stream))))))
  (alias export $stdin "get-stdin" (func $get-stdin))
  (alias export $streams "[method]input-stream.blocking-skip" (func $skip))
  (alias export $streams "stream-error" (type $stream-error))
  (component $provider
    (import "stream" (type $stream (sub resource)))
    (import "error" (type $error (sub resource)))
    (type $stream-error' (variant (case "last-operation-failed" (own $error)) (case "closed")))
    (import "stream-error" (type $stream-error (eq $stream-error')))
    (import "get-stdin" (func $get-stdin (result (own $stream))))
    (import "skip" (func $skip (param "self" (borrow $stream)) (param "len" u64) (result (result u64 (error $stream-error)))))
    (core module $late
      (table (export "table") 1 funcref)
      (type $dtor (func (param i32)))
      (memory (export "memory") 1)
      (func (export "dtor") (param i32) (call_indirect (type $dtor) (local.get 0) (i32.const 0))))
    (core instance $late (instantiate $late))
    (type $reader' (resource (rep i32) (dtor (core func $late "dtor"))))
    (export $reader "reader" (type $reader'))
    (core func $new (canon resource.new $reader'))
    (core func $drop-stream (canon resource.drop $stream))
    (core func $get-stdin (canon lower (func $get-stdin)))
    (core func $skip (canon lower (func $skip) (memory (core memory $late "memory"))))
    (core module $m
      (import "late" "table" (table 1 funcref))
      (import "late" "memory" (memory 1))
      (import "" "new" (func $new (param i32) (result i32)))
      (import "" "drop-stream" (func $drop-stream (param i32)))
      (import "" "get-stdin" (func $get-stdin (result i32)))
      (import "" "skip" (func $skip (param i32 i64 i32)))
      (global $live (mut i32) (i32.const 0))
      (func (export "open") (result i32)
        (global.set $live (i32.add (global.get $live) (i32.const 1)))
        (call $new (call $get-stdin)))
      (func (export "skip") (param i32 i64) (result i64)
        (call $skip (local.get 0) (local.get 1) (i32.const 16))
        (if (result i64) (i32.load8_u (i32.const 16)) (then (i64.const 99)) (else (i64.load (i32.const 24)))))
      (func (export "live") (result i32) (global.get $live))
      (func $dtor (param i32)
        (call $drop-stream (local.get 0))
        (global.set $live (i32.sub (global.get $live) (i32.const 1))))
      (elem (i32.const 0) $dtor))
    (core instance $i (instantiate $m
      (with "late" (instance $late))
      (with "" (instance
        (export "new" (func $new)) (export "drop-stream" (func $drop-stream))
        (export "get-stdin" (func $get-stdin)) (export "skip" (func $skip))))))
    (func (export "open") (result (own $reader)) (canon lift (core func $i "open")))
    (func (export "skip") (param "from" (borrow $reader)) (param "count" u64) (result u64) (canon lift (core func $i "skip")))
    (func (export "live") (result u32) (canon lift (core func $i "live"))))
  (component $user
    (import "readers" (instance $readers
      (export "reader" (type $reader (sub resource)))
      (export "open" (func (result (own $reader))))
      (export "skip" (func (param "from" (borrow $reader)) (param "count" u64) (result u64)))
      (export "live" (func (result u32)))))
    (alias export $readers "reader" (type $reader))
    (core func $drop (canon resource.drop $reader))
    (core func $open (canon lower (func $readers "open")))
    (core func $skip (canon lower (func $readers "skip")))
    (core func $live (canon lower (func $readers "live")))
    (core module $m
      (import "" "drop" (func $drop (param i32)))
      (import "" "open" (func $open (result i32)))
      (import "" "skip" (func $skip (param i32 i64) (result i64)))
      (import "" "live" (func $live (result i32)))
      (func (export "run") (result i32)
        (local $first i32) (local $second i32)
        (local.set $first (call $open))
        (local.set $second (call $open))
        (if (i32.ne (call $live) (i32.const 2)) (then (return (i32.const 1))))
        (if (i64.ne (call $skip (local.get $first) (i64.const 5)) (i64.const 5)) (then (return (i32.const 1))))
        (call $drop (local.get $first))
        (if (i32.ne (call $live) (i32.const 1)) (then (return (i32.const 1))))
        (if (i64.ne (call $skip (local.get $second) (i64.const 3)) (i64.const 3)) (then (return (i32.const 1))))
        (call $drop (local.get $second))
        (call $live)))
    (core instance $i (instantiate $m (with "" (instance
      (export "drop" (func $drop)) (export "open" (func $open)) (export "skip" (func $skip)) (export "live" (func $live))))))
    (type $result (result))
    (func (export "run") (result $result) (canon lift (core func $i "run"))))
  (instance $readers (instantiate $provider
    (with "stream" (type $stream)) (with "error" (type $error)) (with "stream-error" (type $stream-error))
    (with "get-stdin" (func $get-stdin)) (with "skip" (func $skip))))
  (instance $api (instantiate $user (with "readers" (instance $readers))))
  ${RUN})`;

const INPUT = "hello, world, and all";

describe.each([
  { name: "windows on one store", text: WINDOWS, options: { allowRandom: true }, sealed: /get-insecure-random-u64 is denied/ },
  { name: "readers around virtual streams", text: READERS, options: { stdin: Buffer.from(INPUT) }, sealed: undefined },
  { name: "readers around the host's streams", text: READERS, options: { stdin: "allow", stdout: "ignore" }, sealed: undefined },
] as const)("$name", ({ text, options, sealed }) => {
  const outputs = async (): Promise<readonly Uint8Array[]> => {
    const app = await parse(text);
    const once = virtualize(app, options as Options);
    const plugged = plug(bytesOf(createAdapter({ ...(options as Options), wasiVersion: "0.2.6" }).chunks), app);
    return [app, bytesOf(once.chunks), plugged, bytesOf(virtualize(plugged, { allowRandom: true, stdin: "allow" }).chunks)];
  };
  const isFed = "stdin" in options && options.stdin === "allow";

  test("works virtualized, above an adapter, and virtualized above one, on jco", async ({ skip }) => {
    skip(isFed, "preview2-shim answers `blocking-skip` with bytes instead of their number");
    for (const output of (await outputs()).slice(1)) expect(await runOnJco(output, { stdin: INPUT })).toMatchObject({ exitCode: 0 });
  }, 60_000);

  test("and on Wasmtime, where it works alone too if the host has what it needs", async ({ skip }) => {
    skip(!wasmtimeAvailable(), WASMTIME_MISSING);
    for (const output of (await outputs()).slice(isFed ? 0 : 1)) {
      expect(await validate(output)).toEqual({ kind: "valid" });
      expect(await runOnWasmtime(output, { stdin: INPUT })).toMatchObject({ exitCode: 0 });
    }
  }, 60_000);

  test("fails, or says what was denied, with nothing allowed", async ({ skip }) => {
    skip(!wasmtimeAvailable(), WASMTIME_MISSING);
    const { exitCode, trap } = await runOnWasmtime(bytesOf(virtualize(await parse(text)).chunks), { empty: true });
    if (sealed === undefined) expect({ exitCode, trap }).toEqual({ exitCode: 1 });
    else expect(trap).toMatch(sealed);
  });
});
