/** Programs in Rust, of WASI 0.3 in each shape, as stages beside others; and what at-once.test.ts has, on jco too. */
import { beforeAll, describe, expect, test } from "vitest";
import { compose, parseScript } from "../../src/index.ts";
import { RUST_MISSING, rust, shapedGuest } from "../guests/index.ts";
import { rawGuest } from "../guests/raw-guest.ts";
import { WASI_03 } from "../guests/wasi-wit.ts";
import { newestHosts } from "../hosts/newest-wasi.ts";
import { BUILD_MILLISECONDS, RUN_MILLISECONDS } from "../run/on-hosts.ts";

let filters: Uint8Array;

beforeAll(async () => {
  filters = await rawGuest("filters", WASI_03);
  if (rust() !== undefined) await shapedGuest("cli");
}, BUILD_MILLISECONDS);

const shapes = [
  { has: "0.3", lifted: "callback" },
  { has: "0.3", lifted: "sync" },
  { has: "both", lifted: "callback" },
] as const;

/** Each with what it prints, and its exit code. */
const SCRIPTS: readonly (readonly [script: string, stdout: string, stderr: string, exitCode: number])[] = [
  ["f echo abc | r echo | f cat", "abc\n", "4 bytes, read ok, written ok\n", 0],
  ["r exit 7 | f count; f echo a", "16\na\n", "", 0],
  ["f echo abc | r exit 7", "before the exit\n", "", 7],
  ["r return || f echo a; r fail | f count", "a\n0\n", "", 0],
  ["f yes | f head 100000 > x; r echo 1000 < x | f count", "100000\n", "100000 bytes, read ok, written ok\n", 0],
];

describe.each(newestHosts)("on $name", ({ missing, run }) => {
  const reason = missing ?? (rust() !== undefined ? undefined : RUST_MISSING);
  const cases = shapes.flatMap((shape) => SCRIPTS.map((each) => ({ shape, each })));

  test.for(cases)("$shape.has, $shape.lifted: $each.0", { timeout: RUN_MILLISECONDS }, async ({ shape, each }, { skip }) => {
    skip(reason !== undefined, reason);
    const [script, stdout, stderr, exitCode] = each;
    const programs = new Map([
      ["f", filters],
      ["r", await shapedGuest("cli", shape)],
    ]);
    const { chunks } = compose(parseScript(script), {
      programs,
      ...{ stdin: "allow", stdout: "allow", stderr: "allow", allowExit: true, exitWithCode: true, tmpfs: [{ path: "/" }] },
    });
    expect(await run(Buffer.concat(chunks), { stdin: "" })).toMatchObject({ stdout, stderr, exitCode });
  });
});

await import("./at-once.test.ts");
