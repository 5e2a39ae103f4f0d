/** Programs whose clocks are not the host's: what they are told, on each host. */

import { beforeAll, describe, expect, test } from "vitest";
import { worldOf } from "../../src/component/world.ts";
import { type Options, virtualize } from "../../src/index.ts";
import { adaptCommand, cProgram } from "../guests/index.ts";
import { BUILD_MILLISECONDS, expectValid, hosts, RUN_MILLISECONDS, virtualized } from "./on-hosts.ts";

let clock: Uint8Array;

beforeAll(async () => void (clock = await adaptCommand(await cProgram("clock"))), BUILD_MILLISECONDS);

const FIXED: Options = { clock: { fixed: "2026-01-01T01:02:03.5+01:00" } };
/** Those seconds since 1970. */
const AT = Date.parse("2026-01-01T00:02:03Z") / 1000;

const VIRTUAL: Options = { clock: { virtual: "2026-01-01T00:00:00Z" } };
const START = Date.parse("2026-01-01T00:00:00Z") / 1000;

const hostFunctions = (options: Options): readonly string[] =>
  virtualize(clock, options).report.hostImports.flatMap(({ name, functions }) =>
    functions.map((each) => `${name.replace(/@.*/, "")} ${each}`),
  );

test.each([FIXED, VIRTUAL])("%j asks nothing of the host", (options) => {
  expect([...worldOf(virtualized(clock, options)).imports]).toEqual([]);
});

test("it leaves `wasi:io` to the host where the streams are the host's, and then asks it for a pollable that is ready", () => {
  const found = hostFunctions({ ...FIXED, stdin: "allow", stdout: "allow", stderr: "allow" });
  expect(found.filter((each) => each.startsWith("wasi:clocks/"))).toEqual(["wasi:clocks/monotonic-clock subscribe-duration"]);
  const { report } = virtualize(clock, { ...FIXED, stdin: "allow", stdout: "allow", stderr: "allow" });
  const outcomes = report.imports.filter(({ name }) => name.startsWith("wasi:io/")).map(({ outcome }) => outcome);
  expect(new Set(outcomes)).toEqual(new Set(["allowed"]));
});

describe.each(hosts)("on $name", ({ available, run }) => {
  const told = async (options: Options, ...args: readonly string[]): Promise<readonly string[]> => {
    const output = virtualized(clock, { args, ...options });
    await expectValid(output);
    const { stdout, exitCode, trap } = await run(output);
    expect({ exitCode, trap }).toEqual({ exitCode: 0, trap: undefined });
    return stdout.toString().trim().split("\n");
  };

  test.skipIf(!available)(
    "a fixed clock stands still, and what is waited for has come",
    async () => {
      const options: Options = { ...FIXED, stdout: "allow" };
      expect(await told(options, "times")).toEqual([
        "resolution 1000 1000",
        `${AT}.500000000 2000`,
        `${AT}.500000000 3000`,
        `${AT}.500000000 4000`,
      ]);
      expect(await told(options)).toEqual([
        "slept 10: 10000, of the day 0",
        "slept 1: 1000, of the day 0",
        "slept 3600: 3600000, of the day 0",
      ]);
      // The same fully closed in: the program fails if less has passed.
      expect(await run(virtualized(clock, FIXED))).toMatchObject({ exitCode: 0 });
    },
    RUN_MILLISECONDS,
  );

  test.skipIf(!available)(
    "what is written has the time of the clock",
    async () => {
      const files: Options = { stdout: "allow", tmpfs: [{ path: "/tmp" }] };
      expect(await told({ ...files, ...FIXED }, "file", "/tmp/x")).toEqual([`written ${AT}.500000000`]);
      const [line = ""] = await told({ ...files, clock: { offset: "+30d" } }, "file", "/tmp/x");
      expect(Number(line.replace("written ", "")) - Date.now() / 1000 - 30 * 86_400).toBeLessThan(5);
      expect(Number(line.replace("written ", "")) - Date.now() / 1000 - 30 * 86_400).toBeGreaterThan(-60);
    },
    RUN_MILLISECONDS,
  );

  test.skipIf(!available)(
    "an offset is added to the host's time, and nothing else changes",
    async () => {
      const [, line = ""] = await told({ stdout: "allow", clock: { offset: "-1d" } }, "times");
      expect(Math.abs(Number(line.split(" ")[0]) - Date.now() / 1000 + 86_400)).toBeLessThan(60);
    },
    RUN_MILLISECONDS,
  );

  test.skipIf(!available)(
    "a virtual clock goes on when the program waits, and tells the same each time",
    async () => {
      const options: Options = { ...VIRTUAL, stdout: "allow" };
      expect(await told(options, "times")).toEqual([
        "resolution 1000 1000",
        `${START}.000002000 3000`,
        `${START}.000004000 5000`,
        `${START}.000006000 7000`,
      ]);
      expect(await told(options)).toEqual([10, 1, 3600].map((s) => `slept ${s}: ${s}000, of the day ${s}000`));
      expect(await run(virtualized(clock, VIRTUAL))).toMatchObject({ exitCode: 0 });
      expect(await told({ ...options, tmpfs: [{ path: "/tmp" }] }, "file", "/tmp/x")).toEqual([
        expect.stringMatching(`^written ${START}\\.0`),
      ]);
    },
    RUN_MILLISECONDS,
  );

  test.skipIf(!available)(
    "the host takes no time by a virtual clock: whoever waits for its input and for a timer gets the input",
    async () => {
      const output = virtualized(clock, { ...VIRTUAL, stdin: "allow", stdout: "allow", args: ["input"] });
      await expectValid(output);
      const { stdout } = await run(output, { stdin: "abc\n" });
      expect(stdout.toString().split("\n").slice(0, 2)).toEqual(["ready 1 after 0 s: 4 bytes", "ready 1 after 0 s: 0 bytes"]);
    },
    RUN_MILLISECONDS,
  );

  test.skipIf(!available)(
    "input that is not the host's is there before any timer",
    async () => {
      const options: Options = { ...VIRTUAL, stdin: new TextEncoder().encode("abc\n"), stdout: "allow" };
      expect((await told(options, "input")).slice(0, 2)).toEqual(["ready 1 after 0 s: 4 bytes", "ready 1 after 0 s: 0 bytes"]);
    },
    RUN_MILLISECONDS,
  );
});
