/** The guests of 0.3 without wasi-nest, on a directory of this machine: what both hosts answer is what the content says. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RUST_MISSING, rust, shapedGuest } from "../guests/index.ts";
import { newestHosts } from "../hosts/newest-wasi.ts";
import { BUILD_MILLISECONDS } from "../run/on-hosts.ts";
import { makeData, NOT_ON_JCO, READING } from "./data.ts";

let data: string;

beforeAll(async () => {
  data = await mkdtemp(path.join(tmpdir(), "wasi-nest-newest-"));
  await makeData(data);
  if (rust() !== undefined) await shapedGuest("reading");
}, BUILD_MILLISECONDS);

afterAll(() => rm(data, { recursive: true, force: true }));

/** The initial working directory, which each host has its own idea of. */
const DIRECTORY = { Wasmtime: "None", jco: 'Some("/")' };

const shapes = [
  { has: "0.3", lifted: "callback" },
  { has: "0.3", lifted: "sync" },
  { has: "both", lifted: "callback" },
] as const;

describe.each(newestHosts)("$name", ({ name, missing, run }) => {
  const sections = Object.keys(READING).filter((section) => name !== "jco" || !(section in NOT_ON_JCO));
  const reason = missing ?? (rust() !== undefined ? undefined : RUST_MISSING);

  test.for(shapes)("reads as the files are: $has, $lifted", async (shape, { skip }) => {
    skip(reason !== undefined, reason);
    const outcome = await run(await shapedGuest("reading", shape), { args: sections, preopens: { "/data": data } });
    const expected = ["preopened: /data\n", ...sections.map((section) => READING[section])].join("");
    expect(outcome).toMatchObject({ stdout: expected, exitCode: 0 });
  });

  test.for(shapes)("tells its surroundings: $has, $lifted", async (shape, { skip }) => {
    skip(reason !== undefined, reason);
    const cli = await shapedGuest("cli", shape);
    expect(await run(cli, { args: ["tell", "a b"], env: { ONE: "1", LONG: "ä" } })).toMatchObject({
      stdout: `arguments: guest|tell|a b\nLONG=ä\nONE=1\ndirectory: ${DIRECTORY[name]}\nterminals: [false, false, false]\n`,
      stderr: "",
      exitCode: 0,
    });
  });

  test.for(shapes)("copies its input: $has, $lifted", async (shape, { skip }) => {
    skip(reason !== undefined, reason);
    const cli = await shapedGuest("cli", shape);
    const stdin = "line\n".repeat(10_000);
    for (const piece of ["1000", "100000"]) {
      const outcome = await run(cli, { args: ["echo", piece], stdin });
      expect(outcome).toMatchObject({ stdout: stdin, stderr: "50000 bytes, read ok, written ok\n", exitCode: 0 });
    }
    expect(await run(cli, { args: ["echo"] })).toMatchObject({ stdout: "", stderr: "0 bytes, read ok, written ok\n" });
  });

  test.for(shapes)("ends as it says: $has, $lifted", async (shape, { skip }) => {
    skip(reason !== undefined, reason);
    const cli = await shapedGuest("cli", shape);
    expect(await run(cli, { args: ["exit", "33"] })).toMatchObject({ stdout: "before the exit\n", exitCode: 33 });
    expect(await run(cli, { args: ["fail"] })).toMatchObject({ exitCode: 1 });
    expect(await run(cli, { args: ["return"] })).toMatchObject({ exitCode: 1 });
    expect(await run(cli, { args: ["both"] })).toMatchObject({
      stdout: "to stdout 1\nto stdout 2\nto stdout 3\n",
      stderr: "to stderr 1\nto stderr 2\nto stderr 3\n",
      exitCode: 0,
    });
  });
});
