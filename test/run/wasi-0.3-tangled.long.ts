/**
 * A program of WASI 0.3 whose tasks run at once, and which cancels what it has begun: with a directory in it, it prints what
 * it prints on Wasmtime about a directory of the same content.
 */

import { rm } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { RUST_MISSING, rust, rustGuest } from "../guests/rust.ts";
import { newestHosts } from "../hosts/newest-wasi.ts";
import { wasmtimeCli, WASMTIME_CLI_MISSING } from "../hosts/wasmtime-cli.ts";
import { BUILD_MILLISECONDS } from "./on-hosts.ts";
import { expectSuccess, expectValid03, makeData, printedByPlain, withData } from "./wasi-0.3-cases.ts";

const CASES: readonly (readonly [args: string, mode: "read-only" | "writable"])[] = [
  ["files", "read-only"],
  ["files", "writable"],
  ["writes", "writable"],
  ["pairs", "writable"],
  ["hostile 1000 3", "read-only"],
  ["hostile 1000 4", "writable"],
];

let folder: string;
let data: string;

beforeAll(async () => {
  if (rust() !== undefined) ({ folder, data } = await makeData());
});
afterAll(async () => {
  if (rust() !== undefined) await rm(folder, { recursive: true });
});
beforeEach(({ skip }) => {
  skip(rust() === undefined, RUST_MISSING);
  skip(wasmtimeCli() === undefined, WASMTIME_CLI_MISSING);
});

/** By the arguments: both hosts' outputs are compared with the same. */
const printed = new Map<string, Promise<string>>();

describe.each(newestHosts)("on $name", ({ missing, run }) => {
  beforeEach(({ skip }) => skip(missing !== undefined, missing));

  test.each(CASES)("%s, %s", { timeout: BUILD_MILLISECONDS }, async (line, mode) => {
    const args = line.split(" ");
    const plain = await rustGuest("tangle");
    const output = await withData(plain, data, mode === "writable", { args });
    await expectValid03(output);
    const outcome = await run(output);
    expectSuccess(outcome);
    const printing = printed.get(line) ?? printedByPlain(plain, data, { args });
    printed.set(line, printing);
    const expected = await printing;
    expect(expected).not.toBe("");
    expect(outcome.stdout).toBe(expected);
  });
});
