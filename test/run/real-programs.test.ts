/**
 * Real programs print the same whether their files lie in the host's directories or in the component: on both
 * hosts, with arguments and environment embedded too and nothing but streams, clocks, random numbers and the
 * exit code left to the host.
 */

import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readMount } from "../../src/node/index.ts";
import { adaptCommand, cProgram, javascript, python, ripgrep, sqlite, yosys, yosysShare } from "../guests/index.ts";
import type { Outcome, RunOptions } from "../hosts/outcome.ts";
import { runOnJco } from "../hosts/jco.ts";
import { WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { ALL_BUT_FILES, BUILD_MILLISECONDS, expectValid, hosts, importsOf, isLong, RUN_MILLISECONDS, virtualized } from "./on-hosts.ts";

interface Case {
  readonly name: string;
  readonly build: () => Promise<Uint8Array>;
  /** What the program is given, by the host at first and then by us. */
  readonly given: Required<Pick<RunOptions, "program" | "args">> & Pick<RunOptions, "env">;
  readonly mounts?: readonly string[];
  readonly exitCode?: number;
  readonly stdout: RegExp;
}

const SCRIPT = `
import json, os, sys
from lib.words import shout
with open("/app/data/numbers.json") as file: numbers = json.load(file)
print(shout(os.environ["GREETING"]), sum(numbers), sorted(os.listdir("/app/data")))
print(sys.argv[1:], len(open("/app/data/big.bin", "rb").read()))
sys.exit(3)
`;

const VERILOG = "module top(input clk, output reg [7:0] q); always @(posedge clk) q <= q + 1; endmodule\n";

const JAVASCRIPT = `
  import { getArguments, getEnvironment } from "wasi:cli/environment@0.2.12";
  import { getDirectories } from "wasi:filesystem/preopens@0.2.12";

  export const run = {
    run() {
      for (const [directory, name] of getDirectories()) {
        if (name !== "/data") continue;
        // preview2-shim cannot list a preopen itself.
        const entries = directory.openAt({}, ".", { directory: true }, { read: true }).readDirectory();
        const names = [];
        for (let entry; (entry = entries.readDirectoryEntry()) !== undefined;) names.push(entry.name + ":" + entry.type);
        console.log(names.sort().join(" "));
        const file = directory.openAt({ symlinkFollow: true }, "link", {}, { read: true });
        console.log(new TextDecoder().decode(file.read(1000n, 5n)[0]), String(file.stat().size));
      }
      console.log(getArguments().slice(1).join(), getEnvironment().map((pair) => pair.join("=")).join());
    },
  };`;

const DATABASE = `
  create table person(name text, town text);
  insert into person values ('Ada', 'London'), ('Grace', 'New York'), ('Zoë', 'Köln');
  create index town on person(town);`;

const scripted = (): Promise<Uint8Array> => javascript(JAVASCRIPT);

const cases: readonly Case[] = [
  {
    name: "hello",
    build: async () => adaptCommand(await cProgram("hello")),
    given: { program: "hello", args: ["/data/greeting.txt", "/data/none", "exit=33"], env: { KEY: "a=b, c" } },
    // jco's adapter of preview 1 calls `exit`, which only knows 0 and 1.
    exitCode: 1,
    stdout: /^arg 0: hello\n[^]*env KEY=a=b, c\n[^]*good morning\n[^]*none: No such file/,
  },
  {
    name: "walk",
    build: async () => adaptCommand(await cProgram("walk")),
    // Without times: they are the epoch unless kept.
    given: { program: "walk", args: ["-t", "/data", "/none"] },
    stdout: /^d 0 \/data\n[^]*f 13 \/data\/greeting.txt\nl 0 \/data\/link -> greeting.txt\n/,
  },
  {
    name: "ripgrep",
    build: ripgrep,
    given: { program: "rg", args: ["-n", "--sort", "path", "-g", "!big.bin", "(?i)good|wire", "/data", "/share/ice40"] },
    mounts: ["/data", "/share"],
    stdout: /^\/data\/folder\/inner.txt:1:and a good evening\n[^]*\/share\/ice40\/\S+\.v:\d+:/,
  },
  {
    name: "ripgrep that finds nothing",
    build: ripgrep,
    given: { program: "rg", args: ["absent", "/data"] },
    exitCode: 1,
    stdout: /^$/,
  },
  {
    name: "Python",
    build: python,
    given: { program: "python", args: ["/app/main.py", "one", "two three"], env: { GREETING: "hello", PYTHONDONTWRITEBYTECODE: "1" } },
    mounts: ["/app"],
    exitCode: 1,
    stdout: /^HELLO! 10 \['big.bin', 'numbers.json'\]\n\['one', 'two three'\] 3000000\n$/,
  },
  {
    name: "SQLite",
    build: sqlite,
    // SQLite makes a directory to lock a database on WASI; what is read-only asks not to be locked.
    given: {
      program: "sqlite3",
      args: [
        "file:/data/people.db?immutable=1",
        "select town, upper(name) from person where town >= 'L' order by town; pragma integrity_check",
      ],
    },
    stdout: /^London\|ADA\nNew York\|GRACE\nok\n$/,
  },
  {
    name: "Yosys",
    build: yosys,
    // Up to the step that runs ABC, another program.
    given: { program: "yosys", args: ["-p", "read_verilog /data/top.v; synth_ice40 -run begin:map_luts; stat"] },
    mounts: ["/data", "/share"],
    stdout: /SB_CARRY[^]*End of script/,
  },
  {
    name: "JavaScript",
    build: scripted,
    given: { program: "app", args: ["morning"], env: { KEY: "value" } },
    stdout: /^folder:directory greeting.txt:regular-file[^]*morning\n 13\nmorning KEY=value\n$/,
  },
];

let folder: string;
const folderOf = (mount: string): string => path.join(folder, mount);

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-programs-"));
  const write = async (name: string, contents: string | Uint8Array): Promise<void> => {
    await mkdir(path.dirname(folderOf(name)), { recursive: true });
    await writeFile(folderOf(name), contents);
  };
  await write("data/greeting.txt", "good morning\n");
  await write("data/folder/inner.txt", "and a good evening\n");
  await write("data/top.v", VERILOG);
  await write("app/main.py", SCRIPT);
  await write("app/lib/words.py", "def shout(text): return text.upper() + '!'\n");
  await write("app/data/numbers.json", "[1, 2, 3, 4]");
  await write("app/data/big.bin", new Uint8Array(3_000_000));
  await cp(await yosysShare(), folderOf("share"), { recursive: true });
  await symlink("greeting.txt", folderOf("data/link"));
  if (isLong)
    await runOnJco(await sqlite(), { program: "sqlite3", args: ["/data/people.db", DATABASE], preopens: { "/data": folderOf("data") } });
}, BUILD_MILLISECONDS);

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Yosys tells what time it took. */
const comparable = ({ stdout, stderr, exitCode, trap }: Outcome): object => ({
  stdout: stdout.replace(/CPU: .*|Time spent: .*/g, ""),
  stderr,
  exitCode,
  trap,
});

