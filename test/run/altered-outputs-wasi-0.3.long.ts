/** `prefix:`, `limit:` and `to-stdout` for standard outputs, on both hosts, in WASI 0.3. */
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Options } from "../../src/index.ts";
import { RUST_MISSING, rust, shapedGuest } from "../guests/index.ts";
import { newestHosts } from "../hosts/newest-wasi.ts";
import { BUILD_MILLISECONDS, RUN_MILLISECONDS, virtualized } from "./on-hosts.ts";
import { expectValid03 } from "./wasi-0.3-cases.ts";

interface Case {
  readonly name: string;
  readonly options: Options;
  readonly stdout: string;
  readonly stderr: string;
}

beforeAll(async () => {
  if (rust() !== undefined) await shapedGuest("cli");
}, BUILD_MILLISECONDS);

/** The program writes `to stdout N` and `to stderr N` in turn. */
const rounds = (out: string, error: string): string =>
  [1, 2, 3]
    .flatMap((round) => [out === "" ? "" : `${out}to stdout ${round}\n`, error === "" ? "" : `${error}to stderr ${round}\n`])
    .join("");
/** In pieces of lines, where there is 0.2 by it and 0.3 in turn: `a` and `b` to standard output, `c` and `d` to standard error. */
const inTurns: readonly Case[] = [
  {
    name: "two streams, two prefixes",
    options: { stdout: { prefix: "> " }, stderr: { prefix: "! " } },
    stdout: "> a1 b1 a2 b2 ",
    stderr: "! c1 d1\n! c2 d2\n",
  },
  {
    name: "standard error goes to standard output",
    options: { stdout: "allow", stderr: "to-stdout" },
    stdout: "a1 b1 c1 d1\na2 b2 c2 d2\n",
    stderr: "",
  },
  {
    name: "standard error goes to an altered standard output",
    options: { stdout: { prefix: "> " }, stderr: "to-stdout" },
    stdout: "> a1 b1 c1 d1\n> a2 b2 c2 d2\n",
    stderr: "",
  },
  {
    name: "both streams count for the limit of one",
    options: { stdout: { limit: 20, prefix: "> " }, stderr: "to-stdout" },
    stdout: "> a1 b1 c1 d1\n> a2 b",
    stderr: "",
  },
  {
    name: "a limit for one, and another prefix",
    options: { stdout: { limit: 6 }, stderr: { limit: 10, prefix: "! " } },
    stdout: "a1 b1 ",
    stderr: "! c1 d1\n! ",
  },
];
const later: readonly Case[] = [
  {
    name: "two streams, two prefixes",
    options: { stdout: { prefix: "[out] " }, stderr: { prefix: "[err] " } },
    stdout: rounds("[out] ", ""),
    stderr: rounds("", "[err] "),
  },
  {
    name: "standard error goes to an altered standard output",
    options: { stdout: { prefix: "> " }, stderr: "to-stdout" },
    stdout: rounds("> ", "> "),
    stderr: "",
  },
  {
    name: "standard error goes to standard output",
    options: { stdout: "allow", stderr: "to-stdout" },
    stdout: [1, 2, 3].map((round) => `to stdout ${round}\nto stderr ${round}\n`).join(""),
    stderr: "",
  },
];

describe.each(newestHosts)("WASI 0.3 on $name", ({ name, missing, run }) => {
  beforeEach(({ skip }) => {
    skip(rust() === undefined, RUST_MISSING);
    skip(missing !== undefined, missing);
  });

  test.for([
    ...later.map((each) => ({ ...each, args: ["both"] })),
    ...inTurns.map((each) => ({ ...each, name: `in turns, ${each.name}`, args: ["turns"] })),
  ])("$name", { timeout: RUN_MILLISECONDS }, async ({ options, args, stdout, stderr }) => {
    for (const shape of [
      { has: "0.3", lifted: "callback" },
      { has: "both", lifted: "sync" },
    ] as const) {
      const output = virtualized(await shapedGuest("cli", shape), { args, ...options });
      await expectValid03(output);
      const outcome = await run(output);
      // preview3-shim 0.7 adds listeners to a standard stream at each call, of which Node warns there.
      const told = outcome.stderr.replace(/^\(.*\n/gm, "");
      expect({ ...outcome, stderr: told }, JSON.stringify(shape)).toMatchObject({ stdout, stderr, exitCode: 0 });
    }
  });

  test("a stream ends at its limit", { timeout: RUN_MILLISECONDS }, async ({ skip }) => {
    skip(
      name === "jco",
      "jco 1.35 waits for ever where a task traps, as the program does then; it does so where the stream is denied, too",
    );
    const input = Buffer.from("0123456789\n".repeat(1000));
    const output = virtualized(await shapedGuest("cli", { has: "0.3", lifted: "callback" }), {
      ...{ args: ["echo", "100"], stdin: input, stdout: { limit: 25, prefix: "> " }, stderr: "allow" },
    });
    expect((await run(output)).stdout).toBe("> 0123456789\n> 0123456789");
  });
});
