/** A program in Python of WASI 0.2 and 0.3: with a directory in it, it prints what it prints about a real one, through both. */

import { rm } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { COMPONENTIZE_PY_MISSING, componentizePyAvailable, pythonGuest } from "../guests/componentize-py.ts";
import { newestHosts } from "../hosts/newest-wasi.ts";
import { wasmtimeCli, WASMTIME_CLI_MISSING } from "../hosts/wasmtime-cli.ts";
import { BUILD_MILLISECONDS } from "./on-hosts.ts";
import { expectSuccess, expectValid03, makeData, printedByPlain, withData } from "./wasi-0.3-cases.ts";

let folder: string;
let data: string;
beforeAll(async () => void ({ folder, data } = await makeData()));
afterAll(() => rm(folder, { recursive: true }));

/** Both hosts' outputs are compared with the same. */
let plain: Promise<string> | undefined;

describe.each(newestHosts)("on $name", ({ name, missing, run }) => {
  beforeEach(({ skip }) => {
    skip(!componentizePyAvailable(), COMPONENTIZE_PY_MISSING);
    skip(wasmtimeCli() === undefined, WASMTIME_CLI_MISSING);
    skip(missing !== undefined, missing);
  });

  // Wasmtime takes 20 s to compile one of these: the writable one is read, too.
  const modes = [["read-only", []] as const, ["writable", ["write"]] as const].filter(([mode]) => name === "jco" || mode === "writable");

  test.each(modes)("%s", { timeout: BUILD_MILLISECONDS }, async (mode, args) => {
    const program = await pythonGuest("streams");
    // Python seeds its hashes as it starts.
    const output = await withData(program, data, mode === "writable", { args, stderr: "allow", allowRandom: true, allowClocks: true });
    await expectValid03(output);
    const outcome = await run(output, { timeoutMilliseconds: 300_000 });
    expectSuccess(outcome);
    const whole = await (plain ??= printedByPlain(program, data, { args: ["write"], timeoutMilliseconds: 300_000 }));
    // What it reads comes first, and of that the names in a folder are the last.
    const names = "['deep', 'inner.txt', 'out']\n";
    expect(outcome.stdout).toBe(mode === "writable" ? whole : whole.slice(0, whole.indexOf(names) + names.length));
  });
});
