/**
 * SQLite keeps its integrity where writes and syncs fail by chance: each run makes a database of its own and changes it while calls
 * fail, and what it finds when the database is opened again is whole. What is committed in one statement is there in full or not at
 * all. A run is a seed's and a number; WASI_NEST_RUNS=1000 does a thousand of them.
 */
import { expect, test } from "vitest";
import { sqlite } from "../guests/index.ts";
import { BUILD_MILLISECONDS, expectValid, hosts, virtualized } from "./on-hosts.ts";

const RUNS = Number(process.env["WASI_NEST_RUNS"] ?? 20);
/** In one instance. */
const MOST_AT_ONCE = 250;
const CHANGES = 8;
const ROWS = 40;
/** How often something is tried that may fail. */
const TRIES = 8;
const SUM = ROWS * 50;

const method = (name: string): string => `wasi:filesystem/types#[method]descriptor.${name}`;
const FAULTS = [
  `${method("write-via-stream")}=insufficient-space@0.02`,
  `${method("write-via-stream")}=io@0.01`,
  `${method("sync")}=io@0.05`,
  `${method("set-size")}=io@0.05`,
];
const JOURNALS = ["delete", "truncate", "persist"];

/** Few pages stay in memory, so that a change is written before it is complete. */
const sqlOf = (run: number): string => `
.open /d/${run}.db
pragma cache_size = 3;
pragma journal_mode = ${JOURNALS[run % JOURNALS.length]};
${`create table if not exists account(id integer primary key, value integer, pad text);\n`.repeat(TRIES)}
${`insert or ignore into account with recursive n(i) as (select 1 union all select i + 1 from n where i < ${ROWS})
  select i, 50, printf('%.400c', 'x') from n;\n`.repeat(TRIES)}
${Array.from(
  { length: CHANGES },
  (_, i) =>
    `update account set value = value + case id % 2 when 0 then ${i + 1} else ${-i - 1} end, pad = printf('%.${300 + 40 * i}c', 'y');`,
).join("\n")}
.open :memory:
${`.open /d/${run}.db\nselect 'run ${run} has ' || count(*) || ' rows of ' || sum(value) from account;
select 'run ${run} is ' || integrity_check from pragma_integrity_check;\n`.repeat(TRIES)}
.open :memory:
`;

test.for(hosts)(
  "SQLite keeps its integrity where writes and syncs fail, on $name",
  { timeout: BUILD_MILLISECONDS },
  async ({ available, run }, { skip }) => {
    skip(!available);
    const app = await sqlite();
    let failed = 0;
    let whole = 0;
    for (let first = 0; first < RUNS; first += MOST_AT_ONCE) {
      const count = Math.min(MOST_AT_ONCE, RUNS - first);
      const output = virtualized(app, {
        stdin: "allow",
        stdout: "allow",
        stderr: "allow",
        allowClocks: true,
        allowRandom: true,
        allowExit: true,
        args: ["-batch"],
        mounts: [{ path: "/d", entry: { kind: "directory", entries: new Map() }, writable: true }],
        faults: FAULTS,
        faultSeed: first,
      });
      if (first === 0) await expectValid(output);
      const sql = Array.from({ length: count }, (_, i) => sqlOf(first + i)).join("");
      const { stdout, stderr, trap } = await run(output, { stdin: sql, timeoutMilliseconds: BUILD_MILLISECONDS });
      expect(trap).toBeUndefined();
      failed += stderr.split("\n").filter((line) => /disk I\/O error|disk is full/.test(line)).length;
      const lines = stdout.split("\n");
      for (let i = first; i < first + count; i++) {
        const found = new Set(lines.filter((line) => line.startsWith(`run ${i} `)));
        if (found.has(`run ${i} has ${ROWS} rows of ${SUM}`)) whole++;
        // What cannot be opened while calls fail says nothing; what is opened is whole.
        expect(
          [...found].filter(
            (line) => line !== `run ${i} is ok` && line !== `run ${i} has ${ROWS} rows of ${SUM}` && !line.endsWith(" has 0 rows of "),
          ),
        ).toEqual([]);
        expect([...found]).toContain(`run ${i} is ok`);
      }
    }
    // A fault that nobody notices proves nothing.
    expect(failed).toBeGreaterThan(RUNS);
    expect(whole).toBeGreaterThan(RUNS * 0.9);
  },
);
