/**
 * Real programs that are modules of preview 1 do by our adapter what they do by jco's: with directories of this machine, and with
 * embedded ones in the component, where they may write, too.
 */

import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { adaptPreview1, type Options } from "../../src/index.ts";
import { readMount } from "../../src/node/index.ts";
import {
  adaptCommand,
  assemblyScriptProgram,
  clangModule,
  clangResources,
  cProgram,
  esbuildModule,
  flite,
  fliteModule,
  GO_MISSING,
  GO_TOOLS_MISSING,
  go,
  goForTools,
  goProgram,
  goTool,
  pythonModule,
  ripgrepModule,
  sqliteModule,
  yosysModule,
  yosysShare,
} from "../guests/index.ts";
import { runOnJco } from "../hosts/jco.ts";
import type { Outcome, RunOptions } from "../hosts/outcome.ts";
import { runOnWasmtime, wasmtimeAvailable, WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { runOnWasmtimeCli, WASMTIME_CLI_MISSING, wasmtimeCli } from "../hosts/wasmtime-cli.ts";
import { BUILD_MILLISECONDS, virtualized } from "../run/on-hosts.ts";
import { inOtherShare } from "../shares.ts";

/** Wasmtime compiles clang for a minute before it first runs, three times. */
const PROGRAM_MILLISECONDS = 1_800_000;
const RUN = { timeoutMilliseconds: PROGRAM_MILLISECONDS };
const MANY_FILES = 10_000;

const FUSED: Options = {
  allowArgs: true,
  allowEnv: true,
  stdin: "allow",
  stdout: "allow",
  stderr: "allow",
  allowClocks: true,
  allowRandom: true,
  allowExit: true,
};

interface Case {
  readonly name: string;
  readonly module: () => Promise<Uint8Array>;
  /** By jco's adapter, if more than that is needed. */
  readonly byJco?: () => Promise<Uint8Array>;
  readonly given: Required<Pick<RunOptions, "program" | "args">> & Pick<RunOptions, "env">;
  /** Directories that it may write in. */
  readonly own?: readonly string[];
  /** Others, by their paths: where they lie. */
  readonly others?: Readonly<Record<string, () => Promise<string>>>;
  /** On jco, too. */
  readonly isSmall?: boolean;
  /** CI does it one day in four. */
  readonly share?: number;
  readonly exitCode?: number;
  readonly stdout: RegExp;
}

const SCRIPT = `
import json, os, sys, time
from lib.words import shout
os.makedirs("/app/made/inner")
with open("/app/made/inner/file", "w") as file: file.write("line\\n" * 30000)
with open("/app/made/inner/file", "r+") as file:
    file.seek(100000); file.write("changed"); file.truncate(120000); file.seek(99998); print(repr(file.read(12)))
os.rename("/app/made/inner", "/app/made/moved")
print(sorted(os.listdir("/app/made")), os.stat("/app/made/moved/file").st_size)
print(shout(os.environ["GREETING"]), sys.argv[1:], len(os.urandom(40)), time.time() > 1e9)
try: open("/app/none")
except OSError as error: print(error)
sys.exit(3)
`;

const cases: readonly Case[] = [
  {
    name: "walk",
    module: () => cProgram("walk"),
    given: { program: "walk", args: ["-t", "/data", "/none"] },
    own: ["data"],
    isSmall: true,
    stdout: /^d 0 \/data\n[^]*f 13 \/data\/greeting.txt\n/,
  },
  {
    name: "ripgrep",
    module: ripgrepModule,
    given: { program: "rg", args: ["-n", "--sort", "path", "(?i)good|wire", "/data", "/share/ice40"] },
    own: ["data"],
    others: { "/share": yosysShare },
    isSmall: true,
    stdout: /^\/data\/folder\/inner.txt:1:and a good evening\n[^]*\/share\/ice40\/\S+\.v:\d+:/,
  },
  {
    name: "SQLite",
    share: 2,
    module: sqliteModule,
    given: {
      program: "sqlite3",
      args: [
        "-cmd",
        ".mode list",
        "/data/people.db",
        `create table person(name text, town text);
         with recursive n(i) as (select 1 union all select i + 1 from n where i < 5000) insert into person select 'name ' || i, 'town ' || (i * 7919 % 1009) from n;
         create index town on person(town); update person set name = upper(name) where town < 'town 5'; vacuum;
         select count(*), max(name), min(town) from person; pragma integrity_check;`,
      ],
    },
    own: ["data"],
    isSmall: true,
    stdout: /^5000\|name \d+\|town 0\nok\n$/,
  },
  {
    name: "Python",
    share: 0,
    module: pythonModule,
    given: { program: "python", args: ["/app/main.py", "one", "two three"], env: { GREETING: "hello", PYTHONDONTWRITEBYTECODE: "1" } },
    own: ["app"],
    exitCode: 1,
    stdout: /^'e\\nchangedne\\n'\n\['moved'\] 120000\nHELLO! \['one', 'two three'\] 40 True\n/,
  },
  {
    name: "Flite",
    share: 2,
    module: fliteModule,
    byJco: flite,
    given: { program: "flite", args: ["-t", "a good evening", "-o", "/data/speech.wav"] },
    own: ["data"],
    stdout: /^/,
  },
  {
    name: "Yosys",
    share: 1,
    module: yosysModule,
    // Without its last lines, which say how long it took.
    given: {
      program: "yosys",
      args: ["-T", "-p", "read_verilog /data/top.v; synth_ice40 -run begin:map_luts; write_verilog /data/out.v; stat"],
    },
    own: ["data"],
    others: { "/share": yosysShare },
    stdout: /SB_CARRY/,
  },
  {
    name: "clang",
    share: 3,
    module: clangModule,
    given: { program: "clang", args: ["-O2", "-S", "/data/main.c", "-o", "-"] },
    own: ["data"],
    others: { "/usr": clangResources },
    stdout: /\.functype\s+__main_argc_argv/,
  },
];

let folder: string;
const folderOf = (name: string): string => path.join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-preview1-programs-"));
  const write = async (name: string, contents: string): Promise<void> => {
    await mkdir(path.dirname(folderOf(name)), { recursive: true });
    await writeFile(folderOf(name), contents);
  };
  await write("data/greeting.txt", "good morning\n");
  await write("data/folder/inner.txt", "and a good evening\n");
  await write("data/top.v", "module top(input clk, output reg [7:0] q); always @(posedge clk) q <= q + 1; endmodule\n");
  await write("data/main.c", '#include <stdio.h>\nint main(int count, char **all) { return printf("%d %s\\n", count, all[0]) < 0; }\n');
  await write("app/main.py", SCRIPT);
  await write("app/lib/words.py", "def shout(text): return text.upper() + '!'\n");
  await write("scripts/a.sh", 'if   true\nthen\necho   "a" ;fi\n');
  await write("scripts/b/c.sh", "echo   b\n");
  await write("settings/a.yaml", "b: 2\na: [1, {x: y}]\n");
  await write(
    "configuration/main.jsonnet",
    'local l = import "lib/l.libsonnet"; { a: 1 + l.b, [std.toString(3)]: [x * x for x in std.range(1, 3)] }\n',
  );
  await write("configuration/lib/l.libsonnet", "{ b: 41 }\n");
  await write("project/src/main.js", 'import { greet } from "./greet.js";\nconsole.log(greet("you"));\n');
  await write("project/src/greet.js", "export const greet = (name) => `hello ${name}`;\nexport const unused = 1;\n");
  await mkdir(folderOf("many"));
  for (let i = 0; i < MANY_FILES; i++) await write(`many/${i}`, `file ${i}\n`);
}, BUILD_MILLISECONDS);

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Directories of this machine for one run, by their paths: copies of those that are written in. */
async function preopensFor({ own = [], others = {} }: Pick<Case, "own" | "others">): Promise<Record<string, string>> {
  const copies = await mkdtemp(folderOf("run-"));
  const preopens: Record<string, string> = {};
  for (const name of own) {
    await cp(folderOf(name), path.join(copies, name), { recursive: true });
    preopens[`/${name}`] = path.join(copies, name);
  }
  for (const [guest, find] of Object.entries(others)) preopens[guest] = await find();
  return preopens;
}

