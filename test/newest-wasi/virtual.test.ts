/** What of 0.3 goes through wasi-nest: each line is a guest with options, and it does what it does by itself. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Options } from "../../src/index.ts";
import { RUST_MISSING, rust, shapedGuest } from "../guests/index.ts";
import { newestHosts } from "../hosts/newest-wasi.ts";
import type { RunOptions } from "../hosts/outcome.ts";
import { BUILD_MILLISECONDS, expectValid, virtualized } from "../run/on-hosts.ts";
import { makeData, NOT_ON_JCO, READING } from "./data.ts";

let data: string;

beforeAll(async () => {
  data = await mkdtemp(path.join(tmpdir(), "wasi-nest-newest-"));
  await makeData(data);
  if (rust() !== undefined) await shapedGuest("reading");
}, BUILD_MILLISECONDS);

afterAll(() => rm(data, { recursive: true, force: true }));

interface Line {
  readonly feature: string;
  readonly guest: string;
  readonly options: Options;
  readonly run: RunOptions;
  /** Why it is not compared on jco yet. */
  readonly notOnJco?: string;
}

/** The host's directory does what it does on jco, too. */
const sections = Object.keys(READING).filter((section) => !(section in NOT_ON_JCO));

/** A feature of 0.3 is a line here. The run without wasi-nest has the data at /data where `preopens` is not given. */
const lines: readonly Line[] = [
  {
    feature: "everything allowed: files",
    guest: "reading",
    options: { allowAll: true },
    run: { args: sections },
    notOnJco: "host descriptors of 0.3 do not reach a nested app",
  },
  {
    feature: "everything allowed: surroundings",
    guest: "cli",
    options: { allowAll: true },
    run: { args: ["tell", "a b"], env: { ONE: "1" } },
  },
  {
    feature: "everything allowed: input",
    guest: "cli",
    options: { allowAll: true },
    run: { args: ["echo", "700"], stdin: "abc\n".repeat(999) },
  },
  { feature: "everything allowed: both outputs", guest: "cli", options: { allowAll: true }, run: { args: ["both"] } },
  { feature: "everything allowed: exit", guest: "cli", options: { allowAll: true }, run: { args: ["exit", "7"] } },
];

const shapes = [
  { has: "0.3", lifted: "callback" },
  { has: "0.3", lifted: "sync" },
  { has: "both", lifted: "callback" },
] as const;

describe.each(newestHosts)("$name", ({ name, missing, run }) => {
  const reason = missing ?? (rust() !== undefined ? undefined : RUST_MISSING);

  const compared = lines.filter(({ notOnJco }) => name !== "jco" || notOnJco === undefined);

  test.for(compared)("$feature", async ({ guest, options, run: given }, { skip }) => {
    skip(reason !== undefined, reason);
    for (const shape of shapes) {
      const app = await shapedGuest(guest, shape);
      const output = virtualized(app, options);
      await expectValid(output);
      const runOptions = { preopens: { "/data": data }, ...given };
      const { trap, ...expected } = await run(app, runOptions);
      expect(trap).toBe(undefined);
      expect(await run(output, runOptions), JSON.stringify(shape)).toEqual(expected);
    }
  });
});
