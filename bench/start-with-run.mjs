// Part of bench:run, and by itself `node bench/start-with-run.mjs [MB]`: what `wasi-nest run` takes before a program starts.
// jco transpiles the whole component, or a skeleton as `run` has it; what it made of that the last time is kept.

import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { virtualize } from "../dist/index.js";
import { root, realGuest } from "./guests.mjs";
import { median, megabytes, milliseconds, printTable, times } from "./report.mjs";

const ROUNDS = 5;
const EMBEDDED_MEGABYTES = 200;
const WAYS = ["whole", "skeleton", "kept"];

function timed(args, env) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", env: { ...process.env, ...env } });
  if (status !== 0) throw new Error(`${args.join(" ")}: ${stderr}`);
  return stdout;
}

/** Prints, and gives the goals. */
export async function measureStartWithRun(embedded = EMBEDDED_MEGABYTES) {
  const folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-bench-"));
  try {
    const { bytes: app, missing } = await realGuest("hello");
    if (app === undefined) {
      console.log(`Starting: left out, ${missing}\n`);
      return [];
    }
    const contents = new Uint8Array(embedded * 1e6);
    const outputs = {
      "a C program with a file": { mounts: [{ path: "/a", entry: { kind: "file", contents: new Uint8Array(1) } }] },
      [`the same with ${embedded} MB in it`]: { mounts: [{ path: "/a", entry: { kind: "file", contents } }] },
    };
    const rows = [];
    for (const [name, options] of Object.entries(outputs)) {
      const file = path.join(folder, "out.wasm");
      await writeFile(file, Buffer.concat(virtualize(app, { ...options, stdout: "allow" }).chunks));
      const found = Object.fromEntries(WAYS.map((way) => [way, []]));
      const run = () => timed([path.join(root, "dist/command/main.js"), "run", file], { XDG_CACHE_HOME: path.join(folder, "kept") });
      run();
      for (let round = 0; round < ROUNDS; round++) {
        for (const way of WAYS) {
          // Another folder each time is as good as an empty one.
          const cache = path.join(folder, way === "kept" ? "kept" : `${way}-${round}-${rows.length}`);
          found[way].push(
            JSON.parse(timed([path.join(import.meta.dirname, "start-with-run-child.mjs"), way, file], { XDG_CACHE_HOME: cache })),
          );
        }
      }
      const of = (way, what) => median(found[way].map((each) => each[what]));
      rows.push({ name, ...Object.fromEntries(WAYS.map((way) => [way, { taken: of(way, "milliseconds"), peak: of(way, "peak") }])) });
    }
    console.log(`Node ${process.version}: time of the processor to have jco transpile a component, and peak memory, median of ${ROUNDS}\n`);
    const cell = ({ taken, peak }) => `${milliseconds(taken)}  ${megabytes(peak)}`;
    printTable(
      ["", "the whole", "its skeleton", "whole / skeleton", "kept", "whole / kept"],
      rows.map(({ name, whole, skeleton, kept }) => [
        name,
        ...[cell(whole), cell(skeleton), times(whole.taken / skeleton.taken)],
        ...[cell(kept), times(whole.taken / kept.taken)],
      ]),
    );
    console.log();
    const [small, large] = rows;
    const ratio = small.whole.taken / small.kept.taken;
    const memory = large.skeleton.peak / large.whole.peak;
    return [
      { what: "run, jco's part: kept beside the whole", found: `${times(ratio)} faster`, wanted: ">= 3 x faster", met: ratio >= 3 },
      { what: `run, jco's part with ${embedded} MB: peak memory`, found: times(memory), wanted: "<= 0.50 x", met: memory <= 0.5 },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { printGoals } = await import("./report.mjs");
  printGoals(await measureStartWithRun(process.argv[2] === undefined ? undefined : Number(process.argv[2])));
}
