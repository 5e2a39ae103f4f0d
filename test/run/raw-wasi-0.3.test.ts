/** A program in C of WASI 0.3 without a libc: with a directory in it, it prints what it prints about a real one. */

import { rm } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { rawGuest, WASI_03 } from "../guests/index.ts";
import { newestHosts } from "../hosts/newest-wasi.ts";
import { wasmtimeCli, WASMTIME_CLI_MISSING } from "../hosts/wasmtime-cli.ts";
import { BUILD_MILLISECONDS } from "./on-hosts.ts";
import { expectSuccess, expectValid03, makeData, printedByPlain, withData } from "./wasi-0.3-cases.ts";

let folder: string;
let data: string;
let program: Uint8Array;
let printed: string;

beforeAll(async () => {
  ({ folder, data } = await makeData());
  program = await rawGuest("async", WASI_03);
  if (wasmtimeCli() !== undefined) printed = await printedByPlain(program, data);
}, BUILD_MILLISECONDS);
afterAll(() => rm(folder, { recursive: true }));

describe.each(newestHosts)("on $name", ({ missing, run }) => {
  beforeEach(({ skip }) => {
    skip(wasmtimeCli() === undefined, WASMTIME_CLI_MISSING);
    skip(missing !== undefined, missing);
  });

  test.each([false, true])("writable: %s", async (writable) => {
    const output = await withData(program, data, writable);
    await expectValid03(output);
    const outcome = await run(output);
    expectSuccess(outcome);
    expect(outcome.stdout).toContain("hello.txt 15 bytes");
    expect(outcome.stdout).toBe(printed);
  });
});
