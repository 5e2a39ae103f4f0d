// Part of bench:run and bench:size: what a stage of a script adds to its program, in bytes, and a pipe of three on Wasmtime. "The
// list copies alone" take as many lists from one component to another as the pipe does, and leave them there: no pipe can cost
// less. `node bench/scripts.mjs` prints this alone.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { compose, pipe } from "../dist/index.js";
import { onWasmtime } from "./children.mjs";
import { ownComponent, realGuest } from "./guests.mjs";
import { bytes, median, printGoals, printTable, times } from "./report.mjs";

const ROUNDS = 5;
const PIECE = 65_536;
const PIECES = 1600;
const MOST_BYTES = 3072;
const MOST = 1.5;
const OPTIONS = { stdout: "ignore", allowExit: true };

/** A pipe of one program, by the arguments of each stage. */
const output = (program, ...stages) =>
  Buffer.concat(compose(pipe(...stages.map((args) => ({ component: program, name: "stage", args }))), OPTIONS).chunks);

/** Prints what stages add, and gives the goals. */
export async function measureStages() {
  const { bytes: program, missing } = await realGuest("stage");
  if (program === undefined) throw new Error(missing);
  const counts = [2, 3, 10, 100];
  const sizes = counts.map((count) => output(program, ...Array.from({ length: count }, () => ["copy"])).length);
  console.log(`A pipe of one program of ${bytes(program.length)} bytes\n`);
  printTable(
    ["stages", "bytes", "beyond the program", "a stage"],
    counts.map((count, i) => {
      const beyond = sizes[i] - program.length;
      return [count, bytes(sizes[i]), bytes(beyond), i === 0 ? "" : bytes(Math.round((sizes[i] - sizes[i - 1]) / (count - counts[i - 1])))];
    }),
  );
  const each = (sizes[3] - sizes[2]) / (counts[3] - counts[2]);
  return [{ what: "bytes of one more stage", found: bytes(Math.round(each)), wanted: `<= ${bytes(MOST_BYTES)}`, met: each <= MOST_BYTES }];
}

/** Prints what a pipe costs, and gives the goals. */
export async function measurePipes() {
  const { bytes: program, missing } = await realGuest("stage");
  if (program === undefined) throw new Error(missing);
  const folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-bench-"));
  try {
    const through = (size) => output(program, ["make", String(size)], ["copy"], ["count"]);
    const guests = {
      pipe: { component: through(PIECE * PIECES), argv: [] },
      nothing: { component: through(1), argv: [] },
      copy: { component: await ownComponent("list-copy") },
    };
    const cases = [
      ...["pipe", "nothing"].map((guest) => ({ name: guest, guest, function: "run", args: [] })),
      ...["copy", "give"].map((name) => ({ name, guest: "copy", function: name, args: [PIECES, PIECE] })),
    ];
    const measured = await onWasmtime(folder, guests, { cases, rounds: ROUNDS });
    const seconds = measured?.seconds;
    const found = seconds && median(seconds.pipe.map((all, i) => (all - seconds.nothing[i]) / (2 * (seconds.copy[i] + seconds.give[i]))));
    if (seconds !== undefined) {
      const shown = (value) => `${(median(value) * 1000).toFixed(0)} ms`;
      console.log(`\n${measured.version}, 100 MB through three stages, median of ${ROUNDS} rounds\n`);
      printTable(
        ["", "time"],
        [
          ["the pipe", shown(seconds.pipe)],
          ["the same of one byte", shown(seconds.nothing)],
          ["the list copies alone", shown(seconds.copy.map((value, i) => 2 * (value + seconds.give[i])))],
        ],
      );
    }
    const what = "100 MB through three stages: beside the list copies alone";
    return [{ what, found: found === undefined ? "-" : times(found), wanted: `<= ${times(MOST)}`, met: found && found <= MOST }];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) printGoals([...(await measureStages()), ...(await measurePipes())]);
