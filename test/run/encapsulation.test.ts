/**
 * A program virtualized with no options at all is sealed: it imports nothing, starts on a host that offers
 * nothing, and is told "no" in a way that says what was denied.
 */

import { beforeAll, describe, expect, test } from "vitest";
import { adaptCommand, cProgram, javascript, python, ripgrep, sqlite, yosys } from "../guests/index.ts";
import { runOnJco } from "../hosts/jco.ts";
import type { Outcome } from "../hosts/outcome.ts";
import { runOnWasmtime, validate, wasmtimeAvailable, WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, importsOf, isLong, RUN_MILLISECONDS, virtualized } from "./on-hosts.ts";

interface Case {
  readonly name: string;
  readonly build: () => Promise<Uint8Array>;
  /** The function that it cannot do without and that cannot say no; without one, it ends by itself with 0. */
  readonly denied?: string;
}

const scripted = (): Promise<Uint8Array> => javascript(`export const run = { run() { console.log("hello"); } };`);
const NOW = "wasi:clocks/monotonic-clock@0.2.12#now";

const cases: readonly Case[] = [
  { name: "hello", build: async () => adaptCommand(await cProgram("hello")) },
  { name: "copy", build: async () => adaptCommand(await cProgram("copy")) },
  { name: "walk", build: async () => adaptCommand(await cProgram("walk")) },
  {
    name: "probe",
    build: async () => adaptCommand(await cProgram("probe")),
    denied: "wasi:clocks/monotonic-clock@0.2.12#subscribe-duration",
  },
  { name: "ripgrep", build: ripgrep, denied: "wasi:random/random@0.2.12#get-random-bytes" },
  { name: "Python", build: python, denied: NOW },
  { name: "SQLite", build: sqlite, denied: NOW },
  { name: "Yosys", build: yosys, denied: NOW },
  { name: "JavaScript", build: scripted, denied: NOW },
];
/** What is slow to build or to run. */
const SLOW: readonly Case["build"][] = [sqlite, yosys, scripted];

describe.each(cases.filter(({ build }) => SLOW.includes(build) === isLong))("$name, sealed", ({ build, denied }) => {
  let sealed: Uint8Array;

  beforeAll(async () => void (sealed = virtualized(await build())), BUILD_MILLISECONDS);

  const expectEnding = ({ stdout, stderr, exitCode, trap }: Outcome): void => {
    expect(stdout).toBe("");
    if (denied === undefined) expect({ exitCode, trap }).toEqual({ exitCode: 0 });
    else {
      expect(trap).toMatch(/unreachable/);
      // Wasmtime's trap has the stack in it, of jco's we print it.
      expect(trap + stderr).toContain(`${denied} is denied`);
    }
  };

  test("imports nothing", { timeout: RUN_MILLISECONDS }, async () => {
    expect(await importsOf(sealed)).toEqual([]);
  });

  test("starts on a Wasmtime that offers nothing", { timeout: RUN_MILLISECONDS }, async ({ skip }) => {
    skip(!wasmtimeAvailable(), WASMTIME_MISSING);
    expect(await validate(sealed)).toEqual({ kind: "valid" });
    expectEnding(await runOnWasmtime(sealed, { empty: true }));
  });

  test("ends the same way on jco", { timeout: RUN_MILLISECONDS }, async () => {
    expectEnding(await runOnJco(sealed));
  });
});
