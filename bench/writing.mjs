// Part of bench:run: files that are written, on Wasmtime, in a `tmpfs` beside a directory of the host's. "The list
// copy alone" takes a list from one component to another and leaves it there: a write can cost no less.

import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { virtualize } from "../dist/index.js";
import { onWasmtime } from "./children.mjs";
import { ownComponent, ownGuest, realGuest } from "./guests.mjs";
import { median, printTable, times } from "./report.mjs";

const ROUNDS = 5;
const PIECE = 65_536;
const PIECES = 1024;
const FILES = 10_000;
const MANY_FILES = 100_000;
const TRANSACTIONS = 100;
const ROWS = 1000;

/** Of guests/writing.wat. What moves all its bytes has a copy to be measured by. */
const OPERATIONS = [
  { name: "write 64 MB in 64 KB pieces", function: "write-stream", args: [PIECES, PIECE], copy: "give" },
  { name: "read 64 MB in 64 KB pieces", function: "read-stream", args: [PIECES, PIECE], copy: "copy" },
  { name: "4096 writes of 4 KB at random", function: "write-at-random", args: [4096, 4096] },
  { name: "create 10,000 files", function: "create", args: [FILES] },
  { name: "delete 10,000 files", function: "delete", args: [FILES] },
];
const SQLITE = "SQLite, 100,000 rows in 100 transactions";
const SQL = [
  "create table item(id integer primary key, name text); create index by_name on item(name);",
  ...Array.from({ length: TRANSACTIONS }, (_, i) => {
    const rows = `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${ROWS}) select i + ${i * ROWS} as i from n`;
    return `begin; insert into item select i, 'item ' || (i * 7919 % 100003) from (${rows}); commit;`;
  }),
].join("\n");

/** Without a clock, so that it is no call of the host's that is measured. */
const inMemory = (app, options) => Buffer.concat(virtualize(app, { tmpfs: [{ path: "/" }], ...options }).chunks);

/** Prints, and gives the goals. */
export async function measureWriting() {
  const folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-bench-"));
  try {
    const preopens = ["host", "sqlite on the host"].map((name) => path.join(folder, name));
    for (const preopen of preopens) await mkdir(preopen);
    const app = new Uint8Array(await ownGuest("writing"));
    const start = ["start"];
    const guests = {
      host: { component: app, preopen: preopens[0], start },
      ours: { component: inMemory(app), start },
      copy: { component: await ownComponent("list-copy") },
    };
    const cases = OPERATIONS.flatMap(({ name, function: exported, args, copy }) => [
      { name: `host: ${name}`, guest: "host", function: exported, args },
      { name: `ours: ${name}`, guest: "ours", function: exported, args },
      ...(copy === undefined ? [] : [{ name: `copy: ${name}`, guest: "copy", function: copy, args }]),
    ]);
    cases.push(...["create", "delete"].map((each) => ({ name: `many: ${each}`, guest: "ours", function: each, args: [MANY_FILES] })));

    const sqlite = await realGuest("sqlite");
    const argv = ["sqlite3", "/new.db", SQL];
    if (sqlite.missing !== undefined) console.log(`SQLite: left out, ${sqlite.missing}\n`);
    else {
      const options = { arg0: argv[0], args: argv.slice(1), allowClocks: true, allowRandom: true, allowExit: true };
      guests["sqlite on the host"] = { component: sqlite.bytes, preopen: preopens[1], argv };
      guests["sqlite in memory"] = { component: inMemory(sqlite.bytes, options), argv: [] };
      cases.push({ name: `host: ${SQLITE}`, guest: "sqlite on the host", function: "run", args: [] });
      cases.push({ name: `ours: ${SQLITE}`, guest: "sqlite in memory", function: "run", args: [] });
    }
    return report(await onWasmtime(folder, guests, { cases, rounds: ROUNDS }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function report(measured) {
  const ratio = (over, under) => median(over.map((value, round) => value / under[round]));
  const show = (seconds) => (seconds === undefined ? "" : `${(median(seconds) * 1000).toFixed(1)} ms`);
  const of = (guest, name) => measured?.seconds[`${guest}: ${name}`];
  const rows = [...OPERATIONS, { name: SQLITE }].map(({ name, copy: isCopied }) => {
    const [host, ours, copy] = ["host", "ours", "copy"].map((guest) => of(guest, name));
    return { name, isCopied, host, ours, copy, faster: ours && ratio(host, ours), over: copy && ratio(ours, copy) };
  });
  const growth = ["create", "delete"].map((name) => {
    const [many, few] = [of("many", name), of("ours", `${name} 10,000 files`)];
    return { name, found: many && ratio(many, few) / (MANY_FILES / FILES) };
  });
  if (measured !== undefined) {
    console.log(`${measured.version}, written files, median of ${ROUNDS} rounds\n`);
    printTable(
      ["", "host's files", "in memory", "host / memory", "list copy alone", "memory / copy"],
      rows.map(({ name, host, ours, copy, faster, over }) => [
        name,
        ...[host, ours].map(show),
        faster === undefined ? "" : times(faster),
        show(copy),
        over === undefined ? "" : times(over),
      ]),
    );
    console.log();
  }
  const goal = (what, found, wanted, met) => ({ what, found: found === undefined ? "-" : times(found), wanted, met: found && met(found) });
  return [
    ...rows.map(({ name, isCopied, faster, over }) =>
      isCopied
        ? goal(`${name}: beside the list copy alone`, over, "<= 1.10 x", (found) => found <= 1.1)
        : goal(`${name}: beside the host's, faster`, faster, "> 1 x", (found) => found > 1),
    ),
    ...growth.map(({ name, found }) => goal(`${name} one of 100,000 files, beside one of 10,000`, found, "<= 2 x", (each) => each <= 2)),
  ];
}
