/** A denied function that has no way to say no: the host's message tells which it was. */
import { parse } from "@bytecodealliance/jco";
import { expect, test } from "vitest";
import { virtualize } from "../../src/index.ts";
import { runOnWasmtime, WASMTIME_MISSING, wasmtimeAvailable } from "../hosts/wasmtime.ts";
import { bytesOf } from "./apps.ts";

/** A command that exits. */
const EXITS = `(component
  (import "wasi:cli/exit@0.2.0" (instance $exit
    (type (result))
    (export "exit" (func (param "status" 0)))))
  (core func $exit-core (canon lower (func $exit "exit")))
  (core module $m
    (import "" "exit" (func $exit (param i32)))
    (func (export "run") (result i32) (call $exit (i32.const 0)) (i32.const 0)))
  (core instance $i (instantiate $m (with "" (instance (export "exit" (func $exit-core))))))
  (type $result (result))
  (func $run (result $result) (canon lift (core func $i "run")))
  (instance $api (export "run" (func $run)))
  (export "wasi:cli/run@0.2.0" (instance $api)))`;

test("a trap names the part, the function that was denied, the option that allows it, and the status", async ({ skip }) => {
  skip(!wasmtimeAvailable(), WASMTIME_MISSING);
  const denied = bytesOf(virtualize(await parse(EXITS)).chunks);
  const { trap } = await runOnWasmtime(denied, { empty: true });
  expect(trap).toContain("wasi-nest:deny!wasi:cli/exit@0.2.0#exit is denied; --allow-exit lets it through");
  expect(trap).toContain("wasi-nest:deny!exit status 0");
});

test("what is allowed is called", async ({ skip }) => {
  skip(!wasmtimeAvailable(), WASMTIME_MISSING);
  const allowed = bytesOf(virtualize(await parse(EXITS), { allowExit: true }).chunks);
  expect(await runOnWasmtime(allowed)).toMatchObject({ exitCode: 0 });
});
