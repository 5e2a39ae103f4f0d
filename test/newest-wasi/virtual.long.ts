/** What of 0.3 goes through wasi-nest: each line is a guest with options, and it does what it does by itself. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Options } from "../../src/index.ts";
import { RUST_MISSING, rust, shapedGuest } from "../guests/index.ts";
import { newestHosts } from "../hosts/newest-wasi.ts";
import type { RunOptions } from "../hosts/outcome.ts";
import { BUILD_MILLISECONDS, expectValid, virtualized } from "../run/on-hosts.ts";
import { expectValid03, withData } from "../run/wasi-0.3-cases.ts";
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
  /** How jco fails instead. */
  readonly failsOnJco?: { readonly args: readonly string[]; readonly trap: string };
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
    // What a function of the host's takes and gives for a nested component is not its resource, but the number of it.
    failsOnJco: { args: ["lists"], trap: "TypeError: Receiver must be an instance of class Descriptor" },
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
  beforeEach(({ skip }) => {
    skip(rust() === undefined, RUST_MISSING);
    skip(missing !== undefined, missing);
  });

  test.for(lines)("$feature", async ({ guest, options, run: given, failsOnJco }) => {
    for (const shape of shapes) {
      const app = await shapedGuest(guest, shape);
      const output = virtualized(app, options);
      await expectValid(output);
      const runOptions = { preopens: { "/data": data }, ...given };
      if (name === "jco" && failsOnJco !== undefined) {
        const { args, trap } = failsOnJco;
        expect((await run(output, { ...runOptions, args })).trap, JSON.stringify(shape)).toBe(trap);
        continue;
      }
      const { trap, ...expected } = await run(app, runOptions);
      expect(trap).toBe(undefined);
      expect(await run(output, runOptions), JSON.stringify(shape)).toEqual(expected);
    }
  });

  // All that is told of a file of the host's, which jco does not do with one.
  test.for([
    ["read-only", "a mount"],
    ["writable", "a mount that can be written to"],
  ] as const)("%s: %s is read as the files are", async ([mode]) => {
    for (const shape of shapes) {
      const output = await withData(await shapedGuest("reading", shape), data, mode === "writable", { allowArgs: true });
      await expectValid03(output);
      // Of a program that leaves streams open jco 1.35 looks for ever whether a task can go on.
      const told = Object.keys(READING).filter((section) => name !== "jco" || section !== "drops");
      expect(await run(output, { args: told }), JSON.stringify(shape)).toMatchObject({
        stdout: ["preopened: /data\n", ...told.map((section) => READING[section])].join(""),
        stderr: "",
        exitCode: 0,
      });
    }
  });

  // Not in all shapes: files are the same in each.
  test("a directory of the host's, and one under an overlay, are without what rules hide", async () => {
    const withSecrets = await mkdtemp(path.join(tmpdir(), "wasi-nest-newest-rules-"));
    try {
      await makeData(withSecrets);
      for (const secret of [".env", "folder/.env", "crowd/.env"]) await writeFile(path.join(withSecrets, secret), "secret");
      const app = await shapedGuest("reading", shapes[0]);
      const place = { path: "/data", host: "/given" };
      // jco says of no two descriptors of its own that they are of one file.
      const told = sections.filter((section) => name !== "jco" || section !== "stats");
      for (const mounts of [{ preopens: [{ ...place, readOnly: true }] }, { overlays: [place] }]) {
        const output = virtualized(app, { ...mounts, hide: ["**/.env"], protect: ["**"], stdout: "allow", allowArgs: true });
        await expectValid03(output);
        expect(await run(output, { args: told, preopens: { "/given": withSecrets } }), JSON.stringify(Object.keys(mounts))).toMatchObject({
          stdout: ["preopened: /data\n", ...told.map((section) => READING[section])].join(""),
          stderr: "",
          exitCode: 0,
        });
      }
    } finally {
      await rm(withSecrets, { recursive: true });
    }
  });
});
