// npm run bench:compose: what composing costs: in a warm process, for inputs of a size and twice that size, as a command
// beside an empty Node, with 200 MB of files beside `cp` of the same bytes, and what inspecting 900 MB costs.

import { execFileSync, spawnSync } from "node:child_process";
import { randomFillSync } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { virtualize } from "../dist/index.js";
import { GROWING, writeLarge } from "./growing.mjs";
import { newestNode, ownGuest, root } from "./guests.mjs";
import { bytes, median, megabytes, milliseconds, printGoals, printTable, times } from "./report.mjs";

const CLI = path.join(root, "dist/command/main.js");
const APP_BYTES = 8192;
const [WARM_UPS, WARM_RUNS, COMMAND_RUNS, COPY_RUNS] = [50, 200, 15, 5];
/** 200 MB: a few large files and many small ones. */
const [LARGE_FILES, LARGE_BYTES, SMALL_FILES, SMALL_BYTES] = [4, 45_000_000, 2000, 10_000];
/** Of the component that is inspected. */
const INSPECTED_BYTES = 900_000_000;
const GROWTH_RUNS = 3;
const FILES_BYTES = LARGE_FILES * LARGE_BYTES + SMALL_FILES * SMALL_BYTES;

/** A small app, made to have the size that the goal speaks of by a custom section named "p". */
async function smallApp() {
  const app = await ownGuest("files");
  const payload = APP_BYTES - app.length - 3; // id, size in two bytes
  return new Uint8Array(Buffer.concat([app, Buffer.from([0, (payload & 0x7f) | 0x80, payload >> 7, 1, 0x70]), Buffer.alloc(payload - 2)]));
}

async function writeTree(folder) {
  const block = Buffer.alloc(LARGE_BYTES);
  for (let i = 0; i < LARGE_FILES; i++) await writeFile(path.join(folder, `large-${i}.bin`), randomFillSync(block));
  for (let i = 0; i < SMALL_FILES; i++) {
    const directory = path.join(folder, `directory-${i % 40}`);
    await mkdir(directory, { recursive: true });
    await writeFile(path.join(directory, `small-${i}.bin`), block.subarray(i * SMALL_BYTES, (i + 1) * SMALL_BYTES));
  }
}

