/** `wasi-nest run` of commands of WASI 0.3, on a Node that can wait in WebAssembly, and what it says on one that cannot. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "@bytecodealliance/jco";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { RUST_MISSING, rust, shapedGuest } from "../guests/index.ts";
import { newestNode, newestNodeAvailable } from "../hosts/jco.ts";
import { NEWEST_NODE_MISSING } from "../hosts/newest-wasi.ts";
import { makeData, READING } from "../newest-wasi/data.ts";
import { type Outcome, temporaryDirectory, wasiNest } from "./wasi-nest.ts";

/** Ends with the code 7 by an `exit` of a version that jco does not know by itself. */
const EXITS = `(component
  (import "wasi:cli/exit@0.3.2" (instance $exit (export "exit-with-code" (func (param "status-code" u8)))))
  (core func $exit (canon lower (func $exit "exit-with-code")))
  (core module $m (import "" "exit" (func $exit (param i32))) (func (export "run") (result i32) (call $exit (i32.const 7)) (i32.const 0)))
  (core instance $i (instantiate $m (with "" (instance (export "exit" (func $exit))))))
  (func $run async (result (result)) (canon lift (core func $i "run")))
  (instance $run (export "run" (func $run)))
  (export "wasi:cli/run@0.3.2" (instance $run)))`;

const run = (args: readonly string[], cwd: string, input?: string): Outcome =>
  wasiNest(["run", ...args], { cwd, node: newestNode, env: { ONE: "1" }, ...(input === undefined ? {} : { input }) });

test("a Node that cannot wait in WebAssembly is told which can", async ({ skip }) => {
  skip("Suspending" in WebAssembly, "this Node can");
  const cwd = temporaryDirectory();
  writeFileSync(join(cwd, "app.wasm"), await parse(EXITS));
  expect(wasiNest(["run", "app.wasm"], { cwd })).toEqual({
    code: 1,
    stdout: "",
    stderr: `wasi-nest: the component is of WASI 0.3, which needs a Node that can wait in WebAssembly: Node 24 or newer; this is ${process.version}\n`,
  });
});

describe("on the newest Node", () => {
  beforeEach(({ skip }) => skip(!newestNodeAvailable(), NEWEST_NODE_MISSING));

  test("runs a program of a later patch of 0.3, and passes its exit code on", async () => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, "app.wasm"), await parse(EXITS));
    expect(run(["app.wasm"], cwd)).toEqual({ code: 7, stdout: "", stderr: "" });
  });

  test("says which imports it has nothing for", async () => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, "app.wasm"), await parse(EXITS.replaceAll("wasi:cli/exit@0.3.2", "wasi:http/handler@0.3.0")));
    expect(run(["app.wasm"], cwd)).toMatchObject({
      code: 1,
      stderr: "wasi-nest: the component imports `wasi:http/handler@0.3.0`, which `run` does not offer\n",
    });
  });

  describe.each(["0.3", "both"] as const)("of %s", (has) => {
    let app: Uint8Array;
    let reading: Uint8Array;
    beforeAll(async () => {
      if (rust() === undefined) return;
      app = await shapedGuest("cli", { has });
      reading = await shapedGuest("reading", { has });
    }, 600_000);
    beforeEach(({ skip }) => skip(rust() === undefined, RUST_MISSING));

    test("a program has its arguments, the host's variables, streams and exit codes, and a directory", () => {
      const cwd = temporaryDirectory();
      writeFileSync(join(cwd, "app.wasm"), app);
      const told = run(["app.wasm", "tell", "a b"], cwd);
      expect(told).toMatchObject({ code: 0, stderr: "" });
      expect(told.stdout).toContain("arguments: app|tell|a b\n");
      expect(told.stdout).toContain("\nONE=1\n");
      expect(told.stdout).toMatch(/\ndirectory: Some\(".*wasi-nest-test-.*"\)\nterminals: \[false, false, false\]\n$/);
      expect(run(["app.wasm", "echo", "3"], cwd, "hello")).toEqual({
        code: 0,
        stdout: "hello",
        stderr: "5 bytes, read ok, written ok\n",
      });
      expect(run(["app.wasm", "exit", "33"], cwd)).toEqual({ code: 33, stdout: "before the exit\n", stderr: "" });
      expect(run(["app.wasm", "return"], cwd).code).toBe(1);
    });

    test("a program reads a directory that `--dir` gives, and an output reads its own", async () => {
      const cwd = temporaryDirectory();
      writeFileSync(join(cwd, "app.wasm"), reading);
      await makeData(join(cwd, "files"));
      const printed = (file: string, ...dir: readonly string[]): Outcome => run([file, ...dir, "--", "lists"], cwd);
      const expected = { code: 0, stdout: `preopened: /data\n${READING["lists"]}`, stderr: "" };
      expect(printed("app.wasm", "--dir", "files::/data")).toEqual(expected);
      const made = wasiNest(["app.wasm", "-o", "out.wasm", "--quiet", "--mount", "/data=files", "--stdout", "allow", "--allow-args"], {
        cwd,
      });
      expect(made).toMatchObject({ code: 0, stderr: "" });
      expect(printed("out.wasm")).toEqual(expected);
      // It leaves streams open, whose tasks wait for ever.
      expect(run(["out.wasm", "drops"], cwd)).toEqual({ code: 0, stdout: `preopened: /data\n${READING["drops"]}`, stderr: "" });
    });

    test("an exit that is denied is told, with the option that lets it through", () => {
      const cwd = temporaryDirectory();
      writeFileSync(join(cwd, "app.wasm"), app);
      wasiNest(["app.wasm", "-o", "out.wasm", "--quiet", "--stdout", "allow", "--allow-args"], { cwd });
      const { code, stderr } = run(["out.wasm", "exit", "3"], cwd);
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /^wasi-nest: the program ended with status 3, and `wasi:cli\/exit@0\.3\.0#exit-with-code` is denied\n {2}`--allow-exit` lets it through\n$/,
      );
    });
  });
});
