/** Both hosts run a C program that is not virtualized, and tell how it ended. */

import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parse } from "@bytecodealliance/jco";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { adaptCommand, cProgram } from "../guests/index.ts";
import { newestNodeAvailable, runOnJco } from "./jco.ts";
import type { Outcome, RunOptions } from "./outcome.ts";
import { runOnWasmtimeCli, WASMTIME_CLI_MISSING, wasmtimeCli } from "./wasmtime-cli.ts";
import { runOnWasmtime, validate, wasmtimeAvailable, WASMTIME_MISSING } from "./wasmtime.ts";

const BUILD_MILLISECONDS = 300_000;

/** A command whose `run` has this body, in the text format. */
function command(body: string, imports = "", instantiation = ""): string {
  return `(component ${imports}
    (core module $m ${instantiation === "" ? "" : '(import "" "exit" (func $exit (param i32)))'}
      (func (export "run") (result i32) ${body}))
    (core instance $i (instantiate $m ${instantiation}))
    (func $run (result (result)) (canon lift (core func $i "run")))
    (instance $interface (export "run" (func $run)))
    (export "wasi:cli/run@0.2.0" (instance $interface)))`;
}

const RETURNS = (discriminant: number): string => command(`i32.const ${discriminant}`);
const TRAPS = command("unreachable");
const LOOPS = command("(loop (br 0)) unreachable");
const EXITS = command(
  "(call $exit (i32.const 33)) unreachable",
  `(import "wasi:cli/exit@0.2.12" (instance $e (export "exit-with-code" (func (param "status-code" u8)))))
   (core func $exit (canon lower (func $e "exit-with-code")))`,
  '(with "" (instance (export "exit" (func $exit))))',
);
const LACKS = EXITS.replaceAll("exit-with-code", "exit-without-code");

interface Host {
  readonly name: string;
  readonly missing: boolean;
  readonly run: (component: Uint8Array, options: RunOptions) => Promise<Outcome>;
}

const hosts: readonly Host[] = [
  { name: "jco", missing: false, run: runOnJco },
  {
    name: "jco on the newest Node",
    missing: !newestNodeAvailable(),
    run: (component, options) => runOnJco(component, { ...options, node: "newest" }),
  },
  {
    name: wasmtimeAvailable() ? "Wasmtime" : `Wasmtime (${WASMTIME_MISSING})`,
    missing: !wasmtimeAvailable(),
    run: runOnWasmtime,
  },
];

let hello: Uint8Array;
let copy: Uint8Array;
let folder: string;

beforeAll(async () => {
  hello = await adaptCommand(await cProgram("hello"));
  copy = await adaptCommand(await cProgram("copy"));
  folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-hosts-"));
  await writeFile(path.join(folder, "greeting.txt"), "good morning\n");
}, BUILD_MILLISECONDS);

afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each(hosts)("$name", ({ missing, run }) => {
  test.skipIf(missing)("gives arguments, environment and directories", async () => {
    const outcome = await run(hello, {
      program: "hello",
      args: ["/data/greeting.txt", "/data/none"],
      env: { A: "1", B: "zwei" },
      preopens: { "/data": folder },
    });
    expect(outcome).toMatchObject({ exitCode: 0, stderr: "hello ends with 0\n" });
    expect(outcome.stdout).toMatchInlineSnapshot(`
      "arg 0: hello
      arg 1: /data/greeting.txt
      arg 2: /data/none
      env A=1
      env B=zwei
      cwd /
      file /data/greeting.txt:
      good morning
      file /data/none: No such file or directory
      "
    `);
  });

  test.skipIf(missing)("tells an exit code", async () => {
    const { exitCode, trap } = await run(hello, { args: ["exit=33"] });
    // The preview 1 adapter knows only `exit`, which says that it failed, not how.
    expect({ exitCode, trap }).toEqual({ exitCode: 1, trap: undefined });
  });

  test.skipIf(missing)("gives all of stdin and takes all of stdout", async () => {
    const stdin = randomBytes(300_000);
    const outcome = await run(copy, { stdin });
    expect(outcome.exitCode).toBe(0);
    expect(Buffer.compare(outcome.stdoutBytes, stdin)).toBe(0);
  });

  test.skipIf(missing)("gives an empty stdin unless told otherwise", async () => {
    expect(await run(copy, {})).toMatchObject({ exitCode: 0, stdout: "" });
  });

  test.skipIf(missing)("takes a full exit code, a component without imports, and what `run` returns", async () => {
    expect(await run(await parse(EXITS), {})).toMatchObject({ exitCode: 33 });
    expect(await run(await parse(RETURNS(0)), {})).toMatchObject({ exitCode: 0 });
    expect(await run(await parse(RETURNS(1)), {})).toMatchObject({ exitCode: 1 });
  });

  test.skipIf(missing)("tells a trap, and an import that the host does not have", async () => {
    expect((await run(await parse(TRAPS), {})).trap).toMatch(/unreachable/);
    expect((await run(await parse(LACKS), {})).trap).toMatch(/^cannot instantiate: .*/);
  });

  test.skipIf(missing)("kills a program that does not end", async () => {
    const { trap } = await run(await parse(LOOPS), { timeoutMilliseconds: 2000 });
    expect(trap).toBe("the host timed out after 2000 ms");
  });
});

test("jco's refusal is an error", async () => {
  await expect(runOnJco(new Uint8Array([1, 2, 3]))).rejects.toThrow(/jco refuses the component/);
});

describe.skipIf(!wasmtimeAvailable())(`validate (${WASMTIME_MISSING})`, () => {
  test("tells the valid from the invalid", async () => {
    expect(await validate(hello)).toEqual({ kind: "valid" });
    expect(await validate(hello.subarray(0, 1000))).toMatchObject({ kind: "invalid" });
  });

  test("an empty host instantiates only what imports nothing", async () => {
    expect(await runOnWasmtime(await parse(RETURNS(0)), { empty: true })).toMatchObject({
      exitCode: 0,
    });
    expect((await runOnWasmtime(hello, { empty: true })).trap).toMatch(/^cannot instantiate/);
  });
});

describe.skipIf(wasmtimeCli() === undefined)(`Wasmtime's command (${WASMTIME_CLI_MISSING})`, () => {
  test("tells what `run` returns, a trap, and what it kills", async () => {
    expect(await runOnWasmtimeCli(await parse(RETURNS(0)))).toMatchObject({ exitCode: 0 });
    expect(await runOnWasmtimeCli(await parse(RETURNS(1)))).toMatchObject({ exitCode: 1 });
    expect((await runOnWasmtimeCli(await parse(TRAPS))).trap).toMatch(/unreachable/);
    const { trap } = await runOnWasmtimeCli(await parse(LOOPS), { timeoutMilliseconds: 2000 });
    expect(trap).toBe("the host timed out after 2000 ms");
  });

  test("gives arguments, environment and directories", async () => {
    const { stdout } = await runOnWasmtimeCli(hello, { args: ["/data/greeting.txt"], env: { A: "1" }, preopens: { "/data": folder } });
    for (const line of ["arg 1: /data/greeting.txt", "env A=1", "good morning"]) expect(stdout).toContain(`${line}\n`);
  });
});

test.for(hosts)("stdin stays open while a program is talked with, on $name", async ({ missing, run }, { skip }) => {
  skip(missing);
  const converse: RunOptions["converse"] = (stdout, stdin) => {
    if (stdout === "one ") stdin.write("two");
    if (stdout === "one two") stdin.end();
  };
  expect(await run(copy, { stdin: "one ", converse })).toMatchObject({ exitCode: 0, stdout: "one two" });
});
