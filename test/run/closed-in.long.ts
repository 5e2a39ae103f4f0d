/**
 * Real programs run closed in: with a fixed clock and random numbers from a seed, nothing of the host is left but the standard
 * outputs and `exit`. Without the clock, most of them trap when they start; docs/programs.md tells which.
 */

import { readFile } from "node:fs/promises";
import path from "node:path";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Options, type Report, virtualize } from "../../src/index.ts";
import { readMount } from "../../src/node/index.ts";
import {
  clang,
  clangResources,
  flite,
  javascript,
  lua,
  python,
  ripgrep,
  RUST_MISSING,
  rust,
  sqlite,
  yosys,
  yosysShare,
} from "../guests/index.ts";
import { runOnJco } from "../hosts/jco.ts";
import { WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, expectValid, hosts, importsOf } from "./on-hosts.ts";
import { inOtherShare } from "../shares.ts";

/** Clang compiles for a minute before it first runs. */
const MILLISECONDS = 900_000;

type Answer = "runs" | "traps";

interface Case {
  readonly name: string;
  readonly build: () => Promise<Uint8Array>;
  readonly options: Options;
  readonly mounts?: Readonly<Record<string, () => Promise<string>>>;
  readonly stdout: RegExp;
  /** What it does without one of them, with the other. */
  readonly withoutClock: Answer;
  readonly withoutRandom: Answer;
  readonly needsCargo?: true;
  /** CI does it one day in four. */
  readonly share?: number;
}

const CLOCK = { fixed: "2026-01-01T00:00:00Z" } as const;
const SEED = { seed: "closed in" } as const;

const file = (text: string) => ({ kind: "file", contents: new TextEncoder().encode(text) }) as const;
const directory = (files: Readonly<Record<string, string>>) =>
  ({ kind: "directory", entries: new Map(Object.entries(files).map(([name, text]) => [name, file(text)])) }) as const;

const SCRIPT = `
import datetime, random, os, tempfile, time
print(datetime.datetime.now(), len(os.urandom(8)), random.random() < 1)
time.sleep(10)
with tempfile.NamedTemporaryFile(dir="/tmp") as file: print(os.stat(file.name).st_mtime)
`;
const VERILOG = "module top(input clk, output reg [7:0] q); always @(posedge clk) q <= q + 1; endmodule\n";

const CASES: readonly Case[] = [
  {
    name: "ripgrep",
    build: ripgrep,
    options: {
      arg0: "rg",
      args: ["-n", "--sort", "path", "wire", "/data"],
      mounts: [{ path: "/data", entry: directory({ a: "wood\nwire\n", b: "iron\n" }) }],
    },
    stdout: /^\/data\/a:2:wire\n$/,
    withoutClock: "traps",
    withoutRandom: "traps",
  },
  {
    name: "CPython",
    share: 3,
    build: python,
    options: { arg0: "python", args: ["-c", SCRIPT], tmpfs: [{ path: "/tmp" }] },
    stdout: /^2026-01-01 00:00:00 8 True\n1767225600.0\n$/,
    withoutClock: "traps",
    withoutRandom: "traps",
  },
  {
    name: "SQLite",
    build: sqlite,
    options: {
      arg0: "sqlite3",
      args: [
        "/data/new.db",
        "create table t(a); insert into t values (date('now')), (typeof(random())); select a from t; pragma integrity_check",
      ],
      env: { HOME: "/tmp" },
      tmpfs: [{ path: "/tmp" }, { path: "/data" }],
    },
    stdout: /^2026-01-01\ninteger\nok\n$/,
    withoutClock: "traps",
    withoutRandom: "runs",
  },
  {
    name: "Lua",
    share: 1,
    build: lua,
    options: { args: [`print(os.date("!%Y-%m-%d"), math.random() < 1, #"text")`] },
    stdout: /^2026-01-01\ttrue\t4\n$/,
    withoutClock: "traps",
    withoutRandom: "runs",
    needsCargo: true,
  },
  {
    name: "Clang",
    share: 0,
    build: clang,
    options: {
      args: ["-O1", "-S", "-o", "-", "/project/main.c"],
      arg0: "clang",
      mounts: [{ path: "/project", entry: directory({ "main.c": '#include <stdio.h>\nint main(void) { return puts("hello") < 0; }\n' }) }],
      tmpfs: [{ path: "/tmp" }],
    },
    mounts: { "/usr": clangResources },
    stdout: /^\t\.file\t"main.c"\n[^]*call\tputs[^]*end_function/,
    withoutClock: "runs",
    withoutRandom: "traps",
  },
  {
    name: "Yosys",
    share: 2,
    build: yosys,
    options: {
      arg0: "yosys",
      args: ["-q", "-p", "read_verilog /data/top.v; synth_ice40 -run begin:map_luts; write_verilog -noattr -"],
      mounts: [{ path: "/data", entry: directory({ "top.v": VERILOG }) }],
    },
    mounts: { "/share": yosysShare },
    stdout: /module top\(clk, q\);[^]*SB_DFF/,
    withoutClock: "traps",
    withoutRandom: "runs",
  },
  {
    name: "Flite",
    share: 1,
    build: flite,
    options: { arg0: "flite", args: ["-t", "Nothing of this is heard outside.", "-o", "/out/speech.wav"], tmpfs: [{ path: "/out" }] },
    stdout: /^$/,
    withoutClock: "traps",
    withoutRandom: "runs",
  },
  {
    name: "JavaScript",
    share: 3,
    build: () =>
      javascript(`
      import { getArguments } from "wasi:cli/environment@0.2.12";
      export const run = { run() { console.log(getArguments()[1], new Date().toISOString(), Math.random() < 1); } };`),
    options: { args: ["morning"] },
    stdout: /^morning 2026-01-01T00:00:00.000Z true\n$/,
    withoutClock: "traps",
    withoutRandom: "traps",
  },
];