async function fusedWith(module: Uint8Array, preopens: Readonly<Record<string, string>>, options: Options = {}): Promise<Uint8Array> {
  const mounts = Object.entries(preopens).map(async ([guest, host]) => ({ path: guest, entry: await readMount(host), writable: true }));
  return virtualized(module, { ...FUSED, mounts: await Promise.all(mounts), ...options });
}

/** All that is compared. */
const seen = ({ stdout, stderr, exitCode, trap }: Outcome): unknown => ({ stdout, stderr, exitCode, trap });

describe.each(cases)("$name", (each) => {
  const { given, exitCode = 0, isSmall = false } = each;
  const byJco = each.byJco ?? (async () => adaptCommand(await each.module()));

  test("on Wasmtime", { timeout: PROGRAM_MILLISECONDS }, async ({ skip }) => {
    skip(!wasmtimeAvailable(), WASMTIME_MISSING);
    skip(inOtherShare(each.share) !== undefined, inOtherShare(each.share));
    const options = { ...given, ...RUN };
    const wanted = await runOnWasmtime(await byJco(), { ...options, preopens: await preopensFor(each) });
    expect({ exitCode: wanted.exitCode, trap: wanted.trap }).toEqual({ exitCode, trap: undefined });
    expect(wanted.stdout).toMatch(each.stdout);
    const module = await each.module();
    const adapted = await runOnWasmtime(adaptPreview1(module), { ...options, preopens: await preopensFor(each) });
    expect(seen(adapted)).toEqual(seen(wanted));
    const fused = await runOnWasmtime(await fusedWith(module, await preopensFor(each)), options);
    expect(seen(fused)).toEqual(seen(wanted));
  });

  test.runIf(isSmall)("on jco", { timeout: PROGRAM_MILLISECONDS }, async () => {
    const module = await each.module();
    const fused = await runOnJco(await fusedWith(module, await preopensFor(each)), { ...given, ...RUN });
    expect({ exitCode: fused.exitCode, trap: fused.trap }).toEqual({ exitCode, trap: undefined });
    expect(fused.stdout).toMatch(each.stdout);
    const adapted = await runOnJco(adaptPreview1(module), { ...given, ...RUN, preopens: await preopensFor(each) });
    expect(seen(adapted)).toEqual(seen(fused));
  });
});

