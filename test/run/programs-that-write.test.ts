/**
 * Real programs write, read back and say the same in the component as in directories of this machine, on both
 * hosts, with nothing but streams, clocks, random numbers and the exit code left to the host.
 */

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readMount } from "../../src/node/index.ts";
import { python, sqlite, yosys, yosysShare } from "../guests/index.ts";
import type { Outcome, RunOptions } from "../hosts/outcome.ts";
import { runOnJco } from "../hosts/jco.ts";
import { runOnWasmtime, wasmtimeAvailable, WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { ALL_BUT_FILES, BUILD_MILLISECONDS, expectValid, hosts, importsOf, isLong, RUN_MILLISECONDS, virtualized } from "./on-hosts.ts";

interface Case {
  readonly name: string;
  readonly build: () => Promise<Uint8Array>;
  readonly given: Required<Pick<RunOptions, "program" | "args">> & Pick<RunOptions, "env">;
  /** Empty directories to write in, of the host at first and then ours. */
  readonly writes: readonly string[];
  /** What is there to read: a directory of this machine by its path in the guest. */
  readonly reads?: () => Promise<readonly (readonly [string, string])[]>;
  readonly stdout: RegExp;
  /** Hosts on which it takes minutes, and is left out. */
  readonly slowOn?: readonly string[];
}

const INSERTS = Array.from({ length: 200 }, (_, i) => `insert into log values (${i}, 'entry ${i}');`).join("\n");
const SQL = (journal: string, rows: number): string => `
pragma journal_mode = ${journal};
create table item(id integer primary key, name text, value real);
with recursive n(i) as (select 1 union all select i + 1 from n where i < ${rows})
  insert into item select i, 'item number ' || (i * 7919 % 100003), i * 0.5 from n;
create index by_name on item(name);
create table log(number integer, entry text);
${INSERTS}
begin; delete from item where id % 2 = 0; select count(*) from item; rollback;
update item set value = value * 2 where id % 5 = 0;
delete from item where id % 3 = 0;
vacuum;
pragma integrity_check;
select count(*), sum(length(name)), sum(value), (select count(*) from log) from item;
select name from item order by name limit 3;`;

const VERILOG = "module top(input clk, output reg [7:0] q); always @(posedge clk) q <= q + 1; endmodule";
const SYNTHESIS = [
  "synth_ice40 -run begin:map_luts",
  "tee -q -o /out/stat.txt stat",
  "write_rtlil /out/top.il",
  "write_verilog -noattr /out/top.v",
  "design -reset",
  "read_rtlil /out/top.il",
  "write_verilog -noattr -",
].join("; ");

const cases: readonly Case[] = [
  ...(
    [
      ["DELETE", 100_000],
      ["DELETE", 5000],
      ["MEMORY", 100_000],
      ["TRUNCATE", 100_000],
      ["PERSIST", 100_000],
    ] as const
  ).map(([journal, rows]): Case => ({
    name: `SQLite with ${rows} rows, its journal in mode ${journal}`,
    build: sqlite,
    given: { program: "sqlite3", args: ["/data/new.db", SQL(journal, rows)], env: { HOME: "/tmp" } },
    // Sorting and vacuuming want a directory for temporary files.
    writes: ["/data", "/tmp"],
    // With one memory only, jco copies lists byte by byte.
    slowOn: rows > 5000 ? ["jco"] : [],
    stdout: new RegExp(`^${journal.toLowerCase()}\\n${rows / 2}\\nok\\n${Math.ceil((rows * 2) / 3)}\\|[^]*\\|200\\nitem number 1`),
  })),
  {
    name: "Python",
    build: python,
    given: { program: "python", args: ["/app/trees.py", "/data"], env: { PYTHONDONTWRITEBYTECODE: "1" } },
    writes: ["/data"],
    reads: async () => [["/app", await folderWith("trees.py", await readFile(path.join(import.meta.dirname, "../guests/trees.py")))]],
    stdout: /^tree\n[^]*tarfile\n29\n[^]*\n65\n\[\]\n$/,
  },
  {
    name: "Yosys",
    build: yosys,
    given: { program: "yosys", args: ["-q", "-p", `read_verilog /src/top.v; ${SYNTHESIS}`] },
    writes: ["/out"],
    reads: async () => [
      ["/share", await yosysShare()],
      ["/src", await folderWith("top.v", VERILOG)],
    ],
    stdout: /module top\(clk, q\);[^]*SB_DFF/,
  },
];

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-writing-programs-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function folderWith(name: string, contents: string | Uint8Array): Promise<string> {
  const made = await mkdtemp(path.join(folder, "reads-"));
  await writeFile(path.join(made, name), contents);
  return made;
}

// SQLite takes minutes to compile, and Yosys as long to run as all others together.
describe.each(isLong ? cases : cases.filter(({ build }) => build !== sqlite && build !== yosys))(
  "$name",
  ({ build, given, writes, reads, stdout, slowOn = [] }) => {
    let component: Uint8Array;
    let output: Uint8Array;
    let preopens: Readonly<Record<string, string>>;

    beforeAll(async () => {
      component = await build();
      const read = (await reads?.()) ?? [];
      preopens = Object.fromEntries(read);
      output = virtualized(component, {
        arg0: given.program,
        args: given.args,
        env: given.env ?? {},
        mounts: await Promise.all(read.map(async ([mount, local]) => ({ path: mount, entry: await readMount(local) }))),
        tmpfs: writes.map((mount) => ({ path: mount })),
        ...ALL_BUT_FILES,
      });
    }, BUILD_MILLISECONDS);

    let before: Outcome | undefined;
    async function inHostDirectories(): Promise<Outcome> {
      const written = writes.map(async (mount) => [mount, await mkdtemp(path.join(folder, "writes-"))] as const);
      // Under jco a program waits for the host's files ten times as long.
      const run = wasmtimeAvailable() ? runOnWasmtime : runOnJco;
      return run(component, { ...given, preopens: { ...preopens, ...Object.fromEntries(await Promise.all(written)) } });
    }

    test("leaves the host without files", { timeout: RUN_MILLISECONDS }, async () => {
      await expectValid(output);
      const imports = await importsOf(output);
      expect(imports).toContain("wasi:cli/stdout");
      expect(imports.filter((name) => /^wasi:(filesystem|sockets|http)|environment|stdin/.test(name))).toEqual([]);
    });

    // On jco, Python takes as long as all else here.
    test.for(hosts.filter(({ name }) => !slowOn.includes(name) && (isLong || name !== "jco")))(
      "does the same on $name as in the host's directories",
      { timeout: RUN_MILLISECONDS },
      async ({ available, run }, { skip }) => {
        skip(!available, WASMTIME_MISSING);
        before ??= await inHostDirectories();
        expect(before).toMatchObject({ exitCode: 0, stderr: "", stdout: expect.stringMatching(stdout) });
        expect(await run(output)).toEqual(before);
      },
    );
  },
);
