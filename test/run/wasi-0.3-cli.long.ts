/**
 * How programs of WASI 0.3 end where their exit code is fixed, and what they hear of terminals and of the environment, in each shape that
 * toolchains make.
 */

import { beforeEach, describe, expect, test } from "vitest";
import type { Options } from "../../src/index.ts";
import { RUST_MISSING, rust, shapedGuest } from "../guests/index.ts";
import { newestHosts } from "../hosts/newest-wasi.ts";
import { BUILD_MILLISECONDS, expectValid, virtualized } from "./on-hosts.ts";

const SHAPES = [
  { has: "0.3", lifted: "callback" },
  { has: "0.3", lifted: "sync" },
  { has: "both", lifted: "callback" },
] as const;
const limits = { timeout: BUILD_MILLISECONDS };

describe.each(newestHosts)("on $name", ({ missing, run }) => {
  beforeEach(({ skip }) => {
    skip(rust() === undefined, RUST_MISSING);
    skip(missing !== undefined, missing);
  });

  test.for(SHAPES)("a fixed exit code is how it ends when it calls exit: $has, $lifted", limits, async (shape) => {
    const app = await shapedGuest("cli", shape);
    const codeOf = async (code: number, ...args: readonly string[]): Promise<number> => {
      const output = virtualized(app, { exit: { code }, args, stdout: "allow", stderr: "allow" });
      await expectValid(output);
      return (await run(output)).exitCode;
    };
    expect(await codeOf(9, "exit", "33")).toBe(9);
    expect(await codeOf(0, "fail")).toBe(0);
    // It calls no exit.
    expect(await codeOf(9, "return")).toBe(1);
  });

  test.for(SHAPES)("the streams that are named are terminals, and no others: $has, $lifted", limits, async (shape) => {
    const output = virtualized(await shapedGuest("cli", shape), { terminal: ["stdin", "stderr"], args: ["tell"], stdout: "allow" });
    await expectValid(output);
    expect((await run(output)).stdout).toContain("terminals: [true, false, true]\n");
  });

  test.for(SHAPES)("variables of the host are allowed, kept back, renamed and fixed by rules: $has, $lifted", limits, async (shape) => {
    const app = await shapedGuest("cli", shape);
    const host = { APP_A: "a", APP_SECRET: "hidden", APP_FIXED: "of the host", DATABASE_URL: "db:1", DB: "of the host", HOME: "/root" };
    const variablesBy = async (options: Options): Promise<readonly string[]> => {
      const output = virtualized(app, { args: ["tell"], stdout: "allow", ...options });
      await expectValid(output);
      const { stdout, stderr, trap } = await run(output, { env: host });
      expect([stderr, trap]).toEqual(["", undefined]);
      return stdout.split("\n").filter((line) => /^\w+=/.test(line));
    };
    expect(await variablesBy({})).toEqual([]);
    expect(await variablesBy({ allowEnv: ["APP_*"] })).toEqual(["APP_A=a", "APP_FIXED=of the host", "APP_SECRET=hidden"]);
    const rules: Options = {
      ...{ allowEnv: ["APP_*", "DATABASE_URL", "DB"], denyEnv: ["*_SECRET"] },
      ...{ renameEnv: { DATABASE_URL: "DB" }, env: { APP_FIXED: "1" } },
    };
    expect(await variablesBy(rules)).toEqual(["APP_A=a", "APP_FIXED=1", "DB=db:1"]);
    expect(await variablesBy({ allowEnv: true, denyEnv: ["APP_*", "D*"] })).toEqual(["HOME=/root"]);
  });
});
