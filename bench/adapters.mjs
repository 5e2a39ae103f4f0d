// Part of bench:run: one interface, `wasi:cli/environment`, from our own adapter and from adapters in JavaScript,
// one of each engine, whose module is guests/environment.js. Engines that are not installed are left out.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { virtualize } from "../dist/index.js";
import { buildAdapter } from "../dist/node/index.js";
import { onNode, onWasmtime } from "./children.mjs";
import { ownGuest } from "./guests.mjs";
import { bytes, median, milliseconds, printTable, times } from "./report.mjs";

const ROUNDS = 15;
const CALLS = 5000;
const MODULE = { interface: "wasi:cli/environment", file: path.join(import.meta.dirname, "guests/environment.js") };
const FIXED = { env: { GREETING: "hello" } };
const OWN = "ours";

/** Prints; there is no goal, as what an engine costs is not ours to change. */
export async function measureAdapters() {
  const app = new Uint8Array(await ownGuest("environment-calls"));
  const components = { [OWN]: virtualize(app, FIXED).chunks };
  for (const engine of ["qjs", "starlingmonkey"]) {
    try {
      components[engine] = virtualize(app, { adapters: [await buildAdapter(app, { ...MODULE, engine })] }).chunks;
    } catch (error) {
      if (error.code !== "input") throw error;
      console.log(`${engine}: left out, ${error.message}\n`);
    }
  }
  const guests = Object.fromEntries(Object.entries(components).map(([name, chunks]) => [name, { component: Buffer.concat(chunks) }]));
  const cases = Object.keys(guests).flatMap((guest) => [
    { name: `${guest}: start`, guest, function: "variables", args: [1], least: 1, fresh: true },
    { name: `${guest}: calls`, guest, function: "variables", args: [CALLS], least: CALLS },
  ]);
  const folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-bench-"));
  try {
    const wasmtime = await onWasmtime(folder, guests, { cases, rounds: ROUNDS });
    if (wasmtime !== undefined) print(wasmtime, guests, app);
    const node = await onNode(guests, { cases, rounds: ROUNDS });
    if (node !== undefined) print(node, guests, app);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function print({ version, seconds, compiled }, guests, app) {
  const sizeOf = (name) => guests[name].component.length - app.length;
  const ratio = (name, what) => median(seconds[`${name}: ${what}`].map((taken, round) => taken / seconds[`${OWN}: ${what}`][round]));
  console.log(`${version}, wasi:cli/environment from adapters, median of ${ROUNDS} rounds; a start is an instance and its first call\n`);
  printTable(
    ["", "bytes added", "beside ours", "start", "beside ours", "one call", "beside ours", ...(compiled ? ["compiled once in"] : [])],
    Object.keys(guests).map((name) => [
      name,
      bytes(sizeOf(name)),
      times(sizeOf(name) / sizeOf(OWN)),
      milliseconds(median(seconds[`${name}: start`]) * 1000),
      times(ratio(name, "start")),
      `${((median(seconds[`${name}: calls`]) / CALLS) * 1e6).toFixed(2)} µs`,
      times(ratio(name, "calls")),
      ...(compiled ? [milliseconds(compiled[name] * 1000)] : []),
    ]),
  );
  console.log();
}
