/** Adapters of the user's below a script: they stand below all of its stages. */
import { parse } from "@bytecodealliance/jco";
import { describe, expect, test } from "vitest";
import { bundle, compose, type ComposeOptions, type Plug, sequence } from "../../src/index.ts";
import { cProgram } from "../guests/index.ts";
import { WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { expectValid, hosts, RUN_MILLISECONDS } from "../run/on-hosts.ts";
import { OPTIONS } from "./beside-shell.ts";
import { or, pipe, stage } from "./build.ts";

/** Every random byte is `byte`. */
async function randomOf(byte: number): Promise<Plug> {
  const component = await parse(`(component
    (core module $m
      (memory (export "memory") 1)
      (func (export "bytes") (param i64) (result i32)
        (i32.store (i32.const 0) (i32.const 16))
        (i32.store (i32.const 4) (i32.wrap_i64 (local.get 0)))
        (memory.fill (i32.const 16) (i32.const ${byte}) (i32.wrap_i64 (local.get 0)))
        (i32.const 0)))
    (core instance $i (instantiate $m))
    (alias core export $i "memory" (core memory $memory))
    (func $bytes (param "len" u64) (result (list u8)) (canon lift (core func $i "bytes") (memory $memory)))
    (instance $random (export "get-random-bytes" (func $bytes)))
    (export "wasi:random/random@0.2.0" (instance $random)))`);
  return { interface: "wasi:random/random", component, name: "dice" };
}

const dice = { ...stage(), program: "dice" };
const programs = async (): Promise<ReadonlyMap<string, Uint8Array>> =>
  new Map([
    ["dice", await cProgram("dice")],
    ["stage", await cProgram("stage")],
    ["less", await cProgram("dice")],
  ]);

describe.each(hosts)("on $name", ({ name: host, available, run }) => {
  test("what each stage asks of it, and one may not", { timeout: RUN_MILLISECONDS }, async ({ skip }) => {
    skip(!available, WASMTIME_MISSING);
    const less = { ...dice, program: "less" };
    const script = sequence(pipe(dice, stage("copy")), or(stage("say", "none"), less), dice);
    const options: ComposeOptions = {
      ...{ ...OPTIONS, programs: await programs(), adapters: [await randomOf(4)] },
      restrict: { less: { allow: ["stdout"] } },
    };
    const { chunks, report } = compose(script, options);
    const output = Buffer.concat(chunks);
    if (host === "jco") await expectValid(output);
    const { stdout, trap } = await run(output);
    expect({ stdout, trap }).toEqual({ stdout: "4 4 4 4\nnone\n4 4 4 4\n", trap: undefined });
    const outcomes = report.stages?.map(({ imports }) => imports.find(({ name }) => name.startsWith("wasi:random/"))?.outcome);
    expect(outcomes).toEqual(["plugged", undefined, undefined, "denied", "plugged"]);
    expect(report.plugs.map(({ name }) => name)).toEqual(["dice"]);
  });

  test("a bundle", { timeout: RUN_MILLISECONDS }, async ({ skip }) => {
    skip(!available, WASMTIME_MISSING);
    const options = { ...OPTIONS, allowArgs: true, adapters: [await randomOf(7)] };
    const { stdout, trap } = await run(Buffer.concat(bundle(await programs(), options).chunks), { args: ["dice"] });
    expect({ stdout, trap }).toEqual({ stdout: "7 7 7 7\n", trap: undefined });
  });
});

test("what is between parts of ours is not for adapters", async () => {
  const adapter = { ...(await randomOf(4)), interface: "wasi-nest:script/control" };
  const options = { programs: await programs(), adapters: [adapter] };
  expect(() => compose(dice, options)).toThrow(/^nobody imports `wasi-nest:script\/control`, which `dice` is to provide/);
});