describe.each(CASES)("$name", ({ build, options, mounts = {}, stdout, withoutClock, withoutRandom, needsCargo, share }) => {
  const isMissing = needsCargo === true && rust() === undefined;
  let app: Uint8Array;
  let closed: Options;
  const left = inOtherShare(share);
  beforeEach(({ skip }) => {
    skip(isMissing, RUST_MISSING);
    skip(left !== undefined, left);
  });
  beforeAll(async () => {
    if (isMissing || left !== undefined) return;
    app = await build();
    const read = Object.entries(mounts).map(async ([at, folder]) => ({ path: at, entry: await readMount(await folder()) }));
    closed = {
      ...options,
      mounts: [...(options.mounts ?? []), ...(await Promise.all(read))],
      stdout: "allow",
      stderr: "allow",
      allowExit: true,
    };
  }, BUILD_MILLISECONDS);

  const closedIn = (options: Options): { readonly output: Uint8Array; readonly hostImports: Report["hostImports"] } => {
    const { chunks, report } = virtualize(app, { ...closed, ...options });
    return { output: Buffer.concat(chunks), hostImports: report.hostImports };
  };

  test.for(hosts)("runs with a fixed clock on $name", { timeout: MILLISECONDS }, async ({ available, run }, { skip }) => {
    skip(!available, WASMTIME_MISSING);
    const { output, hostImports } = closedIn({ clock: CLOCK, random: SEED });
    await expectValid(output);
    for (const { name, functions } of hostImports) {
      // Of clocks, nothing but a timer that is over at once: what is ours may be waited for beside the host's outputs.
      if (name.startsWith("wasi:clocks/")) expect(functions).toEqual(["subscribe-duration"]);
      else expect(name).toMatch(/^wasi:(io\/|cli\/(exit|stdout|stderr|terminal-))/);
    }
    const outcome = await run(output, { timeoutMilliseconds: MILLISECONDS });
    expect(outcome).toMatchObject({ exitCode: 0, stderr: "", stdout: expect.stringMatching(stdout) });
  });

  test("runs with no import at all", { timeout: MILLISECONDS }, async () => {
    const { output, hostImports } = closedIn({ clock: CLOCK, random: SEED, stdout: "ignore", stderr: "ignore", allowExit: false });
    expect(hostImports).toEqual([]);
    expect(await importsOf(output)).toEqual([]);
    expect(await runOnJco(output, { timeoutMilliseconds: MILLISECONDS })).toMatchObject({ exitCode: 0, stdout: "", stderr: "" });
  });

  test.for([
    { what: "clock", options: { random: SEED }, answer: withoutClock, denied: "wasi:clocks/" },
    { what: "random numbers", options: { clock: CLOCK }, answer: withoutRandom, denied: "wasi:random/" },
  ] as const)("without $what, it runs or traps as the docs say", { timeout: MILLISECONDS }, async ({ options, answer, denied }) => {
    const outcome = await runOnJco(closedIn(options).output, { timeoutMilliseconds: MILLISECONDS });
    const { trap, stderr } = outcome;
    if (answer === "runs")
      expect({ trap, ...outcome }).toMatchObject({ trap: undefined, exitCode: 0, stdout: expect.stringMatching(stdout) });
    else expect([trap === undefined, stderr]).toEqual([false, expect.stringMatching(`${denied}.* is denied`)]);
  });
});

test("docs/programs.md tells what each does", async () => {
  const page = await readFile(path.join(import.meta.dirname, "../../docs/programs.md"), "utf8");
  for (const { name, withoutClock, withoutRandom } of CASES)
    expect(page).toMatch(new RegExp(`^\\| ${name} +\\| ${withoutClock} +\\| ${withoutRandom} +\\|`, "m"));
});

test.for(hosts)(
  "what Python needs is found by --trace-denied, on $name",
  { timeout: MILLISECONDS },
  async ({ available, run }, { skip }) => {
    skip(!available, WASMTIME_MISSING);
    const app = await python();
    const denied = async (options: Options): Promise<readonly string[]> => {
      const { chunks } = virtualize(app, { ...options, args: ["-c", "print(1)"], traceDenied: true });
      const { stderr } = await run(Buffer.concat(chunks), { timeoutMilliseconds: MILLISECONDS });
      return [...stderr.matchAll(/^(wasi:\S+) (?:is denied|gives no [a-z ]+); (.+) lets? (?:it|the host's) through$/gm)].map(
        ([, name = "", flags]) => `${name} ${flags}`,
      );
    };
    const time: Options = { clock: CLOCK, random: SEED };
    expect(await denied({})).toEqual(["wasi:clocks/monotonic-clock@0.2.12#now --allow-clocks"]);
    expect(await denied(time)).toEqual([
      "wasi:cli/environment@0.2.12#get-environment --allow-env",
      "wasi:cli/stdin@0.2.12#get-stdin --stdin allow",
      "wasi:cli/stdout@0.2.12#get-stdout --stdout allow",
      "wasi:cli/stderr@0.2.12#get-stderr --stderr allow",
      "wasi:filesystem/preopens@0.2.12#get-directories --mount, --tmpfs or --preopen",
      "wasi:cli/exit@0.2.12#exit --allow-exit",
    ]);
    const all: Options = { stdin: "ignore", stdout: "allow", stderr: "allow", allowExit: true, tmpfs: [{ path: "/tmp" }], env: { A: "1" } };
    expect(await denied({ ...time, ...all })).toEqual([]);
  },
);
