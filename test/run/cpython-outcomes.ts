/**
 * Modules of CPython's own tests, run in a directory of this machine, in a writable mount of the same files, and over
 * that directory: every test is to come out the same, whether it passes, fails or is skipped. docs/programs.md says how
 * many do.
 */

import { cp, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Options } from "../../src/index.ts";
import { readMount } from "../../src/node/index.ts";
import { CPYTHON_TESTS_MISSING, cpythonTests, cpythonTestsAvailable } from "../guests/cpython-tests.ts";
import { python } from "../guests/index.ts";
import type { Outcome, RunOptions } from "../hosts/outcome.ts";
import { runOnWasmtime, wasmtimeAvailable, WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, type Host, importsOf, virtualized } from "./on-hosts.ts";
import { SHARE } from "../shares.ts";

/** Modules, and how many of their tests pass at least: versions of the tests differ a little. */
export type Modules = Readonly<Record<string, number>>;

const ENV = { PYTHONPATH: "/lib", PYTHONDONTWRITEBYTECODE: "1" };
const ALLOWED: Options = {
  allowArgs: true,
  env: ENV,
  stdout: "allow",
  stderr: "allow",
  allowClocks: true,
  allowRandom: true,
  allowExit: true,
};
const MODULES_MILLISECONDS = 900_000;
const OUTCOMES = ["ok", "skipped", "failed", "error", "failed as expected", "passed unexpectedly"];

export type Place = "a mount" | "an overlay";

/** Lines of tests and their outcomes by module. */
type Outcomes = ReadonlyMap<string, readonly string[]>;

/** Where the component finds the files. */
const PLACES: Readonly<Record<Place, (folder: string) => Promise<Options>>> = {
  "a mount": async (folder) => ({ mounts: [{ path: "/", entry: await readMount(folder, { keepTimes: true }), writable: true }] }),
  "an overlay": async () => ({ overlays: [{ path: "/", host: "/" }] }),
};

/** Of 0/4, each fourth module from the first on, of 1/4 each from the second on. */
const [WHICH = 0, OF = 1] = SHARE?.split("/").map(Number) ?? [];
const isChosen = (i: number): boolean => i % OF === WHICH;

export function describeCpythonTests({ name, run }: Host, places: readonly Place[], modules: Modules): void {
  const names = Object.keys(modules);
  const chosen = names.filter((_, i) => isChosen(i));
  const runnable = wasmtimeAvailable() && cpythonTestsAvailable() && chosen.length > 0;

  describe(`CPython's tests on ${name}`, () => {
    let folder: string;
    let theirs: Outcomes;
    const ours = new Map<Place, Outcomes>();
    beforeAll(
      async () => {
        folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-cpython-"));
        if (!runnable) return;
        const [host, below] = [path.join(folder, "host"), path.join(folder, "below")];
        await cpythonTests(below, chosen);
        await cp(below, host, { recursive: true, preserveTimestamps: true });
        const component = await python();
        const options = { program: "python", args: ["/app/tests.py", "/", ...chosen], timeoutMilliseconds: MODULES_MILLISECONDS };
        for (const place of places) {
          const output = virtualized(component, { ...ALLOWED, ...(await PLACES[place](below)) });
          const expected = place === "an overlay" ? ["wasi:filesystem/preopens", "wasi:filesystem/types"] : [];
          expect((await importsOf(output)).filter((name) => /^wasi:(filesystem|sockets|http)/.test(name))).toEqual(expected);
          ours.set(place, await outcomes(run, output, { ...options, preopens: { "/": below } }));
        }
        expect(await readdir(below)).toEqual(["app", "lib"]);
        theirs = await outcomes(runOnWasmtime, component, { ...options, env: ENV, preopens: { "/": host } });
      },
      BUILD_MILLISECONDS + 3 * MODULES_MILLISECONDS,
    );
    afterAll(() => rm(folder, { recursive: true, force: true }));

    test.for(places.flatMap((place) => names.map((module) => [module, place] as const)))(
      "come out as in a directory of this machine: %s in %s",
      ([module, place], { skip }) => {
        skip(!wasmtimeAvailable(), WASMTIME_MISSING);
        skip(!cpythonTestsAvailable(), CPYTHON_TESTS_MISSING);
        skip(!chosen.includes(module), `is in another share than WASI_NEST_SHARE=${SHARE}`);
        const lines = ours.get(place)?.get(module) ?? [];
        expect(lines).toEqual(theirs.get(module));
        const count = (outcome: string): number => lines.filter((line) => line.endsWith(` ${outcome}`)).length;
        expect(count("ok")).toBeGreaterThanOrEqual(modules[module] ?? Infinity);
        if (process.env["WASI_NEST_COUNT_OUTCOMES"] !== undefined)
          console.log(`${module}: ${OUTCOMES.map((outcome) => `${count(outcome)} ${outcome}`).join(", ")}`);
      },
    );
  });
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