/** What is slow to build or to run. */
const SLOW: readonly Case["build"][] = [python, sqlite, yosys, scripted];

describe.each(isLong ? cases : cases.filter(({ build }) => !SLOW.includes(build)))(
  "$name",
  ({ build, given, mounts = ["/data"], exitCode = 0, stdout }) => {
    let component: Uint8Array;
    let output: Uint8Array;

    beforeAll(async () => {
      component = await build();
      output = virtualized(component, {
        arg0: given.program,
        args: given.args,
        env: given.env ?? {},
        mounts: await Promise.all(mounts.map(async (mount) => ({ path: mount, entry: await readMount(folderOf(mount)) }))),
        ...ALL_BUT_FILES,
      });
    }, BUILD_MILLISECONDS);

    test("leaves the host without files and environment", { timeout: RUN_MILLISECONDS }, async () => {
      await expectValid(output);
      const imports = await importsOf(output);
      expect(imports).toContain("wasi:cli/stdout");
      expect(imports.filter((name) => /^wasi:(filesystem|sockets|http)|environment|stdin/.test(name))).toEqual([]);
    });

    test.for(hosts)(
      "does the same on $name, with files of the host and embedded ones",
      { timeout: RUN_MILLISECONDS },
      async ({ available, run }, { skip }) => {
        skip(!available, WASMTIME_MISSING);
        const preopens = Object.fromEntries(mounts.map((mount) => [mount, folderOf(mount)]));
        const before = await run(component, { ...given, preopens });
        const after = await run(output, { program: "other", args: ["another"], env: { HOST: "yes" }, preopens: { "/": tmpdir() } });
        expect(before).toMatchObject({ exitCode, stdout: expect.stringMatching(stdout) });
        expect(comparable(after)).toEqual(comparable(before));
      },
    );
  },
);
