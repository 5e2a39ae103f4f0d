// Part of bench:run: the most memory that Wasmtime's command has while a program opens 100,000 streams of WASI 0.3, 300 at a time,
// and abandons every other one midway (test/guests/rust/tangle). That is the peak of the whole process, with Wasmtime in it; what
// it has without any stream is beside it. Components are compiled ahead, as the compiler takes more than all else.

import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { virtualize } from "../dist/index.js";
import { readMount } from "../dist/node/index.js";
import { PYTHON, runChild } from "./children.mjs";
import { realGuest } from "./guests.mjs";
import { bytes, printTable } from "./report.mjs";
import { missingWasmtime, WASMTIME } from "./streaming.mjs";

const STREAMS = 100_000;
const AT_ONCE = 300;
const MOST_BYTES = 30e6;
const LENGTH = 300_007;
const VARIANTS = {
  "the host's file": undefined,
  "a read-only mount": { writable: false },
  "a mount with :rw": { writable: true },
};

/** Prints, and gives the goals. */
export async function measureAbandoning() {
  const guest = await realGuest("tangle");
  const missing = missingWasmtime() ?? guest.missing;
  if (missing !== undefined) {
    console.log(`Abandoned streams of WASI 0.3: left out, ${missing}\n`);
    return goalsOf(undefined);
  }
  const folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-bench-"));
  try {
    const data = path.join(folder, "data");
    await mkdir(data);
    // What the program knows the file to be.
    const contents = Uint8Array.from({ length: LENGTH }, (_, at) => at ^ (at >> 7) ^ ((at >> 13) * 89));
    await writeFile(path.join(data, "pattern.bin"), contents);
    const commands = [];
    for (const [variant, how] of Object.entries(VARIANTS)) {
      const [file, target] = ["wasm", "cwasm"].map((extension) => path.join(folder, `${variant.replaceAll(/\W/g, "-")}.${extension}`));
      await writeFile(file, how === undefined ? guest.bytes : await embedded(guest.bytes, data, how.writable));
      execFileSync(WASMTIME, ["compile", file, "-o", target]);
      const preopen = how === undefined ? ["--dir", `${data}::/data`] : [];
      const run = [WASMTIME, "run", "--allow-precompiled", ...preopen, target, "abandoned"];
      commands.push([...run, "0", `${AT_ONCE}`], [...run, `${STREAMS}`, `${AT_ONCE}`]);
    }
    const found = runChild(PYTHON, [path.join(import.meta.dirname, "peak-on-wasmtime.py"), JSON.stringify(commands)]);
    return report(found);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function embedded(app, data, writable) {
  const mount = { path: "/data", entry: await readMount(data), writable };
  return Buffer.concat(virtualize(app, { mounts: [mount], allowArgs: true, stdout: "allow" }).chunks);
}

function report(found) {
  const wrong = found.find(({ stdout }, i) => stdout !== (i % 2 === 0 ? "0 of 0\n" : `${STREAMS} of ${STREAMS}\n`));
  if (wrong !== undefined) throw new Error(`the program found something else: ${wrong.stdout}`);
  const rows = Object.keys(VARIANTS).map((variant, i) => ({ variant, before: found[2 * i].peak, after: found[2 * i + 1].peak }));
  console.log(`Peak of Wasmtime's process, with ${bytes(STREAMS)} streams of WASI 0.3, ${AT_ONCE} at a time, half of them abandoned\n`);
  printTable(
    ["from and to", "without a stream", "with them"],
    rows.map(({ variant, before, after }) => [variant, show(before), show(after)]),
  );
  console.log();
  return goalsOf(rows);
}

const show = (count) => `${(count / 1e6).toFixed(1)} MB`;

function goalsOf(rows) {
  return ["a read-only mount", "a mount with :rw"].map((variant) => {
    const peak = rows?.find((row) => row.variant === variant)?.after;
    return {
      what: `peak of Wasmtime with ${bytes(STREAMS)} streams of ${variant}`,
      found: peak === undefined ? "-" : show(peak),
      wanted: "< 30 MB",
      met: peak === undefined ? undefined : peak < MOST_BYTES,
    };
  });
}
