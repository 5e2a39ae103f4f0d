/**
 * Every guest runs on both hosts before anything is virtualized, and prints what it should: what a test of
 * virtualized guests compares with. What is first built here takes minutes, later it is in .cache.
 */

import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { componentWit } from "@bytecodealliance/jco";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runOnJco } from "../hosts/jco.ts";
import type { Outcome, RunOptions } from "../hosts/outcome.ts";
import { runOnWasmtime, validate, wasmtimeAvailable, WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import {
  adaptCommand,
  cProgram,
  everythingWit,
  javascript,
  python,
  ripgrep,
  sqlite,
  wasiVersions,
  worldComponent,
  yosys,
  yosysShare,
} from "./index.ts";

const BUILD_MILLISECONDS = 600_000;
const RUN_MILLISECONDS = 60_000;

const JAVASCRIPT = `
  import { getArguments, getEnvironment } from "wasi:cli/environment@0.2.12";
  import { getDirectories } from "wasi:filesystem/preopens@0.2.12";

  export const run = {
    run() {
      const [[directory, name]] = getDirectories();
      const file = directory.openAt({}, "greeting.txt", {}, { read: true });
      const [bytes] = file.read(1000n, 0n);
      console.log(getArguments()[1], getEnvironment()[0].join("="), name, new TextDecoder().decode(bytes));
    },
  };`;

const VERILOG = "module top(input clk, output reg [7:0] q); always @(posedge clk) q <= q + 1; endmodule\n";

interface Case {
  readonly name: string;
  readonly build: () => Promise<Uint8Array>;
  readonly options: RunOptions;
  readonly stdout: RegExp;
}

let folder: string;
let share: string;

beforeAll(async () => {
  share = await yosysShare();
  folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-guests-"));
  await mkdir(path.join(folder, "folder"));
  await writeFile(path.join(folder, "greeting.txt"), "good morning\n");
  await writeFile(path.join(folder, "folder/inner.txt"), "and a good evening\n");
  await writeFile(path.join(folder, "top.v"), VERILOG);
  await symlink("greeting.txt", path.join(folder, "link"));
  const written = new Date("2001-02-03T04:05:06Z");
  await utimes(path.join(folder, "greeting.txt"), written, written);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const cases: readonly Case[] = [
  {
    name: "walk",
    build: async () => adaptCommand(await cProgram("walk")),
    options: { args: ["/data"] },
    stdout:
      /^d 0 \S+ \/data\nd 0 \S+ \/data\/folder\nf 19 \S+ \/data\/folder\/inner.txt\nf 13 981173106.000000000 \/data\/greeting.txt\nl 0 \S+ \/data\/link -> greeting.txt\n/,
  },
  {
    name: "probe",
    build: async () => adaptCommand(await cProgram("probe")),
    options: { args: ["/data"] },
    stdout: /^lstat folder: directory$[^]*^opendir none: ENOENT$/m,
  },
  {
    name: "ripgrep",
    build: ripgrep,
    options: { program: "rg", args: ["-n", "--sort", "path", "good", "/data"] },
    stdout: /^\/data\/folder\/inner.txt:1:and a good evening\n\/data\/greeting.txt:1:good morning\n$/,
  },
  {
    name: "Python",
    build: python,
    options: {
      program: "python",
      args: ["-c", "import json; print(json.dumps([open('/data/greeting.txt').read(), 6 * 7]))"],
    },
    stdout: /^\["good morning\\n", 42\]\n$/,
  },
  {
    name: "SQLite",
    build: sqlite,
    options: {
      program: "sqlite3",
      args: ["/data/t.db", "drop table if exists t; create table t(a); insert into t values(40),(2); select sum(a) from t"],
    },
    stdout: /^42\n$/,
  },
  {
    name: "Yosys",
    build: yosys,
    // Up to the step that runs ABC, another program.
    options: { program: "yosys", args: ["-p", "read_verilog /data/top.v; synth_ice40 -run begin:map_luts; stat"] },
    stdout: /SB_CARRY[^]*End of script/,
  },
  {
    name: "JavaScript",
    build: () => javascript(JAVASCRIPT),
    options: { program: "app", args: ["morning"], env: { KEY: "value" } },
    stdout: /^morning KEY=value \/data good morning\n\n$/,
  },
];

const hosts: readonly [string, boolean, (component: Uint8Array, options: RunOptions) => Promise<Outcome>][] = [
  ["jco", true, runOnJco],
  ["Wasmtime", wasmtimeAvailable(), runOnWasmtime],
];

describe.each(cases)("$name", ({ build, options, stdout }) => {
  let component: Uint8Array;
  beforeAll(async () => void (component = await build()), BUILD_MILLISECONDS);

  test.for(hosts)("runs on %s", { timeout: RUN_MILLISECONDS }, async ([, available, run], { skip }) => {
    skip(!available, WASMTIME_MISSING);
    const outcome = await run(component, { preopens: { "/data": folder, "/share": share }, ...options });
    expect(outcome).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(stdout) });
    expect(outcome.trap).toBeUndefined();
  });
});

describe("a component for a world", () => {
  test.for(wasiVersions)("imports all of WASI %s", { timeout: RUN_MILLISECONDS }, async (version) => {
    const component = await worldComponent(await everythingWit(version), "everything");
    const imports = (await componentWit(component)).match(/^ {2}import wasi:.*$/gm) ?? [];
    expect(imports).toHaveLength(29);
    expect(imports.filter((line) => !line.endsWith(`@${version};`))).toEqual([]);
    if (wasmtimeAvailable()) expect(await validate(component)).toEqual({ kind: "valid" });
  });
});