const withExitCode = [
  { name: "jco", missing: undefined, run: runOnJco },
  {
    name: "Wasmtime",
    missing: wasmtimeCli() === undefined ? WASMTIME_CLI_MISSING : undefined,
    run: (component: Uint8Array, options: RunOptions) => runOnWasmtimeCli(component, { ...options, flags: ["-S", "cli-exit-with-code=y"] }),
  },
] as const;

describe("Go", () => {
  const stdout = `[/data] hi true true
true
stdin 5
0 1 2 3 true
/data d--------- 0
/data/folder d--------- 0
/data/folder/inner.txt ---------- 19
/data/greeting.txt ---------- 13
/data/main.c ---------- 100
/data/top.v ---------- 87
"line\\nend"
100003
"line\\nline\\n"
true stat /data/none: No such file or directory
true
`;
  const given = { args: ["/data"], env: { GREETING: "hi" }, stdin: "input", ...RUN };
  const wanted = { stdout, stderr: "", exitCode: 3, trap: undefined };

  test.for(withExitCode)(
    "files, goroutines that sleep and an exit code on $name",
    { timeout: PROGRAM_MILLISECONDS },
    async ({ missing, run }, { skip }) => {
      skip(missing !== undefined, missing);
      skip(go() === undefined, GO_MISSING);
      const module = await goProgram("files");
      const adapted = await run(adaptPreview1(module, { exitWithCode: true }), {
        ...given,
        preopens: await preopensFor({ own: ["data"] }),
      });
      expect(seen(adapted)).toEqual(wanted);
      const fused = await fusedWith(module, await preopensFor({ own: ["data"] }), { exitWithCode: true });
      expect(seen(await run(fused, given))).toEqual(wanted);
    },
  );

  test(`${MANY_FILES} files, and 1 GB of memory`, { timeout: PROGRAM_MILLISECONDS }, async ({ skip }) => {
    skip(!wasmtimeAvailable(), WASMTIME_MISSING);
    skip(go() === undefined, GO_MISSING);
    const fused = await fusedWith(await goProgram("files"), { "/data": folderOf("many") });
    const sum = Array.from({ length: MANY_FILES }, (_, i) => `file ${i}\n`.length).reduce((all, each) => all + each);
    expect(await runOnWasmtime(fused, { ...RUN, args: ["/data", "many"] })).toMatchObject({
      stdout: `${MANY_FILES} ${sum}\n`,
      exitCode: 0,
    });
    expect(await runOnWasmtime(fused, { ...RUN, args: ["/data", "allocate"] })).toMatchObject({ stdout: "16 120\n", exitCode: 0 });
  });
});

