/** Random operations on streams of WASI 0.3, and many streams at once: no trap, no hang and no wrong byte. */

import { rm } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { RUST_MISSING, rust, rustGuest } from "../guests/rust.ts";
import { newestHosts } from "../hosts/newest-wasi.ts";
import { BUILD_MILLISECONDS } from "./on-hosts.ts";
import { expectSuccess, makeData, withData } from "./wasi-0.3-cases.ts";

const STEPS = { Wasmtime: 100_000, jco: 10_000 } as Readonly<Record<string, number>>;
const MANY = { Wasmtime: 10_000, jco: 1000 } as Readonly<Record<string, number>>;

let folder: string;
let data: string;

beforeAll(async () => {
  if (rust() !== undefined) ({ folder, data } = await makeData());
});
afterAll(async () => {
  if (rust() !== undefined) await rm(folder, { recursive: true });
});

describe.each(newestHosts)("on $name", ({ name, missing, run }) => {
  beforeEach(({ skip }) => {
    skip(rust() === undefined, RUST_MISSING);
    skip(missing !== undefined, missing);
  });

  test.each([false, true])("a hostile program, writable: %s", { timeout: BUILD_MILLISECONDS }, async (writable) => {
    const [steps, seed] = [STEPS[name], 1 + Math.floor(Math.random() * 1_000_000)];
    const output = await withData(await rustGuest("tangle"), data, writable, { args: ["hostile", `${steps}`, `${seed}`] });
    const outcome = await run(output);
    expect({ seed, ...outcome }).toMatchObject({ seed, stdout: `${steps} steps, 0 wrong\n`, stderr: "", exitCode: 0 });
  });

  test.each([false, true])("many streams at once, writable: %s", { timeout: BUILD_MILLISECONDS }, async (writable) => {
    const count = MANY[name];
    const outcome = await run(await withData(await rustGuest("tangle"), data, writable, { args: ["many", `${count}`] }));
    expectSuccess(outcome);
    expect(outcome.stdout).toBe(`${count} of ${count}\n`);
  });
});
