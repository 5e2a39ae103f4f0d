/** A program of WASI 0.3 that waits several times at once, with clocks that are not the host's: the same on both hosts, each time. */

import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Options } from "../../src/index.ts";
import { RUST_MISSING, rust, rustGuest } from "../guests/rust.ts";
import { newestHosts } from "../hosts/newest-wasi.ts";
import { BUILD_MILLISECONDS, expectValid, RUN_MILLISECONDS, virtualized } from "./on-hosts.ts";

let app: Uint8Array;

beforeAll(async () => {
  if (rust() !== undefined) app = await rustGuest("waits");
}, BUILD_MILLISECONDS);

const OUTPUT: Options = { stdout: "allow", random: { seed: "s" } };
const rest = (since: number, day: number): readonly string[] => [
  `another at ${since + 1000}`,
  `the past at ${since + 1000}`,
  `after the report at ${since + 1001}`,
  expect.stringMatching(`^later at ${since + 1002}|${since + 1003}$`) as string,
  expect.stringMatching(`^of the day ${day === 0 ? "0" : `${since + 1002}`}$`) as string,
  "",
];

/** In the order of the moments. */
const VIRTUAL = [
  ...["4: 0 ms at 0", "1: 10 ms at 10", "5: 10 ms at 10", "3: 11 ms at 11", "2: 20 ms at 20", "0: 30 ms at 30"],
  ...Array.from({ length: 8 }, (_, i) => `short ${i} at ${40 + i * 10}`),
  ...["long at 125", "a second at 1125"],
  ...rest(1125, 1),
];
/** One after the other. */
const FIXED = [
  ...["0: 30 ms at 30", "1: 10 ms at 40", "2: 20 ms at 60", "3: 11 ms at 71", "4: 0 ms at 71", "5: 10 ms at 81", "long at 176"],
  ...Array.from({ length: 8 }, (_, i) => `short ${i} at ${186 + i * 10}`),
  ...["an hour at 3600256"],
  ...rest(3_600_256, 0),
];

describe.for(newestHosts)("on $name", ({ run, missing }) => {
  beforeEach(({ skip }) => {
    skip(rust() === undefined, RUST_MISSING);
    skip(missing !== undefined, missing);
  });

  test.for<[string, Options, readonly string[]]>([
    ["waits end in the order of their moments by a virtual clock", { clock: { virtual: "2026-01-01T00:00:00Z" } }, VIRTUAL],
    ["each wait is over at once by a fixed clock", { clock: { fixed: "2026-01-01T00:00:00Z" } }, FIXED],
    [
      "waits go on together behind a limit of calls",
      {
        clock: { virtual: "2026-01-01T00:00:00Z" },
        limits: { "wasi:clocks/monotonic-clock#wait-for": 1000, "wasi:clocks/monotonic-clock#wait-until": 1000 },
      },
      VIRTUAL,
    ],
  ])("%s", { timeout: RUN_MILLISECONDS }, async ([, clock, lines]) => {
    const output = virtualized(app, { ...OUTPUT, ...clock });
    await expectValid(output);
    const { stdout, exitCode, trap } = await run(output);
    expect({ exitCode, trap }).toEqual({ exitCode: 0, trap: undefined });
    expect(stdout.toString().split("\n")).toEqual(lines);
  });
});
