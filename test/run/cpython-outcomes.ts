/**
 * Modules of CPython's own tests, run in a directory of this machine and in a writable mount of the same files: every
 * test is to come out the same in both, whether it passes, fails or is skipped. docs/programs.md says how many do.
 */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readMount } from "../../src/node/index.ts";
import { CPYTHON_TESTS_MISSING, cpythonTests, cpythonTestsAvailable } from "../guests/cpython-tests.ts";
import { python } from "../guests/index.ts";
import type { Outcome, RunOptions } from "../hosts/outcome.ts";
import { runOnWasmtime, wasmtimeAvailable, WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, type Host, importsOf, virtualized } from "./on-hosts.ts";

/** Modules, and how many of their tests pass at least: versions of the tests differ a little. */
export type Modules = Readonly<Record<string, number>>;

const ENV = { PYTHONPATH: "/lib", PYTHONDONTWRITEBYTECODE: "1" };
const MODULES_MILLISECONDS = 900_000;
const OUTCOMES = ["ok", "skipped", "failed", "error", "failed as expected", "passed unexpectedly"];

/** Lines of tests and their outcomes by module. */
type Outcomes = ReadonlyMap<string, readonly string[]>;

export function describeCpythonTests({ name, run }: Host, modules: Modules): void {
  const names = Object.keys(modules);
  const runnable = wasmtimeAvailable() && cpythonTestsAvailable();

  describe(`CPython's tests on ${name}`, () => {
    let folder: string;
    let ours: Outcomes;
    let theirs: Outcomes;
    beforeAll(
      async () => {
        folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-cpython-"));
        if (!runnable) return;
        await cpythonTests(folder, names);
        const component = await python();
        const output = await embedded(component, folder);
        const options = { program: "python", args: ["/app/tests.py", "/", ...names], timeoutMilliseconds: MODULES_MILLISECONDS };
        ours = await outcomes(run, output, options);
        theirs = await outcomes(runOnWasmtime, component, { ...options, env: ENV, preopens: { "/": folder } });
      },
      BUILD_MILLISECONDS + 2 * MODULES_MILLISECONDS,
    );
    afterAll(() => rm(folder, { recursive: true, force: true }));

    test.for(names)("come out as in a directory of this machine: %s", (module, { skip }) => {
      skip(!wasmtimeAvailable(), WASMTIME_MISSING);
      skip(!cpythonTestsAvailable(), CPYTHON_TESTS_MISSING);
      expect(ours.get(module)).toEqual(theirs.get(module));
      const count = (outcome: string): number => ours.get(module)?.filter((line) => line.endsWith(` ${outcome}`)).length ?? 0;
      expect(count("ok")).toBeGreaterThanOrEqual(modules[module] ?? Infinity);
      if (process.env["WASI_NEST_COUNT_OUTCOMES"] !== undefined)
        console.log(`${module}: ${OUTCOMES.map((outcome) => `${count(outcome)} ${outcome}`).join(", ")}`);
    });
  });
}

/** Python with the folder as all that it sees, which it may write to. */
async function embedded(component: Uint8Array, folder: string): Promise<Uint8Array> {
  const output = virtualized(component, {
    mounts: [{ path: "/", entry: await readMount(folder, { keepTimes: true }), writable: true }],
    allowArgs: true,
    env: ENV,
    stdout: "allow",
    stderr: "allow",
    allowClocks: true,
    allowRandom: true,
    allowExit: true,
  });
  expect((await importsOf(output)).filter((name) => /^wasi:(filesystem|sockets|http)/.test(name))).toEqual([]);
  return output;
}

async function outcomes(run: Host["run"], component: Uint8Array, options: RunOptions): Promise<Outcomes> {
  const outcome = await run(component, options);
  const { exitCode, trap, stderr }: Outcome = outcome;
  expect({ exitCode, trap, stderr: trap === undefined ? "" : stderr.slice(-2000) }).toEqual({ exitCode: 0, trap: undefined, stderr: "" });
  const byModule = new Map<string, string[]>();
  let lines: string[] = [];
  for (const line of outcome.stdout.split("\n")) {
    const [, test = "", result = ""] = /^(\S+) (.*)$/.exec(line) ?? [];
    if (test === "module") byModule.set(result, (lines = []));
    // Tests print other things too.
    else if (OUTCOMES.includes(result)) lines.push(line);
  }
  return byModule;
}