/** How long a command takes from start to end; throws what it says if it fails. */
function timed(command, args) {
  const before = performance.now();
  const { status, stderr, error } = spawnSync(command, args, { stdio: ["ignore", "ignore", "pipe"] });
  const taken = performance.now() - before;
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${error ?? stderr.toString()}`);
  return taken;
}

/** Both by turns, `runs` times; the first of each is thrown away. */
function alternate(runs, one, other) {
  const taken = [[], []];
  for (let i = 0; i <= runs; i++) {
    const pair = [one(), other()];
    if (i > 0) pair.forEach((each, side) => taken[side].push(each));
  }
  return taken.map(median);
}

/** The shortest time of each, by turns, after a first one that is thrown away. */
function fastest(runs, ...works) {
  const found = works.map(() => Infinity);
  for (let i = 0; i <= runs; i++) {
    works.forEach((work, side) => {
      const before = performance.now();
      work();
      if (i > 0) found[side] = Math.min(found[side], performance.now() - before);
    });
  }
  return found;
}

function warm(app, options) {
  const taken = [];
  for (let i = 0; i < WARM_UPS + WARM_RUNS; i++) {
    const before = performance.now();
    virtualize(app, options);
    if (i >= WARM_UPS) taken.push(performance.now() - before);
  }
  return median(taken);
}

/** Peak resident memory of the command, in bytes, as the process itself sees it when it ends. */
async function peakMemory(folder, args) {
  const preload = path.join(folder, "peak.mjs");
  const found = path.join(folder, "peak.txt");
  await writeFile(
    preload,
    `import { writeFileSync } from "node:fs";\nprocess.on("exit", () => writeFileSync(${JSON.stringify(found)}, String(process.resourceUsage().maxRSS)));\n`,
  );
  execFileSync(process.execPath, ["--import", pathToFileURL(preload).href, CLI, ...args], { stdio: ["ignore", "ignore", "pipe"] });
  return Number(await readFile(found, "utf8")) * 1024;
}

const folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-bench-"));
try {
  const app = await smallApp();
  const input = path.join(folder, "app.wasm");
  const output = path.join(folder, "out.wasm");
  await writeFile(input, app);
  const goals = [];

  const tree = { kind: "directory", entries: new Map([["hello.txt", { kind: "file", contents: new Uint8Array(100) }]]) };
  const settings = [
    ["all denied", {}],
    ["all allowed", { allowAll: true }],
    ["environment and files", { env: { GREETING: "hello" }, mounts: [{ path: "/src", entry: tree }] }],
  ];
  console.log(`In a warm process: virtualize() of an app of ${bytes(app.length)} bytes, median of ${WARM_RUNS}\n`);
  const warmTimes = settings.map(([name, options]) => [name, warm(app, options)]);
  printTable(
    ["options", "time"],
    warmTimes.map(([name, taken]) => [name, `${taken.toFixed(2)} ms`]),
  );
  const slowest = Math.max(...warmTimes.map(([, taken]) => taken));
  goals.push({ what: "8 KB app in a warm process", found: `${slowest.toFixed(2)} ms`, wanted: "<= 10 ms", met: slowest <= 10 });

  if (!existsSync(CLI)) {
    console.log("\nAs a command: left out, dist/command/main.js is not built");
    goals.push({ what: "as a command", found: "-", wanted: "<= 1.6 x node -e 0", met: undefined });
  } else {
    const args = [CLI, input, "-o", output, "-e", "GREETING=hello"];
    console.log(`\nAs a command, beside a Node that does nothing, median of ${COMMAND_RUNS} by turns\n`);
    const rows = [];
    const taken = [];
    for (const node of [process.execPath, newestNode].filter(existsSync)) {
      const version = execFileSync(node, ["--version"], { encoding: "utf8" }).trim();
      const [ours, alone] = alternate(
        COMMAND_RUNS,
        () => timed(node, args),
        () => timed(node, ["-e", "0"]),
      );
      const ratio = ours / alone;
      taken.push([ours, alone]);
      rows.push(
        [version, "node -e 0", milliseconds(alone), ""],
        ["", "wasi-nest app.wasm -o out.wasm -e GREETING=hello", milliseconds(ours), times(ratio)],
      );
      goals.push({
        what: `as a command, beside \`node -e 0\`, Node ${version}`,
        found: times(ratio),
        wanted: "<= 1.60 x",
        met: ratio <= 1.6,
      });
    }
    printTable(["Node", "command", "time", "ratio"], rows);
    const [[command, empty]] = taken;

    const files = path.join(folder, "files");
    const copy = path.join(folder, "copy");
    await mkdir(files);
    await writeTree(files);
    const count = LARGE_FILES + SMALL_FILES;
    console.log(`\nWith ${megabytes(FILES_BYTES)} in ${bytes(count)} files, beside cp, median of ${COPY_RUNS} by turns\n`);
    const mounting = [input, "-o", output, "--mount", `/data=${files}`];
    // Each writes a new file or tree, and removing the old one is not measured.
    const afresh = (target, run) => {
      execFileSync("rm", ["-rf", target]);
      return run();
    };
    const [mounted, copied] = alternate(
      COPY_RUNS,
      () => afresh(output, () => timed(process.execPath, [CLI, ...mounting])),
      () => afresh(copy, () => timed("cp", ["-r", files, copy])),
    );
    execFileSync("rm", ["-rf", output]);
    const peak = await peakMemory(folder, mounting);
    const { size } = await stat(output);
    const limit = 150e6 + 1.2 * size;
    const copyRatio = mounted / copied;
    const filesAlone = mounted - command;
    printTable(
      ["command", "time", "ratio", "peak resident"],
      [
        ["cp -r files copy", milliseconds(copied), "", ""],
        ["wasi-nest app.wasm -o out.wasm --mount /data=files", milliseconds(mounted), times(copyRatio), megabytes(peak)],
        ["the same without what the command takes for no files", milliseconds(filesAlone), times(filesAlone / copied), ""],
      ],
    );
    goals.push({ what: "200 MB of files, beside `cp -r`", found: times(copyRatio), wanted: "<= 1.60 x", met: copyRatio <= 1.6 });
    goals.push({
      what: "peak resident memory",
      found: megabytes(peak),
      wanted: `< ${megabytes(limit)} (150 MB + 1.2 x ${megabytes(size)})`,
      met: peak < limit,
    });

    const large = path.join(folder, "large.wasm");
    const inspectedSize = writeLarge(large, INSPECTED_BYTES);
    console.log(`\nInspecting a component of ${megabytes(inspectedSize)}\n`);
    const inspecting = timed(process.execPath, [CLI, "inspect", large]);
    const inspectPeak = await peakMemory(folder, ["inspect", large]);
    printTable(
      ["command", "time", "ratio to node -e 0", "peak resident"],
      [["wasi-nest inspect large.wasm", milliseconds(inspecting), times(inspecting / empty), megabytes(inspectPeak)]],
    );
    goals.push({ what: "peak resident memory of inspect", found: megabytes(inspectPeak), wanted: "< 150 MB", met: inspectPeak < 150e6 });
  }
  // Last: what it takes of memory would count as that of the commands, which start as copies of this process.
  console.log(`\nIn a warm process, for some and for twice as many, best of ${GROWTH_RUNS} by turns\n`);
  const growth = GROWING.map(([name, count, make]) => [name, count, ...fastest(GROWTH_RUNS, make(count), make(2 * count))]);
  printTable(
    ["", "count", "time", "twice as many", "ratio"],
    growth.map(([name, count, once, twice]) => [name, bytes(count), milliseconds(once), milliseconds(twice), times(twice / once)]),
  );
  const steepest = Math.max(...growth.map(([, , once, twice]) => twice / once));
  goals.push({ what: "twice as many", found: times(steepest), wanted: "<= 3.00 x", met: steepest <= 3 });
  printGoals(goals);
} finally {
  await rm(folder, { recursive: true, force: true });
}