/** Programs in Go of others': jco's adapter cannot take them, so what they do by Wasmtime's own preview 1 is what is wanted. */
describe.each([
  {
    name: "shfmt",
    share: 1,
    packageName: "mvdan.cc/sh/v3/cmd/shfmt",
    own: "scripts",
    runs: [["-i", "2", "/scripts/a.sh"], ["-d", "/scripts/a.sh"], ["-f", "/scripts"], ["-w", "/scripts/b/c.sh"], ["/none"]],
    stdout: /^if true; then\n {2}echo "a"\nfi\n/,
  },
  {
    name: "yq",
    share: 2,
    packageName: "github.com/mikefarah/yq/v4",
    own: "settings",
    runs: [
      ["-o", "json", "/settings/a.yaml"],
      [".a[1].x", "/settings/a.yaml"],
      ["-i", ".b = 3", "/settings/a.yaml"],
      [".b", "/none"],
    ],
    stdout: /^\{\n {2}"b": 2,\n {2}"a": \[\n/,
  },
  {
    name: "go-jsonnet",
    share: 3,
    packageName: "github.com/google/go-jsonnet/cmd/jsonnet",
    own: "configuration",
    runs: [["/configuration/main.jsonnet"], ["-m", "/configuration", "/configuration/main.jsonnet"], ["/none"]],
    stdout: /^\{\n {3}"3": \[\n[^]*"a": 42\n/,
  },
])("$name", ({ name, share, packageName, own, runs, stdout }) => {
  test("does what it does by Wasmtime's own preview 1", { timeout: PROGRAM_MILLISECONDS }, async ({ skip }) => {
    skip(wasmtimeCli() === undefined, WASMTIME_CLI_MISSING);
    skip(goForTools() === undefined, GO_TOOLS_MISSING);
    skip(inOtherShare(share) !== undefined, inOtherShare(share));
    const module = await goTool(name, packageName);
    const flags = ["-S", "cli-exit-with-code=y"];
    const preopens = await preopensFor({ own: [own] });
    const fused = await fusedWith(module, preopens, { exitWithCode: true });
    const [adapted, byWasmtime, byOurs] = [adaptPreview1(module, { exitWithCode: true }), preopens, await preopensFor({ own: [own] })];
    for (const [i, args] of runs.entries()) {
      const wanted = seen(await runOnWasmtimeCli(module, { ...RUN, args, preopens: byWasmtime }));
      // oxlint-disable-next-line vitest/no-conditional-expect
      if (i === 0) expect(wanted).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(stdout) });
      expect(seen(await runOnWasmtimeCli(adapted, { ...RUN, args, flags, preopens: byOurs }))).toEqual(wanted);
      expect(seen(await runOnWasmtimeCli(fused, { ...RUN, args, flags }))).toEqual(wanted);
    }
  });
});

test.for(withExitCode)("AssemblyScript on $name", { timeout: PROGRAM_MILLISECONDS }, async ({ missing, run }, { skip }) => {
  skip(missing !== undefined, missing);
  const module = await assemblyScriptProgram("process");
  const given = { args: ["one", "two"], env: { GREETING: "hi" }, stdin: "input", ...RUN };
  const wanted = { stdout: "one,two\nhi false 1\n5\ntrue true\n", stderr: "an error\n", exitCode: 3, trap: undefined };
  expect(seen(await run(adaptPreview1(module, { exitWithCode: true }), given))).toEqual(wanted);
  expect(seen(await run(await fusedWith(module, {}, { exitWithCode: true }), given))).toEqual(wanted);
});

test("esbuild, in Go, bundles embedded files", { timeout: PROGRAM_MILLISECONDS }, async ({ skip }) => {
  skip(!wasmtimeAvailable(), WASMTIME_MISSING);
  const fused = await fusedWith(await esbuildModule(), { "/": folderOf("project") });
  const outcome = await runOnWasmtime(fused, { ...RUN, program: "esbuild", args: ["--bundle", "/src/main.js", "--format=esm"] });
  expect(seen(outcome)).toEqual({
    stdout: '// src/greet.js\nvar greet = (name) => `hello ${name}`;\n\n// src/main.js\nconsole.log(greet("you"));\n',
    stderr: "",
    exitCode: 0,
    trap: undefined,
  });
});
