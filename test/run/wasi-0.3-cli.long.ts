/** How programs of WASI 0.3 end where their exit code is fixed, and what they hear of terminals, in each shape that toolchains make. */

import { beforeEach, describe, expect, test } from "vitest";
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
});
